"""Opening cases from reports, and joining reports to open cases: six statements, however many there are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from civigrid.base import db, events, ledger
from civigrid.base.bulk import execute, lines
from civigrid.base.errors import Outcome, Refused
from civigrid.base.events import Event
from civigrid.base.ledger import Line
from civigrid.cases.actions.lists import Lists, Timing
from civigrid.cases.rules import (
    Light,
    NewCase,
    Stage,
    TaskKind,
    TaskState,
    Told,
    WaitReason,
    number,
    opens_at,
)
from civigrid.catalog.queries import CityRow
from civigrid.catalog.rules import Carry, Family
from civigrid.directory.rules import Actor

_IDS = (
    "SELECT nextval('cases_number'), nextval('cases_case_id_seq'), nextval('cases_task_id_seq'), "
    "nextval('cases_clock_id_seq'), nextval('cases_clock_id_seq') FROM generate_series(1, %s)"
)
# keys between these tables are checked at the end, so their order does not matter
_OPEN = """
WITH new AS (
  SELECT * FROM ROWS FROM (
    unnest(%s::bigint[]), string_to_table(%s, E'\\n'), string_to_table(%s, E'\\n'), string_to_table(%s, E'\\n'),
    string_to_table(%s, E'\\n'), string_to_table(%s, E'\\n'), string_to_table(%s, E'\\n'), unnest(%s::bigint[]),
    unnest(%s::bigint[]), unnest(%s::bigint[]), unnest(%s::bigint[]), unnest(%s::bigint[]), unnest(%s::bigint[]),
    unnest(%s::smallint[]), unnest(%s::boolean[])
  ) AS t (id, number, family, stage, waits_for, source, region_code, matter_id, standard_id, duty_row_id, report_id,
          grid_id, unit_id, urgency, confidential)
), opened AS (
  INSERT INTO cases_case (
    id, number, family, stage, side, waits_for, source, matter_id, standard_version_id, duty_row_version_id,
    first_report_id, region_code, grid_id, unit_ids, urgency, confidential, version, opened_at, handled_by, handled_units, outcome)
  SELECT id, number, family, stage, '', coalesce(waits_for, ''), source, matter_id, standard_id, duty_row_id, report_id, region_code,
         grid_id, array_remove(ARRAY[unit_id], NULL), urgency, confidential, 1, %s::timestamptz, '{}', '{}', ''
  FROM new
), reports AS (
  INSERT INTO cases_report (case_id, report_id, joined_at) SELECT id, report_id, %s::timestamptz FROM new
), tasks AS (
  INSERT INTO cases_task (id, case_id, unit_id, kind, state, region_code, result, dispatched_at, version)
  SELECT t.id, new.id, new.unit_id, %s, %s, new.region_code, '', %s::timestamptz, 1
  FROM unnest(%s::bigint[], %s::bigint[]) AS t (id, case_id) JOIN new ON new.id = t.case_id
)
INSERT INTO cases_clock (
  id, case_id, task_id, calendar_version_id, limit_value, limit_unit, started_at, warn_at, due_at, next_at, light,
  provisional)
SELECT id, case_id, task_id, calendar_id, limit_value, limit_unit, started_at, warn_at, due_at, warn_at, %s,
       provisional
