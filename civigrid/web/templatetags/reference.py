"""What the pages of reference data say in their templates: addresses that keep the day, and things in a row."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import template
from django.template import Context
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import pgettext

from civigrid.web.pages.reference import links
from civigrid.web.pages.reference.links import Said

register = template.Library()


@register.simple_tag(takes_context=True)
def to(context: Context, name: str, *parts: str, **query: Any) -> str:
    """{% to "unit" unit.code %}: the address of a page on the day that is shown."""
    return links.to(context["asked"], name, *parts, **{key: str(value) for key, value in query.items() if value})


@register.simple_tag
def several(things: Iterable[Said], kind: str = "") -> SafeString:
    """{% several cell.said column.kind %}: words and links with commas between them. A tag and no included template:
    a list has hundreds of them. The links of what a line is about ("lead") are what the keys j and k walk through."""
    comma = pgettext("between things of a list", ", ")
    return format_html_join(comma, "{}", ((link(each, kind),) for each in things))


@register.simple_tag
def link(said: Said, kind: str = "") -> SafeString | str:
    """A thing with its link, where it has one."""
    if not said.address:
        return said.text
    pattern = '<a href="{}" data-line>{}</a>' if kind == "lead" else '<a href="{}">{}</a>'
    return format_html(pattern, said.address, said.text)
