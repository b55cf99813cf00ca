"""The reports of a span of days: how many there were and what became of them, and the list of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from civigrid.base import cursors
from civigrid.intake.rules import DispositionKind

UNPROCESSED = "unprocessed"  # instead of a disposition: the machine has not got to it, or it is parked
EXCERPT = 160  # characters of a report in a list
Span = tuple[datetime, datetime]

_RECEIVED = """
SELECT %s, r.source, coalesce(d.kind, ''), count(*) FROM intake_report r
LEFT JOIN intake_disposition d ON d.report_id = r.id
WHERE r.received_at >= %s AND r.received_at < %s GROUP BY 2, 3
"""
_LISTED = """
SELECT r.id, r.source, r.kind, r.received_at, r.title, left(r.text, {excerpt}), r.place_text, r.erased_at, d.kind, d.reason,
       d.numbers
FROM intake_report r LEFT JOIN intake_disposition d ON d.report_id = r.id
WHERE {where} ORDER BY r.received_at DESC, r.id DESC LIMIT %s
"""


@dataclass(frozen=True, slots=True)
class Wish:
    """What a list of reports is narrowed to; "" narrows nothing. `became`: a disposition, or UNPROCESSED."""

    since: datetime
    until: datetime
    source: str = ""
    became: str = ""


@dataclass(frozen=True, slots=True)
class ReportLine:
    """`became` is "" where nothing did yet; `numbers`: the cases it is in."""

    id: int
    source: str
    kind: str
    received_at: datetime
    title: str
    excerpt: str
    place_text: str
    erased: bool
    became: str
    reason: str
    numbers: tuple[str, ...]
    cursor: str


def received(spans: Sequence[Span]) -> list[dict[tuple[str, str], int]]:
    """Of each span, how many reports came in by source and by what became of them (UNPROCESSED: nothing yet); those in
    the open scope. One statement.
    """
    found: list[dict[tuple[str, str], int]] = [{} for _ in spans]
    values = [each for place, span in enumerate(spans) for each in (place, *span)]
    for place, source, became, number in _select(" UNION ALL ".join([_RECEIVED] * len(spans)), values):
        found[place][source, became or UNPROCESSED] = number
    return found


def reports_listed(wish: Wish, *, after: str = "", limit: int = 50) -> list[ReportLine]:
    """The reports of that span in the open scope, the newest first. One statement."""
    where, values = ["r.received_at >= %s AND r.received_at < %s"], [wish.since, wish.until]
    asked: list[Any] = []
    if wish.source:
        where.append("r.source = %s")
        asked.append(wish.source)
    if wish.became == UNPROCESSED:
        where.append("d.kind IS NULL")
    elif wish.became:
        where.append("d.kind = %s")
        asked.append(DispositionKind(wish.became).value)
    if after:
        where.append("(r.received_at, r.id) < (%s, %s)")
        asked += cursors.moment(after)
    statement = _LISTED.format(excerpt=EXCERPT, where=" AND ".join(where))
    return [_line(row) for row in _select(statement, [*values, *asked, limit])]


def _line(row: tuple[Any, ...]) -> ReportLine:
    report_id, source, kind, at, title, text, place_text, erased_at, became, reason, numbers = row
    return ReportLine(
        id=report_id,
        source=source,
        kind=kind,
        received_at=at,
        title=title,
        excerpt=text,
        place_text=place_text,
        erased=erased_at is not None,
        became=became or "",
        reason=reason or "",
        numbers=tuple(numbers or ()),
        cursor=cursors.of_moment(at, report_id),
    )


def _select(statement: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall())
