"""Correcting where a case is: the place a person sets is found anew like any other, and the duty with it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial

from civigrid.base.errors import Outcome, Refused
from civigrid.cases import actions as cases
from civigrid.cases import queries as case_queries
from civigrid.cases.rules import Moving, Placed
from civigrid.catalog import queries as catalog
from civigrid.classify import queries as classify
from civigrid.classify.rules import How, LabelRow
from civigrid.directory.rules import Actor
from civigrid.flow import targets, tx
from civigrid.intake import queries as reports_of
from civigrid.locate import actions as locate
from civigrid.locate import queries as spots_of
from civigrid.locate.queries import Pin
from civigrid.locate.rules import SpotRow
from civigrid.route import actions as route
from civigrid.route.rules import ProposalRow


@dataclass(frozen=True, slots=True)
class _Found:
    """What was found for one case: the new spot and route of its first report."""

    spot: SpotRow
    proposal: ProposalRow
    was: SpotRow | None


def move(*, actor: Actor, items: Sequence[Moving], now: datetime) -> list[Outcome]:
    """The case takes the place; grid, kind of place, asset and route are found anew and stored beside what there was.

    Whom a report complains of stays barred; a unit that has the case keeps it until a dispatcher decides. A case may go
    out of the actor's own area: whoever calls this tells him so.
    """

    return tx.whole(partial(_move, actor, items, now))


def _move(actor: Actor, items: Sequence[Moving], now: datetime) -> list[Outcome]:
    on = now.astimezone(catalog.city().zone).date()
    found, refused = _find(items, on, now)
    placed = {number: _placed(each) for number, each in found.items()} | refused
    everything = {item.number: placed.get(item.number, Placed()) for item in items}
    barred = targets.barred([item.number for item in items], now=now)
    outcomes = cases.move(items, placed=everything, barred=barred, actor=actor, now=now)
    done = [found[item.number] for item, outcome in zip(items, outcomes, strict=True) if outcome.ok]
    locate.keep([each.spot for each in done], now=now, account=actor.account_id)
    route.keep([each.proposal for each in done], now=now)
    return outcomes


def _find(items: Sequence[Moving], on: date, now: datetime) -> tuple[dict[str, _Found], dict[str, Placed]]:
    """By number: the new place, or why there is none. A number that no case has is in neither."""
    firsts = case_queries.first_reports([item.number for item in items])
    reports = {report.id: report for report in reports_of.by_ids(list(firsts.values()))}
    labels, before = _labels(list(reports)), spots_of.newest(list(reports))
    pins = {item.number: _pin(item, on) for item in reversed(items) if item.number in firsts}  # of two forms the first
    refused = {number: Placed(no=pin) for number, pin in pins.items() if isinstance(pin, Refused)}
    set_ids = {number: firsts[number] for number in pins if number not in refused}
    rows = [reports[report_id] for report_id in set_ids.values()]
    its_labels = [labels[report.id] for report in rows]
    spots = spots_of.pinned(rows, its_labels, [pin for pin in pins.values() if isinstance(pin, Pin)], on)
    refused |= {n: Placed(no=spot) for n, spot in zip(set_ids, spots, strict=True) if isinstance(spot, Refused)}
    good = {n: spot for n, spot in zip(set_ids, spots, strict=True) if isinstance(spot, SpotRow)}
    proposals = route.judge(
        [reports[set_ids[number]] for number in good],
        [labels[set_ids[number]] for number in good],
        list(good.values()),
        load=case_queries.open_load(now),
        now=now,
    )
    found = {
        number: _Found(spot, proposal, before.get(spot.report_id))
        for (number, spot), proposal in zip(good.items(), proposals, strict=True)
    }
    return found, refused


def _labels(report_ids: Sequence[int]) -> dict[int, LabelRow]:
    """What each report is about; of one that nothing was said about yet, that it is not known."""
    known = classify.newest(report_ids)
    return {each: known.get(each) or LabelRow(each, None, 0.0, sure=False, how=How.NO_WORDS) for each in report_ids}


def _pin(item: Moving, on: date) -> Pin | Refused:
    try:
        if item.lon is not None and item.lat is not None:
            return Pin(item.lon, item.lat, item.grid_code, item.place_kind)
        known = spots_of.address(item.place, on)
    except Refused as no:
        return no
    return Pin(known.lon, known.lat, item.grid_code, item.place_kind, known.asset)


def _placed(found: _Found) -> Placed:
    return Placed(
        region_code=found.spot.region_code,
        grid_id=found.spot.grid_id,
        was_grid_id=found.was.grid_id if found.was else None,
        unit_id=found.proposal.unit_id,
        reason=found.proposal.reason.value,
    )
