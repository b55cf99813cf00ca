"""What people do to cases, one short function per verb. Doors call these and nothing else of the stream.

Each opens the one transaction of its batch and returns one Outcome an item, in order: done, refused(code) or stale.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol, TypeVar

from civigrid.base.errors import Outcome
from civigrid.base.files import Kept
from civigrid.cases import actions as cases
from civigrid.cases import queries as case_queries
from civigrid.cases.rules import (
    INVALID,
    Acceptance,
    Assignment,
    Checking,
    Closing,
    Dispatching,
    EndWithdrawn,
    Filing,
    Form,
    Further,
    HandingDown,
    Handling,
    Joining,
    Moving,
    Raising,
    Refusal,
    Reopening,
    Result,
    SendingBack,
    SigningOff,
    Splitting,
    TargetSaid,
    TaskAcceptance,
    TaskReturn,
    Transferring,
    Verification,
    VerificationAsked,
    Voiding,
)
from civigrid.classify.rules import Correction
from civigrid.directory.rules import Actor
from civigrid.flow import corrections, moving, relations, targets, transfers, tx
from civigrid.flow.asking import answer_supervision as answer_supervision
from civigrid.flow.asking import arrive as arrive
from civigrid.flow.asking import ask_extension as ask_extension
from civigrid.flow.asking import ask_suspension as ask_suspension
from civigrid.flow.asking import decide_extension as decide_extension
from civigrid.flow.asking import decide_suspension as decide_suspension
from civigrid.flow.asking import lift as lift
from civigrid.flow.asking import resume as resume
from civigrid.flow.asking import supervise as supervise
from civigrid.flow.asking import withdraw_ask as withdraw_ask
from civigrid.intake import actions as intake
from civigrid.intake.rules import Disposed, DispositionKind, NotAccepted

F = TypeVar("F", bound=Form, contravariant=True)


class _Action(Protocol[F]):
    def __call__(self, forms: Sequence[F], /, *, actor: Actor, now: datetime) -> list[Outcome]: ...


def accept(*, actor: Actor, items: Sequence[Acceptance], now: datetime) -> list[Outcome]:
    return _do(cases.accept, items, actor, now)


def refuse_acceptance(*, actor: Actor, items: Sequence[Refusal], now: datetime) -> list[Outcome]:
    """The case is over, and its reports are not accepted: one transaction says both."""

    def work() -> list[Outcome]:
        outcomes = cases.refuse_acceptance(items, actor=actor, now=now)
        reasons = {item.number: item.reason for item, done in zip(items, outcomes, strict=True) if done.ok}
        intake.dispose(_not_accepted(reasons), now=now, actor=actor)
        return outcomes

    return tx.whole(work)


def _not_accepted(reasons: dict[str, str]) -> list[Disposed]:
    return [
        Disposed(report_id, DispositionKind.NOT_ACCEPTED, reasons[number], (number,))
        for number, report_ids in case_queries.reports_refused(list(reasons)).items()
        for report_id in report_ids
    ]


def file(*, actor: Actor, items: Sequence[Filing], now: datetime) -> list[Outcome]:
    """Whoever files a case says what its first report is about."""

    def work() -> list[Outcome]:
        outcomes = cases.file(items, actor=actor, now=now)
        matters = {item.number: item.matter_id for item, done in zip(items, outcomes, strict=True) if done.ok}
        corrections.settled(matters, actor=actor, now=now)
        return outcomes

    return tx.whole(work)


def ask_verification(*, actor: Actor, items: Sequence[VerificationAsked], now: datetime) -> list[Outcome]:
    return _do(cases.ask_verification, items, actor, now)


def verify(*, actor: Actor, items: Sequence[Verification], now: datetime, kept: Sequence[Kept] = ()) -> list[Outcome]:
    """`kept` as for `handle`."""
    return _do(cases.verify, items, actor, now, kept)


def relabel(*, actor: Actor, items: Sequence[Correction], now: datetime) -> list[Outcome]:
    """What reports are about, said by a person; also that the machine was right."""
    return corrections.correct(actor=actor, items=items, now=now)


def dispatch(*, actor: Actor, items: Sequence[Dispatching], now: datetime) -> list[Outcome]:
    """To no unit that a report of the case complains of, nor to its line."""

    def work() -> list[Outcome]:
        barred = targets.barred([item.number for item in items], now=now)
        return cases.dispatch(items, barred=barred, actor=actor, now=now)

    return tx.whole(work)


def accept_task(*, actor: Actor, items: Sequence[TaskAcceptance], now: datetime) -> list[Outcome]:
    return _do(cases.accept_task, items, actor, now)


def return_task(*, actor: Actor, items: Sequence[TaskReturn], now: datetime) -> list[Outcome]:
    return _do(cases.return_task, items, actor, now)


def handle(*, actor: Actor, items: Sequence[Handling], now: datetime, kept: Sequence[Kept] = ()) -> list[Outcome]:
    """`kept`: the files that the items' exhibits name, already on disk (`base.files.put`)."""
    return _do(cases.handle, items, actor, now, kept)


def assign(*, actor: Actor, items: Sequence[Assignment], now: datetime) -> list[Outcome]:
    return _do(cases.assign, items, actor, now)


