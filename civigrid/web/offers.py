"""What the forms of a case offer: matters with the likely ones first, standards, rows of the duty list, units."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from civigrid.cases.queries import CaseView
from civigrid.cases.rules import OF_UNIT, UNVERIFIED, Verb
from civigrid.catalog import queries as catalog
from civigrid.catalog.queries import DutyRowRow, MatterRow, StandardRow
from civigrid.catalog.rules import NO_TASKS, CheckBy, ListKind
from civigrid.classify import queries as classify
from civigrid.directory import queries as directory
from civigrid.directory.queries import PostRow
from civigrid.places import queries as places
from civigrid.route import queries as route
from civigrid.web import wording
from civigrid.web.forms import Choices, Offer

MOST_PEOPLE = 200  # shown of a unit and its sections


def offer(case: CaseView, verbs: list[Verb], on: date) -> Offer:
    """Reads, in the page's transaction, only what the verbs at hand need."""
    found = Offer()
    if not {Verb.FILE, Verb.ASK_VERIFICATION}.isdisjoint(verbs):
        found = _filing(case, on)
    if Verb.DISPATCH in verbs:
        found = _dispatching(case, on)
    matter = catalog.matters(on).get(case.facts.matter_id or 0)
    inside = {task.id: _inside(task.unit_id, on) for task in case.tasks} if Verb.ASSIGN in verbs else None
    kinds = _place_kinds() if Verb.MOVE in verbs else ()
    check_by = matter.check_by if matter else CheckBy.NONE
    targets = _targets(directory.units(on)) if Verb.TRANSFER in verbs else ()
    return replace(found, targets=targets, check_by=check_by, inside=inside, place_kinds=kinds)


def _place_kinds() -> Choices:
    return [(code, _both(kind["name"], kind["name_en"])) for code, kind in catalog.city().place_kinds.items()]


def _inside(unit_id: int, on: date) -> tuple[Choices, Choices]:
    """The sections below a unit, and the people who work in it and in them."""
    units = directory.units(on)
    below = [units[each] for each in directory.below(unit_id, on) if each in units]
    posts = directory.posts_after(on, limit=MOST_PEOPLE, unit_ids=[unit.id for unit in below])
    people = {post.account_id: post for post in posts if post.role in OF_UNIT}
    return (
        [(unit.id, _both(unit.name, unit.name_en)) for unit in below if unit.id != unit_id],
        [(post.account_id, _person(post, units)) for post in people.values()],
    )


def _person(post: PostRow, units: Any) -> str:
    unit = units[post.unit_id]
    return f"{_both(post.account_name, post.account_name_en)} · {_both(unit.name, unit.name_en)}"


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
        unverified=case.facts.waits_for in UNVERIFIED,
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
    """Rows of the matter by which a unit leads, for an area that holds the place, or that lies in it where the place is
    known only roughly."""
    here, there = case.facts.region_code, row.region_code
    leads = row.matter_id == case.facts.matter_id and row.list_kind is not ListKind.ASSIST
    return leads and (here.startswith(there) or there.startswith(here))


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


def _targets(units: Any) -> Choices:
    return [(unit.id, _both(unit.name, unit.name_en)) for unit in units.values() if unit.kind in NO_TASKS]


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
