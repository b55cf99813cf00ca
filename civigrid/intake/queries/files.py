"""The files that came with reports."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields

from civigrid.intake.models import Attachment
from civigrid.intake.rules import AttachmentRow, ShownFile

_ATTACHED = tuple("file_id" if column.name == "sha256" else column.name for column in fields(AttachmentRow))
_SHOWN = tuple("file_id" if column.name == "sha256" else column.name for column in fields(ShownFile))


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


def files_of(report_ids: Sequence[int]) -> list[str]:
    """The files that came with these reports."""
    named = Attachment.objects.filter(report_id__in=report_ids, file__isnull=False)
    return sorted(set(named.values_list("file_id", flat=True)))


def files_named(sha256s: Sequence[str]) -> set[str]:
    """Those of the files that a report has."""
    return set(Attachment.objects.filter(file_id__in=sha256s).values_list("file_id", flat=True))
