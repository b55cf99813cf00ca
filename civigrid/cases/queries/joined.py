"""Which reports a case has and how they came to it, and the cases that belong together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from civigrid.base.bulk import execute
from civigrid.cases.queries.names import Both, Names
from civigrid.cases.rules import Part, Side, Stage, Stay

_PARTS = """
SELECT c.number, k.report_id, k.joining_id, coalesce(f.number, '')
FROM cases_case c JOIN cases_report k ON k.case_id = c.id AND k.left_at IS NULL
LEFT JOIN cases_joining j ON j.id = k.joining_id LEFT JOIN cases_case f ON f.id = j.case_id
WHERE c.number = ANY (%s) ORDER BY (k.report_id = c.first_report_id) DESC, k.id
"""
_JOININGS = """
SELECT c.number, f.number, j.id FROM cases_case c JOIN cases_joining j ON j.into_id = c.id AND j.undone_at IS NULL
JOIN cases_case f ON f.id = j.case_id WHERE c.number = ANY (%s)
"""
_STANDING = """
SELECT k.report_id, bool_or(c.first_report_id = k.report_id) FROM cases_report k JOIN cases_case c ON c.id = k.case_id
WHERE k.report_id = ANY (%s::bigint[]) AND k.left_at IS NULL AND c.side <> 'joined' GROUP BY k.report_id
"""
_STAYS = """
SELECT c.id, c.number, k.joined_at, k.joining_id IS NULL AND c.first_report_id = k.report_id, coalesce(f.number, ''), (
  SELECT count(*) FROM cases_report o WHERE o.case_id = k.case_id AND o.report_id <> k.report_id
  AND o.joined_at <= k.joined_at AND (o.left_at IS NULL OR o.left_at > k.joined_at))
FROM cases_report k JOIN cases_case c ON c.id = k.case_id
LEFT JOIN cases_joining j ON j.id = k.joining_id LEFT JOIN cases_case f ON f.id = j.case_id
WHERE k.report_id = %s ORDER BY k.id
"""
# of what was joined to this case and of what it was joined to; then the other cases of the same report
_RELATED = """
SELECT 'from', c.number, c.stage, c.side, c.matter_id, c.region_code, j.at FROM cases_joining j
JOIN cases_case c ON c.id = j.case_id WHERE j.into_id = %s AND j.undone_at IS NULL
UNION ALL
SELECT 'into', c.number, c.stage, c.side, c.matter_id, c.region_code, j.at FROM cases_joining j
JOIN cases_case c ON c.id = j.into_id WHERE j.case_id = %s AND j.undone_at IS NULL
UNION ALL
SELECT 'beside', c.number, c.stage, c.side, c.matter_id, c.region_code, c.opened_at FROM cases_case c
WHERE c.first_report_id = %s AND c.id <> %s
ORDER BY 7
"""


@dataclass(frozen=True, slots=True)
class Related:
    """A case that belongs to another one. `at`: since when."""

    number: str
    stage: Stage
    side: Side
    matter: Both
    place: Both
    at: datetime


@dataclass(frozen=True, slots=True)
class Relations:
    """`joined` ended in this case, `into` is where this one went on, `beside` are the other demands of its report."""

    joined: tuple[Related, ...] = ()
    into: tuple[Related, ...] = ()
    beside: tuple[Related, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.joined or self.into or self.beside)


def parts(numbers: Sequence[str]) -> dict[str, tuple[Part, ...]]:
    """The reports of each case, the one it began with first."""
    found: dict[str, tuple[Part, ...]] = dict.fromkeys(numbers, ())
    for number, report_id, joining_id, former in execute(_PARTS, (list(numbers),)):
        found[number] += (Part(report_id, former, joining_id),)
    return found


def joinings(numbers: Sequence[str]) -> dict[str, dict[str, int]]:
    """By case: the cases that ended in it, with the joining of each."""
    found: dict[str, dict[str, int]] = {number: {} for number in numbers}
    for number, former, joining_id in execute(_JOININGS, (list(numbers),)):
        found[number][former] = joining_id
    return found


def standing(report_ids: Sequence[int]) -> dict[int, bool]:
    """Report -> whether a case began with it; those that are in no case are left out."""
    return dict(execute(_STANDING, (list(report_ids),)))


def stays(report_id: int) -> list[tuple[int, Stay]]:
    """(case id, the report's time in it), also in cases it has left, the first first."""
    rows = execute(_STAYS, (report_id,))
    return [
        (case_id, Stay(number, joined_at, began=began, others=others, former=former))
        for case_id, number, joined_at, began, former, others in rows
    ]


def relations(case_id: int, first_report_id: int, *, now: datetime) -> Relations:
    """The cases in the open scope that belong to this one."""
    with connection.cursor() as cursor:
        cursor.execute(_RELATED, (case_id, case_id, first_report_id, case_id))
        rows = cursor.fetchall()
    names = Names.at(now)
    return Relations(
        joined=tuple(_related(row, names) for row in rows if row[0] == "from"),
        into=tuple(_related(row, names) for row in rows if row[0] == "into"),
        beside=tuple(_related(row, names) for row in rows if row[0] == "beside"),
    )


def _related(row: tuple[Any, ...], names: Names) -> Related:
    _, number, stage, side, matter_id, region_code, at = row
    return Related(number, Stage(stage), Side(side), names.matter(matter_id), names.place(region_code), at)
