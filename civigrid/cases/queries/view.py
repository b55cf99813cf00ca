"""One case with everything that belongs to it, for who may see it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo

from civigrid.base import ledger
from civigrid.cases.models import Case, CaseReport, Clock, Evidence, Task
from civigrid.cases.queries.asks import events_of, with_asks
from civigrid.cases.queries.held import facts_of
from civigrid.cases.queries.lists import shown_light
from civigrid.cases.queries.names import Both, Names
from civigrid.cases.rules import (
    Basis,
    Came,
    CaseFacts,
    ClockEvent,
    ClockKind,
    EvidenceKind,
    Light,
    TaskKind,
    TaskState,
    replay,
)
from civigrid.catalog import queries as catalog
from civigrid.catalog.queries import DutyRowRow, StandardRow
from civigrid.catalog.rules import DayLine, LimitUnit, Pause
from civigrid.directory import queries as directory
from civigrid.intake import queries as intake
from civigrid.intake.rules import SaidRow


@dataclass(frozen=True, slots=True)
class ClockView:
    """A clock and its arithmetic, day by day. `more`: by how much its limit was extended; `pauses`: when it stood still;
    `events`: what else befell it.
    """

    kind: ClockKind
    started_at: datetime
    due_at: datetime
    stopped_at: datetime | None
    light: Light | None
    limit_value: int
    limit_unit: LimitUnit
    calendar: Both
    provisional: bool
    more: int
    pauses: tuple[Pause, ...]
    events: tuple[ClockEvent, ...]
    days: tuple[DayLine, ...]

    def stands(self, now: datetime) -> bool:
        """Whether it stands still at that moment."""
        return self.stopped_at is None and any(pause.since <= now < pause.until for pause in self.pauses)


@dataclass(frozen=True, slots=True)
class TaskView:
    id: int
    unit_id: int
    unit: Both
    kind: TaskKind
    state: TaskState
    result: str
    account: Both
    section: Both
    assignee: Both
    dispatched_at: datetime
    accepted_at: datetime | None
    finished_at: datetime | None
    arrived_at: datetime | None
    clock: ClockView | None
    arrival: ClockView | None


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
    """A line of the record with the name of who wrote it; ("", "") is the machine. `person` is whom it names."""

    entry: ledger.Entry
    by: Both
    person: Both = ("", "")


@dataclass(frozen=True, slots=True)
class CameView:
    """How a report came to the case, and when. `fresh`: while a unit was at work on it."""

    how: Came
    at: datetime
    withdrawn_at: datetime | None
    fresh: bool


@dataclass(frozen=True, slots=True)
class CaseView:
    """`facts` is what `rules.allowed` looks at. Names are (Chinese, English) pairs. `came`: by report; also of reports that
    the person does not see.
    """

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
    answer: ClockView | None
    reports: tuple[SaidRow, ...]
    came: Mapping[int, CameView]
    tasks: tuple[TaskView, ...]
    evidence: tuple[EvidenceView, ...]
    entries: tuple[EntryView, ...]

    def heard(self, how: Came) -> int:
        """How often its senders chased it 催办, added to it, withdrew it."""
        return sum(each.how is how for each in self.came.values())

    @property
    def chased(self) -> int:
        return self.heard(Came.CHASED)

    @property
    def supplemented(self) -> int:
        return self.heard(Came.SUPPLEMENTED)

    @property
    def withdrew(self) -> int:
        return self.heard(Came.WITHDREW)


def access_case(number: str, *, now: datetime) -> CaseView | None:
    """The case with that number; None where there is none in the open scope. Call inside `db.scoped(actor.scope)`."""
    case = with_asks(Case.objects.filter(number=number)).first()
    return _view(case, now) if case else None


def files_in_scope(sha256s: Sequence[str]) -> set[str]:
    """Those of the files that are evidence of a case in the open scope: what a page may serve."""
    return set(Evidence.objects.filter(file_id__in=sha256s).values_list("file_id", flat=True))


Clocks = dict[tuple[int | None, ClockKind], ClockView]


def _view(case: Case, now: datetime) -> CaseView:
    names = Names.at(now)
    tasks = list(Task.objects.filter(case=case).order_by("id"))
    evidence = list(Evidence.objects.filter(case=case).select_related("file").order_by("id"))
    entries = ledger.read("case", case.pk)
    named = [person if isinstance(person := e.facts.get("person"), int) else None for e in entries]
    people = _people(
        [*(e.account for e in entries), *(e.by_account for e in evidence), *named]
        + [each for t in tasks for each in (t.account_id, t.assignee_id)]
    )
    clocks, came = _clocks(case, now), _came(case, tasks)
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
        clock=clocks.get((None, ClockKind.FINISH)),
        answer=clocks.get((None, ClockKind.ANSWER)),
        reports=tuple(intake.said_by_ids(list(came))),
        came=came,
        tasks=tuple(_task(task, names, people, clocks) for task in tasks),
        evidence=tuple(_exhibit(row, people) for row in evidence),
        entries=tuple(
            EntryView(entry, people.get(entry.account, ("", "")), people.get(person or 0, ("", "")))
            for entry, person in zip(entries, named, strict=True)
        ),
    )


def _people(account_ids: Sequence[int | None]) -> dict[int, Both]:
    return directory.account_names({account_id for account_id in account_ids if account_id})


def _came(case: Case, tasks: Sequence[Task]) -> dict[int, CameView]:
    """By report, in the order they came. What came after a task that is still open was dispatched is news to its unit."""
    since = min((task.dispatched_at for task in tasks if task.finished_at is None), default=None)
    held = CaseReport.objects.filter(case=case, left_at__isnull=True).order_by("id")
    return {
        report_id: CameView(Came(how), at, withdrawn_at, fresh=bool(how) and since is not None and at > since)
        for report_id, how, at, withdrawn_at in held.values_list("report_id", "how", "joined_at", "withdrawn_at")
    }


def _clocks(case: Case, now: datetime) -> Clocks:
    """By task, None for the case's own, and kind."""
    zone = catalog.city().zone
    clocks = list(Clock.objects.filter(case=case))
    events = events_of([clock.pk for clock in clocks])
    return {(clock.task_id, ClockKind(clock.kind)): _clock(clock, events[clock.pk], zone, now) for clock in clocks}


