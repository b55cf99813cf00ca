"""What can only be said of a pack's rows together: what they name must exist, and codes must fit their place."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping

from civigrid.catalog.rules.lists import NO_TASKS, NewStandard
from civigrid.catalog.rules.pack import content
from civigrid.catalog.rules.pack.content import At, Draft, known
from civigrid.catalog.rules.pack.faults import Faults
from civigrid.catalog.rules.pack.local import expanded, is_local
from civigrid.directory.rules import mixed_administrators
from civigrid.places.rules import parent_of


def regions(draft: Draft, faults: Faults) -> None:
    codes = known(draft.regions)
    if draft.root and draft.root not in codes:
        faults.add(content.CITY, 0, "root", "unknown_region", value=draft.root)
    for at in draft.regions:
        code = at.it.code
        if not (code.startswith(draft.root) or draft.root.startswith(code)):
            faults.add(content.REGIONS, at.row, "code", "prefix_mismatch", value=code, prefix=draft.root)
        elif len(code) > len(draft.root) and parent_of(code) not in codes:
            faults.add(content.REGIONS, at.row, "code", "missing_parent", value=code, parent=parent_of(code))
        for former in at.it.predecessors:
            if former in codes:
                faults.add(content.REGIONS, at.row, "predecessors", "predecessor_exists", value=former)


def grids(draft: Draft, faults: Faults) -> None:
    codes = known(draft.regions)
    for at in draft.grids:
        if not at.it.code.startswith(draft.root):
            faults.add(content.GRIDS, at.row, "code", "prefix_mismatch", value=at.it.code, prefix=draft.root)
        elif at.it.region_code not in codes:
            faults.add(content.GRIDS, at.row, "code", "missing_parent", value=at.it.code, parent=at.it.region_code)


def units(draft: Draft, faults: Faults) -> None:
    codes, places, calendars = known(draft.units), known(draft.regions), known(draft.calendars)
    parents = {at.it.code: at.it.parent_code for at in draft.units}
    for at in draft.units:
        unit = at.it
        _exists(unit.parent_code, codes, faults, content.UNITS, at.row, "parent", "missing_parent")
        _exists(unit.region_code, places, faults, content.UNITS, at.row, "region", "unknown_region")
        _exists(unit.calendar_code, calendars, faults, content.UNITS, at.row, "calendar", "unknown_calendar")
        if circle := _circle(unit.code, parents):
            faults.add(content.UNITS, at.row, "parent", "cycle", value=" > ".join(circle))


def city(draft: Draft, faults: Faults) -> None:
    if draft.city:
        calendars = known(draft.calendars)
        _exists(draft.city.calendar_code, calendars, faults, content.CITY, 0, "calendar", "unknown_calendar")


def _circle(code: str, parents: Mapping[str, str]) -> list[str]:
    """The way up from a unit that comes back to it; [] where it ends at the top."""
    way = [code]
    while (above := parents.get(way[-1], "")) and above not in way:
        way.append(above)
    return [*way, code] if above == code else []


def posts(draft: Draft, faults: Faults) -> None:
    people, unit_codes, places = known(draft.people, "username"), known(draft.units), known(draft.regions)
    mixed = set(mixed_administrators((at.it.username, at.it.role) for at in draft.posts))
    for at in draft.posts:
        _exists(at.it.username, people, faults, content.POSTS, at.row, "username", "unknown_person")
        _exists(at.it.unit_code, unit_codes, faults, content.POSTS, at.row, "unit", "unknown_unit")
        for region in at.it.regions:
            _exists(region, places, faults, content.POSTS, at.row, "regions", "unknown_region")
        unit = unit_codes.get(at.it.unit_code)
        if unit and not (at.it.regions or unit.region_code):
            faults.add(content.POSTS, at.row, "regions", "post_without_region", value=unit.code)
        if at.it.username in mixed:
            faults.add(content.POSTS, at.row, "role", "administrators_apart", value=at.it.username)


def standards(draft: Draft, faults: Faults) -> None:
    matters = known(draft.matters)
    of_matter: dict[str, list[At[NewStandard]]] = defaultdict(list)
    for at in draft.standards:
        _exists(at.it.matter_code, matters, faults, content.STANDARDS, at.row, "matter", "unknown_matter")
        if at.it.is_default:
            of_matter[at.it.matter_code].append(at)
    for second in (at for rows in of_matter.values() for at in rows[1:]):
        faults.add(content.STANDARDS, second.row, "default", "two_defaults", value=second.it.matter_code)
    for matter in draft.matters:
        if matter.it.code and matter.it.code not in of_matter:
            faults.add(content.MATTERS, matter.row, "code", "no_default_standard", value=matter.it.code)


def duty(draft: Draft, faults: Faults) -> None:
    matters, unit_codes, places = known(draft.matters), known(draft.units), known(draft.regions)
    kinds = draft.city.place_kinds if draft.city else {}
    for at in draft.duty:
        row = at.it
        _exists(row.matter_code, matters, faults, content.DUTY, at.row, "matter", "unknown_matter")
        _exists(row.region_code, places, faults, content.DUTY, at.row, "region", "unknown_region")
        _exists(row.place_kind, kinds, faults, content.DUTY, at.row, "place_kind", "unknown_place_kind")
        named = [("lead", row.lead), ("regulator", row.regulator), *(("support", unit) for unit in row.support)]
        for column, unit in named:
            if not is_local(unit):
                _exists(unit, unit_codes, faults, content.DUTY, at.row, column, "unknown_unit")
            if column != "regulator" and unit in unit_codes and unit_codes[unit].kind in NO_TASKS:
                faults.add(content.DUTY, at.row, column, "lead_takes_no_tasks", value=unit)
        if is_local(row.lead) and not expanded(row, places, unit_codes):
            faults.add(content.DUTY, at.row, "lead", "no_local_unit", value=row.lead)


def reports(draft: Draft, faults: Faults) -> None:
    sources, matters = (draft.city.sources if draft.city else {}), known(draft.matters)
    keys: dict[str, int] = {}
    for at in draft.reports:
        _exists(at.it.source, sources, faults, content.REPORTS, at.row, "source", "unknown_source")
        _exists(at.it.matter, matters, faults, content.REPORTS, at.row, "matter", "unknown_matter")
        if at.it.key in keys:
            faults.add(content.REPORTS, at.row, "key", "duplicate", value=at.it.key, first=keys[at.it.key])
        keys.setdefault(at.it.key, at.row)


def _exists(code: str, among: Collection[str], faults: Faults, file: str, row: int, column: str, fault: str) -> None:
    if code and code not in among:
        faults.add(file, row, column, fault, value=code, parent=code)


CHECKS = (city, regions, grids, units, posts, standards, duty, reports)
