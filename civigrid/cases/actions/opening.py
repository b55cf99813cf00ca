"""Opening cases from reports, and joining reports to open cases: six statements, however many there are."""

from __future__ import annotations

from collections import defaultdict
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
    ClockKind,
    DeskLevel,
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
    "nextval('cases_clock_id_seq'), nextval('cases_clock_id_seq'), nextval('cases_clock_id_seq') "
    "FROM generate_series(1, %s)"
)
# keys between these tables are checked at the end, so their order does not matter
_OPEN = """
WITH new AS (
  SELECT * FROM ROWS FROM (
    unnest(%s::bigint[]), string_to_table(%s, E'\\n'), string_to_table(%s, E'\\n'), string_to_table(%s, E'\\n'),
    string_to_table(%s, E'\\n'), string_to_table(%s, E'\\n'), string_to_table(%s, E'\\n'),
    string_to_table(%s, E'\\n'), unnest(%s::bigint[]), unnest(%s::bigint[]), unnest(%s::bigint[]),
    unnest(%s::bigint[]), unnest(%s::bigint[]), unnest(%s::bigint[]), unnest(%s::smallint[]), unnest(%s::boolean[])
  ) AS t (id, number, family, stage, waits_for, level, source, region_code, matter_id, standard_id, duty_row_id,
          report_id, grid_id, unit_id, urgency, confidential)
), opened AS (
  INSERT INTO cases_case (
    id, number, family, stage, side, waits_for, verified, level, reopened, source, matter_id, standard_version_id,
    duty_row_version_id, first_report_id, region_code, grid_id, unit_ids, urgency, confidential, version, opened_at,
    handled_by, handled_units, outcome, supervised, answer_awaited)
  SELECT id, number, family, stage, '', coalesce(waits_for, ''), '', level, 0, source, matter_id, standard_id,
         duty_row_id, report_id, region_code, grid_id, array_remove(ARRAY[unit_id], NULL), urgency, confidential, 1,
         %s::timestamptz, '{}', '{}', '', 0, false
  FROM new
), reports AS (
  INSERT INTO cases_report (case_id, report_id, joined_at, how) SELECT id, report_id, %s::timestamptz, '' FROM new
), tasks AS (
  INSERT INTO cases_task (id, case_id, unit_id, kind, state, region_code, result, dispatched_at, version)
  SELECT t.id, new.id, new.unit_id, %s, %s, new.region_code, '', %s::timestamptz, 1
  FROM unnest(%s::bigint[], %s::bigint[]) AS t (id, case_id) JOIN new ON new.id = t.case_id
)
INSERT INTO cases_clock (
  id, case_id, task_id, kind, calendar_version_id, limit_value, limit_unit, started_at, warn_at, due_at, next_at, light,
  provisional)
SELECT id, case_id, task_id, kind, calendar_id, limit_value, limit_unit, started_at, warn_at, due_at, warn_at, %s,
       provisional
FROM unnest(
  %s::bigint[], %s::bigint[], %s::bigint[], %s::text[], %s::bigint[], %s::int[], %s::text[], %s::timestamptz[],
  %s::timestamptz[], %s::timestamptz[], %s::boolean[]
) AS t (id, case_id, task_id, kind, calendar_id, limit_value, limit_unit, started_at, warn_at, due_at, provisional)
"""
# the cases are locked in id order; one that was closed meanwhile takes no more reports, and none takes a report that
# complains of a unit at work on it; what complains of anybody is for the city's desk
_JOIN = """
WITH wanted AS (
  SELECT * FROM unnest(%s::bigint[], %s::bigint[]) AS t (report_id, first_id)
), barred AS (
  SELECT * FROM unnest(%s::bigint[], %s::bigint[]) AS t (report_id, unit_id)
), held AS (
  SELECT c.id, c.number, c.region_code, c.unit_ids, c.stage, c.level, k.report_id AS first_id
  FROM cases_report k JOIN cases_case c ON c.id = k.case_id
  WHERE k.report_id IN (SELECT first_id FROM wanted) AND k.left_at IS NULL AND k.how = '' AND c.stage <> 'evaluate'
  ORDER BY c.id FOR NO KEY UPDATE OF c
), matched AS (
  SELECT wanted.report_id, held.*, EXISTS (
    SELECT FROM barred b JOIN held any_of ON any_of.first_id = wanted.first_id
    WHERE b.report_id = wanted.report_id AND (b.unit_id = ANY (any_of.unit_ids) OR any_of.level <> 'city')) AS accused
  FROM wanted JOIN held USING (first_id)
), joined AS (
  INSERT INTO cases_report (case_id, report_id, joined_at, how)
  SELECT id, report_id, %s, '' FROM matched WHERE NOT accused
  ON CONFLICT DO NOTHING RETURNING case_id AS id, report_id
)
SELECT report_id, id, number, region_code, unit_ids, stage, accused, joined.report_id IS NULL
FROM matched LEFT JOIN joined USING (id, report_id) ORDER BY report_id, id
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
    level: str
    region_code: str
    task_id: int | None
    timing: Timing | None
    task_timing: Timing | None
    arrival: Timing | None
    clock_ids: tuple[int, ...]

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
    ledger.append([_line(each, actor) for each in opened], now=now, begin=True)
    events.emit([_event(each) for each in opened], now=now)
    return [Outcome(each.new.report_id, made=each.number) for each in opened]


def _opened(new: NewCase, ids: tuple[Any, ...], lists: Lists, city: CityRow, now: datetime) -> _Opened:
    sequence, case_id, task_id, *clock_ids = ids
    if new.unit_id is not None and not lists.takes_tasks(new.unit_id):
        new = replace(new, unit_id=None, waits_for=WaitReason.UNIT_TAKES_NO_TASKS.value)
    matter = lists.matters.get(new.matter_id or 0)
    family = matter.family if matter else Family.HOTLINE
    standard = lists.standard(new.standard_version_id) if new.standard_version_id else None
    source = city.sources.get(new.source, {})
    carry, verify = Carry(source.get("carry", Carry.ACCEPT)), lists.verifies(new.matter_id, new.source, new.urgency)
    stage, waits_for = opens_at(new, family=family, carry=carry, has_standard=standard is not None, verify=verify)
    dispatched = stage is Stage.HANDLE
    return _Opened(
        new=new,
        id=case_id,
        number=number(city.number_pattern, lists.on, sequence),
        family=family,
        stage=stage,
        waits_for=waits_for,
        level=DeskLevel.CITY.value if new.complains else source.get("level") or DeskLevel.CITY.value,
        region_code=new.region_code or city.root_code,
        task_id=task_id if dispatched else None,
        timing=lists.timing(standard, start=new.received_at) if standard else None,
        task_timing=lists.timing(standard, start=now, unit_id=new.unit_id) if standard and dispatched else None,
        arrival=lists.arrival(standard, start=now, unit_id=new.unit_id) if standard and dispatched else None,
        clock_ids=tuple(clock_ids),
    )


def _case_columns(opened: Sequence[_Opened]) -> list[Any]:
    words = [(o.number, o.family, o.stage, o.waits_for, o.level, o.new.source, o.region_code) for o in opened]
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
        case, finish, arrive = each.clock_ids
        for clock_id, task_id, kind, timing in (
            (case, None, ClockKind.FINISH, each.timing),
            (finish, each.task_id, ClockKind.FINISH, each.task_timing),
            (arrive, each.task_id, ClockKind.ARRIVE, each.arrival),
        ):
            if timing:
                rows.append((
                    clock_id, each.id, task_id, kind.value, timing.calendar_version_id, timing.value, timing.unit.value,
                    timing.started_at, timing.warn_at, timing.due_at, timing.provisional,
                ))  # fmt: skip
    return [Light.GREEN.value, *([list(column) for column in zip(*rows, strict=True)] or [[]] * 11)]


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
        "of": each.new.of or None,
    }
    known = {name: value for name, value in facts.items() if value is not None}
    return Line("case", each.id, Told.OPENED, known, account=actor.account_id, post=actor.post_id)


def _event(each: _Opened) -> Event:
    return Event(f"case.{Told.OPENED}", each.region_code, each.unit_ids, each.number, each.stage.value)


def join(
    items: Sequence[tuple[int, int]], *, barred: Mapping[int, frozenset[int]], now: datetime, actor: Actor
) -> list[Outcome]:
    """Adds reports to the open cases of another one; items are (report, the one it repeats). Outcome: id = report,
    made = the numbers of all of them.

    `barred`: the units that must not get a report, by report. Refused("target_is_unit") where one of them is at work on
    such a case, Refused("no_open_case") where all were closed meanwhile; "repeated" where the report is in them already.
    The case's version stays: what a person decides about it does not change with one more report.
    """
    db.require_transaction()
    if not items:
        return []
    report_ids, first_ids = zip(*items, strict=True)
    pairs = [(report_id, unit_id) for report_id in report_ids for unit_id in barred.get(report_id, ())]
    accused = [report_id for report_id, _ in pairs], [unit_id for _, unit_id in pairs]
    found: dict[int, list[_Found]] = defaultdict(list)
    for report_id, *row in execute(_JOIN, (list(report_ids), list(first_ids), *accused, now)):
        found[report_id].append(_Found(*row))
    fresh = [(report_id, case) for report_id, cases in found.items() for case in cases if case.fresh]
    ledger.append([case.line(report_id, actor) for report_id, case in fresh], now=now)
    events.emit([case.event for _, case in fresh], now=now)
    return [_joined(report_id, found.get(report_id, [])) for report_id in report_ids]


def _joined(report_id: int, found: Sequence[_Found]) -> Outcome:
    if not found:
        return Outcome.refused(report_id, Refused("no_open_case"))
    if found[0].accused:
        return Outcome.refused(report_id, Refused("target_is_unit"))
    repeated = not any(case.fresh for case in found)
    return Outcome(report_id, code="repeated" if repeated else "", made=tuple(case.number for case in found))


@dataclass(frozen=True, slots=True)
class _Found:
    """An open case a report may join. `accused`: it complains of a unit at work on one of its cases."""

    id: int
    number: str
    region_code: str
    unit_ids: Sequence[int]
    stage: str
    accused: bool
    repeated: bool

    @property
    def fresh(self) -> bool:
        return not (self.accused or self.repeated)

    def line(self, report_id: int, actor: Actor) -> Line:
        facts = {"report": report_id}
        return Line("case", self.id, Told.JOINED, facts, account=actor.account_id, post=actor.post_id)

    @property
    def event(self) -> Event:
        return Event(f"case.{Told.JOINED}", self.region_code, tuple(self.unit_ids), self.number, self.stage)
