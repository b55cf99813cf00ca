"""督办: a case's ladder from a reminder to a leader's own hand. Each rung is a person's, none comes by itself."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from civigrid.base.errors import Outcome, Refused
from civigrid.cases.actions.change import Batch, Change, perform
from civigrid.cases.actions.verbs.parts import handled_by
from civigrid.cases.actions.writing import write
from civigrid.cases.queries.held import Held, RunningClock
from civigrid.cases.rules import (
    MOST_ANSWER_DAYS,
    Answering,
    ClockKind,
    Lifting,
    Supervising,
    Supervision,
    Told,
    Verb,
    may,
    rungs,
    words,
)
from civigrid.directory.rules import Actor


def supervise(forms: Sequence[Supervising], *, actor: Actor, now: datetime) -> list[Outcome]:
    """提醒, 催办, 督办单, 领导批示: only ever up, with words; the last two are answered within some working days."""
    return perform(forms, _supervise, write, actor=actor, now=now)


def _supervise(form: Supervising, held: Held, batch: Batch) -> Change:
    case = held.case
    may(Verb.SUPERVISE, batch.actor, case)
    if form.rung not in rungs(batch.actor, case):
        raise Refused("rung_not_higher")
    rung, days = Supervision(form.rung), 0
    if rung >= Supervision.ORDER:
        days = form.days
        if not 1 <= days <= MOST_ANSWER_DAYS:
            raise Refused("answer_days", most=MOST_ANSWER_DAYS)
    return Change(
        Told.SUPERVISED,
        case.stage,
        {"rung": rung.value, **({"days": days} if days else {})},
        words(form.text, needed=True),
        {"supervised": rung.value, "answer_awaited": case.answer_awaited or bool(days)},
        answer_days=days,
    )


def answer_supervision(forms: Sequence[Answering], *, actor: Actor, now: datetime) -> list[Outcome]:
    """督办答复 by the unit that leads. The supervision stays until it is lifted."""
    return perform(forms, _answer, write, actor=actor, now=now)


def _answer(form: Answering, held: Held, batch: Batch) -> Change:
    case, task = held.case, held.case.task(form.task_id)
    may(Verb.ANSWER_SUPERVISION, batch.actor, case, task)
    return Change(
        Told.SUPERVISION_ANSWERED,
        case.stage,
        {"task": task.id, "unit": task.unit_id},
        words(form.text, needed=True),
        {"answer_awaited": False, **handled_by(case, task, batch)},
        stops=_answer_clock(held),
    )


def lift(forms: Sequence[Lifting], *, actor: Actor, now: datetime) -> list[Outcome]:
    """解除督办, with words."""
    return perform(forms, _lift, write, actor=actor, now=now)


def _lift(form: Lifting, held: Held, batch: Batch) -> Change:
    case = held.case
    may(Verb.LIFT, batch.actor, case)
    return Change(
        Told.LIFTED,
        case.stage,
        {"rung": case.supervised.value},
        words(form.text, needed=True),
        {"supervised": Supervision.NONE.value, "answer_awaited": False},
        stops=_answer_clock(held),
    )


def _answer_clock(held: Held) -> tuple[RunningClock, ...]:
    clock = held.clock_of(None, ClockKind.ANSWER)
    return (clock,) if clock else ()
