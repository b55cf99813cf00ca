"""What befalls clocks: the events are written, and each clock is replayed with them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any

from civigrid.base.bulk import execute
from civigrid.cases.queries.asks import events_of
from civigrid.cases.rules import Basis, ClockEvent, Replayed, replay
from civigrid.catalog import queries as catalog
from civigrid.catalog.rules import LimitUnit

_CLOCKS = """
SELECT id, started_at, limit_value, limit_unit, calendar_version_id FROM cases_clock WHERE id = ANY (%s::bigint[])
ORDER BY id FOR NO KEY UPDATE
"""
_BEFALL = """
WITH moved AS (
  UPDATE cases_clock k SET warn_at = x.warn_at, due_at = x.due_at, next_at = x.next_at, light = x.light,
    provisional = x.provisional, stopped_at = x.stopped_at
  FROM unnest(%s::bigint[], %s::timestamptz[], %s::timestamptz[], %s::timestamptz[], %s::text[], %s::boolean[],
    %s::timestamptz[]) AS x (id, warn_at, due_at, next_at, light, provisional, stopped_at)
  WHERE k.id = x.id
)
INSERT INTO cases_clock_event (clock_id, kind, at, until, amount)
SELECT * FROM unnest(%s::bigint[], %s::text[], %s::timestamptz[], %s::timestamptz[], %s::int[])
"""


@dataclass(frozen=True, slots=True)
class Befell:
    clock_id: int
    event: ClockEvent


def befall(befell: Sequence[Befell], *, zone: tzinfo, now: datetime) -> None:
    """Three statements, whatever the number of clocks. The clocks are locked, in id order."""
    if not befell:
        return
    ids = sorted({each.clock_id for each in befell})
    rows, events = execute(_CLOCKS, (ids,)), events_of(ids)
    for each in befell:
        events[each.clock_id].append(each.event)
    new = [_moments(clock_id, replayed(row, events[clock_id], zone), now) for clock_id, *row in rows]
    told = [(e.clock_id, e.event.kind.value, e.event.at, e.event.until, e.event.amount or None) for e in befell]
    execute(_BEFALL, [list(column) for rows in (new, told) for column in zip(*rows, strict=True)])


def replayed(row: Sequence[Any], events: Iterable[ClockEvent], zone: tzinfo) -> Replayed:
    """`row`: started_at, limit_value, limit_unit, calendar_version_id."""
    started_at, value, unit, version_id = row
    basis = Basis(started_at, value, LimitUnit(unit))
    return replay(basis, events, catalog.calendar_version(version_id).calendar, zone)


def _moments(clock_id: int, found: Replayed, now: datetime) -> tuple[Any, ...]:
    next_at, light = found.at(now)
    ends = found.ends
    return clock_id, ends.warn_at, ends.due_at, next_at, light.value, ends.provisional, found.stopped_at
