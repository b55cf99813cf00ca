"""Holding what is stored against the record."""

from __future__ import annotations

from collections.abc import Sequence

from civigrid.base import crypto, ledger
from civigrid.base.ledger import Entry
from civigrid.intake import rules
from civigrid.intake.models import Report
from civigrid.intake.queries.files import attachments
from civigrid.intake.queries.reports import by_ids
from civigrid.intake.rules import Altered, AttachmentRow, Kept, RawAttachment, RawReport, ReportRow

SEAL_SIGNS = 32  # hexadecimal ones: 128 bits of the hash of a report's words, in its first line


def words_seal(report: RawReport | ReportRow) -> str:
    """What the record keeps of a report's words: a keyed hash that proves them and does not tell them. The letter in
    front keeps it from ever looking like a number of a person.
    """
    return "w" + crypto.keyed_hash("words", rules.said(report)).hex()[:SEAL_SIGNS]


def files_seal(files: Sequence[RawAttachment] | Sequence[AttachmentRow]) -> str:
    """The same for the files that came with a report."""
    return "f" + crypto.keyed_hash("files", rules.shown(files)).hex()[:SEAL_SIGNS]


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
