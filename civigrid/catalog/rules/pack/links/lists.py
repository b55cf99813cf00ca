"""Matters, forms, standards and duty rows held against each other, and against units and regions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from civigrid.catalog.rules.lists import NO_TASKS, TOWN_UNITS, UNKNOWN_OWNER, ListKind, NewDutyRow, NewStandard
from civigrid.catalog.rules.pack import content
from civigrid.catalog.rules.pack.content import At, Draft, known
from civigrid.catalog.rules.pack.links.told import Told
from civigrid.catalog.rules.pack.local import Localities, is_local


def fields(draft: Draft, told: Told) -> None:
    for at in draft.fields:
        told.need(at, "matter", "unknown_matter", at.it[0])


def standards(draft: Draft, told: Told) -> None:
    of_matter: dict[str, list[At[NewStandard]]] = defaultdict(list)
    for at in draft.standards:
        told.need(at, "matter", "unknown_matter", at.it.matter_code)
        if at.it.is_default:
            of_matter[at.it.matter_code].append(at)
    _conditions(draft, told)
    for second in (at for rows in of_matter.values() for at in rows[1:]):
        told.fault(second, "default", "two_defaults", value=second.it.matter_code)
    if told.read(content.STANDARDS):
        listed = next((at.file for at in draft.standards), content.STANDARDS)
        for matter in draft.matters:
            if matter.it.code and matter.it.code not in of_matter:
                told.fault(matter, "code", "no_default_standard", value=matter.it.code, list=listed)


def _conditions(draft: Draft, told: Told) -> None:
    """Two rows of a matter for the same condition at the same urgency: nobody could say which of them holds."""
    seen: dict[tuple[str, str, int], int] = {}
    for at in draft.standards:
        key = (at.it.matter_code, "".join(at.it.condition.split()), at.it.urgency)
        first = seen.setdefault(key, at.row)
        if first != at.row and at.it.matter_code:
            told.fault(at, "condition", "same_condition", value=at.it.matter_code, first=first)


def duty(draft: Draft, told: Told) -> None:
    for at in draft.duty:
        row = at.it
        told.need(at, "matter", "unknown_matter", row.matter_code)
        told.need(at, "region", "unknown_region", row.region_code)
        told.need(at, "place_kind", "unknown_place_kind", row.place_kind)
        if row.owner != UNKNOWN_OWNER:
            told.need(at, "owner", "unknown_unit", row.owner)
        for column, unit in _named(row):
            if not is_local(unit):
                told.need(at, column, "unknown_unit", unit)
    if told.read(content.UNITS):
        _tasks(draft, told)
        if told.read(content.REGIONS):
            _localities(draft, told)


def _named(row: NewDutyRow) -> list[tuple[str, str]]:
    """The units a row names, each with its column."""
    named = [("lead", row.lead), ("regulator", row.regulator), ("last_resort", row.last_resort)]
    return named + [("support", unit) for unit in row.support]


def _tasks(draft: Draft, told: Told) -> None:
    """Tasks go to units of the city; what a town's list says is said of towns."""
    kinds = {at.it.code: at.it.kind for at in draft.units}
    for at in draft.duty:
        row = at.it
        for column, unit in _named(row):
            if column != "regulator" and kinds.get(unit) in NO_TASKS:
                told.fault(at, column, "lead_takes_no_tasks", value=unit)
        towns = is_local(row.lead) or kinds.get(row.lead) in TOWN_UNITS
        if row.list_kind is ListKind.WITHDRAWN and towns:
            told.fault(at, "list_kind", "withdrawn_from_towns", value=row.lead)
        elif row.list_kind not in (ListKind.NONE, ListKind.WITHDRAWN) and row.lead in kinds and not towns:
            told.fault(at, "list_kind", "list_of_towns", value=row.lead)


def _localities(draft: Draft, told: Told) -> None:
    """Rows for every town or community must have some; and no two rows may answer one question differently. (Who only
    assists is asked nothing.)"""
    localities = Localities(known(draft.regions), known(draft.units))
    answers: dict[tuple[str, ...], tuple[int, str]] = {}
    stored: dict[str, At[NewDutyRow]] = {}
    for at in draft.duty:
        rows = localities.expanded(at.it)
        _once(at, rows, stored, told)
        for column, unit in _named(at.it):
            if is_local(unit) and not localities.has(at.it, unit):
                told.fault(at, column, "no_local_unit", value=unit)
        for row in rows if at.it.list_kind is not ListKind.ASSIST else ():
            question = (row.matter_code, row.region_code, row.place_kind, row.owner)
            first, lead = answers.setdefault(question, (at.row, row.lead))
            if lead != row.lead:
                told.fault(at, "lead", "two_rows", value=row.lead, other=lead, first=first)
                break


def _once(at: At[NewDutyRow], rows: Sequence[NewDutyRow], stored: dict[str, At[NewDutyRow]], told: Told) -> None:
    """Two rows of one code as they are stored: D1 of a town may be what another row is called by itself. (Rows of one
    code in the list are told where it is read.)"""
    for row in rows:
        first = stored.setdefault(row.code, at)
        if first.it.code != at.it.code:
            told.fault(at, "code", "duplicate", value=row.code, first=first.row)


def answered(draft: Draft, told: Told) -> None:
    """Remarks: matters that are nobody's duty, and units that lead and have nobody who could answer."""
    if not told.sound:
        return
    led = {at.it.matter_code for at in draft.duty}
    for at in draft.matters:
        if at.it.code not in led:
            told.remark(at, "code", "nobodys_duty", value=at.it.code)
    localities = Localities(known(draft.regions), known(draft.units))
    leads = {row.lead for each in draft.duty for row in localities.expanded(each.it)}
    answering = _with_those_below({at.it.unit_code for at in draft.posts}, draft)
    for unit in draft.units:
        if unit.it.code in leads - answering:
            told.remark(unit, "code", "leads_without_post", value=unit.it.code)


def _with_those_below(units: set[str], draft: Draft) -> set[str]:
    """Whoever holds a post in a unit sees the work of the units below it too."""
    below = defaultdict(list)
    for at in draft.units:
        below[at.it.parent_code].append(at.it.code)
    found, new = set(units), list(units)
    while new:
        new = [code for above in new for code in below[above] if code not in found]
        found.update(new)
    return found
