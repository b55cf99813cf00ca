"""Rows as the facts the rules look at, and the rows a verb locks: cases, then tasks, then clocks, each in id order."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import F

from civigrid.base.bulk import execute
from civigrid.cases.models import Case, Clock, Task
from civigrid.cases.queries.asks import ask_of, with_asks
from civigrid.cases.rules import (
    CaseFacts,
    ClockKind,
    DeskLevel,
    Side,
    Stage,
    Supervision,
    TaskFacts,
    TaskKind,
    TaskState,
)
from civigrid.catalog.rules import Family
from civigrid.directory import queries as directory
from civigrid.directory.rules import UnitKind


@dataclass(frozen=True, slots=True)
class RunningClock:
    """A clock that has not been stopped. `task_id` is None for the case's own."""

    id: int
    case_id: int
    task_id: int | None
    kind: ClockKind
    calendar_version_id: int
    started_at: datetime
    warn_at: datetime
    due_at: datetime


@dataclass(frozen=True, slots=True)
class Held:
    """A locked case with its running clocks. The promise to the resident counts from `received_at`."""

    case: CaseFacts
    clocks: tuple[RunningClock, ...]
    received_at: datetime

    def clock_of(self, task_id: int | None, kind: ClockKind = ClockKind.FINISH) -> RunningClock | None:
        return next((clock for clock in self.clocks if (clock.task_id, clock.kind) == (task_id, kind)), None)


def hold(numbers: Sequence[str], *, on: date) -> dict[str, Held]:
    """Locks the cases with their tasks and running clocks until the transaction ends. Four statements.

    What is read with a case comes from a statement of its own: one that waited for the lock would see the other tables
    as they were before it waited.
    """
    locked = Case.objects.filter(number__in=numbers).order_by("id").select_for_update(no_key=True)
    ids = list(locked.values_list("pk", flat=True))
    found = with_asks(Case.objects.filter(pk__in=ids)).annotate(received_at=F("first_report__received_at"))
    cases = list(found.order_by("id"))
    tasks = list(Task.objects.filter(case_id__in=ids).order_by("id").select_for_update(no_key=True))
    running = Clock.objects.filter(case_id__in=ids, stopped_at__isnull=True)
    clocks: dict[int, list[RunningClock]] = defaultdict(list)
    for clock in running.order_by("id").select_for_update(no_key=True):
        clocks[clock.case_id].append(_running(clock))
    facts = facts_of(cases, tasks, on)
    return {
        case.number: Held(each, tuple(clocks[case.pk]), case.received_at)
        for case, each in zip(cases, facts, strict=True)
    }


def known_files(sha256s: Sequence[str]) -> dict[str, str]:
    """The media types of those of the files that are stored."""
    if not sha256s:
        return {}
    return dict(execute("SELECT sha256, media_type FROM base_file WHERE sha256 = ANY (%s)", (list(sha256s),)))


def facts_of(cases: Sequence[Any], tasks: Sequence[Task], on: date) -> list[CaseFacts]:
    """In the order of `cases`, which are read `with_asks`; `tasks` may be those of many."""
    parts: dict[int, list[TaskFacts]] = defaultdict(list)
    for task in tasks:
        parts[task.case_id].append(_task(task, on))
    return [_case(case, tuple(parts[case.pk])) for case in cases]


def _case(case: Any, tasks: tuple[TaskFacts, ...]) -> CaseFacts:
    return CaseFacts(
        id=case.pk,
        number=case.number,
        version=case.version,
        family=Family(case.family),
        stage=Stage(case.stage),
        region_code=case.region_code,
        unit_ids=tuple(case.unit_ids),
        side=Side(case.side),
        waits_for=case.waits_for,
        matter_id=case.matter_id,
        standard_version_id=case.standard_version_id,
        handled_by=frozenset(case.handled_by),
        handled_units=frozenset(case.handled_units),
        tasks=tasks,
        source=case.source,
        urgency=case.urgency,
        level=DeskLevel(case.level),
        verified=case.verified,
        reopened=case.reopened,
        closed_at=case.closed_at,
        confidential=case.confidential,
        supervised=Supervision(case.supervised),
        answer_awaited=case.answer_awaited,
        withdrawn=case.all_withdrawn,
        asks=tuple(map(ask_of, case.asks)),
    )


def _task(task: Task, on: date) -> TaskFacts:
    unit = directory.units(on).get(task.unit_id)
    return TaskFacts(
        id=task.pk,
        unit_id=task.unit_id,
        kind=TaskKind(task.kind),
        state=TaskState(task.state),
        line=frozenset(directory.below(task.unit_id, on)),
        community=unit.region_code if unit and unit.kind is UnitKind.COMMUNITY else "",
        section_id=task.section_id,
        account_id=task.account_id,
        arrived=task.arrived_at is not None,
    )


def _running(clock: Clock) -> RunningClock:
    return RunningClock(
        clock.pk,
        clock.case_id,
        clock.task_id,
        ClockKind(clock.kind),
        clock.calendar_version_id,
        clock.started_at,
        clock.warn_at,
        clock.due_at,
    )
