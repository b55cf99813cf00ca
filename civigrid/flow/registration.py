"""登记: what somebody at the desk hears, and what becomes of it at once; and what he decides later about what waited."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from civigrid.base.errors import Outcome, Refused
from civigrid.base.files import Kept
from civigrid.directory.rules import Actor
from civigrid.flow import besides, deciding, emergency, repeats, slips, tx
from civigrid.flow.besides import Besides
from civigrid.flow.deciding import Asked, Decided
from civigrid.intake import actions as intake
from civigrid.intake import queries as reports_of
from civigrid.intake.rules import (
    Decision,
    Disposed,
    HeldReport,
    RawReport,
    ReportRow,
    Subject,
    check_besides,
    check_undecided,
    may_redecide,
    may_register,
)

advice = emergency.advice  # shown while somebody is still speaking


NOTHING = Besides()


@dataclass(frozen=True, slots=True)
class Registration:
    """All that one form asks for: it stands whole or not at all."""

    raw: RawReport
    decision: Decision
    besides: Besides = NOTHING


class _Undone(Exception):
    """A later step of the item at `place` is refused: nothing of the batch is kept, and it is done again without it."""

    def __init__(self, place: int, why: Refused) -> None:
        super().__init__(place, why)
        self.place, self.why = place, why


@dataclass(frozen=True, slots=True)
class Redecision:
    report_id: int
    decision: Decision


@dataclass(frozen=True, slots=True)
class Registered:
    """What became of a report; `disposed` None where it was stored before by another door and is still to be processed."""

    report_id: int
    disposed: Disposed | None


def register(items: Sequence[Registration], *, actor: Actor, now: datetime, kept: Sequence[Kept] = ()) -> list[Outcome]:
    """Stores reports with what a person decided about each, in one transaction. One Outcome an item: id = its place,
    made = `Registered`. Of a refused one nothing is stored, whichever of its demands was refused. A key that is known is
    "repeated", with what became of it then, whatever is decided now. `kept` as for `pipeline.receive`.
    """
    late: dict[int, Refused] = {}
    while True:  # ends: each turn refuses one item more
        try:
            return tx.whole(partial(_register, items, late, actor, now), kept=kept, now=now)
        except _Undone as undone:
            late[undone.place] = undone.why


def _register(items: Sequence[Registration], late: Mapping[int, Refused], actor: Actor, now: datetime) -> list[Outcome]:
    try:
        may_register(actor)
    except Refused as no:
        return [Outcome.refused(place, no) for place in range(len(items))]
    asked = [late.get(place) or _asked(item) for place, item in enumerate(items)]
    decided = deciding.judge(asked, actor=actor, now=now)
    good = [place for place, each in enumerate(decided) if isinstance(each, Decided)]
    stored = intake.record([items[place].raw for place in good], now=now, actor=actor)
    outcomes = {place: _at(place, each) for place, each in zip(good, stored, strict=True)}
    outcomes |= _refused(items, decided, now)
    fresh = {each.made: place for place, each in outcomes.items() if each.ok and not each.code}
    slips.give({report_id: items[place].raw.key for report_id, place in fresh.items()}, actor=actor)
    deciding.carry_out({report_id: _sure(decided[place]) for report_id, place in fresh.items()}, actor=actor, now=now)
    _carry_on({report_id: place for report_id, place in fresh.items() if items[place].besides}, items, actor, now)
    became = reports_of.disposed([each.made for each in outcomes.values() if each.ok])
    return [_told(outcomes[place], became) for place in range(len(items))]


def _carry_on(more: Mapping[int, int], items: Sequence[Registration], actor: Actor, now: datetime) -> None:
    """What new reports ask for besides; by report, its place."""
    became = reports_of.disposed(list(more)) if more else {}
    for report_id, place in more.items():
        try:
            besides.carry_out(items[place].besides, became[report_id], actor=actor, now=now)
        except Refused as no:
            raise _Undone(place, no) from no


def _asked(item: Registration) -> Asked | Refused:
    raw = item.raw
    try:
        check_besides(item.decision.choice, more=bool(item.besides))
    except Refused as no:
        return no
    words = f"{raw.title}\n{raw.text}"
    return Asked(
        item.decision,
        Subject(raw.kind, raw.urgency, deciding.danger(words)),
        raw.target_text,
        reports_of.index_or_none(raw.contact.phone),
        raw.confidential,
    )


def _refused(items: Sequence[Registration], decided: Sequence[Decided | Refused], now: datetime) -> dict[int, Outcome]:
    """Those that are refused now may have been taken when they were sent first: then that counts."""
    no = {place: each for place, each in enumerate(decided) if isinstance(each, Refused)}
    known = repeats.stored({place: items[place].raw for place in no}, now=now)
    return {
        place: Outcome(place, code="repeated", made=known[place]) if place in known else Outcome.refused(place, why)
        for place, why in no.items()
    }


def _sure(each: Decided | Refused) -> Decided:
    assert isinstance(each, Decided)
    return each


def _at(place: int, outcome: Outcome) -> Outcome:
    return Outcome(place, outcome.state, outcome.code, outcome.facts, outcome.made)


def _told(outcome: Outcome, became: Mapping[int, Disposed]) -> Outcome:
    if not outcome.ok:
        return outcome
    made = Registered(outcome.made, became.get(outcome.made))
    return Outcome(outcome.id, outcome.state, outcome.code, outcome.facts, made)


def redecide(items: Sequence[Redecision], *, actor: Actor, now: datetime) -> list[Outcome]:
    """What a person decides about reports that wait for something, are parked, or are still to be processed. One Outcome
    an item: id = the report, made = `Registered`.
    """

    return tx.whole(partial(_redecide, items, actor, now))


def _redecide(items: Sequence[Redecision], actor: Actor, now: datetime) -> list[Outcome]:
    held = reports_of.hold([item.report_id for item in items])
    open_to = [
        _open_to(item, held, actor, {each.report_id for each in items[:place]}) for place, item in enumerate(items)
    ]
    asked = [no or _asked_of(item.decision, held[item.report_id]) for item, no in zip(items, open_to, strict=True)]
    decided = deciding.judge(asked, actor=actor, now=now)
    good = {item.report_id: each for item, each in zip(items, decided, strict=True) if isinstance(each, Decided)}
    intake.finish(list(good))
    deciding.carry_out(good, actor=actor, now=now, anew=True)
    became = reports_of.disposed(list(good))
    return [
        Outcome.refused(item.report_id, each)
        if isinstance(each, Refused)
        else Outcome(item.report_id, made=Registered(item.report_id, became.get(item.report_id)))
        for item, each in zip(items, decided, strict=True)
    ]


def _open_to(item: Redecision, held: Mapping[int, HeldReport], actor: Actor, before: set[int]) -> Refused | None:
    try:
        may_redecide(actor)
        each = held.get(item.report_id)
        if each is None or item.report_id in before:
            raise Refused("no_such_report")
        check_undecided(each.before, pending=each.pending)
        if each.report.erased_at:
            raise Refused("erased")
    except Refused as no:
        return no
    return None


def _asked_of(decision: Decision, held: HeldReport) -> Asked:
    report: ReportRow = held.report
    return Asked(
        decision,
        Subject(report.kind, report.urgency, deciding.danger(report.words)),
        report.target_text,
        held.phone_index,
        report.confidential,
    )