def sign_off(*, actor: Actor, items: Sequence[SigningOff], now: datetime) -> list[Outcome]:
    return _do(cases.sign_off, items, actor, now)


def send_back(*, actor: Actor, items: Sequence[SendingBack], now: datetime) -> list[Outcome]:
    return _do(cases.send_back, items, actor, now)


def check(*, actor: Actor, items: Sequence[Checking], now: datetime, kept: Sequence[Kept] = ()) -> list[Outcome]:
    """`kept` as for `handle`."""
    return _do(cases.check, items, actor, now, kept)


def close(*, actor: Actor, items: Sequence[Closing], now: datetime) -> list[Outcome]:
    """The record of every report of the case says so: whoever sent it is told."""

    def work() -> list[Outcome]:
        outcomes = cases.close(items, actor=actor, now=now)
        done = [item for item, each in zip(items, outcomes, strict=True) if each.ok]
        relations.tell_ended(done, actor=actor, now=now)
        return outcomes

    return tx.whole(work)


def join(*, actor: Actor, items: Sequence[Joining], now: datetime) -> list[Outcome]:
    """The case ends; its reports go on in another one."""
    return relations.join(actor=actor, items=items, now=now)


def split(*, actor: Actor, items: Sequence[Splitting], now: datetime) -> list[Outcome]:
    """What was joined goes on by itself."""
    return relations.split(actor=actor, items=items, now=now)


def also(*, actor: Actor, items: Sequence[Further], now: datetime) -> list[Outcome]:
    """A report asks for more than one thing: a further case."""
    return relations.also(actor=actor, items=items, now=now)


def raise_case(*, actor: Actor, items: Sequence[Raising], now: datetime) -> list[Outcome]:
    """Past a desk that a report of the case complains of."""

    def work() -> list[Outcome]:
        barred = targets.barred([item.number for item in items], now=now)
        return cases.raise_case(items, barred=barred, actor=actor, now=now)

    return tx.whole(work)


def hand_down(*, actor: Actor, items: Sequence[HandingDown], now: datetime) -> list[Outcome]:
    """To no town that a report of the case complains of."""

    def work() -> list[Outcome]:
        barred = targets.barred([item.number for item in items], now=now)
        return cases.hand_down(items, barred=barred, actor=actor, now=now)

    return tx.whole(work)


def move(*, actor: Actor, items: Sequence[Moving], now: datetime) -> list[Outcome]:
    """Another place: grid, kind of place and duty are found anew."""
    return moving.move(actor=actor, items=items, now=now)


def transfer(*, actor: Actor, items: Sequence[Transferring], now: datetime) -> list[Outcome]:
    """To a body that takes no tasks: the case ends with it."""
    return transfers.send_cases(items, actor=actor, now=now)


def receipt(*, actor: Actor, items: Sequence[TargetSaid], now: datetime) -> list[Outcome]:
    """What it said of a case."""
    return transfers.of_cases(items, actor=actor, now=now)


def end_withdrawn(*, actor: Actor, items: Sequence[EndWithdrawn], now: datetime) -> list[Outcome]:
    """Nobody asks for it any more."""

    def work() -> list[Outcome]:
        outcomes = cases.end_withdrawn(items, actor=actor, now=now)
        ended = [item for item, done in zip(items, outcomes, strict=True) if done.ok]
        said = [Closing(item.number, item.version, Result.WITHDRAWN.value, item.text) for item in ended]
        relations.tell_ended(said, actor=actor, now=now)
        return outcomes

    return tx.whole(work)


def void(*, actor: Actor, items: Sequence[Voiding], now: datetime) -> list[Outcome]:
    """The case is over, and its reports were no demand or are not accepted: one transaction says both."""

    def work() -> list[Outcome]:
        outcomes = cases.void(items, actor=actor, now=now)
        reasons = {item.number: item.reason for item, done in zip(items, outcomes, strict=True) if done.ok}
        intake.dispose(_voided(reasons), now=now, actor=actor)
        return outcomes

    return tx.whole(work)


def _voided(reasons: dict[str, str]) -> list[Disposed]:
    unaccepted = {number: NotAccepted.UNVERIFIABLE.value for number, why in reasons.items() if why not in INVALID}
    invalid = case_queries.reports_refused([number for number in reasons if number not in unaccepted])
    return _not_accepted(unaccepted) + [
        Disposed(report_id, DispositionKind.INVALID, reasons[number], (number,))
        for number, report_ids in invalid.items()
        for report_id in report_ids
    ]


def reopen(*, actor: Actor, items: Sequence[Reopening], now: datetime) -> list[Outcome]:
    """To no unit that a report of the case complains of."""

    def work() -> list[Outcome]:
        barred = targets.barred([item.number for item in items], now=now)
        return cases.reopen(items, barred=barred, actor=actor, now=now)

    return tx.whole(work)


def retry_parked(*, actor: Actor, items: Sequence[int], now: datetime) -> list[Outcome]:
    """An operator lets reports that could not be processed try again; items are report ids."""
    return tx.whole(lambda: intake.retry_parked(items, actor=actor, now=now))


def _do(
    action: _Action[F], items: Sequence[F], actor: Actor, now: datetime, kept: Sequence[Kept] = ()
) -> list[Outcome]:
    return tx.whole(lambda: action(items, actor=actor, now=now), kept=kept, now=now)
