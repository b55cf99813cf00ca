"""Pages of cases and tasks, and the numbers on their doors. Keyset paging: no page costs more than the first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from civigrid.base.errors import Refused
from civigrid.cases.queries.names import Names
from civigrid.cases.queries.scope import in_scope
from civigrid.cases.rules import OPEN, Light, Side, Stage, TaskKind, TaskState, light
from civigrid.catalog.rules import Family
from civigrid.directory.rules import Actor

EXCERPT = 120  # characters of a report's text in a list
_LAST = 2**63 - 1  # no id is greater


@dataclass(frozen=True, slots=True)
class CaseLine:
    """One line of a queue. Names end in nothing (Chinese) or _en; "" where unknown. `unit` is the lead's."""

    number: str
    version: int
    family: Family
    stage: Stage
    side: Side
    waits_for: str
    source: str
    urgency: int
    matter: str
    matter_en: str
    region_code: str
    place: str
    place_en: str
    place_text: str
    unit: str
    unit_en: str
    title: str
    excerpt: str
    confidential: bool
    opened_at: datetime
    due_at: datetime | None
    light: Light | None
    cursor: str


@dataclass(frozen=True, slots=True)
class TaskLine:
    """One line of a unit's inbox."""

    task_id: int
    kind: TaskKind
    state: TaskState
    unit: str
    unit_en: str
    number: str
    version: int
    family: Family
    stage: Stage
    side: Side
    urgency: int
    matter: str
    matter_en: str
    place: str
    place_en: str
    place_text: str
    title: str
    excerpt: str
    dispatched_at: datetime
    finished_at: datetime | None
    due_at: datetime | None
    light: Light | None
    cursor: str


@dataclass(frozen=True, slots=True)
class Counts:
    """Open cases in scope by stage and by what they wait for; the actor's units' open tasks by state."""

    stages: dict[Stage, int]
    waits: dict[str, int]
    tasks: dict[TaskState, int]


_QUEUE = """
SELECT c.id, c.number, c.version, c.family, c.stage, c.side, c.waits_for, c.source, c.urgency, c.matter_id,
       c.region_code, c.opened_at, r.place_text, r.title, left(r.text, {excerpt}), c.confidential, t.unit_id,
       k.warn_at, k.due_at, k.stopped_at
FROM (SELECT * FROM cases_case c WHERE {where} ORDER BY {order} LIMIT %s) c
JOIN intake_report r ON r.id = c.first_report_id
LEFT JOIN cases_clock k ON k.case_id = c.id AND k.task_id IS NULL
LEFT JOIN LATERAL (
  SELECT unit_id FROM cases_task WHERE case_id = c.id AND kind = 'lead' ORDER BY id DESC LIMIT 1
) t ON true
ORDER BY {order}
"""
# a unit's newest cases by its own tasks, whose index row security does not keep from use
_OF_UNITS = """
c.id IN (
  SELECT t.case_id FROM unnest(%s::bigint[]) AS u (id), LATERAL (
    SELECT DISTINCT case_id FROM cases_task
    WHERE unit_id = u.id AND state <> 'returned' AND case_id < %s ORDER BY case_id DESC LIMIT %s
  ) t
)"""
_INBOX = """
SELECT t.id, t.kind, t.state, t.unit_id, t.dispatched_at, t.finished_at, c.number, c.version, c.family, c.stage,
       c.side, c.urgency, c.matter_id, c.region_code, r.place_text, r.title, left(r.text, {excerpt}),
       k.warn_at, k.due_at, k.stopped_at
FROM (SELECT * FROM cases_task t WHERE {where} ORDER BY t.id LIMIT %s) t
JOIN cases_case c ON c.id = t.case_id
JOIN intake_report r ON r.id = c.first_report_id
LEFT JOIN cases_clock k ON k.case_id = t.case_id AND k.task_id = t.id
ORDER BY t.id
"""
_COUNTS = """
SELECT 'case', c.stage, c.waits_for, count(*) FROM cases_case c WHERE c.stage <> 'evaluate' AND {where} GROUP BY 2, 3
UNION ALL
SELECT 'task', state, '', count(*) FROM cases_task
WHERE finished_at IS NULL AND unit_id = ANY (%s::bigint[]) GROUP BY state
"""


def queue(
    actor: Actor,
    *,
    now: datetime,
    stage: Stage | None = None,
    waits_for: str | None = None,
    after: str = "",
    limit: int = 50,
) -> list[CaseLine]:
    """Cases in the actor's scope. With a stage: those waiting there, the most urgent and then the oldest first;
    without: every case, the newest first. `after` is the `cursor` of the last line seen. One statement."""
    urgency, case_id = _cursor(after)
    scope, values = in_scope(actor.scope)
    if actor.scope.units and not actor.scope.regions and stage is waits_for is None:
        scope, values = _OF_UNITS, [list(actor.scope.units), case_id or _LAST, limit]
    conditions = [scope]
    for column, wanted in (("stage", stage), ("waits_for", waits_for)):
        if wanted is not None:
            conditions.append(f"c.{column} = %s")
            values.append(str(wanted))
    if after:
        conditions.append("(c.urgency, c.id) > (%s, %s)" if stage else "c.id < %s")
        values += [urgency, case_id] if stage else [case_id]
    order = "c.urgency, c.id" if stage else "c.id DESC"
    rows = _select(_QUEUE.format(where=" AND ".join(conditions), order=order, excerpt=EXCERPT), [*values, limit])
    names = Names.at(now)
    return [_case_line(row, names, now) for row in rows]


