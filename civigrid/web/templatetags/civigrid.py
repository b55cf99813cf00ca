"""What templates may say: addresses of assets, names in the page's language, words for codes, times."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from django import template
from django.contrib.staticfiles import finders
from django.forms.boundfield import BoundField, BoundWidget
from django.templatetags.static import static
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from civigrid.cases.rules import Piece
from civigrid.web import htmx, wording

register = template.Library()


@register.simple_tag
def asset(path: str) -> str:
    """The address of a static file with a mark of its content, so that a new version is never read from a cache."""
    return f"{static(path)}?v={_mark(path)}"


@cache
def _mark(path: str) -> str:
    found = finders.find(path)
    return hashlib.sha256(Path(str(found)).read_bytes()).hexdigest()[:10] if found else "0"


@register.simple_tag
def vendor(name: str, file: str) -> str:
    """The address of a library's file in its versioned folder."""
    return static(f"vendor/{_folder(name)}/{file}")


@cache
def _folder(name: str) -> str:
    root = finders.find("vendor")
    return next((each.name for each in Path(str(root)).glob(f"{name}-*")), name) if root else name


@register.filter
def said(pair: Any) -> str:
    """A (Chinese, English) pair or a row with name and name_en, in the page's language; Chinese where English is missing."""
    chinese, english = pair if isinstance(pair, tuple) else (pair.name, pair.name_en)
    return pick(chinese, english)


@register.simple_tag
def pick(chinese: str, english: str) -> str:
    return (english or chinese) if _english() else chinese


def _english() -> bool:
    return (translation.get_language() or "").startswith("en")


@register.filter
def word(code: Any, kind: str) -> str:
    """The words for a code, e.g. {{ case.stage|word:"stage" }}; the code itself where an old record holds an unknown one."""
    return wording.of(kind, code)


@register.filter
def moment(at: datetime | None) -> str:
    """2026-11-22 16:05 in the city's zone."""
    return f"{timezone.localtime(at):%Y-%m-%d %H:%M}" if at else ""


@register.filter
def day(on: Any) -> str:
    return date_format(on, "Y-m-d") if on else ""


@register.simple_tag
def remaining(due_at: datetime, now: datetime) -> str:
    """How long until, or since, a deadline: days and hours, then hours and minutes."""
    left = due_at - now
    text = spell(abs(left))
    return (_("overdue by %(time)s") if left < timedelta(0) else _("%(time)s left")) % {"time": text}


def spell(length: timedelta) -> str:
    minutes = int(length.total_seconds() // 60)
    days, hours = minutes // 1440, minutes // 60 % 24
    parts = []
    if days:
        parts.append(ngettext("%(n)d day", "%(n)d days", days) % {"n": days})
    if hours:
        parts.append(ngettext("%(n)d hour", "%(n)d hours", hours) % {"n": hours})
    if not days and (minutes % 60 or not hours):
        parts.append(ngettext("%(n)d minute", "%(n)d minutes", minutes % 60) % {"n": minutes % 60})
    return " ".join(parts)


@register.filter
def worked(minutes: int) -> str:
    """Minutes that count, as hours and minutes."""
    return f"{minutes // 60}:{minutes % 60:02d}"


@register.filter
def figure(number: int) -> str:
    """A number as people read it: 1,000,000."""
    return f"{number:,}"


@register.filter
def get(mapping: Mapping[Any, Any], key: Any) -> Any:
    return mapping.get(key)


@register.filter
def options(field: BoundField, which: str) -> list[BoundWidget]:
    """The buttons of a choice that are shown at once (""), or those shown on demand ("folded")."""
    return [option for option in field if bool(option.data.get("folded")) == (which == "folded")]


@register.filter
def chosen(options: Sequence[BoundWidget]) -> bool:
    """Whether one of them is."""
    return any(option.data["selected"] for option in options)


@register.filter
def joined(words: Sequence[str]) -> str:
    return ("、" if not _english() else ", ").join(words)


@register.filter
def marked(pieces: Sequence[Piece]) -> SafeString:
    """A text in pieces, with a mark around each that was looked for."""
    said = (format_html("<mark>{}</mark>", piece.text) if piece.hit else piece.text for piece in pieces)
    return format_html_join("", "{}", ((each,) for each in said))


@register.simple_tag
def hx_form(address: str) -> SafeString:
    return htmx.form(address)


@register.simple_tag
def hx_link(address: str) -> SafeString:
    return htmx.link(address)


@register.simple_tag
def live(topic: str, number: str = "") -> SafeString:
    return htmx.live(topic, number)


@register.simple_tag
def hx_config() -> str:
    return htmx.CONFIG
