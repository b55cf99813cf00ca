"""Pages of cases, and the numbers on the doors of cases and tasks. Keyset paging: no page costs more than the first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db import connection

from civigrid.base import cursors
from civigrid.base.questions import Question, Row
from civigrid.cases.queries.names import Names
from civigrid.cases.queries.scope import Where, in_scope
from civigrid.cases.rules import (
    OF_DESK,
    DeskLevel,
    Light,
    Side,
    Stage,
    Supervision,
    TaskState,
    level_of,
    light,
)
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
    level: DeskLevel
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
    supervised: Supervision
    cursor: str
    matter_id: int | None = None


@dataclass(frozen=True, slots=True)
class Counts:
    """Open cases in scope by stage and by what they wait for; the actor's units' open tasks by state; cases with an
    application that nobody has decided.
    """

    stages: dict[Stage, int]
    waits: dict[str, int]
    tasks: dict[TaskState, int]
    asks: int = 0


_QUEUE = """
SELECT c.id, c.number, c.version, c.family, c.stage, c.side, c.waits_for, c.source, c.urgency, c.matter_id,
       c.region_code, c.opened_at, r.place_text, r.title, left(r.text, {excerpt}), c.confidential, t.unit_id,
       k.warn_at, k.due_at, k.stopped_at, c.level, c.supervised
