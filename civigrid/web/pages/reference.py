"""The city's own data as plain tables, and what this program is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

import civigrid
from civigrid.catalog import queries as catalog
from civigrid.catalog.queries import CalendarRow
from civigrid.directory import queries as directory
from civigrid.directory.rules import ADMINISTRATORS, Role
from civigrid.places import queries as places
from civigrid.places.rules import DIGITS
from civigrid.web import shell

SEE_POSTS = ADMINISTRATORS | {Role.OFFICE, Role.AUDITOR, Role.LEADER}
WEEKDAYS = (_("Mon"), _("Tue"), _("Wed"), _("Thu"), _("Fri"), _("Sat"), _("Sun"))
CATALOG_TABS = ("matters", "standards", "duty", "calendars")


@require_GET
def lists(request: Any) -> HttpResponse:
    """Matters, standards, duty rows, calendars: ?tab="""
    tab = request.GET.get("tab", "matters")
    on = shell.today(request)
    with shell.reading(request):
        matters, units = catalog.matters(on), directory.units(on)
        context: dict[str, Any] = {"tab": tab, "matters": matters, "units": units, "regions": places.regions(on)}
        if tab == "standards":
            context["standards"] = catalog.standards(on)
        elif tab == "duty":
            context["duty_rows"] = catalog.duty_rows(on)
        elif tab == "calendars":
            context["calendars"] = [_calendar(row, on.year) for row in catalog.calendars(on).values()]
    context["weekdays"] = WEEKDAYS
    context["tabs"] = [
        (key, words, key == tab)
        for key, words in zip(CATALOG_TABS, (_("Matters"), _("Standards"), _("Duty list"), _("Calendars")), strict=True)
    ]
    return shell.page(request, "pages/catalog.html", context)


def _calendar(row: CalendarRow, year: int) -> dict[str, Any]:
    own = row.calendar
    return {
        "row": row,
        "week": [[_span(span) for span in day] for day in own.week],
        "days_on": sorted(own.days_on),
        "days_off": sorted(own.days_off),
        "national": own.holidays is not None,
        "unknown": [each for each in (year, year + 1) if own.is_provisional(each)],
    }


def _span(span: tuple[int, int]) -> str:
    return "–".join(f"{minute // 60:02d}:{minute % 60:02d}" for minute in span)


@require_GET
def regions(request: Any) -> HttpResponse:
    """What lies below a region, of a community its grids: ?region=, the city where none is named."""
    on = shell.today(request)
    with shell.reading(request):
        found, grids = places.regions(on), places.grids(on)
    chosen = found.get(request.GET.get("region") or (request.city.root_code if request.city else ""))
    below = [row for row in found.values() if _under(row.code, chosen.code if chosen else "", found)]
    numbers = _numbers(grids.values(), below)
    code = chosen.code if chosen else ""
    context = {
        "chosen": chosen,
        "above": [found[code[:length]] for length in DIGITS.values() if length < len(code) and code[:length] in found],
        "rows": [(row, *numbers[row.code]) for row in below],
        "grids": [grid for grid in grids.values() if grid.region_code == code],
    }
    return shell.page(request, "pages/places.html", context)


def _under(code: str, chosen: str, found: Any) -> bool:
    """The direct children of a region; of nothing, the top."""
    if not code.startswith(chosen) or code == chosen:
        return False
    return not any(code[:length] in found for length in range(len(chosen) + 1, len(code)))


def _numbers(grids: Any, below: Sequence[Any]) -> dict[str, tuple[int, int]]:
    """Grids and residents of each region."""
    found = {row.code: (0, 0) for row in below}
    for grid in grids:
        for row in below:
            if grid.region_code.startswith(row.code):
                count, residents = found[row.code]
                found[row.code] = (count + 1, residents + grid.residents)
    return found


@require_GET
def people(request: Any) -> HttpResponse:
    """Units and the posts held in them; for administrators, the office, auditors and leaders."""
    if request.actor.role not in SEE_POSTS:
        raise PermissionDenied
    on = shell.today(request)
    with shell.reading(request):
        units, posts = directory.units(on), directory.posts(on)
    held: dict[int, list[Any]] = {}
    for post in posts:
        held.setdefault(post.unit_id, []).append(post)
    context = {
        "rows": [(unit, units.get(unit.parent_id or 0), held.get(unit.id, [])) for unit in units.values()],
        "posts": len(posts),
    }
    return shell.page(request, "pages/directory.html", context)


@require_GET
def about(request: Any) -> HttpResponse:
    with shell.reading(request):
        pass
    return shell.page(request, "pages/about.html", {"version": civigrid.__version__})
