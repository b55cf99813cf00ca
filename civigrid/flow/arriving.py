"""What programs send: one report that is processed at once, or many that are kept and left to the conveyor.

Both keep every report in the caller's order, whole or not at all, and a fault of one never costs another its place.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from civigrid.base import db, ledger
from civigrid.base.errors import Outcome, Refused
from civigrid.base.files import Kept
from civigrid.directory.rules import Actor
from civigrid.flow import conveyor, pipeline
from civigrid.intake import queries as reports_of
from civigrid.intake.rules import Disposed, RawReport, ReportRow

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Parcel:
    """A report as it came, who sent it, and its files, which are on disk (`base.files.put`)."""

    raw: RawReport
    actor: Actor
    kept: tuple[Kept, ...] = ()


@dataclass(frozen=True, slots=True)
class Arrived:
    """A stored report; `disposed` None while it is still to be processed."""

    report_id: int
    disposed: Disposed | None = None


def take(parcels: Sequence[Parcel], *, now: datetime) -> list[Outcome]:
    """Received and processed, all in one transaction. Outcome: id = its place, made = `Arrived`; a key that is known is
    "repeated", with what became of it.

    Where that fails they are taken one by one; one that cannot be processed is kept for the conveyor, which tries again
    and then shows it to an operator. Raises only where no report is at fault: nothing is kept then.
    """
    try:
        return db.retrying(lambda: _taken(parcels, now, at_once=True))
    except Exception as error:
        if not _of_one(error):
            raise
        log.warning("reports are taken one by one", extra={"count": len(parcels), "code": conveyor.words(error)})
    if len(parcels) == 1:
        return keep(parcels, now=now)
    return [replace(take([parcel], now=now)[0], id=place) for place, parcel in enumerate(parcels)]


def keep(parcels: Sequence[Parcel], *, now: datetime) -> list[Outcome]:
    """Received, in one transaction, and left to the conveyor. One that cannot even be kept is refused: "not_kept"."""
    try:
        return db.retrying(lambda: _taken(parcels, now, at_once=False))
    except Exception as error:
        if not _of_one(error):
            raise
        log.warning("reports could not be kept", extra={"count": len(parcels), "code": conveyor.words(error)})
    if len(parcels) == 1:
        return [Outcome.refused(0, Refused("not_kept"))]
    return [replace(keep([parcel], now=now)[0], id=place) for place, parcel in enumerate(parcels)]


def _of_one(error: Exception) -> bool:
    """Whether another report might fare better, or this one later; what the city still lacks is no fault of a sender."""
    return isinstance(error, Refused) or conveyor.of_a_report(error)


def _taken(parcels: Sequence[Parcel], now: datetime, *, at_once: bool) -> list[Outcome]:
    with db.system(), ledger.gathered(now=now):
        outcomes, fresh = _received(parcels, now, at_once=at_once)
        done = pipeline.process_rows(fresh, now=now) if fresh else []
        became = {each.report_id: each for each in done} | _became_before(outcomes)
    return [replace(each, made=Arrived(each.made, became.get(each.made))) if each.ok else each for each in outcomes]


def _became_before(outcomes: Sequence[Outcome]) -> dict[int, Disposed]:
    """What became of those that were sent before."""
    repeated = [each.made for each in outcomes if each.ok and each.code]
    return reports_of.disposed(repeated) if repeated else {}


def _received(parcels: Sequence[Parcel], now: datetime, *, at_once: bool) -> tuple[list[Outcome], list[ReportRow]]:
    """Each sender's together: the record says who sent what. With the rows that are processed at once."""
    places: dict[tuple[int, int], list[int]] = {}
    for place, parcel in enumerate(parcels):
        places.setdefault((parcel.actor.account_id, parcel.actor.post_id), []).append(place)
    found: dict[int, Outcome] = {}
    fresh: list[ReportRow] = []
    for those in (places[sender] for sender in sorted(places)):  # in one order, so that two groups do not deadlock
        kept = [file for place in those for file in parcels[place].kept]
        raws, actor = [parcels[place].raw for place in those], parcels[those[0]].actor
        if at_once:
            made, rows = pipeline.receive_rows(raws, now=now, actor=actor, kept=kept)
            fresh += rows
        else:
            made = pipeline.receive(raws, now=now, actor=actor, kept=kept)
        found |= {place: replace(outcome, id=place) for place, outcome in zip(those, made, strict=True)}
    return [found[place] for place in range(len(parcels))], fresh
