"""转出: what went elsewhere, and what has come back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from datetime import datetime
from typing import LiteralString

from django.db.models import QuerySet

from civigrid.base.bulk import execute
from civigrid.base.questions import Question, Row
from civigrid.intake.models import Transfer
from civigrid.intake.rules import PendingState, TransferRow, TransferState

_COLUMNS = tuple(column.name for column in fields(TransferRow))
_PARKED_AND_CALLS: LiteralString = """
SELECT parked.n, t.id, t.report_id, t.unit_id, t.number, t.service, t.state, t.at, t.by_account, t.sent_at, t.received_at, t.ended_at
FROM (SELECT count(*) AS n FROM intake_pending WHERE state = %s) parked LEFT JOIN LATERAL (
  SELECT * FROM intake_transfer WHERE state = %s AND ended_at IS NULL ORDER BY id LIMIT %s
) t ON true ORDER BY t.id
"""
_MOMENTS = ("at", "sent_at", "received_at", "ended_at")
_OPEN = "SELECT DISTINCT ON (number) number, id FROM intake_transfer WHERE number = ANY (%s) AND service = '' ORDER BY number, id DESC"


def _rows(found: QuerySet[Transfer], limit: int) -> list[TransferRow]:
    return [TransferRow(*row) for row in found.order_by("id").values_list(*_COLUMNS)[:limit]]


def calls_asked(*, limit: int = 100) -> list[TransferRow]:
    """Who must be called now 先转后录, in the open scope, the oldest first."""
    return _rows(Transfer.objects.filter(state=TransferState.ASKED, ended_at__isnull=True), limit)


def parked_and_calls(*, limit: int = 100) -> Question[tuple[int, list[TransferRow]]]:
    """How many reports are parked, and who must be called now: what frames a page at the desk."""
    return Question(_PARKED_AND_CALLS, (PendingState.PARKED.value, TransferState.ASKED.value, limit), _parked_and_calls)


def _parked_and_calls(rows: Sequence[Row]) -> tuple[int, list[TransferRow]]:
    calls = [dict(zip(_COLUMNS, row[1:], strict=True)) for row in rows if row[1] is not None]
    return rows[0][0], [TransferRow(**call | {name: _moment(call[name]) for name in _MOMENTS}) for call in calls]


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def calls_asked_count() -> int:
    return Transfer.objects.filter(state=TransferState.ASKED, ended_at__isnull=True).count()


def without_receipt(*, limit: int = 200) -> list[TransferRow]:
    """Transfers of which the target has not said yet that it has them, in the open scope, the oldest first."""
    return _rows(Transfer.objects.filter(state=TransferState.SENT, ended_at__isnull=True), limit)


def unanswered(*, limit: int = 200) -> list[TransferRow]:
    """Transfers of which the target has still something to say: that it has them, or what came of them. In the open
    scope, the oldest first."""
    states = (TransferState.SENT, TransferState.RECEIVED)
    return _rows(Transfer.objects.filter(state__in=states, ended_at__isnull=True), limit)


def transfers_by_ids(ids: Sequence[int]) -> dict[int, TransferRow]:
    return {row.id: row for row in _rows(Transfer.objects.filter(id__in=ids), len(ids))}


def transfers_of(number: str) -> list[TransferRow]:
    """Whatever was sent or is called for one case, the oldest first."""
    return _rows(Transfer.objects.filter(number=number), 100) if number else []


def transfers_of_reports(report_ids: Sequence[int]) -> list[TransferRow]:
    """Whatever was sent or is called for these reports, the oldest first."""
    return _rows(Transfer.objects.filter(report_id__in=report_ids), 1000)


def sent_as_case(numbers: Sequence[str]) -> dict[str, TransferRow]:
    """The newest transfer by which each of these cases ended."""
    ids = dict(execute(_OPEN, (list(numbers),)))
    rows = transfers_by_ids(list(ids.values()))
    return {number: rows[transfer_id] for number, transfer_id in ids.items()}
