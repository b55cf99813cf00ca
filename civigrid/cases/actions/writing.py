"""Writing what a batch of verbs decided. One statement per table, whatever the number of cases."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

from civigrid.base import events, ledger
from civigrid.base.bulk import execute
from civigrid.base.events import Event
from civigrid.base.ledger import Line
from civigrid.cases.actions.asks import write_asks
from civigrid.cases.actions.change import Batch, Decided, Offer
from civigrid.cases.actions.lists import Timing
from civigrid.cases.actions.replaying import befall
from civigrid.cases.queries.held import RunningClock
from civigrid.cases.rules import (
    CaseFacts,
    ClockEventKind,
    ClockKind,
    Light,
    TaskKind,
    TaskState,
    Told,
    light,
)
from civigrid.catalog.rules import LimitUnit

# a column that a row does not name keeps its value; a case that is reopened was neither checked nor closed
_CASES = """
UPDATE cases_case c SET
  version = c.version + 1, stage = x.stage, side = coalesce(x.side, c.side), level = coalesce(x.level, c.level),
  verified = coalesce(x.verified, c.verified), reopened = coalesce(x.reopened, c.reopened),
  waits_for = coalesce(x.waits_for, c.waits_for), family = coalesce(x.family, c.family),
  matter_id = coalesce(x.matter_id, c.matter_id),
  standard_version_id = coalesce(x.standard_version_id, c.standard_version_id),
  duty_row_version_id = CASE WHEN x.dispatched THEN x.duty_row_version_id ELSE c.duty_row_version_id END,
  region_code = coalesce(x.region_code, c.region_code),
  grid_id = CASE WHEN x.moved THEN x.grid_id ELSE c.grid_id END,
  unit_ids = coalesce(x.unit_ids, c.unit_ids), handled_by = coalesce(x.handled_by, c.handled_by),
  handled_units = coalesce(x.handled_units, c.handled_units),
  checked_by = coalesce(x.checked_by, CASE WHEN x.reopened IS NULL THEN c.checked_by END),
  checked_unit = coalesce(x.checked_unit, CASE WHEN x.reopened IS NULL THEN c.checked_unit END),
  closed_by = coalesce(x.closed_by, CASE WHEN x.reopened IS NULL THEN c.closed_by END),
  closed_unit = coalesce(x.closed_unit, CASE WHEN x.reopened IS NULL THEN c.closed_unit END),
  closed_at = coalesce(x.closed_at, CASE WHEN x.reopened IS NULL THEN c.closed_at END),
  outcome = coalesce(x.outcome, c.outcome), supervised = coalesce(x.supervised, c.supervised),
  answer_awaited = coalesce(x.answer_awaited, c.answer_awaited)
FROM jsonb_to_recordset(%s::jsonb) AS x (
  id bigint, stage text, side text, waits_for text, family text, matter_id bigint, standard_version_id bigint,
  dispatched boolean, duty_row_version_id bigint, unit_ids bigint[], handled_by bigint[], handled_units bigint[],
  checked_by bigint, checked_unit bigint, closed_by bigint, closed_unit bigint, closed_at timestamptz, outcome text,
  level text, verified text, reopened smallint, region_code text, moved boolean, grid_id bigint,
  supervised smallint, answer_awaited boolean)
WHERE c.id = x.id
"""
_TASKS = """
UPDATE cases_task t SET
  version = t.version + 1, state = coalesce(x.state, t.state),
  section_id = CASE WHEN x.assigned THEN x.section_id ELSE t.section_id END,
  assignee_id = CASE WHEN x.assigned THEN x.assignee_id ELSE t.assignee_id END, account_id = coalesce(x.account_id, t.account_id),
  result = coalesce(x.result, t.result), accepted_at = coalesce(x.accepted_at, t.accepted_at),
  finished_at = coalesce(x.finished_at, t.finished_at), arrived_at = coalesce(x.arrived_at, t.arrived_at)
FROM jsonb_to_recordset(%s::jsonb) AS x (
  id bigint, state text, account_id bigint, result text, accepted_at timestamptz, finished_at timestamptz,
  arrived_at timestamptz, assigned boolean, section_id bigint, assignee_id bigint)
WHERE t.id = x.id
"""
_MOVE = """
UPDATE cases_task t SET region_code = x.region_code
FROM unnest(%s::bigint[], %s::text[]) AS x (case_id, region_code) WHERE t.case_id = x.case_id
"""
_CANCEL = """
UPDATE cases_task SET version = version + 1, state = %s, finished_at = %s WHERE id = ANY (%s::bigint[])
"""
_OFFERS = """
INSERT INTO cases_task (case_id, unit_id, kind, state, region_code, result, dispatched_at, version)
SELECT * FROM unnest(%s::bigint[], %s::bigint[], %s::text[], %s::text[], %s::text[], %s::text[], %s::timestamptz[],
                     %s::int[])
