"""One case with everything that belongs to it, for who may see it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo

from civigrid.base import ledger
from civigrid.cases.models import Case, CaseReport, Clock, Evidence, Task
from civigrid.cases.queries.held import facts_of
from civigrid.cases.queries.lists import shown_light
from civigrid.cases.queries.names import Both, Names
from civigrid.cases.rules import CaseFacts, EvidenceKind, Light, TaskKind, TaskState
from civigrid.catalog import queries as catalog
from civigrid.catalog.queries import DutyRowRow, StandardRow
from civigrid.catalog.rules import DayLine, LimitUnit, deadline
from civigrid.directory import queries as directory
from civigrid.intake import queries as intake
from civigrid.intake.rules import SaidRow


@dataclass(frozen=True, slots=True)
class ClockView:
    """A clock and its arithmetic, day by day."""

    started_at: datetime
    due_at: datetime
    stopped_at: datetime | None
    light: Light | None
    limit_value: int
    limit_unit: LimitUnit
    calendar: Both
    provisional: bool
    days: tuple[DayLine, ...]


@dataclass(frozen=True, slots=True)
class TaskView:
    id: int
    unit_id: int
    unit: Both
    kind: TaskKind
    state: TaskState
    result: str
    account: Both
    dispatched_at: datetime
    accepted_at: datetime | None
    finished_at: datetime | None
    clock: ClockView | None


@dataclass(frozen=True, slots=True)
class EvidenceView:
    id: int
    task_id: int | None
    sha256: str  # "" where the file was erased
    media_type: str
    kind: EvidenceKind
    name: str
    by: Both
    at: datetime


@dataclass(frozen=True, slots=True)
class EntryView:
    """A line of the record with the name of who wrote it; ("", "") is the machine."""

    entry: ledger.Entry
    by: Both


@dataclass(frozen=True, slots=True)
class CaseView:
    """`facts` is what `rules.allowed` looks at. Names are (Chinese, English) pairs."""

    facts: CaseFacts
    source: str
    urgency: int
    confidential: bool
    opened_at: datetime
    closed_at: datetime | None
    outcome: str
    matter: Both
    place: Both
    grid: Both
    first_report_id: int
    standard: StandardRow | None
    duty_row: DutyRowRow | None
    clock: ClockView | None
    reports: tuple[SaidRow, ...]
    tasks: tuple[TaskView, ...]
    evidence: tuple[EvidenceView, ...]
    entries: tuple[EntryView, ...]


def access_case(number: str, *, now: datetime) -> CaseView | None:
    """The case with that number; None where there is none in the open scope. Call inside `db.scoped(actor.scope)`."""
    case = Case.objects.filter(number=number).first()
    return _view(case, now) if case else None


def files_in_scope(sha256s: Sequence[str]) -> set[str]:
    """Those of the files that are evidence of a case in the open scope: what a page may serve."""
    return set(Evidence.objects.filter(file_id__in=sha256s).values_list("file_id", flat=True))


def _view(case: Case, now: datetime) -> CaseView:
    names = Names.at(now)
    tasks = list(Task.objects.filter(case=case).order_by("id"))
    evidence = list(Evidence.objects.filter(case=case).select_related("file").order_by("id"))
    entries = ledger.read("case", case.pk)
    people = _people([*(e.account for e in entries), *(e.by_account for e in evidence), *(t.account_id for t in tasks)])
    clocks = _clocks(case, now)
    return CaseView(
        facts=facts_of([case], tasks, names.on)[0],
        source=case.source,
        urgency=case.urgency,
        confidential=case.confidential,
        opened_at=case.opened_at,
        closed_at=case.closed_at,
        outcome=case.outcome,
        matter=names.matter(case.matter_id),
        place=names.place(case.region_code),
        grid=names.grid(case.grid_id),
        first_report_id=case.first_report_id,
        standard=catalog.standard_version(case.standard_version_id) if case.standard_version_id else None,
        duty_row=catalog.duty_row_version(case.duty_row_version_id) if case.duty_row_version_id else None,
        clock=clocks.get(None),
        reports=_reports(case),
        tasks=tuple(_task(task, names, people, clocks) for task in tasks),
        evidence=tuple(_exhibit(row, people) for row in evidence),
        entries=tuple(EntryView(entry, people.get(entry.account, ("", ""))) for entry in entries),
    )


def _people(account_ids: Sequence[int | None]) -> dict[int, Both]:
    return directory.account_names({account_id for account_id in account_ids if account_id})


def _reports(case: Case) -> tuple[SaidRow, ...]:
    held = CaseReport.objects.filter(case=case, left_at__isnull=True).order_by("id")
    return tuple(intake.said_by_ids(list(held.values_list("report_id", flat=True))))


def _clocks(case: Case, now: datetime) -> dict[int | None, ClockView]:
    """By task; None is the case's own."""
    zone = catalog.city().zone
    return {clock.task_id: _clock(clock, zone, now) for clock in Clock.objects.filter(case=case)}


def _clock(clock: Clock, zone: tzinfo, now: datetime) -> ClockView:
    calendar = catalog.calendar_version(clock.calendar_version_id)
    unit = LimitUnit(clock.limit_unit)
    account = deadline(clock.started_at, clock.limit_value, unit, calendar.calendar, zone)
    return ClockView(
        started_at=clock.started_at,
        due_at=clock.due_at,
        stopped_at=clock.stopped_at,
        light=shown_light(clock.warn_at, clock.due_at, clock.stopped_at, now),
        limit_value=clock.limit_value,
        limit_unit=unit,
        calendar=(calendar.name, calendar.name_en),
        provisional=clock.provisional,
        days=tuple(account.days),
    )


def _task(task: Task, names: Names, people: dict[int, Both], clocks: dict[int | None, ClockView]) -> TaskView:
    return TaskView(
        id=task.pk,
        unit_id=task.unit_id,
        unit=names.unit(task.unit_id),
        kind=TaskKind(task.kind),
        state=TaskState(task.state),
        result=task.result,
        account=people.get(task.account_id or 0, ("", "")),
        dispatched_at=task.dispatched_at,
        accepted_at=task.accepted_at,
        finished_at=task.finished_at,
        clock=clocks.get(task.pk),
    )


def _exhibit(row: Evidence, people: dict[int, Both]) -> EvidenceView:
    return EvidenceView(
        id=row.pk,
        task_id=row.task_id,
        sha256=row.file_id or "",
        media_type=row.file.media_type if row.file else "",
        kind=EvidenceKind(row.kind),
        name=row.name,
        by=people.get(row.by_account, ("", "")),
        at=row.at,
    )
