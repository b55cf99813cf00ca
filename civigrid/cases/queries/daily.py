"""The figures of days: how many cases were opened, dispatched, due, overdue and closed, and by what."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from civigrid.base.permissions import Scope
from civigrid.cases.queries.lists import select
from civigrid.cases.queries.scope import in_scope
from civigrid.cases.queries.wanted import LATE, LEAD, PROMISE, TOWN
from civigrid.cases.rules import CITY, NOBODY, Moment

Span = tuple[datetime, datetime]


class By(StrEnum):
    """By what the cases of a day are told apart."""

    TOWN = "town"
    UNIT = "unit"
    MATTER = "matter"
    SOURCE = "source"


@dataclass(frozen=True, slots=True)
class Daily:
    """One day: all, and by what. Keys: a town's code or CITY, ids or NOBODY, a source's code."""

    all: Counter[Moment] = field(default_factory=Counter)
    by: dict[By, dict[str | int, Counter[Moment]]] = field(default_factory=lambda: {each: {} for each in By})


# each case once, and whether its promise was broken that day
_OF = {
    Moment.OPENED: "SELECT c.*, false AS late FROM cases_case c WHERE c.opened_at >= %s AND c.opened_at < %s AND {scope}",
    Moment.CLOSED: "SELECT c.*, false AS late FROM cases_case c WHERE c.closed_at >= %s AND c.closed_at < %s AND {scope}",
    Moment.DUE: """
      SELECT c.*, {late} AND k.due_at < %s AS late FROM cases_clock k JOIN cases_case c ON {promise}
      WHERE k.task_id IS NULL AND k.kind = 'finish' AND k.due_at >= %s AND k.due_at < %s AND {scope}""",
    Moment.DISPATCHED: """
      SELECT c.*, false AS late FROM cases_case c WHERE {scope} AND c.id IN (
        SELECT d.case_id FROM cases_task d WHERE d.dispatched_at >= %s AND d.dispatched_at < %s)""",
}
_TOTAL = """
SELECT %s, 0, '', '', NULL::bigint, NULL::bigint, count(*), count(*) FILTER (WHERE c.late) FROM ({cases}) c
"""
# 14, 13, 11, 7: which of the four is told apart; 15: none
_SPLIT = """
SELECT %s, grouping(town, unit, matter_id, source), town, source, unit, matter_id, count(*), count(*) FILTER (WHERE late)
FROM (
  SELECT CASE WHEN length(c.region_code) < {town} THEN %s ELSE left(c.region_code, {town}) END AS town, {lead} AS unit,
         c.matter_id, c.source, c.late FROM ({cases}) c
) c GROUP BY GROUPING SETS ((), (town), (unit), (matter_id), (source))
"""
_APART = {7: By.TOWN, 11: By.UNIT, 13: By.MATTER, 14: By.SOURCE}


def daily(scope: Scope, day: Span, others: Sequence[Span], *, now: datetime) -> tuple[Daily, list[Counter[Moment]]]:
    """The figures of a day, and of other days all in all. Four statements, each over the rows of those days alone."""
    found, before = Daily(), [Counter[Moment]() for _ in others]
    for moment, cases in _OF.items():
        rows = _tally(moment, cases, scope, [day, *others], now)
        for place, apart, *key, number, late in rows:
            if place:
                _add(before[place - 1], moment, number, late)
                continue
            by = _APART.get(apart)
            counter = found.by[by].setdefault(_key(by, *key), Counter()) if by else found.all
            _add(counter, moment, number, late)
    return found, before


def _tally(moment: Moment, cases: str, scope: Scope, spans: Sequence[Span], now: datetime) -> list[tuple[Any, ...]]:
    where, own = in_scope(scope)
    cases = cases.format(scope=where, late=LATE, promise=PROMISE)
    parts, values = [_SPLIT.format(town=TOWN, lead=LEAD, cases=cases)], list[object]()
    parts += [_TOTAL.format(cases=cases)] * (len(spans) - 1)
    for place, span in enumerate(spans):
        values += [place, *([] if place else [CITY])]
        if moment is Moment.DUE:
            values.append(now)
        values += [*own, *span] if moment is Moment.DISPATCHED else [*span, *own]
    return select(" UNION ALL ".join(parts), values)


def _key(by: By, town: str, source: str, unit: int | None, matter: int | None) -> str | int:
    keys: dict[By, str | int] = {
        By.TOWN: town,
        By.SOURCE: source,
        By.UNIT: unit or NOBODY,
        By.MATTER: matter or NOBODY,
    }
    return keys[by]


def _add(counter: Counter[Moment], moment: Moment, number: int, late: int) -> None:
    counter[moment] += number
    if moment is Moment.DUE:
        counter[Moment.OVERDUE] += late
