"""The verbs of those who did not handle: checking and closing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from civigrid.base.errors import Outcome
from civigrid.cases.actions.change import Batch, Change, perform
from civigrid.cases.actions.verbs.parts import (
    by_machine,
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
    WaitReason,
    after_check,
    demand,
    may,
    one_of,
    to_check,
    words,
)
from civigrid.directory.rules import Actor


def check(forms: Sequence[Checking], *, actor: Actor, now: datetime) -> list[Outcome]:
    """核查, by who did not handle. Not passed: the lead unit gets a new task with a clock of its own; what was settled
    at once is dispatched like any other. Passed, that is closed by the machine.
    """
    return perform(forms, _check, write, actor=actor, now=now)


def _check(form: Checking, held: Held, batch: Batch) -> Change:
    case = held.case
    may(Verb.CHECK, batch.actor, case)
    result = CheckResult(one_of(CheckResult, form.result))
    exhibits, text = known_exhibits(form.exhibits, batch), words(form.text, needed=result is not CheckResult.PASSED)
    needs = to_check(batch.lists.check_by(case.matter_id), result)
    demand(needs, exhibits, batch.files, text=text, tries=form.tries)
    facts = {"result": result.value, "files": len(exhibits), **({"tries": form.tries} if form.tries else {})}
    checked = {"checked_by": batch.actor.account_id, "checked_unit": batch.actor.unit_id}
    if case.side is Side.SELF_SETTLED:
        change = Change(Told.CHECKED, after_check(result), facts, text, checked, exhibits=exhibits)
        return _sample(result, held, change, batch)
    failed = result is CheckResult.FAILED
    return Change(
        Told.CHECKED,
        after_check(result),
        facts,
        text,
        {"side": Side.REWORKED.value} if failed else checked,
        offers=(offer_again(case, batch),) if failed else (),
        exhibits=exhibits,
    )


def _sample(result: CheckResult, held: Held, change: Change, batch: Batch) -> Change:
    """A self-settled case that was drawn for a check: there is no task to give back."""
    if result is CheckResult.FAILED:
        filed = held.case.standard_version_id is not None
        waits_for = "" if filed else WaitReason.NO_STANDARD.value
        again = {"side": Side.REWORKED.value, "outcome": "", "waits_for": waits_for}
        return replace(change, stage=Stage.DISPATCH if filed else Stage.FILE, case=again)
    if result is CheckResult.IMPOSSIBLE:
        return change
    return replace(change, stage=Stage.EVALUATE, case={**change.case, **by_machine(batch)}, stops=held.clocks)


def close(forms: Sequence[Closing], *, actor: Actor, now: datetime) -> list[Outcome]:
    """结案, by who did not handle. Every clock stops."""
    return perform(forms, _close, write, actor=actor, now=now)


def _close(form: Closing, held: Held, batch: Batch) -> Change:
    may(Verb.CLOSE, batch.actor, held.case)
    outcome = one_of(Result, form.outcome)
    words(form.answer, needed=False)
    return Change(
        Told.CLOSED,
        Stage.EVALUATE,
        {"outcome": outcome},
        words(form.text, needed=False),
        {"outcome": outcome, **closed_by(batch)},
        stops=held.clocks,
    )
