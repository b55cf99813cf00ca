"""The verbs of those who did not handle: checking and closing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from civigrid.base.errors import Outcome
from civigrid.cases.actions.change import Batch, Change, perform
from civigrid.cases.actions.verbs.parts import (
    closed_by,
    known_exhibits,
    offer_again,
)
from civigrid.cases.actions.writing import write
from civigrid.cases.queries.held import Held
from civigrid.cases.rules import (
    Checking,
    CheckResult,
    Closing,
    Result,
    Side,
    Stage,
    Told,
    Verb,
    after_check,
    may,
    one_of,
    words,
)
from civigrid.directory.rules import Actor


def check(forms: Sequence[Checking], *, actor: Actor, now: datetime) -> list[Outcome]:
    """核查, by who did not handle. Not passed: the lead unit gets a new task with a clock of its own."""
    return perform(forms, _check, write, actor=actor, now=now)


def _check(form: Checking, held: Held, batch: Batch) -> Change:
    case = held.case
    may(Verb.CHECK, batch.actor, case)
    result = CheckResult(one_of(CheckResult, form.result))
    failed = result is CheckResult.FAILED
    exhibits = known_exhibits(form.exhibits, batch)
    checked = {"checked_by": batch.actor.account_id, "checked_unit": batch.actor.unit_id}
    return Change(
        Told.CHECKED,
        after_check(result),
        {"result": result.value, "files": len(exhibits)},
        words(form.text, needed=result is not CheckResult.PASSED),
        {"side": Side.REWORKED.value} if failed else checked,
        offers=(offer_again(case, batch),) if failed else (),
        exhibits=exhibits,
    )


def close(forms: Sequence[Closing], *, actor: Actor, now: datetime) -> list[Outcome]:
    """结案, by who did not handle. Every clock stops."""
    return perform(forms, _close, write, actor=actor, now=now)


def _close(form: Closing, held: Held, batch: Batch) -> Change:
    may(Verb.CLOSE, batch.actor, held.case)
    outcome = one_of(Result, form.outcome)
    return Change(
        Told.CLOSED,
        Stage.EVALUATE,
        {"outcome": outcome},
        words(form.text, needed=False),
        {"outcome": outcome, **closed_by(batch)},
        stops=held.clocks,
    )
