"""Every SELECT of the area. Rows are frozen; the caller's scope decides which there are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, replace
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Count, Q

from civigrid.base import crypto, ledger
from civigrid.base.ledger import Entry
from civigrid.intake import rules
from civigrid.intake.models import Attachment, Pending, Report
from civigrid.intake.rules import (
    Altered,
    AttachmentRow,
    Balance,
    DispositionKind,
    Kept,
    ParkedRow,
    PendingState,
    RawAttachment,
    RawReport,
    ReportRow,
    SaidRow,
    ShownFile,
)

_COLUMNS = tuple(column.name for column in fields(ReportRow))
_SAID = tuple(column.name for column in fields(SaidRow))
_ATTACHED = tuple("file_id" if column.name == "sha256" else column.name for column in fields(AttachmentRow))
_SHOWN = tuple("file_id" if column.name == "sha256" else column.name for column in fields(ShownFile))
SEAL_SIGNS = 32  # hexadecimal ones: 128 bits of the hash of a report's words, in its first line
_BALANCE = (
    "SELECT d.kind, count(*) FROM intake_report r LEFT JOIN intake_disposition d ON d.report_id = r.id "
    "WHERE r.received_at >= %s AND r.received_at < %s GROUP BY d.kind"
)


def by_ids(ids: Sequence[int]) -> list[ReportRow]:
    """The reports in the order of `ids`; one that does not exist or is out of scope is left out."""
    found = {row[0]: _row(row) for row in Report.objects.filter(id__in=ids).values_list(*_COLUMNS)}
    return [found[report_id] for report_id in ids if report_id in found]


def _row(values: Sequence[Any]) -> ReportRow:
    row = ReportRow(*values)
    return replace(row, digest=bytes(row.digest))


def said_by_ids(ids: Sequence[int]) -> list[SaidRow]:
    """Like `by_ids`, with no more of the reports than a page may read."""
    found = {row[0]: SaidRow(*row) for row in Report.objects.filter(id__in=ids).values_list(*_SAID)}
    return [found[report_id] for report_id in ids if report_id in found]


def words_seal(report: RawReport | ReportRow) -> str:
    """What the record keeps of a report's words: a keyed hash that proves them and does not tell them. The letter in
    front keeps it from ever looking like a number of a person.
    """
    return "w" + crypto.keyed_hash("words", rules.said(report)).hex()[:SEAL_SIGNS]


def files_seal(files: Sequence[RawAttachment] | Sequence[AttachmentRow]) -> str:
    """The same for the files that came with a report."""
    return "f" + crypto.keyed_hash("files", rules.shown(files)).hex()[:SEAL_SIGNS]


def attachments(report_ids: Sequence[int]) -> dict[int, list[AttachmentRow]]:
    """The files of reports in their order, with what their devices said. Call inside `db.system()`."""
    found: dict[int, list[AttachmentRow]] = {report_id: [] for report_id in report_ids}
    rows = Attachment.objects.filter(report_id__in=report_ids).order_by("report_id", "seq")
    for row in rows.values_list(*_ATTACHED):
        found[row[0]].append(AttachmentRow(*row))
    return found


def files_shown(report_ids: Sequence[int]) -> list[ShownFile]:
    """Like `attachments`, with no more than a page may read: those of reports in the open scope."""
    rows = Attachment.objects.filter(report_id__in=report_ids).order_by("report_id", "seq")
    return [ShownFile(*row) for row in rows.values_list(*_SHOWN)]


def reports_with(sha256: str) -> list[int]:
    """Ids of the reports in the open scope that this file came with."""
    return list(Attachment.objects.filter(file_id=sha256).values_list("report_id", flat=True))


def targets_of(report_ids: Sequence[int]) -> dict[int, str]:
    """Whom each report complains of, in its words; "" where it names nobody. Call inside `db.system()`."""
    return dict(Report.objects.filter(id__in=report_ids).values_list("id", "target_text"))


def files_of(report_ids: Sequence[int]) -> list[str]:
    """The files that came with these reports."""
    named = Attachment.objects.filter(report_id__in=report_ids, file__isnull=False)
    return sorted(set(named.values_list("file_id", flat=True)))


def files_named(sha256s: Sequence[str]) -> set[str]:
    """Those of the files that a report has."""
    return set(Attachment.objects.filter(file_id__in=sha256s).values_list("file_id", flat=True))


def words_kept(*, after: int, limit: int) -> Kept:
    """Holds at most `limit` reports above id `after` against their record: have words or files been changed, or erased
    without a line? Call inside `db.system()`; the next stretch starts after `Kept.last`.
    """
    ids = list(Report.objects.filter(id__gt=after).order_by("id").values_list("id", flat=True)[:limit])
    records = ledger.read_many("report", ids)
    files = attachments(ids)
    checked = {report.id: _altered(report, records[report.id], files[report.id]) for report in by_ids(ids)}
    altered = {report_id: wrong for report_id, wrong in checked.items() if wrong}
    return Kept(len(ids), altered, ids[-1] if ids else after)


def _altered(report: ReportRow, entries: Sequence[Entry], files: Sequence[AttachmentRow]) -> Altered | None:
    verbs = {entry.verb: entry for entry in entries}
    if "received" not in verbs:
        return Altered.NO_LINE
    if report.erased_at:
        return None if "erased" in verbs else Altered.ERASED
    facts = verbs["received"].facts
    if facts.get("words") != words_seal(report):
        return Altered.WORDS
    return None if facts.get("files_seal") == (files_seal(files) if files else None) else Altered.FILES


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


def ready(now: datetime) -> int:
    """How many reports may be processed now: those that failed a moment ago are left in peace."""
    due = Q(claimed_until__isnull=True) | Q(claimed_until__lte=now)
    return Pending.objects.filter(due, state=PendingState.READY).count()


def parked(limit: int = 200) -> list[ParkedRow]:
    """Poisoned reports with their error, oldest first."""
    rows = Pending.objects.filter(state=PendingState.PARKED).order_by("report_id")
    return [
        ParkedRow(*row) for row in rows.values_list("report_id", "attempts", "error", "report__received_at")[:limit]
    ]


def count() -> int:
    """Reports stored."""
    return Report.objects.count()
