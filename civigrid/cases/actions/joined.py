"""Writing what joins cases and what takes them apart: the rows, the record of the other case, and the events."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from civigrid.base import events, ledger
from civigrid.base.bulk import execute
from civigrid.base.events import Event
from civigrid.base.ledger import Line
from civigrid.cases.actions.change import Batch
from civigrid.cases.actions.replaying import Befell, befall
from civigrid.cases.rules import CaseFacts, ClockEvent, ClockEventKind, Stage, TaskState, Told

# the reports of a case go on in the other one, in their order; one that is in it already stays as it came
_JOIN = """
WITH joining AS (
  INSERT INTO cases_joining (case_id, into_id, stage, side, waits_for, by_account, at)
  SELECT case_id, into_id, stage, coalesce(side, ''), coalesce(waits_for, ''), %s::bigint, %s::timestamptz
  FROM unnest(%s::bigint[], %s::bigint[], %s::text[], %s::text[], %s::text[])
    AS t (case_id, into_id, stage, side, waits_for)
  RETURNING id, case_id, into_id, at
)
INSERT INTO cases_report (case_id, report_id, joined_at, joining_id, how, withdrawn_at)
SELECT j.into_id, k.report_id, j.at, j.id, k.how, k.withdrawn_at FROM joining j JOIN cases_report k ON k.case_id = j.case_id
WHERE k.left_at IS NULL ORDER BY k.id
ON CONFLICT DO NOTHING
"""
_UNDO = """
WITH undone AS (
  UPDATE cases_joining SET undone_at = %s::timestamptz WHERE id = ANY (%s::bigint[]) AND undone_at IS NULL
  RETURNING id, case_id, into_id, stage, side, waits_for, at, undone_at
), went AS (
  UPDATE cases_report k SET left_at = u.undone_at FROM undone u
  WHERE k.case_id = u.into_id AND k.joining_id = u.id AND k.left_at IS NULL
), goes_on AS (
  UPDATE cases_case c SET version = c.version + 1, stage = u.stage, side = u.side, waits_for = u.waits_for,
    closed_by = NULL, closed_unit = NULL, closed_at = NULL
  FROM undone u WHERE c.id = u.case_id
)
SELECT case_id, stage, at FROM undone ORDER BY case_id
"""
# the tasks that ended with the case, and no others
_TASKS = """
UPDATE cases_task t SET version = t.version + 1, finished_at = NULL,
  state = CASE WHEN t.accepted_at IS NULL THEN %s ELSE %s END
FROM unnest(%s::bigint[], %s::timestamptz[]) AS j (case_id, at)
WHERE t.case_id = j.case_id AND t.state = %s AND t.finished_at = j.at
RETURNING t.case_id, t.id, t.unit_id
"""
# the clocks that stopped with the case
_STOPPED = """
SELECT k.id, k.task_id FROM unnest(%s::bigint[], %s::timestamptz[]) AS j (case_id, at)
JOIN cases_clock k ON k.case_id = j.case_id AND k.stopped_at = j.at ORDER BY k.id
"""
_LEAVE = """
UPDATE cases_report k SET left_at = %s FROM unnest(%s::bigint[], %s::bigint[]) AS t (case_id, report_id)
WHERE k.case_id = t.case_id AND k.report_id = t.report_id AND k.left_at IS NULL
"""


def end_in(pairs: Sequence[tuple[CaseFacts, CaseFacts]], batch: Batch) -> None:
    """The reports of each first case, as it stood, go on in the second. The people of the second and the units that
    lose a task are told.
    """
    rows = [(case.id, into.id, case.stage.value, case.side.value, case.waits_for) for case, into in pairs]
    execute(_JOIN, (batch.actor.account_id, batch.now, *(list(column) for column in zip(*rows, strict=True))))
    lines = [_line(into.id, Told.TOOK_IN, {"case": case.number}, batch) for case, into in pairs]
    lines += [
        _line(case.id, Told.WITHDRAWN, {"task": task.id, "unit": task.unit_id}, batch)
        for case, _ in pairs
        for task in case.tasks
        if task.open
    ]
    _tell(lines, [_event(into, Told.TOOK_IN, into.stage) for _, into in pairs], batch.now)


def go_on(joinings: Sequence[tuple[int, CaseFacts, str]], batch: Batch) -> None:
    """Undoes joinings, each with the case that had ended and the number of the one it ended in: its reports leave that
    one, and it goes on where it stood, with the tasks and the clocks it had.
    """
    if not joinings:
        return
    cases = {case.id: (case, other) for _, case, other in joinings}
    stood = execute(_UNDO, (batch.now, [joining_id for joining_id, _, _ in joinings]))
    when = [case_id for case_id, _, _ in stood], [at for _, _, at in stood]
    states = TaskState.OFFERED.value, TaskState.ACCEPTED.value, *when, TaskState.CANCELLED.value
    tasks = sorted(execute(_TASKS, states))
    _run_again(*when, batch)
    lines = [
        _line(case_id, Told.RESTORED, {"case": cases[case_id][1], "stage": stage}, batch) for case_id, stage, _ in stood
    ]
    lines += [_line(case_id, Told.GIVEN_BACK, {"task": task, "unit": unit}, batch) for case_id, task, unit in tasks]
    told = [_event(cases[case_id][0], Told.RESTORED, Stage(stage)) for case_id, stage, _ in stood]
    _tell(lines, told, batch.now)


def _run_again(case_ids: Sequence[int], stopped: Sequence[datetime], batch: Batch) -> None:
    """The clocks that stopped at that moment run on. The promise was given at receipt, whichever case keeps it; of a
    unit's time does not count what it had no task in.
    """
    rows = execute(_STOPPED, (list(case_ids), list(stopped)))
    kinds = [(clock_id, ClockEventKind.RESUME if task_id else ClockEventKind.CONTINUE) for clock_id, task_id in rows]
    again = [Befell(clock_id, ClockEvent(kind, batch.now)) for clock_id, kind in kinds]
    befall(again, zone=batch.lists.zone, now=batch.now)


def leave(pairs: Iterable[tuple[int, int]], now: datetime) -> None:
    """Takes reports out of cases; pairs are (case, report)."""
    rows = list(pairs)
    if rows:
        execute(_LEAVE, (now, [case_id for case_id, _ in rows], [report_id for _, report_id in rows]))


def _tell(lines: Sequence[Line], told: Sequence[Event], now: datetime) -> None:
    ledger.append(lines, now=now)
    events.emit(told, now=now)


def _line(case_id: int, told: Told, facts: dict[str, Any], batch: Batch) -> Line:
    return Line("case", case_id, told, facts, account=batch.actor.account_id, post=batch.actor.post_id)


def _event(case: CaseFacts, told: Told, stage: Stage) -> Event:
    return Event(f"case.{told}", case.region_code, case.unit_ids, case.number, stage.value)
