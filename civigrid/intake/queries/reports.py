"""What was said, as it is stored."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import fields
from typing import Any, LiteralString

from civigrid.base.bulk import execute
from civigrid.intake.models import Report
from civigrid.intake.rules import ReportRow, SaidRow

_NAMES = tuple(column.name for column in fields(ReportRow))
COLUMNS: LiteralString = ", ".join(_NAMES)  # of a row, in the order of its fields
_SAID = tuple(column.name for column in fields(SaidRow))
_EXTRA = _NAMES.index("extra")
_BY_IDS = f"SELECT {COLUMNS} FROM intake_report WHERE id = ANY (%s::bigint[])"  # noqa: S608  # names of our own
_NAMED = """
SELECT id, channel, key FROM intake_report JOIN unnest(%s::text[], %s::text[]) AS t (channel, key) USING (channel, key)
"""


def by_ids(ids: Sequence[int]) -> list[ReportRow]:
    """The reports in the order of `ids`; one that does not exist or is out of scope is left out."""
    found = {row[0]: report_row(row) for row in execute(_BY_IDS, (list(ids),))}
    return [found[report_id] for report_id in ids if report_id in found]


def report_row(values: Sequence[Any]) -> ReportRow:
    """Of the values of `COLUMNS`."""
    columns = list(values)
    columns[_EXTRA] = json.loads(columns[_EXTRA])
    return ReportRow(*columns)


def said_by_ids(ids: Sequence[int]) -> list[SaidRow]:
    """Like `by_ids`, with no more of the reports than a page may read."""
    found = {row[0]: SaidRow(*row) for row in Report.objects.filter(id__in=ids).values_list(*_SAID)}
    return [found[report_id] for report_id in ids if report_id in found]


def targets_of(report_ids: Sequence[int]) -> dict[int, str]:
    """Whom each report complains of, in its words; "" where it names nobody. Call inside `db.system()`."""
    return dict(Report.objects.filter(id__in=report_ids).values_list("id", "target_text"))


def count() -> int:
    """Reports stored."""
    return Report.objects.count()


def ids_of(names: Sequence[tuple[str, str]]) -> dict[tuple[str, str], int]:
    """The reports that are stored under these channels and keys. Call inside `db.system()`."""
    wanted = [channel for channel, _ in names], [key for _, key in names]
    return {(channel, key): report_id for report_id, channel, key in execute(_NAMED, wanted)}
