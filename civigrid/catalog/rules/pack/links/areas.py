"""Regions, grids, units and posts held against each other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from civigrid.catalog.rules.pack import content
from civigrid.catalog.rules.pack.content import At, Draft, known
from civigrid.catalog.rules.pack.links.told import Told
from civigrid.directory.rules import NewUnit, mixed_administrators
from civigrid.places.rules import DIGITS, GridKind, parent_of

FEWEST, MOST = 1000, 2000  # residents an ordinary grid should have
FIRST_SPECIAL = 901


def city(draft: Draft, told: Told) -> None:
    if draft.city:
        at: At[object] = At(content.CITY, 0, draft.city)
        told.need(at, "root", "unknown_region", draft.city.root_code)
        told.need(at, "calendar", "unknown_calendar", draft.city.calendar_code)
        for kind, calendar in draft.city.calendar_of.items():
            told.need(at, f"calendar_of.{kind}", "unknown_calendar", calendar)
        for service, unit in draft.city.services.items():
            told.need(at, f"services.{service}", "unknown_unit", unit)


def regions(draft: Draft, told: Told) -> None:
    codes, root = known(draft.regions), draft.root
    above = _above([*codes, root])
    for at in draft.regions:
        code = at.it.code
        if not (code.startswith(root) or root.startswith(code)):
            told.fault(at, "code", "prefix_mismatch", value=code, prefix=root)
        elif len(code) > len(root) > 0 and (parent := parent_of(code)) not in codes and parent != root:
            told.fault(at, "code", "missing_parent", value=code, parent=parent)
        for former in at.it.predecessors:
            if former in codes:
                told.fault(at, "predecessors", "predecessor_exists", value=former)
            elif former in above:
                told.fault(at, "predecessors", "predecessor_covers", value=former, region=above[former])


def _above(codes: Iterable[str]) -> Mapping[str, str]:
    """The codes of the places a code lies in, and one of those that lie there."""
    return {code[:digits]: code for code in codes for digits in DIGITS.values() if digits < len(code)}


def grids(draft: Draft, told: Told) -> None:
    codes = known(draft.regions)
    for at in draft.grids:
        grid, number = at.it, at.it.code[-3:]
        if not grid.code.startswith(draft.root):
            told.fault(at, "code", "prefix_mismatch", value=grid.code, prefix=draft.root)
        elif grid.region_code not in codes and told.read(content.REGIONS):
            told.fault(at, "code", "missing_parent", value=grid.code, parent=grid.region_code)
        special = grid.kind is GridKind.SPECIAL
        if number.isdigit() and special != (int(number) >= FIRST_SPECIAL):
            told.remark(at, "code", "odd_number", value=grid.code, first=FIRST_SPECIAL)
        if not special and not FEWEST <= grid.residents <= MOST:
            told.remark(at, "residents", "odd_size", value=grid.residents, least=FEWEST, most=MOST)


def units(draft: Draft, told: Told) -> None:
    parents = {at.it.code: at.it.parent_code for at in draft.units}
    of_kind = draft.city.calendar_of if draft.city else {}
    for at in draft.units:
        unit = at.it
        if unit.parent_code and unit.parent_code not in parents:
            told.fault(at, "parent", "missing_parent", value=unit.code, parent=unit.parent_code)
        told.need(at, "region", "unknown_region", unit.region_code)
        told.need(at, "calendar", "unknown_calendar", unit.calendar_code)
        if not unit.calendar_code and unit.kind not in of_kind and draft.city:
            told.fault(at, "calendar", "no_calendar", value=unit.kind.value)
    for at, way in _circles(draft.units, parents):
        told.fault(at, "parent", "cycle", value=" > ".join(way))


def _circles(units: list[At[NewUnit]], parents: Mapping[str, str]) -> Iterator[tuple[At[NewUnit], list[str]]]:
    """Each unit that is above itself, with the way up that comes back to it."""
    ends: set[str] = set()  # units whose way up has been walked
    for at in units:
        way: list[str] = []
        code = at.it.code
        while code and code not in ends:
            ends.add(code)
            way.append(code)
            code = parents.get(code, "")
        if code in way:
            circle = way[way.index(code) :]
            yield at if at.it.code in circle else next(each for each in units if each.it.code == code), [*circle, code]


def posts(draft: Draft, told: Told) -> None:
    of_code = known(draft.units)
    mixed = set(mixed_administrators((at.it.username, at.it.role) for at in draft.posts))
    for at in draft.posts:
        told.need(at, "username", "unknown_person", at.it.username)
        told.need(at, "unit", "unknown_unit", at.it.unit_code)
        told.need(at, "regions", "unknown_region", *at.it.regions)
        unit = of_code.get(at.it.unit_code)
        if unit and not (at.it.regions or unit.region_code):
            told.fault(at, "regions", "post_without_region", value=unit.code)
        if at.it.username in mixed:
            told.fault(at, "role", "administrators_apart", value=at.it.username)
