"""转出 and what comes back; and the end of a case whose sender has withdrawn it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from civigrid.base.errors import Outcome, Refused
from civigrid.cases.actions.change import Batch, Change, perform
from civigrid.cases.actions.replaying import Befell
from civigrid.cases.actions.verbs.parts import closed_by, open_tasks
from civigrid.cases.actions.writing import write
from civigrid.cases.queries.held import Held
from civigrid.cases.rules import (
    ClockEvent,
    ClockEventKind,
    EndWithdrawn,
    Result,
    Side,
    Stage,
    Stood,
    TargetSaid,
    Told,
    Transferring,
    Verb,
    may,
    words,
)
from civigrid.directory.rules import Actor
from civigrid.intake.rules import TransferRow, TransferState, check_receipt, check_target

NOBODY: frozenset[int] = frozenset()


def transfer(
    forms: Sequence[Transferring], *, barred: Mapping[str, frozenset[int]], actor: Actor, now: datetime
) -> list[Outcome]:
    """转出: the case is another body's, and ends here. Flow writes the transfer and disposes its reports.

    `barred`: the units that a case's reports complain of with their line, by its number.
    """

    def decide(form: Transferring, held: Held, batch: Batch) -> Change:
        return _transfer(form, held, batch, barred.get(form.number, NOBODY))

    return perform(forms, decide, write, actor=actor, now=now)


def _transfer(form: Transferring, held: Held, batch: Batch, barred: frozenset[int]) -> Change:
    case = held.case
    may(Verb.TRANSFER, batch.actor, case)
    check_target(form.unit_id, takes=batch.lists.transfer_targets(), barred=barred)
    return Change(
        Told.TRANSFERRED,
        Stage.EVALUATE,
        {"unit": form.unit_id, "stood": case.stage.value, "waited_for": case.waits_for},
        words(form.text, needed=True),
        {"side": Side.TRANSFERRED.value, "waits_for": "", **closed_by(batch)},
        stops=held.clocks,
        cancels=open_tasks(case),
    )


def receipt(
    forms: Sequence[TargetSaid],
    *,
    transfers: Mapping[str, TransferRow],
    stood: Mapping[str, Stood],
    actor: Actor,
    now: datetime,
) -> list[Outcome]:
    """What the target said. Refused, the case goes on where it stood, and its promise as if it had never ended.

    `transfers`, `stood`: by number.
    """

    def decide(form: TargetSaid, held: Held, batch: Batch) -> Change:
        may(Verb.RECEIPT, batch.actor, held.case)
        if form.number not in transfers or form.number not in stood:
            raise Refused("no_such_transfer")
        text = check_receipt(transfers[form.number], form.state, form.text)
        facts = {"receipt": form.state, "unit": transfers[form.number].unit_id}
        if form.state != TransferState.REFUSED:
            return Change(Told.RECEIPT, Stage.EVALUATE, facts, text)
        return _back(held, stood[form.number], facts, text, batch)

    return perform(forms, decide, write, actor=actor, now=now)


def _back(held: Held, stood: Stood, facts: Mapping[str, object], text: str, batch: Batch) -> Change:
    goes_on = ClockEvent(ClockEventKind.CONTINUE, batch.now)
    return Change(
        Told.RECEIPT,
        stood.stage,
        facts,
        text,
        # naming how often it was reopened, which this is not, takes back that it was closed
        {"side": Side.RETURNED.value, "waits_for": stood.waits_for, "reopened": held.case.reopened},
        befell=tuple(Befell(clock, goes_on) for clock in (stood.clock_id, stood.answer_id) if clock),
    )


def end_withdrawn(forms: Sequence[EndWithdrawn], *, actor: Actor, now: datetime) -> list[Outcome]:
    """撤诉: everybody who asked for it has withdrawn. The chief ends it wherever it stands, or lets it go on."""
    return perform(forms, _end, write, actor=actor, now=now)


def _end(form: EndWithdrawn, held: Held, batch: Batch) -> Change:
    may(Verb.END_WITHDRAWN, batch.actor, held.case)
    return Change(
        Told.CLOSED,
        Stage.EVALUATE,
        {"outcome": Result.WITHDRAWN.value},
        words(form.text, needed=False),
        {"outcome": Result.WITHDRAWN.value, "waits_for": "", **closed_by(batch)},
        stops=held.clocks,
        cancels=open_tasks(held.case),
    )