def _clock(clock: Clock, events: Sequence[ClockEvent], zone: tzinfo, now: datetime) -> ClockView:
    calendar = catalog.calendar_version(clock.calendar_version_id)
    unit = LimitUnit(clock.limit_unit)
    found = replay(Basis(clock.started_at, clock.limit_value, unit), events, calendar.calendar, zone)
    return ClockView(
        kind=ClockKind(clock.kind),
        started_at=clock.started_at,
        due_at=clock.due_at,
        stopped_at=clock.stopped_at,
        light=shown_light(clock.warn_at, clock.due_at, clock.stopped_at, now),
        limit_value=clock.limit_value,
        limit_unit=unit,
        calendar=(calendar.name, calendar.name_en),
        provisional=clock.provisional,
        more=found.more,
        pauses=found.pauses,
        events=tuple(events),
        days=tuple(found.ends.days),
    )


def _task(task: Task, names: Names, people: dict[int, Both], clocks: Clocks) -> TaskView:
    return TaskView(
        id=task.pk,
        unit_id=task.unit_id,
        unit=names.unit(task.unit_id),
        kind=TaskKind(task.kind),
        state=TaskState(task.state),
        result=task.result,
        account=people.get(task.account_id or 0, ("", "")),
        section=names.unit(task.section_id),
        assignee=people.get(task.assignee_id or 0, ("", "")),
        dispatched_at=task.dispatched_at,
        accepted_at=task.accepted_at,
        finished_at=task.finished_at,
        arrived_at=task.arrived_at,
        clock=clocks.get((task.pk, ClockKind.FINISH)),
        arrival=clocks.get((task.pk, ClockKind.ARRIVE)),
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
