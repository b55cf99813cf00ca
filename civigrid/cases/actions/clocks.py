"""The sweep that moves lights, and the rebase of running clocks when a calendar changes."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from civigrid.base import db, events, ledger
from civigrid.base.bulk import execute
from civigrid.base.errors import Refused
from civigrid.base.events import Event
from civigrid.base.ledger import Line
from civigrid.cases.actions.asks import spoken
from civigrid.cases.actions.lists import Lists
from civigrid.cases.queries.asks import events_of
from civigrid.cases.rules import (
    Basis,
    ClockEvent,
    ClockEventKind,
    ClockKind,
    Light,
    Told,
    light,
    next_look,
    replay,
)
from civigrid.catalog import queries as catalog
from civigrid.catalog.queries import CalendarRow
from civigrid.catalog.rules import Deadline, LimitUnit

log = logging.getLogger("civigrid.clocks")

# in id order, as verbs take them; a clock that a verb holds is left for the next sweep
_TAKE = """
SELECT k.id, k.case_id, k.task_id, k.kind, k.light, k.warn_at, k.due_at, c.number, c.region_code, c.unit_ids, c.stage
FROM cases_clock k JOIN cases_case c ON c.id = k.case_id
WHERE k.next_at <= %s ORDER BY k.next_at, k.id LIMIT %s FOR NO KEY UPDATE OF k SKIP LOCKED
"""
_MOVE = """
UPDATE cases_clock k SET light = x.light, next_at = x.next_at
FROM unnest(%s::bigint[], %s::text[], %s::timestamptz[]) AS x (id, light, next_at) WHERE k.id = x.id
"""
_RUNNING = """
SELECT k.id, k.case_id, k.task_id, k.kind, k.calendar_version_id, k.limit_value, k.limit_unit, k.started_at, k.warn_at,
       k.due_at, k.provisional, c.number, c.region_code, c.unit_ids, c.stage
FROM cases_clock k JOIN cases_case c ON c.id = k.case_id
WHERE k.stopped_at IS NULL AND k.id > %s ORDER BY k.id LIMIT %s FOR NO KEY UPDATE OF k
"""
_REBASE = """
UPDATE cases_clock k SET
  calendar_version_id = x.calendar_id, warn_at = x.warn_at, due_at = x.due_at, next_at = x.next_at, light = x.light,
  provisional = x.provisional
FROM unnest(
  %s::bigint[], %s::bigint[], %s::timestamptz[], %s::timestamptz[], %s::boolean[], %s::timestamptz[], %s::text[]
) AS x (id, calendar_id, warn_at, due_at, provisional, next_at, light)
WHERE k.id = x.id
"""
_EVENTS = "INSERT INTO cases_clock_event (clock_id, kind, at) SELECT unnest(%s::bigint[]), %s, %s::timestamptz"


@dataclass(frozen=True, slots=True)
class _Told:
    """What is said of one clock: the line of its case's record, and the event."""

    case_id: int
    told: Told
    facts: dict[str, Any]
    number: str
    region_code: str
    unit_ids: tuple[int, ...]
    stage: str


def sweep(*, now: datetime, limit: int) -> int:
    """Moves the lights of clocks whose moment has come, at most `limit`; how many. Each move is told once."""
    db.require_transaction()
    rows = execute(_TAKE, (now, limit))
    if not rows:
        return 0
    moved = [_moved(row, now) for row in rows]
    execute(_MOVE, [list(column) for column in zip(*moved, strict=True)])
    told = [_light_told(row, Light(new)) for row, (_, new, _) in zip(rows, moved, strict=True) if new != row[4]]
    _tell(told, now)
    return len(rows)


def _moved(row: tuple[Any, ...], now: datetime) -> tuple[int, str, datetime | None]:
    ends = {"warn_at": row[5], "due_at": row[6], "now": now}
    return row[0], light(**ends).value, next_look(**ends)


