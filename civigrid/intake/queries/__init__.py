"""Every SELECT of the area. Rows are frozen; the caller's scope decides which there are."""

from civigrid.intake.queries.callers import index_of, index_or_none, own_reports, owned, with_contact
from civigrid.intake.queries.daily import UNPROCESSED, ReportLine, Wish, received, reports_listed
from civigrid.intake.queries.files import attachments, files_named, files_of, files_shown, reports_with
from civigrid.intake.queries.proof import SEAL_SIGNS, files_seal, words_kept, words_seal
from civigrid.intake.queries.reports import COLUMNS, by_ids, count, ids_of, report_row, said_by_ids, targets_of
from civigrid.intake.queries.sent import SentRow, sent
from civigrid.intake.queries.slips import code_hash, said_later, slip_of
from civigrid.intake.queries.standing import balance, disposed, hold, oldest_pending, parked, pending, ready, waiting
from civigrid.intake.queries.transfers import (
    calls_asked,
    calls_asked_count,
    parked_and_calls,
    sent_as_case,
    transfers_by_ids,
    transfers_of,
    transfers_of_reports,
    unanswered,
    without_receipt,
)

__all__ = [
    "COLUMNS",
    "SEAL_SIGNS",
    "UNPROCESSED",
    "ReportLine",
    "SentRow",
    "Wish",
    "attachments",
    "balance",
    "by_ids",
    "calls_asked",
    "calls_asked_count",
    "code_hash",
    "count",
    "disposed",
    "files_named",
    "files_of",
    "files_seal",
    "files_shown",
    "hold",
    "ids_of",
    "index_of",
    "index_or_none",
    "oldest_pending",
    "own_reports",
    "owned",
    "parked",
    "parked_and_calls",
    "pending",
    "ready",
    "received",
    "report_row",
    "reports_listed",
    "reports_with",
    "said_by_ids",
    "said_later",
    "sent",
    "sent_as_case",
    "slip_of",
    "targets_of",
    "transfers_by_ids",
    "transfers_of",
    "transfers_of_reports",
    "unanswered",
    "waiting",
    "with_contact",
    "without_receipt",
    "words_kept",
    "words_seal",
]
