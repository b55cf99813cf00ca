"""转出: what targets say of what went to them, and the calls that were to be made first."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TypeVar

from civigrid.base.errors import Outcome, Refused
from civigrid.cases import actions as cases
from civigrid.cases import queries as case_queries
from civigrid.cases.actions import Noted
from civigrid.cases.rules import TargetSaid, Told, Transferring
from civigrid.directory.rules import Actor
from civigrid.flow import targets, tx
from civigrid.intake import actions as intake
from civigrid.intake import queries as reports_of
from civigrid.intake.rules import (
    Called,
    Disposed,
    DispositionKind,
    Missing,
    NewTransfer,
    Place,
    Receipt,
    TransferRow,
    TransferState,
)

T = TypeVar("T", Called, Receipt)


def call(items: Sequence[Called], *, actor: Actor, now: datetime) -> list[Outcome]:
    """Somebody called whom he was to call first. The case's record says so, and its screens."""

    def work() -> list[Outcome]:
        seen, refused = _in_scope(items, actor)
        outcomes = intake.call(seen, actor=actor, now=now)
        texts = {item.transfer_id: item for item in seen}
        done = [(done.made, texts[done.id]) for done in outcomes if done.ok]
        cases.note([_called(row, item) for row, item in done if row.number], actor=actor, now=now)
        return _in_order(items, [*outcomes, *refused])

    return tx.whole(work)


def _called(row: TransferRow, item: Called) -> Noted:
    facts = {"service": row.service, "unit": row.unit_id, "called_at": item.called_at.isoformat()}
    return Noted(row.number, Told.CALLED, {name: value for name, value in facts.items() if value}, item.text)


def receipt(items: Sequence[Receipt], *, actor: Actor, now: datetime) -> list[Outcome]:
    """What targets said of reports that went to them without a case, and of calls beside one. Refused, a report waits
    again for a person. Of a case that ended with its transfer, `of_cases` takes the receipt.
    """

    def work() -> list[Outcome]:
        seen, refused = _in_scope(items, actor)
        outcomes = intake.take_receipts(seen, actor=actor, now=now)
        said = {item.transfer_id: item for item in seen}
        done = [(done.made, said[done.id]) for done in outcomes if done.ok]
        cases.note([_said(row, item) for row, item in done if row.number], actor=actor, now=now)
        back = [row.report_id for row, item in done if item.state == TransferState.REFUSED and not row.called]
        again = [Disposed(each, DispositionKind.WAITING, Missing.TARGET_REFUSED) for each in back]
        tx.sure(intake.dispose(again, now=now, actor=actor))
        return _in_order(items, [*outcomes, *refused])

    return tx.whole(work)


def _said(row: TransferRow, item: Receipt) -> Noted:
    facts = {"service": row.service, "unit": row.unit_id, "receipt": item.state}
    return Noted(row.number, Told.RECEIPT, {name: value for name, value in facts.items() if value}, item.text)


def _in_scope(items: Sequence[T], actor: Actor) -> tuple[list[T], list[Outcome]]:
    """Those that the actor may know of; what is at no place of his is as if there were none."""
    rows = reports_of.transfers_by_ids([item.transfer_id for item in items])
    at_work = case_queries.places_of([row.report_id for row in rows.values()])
    regions = {report.id: report.region_code for report in reports_of.by_ids(list(at_work))}
    seen: list[T] = []
    refused: list[Outcome] = []
    for item in items:
        row = rows.get(item.transfer_id)
        no = (
            _unseen(row, at_work[row.report_id] or [Place(regions[row.report_id])], item, actor)
            if row
            else "no_such_transfer"
        )
        if no:
            refused.append(Outcome.refused(item.transfer_id, Refused(no, number=row.number if row else "")))
        else:
            seen.append(item)
    return seen, refused


def _unseen(row: TransferRow, places: Sequence[Place], item: T, actor: Actor) -> str:
    if not any(actor.scope.holds(region_code=place.region_code, unit_ids=place.unit_ids) for place in places):
        return "no_such_transfer"
    return "case_has_it" if row.number and not row.called and isinstance(item, Receipt) else ""


def _in_order(items: Sequence[T], outcomes: Sequence[Outcome]) -> list[Outcome]:
    by_id: dict[int, list[Outcome]] = {}
    for outcome in outcomes:
        by_id.setdefault(outcome.id, []).append(outcome)
    return [by_id[item.transfer_id].pop(0) for item in items]


def send_cases(items: Sequence[Transferring], *, actor: Actor, now: datetime) -> list[Outcome]:
    """Cases end as another body's: one transaction says it of the case, of its reports and to whom it went."""

    def work() -> list[Outcome]:
        barred = targets.barred([item.number for item in items], now=now)
        outcomes = cases.transfer(items, barred=barred, actor=actor, now=now)
        done = {item.number: item for item, outcome in zip(items, outcomes, strict=True) if outcome.ok}
        firsts = case_queries.first_reports(list(done))
        new = [NewTransfer(firsts[each.number], each.unit_id, each.number, text=each.text) for each in done.values()]
        intake.transfer(new, actor=actor, now=now)
        intake.dispose(_sent(list(done)), now=now, actor=actor)  # one chased or withdrawn stays what it is
        return outcomes

    return tx.whole(work)


def _sent(numbers: Sequence[str]) -> list[Disposed]:
    return [
        Disposed(report_id, DispositionKind.TRANSFERRED, numbers=(number,))
        for number, report_ids in case_queries.reports_refused(numbers).items()
        for report_id in report_ids
    ]


def of_cases(items: Sequence[TargetSaid], *, actor: Actor, now: datetime) -> list[Outcome]:
    """What targets said of cases that went to them. Refused, a case goes on where it stood, and its reports with it."""

    def work() -> list[Outcome]:
        numbers = [item.number for item in items]
        transfers, stood = reports_of.sent_as_case(numbers), case_queries.stood(numbers)
        outcomes = cases.receipt(items, transfers=transfers, stood=stood, actor=actor, now=now)
        done = [item for item, outcome in zip(items, outcomes, strict=True) if outcome.ok]
        receipts = [Receipt(transfers[item.number].id, item.state, item.text) for item in done]
        tx.sure(intake.take_receipts(receipts, actor=actor, now=now))
        back = [item.number for item in done if item.state == TransferState.REFUSED]
        tx.sure(intake.dispose(_back(back), now=now, actor=actor))
        return outcomes

    return tx.whole(work)


def _back(numbers: Sequence[str]) -> list[Disposed]:
    """Their reports are at work again, those that went with the case: others keep what became of them."""
    ids = [part.report_id for found in case_queries.parts(numbers).values() for part in found]
    began, at, before = case_queries.standing(ids), case_queries.numbers_of(ids), reports_of.disposed(ids)
    return [
        Disposed(
            each,
            DispositionKind.OPENED if began[each] else DispositionKind.JOINED,
            Missing.TARGET_REFUSED,
            at[each],
        )
        for each in ids
        if before[each].kind is DispositionKind.TRANSFERRED
    ]
