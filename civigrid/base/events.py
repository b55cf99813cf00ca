"""What happened, for screens and projections, in an order in which nothing is skipped.

Writers insert events without a position. Whoever reads first numbers the committed ones, under one advisory lock, so
positions follow commits: a writer that began early and commits late gets a later position, never one a reader has
already passed. No NOTIFY: it would make all commits queue behind each other.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, LiteralString

from civigrid.base.bulk import execute, lines
from civigrid.base.db import require_transaction

KEPT = timedelta(days=7)
LOCK = 4_027_001  # the advisory lock of the numbering

_EMIT = """
INSERT INTO base_event (at, topic, region_code, unit_ids, number, stage)
SELECT %s::timestamptz, coalesce(topic, ''), coalesce(region, ''), units::bigint[],
       coalesce(number, ''), coalesce(stage, '')
FROM ROWS FROM (
  string_to_table(%s, E'\\n'), string_to_table(%s, E'\\n'), string_to_table(%s, E'\\n'),
  string_to_table(%s, E'\\n'), string_to_table(%s, E'\\n')
) AS new(topic, region, units, number, stage)
"""
# takes the lock only where there is something to number
_LOCK = "SELECT pg_advisory_xact_lock(%s) FROM base_event WHERE pos IS NULL LIMIT 1"
# a statement of its own: its snapshot holds what the numberer before us has committed
_NUMBER = """
WITH new AS (SELECT id, row_number() OVER (ORDER BY id) AS place FROM base_event WHERE pos IS NULL),
     last AS (SELECT coalesce(max(pos), 0) AS pos FROM base_event),
     done AS (
       UPDATE base_event event SET pos = last.pos + new.place FROM new, last WHERE event.id = new.id RETURNING 1
     )
SELECT count(*) FROM done
"""
_AFTER = """
SELECT pos, at, topic, region_code, unit_ids, number, stage FROM base_event WHERE pos > %s ORDER BY pos LIMIT %s
"""
# the newest numbered event always stays: the next number follows it
_PRUNE = """
WITH gone AS (DELETE FROM base_event WHERE at < %s AND pos < (SELECT max(pos) FROM base_event) RETURNING 1)
SELECT count(*) FROM gone
"""


@dataclass(frozen=True, slots=True)
class Event:
    """What, where, whose; nothing personal and nothing else, so it may go to any screen in scope."""

    topic: str
    region_code: str = ""
    unit_ids: tuple[int, ...] = ()
    number: str = ""
    stage: str = ""


@dataclass(frozen=True, slots=True)
class Numbered:
    """An event in reading order. `pos` is what a browser sends back as Last-Event-ID."""

    pos: int
    at: datetime
    topic: str
    region_code: str
    unit_ids: tuple[int, ...]
    number: str
    stage: str


def emit(events: Sequence[Event], *, now: datetime) -> None:
    """Writes `events` in the open transaction; they are readable when it commits."""
    require_transaction()
    if not events:
        return
    rows = [(event.topic, event.region_code, _units(event), event.number, event.stage) for event in events]
    columns = [lines(column) for column in zip(*rows, strict=True)]
    execute(_EMIT, (now, *columns))


def number() -> int:
    """Gives the committed events without a position theirs; how many. In a short transaction: others wait for it."""
    return _count(_NUMBER) if execute(_LOCK, (LOCK,)) else 0


def after(pos: int, limit: int) -> list[Numbered]:
    """At most `limit` numbered events behind `pos`, in order."""
    return [
        Numbered(pos, at, topic, region, tuple(units), number, stage)
        for pos, at, topic, region, units, number, stage in execute(_AFTER, (pos, limit))
    ]


def newest() -> int:
    """The last position given, 0 before the first."""
    return _count("SELECT coalesce(max(pos), 0) FROM base_event")


def too_old(pos: int) -> bool:
    """Whether a reader that stopped at `pos` must start afresh: events behind it were pruned, or it is from another
    database. It then gets `reset` and goes on from `newest()`."""
    oldest, last = execute("SELECT min(pos), coalesce(max(pos), 0) FROM base_event")[0]
    return pos > last or (oldest is not None and pos < oldest - 1)


def prune(*, now: datetime) -> int:
    """Deletes what is older than seven days; how many."""
    number()
    return _count(_PRUNE, (now - KEPT,))


def _units(event: Event) -> str:
    return "{" + ",".join(map(str, event.unit_ids)) + "}"


def _count(statement: LiteralString, values: Sequence[Any] = ()) -> int:
    return int(execute(statement, values)[0][0])
