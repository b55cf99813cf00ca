"""What people do to cases, one short function per verb. Doors call these and nothing else of the stream.

Each opens the one transaction of its batch and returns one Outcome an item, in order: done, refused(code) or stale.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Protocol, TypeVar

from civigrid.base import db, files
from civigrid.base.errors import Outcome
from civigrid.base.files import Kept
from civigrid.cases import actions as cases
from civigrid.cases import queries as case_queries
from civigrid.cases.rules import (
    Acceptance,
    Checking,
    Closing,
    Dispatching,
    Filing,
    Form,
    Handling,
    Refusal,
    TaskAcceptance,
    TaskReturn,
)
from civigrid.catalog import queries as catalog
from civigrid.classify.rules import Correction
from civigrid.directory.rules import Actor
from civigrid.flow import corrections
from civigrid.intake import actions as intake
from civigrid.intake.rules import Disposed, DispositionKind
from civigrid.route import queries as route

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

    return _in_one_transaction(work)


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

    return _in_one_transaction(work)


def relabel(*, actor: Actor, items: Sequence[Correction], now: datetime) -> list[Outcome]:
    """What reports are about, said by a person; also that the machine was right."""
    return corrections.correct(actor=actor, items=items, now=now)


def dispatch(*, actor: Actor, items: Sequence[Dispatching], now: datetime) -> list[Outcome]:
    """To no unit that a report of the case complains of, nor to its line."""

    def work() -> list[Outcome]:
        on = now.astimezone(catalog.city().zone).date()
        targets = case_queries.targets_held([item.number for item in items])
        barred = {number: route.barred(said, on) for number, said in targets.items()}
        return cases.dispatch(items, barred=barred, actor=actor, now=now)

    return _in_one_transaction(work)


def accept_task(*, actor: Actor, items: Sequence[TaskAcceptance], now: datetime) -> list[Outcome]:
    return _do(cases.accept_task, items, actor, now)


def return_task(*, actor: Actor, items: Sequence[TaskReturn], now: datetime) -> list[Outcome]:
    return _do(cases.return_task, items, actor, now)


def handle(*, actor: Actor, items: Sequence[Handling], now: datetime, kept: Sequence[Kept] = ()) -> list[Outcome]:
    """`kept`: the files that the items' exhibits name, already on disk (`base.files.put`)."""
    return _do(cases.handle, items, actor, now, kept)


def check(*, actor: Actor, items: Sequence[Checking], now: datetime, kept: Sequence[Kept] = ()) -> list[Outcome]:
    """`kept` as for `handle`."""
    return _do(cases.check, items, actor, now, kept)


def close(*, actor: Actor, items: Sequence[Closing], now: datetime) -> list[Outcome]:
    return _do(cases.close, items, actor, now)


def retry_parked(*, actor: Actor, items: Sequence[int], now: datetime) -> list[Outcome]:
    """An operator lets reports that could not be processed try again; items are report ids."""
    return _in_one_transaction(lambda: intake.retry_parked(items, actor=actor, now=now))


def _do(
    action: _Action[F], items: Sequence[F], actor: Actor, now: datetime, kept: Sequence[Kept] = ()
) -> list[Outcome]:
    def work() -> list[Outcome]:
        files.record(kept, now=now)
        return action(items, actor=actor, now=now)

    return _in_one_transaction(work)


def _in_one_transaction(work: Callable[[], list[Outcome]]) -> list[Outcome]:
    def once() -> list[Outcome]:
        with db.system():
            return work()

    return db.retrying(once)
