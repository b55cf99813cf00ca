"""What surrounds every page of reference data: its section's tabs, the day it shows, its heading."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from civigrid.directory.rules import ADMINISTRATORS, Actor, Role
from civigrid.web import shell
from civigrid.web.pages.reference.asked import Asked, asked
from civigrid.web.pages.reference.links import Said, Tab, to

SEE_POSTS = ADMINISTRATORS | {Role.OFFICE, Role.AUDITOR, Role.LEADER}
SEE_LOADINGS = ADMINISTRATORS | {Role.OFFICE, Role.AUDITOR}
Words = str | Promise
SECTIONS: dict[str, tuple[Words, tuple[tuple[str, Words], ...]]] = {
    "places": (
        _("Regions and grids"),
        (
            ("places", _("Regions")),
            ("grids", _("Grids")),
            ("addresses", _("Addresses")),
            ("assets", _("Assets")),
            ("layers", _("Map layers")),
        ),
    ),
    "directory": (_("Units and posts"), (("directory", _("Units")), ("posts", _("Posts")))),
    "catalog": (
        _("Lists and calendars"),
        (
            ("catalog", _("Matters")),
            ("standards", _("Standards")),
            ("duty", _("Duty list")),
            ("calendars", _("Calendars")),
            ("packs", pgettext_lazy("of city packs", "Loadings")),
        ),
    ),
}
FRAME_KEYS = frozenset({"on", "after", "view", "tab", "year", "sort", "family"})  # what narrows no list
ONLY = {"posts": SEE_POSTS, "packs": SEE_LOADINGS}  # tabs that not every post has


@dataclass(frozen=True, slots=True)
class Head:
    """A page's heading. `above`: the things it lies in, from the top; `ended`: it does not exist on the day shown."""

    title: str
    code: str = ""
    above: list[Said] = field(default_factory=list)
    marks: list[str] = field(default_factory=list)
    ended: bool = False


@dataclass(frozen=True, slots=True)
class Spot:
    """What a page's map shows: an area by its code, and a point in it (degrees, "" where there is none)."""

    area: str
    lon: str = ""
    lat: str = ""


def spot(day: Asked, head: Head, area: str, lon: float | None = None, lat: float | None = None) -> Spot | None:
    """The map is that of today: there is none of another day, nor of what no longer exists."""
    if day.other or head.ended or not area:
        return None
    return Spot(area, "" if lon is None else str(lon), "" if lat is None else str(lat))


def may(actor: Actor, tab: str) -> bool:
    return tab not in ONLY or actor.role in ONLY[tab]


def show(request: Any, template: str, section: str, tab: str, head: Head, **context: Any) -> HttpResponse:
    """The page; what its templates say about the frame stands in `_frame`."""
    return shell.page(request, template, {**_frame(request, section, tab, head), **context})


def _frame(request: Any, section: str, tab: str, head: Head) -> dict[str, Any]:
    day, (words, tabs) = asked(request), SECTIONS[section]
    return {
        "asked": day,
        "head": head,
        "section": Said(str(words), to(day, section)),
        "tabs": [Tab(str(said), to(day, key), key == tab) for key, said in tabs if may(request.actor, key)],
        "kept": [(key, value[:200]) for key, value in request.GET.items() if key not in ("on", "after") and value],
        "today_address": _today(request),
        "narrowed": any(value for key, value in request.GET.items() if key not in FRAME_KEYS),
        "clear_address": _clear(request, day),
        "sees_posts": may(request.actor, "posts"),
    }


def _clear(request: Any, day: Asked) -> str:
    """The same list whole: the day and the view stay."""
    kept = {key: request.GET[key] for key in ("view",) if request.GET.get(key)} | day.query
    return str(request.path) + (f"?{urlencode(kept)}" if kept else "")


def _today(request: Any) -> str:
    """The same page without ?on=."""
    query = request.GET.copy()
    query.pop("on", None)
    return str(request.path) + (f"?{query.urlencode()}" if query else "")
