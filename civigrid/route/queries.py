"""What is read for routing, and the proposals there are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from civigrid.base import stamps
from civigrid.catalog import queries as catalog
from civigrid.catalog.queries import DutyRowRow
from civigrid.catalog.rules import TOWN_UNITS, UNKNOWN_OWNER, ListKind
from civigrid.directory import queries as directory
from civigrid.directory.queries import UnitRow
from civigrid.directory.rules import UnitKind
from civigrid.locate.rules import SpotRow
from civigrid.places import queries as places
from civigrid.route.models import Proposal
from civigrid.route.rules import Duty, Limit, ProposalRow, Reason, Router, UnitName


def router(on: date) -> Router:
    """The router of a day; each process builds it anew after the lists or the units changed."""
    return _router(on, stamps.stamp(directory.AREA), stamps.stamp(places.AREA))


def owners(spots: Iterable[SpotRow], on: date) -> dict[str, str]:
    """Whose the assets at these spots are, by the asset's code: a unit's code, or `UNKNOWN_OWNER`."""
    codes = {spot.asset_code for spot in spots if spot.asset_code}
    index = places.asset_index(on) if codes else None
    found = {code: index.owner(code) for code in codes} if index else {}
    return {code: owner or UNKNOWN_OWNER for code, owner in found.items() if owner is not None}


def barred(targets: Iterable[str], on: date) -> frozenset[int]:
    """The units that must not get a complaint about any of `targets`: those meant, and their line."""
    named = router(on).targets
    return frozenset().union(*(named.barred(target) or frozenset() for target in targets))


@stamps.kept(catalog.AREA)
def _router(on: date, units: str, regions: str) -> Router:
    """`units` and `regions` are the editions of these areas, so that a new one is not answered from an old router."""
    del units, regions
    city, units_of = catalog.city(), directory.units(on)
    return Router(
        [_duty(row, units_of) for row in catalog.duty_rows(on)],
        [Limit(row.version_id, row.matter_id, row.urgency, row.is_default) for row in catalog.standards(on)],
        [_unit_name(unit, on, city.root_code) for unit in units_of.values()],
        city.name,
    )


def _duty(row: DutyRowRow, units: Mapping[int, UnitRow]) -> Duty:
    """A town leads neither by what it helps others with nor by what was taken back from it."""
    lead = units.get(row.lead_id)
    taken = row.list_kind is ListKind.WITHDRAWN and lead is not None and lead.kind in TOWN_UNITS
    return Duty(
        version_id=row.version_id,
        code=row.code,
        matter_id=row.matter_id,
        region_code=row.region_code,
        place_kind=row.place_kind,
        lead_id=row.lead_id,
        owner=row.owner,
        last_resort_id=row.last_resort_id,
        leads=row.list_kind is not ListKind.ASSIST and not taken,
    )


def _unit_name(unit: UnitRow, on: date, root: str) -> UnitName:
    region = places.regions(on).get(unit.region_code) if len(unit.region_code) > len(root) else None
    names = tuple(name for name in (region.name, region.name_en) if name) if region else ()
    return UnitName(unit.id, (unit.name, unit.name_en), unit.parent_id, names, unit.kind is UnitKind.CENTRE)


def newest(report_ids: Sequence[int]) -> dict[int, ProposalRow]:
    """The proposal that counts, by report."""
    found = Proposal.objects.filter(report_id__in=report_ids).order_by("report_id", "-id").distinct("report_id")
    return {proposal.report_id: _row(proposal) for proposal in found}


def _row(proposal: Proposal) -> ProposalRow:
    return ProposalRow(
        report_id=proposal.report_id,
        unit_id=proposal.unit_id,
        duty_row_version_id=proposal.duty_row_version_id,
        standard_version_id=proposal.standard_version_id,
        reason=Reason(proposal.reason),
        facts=proposal.facts,
        alternatives=tuple(proposal.alternatives),
    )