FROM (SELECT * FROM ({pages}) c ORDER BY {order} LIMIT %s) c
{report}
LEFT JOIN cases_clock k ON k.case_id = c.id AND k.task_id IS NULL AND k.kind = 'finish'
LEFT JOIN LATERAL (
  SELECT unit_id FROM cases_task WHERE case_id = c.id AND kind = 'lead' ORDER BY id DESC LIMIT 1
) t ON true
ORDER BY {order}
"""
_FIRST = "JOIN intake_report r ON r.id = c.first_report_id"
_THESE = "SELECT * FROM cases_case c WHERE c.id = ANY (%s::bigint[])"
_PAGE = "(SELECT * FROM cases_case c WHERE {where} ORDER BY {order} LIMIT %s)"
# a unit's newest cases by its own tasks, whose index row security does not keep from use
_OF_UNITS = """
c.id IN (
  SELECT t.case_id FROM unnest(%s::bigint[]) AS u (id), LATERAL (
    (SELECT DISTINCT case_id FROM cases_task
     WHERE unit_id = u.id AND state <> 'returned' AND case_id < %s ORDER BY case_id DESC LIMIT %s)
    UNION
    (SELECT DISTINCT case_id FROM cases_task
     WHERE section_id = u.id AND state <> 'returned' AND case_id < %s ORDER BY case_id DESC LIMIT %s)
  ) t
)"""
# an application about a task that is over waits for nobody
_ASKED = """
c.id IN (
  SELECT a.case_id FROM cases_ask a JOIN cases_task t ON t.id = a.task_id
  WHERE a.state IN ('asked', 'endorsed') AND t.finished_at IS NULL
)"""
# tasks of the unit and of its sections one after the other: each by its own index, which an OR of both could not use
_COUNTS = """
SELECT 'case' AS what, c.stage AS code, c.waits_for AS reason, count(*) AS number
FROM cases_case c WHERE c.stage <> 'evaluate' AND {where} GROUP BY 2, 3
UNION ALL
SELECT 'task', state, '', count(*) FROM (
  SELECT state FROM cases_task WHERE finished_at IS NULL AND unit_id = ANY (%s::bigint[])
  UNION ALL
  SELECT state FROM cases_task
  WHERE finished_at IS NULL AND section_id = ANY (%s::bigint[]) AND NOT unit_id = ANY (%s::bigint[])
) t GROUP BY state
UNION ALL
SELECT 'asked', '', '', count(*) FROM cases_case c WHERE c.stage = 'handle' AND {asked} AND {where}
"""


def queue(
    actor: Actor,
    *,
    now: datetime,
    stage: Stage | None = None,
    waits_for: str | None = None,
    asked: bool = False,
    after: str = "",
    limit: int = 50,
) -> list[CaseLine]:
    """Cases in the actor's scope. With a stage: those waiting there, for a desk those of its own level first, then the
    most urgent, then the oldest; without: every case, the newest first. `after` is the `cursor` of the last line seen.
    One statement."""
    scope, values = in_scope(actor.scope)
    if actor.scope.units and not actor.scope.regions and stage is waits_for is None:
        last = [cursors.numbers(after)[1] or _LAST, limit]
        scope, values = _OF_UNITS, [list(actor.scope.units), *last, *last]
    if waits_for is not None:
        scope, values = f"{scope} AND c.waits_for = %s", [*values, str(waits_for)]
    if asked:
        scope = f"{scope} AND {_ASKED}"
    own = level_of(actor) if actor.role in OF_DESK else None
    pages = _waiting((scope, values), stage, own, after) if stage else [_newest((scope, values), after)]
    order = _ORDER if stage else "c.id DESC"
    text = " UNION ALL ".join(_PAGE.format(where=where, order=order) for where, _ in pages)
    first = f"c.level <> '{own.value}', " if stage and own else ""
    statement = _QUEUE.format(pages=text, order=first + order, excerpt=EXCERPT, report=_FIRST)
    rows = select(statement, [each for _, told in pages for each in (*told, limit)] + [limit])
    names = Names.at(now)
    return [_case_line(row, names, now, own if stage else None) for row in rows]


def lines_of(case_ids: Sequence[int], *, now: datetime) -> list[CaseLine]:
    """Those of the cases that the open scope may see, the newest first. One statement."""
    page = _PAGE.format(where="c.id = ANY (%s::bigint[])", order="c.id DESC")
    statement = _QUEUE.format(pages=page, order="c.id DESC", excerpt=EXCERPT, report=_FIRST)
    rows = select(statement, [list(case_ids), len(case_ids), len(case_ids)])
    names = Names.at(now)
    return [_case_line(row, names, now, None) for row in rows]


_ORDER = "c.urgency, c.id"
_FAR = "~"  # begins the cursor of a line that is not at the own level


def _newest(scope: Where, after: str) -> Where:
    return (f"{scope[0]} AND c.id < %s", [*scope[1], cursors.numbers(after)[1]]) if after else scope


def _waiting(scope: Where, stage: Stage, own: DeskLevel | None, after: str) -> list[Where]:
    """A page of each level, each by the index; those of the own one are over where a line of another was seen."""
    far, found = after.startswith(_FAR), []
    seen = cursors.numbers(after.removeprefix(_FAR))
    for level in DeskLevel:
        if own is level and far:
            continue
        where, values = f"c.stage = %s AND c.level = %s AND {scope[0]}", [stage.value, level.value, *scope[1]]
        if after and (far or own in (None, level)):
            where, values = f"{where} AND ({_ORDER}) > (%s, %s)", [*values, *seen]
        found.append((where, values))
    return found


def lines_in_order(
    case_ids: Sequence[int], *, now: datetime, report: Where = (_FIRST, []), excerpt: int = EXCERPT
) -> list[CaseLine]:
    """The lines of these cases that are in the open scope, in this order. `report`: which of the reports each shows, a
    join of the columns of one as `r`. One statement.
    """
    if not case_ids:
        return []
    joined, values = report
    statement = _QUEUE.format(pages=_THESE, order="c.id DESC", excerpt=excerpt, report=joined)
    found = {row[0]: row for row in select(statement, [list(case_ids), len(case_ids), *values])}
    names = Names.at(now)
    return [_case_line(found[case_id], names, now, None) for case_id in case_ids if case_id in found]


def counts(actor: Actor) -> Question[Counts]:
    """What the badges say. Only open cases are counted, by their own index."""
    where, values = in_scope(actor.scope)
    statement = _COUNTS.format(where=where, asked=_ASKED)
    return Question(statement, [*values, *[list(actor.unit_ids)] * 3, *values], _counted)


def _counted(rows: Sequence[Row]) -> Counts:
    found = Counts({}, {}, {})
    for what, code, reason, number in rows:
        if what == "asked":
            found = replace(found, asks=number)
        elif what == "task":
            found.tasks[TaskState(code)] = number
        else:
            found.stages[Stage(code)] = found.stages.get(Stage(code), 0) + number
            if reason:
                found.waits[reason] = found.waits.get(reason, 0) + number
    return found


def select(statement: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall())


def shown_light(
    warn_at: datetime | None, due_at: datetime | None, stopped_at: datetime | None, now: datetime
) -> Light | None:
    """The light of a clock at `now`, or as it was when the clock stopped; None without a clock."""
    if warn_at is None or due_at is None:
        return None
    return light(warn_at=warn_at, due_at=due_at, now=stopped_at or now)


def _case_line(row: tuple[Any, ...], names: Names, now: datetime, own: DeskLevel | None) -> CaseLine:
    (case_id, number, version, family, stage, side, waits_for, source, urgency, matter_id, region_code) = row[:11]
    (opened_at, place_text, title, excerpt, confidential, unit_id, warn_at, due_at, stopped_at, level) = row[11:-1]
    matter, place, unit = names.matter(matter_id), names.place(region_code), names.unit(unit_id)
    return CaseLine(
        number=number,
        version=version,
        family=Family(family),
        stage=Stage(stage),
        side=Side(side),
        waits_for=waits_for,
        level=DeskLevel(level),
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
        supervised=Supervision(row[-1]),
        cursor=f"{_FAR if own and level != own else ''}{urgency}.{case_id}",
        matter_id=matter_id,
    )
