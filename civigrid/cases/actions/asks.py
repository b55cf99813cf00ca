"""Writing applications and what becomes of them, and letting suspended cases run again when their day has come."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from civigrid.base import db, events, ledger
from civigrid.base.bulk import execute
from civigrid.base.events import Event
from civigrid.base.ledger import Line
from civigrid.cases.actions.change import Batch, Decided
from civigrid.cases.rules import AskState, ClockEventKind, Side, Told

_NEW = """
INSERT INTO cases_ask (case_id, task_id, kind, state, amount, until_at, by_account, by_unit, asked_at, run)
SELECT case_id, task_id, kind, %s, amount, until_at, %s::bigint, %s::bigint, %s::timestamptz, run
FROM unnest(%s::bigint[], %s::bigint[], %s::text[], %s::int[], %s::timestamptz[], %s::smallint[])
  AS t (case_id, task_id, kind, amount, until_at, run)
"""
_STEP = """
UPDATE cases_ask a SET
  state = x.state, endorsed_by = coalesce(x.endorsed_by, a.endorsed_by), decided_by = coalesce(x.decided_by, a.decided_by),
  decided_at = coalesce(x.decided_at, a.decided_at), ended_at = coalesce(x.ended_at, a.ended_at)
FROM jsonb_to_recordset(%s::jsonb) AS x (
  id bigint, state text, endorsed_by bigint, decided_by bigint, decided_at timestamptz, ended_at timestamptz)
WHERE a.id = x.id
"""
# in id order, as verbs take them; a case that a verb holds is left for the next time
_DUE = """
SELECT c.id, c.number, c.region_code, c.unit_ids, c.stage, a.id, a.until_at
FROM cases_ask a JOIN cases_case c ON c.id = a.case_id
WHERE a.kind = 'suspension' AND a.state = 'granted' AND a.ended_at IS NULL AND a.until_at <= %s
ORDER BY c.id LIMIT %s FOR NO KEY UPDATE OF c SKIP LOCKED
"""
# the moments stay: a pause was counted to its end from the beginning
_RUN = """
WITH due AS (
  SELECT * FROM unnest(%s::bigint[], %s::bigint[], %s::timestamptz[]) AS t (case_id, ask_id, until_at)
), ended AS (
  UPDATE cases_ask a SET ended_at = due.until_at FROM due WHERE a.id = due.ask_id
), runs AS (
  UPDATE cases_case c SET version = c.version + 1, side = CASE WHEN c.side = %s THEN '' ELSE c.side END
  FROM due WHERE c.id = due.case_id
)
INSERT INTO cases_clock_event (clock_id, kind, at)
SELECT k.id, %s, due.until_at FROM due JOIN cases_clock k ON k.case_id = due.case_id AND k.stopped_at IS NULL
WHERE EXISTS (SELECT FROM cases_clock_event e WHERE e.clock_id = k.id AND e.kind = %s AND e.until = due.until_at)
ORDER BY k.id
"""


def write_asks(decided: Sequence[Decided], batch: Batch) -> None:
    """At most two statements."""
    new = [
        (each.case.id, ask.task_id, ask.kind.value, ask.amount, ask.until_at, each.case.reopened)
        for each in decided
        if (ask := each.change.ask)
    ]
    steps = [_step(each, batch) for each in decided if each.change.asked]
    if new:
        by = AskState.ASKED.value, batch.actor.account_id, batch.actor.unit_id, batch.now
        execute(_NEW, (*by, *(list(column) for column in zip(*new, strict=True))))
    if steps:
        execute(_STEP, (json.dumps(steps),))


def _step(each: Decided, batch: Batch) -> dict[str, Any]:
    step, now, who = each.change.asked, batch.now.isoformat(), batch.actor.account_id
    assert step is not None
    row: dict[str, Any] = {"id": step.id, "state": step.state.value}
    if step.ended:
        return {**row, "ended_at": now}
    if step.state is AskState.ENDORSED:
        return {**row, "endorsed_by": who}
    return row if step.state is AskState.WITHDRAWN else {**row, "decided_by": who, "decided_at": now}


def resume_due(*, now: datetime, limit: int) -> int:
    """Suspensions whose day has come end by themselves, at most `limit`; how many. Each is told once."""
    db.require_transaction()
    rows = execute(_DUE, (now, limit))
    if not rows:
        return 0
    due = [[row[place] for row in rows] for place in (0, 5, 6)]
    execute(_RUN, (*due, Side.SUSPENDED.value, ClockEventKind.RESUME.value, ClockEventKind.PAUSE.value))
    ledger.append([Line("case", row[0], Told.RESUMED, {"since": spoken(row[6])}) for row in rows], now=now)
    events.emit([Event(f"case.{Told.RESUMED}", row[2], tuple(row[3]), row[1], row[4]) for row in rows], now=now)
    return len(rows)


def spoken(at: datetime) -> str:
    """A moment as a line of the record holds it."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