def _light_told(row: tuple[Any, ...], new: Light) -> _Told:
    _, case_id, task_id, kind, _, _, due_at, number, region_code, unit_ids, stage = row
    told = Told.OVERDUE if new is Light.RED else Told.WARNED
    return _Told(case_id, told, _facts(task_id, kind, due_at), number, region_code, tuple(unit_ids), stage)


def rebase(*, now: datetime, after: int, limit: int) -> tuple[int, int]:
    """Computes running clocks anew where their calendar has another version or the holidays of a year became known.

    Takes at most `limit` clocks with an id above `after`. Returns (how many moved or are no longer provisional, the last
    id seen; 0 is the end). A clock whose end stays gets the new version and nobody is told.
    """
    db.require_transaction()
    lists = Lists.at(now)
    rows = execute(_RUNNING, (after, limit))
    events, then = events_of([row[0] for row in rows]), catalog.calendar_versions(row[4] for row in rows)
    found = [(row, ends) for row in rows if (ends := _anew(row, events[row[0]], then[row[4]], lists)) is not None]
    moved = [(row, ends) for row, (_, ends) in found if _ends(row) != (ends.warn_at, ends.due_at, ends.provisional)]
    if found:
        values = [_new_values(row[0], *ends, now) for row, ends in found]
        execute(_REBASE, [list(column) for column in zip(*values, strict=True)])
    if moved:
        execute(_EVENTS, ([row[0] for row, _ in moved], ClockEventKind.REBASE.value, now))
        _tell([_rebase_told(row, ends) for row, ends in moved], now)
    return len(moved), rows[-1][0] if len(rows) == limit else 0


def _ends(row: tuple[Any, ...]) -> tuple[datetime, datetime, bool]:
    """Of a running clock as it is stored: when it warns, when it is due, and whether that is provisional."""
    return row[8], row[9], row[10]


def _anew(
    row: tuple[Any, ...], events: Iterable[ClockEvent], then: CalendarRow, lists: Lists
) -> tuple[int, Deadline] | None:
    """The clock's calendar version and end of today; None where both are as they were, or today's cannot be computed:
    the clock then goes on by the calendar of `then`."""
    version_id, value, unit, started_at = row[4:8]
    calendar = lists.calendars.get(then.code, then)
    try:
        ends = replay(Basis(started_at, value, LimitUnit(unit)), events, calendar.calendar, lists.zone).ends
    except (Refused, ArithmeticError, ValueError):
        log.exception("a clock cannot be computed", extra={"number": row[11], "code": calendar.code})
        return None
    same = (version_id, *_ends(row)) == (calendar.version_id, ends.warn_at, ends.due_at, ends.provisional)
    return None if same else (calendar.version_id, ends)


def _new_values(clock_id: int, version_id: int, ends: Deadline, now: datetime) -> tuple[Any, ...]:
    moments = {"warn_at": ends.warn_at, "due_at": ends.due_at, "now": now}
    seen = next_look(**moments), light(**moments).value
    return clock_id, version_id, ends.warn_at, ends.due_at, ends.provisional, *seen


def _rebase_told(row: tuple[Any, ...], ends: Deadline) -> _Told:
    number, region_code, unit_ids, stage = row[11:]
    facts = _facts(row[2], row[3], ends.due_at)
    return _Told(row[1], Told.REBASED, facts, number, region_code, tuple(unit_ids), stage)


def _facts(task_id: int | None, kind: str, due_at: datetime) -> dict[str, Any]:
    """`task` is None for the case's own clock; `clock` says which, where it is not the one to finish by."""
    named = {} if kind == ClockKind.FINISH else {"clock": kind}
    return {"task": task_id, "due": spoken(due_at), **named}


def _tell(told: Sequence[_Told], now: datetime) -> None:
    ledger.append([Line("case", each.case_id, each.told, each.facts) for each in told], now=now)
    events.emit(
        [Event(f"case.{each.told}", each.region_code, each.unit_ids, each.number, each.stage) for each in told], now=now
    )
