"""What must be looked up before a person's decision about a report stands, and what it then does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from civigrid.base.errors import Refused
from civigrid.cases import actions as cases
from civigrid.cases import queries as case_queries
from civigrid.cases.rules import Came, HeardCase, Hearing
from civigrid.catalog import queries as catalog
from civigrid.catalog.rules import NO_TASKS
from civigrid.classify.rules import urgency
from civigrid.directory import queries as directory
from civigrid.directory.rules import Actor
from civigrid.flow import pipeline, tx
from civigrid.intake import actions as intake
from civigrid.intake import queries as reports_of
from civigrid.intake.rules import (
    BECOMES,
    OF_A_CASE,
    Choice,
    Decision,
    Disposed,
    NewTransfer,
    Subject,
    check_decision,
    check_target,
)
from civigrid.route import queries as route

CAME: Mapping[Choice, Came] = {
    Choice.CHASE: Came.CHASED,
    Choice.SUPPLEMENT: Came.SUPPLEMENTED,
    Choice.WITHDRAW: Came.WITHDREW,
}


@dataclass(frozen=True, slots=True)
class Asked:
    """A decision about a report, and what of the report it hangs on. `phone_index`: whose it is, b"" for nobody's."""

    decision: Decision
    subject: Subject
    target_text: str
    phone_index: bytes
    confidential: bool


@dataclass(frozen=True, slots=True)
class Decided:
    """A decision that stands; of an own case, which it is and what its sender had said of it before."""

    decision: Decision
    case: HeardCase | None = None
    own: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class _Known:
    """What a batch of decisions is held against."""

    actor: Actor
    on: date
    targets: frozenset[int]
    heard: Mapping[str, HeardCase]
    owned: frozenset[tuple[bytes, int]]

    @classmethod
    def of(cls, asked: Sequence[Asked], actor: Actor, now: datetime) -> _Known:
        """The own cases are locked: they stay open until the batch is written."""
        on = now.astimezone(catalog.city().zone).date()
        numbers = [each.decision.number for each in asked if each.decision.choice in OF_A_CASE]
        heard = case_queries.hold_heard(numbers)
        reports = [report_id for case in heard.values() for report_id in case.report_ids]
        indices = {each.phone_index for each in asked if each.decision.number}
        owned = reports_of.owned(indices, reports, now=now) if reports else set()
        targets = frozenset(unit.id for unit in directory.units(on).values() if unit.kind in NO_TASKS)
        return cls(actor, on, targets, heard, frozenset(owned))


def danger(words: str) -> str:
    """The kind of danger a text tells of, "" for none."""
    return urgency(words)[1]


def judge(asked: Sequence[Asked | Refused], *, actor: Actor, now: datetime) -> list[Decided | Refused]:
    """What stands, and why the others do not. What was refused before stays so."""
    known = _Known.of([each for each in asked if isinstance(each, Asked)], actor, now)
    return [each if isinstance(each, Refused) else _judged(each, known) for each in asked]


def _judged(asked: Asked, known: _Known) -> Decided | Refused:
    try:
        decision = check_decision(asked.decision, asked.subject, known.actor)
        if decision.choice is Choice.TRANSFER:
            check_target(decision.unit_id, takes=known.targets, barred=_barred(asked, known))
        return _own_case(decision, asked, known) if decision.choice in OF_A_CASE else Decided(decision)
    except Refused as no:
        return no


def _own_case(decision: Decision, asked: Asked, known: _Known) -> Decided:
    """Whose number it is that is with a report of the case, his it is; nobody else may chase it or take it back."""
    case = known.heard.get(decision.number)
    if case is None or not known.actor.scope.holds(region_code=case.region_code, unit_ids=case.unit_ids):
        raise Refused("unknown_case")
    own = tuple(each for each in case.report_ids if (asked.phone_index, each) in known.owned)
    if not own:
        raise Refused("not_own_case")
    if case.over:
        raise Refused("case_over", number=case.number)
    if asked.confidential and not case.confidential:
        raise Refused("confidential_apart")
    if not _barred(asked, known).isdisjoint(case.unit_ids):
        raise Refused("target_is_unit")
    return Decided(decision, case, own)


def _barred(asked: Asked, known: _Known) -> frozenset[int]:
    return route.barred([asked.target_text], known.on) if asked.target_text else frozenset()


def carry_out(decided: Mapping[int, Decided], *, actor: Actor, now: datetime, anew: bool = False) -> None:
    """In the open transaction: does what was decided, by report. `anew`: they are on nobody's list any more.

    All but those that go the machine's way get their disposition here, whatever waits for them is taken off the list.
    """
    way = [report_id for report_id, each in decided.items() if each.decision.choice is Choice.PROCESS]
    rest = {report_id: each for report_id, each in decided.items() if each.decision.choice is not Choice.PROCESS}
    if way and anew:
        intake.requeue(way)
    if way:
        pipeline.process(way, now=now)
    if not rest:
        return
    intake.finish(list(rest))
    cases.hear(
        [_hearing(report_id, each, each.case) for report_id, each in rest.items() if each.case], actor=actor, now=now
    )
    sent = {report_id: each.decision for report_id, each in rest.items() if each.decision.choice is Choice.TRANSFER}
    new = [NewTransfer(report_id, each.unit_id, text=each.text) for report_id, each in sent.items()]
    intake.transfer(new, actor=actor, now=now)
    tx.sure(intake.dispose([_disposed(report_id, each) for report_id, each in rest.items()], now=now, actor=actor))


def _hearing(report_id: int, each: Decided, case: HeardCase) -> Hearing:
    return Hearing(report_id, case, CAME[each.decision.choice], each.own)


def _disposed(report_id: int, each: Decided) -> Disposed:
    """The words of a transfer stand with the transfer."""
    decision = each.decision
    return Disposed(
        report_id,
        BECOMES[decision.choice],
        decision.reason,
        (each.case.number,) if each.case else (),
        "" if decision.choice is Choice.TRANSFER else decision.text,
    )
