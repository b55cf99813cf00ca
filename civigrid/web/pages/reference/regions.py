"""Regions: the tree of the city with its grids and residents, and a page for each."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from civigrid.base.editions import Edition, edition_on
from civigrid.directory import queries as directory
from civigrid.places import queries as places
from civigrid.places.queries import GridRow, RegionRow
from civigrid.places.rules import DIGITS
from civigrid.web import shell, wording
from civigrid.web.pages.reference import facts, filters, frame, grids
from civigrid.web.pages.reference.asked import Asked, asked
from civigrid.web.pages.reference.facts import Field
from civigrid.web.pages.reference.links import Said, to
from civigrid.web.pages.reference.names import Names
from civigrid.web.pages.reference.past import past
from civigrid.web.pages.reference.tree import NOTES, Node, grow
from civigrid.web.templatetags.civigrid import pick

FIELDS: tuple[Field[RegionRow], ...] = (
    Field(gettext_lazy("Name"), lambda row: row.name, facts.text),
    Field(gettext_lazy("English name"), lambda row: row.name_en, facts.text),
    Field(gettext_lazy("Level"), lambda row: row.level, facts.coded("level")),
    Field(gettext_lazy("Kind"), lambda row: row.kind, facts.coded("region kind")),
    Field(gettext_lazy("Other names"), lambda row: row.aliases, facts.words),
    Field(gettext_lazy("Took over"), lambda row: row.predecessors, facts.regions),
)


@dataclass(frozen=True, slots=True)
class Tally:
    """Grids (of them special) and residents of a region and all below it."""

    grids: int = 0
    special: int = 0
    residents: int = 0

    @property
    def figures(self) -> dict[str, str]:
        return {"grids": f"{self.grids:,}", "special": f"{self.special:,}", "residents": f"{self.residents:,}"}


@require_GET
def city(request: Any) -> HttpResponse:
    """The city's own region and what lies below; ?q= finds regions by name, pinyin or code."""
    day, text = asked(request), filters.said(request, "q")
    root = request.city.root_code if request.city else ""
    if not text:
        return _region(request, root)
    with shell.reading(request):
        found = places.find_regions(text, day.on, filters.FOUND + 1)
        tally = tallies(places.grids(day.on).values())
        nodes = [_node(row, tally, day) for row in found[: filters.FOUND]]
    context = {"nodes": nodes, "more": len(found) > filters.FOUND, "text": text, "filters": [_box(day, text)]}
    return frame.show(request, "pages/reference/regions.html", "places", "places", frame.Head(_("Regions")), **context)


@require_GET
def region(request: Any, code: str) -> HttpResponse:
    """One region, also one that was abolished."""
    return _region(request, code)


def _region(request: Any, code: str) -> HttpResponse:
    day, root = asked(request), request.city.root_code if request.city else ""
    with shell.reading(request):
        found, held = places.regions(day.on), list(places.grids(day.on).values())
        history = places.region_history(code) if code else []
        if code and not history:
            raise Http404
        names = Names(day, request.city)
        row = _shown(history, day)
        tally = tallies(held)
        context = {
            "facts": facts.facts(FIELDS, row, names) if row else [],
            "past": past(FIELDS, history, names),
            "figures": tally.get(code, Tally()).figures,
            "nodes": _tree(code, found, tally, day),
            "table": grids.grid_table([row for row in held if code and row.region_code == code], names),
            "units": _units(code, day) if len(code) > len(root) else [],
            "filters": [_box(day, "")],
            "code": code,
        }
        crumbs = names.above(code)
    title = pick(row.name, row.name_en) if row else _("Regions")
    ended = bool(history) and edition_on(history, day.on) is None
    head = frame.Head(title, code, above=crumbs, ended=ended)
    context["spot"] = frame.spot(day, head, code if code.startswith(root) else "")
    return frame.show(request, "pages/reference/region.html", "places", "places", head, **context)


def _shown(history: Sequence[Edition[RegionRow]], day: Asked) -> RegionRow | None:
    """The row of the day; where there is none, the last one there was."""
    edition = edition_on(history, day.on) or (history[0] if history else None)
    return edition.row if edition else None


def _box(day: Asked, text: str) -> filters.Filter:
    return filters.box("regions", day, text, _("Find a region"))


def tallies(grids: Iterable[GridRow]) -> Mapping[str, Tally]:
    """What every region holds, by code."""
    numbers: Counter[str] = Counter()
    special: Counter[str] = Counter()
    residents: Counter[str] = Counter()
    for grid in grids:
        for digits in DIGITS.values():
            code = grid.region_code[:digits]
            if len(code) == digits:
                numbers[code] += 1
                special[code] += grid.kind == "special"
                residents[code] += grid.residents
    return {code: Tally(number, special[code], residents[code]) for code, number in numbers.items()}


def _tree(code: str, found: Mapping[str, RegionRow], tally: Mapping[str, Tally], day: Asked) -> list[Node]:
    """What lies below a region; of no region, the top."""
    children = _children(found)
    return grow(
        children[code],
        lambda row: children[row.code],
        lambda row, depth: _node(row, tally, day, open_=depth == 0 and len(children[code]) == 1),
    )


def _children(found: Mapping[str, RegionRow]) -> Mapping[str, list[RegionRow]]:
    """Each region's own, by its code; regions without one above stand below ""."""
    below: dict[str, list[RegionRow]] = defaultdict(list)
    for row in found.values():
        below[_parent(row.code, found)].append(row)
    return below


def _parent(code: str, found: Mapping[str, RegionRow]) -> str:
    lengths = sorted((digits for digits in DIGITS.values() if digits < len(code)), reverse=True)
    return next((code[:digits] for digits in lengths if code[:digits] in found), "")


def _node(row: RegionRow, tally: Mapping[str, Tally], day: Asked, *, open_: bool = False) -> Node:
    own = tally.get(row.code, Tally())
    kind = wording.of("region kind", row.kind) if row.kind else wording.of("level", row.level)
    return Node(
        said=Said(pick(row.name, row.name_en), to(day, "region", row.code), row.code),
        notes=row.aliases[:NOTES],
        marks=[kind],
        figures=[(_("Grids"), f"{own.grids:,}"), (_("Residents"), f"{own.residents:,}")],
        open=open_,
    )


def _units(code: str, day: Asked) -> list[Said]:
    """The units that look after exactly this region."""
    rows = [unit for unit in directory.units(day.on).values() if code and unit.region_code == code]
    return [Said(pick(unit.name, unit.name_en), to(day, "unit", unit.code), unit.code) for unit in rows]
