"""What became of reports, and what waits."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import connection
from django.db.models import Count, Q

from civigrid.base.bulk import execute
from civigrid.intake.models import Disposition, Pending
from civigrid.intake.queries.reports import by_ids
from civigrid.intake.rules import (
    Balance,
    Disposed,
    DispositionKind,
    HeldReport,
    ParkedRow,
    PendingState,
    ReportRow,
    WaitingRow,
)

_BALANCE = (
    "SELECT d.kind, count(*) FROM intake_report r LEFT JOIN intake_disposition d ON d.report_id = r.id "
    "WHERE r.received_at >= %s AND r.received_at < %s GROUP BY d.kind"
)
_HOLD = """
SELECT r.id, d.kind, p.report_id IS NOT NULL, c.phone_index FROM intake_report r
LEFT JOIN intake_disposition d ON d.report_id = r.id LEFT JOIN intake_pending p ON p.report_id = r.id
LEFT JOIN intake_contact c ON c.report_id = r.id
WHERE r.id = ANY (%s::bigint[])
"""
_LOCK = "SELECT id FROM intake_report WHERE id = ANY (%s::bigint[]) ORDER BY id FOR NO KEY UPDATE"


def balance(start: datetime, end: datetime) -> Balance:
    """What became of the reports received from `start` to before `end`."""
    with connection.cursor() as cursor:
        cursor.execute(_BALANCE, (start, end))
        counts = dict(cursor.fetchall())
    undisposed = counts.pop(None, 0)
    kinds = {DispositionKind(kind): number for kind, number in counts.items()}
    return Balance(reports=sum(kinds.values()) + undisposed, kinds=kinds, undisposed=undisposed)


def oldest_pending() -> datetime | None:
    """When the oldest report that is ready came in; None where none is."""
    ready = Pending.objects.filter(state=PendingState.READY).order_by("report_id")
    return ready.values_list("report__received_at", flat=True).first()


def pending() -> dict[PendingState, int]:
    """How many reports wait to be processed, and how many are parked."""
    counts = dict(Pending.objects.values_list("state").annotate(Count("report_id")))
    return {state: counts.get(state, 0) for state in PendingState}


def ready(now: datetime) -> bool:
    """Whether a report may be processed now: those that failed a moment ago are left in peace."""
    due = Q(claimed_until__isnull=True) | Q(claimed_until__lte=now)
    return Pending.objects.filter(due, state=PendingState.READY).exists()


def parked(limit: int = 200) -> list[ParkedRow]:
    """Poisoned reports with their error, oldest first."""
    rows = Pending.objects.filter(state=PendingState.PARKED).order_by("report_id")
    return [
        ParkedRow(*row) for row in rows.values_list("report_id", "attempts", "error", "report__received_at")[:limit]
    ]


def disposed(report_ids: Sequence[int]) -> dict[int, Disposed]:
    """What became of each report so far; one that waits to be processed is left out."""
    rows = Disposition.objects.filter(report_id__in=report_ids).values_list("report_id", "kind", "reason", "numbers")
    return {row[0]: Disposed(row[0], DispositionKind(row[1]), row[2], tuple(row[3])) for row in rows}


def waiting(*, limit: int = 200) -> list[WaitingRow]:
    """The reports that wait for something 待补充, in the open scope, the oldest first."""
    rows = Disposition.objects.filter(kind=DispositionKind.WAITING).order_by("report_id")
    return [WaitingRow(*row) for row in rows.values_list("report_id", "reason", "at", "by_account")[:limit]]


def hold(report_ids: Sequence[int]) -> dict[int, HeldReport]:
    """Locks reports in id order until the transaction ends: nobody else decides about them or erases them meanwhile.

    Call inside `db.system()`. What stands beside a report is read anew once it is locked.
    """
    execute(_LOCK, (list(report_ids),))
    stands = {row[0]: row[1:] for row in execute(_HOLD, (list(report_ids),))}
    return {report.id: _held(report, *stands[report.id]) for report in by_ids(list(stands))}


def _held(report: ReportRow, kind: str | None, pending: bool, phone_index: bytes | None) -> HeldReport:
    return HeldReport(report, DispositionKind(kind) if kind else None, pending, bytes(phone_index or b""))