RETURNING case_id, unit_id, id
"""
_START = """
INSERT INTO cases_clock (
  case_id, task_id, kind, calendar_version_id, limit_value, limit_unit, started_at, warn_at, due_at, next_at, light,
  provisional)
SELECT case_id, task_id, kind, calendar_id, limit_value, limit_unit, started_at, warn_at, due_at, next_at, light,
       provisional
FROM unnest(
  %s::bigint[], %s::bigint[], %s::text[], %s::bigint[], %s::int[], %s::text[], %s::timestamptz[], %s::timestamptz[],
  %s::timestamptz[], %s::timestamptz[], %s::text[], %s::boolean[]
) AS t (case_id, task_id, kind, calendar_id, limit_value, limit_unit, started_at, warn_at, due_at, next_at, light,
        provisional)
ON CONFLICT (case_id, task_id, kind) DO UPDATE SET
  calendar_version_id = excluded.calendar_version_id, limit_value = excluded.limit_value,
  limit_unit = excluded.limit_unit, started_at = excluded.started_at, stopped_at = NULL, warn_at = excluded.warn_at,
  due_at = excluded.due_at, next_at = excluded.next_at,
  light = excluded.light, provisional = excluded.provisional
RETURNING id, case_id, kind, xmax::text <> '0'
"""
_STOP = """
UPDATE cases_clock k SET stopped_at = %s::timestamptz, next_at = NULL, light = x.light
FROM unnest(%s::bigint[], %s::text[]) AS x (id, light) WHERE k.id = x.id
"""
_CLOCK_EVENTS = """
INSERT INTO cases_clock_event (clock_id, kind, at)
SELECT id, kind, %s::timestamptz FROM unnest(%s::bigint[], %s::text[]) AS t (id, kind)
"""
_EVIDENCE = """
INSERT INTO cases_evidence (case_id, task_id, file_id, kind, name, by_account, at)
SELECT case_id, task_id, file_id, kind, name, %s::bigint, %s::timestamptz
FROM unnest(%s::bigint[], %s::bigint[], %s::text[], %s::text[], %s::text[]) AS t (case_id, task_id, file_id, kind, name)
"""

TaskIds = dict[tuple[int, int], int]  # (case, unit) -> the task just made


def write(decided: Sequence[Decided], batch: Batch) -> None:
    """Cases, tasks, clocks, evidence, record and events of one batch of one verb."""
    _update(_CASES, [_case_row(each) for each in decided])
    _update(_TASKS, [{"id": each.change.task_id, **each.change.task} for each in decided if each.change.task_id])
    _cancel(decided, batch)
    _move(decided)
    tasks = _offer(decided, batch)
    _stop(decided, _start(decided, tasks, batch), batch)
    befall([each for one in decided for each in one.change.befell], zone=batch.lists.zone, now=batch.now)
    write_asks(decided, batch)
    _keep_evidence(decided, batch)
    ledger.append([line for each in decided for line in _lines(each, tasks, batch)], now=batch.now)
    events.emit([event for each in decided for event in _events(each)], now=batch.now)


def _case_row(each: Decided) -> dict[str, Any]:
    change = each.change
    dispatched = "duty_row_version_id" in change.case
    flags = {"dispatched": dispatched, "moved": "grid_id" in change.case}
    return {"id": each.case.id, "stage": change.stage.value, **flags, **change.case}


def _update(statement: Any, rows: Sequence[dict[str, Any]]) -> None:
    if rows:
        execute(statement, (json.dumps(rows),))


def _move(decided: Sequence[Decided]) -> None:
    """The tasks of a case lie where it lies."""
    rows = [(each.case.id, each.change.case["region_code"]) for each in decided if "region_code" in each.change.case]
    if rows:
        execute(_MOVE, _columns(rows))


def _cancel(decided: Sequence[Decided], batch: Batch) -> None:
    ids = [task_id for each in decided for task_id in each.change.cancels]
    if ids:
        execute(_CANCEL, (TaskState.CANCELLED.value, batch.now, ids))


def _offers(decided: Sequence[Decided]) -> list[tuple[CaseFacts, Offer]]:
    return [(each.case, offer) for each in decided for offer in each.change.offers]


def _offer(decided: Sequence[Decided], batch: Batch) -> TaskIds:
    rows = [
        (case.id, o.unit_id, o.kind.value, TaskState.OFFERED.value, case.region_code, "", batch.now, 1)
        for case, o in _offers(decided)
    ]
    made = execute(_OFFERS, _columns(rows)) if rows else []
    return {(case_id, unit_id): task_id for case_id, unit_id, task_id in made}


def _start(decided: Sequence[Decided], tasks: TaskIds, batch: Batch) -> list[int]:
    """The clocks of new tasks, the case clock by the standard it is filed under, and that of a supervision to be
    answered: new, rebased, or begun anew; the ids of the last.
    """
    rows = [
        _clock_row(case.id, tasks[case.id, offer.unit_id], kind, batch, timing)
        for case, offer in _offers(decided)
        for kind, timing in _task_timings(offer, batch)
    ]
    rows += [
        _clock_row(each.case.id, None, kind, batch, timing)
        for each in decided
        for kind, timing in _case_timings(each, batch)
    ]
    made = execute(_START, _columns(rows)) if rows else []
    anew = {(each.case.id, ClockKind.FINISH) for each in decided if each.change.restarts}
    anew |= {(each.case.id, ClockKind.ANSWER) for each in decided}
    return [clock_id for clock_id, case_id, kind, was_there in made if was_there and (case_id, kind) in anew]


def _task_timings(offer: Offer, batch: Batch) -> Iterable[tuple[ClockKind, Timing]]:
    yield ClockKind.FINISH, batch.lists.timing(offer.standard, start=batch.now, unit_id=offer.unit_id)
    if offer.kind is TaskKind.LEAD:
        arrival = batch.lists.arrival(offer.standard, start=batch.now, unit_id=offer.unit_id)
        if arrival:
            yield ClockKind.ARRIVE, arrival


def _case_timings(each: Decided, batch: Batch) -> Iterable[tuple[ClockKind, Timing]]:
    change = each.change
    if change.promise:
        start = batch.now if change.restarts else each.held.received_at
        yield ClockKind.FINISH, batch.lists.timing(change.promise, start=start)
    if change.answer_days:
        yield ClockKind.ANSWER, batch.lists.limit(change.answer_days, LimitUnit.WORK_DAYS, start=batch.now)


def _clock_row(case_id: int, task_id: int | None, kind: ClockKind, batch: Batch, timing: Timing) -> tuple[Any, ...]:
    return (
        case_id, task_id, kind.value, timing.calendar_version_id, timing.value, timing.unit.value,
        timing.started_at, timing.warn_at, timing.due_at, *timing.at(batch.now), timing.provisional,
    )  # fmt: skip


def _stop(decided: Sequence[Decided], restarted: Sequence[int], batch: Batch) -> None:
    """Stops clocks, and writes down what befell each."""
    stopped = [clock for each in decided for clock in each.change.stops]
    rebased = [each.held.clock_of(None) for each in decided if each.change.promise and not each.change.restarts]
    if stopped:
        lights = [_light(clock, batch).value for clock in stopped]
        execute(_STOP, (batch.now, [clock.id for clock in stopped], lights))
    told = [(clock.id, ClockEventKind.STOP.value) for clock in stopped]
    told += [(clock.id, ClockEventKind.REBASE.value) for clock in rebased if clock]
    told += [(clock_id, ClockEventKind.RESTART.value) for clock_id in restarted]
    if told:
        execute(_CLOCK_EVENTS, (batch.now, *_columns(told)))


def _light(clock: RunningClock, batch: Batch) -> Light:
    return light(warn_at=clock.warn_at, due_at=clock.due_at, now=batch.now)


def _keep_evidence(decided: Sequence[Decided], batch: Batch) -> None:
    rows = [
        (each.case.id, each.change.task_id, exhibit.sha256, exhibit.kind.value, exhibit.name)
        for each in decided
        for exhibit in each.change.exhibits
    ]
    if rows:
        execute(_EVIDENCE, (batch.actor.account_id, batch.now, *_columns(rows)))


def _lines(each: Decided, tasks: TaskIds, batch: Batch) -> Iterable[Line]:
    """The verb's own line, then one for each task it made. What a rule makes of a failed check is the machine's."""
    change, actor, case_id = each.change, batch.actor, each.case.id
    by = {"account": actor.account_id, "post": actor.post_id}
    sent = change.told is Told.DISPATCHED
    if not sent:
        facts = {**change.facts, "stage": change.stage.value}
        yield Line("case", case_id, change.told, facts, change.text, **by)
    for place, offer in enumerate(change.offers):
        words = change.text if sent and place == 0 else ""
        facts = {"unit": offer.unit_id, "kind": offer.kind.value, "duty_row": offer.duty_row}
        facts["task"] = tasks[case_id, offer.unit_id]
        yield Line("case", case_id, Told.DISPATCHED, facts, words, **(by if sent else {}))


def _events(each: Decided) -> Iterable[Event]:
    """One, or where a case goes to another region one for each: on the screens there it is new."""
    change = each.change
    # also to a unit that gave its task back: the case goes from its screens
    units = tuple(dict.fromkeys((*each.case.unit_ids, *change.case.get("unit_ids", ()))))
    for region in dict.fromkeys((each.case.region_code, change.case.get("region_code", each.case.region_code))):
        yield Event(f"case.{change.told}", region, units, each.case.number, change.stage.value)


def _columns(rows: Sequence[tuple[Any, ...]]) -> list[list[Any]]:
    return [list(column) for column in zip(*rows, strict=True)]
