"""A unit's tasks: by their state, the oldest first; and those whose time is over, the longest first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from civigrid.base import cursors
from civigrid.cases.queries.lists import EXCERPT, select, shown_light
from civigrid.cases.queries.names import Names
from civigrid.cases.rules import OPEN, Light, Result, Side, Stage, Supervision, TaskKind, TaskState
from civigrid.cases.rules.needs import BROUGHT_AS, Need, to_handle
from civigrid.catalog.rules import CheckBy, Family
from civigrid.directory.rules import Actor

MOST_COUNTED = 1000  # a badge says no more than that


@dataclass(frozen=True, slots=True)
class TaskLine:
    """One line of a unit's inbox. `needs`: what its feedback must bring where it says "solved", and does not have yet."""

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
    supervised: Supervision
    needs: tuple[Need, ...]
    cursor: str


_OWN = "(t.unit_id = ANY (%s::bigint[]) OR t.section_id = ANY (%s::bigint[]))"
# by the unit's open tasks, each with its clock: both have an index
_LATE = """
FROM cases_task t JOIN cases_clock late ON late.case_id = t.case_id AND late.task_id = t.id AND late.kind = 'finish'
WHERE (t.unit_id = ANY (%s::bigint[]) OR t.section_id = ANY (%s::bigint[])) AND t.finished_at IS NULL
  AND late.due_at < coalesce(late.stopped_at, %s)"""
_TASKS = "SELECT t.*, t.id AS place FROM cases_task t WHERE {own} AND t.state = ANY (%s) AND t.id > %s"
_OVERDUE = "SELECT t.*, late.due_at AS place {late} AND (late.due_at, t.id) > (%s, %s)"
_COUNT = "SELECT count(*) FROM (SELECT 1 {late} LIMIT %s) t"
_LINES = """
SELECT t.id, t.kind, t.state, t.unit_id, t.dispatched_at, t.finished_at, c.number, c.version, c.family, c.stage,
       c.side, c.urgency, c.matter_id, c.region_code, r.place_text, r.title, left(r.text, {excerpt}),
       k.warn_at, k.due_at, k.stopped_at,
       ARRAY(SELECT DISTINCT e.kind FROM cases_evidence e WHERE e.case_id = t.case_id AND e.task_id = t.id), c.supervised
FROM ({tasks} ORDER BY place, t.id LIMIT %s) t
JOIN cases_case c ON c.id = t.case_id
JOIN intake_report r ON r.id = c.first_report_id
LEFT JOIN cases_clock k ON k.case_id = t.case_id AND k.task_id = t.id AND k.kind = 'finish'
ORDER BY t.place, t.id
"""


def inbox(
    actor: Actor, *, now: datetime, states: Sequence[TaskState] = tuple(OPEN), after: str = "", limit: int = 50
) -> list[TaskLine]:
    """The tasks of the actor's unit and the units below it, and those it was assigned, the oldest first. One statement."""
    tasks = _TASKS.format(own=_OWN) + (" AND t.finished_at IS NULL" if OPEN.issuperset(states) else "")
    values = [*_own(actor), [state.value for state in states], cursors.numbers(after)[1], limit]
    rows = select(_lines(tasks), values)
    names = Names.at(now)
    return [_task_line(row, names, now, f"0.{row[0]}") for row in rows]


def overdue(actor: Actor, *, now: datetime, after: str = "", limit: int = 50) -> list[TaskLine]:
    """Those of them whose time is over, the longest first. One statement."""
    values = [*_own(actor), now, *cursors.moment(after), limit]
    rows = select(_lines(_OVERDUE.format(late=_LATE)), values)
    names = Names.at(now)
    return [_task_line(row, names, now, cursors.of_moment(row[18], row[0])) for row in rows]


def overdue_count(actor: Actor, *, now: datetime) -> int:
    """How many, up to MOST_COUNTED. One statement."""
    return int(select(_COUNT.format(late=_LATE), [*_own(actor), now, MOST_COUNTED])[0][0])


def _lines(tasks: str) -> str:
    return _LINES.format(tasks=tasks, excerpt=EXCERPT)


def _own(actor: Actor) -> list[list[int]]:
    return [list(actor.unit_ids)] * 2


def _task_line(row: tuple[Any, ...], names: Names, now: datetime, cursor: str) -> TaskLine:
    (task_id, kind, state, unit_id, dispatched_at, finished_at, number, version, family, stage) = row[:10]
    (side, urgency, matter_id, region_code, place_text, title, excerpt, warn_at, due_at, stopped_at) = row[10:20]
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
        supervised=Supervision(row[21]),
        needs=() if finished_at else _needs(names.check_by(matter_id), row[20]),
        cursor=cursor,
    )


def _needs(check_by: CheckBy | None, brought: Sequence[str]) -> tuple[Need, ...]:
    wanted = to_handle(check_by, Result.SOLVED) if check_by else ()
    return tuple(need for need in wanted if BROUGHT_AS[need].value not in brought)