FROM unnest(
  %s::bigint[], %s::bigint[], %s::bigint[], %s::bigint[], %s::int[], %s::text[], %s::timestamptz[], %s::timestamptz[],
  %s::timestamptz[], %s::boolean[]
) AS t (id, case_id, task_id, calendar_id, limit_value, limit_unit, started_at, warn_at, due_at, provisional)
"""
# the cases are locked in id order; one that was closed meanwhile takes no more reports, and none takes a report that
# complains of a unit at work on it
_JOIN = """
WITH wanted AS (
  SELECT * FROM unnest(%s::bigint[], %s::bigint[]) AS t (report_id, first_id)
), barred AS (
  SELECT * FROM unnest(%s::bigint[], %s::bigint[]) AS t (report_id, unit_id)
), held AS (
  SELECT c.id, c.number, c.region_code, c.unit_ids, c.stage, c.first_report_id FROM cases_case c
  WHERE c.first_report_id IN (SELECT first_id FROM wanted) AND c.stage <> 'evaluate'
  ORDER BY c.id FOR NO KEY UPDATE
), matched AS (
  SELECT wanted.report_id, held.*, EXISTS (
    SELECT FROM barred b WHERE b.report_id = wanted.report_id AND b.unit_id = ANY (held.unit_ids)) AS accused
  FROM wanted JOIN held ON held.first_report_id = wanted.first_id
), joined AS (
  INSERT INTO cases_report (case_id, report_id, joined_at)
  SELECT id, report_id, %s FROM matched WHERE NOT accused
  ON CONFLICT DO NOTHING RETURNING report_id
)
SELECT report_id, id, number, region_code, unit_ids, stage, accused, joined.report_id IS NULL
FROM matched LEFT JOIN joined USING (report_id)
"""


@dataclass(frozen=True, slots=True)
class _Opened:
    """A new case with the ids it gets. Without a task it has not been dispatched, without a timing no standard."""

    new: NewCase
    id: int
    number: str
    family: Family
    stage: Stage
    waits_for: str
    region_code: str
    task_id: int | None
    timing: Timing | None
    task_timing: Timing | None
    clock_ids: tuple[int, int]

    @property
    def unit_ids(self) -> tuple[int, ...]:
        return (self.new.unit_id,) if self.task_id and self.new.unit_id else ()


def open_cases(items: Sequence[NewCase], *, now: datetime, actor: Actor, city: CityRow) -> list[Outcome]:
    """A case for each first report, carried as far as its source allows. Outcome: id = report, made = number."""
    db.require_transaction()
    if not items:
        return []
    lists = Lists.at(now)
    ids = execute(_IDS, (len(items),))
    opened = [_opened(new, each, lists, city, now) for new, each in zip(items, ids, strict=True)]
    execute(_OPEN, (*_case_columns(opened), now, now, *_task_columns(opened, now), *_clock_columns(opened)))
    ledger.append([_line(each, actor) for each in opened], now=now)
    events.emit([_event(each) for each in opened], now=now)
    return [Outcome(each.new.report_id, made=each.number) for each in opened]


def _opened(new: NewCase, ids: tuple[Any, ...], lists: Lists, city: CityRow, now: datetime) -> _Opened:
    sequence, case_id, task_id, *clock_ids = ids
    if new.unit_id is not None and not lists.takes_tasks(new.unit_id):
        new = replace(new, unit_id=None, waits_for=WaitReason.UNIT_TAKES_NO_TASKS.value)
    matter = lists.matters.get(new.matter_id or 0)
    family = matter.family if matter else Family.HOTLINE
    standard = lists.standard(new.standard_version_id) if new.standard_version_id else None
    carry = Carry(city.sources.get(new.source, {}).get("carry", Carry.ACCEPT))
    stage, waits_for = opens_at(new, family=family, carry=carry, has_standard=standard is not None)
    dispatched = stage is Stage.HANDLE
    return _Opened(
        new=new,
        id=case_id,
        number=number(city.number_pattern, lists.on, sequence),
        family=family,
        stage=stage,
        waits_for=waits_for,
        region_code=new.region_code or city.root_code,
        task_id=task_id if dispatched else None,
        timing=lists.timing(standard, start=new.received_at) if standard else None,
        task_timing=lists.timing(standard, start=now, unit_id=new.unit_id) if standard and dispatched else None,
        clock_ids=(clock_ids[0], clock_ids[1]),
    )


def _case_columns(opened: Sequence[_Opened]) -> list[Any]:
    words = [(o.number, o.family, o.stage, o.waits_for, o.new.source, o.region_code) for o in opened]
    ids = [
        (
            o.new.matter_id, o.new.standard_version_id, o.new.duty_row_version_id if o.task_id else None,
            o.new.report_id, o.new.grid_id, o.new.unit_id if o.task_id else None, o.new.urgency,
            o.new.confidential,
        )
        for o in opened
    ]  # fmt: skip
    return [
        [o.id for o in opened],
        *(lines(column) for column in zip(*words, strict=True)),
        *(list(column) for column in zip(*ids, strict=True)),
    ]


def _task_columns(opened: Sequence[_Opened], now: datetime) -> tuple[Any, ...]:
    tasks = [(each.task_id, each.id) for each in opened if each.task_id]
    return (
        TaskKind.LEAD.value, TaskState.OFFERED.value, now,
        [task_id for task_id, _ in tasks], [case_id for _, case_id in tasks],
    )  # fmt: skip


def _clock_columns(opened: Sequence[_Opened]) -> list[Any]:
    rows = []
    for each in opened:
        for clock_id, task_id, timing in zip(
            each.clock_ids, (None, each.task_id), (each.timing, each.task_timing), strict=True
        ):
            if timing:
                standard = timing.standard
                rows.append((
                    clock_id, each.id, task_id, timing.calendar_version_id, standard.limit_value,
                    standard.limit_unit.value, timing.started_at, timing.warn_at, timing.due_at, timing.provisional,
                ))  # fmt: skip
    return [Light.GREEN.value, *([list(column) for column in zip(*rows, strict=True)] or [[]] * 10)]


def _line(each: _Opened, actor: Actor) -> Line:
    """What was done in one go stands in one line: how far the case came and, where it was dispatched, to whom."""
    facts = {
        "report": each.new.report_id,
        "stage": each.stage.value,
        "waits_for": each.waits_for or None,
        "matter": each.new.matter_id,
        "standard": each.new.standard_version_id,
        "task": each.task_id,
        "unit": each.new.unit_id if each.task_id else None,
        "duty_row": each.new.duty_row_version_id if each.task_id else None,
    }
    known = {name: value for name, value in facts.items() if value is not None}
    return Line("case", each.id, Told.OPENED, known, account=actor.account_id, post=actor.post_id)


def _event(each: _Opened) -> Event:
    return Event(f"case.{Told.OPENED}", each.region_code, each.unit_ids, each.number, each.stage.value)


def join(
    items: Sequence[tuple[int, int]], *, barred: Mapping[int, frozenset[int]], now: datetime, actor: Actor
) -> list[Outcome]:
    """Adds reports to open cases; items are (report, first report of the case). Outcome: id = report, made = number.

    `barred`: the units that must not get a report, by report. Refused("target_is_unit") where one of them is at work on
    the case, Refused("no_open_case") where it was closed meanwhile; "repeated" where the report is in it already. The
    case's version stays: what a person decides about it does not change with one more report.
    """
    db.require_transaction()
    if not items:
        return []
    report_ids, first_ids = zip(*items, strict=True)
    pairs = [(report_id, unit_id) for report_id in report_ids for unit_id in barred.get(report_id, ())]
    accused = [report_id for report_id, _ in pairs], [unit_id for _, unit_id in pairs]
    found = {row[0]: row[1:] for row in execute(_JOIN, (list(report_ids), list(first_ids), *accused, now))}
    fresh = {report_id: row for report_id, row in found.items() if not (row[5] or row[6])}
    ledger.append(
        [
            Line("case", row[0], Told.JOINED, {"report": report_id}, account=actor.account_id, post=actor.post_id)
            for report_id, row in fresh.items()
        ],
        now=now,
    )
    events.emit(
        [
            Event(f"case.{Told.JOINED}", region, tuple(units), num, stage)
            for _, num, region, units, stage, *_ in fresh.values()
        ],
        now=now,
    )
    return [_joined(report_id, found) for report_id in report_ids]


def _joined(report_id: int, found: dict[int, tuple[Any, ...]]) -> Outcome:
    if report_id not in found:
        return Outcome.refused(report_id, Refused("no_open_case"))
    _, case_number, *_, accused, repeated = found[report_id]
    if accused:
        return Outcome.refused(report_id, Refused("target_is_unit"))
    return Outcome(report_id, code="repeated" if repeated else "", made=case_number)
