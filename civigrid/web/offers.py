"""What the forms of a case offer: matters with the likely ones first, standards, rows of the duty list, units."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from civigrid.cases.queries import CaseView
from civigrid.cases.rules import Verb
from civigrid.catalog import queries as catalog
from civigrid.catalog.queries import DutyRowRow, MatterRow, StandardRow
from civigrid.catalog.rules import NO_TASKS
from civigrid.classify import queries as classify
from civigrid.directory import queries as directory
from civigrid.places import queries as places
from civigrid.route import queries as route
from civigrid.web import wording
from civigrid.web.forms import Choices, Offer


def offer(case: CaseView, verbs: list[Verb], on: date) -> Offer:
    """Reads, in the page's transaction, only what the verbs at hand need."""
    if Verb.FILE in verbs:
        return _filing(case, on)
    if Verb.DISPATCH in verbs:
        return _dispatching(case, on)
    return Offer()


def _filing(case: CaseView, on: date) -> Offer:
    matters = catalog.matters(on)
    label = classify.newest([case.first_report_id]).get(case.first_report_id)
    found = [each.matter_id for each in label.candidates] if label else []
    likely = [each for each in dict.fromkeys([case.facts.matter_id, *found]) if each in matters]
    standards = [row for row in catalog.standards(on) if row.matter_id in matters]
    groups: list[tuple[Any, Any]] = [(_("Likely"), [_matter(matters[each]) for each in likely])] if likely else []
    majors: dict[str, list[tuple[int, str]]] = {}
    for row in matters.values():
        majors.setdefault(_both(row.major, row.major_en), []).append(_matter(row))
    return Offer(
        matters=[*groups, *majors.items()],
        standards=_standards(standards, matters, likely),
        matter_of={row.version_id: (row.matter_id, _matter(matters[row.matter_id])[1]) for row in standards},
        matter_id=case.facts.matter_id or (likely[0] if likely else None),
        standard_id=case.facts.standard_version_id if case.facts.matter_id else None,
    )


def _dispatching(case: CaseView, on: date) -> Offer:
    units, regions, kinds = directory.units(on), places.regions(on), catalog.city().place_kinds
    proposal = route.newest([case.first_report_id]).get(case.first_report_id)
    rows = sorted((row for row in catalog.duty_rows(on) if _fits(row, case)), key=lambda row: not _holds(row, case))
    proposed = proposal.duty_row_version_id if proposal else None
    first = next((row.version_id for row in rows if row.version_id == proposed), None)
    return Offer(
        rows=[(str(row.version_id), _row(row, units, regions, kinds)) for row in rows],
        far=frozenset(str(row.version_id) for row in rows if not _holds(row, case) and row.version_id != first),
        units=_units(units),
        leads={row.version_id: (row.lead_id, row.support_ids) for row in rows},
        row_id=first,
    )


def _fits(row: DutyRowRow, case: CaseView) -> bool:
    """Rows of the matter for an area that holds the place, or that lies in it where the place is known only roughly."""
    here, there = case.facts.region_code, row.region_code
    return row.matter_id == case.facts.matter_id and (here.startswith(there) or there.startswith(here))


def _holds(row: DutyRowRow, case: CaseView) -> bool:
    """Whether the row's area is known to hold the place."""
    return case.facts.region_code.startswith(row.region_code)


def _row(row: DutyRowRow, units: Any, regions: Any, kinds: Any) -> str:
    """Who leads, where, on what kind of place, by what basis."""
    lead, region, kind = units.get(row.lead_id), regions.get(row.region_code), kinds.get(row.place_kind)
    parts = (
        _both(lead.name, lead.name_en) if lead else row.code,
        _both(region.name, region.name_en) if region else "",
        _both(kind["name"], kind["name_en"]) if kind else row.place_kind,
        row.basis,
    )
    return " · ".join(part for part in parts if part)


def _units(units: Any) -> Choices:
    kinds: dict[str, list[tuple[int, str]]] = {}
    for unit in units.values():
        if unit.kind not in NO_TASKS:
            kinds.setdefault(wording.of("unit kind", unit.kind), []).append((unit.id, _both(unit.name, unit.name_en)))
    return list(kinds.items())


def _matter(row: MatterRow) -> tuple[int, str]:
    return row.id, _both(row.name, row.name_en)


def _standards(rows: list[StandardRow], matters: Any, likely: list[int]) -> Choices:
    """By matter, the likely ones' first."""
    found: dict[int, list[tuple[int, str]]] = {matter_id: [] for matter_id in likely}
    for row in rows:
        found.setdefault(row.matter_id, []).append((row.version_id, _standard(row)))
    return [(_matter(matters[matter_id])[1], group) for matter_id, group in found.items() if group]


def _standard(row: StandardRow) -> str:
    limit = f"{row.limit_value} {wording.of('limit unit', row.limit_unit)}"
    parts = (_both(row.condition, row.condition_en), limit)
    return " · ".join(part for part in parts if part)


def _both(chinese: str, english: str) -> str:
    return (english or chinese) if (get_language() or "").startswith("en") else chinese