def inbox(
    actor: Actor, *, now: datetime, states: Sequence[TaskState] = tuple(OPEN), after: str = "", limit: int = 50
) -> list[TaskLine]:
    """The tasks of the actor's unit and the units below it, the oldest first. One statement."""
    values: list[Any] = [list(actor.unit_ids), [state.value for state in states], _cursor(after)[1]]
    where = "t.unit_id = ANY (%s::bigint[]) AND t.state = ANY (%s) AND t.id > %s"
    if OPEN.issuperset(states):
        where += " AND t.finished_at IS NULL"
    rows = _select(_INBOX.format(where=where, excerpt=EXCERPT), [*values, limit])
    names = Names.at(now)
    return [_task_line(row, names, now) for row in rows]


def counts(actor: Actor) -> Counts:
    """What the badges say. Only open cases are counted, by their own index. One statement."""
    where, values = in_scope(actor.scope)
    found = Counts({}, {}, {})
    for what, code, reason, number in _select(_COUNTS.format(where=where), [*values, list(actor.unit_ids)]):
        if what == "task":
            found.tasks[TaskState(code)] = number
            continue
        found.stages[Stage(code)] = found.stages.get(Stage(code), 0) + number
        if reason:
            found.waits[reason] = found.waits.get(reason, 0) + number
    return found


def _select(statement: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall())


def _cursor(text: str) -> tuple[int, int]:
    """(urgency, id) of a line; Refused("bad_cursor") for what no line gave."""
    urgency, _, row_id = (text or "0.0").partition(".")
    if not (urgency.isdecimal() and row_id.isdecimal() and len(row_id) < 19 and len(urgency) < 5):
        raise Refused("bad_cursor")
    return int(urgency), int(row_id)


def shown_light(
    warn_at: datetime | None, due_at: datetime | None, stopped_at: datetime | None, now: datetime
) -> Light | None:
    """The light of a clock at `now`, or as it was when the clock stopped; None without a clock."""
    if warn_at is None or due_at is None:
        return None
    return light(warn_at=warn_at, due_at=due_at, now=stopped_at or now)


def _case_line(row: tuple[Any, ...], names: Names, now: datetime) -> CaseLine:
    (case_id, number, version, family, stage, side, waits_for, source, urgency, matter_id, region_code) = row[:11]
    (opened_at, place_text, title, excerpt, confidential, unit_id, warn_at, due_at, stopped_at) = row[11:]
    matter, place, unit = names.matter(matter_id), names.place(region_code), names.unit(unit_id)
    return CaseLine(
        number=number,
        version=version,
        family=Family(family),
        stage=Stage(stage),
        side=Side(side),
        waits_for=waits_for,
        source=source,
        urgency=urgency,
        matter=matter[0],
        matter_en=matter[1],
        region_code=region_code,
        place=place[0],
        place_en=place[1],
        place_text=place_text,
        unit=unit[0],
        unit_en=unit[1],
        title=title,
        excerpt=excerpt,
        confidential=confidential,
        opened_at=opened_at,
        due_at=due_at,
        light=shown_light(warn_at, due_at, stopped_at, now),
        cursor=f"{urgency}.{case_id}",
    )


def _task_line(row: tuple[Any, ...], names: Names, now: datetime) -> TaskLine:
    (task_id, kind, state, unit_id, dispatched_at, finished_at, number, version, family, stage) = row[:10]
    (side, urgency, matter_id, region_code, place_text, title, excerpt, warn_at, due_at, stopped_at) = row[10:]
    matter, place, unit = names.matter(matter_id), names.place(region_code), names.unit(unit_id)
    return TaskLine(
        task_id=task_id,
        kind=TaskKind(kind),
        state=TaskState(state),
        unit=unit[0],
        unit_en=unit[1],
        number=number,
        version=version,
        family=Family(family),
        stage=Stage(stage),
        side=Side(side),
        urgency=urgency,
        matter=matter[0],
        matter_en=matter[1],
        place=place[0],
        place_en=place[1],
        place_text=place_text,
        title=title,
        excerpt=excerpt,
        dispatched_at=dispatched_at,
        finished_at=finished_at,
        due_at=due_at,
        light=shown_light(warn_at, due_at, stopped_at, now),
        cursor=f"0.{task_id}",
    )
