"""New Year 2026/27: clocks stored before the plan of 2027 was known, and what they say once somebody knows it."""

from __future__ import annotations

import threading
from datetime import UTC, date, datetime, timedelta, tzinfo
from importlib import import_module
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from civigrid.base import db, events, ledger, stamps
from civigrid.cases import actions as cases
from civigrid.cases.actions.replaying import Befell, befall
from civigrid.cases.models import Case, Clock, ClockEvent
from civigrid.cases.rules import ClockEvent as Event
from civigrid.cases.rules import ClockEventKind, NewCase
from civigrid.catalog import queries as catalog
from civigrid.catalog.rules import Holidays
from civigrid.cli import work
from civigrid.directory import queries as directory
from civigrid.directory.rules import MACHINE
from civigrid.flow import clocks, packs
from tests.cases.replayed import stored_is_replayed
from tests.cases.town import reports
from tests.packfiles import CALENDARS, CITY, TABLES, files

pytestmark = pytest.mark.django_db

FOUNDED = datetime(2026, 12, 1, 1, tzinfo=UTC)
DISPATCHED = datetime(2026, 12, 28, 1, tzinfo=UTC)  # Monday, 9:00 in the city
PLAN_COMES = datetime(2026, 12, 30, 1, tzinfo=UTC)
# five working days from the 29th: Tuesday to Friday, which is New Year's Day, and Monday
AT_FIRST, LATER, EARLIER = (datetime(2027, 1, day, 9, 30, tzinfo=UTC) for day in (4, 5, 3))
# the lamp's five days; the office that promises goes by G, those who mend by the calendar of their kind
CHANGED = {
    "city.yaml": CITY.replace("carry: accept", "carry: dispatch").encode(),
    "standards.csv": TABLES["standards.csv"].replace("3,2,work_days,亮灯", "3,5,work_days,亮灯").encode(),
}


def loaded(folder: Path, *, plan: str = "", now: datetime) -> packs.Loading:
    calendars = CALENDARS.replace("  name: 机关历\n", f"  name: 机关历\n{plan}")
    for name, data in files({**CHANGED, "calendars.yaml": calendars.encode()}).items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(data)
    loading = packs.load(folder, now=now)
    assert loading.loaded, loading.faults
    return loading


def planned(*, off: str = "", on: str = "") -> str:
    return f"  planned: [2027]\n  days_off: [{off}]\n  days_on: [{on}]\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A city whose cases were dispatched on 28 December: two to an office, one to a unit that works every day."""
    loaded(tmp_path, now=FOUNDED)
    with db.system():
        units = {unit.code: unit.id for unit in directory.units(DISPATCHED.date()).values()}
        (standard,) = [each for each in catalog.standards(DISPATCHED.date()) if each.limit_value == 5]
        lamp = standard.matter_id
        new = [
            NewCase(
                report,
                "01",
                3,
                DISPATCHED,
                matter_id=lamp,
                unit_id=units[code],
                standard_version_id=standard.version_id,
            )
            for report, code in zip(reports(3), ("2020", "2020", "4001"), strict=True)
        ]
        cases.open_cases(new, now=DISPATCHED, actor=MACHINE, city=catalog.city())
    return tmp_path


def ends() -> set[tuple[str, datetime, bool]]:
    """Of the running clocks: calendar, due, provisional."""
    with db.system():
        found = Clock.objects.values_list("calendar_version__calendar__code", "due_at", "provisional")
        return set(found)


ON_THE_SECOND = datetime(2027, 1, 2, 10, tzinfo=UTC)  # the unit that works every day: 29, 30, 31, 1, 2 until 18:00


def test_until_the_plan_is_known_the_days_count_monday_to_friday(folder: Path) -> None:
    assert ends() == {("G", AT_FIRST, True), ("C", ON_THE_SECOND, False)}


def test_the_days_the_city_names_move_the_clocks_that_run(folder: Path) -> None:
    with db.system():
        stopped = Clock.objects.filter(task__isnull=False, calendar_version__calendar__code="G").latest("id")
        Clock.objects.filter(id=stopped.pk).update(stopped_at=DISPATCHED, next_at=None)
    loading = loaded(folder, plan=planned(off="2027-01-01"), now=PLAN_COMES)
    assert [(change.what, change.code, change.how) for change in loading.changes if change.what == "calendar"] == [
        ("calendar", "G", "changed")
    ]
    assert ends() == {("G", LATER, False), ("G", AT_FIRST, True), ("C", ON_THE_SECOND, False)}
    with db.system():
        still = Clock.objects.get(id=stopped.pk)
        assert (still.due_at, still.provisional) == (AT_FIRST, True)  # what is over is not told anew
        moved = ClockEvent.objects.values_list("clock__calendar_version__calendar__code", "kind", "at")
        assert sorted(moved) == [("G", "rebase", PLAN_COMES)] * 4
        told = [line for case in Case.objects.all() for line in ledger.read("case", case.pk) if line.verb == "rebased"]
        assert {line.facts["due"] for line in told} == {"2027-01-05T09:30:00Z"}
        assert len(told) == 4
        events.number()
        assert [event.topic for event in events.after(0, 99)].count("case.rebased") == 4
        assert ledger.verify().ok
    assert loaded(folder, plan=planned(off="2027-01-01"), now=PLAN_COMES).changes == []
    assert clocks.rebase(now=PLAN_COMES) == 0


def test_make_up_days_bring_a_clock_forward(folder: Path) -> None:
    loaded(folder, plan=planned(on="2027-01-02, 2027-01-03", off="2027-01-01"), now=PLAN_COMES)
    assert ends() == {("G", EARLIER, False), ("C", ON_THE_SECOND, False)}


def test_a_plan_that_moves_nothing_only_ends_the_doubt(folder: Path) -> None:
    loaded(folder, plan=planned(off="2027-01-02"), now=PLAN_COMES)  # a Saturday
    assert ends() == {("G", AT_FIRST, False), ("C", ON_THE_SECOND, False)}


def test_other_hours_next_summer_are_nobodys_news(folder: Path) -> None:
    """The clocks go by the new version from now on; their ends stay, and nothing is told."""
    summer = '  seasons: [{from: "06-01", to: "09-30", week: {"1-5": ["08:00-12:00"]}}]\n'
    loaded(folder, plan=summer, now=PLAN_COMES)
    assert ends() == {("G", AT_FIRST, True), ("C", ON_THE_SECOND, False)}
    with db.system():
        valid = catalog.calendars(PLAN_COMES.date())["G"].version_id
        assert set(Clock.objects.filter(provisional=True).values_list("calendar_version_id", flat=True)) == {valid}
        assert not ClockEvent.objects.exists()


def lights() -> list[tuple[str, datetime | None]]:
    with db.system():
        return sorted(set(Clock.objects.filter(calendar_version__calendar__code="G").values_list("light", "next_at")))


def test_a_light_that_turned_too_soon_turns_back(folder: Path) -> None:
    """The warning came at the closing of the fourth day, which was New Year's Day."""
    warned = datetime(2027, 1, 1, 9, 30, tzinfo=UTC)
    clocks.sweep(now=warned)
    assert [light for light, _ in lights()] == ["yellow"]
    loaded(folder, plan=planned(off="2027-01-01"), now=warned + timedelta(hours=1))
    assert lights() == [("green", AT_FIRST)]  # the fourth day is now Monday
    clocks.sweep(now=AT_FIRST - timedelta(seconds=1))
    assert [light for light, _ in lights()] == ["green"]
    clocks.sweep(now=AT_FIRST)
    assert [light for light, _ in lights()] == ["yellow"]


def test_what_was_overdue_is_not_and_what_is_brought_forward_is(folder: Path) -> None:
    night = AT_FIRST + timedelta(hours=6)
    clocks.sweep(now=night)
    assert [light for light, _ in lights()] == ["red"]
    loaded(folder, plan=planned(off="2027-01-01"), now=night)
    assert lights() == [("yellow", LATER + timedelta(microseconds=1))]
    loaded(folder, plan=planned(on="2027-01-02, 2027-01-03", off="2027-01-01"), now=night + timedelta(days=1))
    assert lights() == [("red", None)]


def test_the_plan_moves_what_stood_still_and_what_was_extended(folder: Path) -> None:
    """One task's clock stands still over New Year, the other was extended by three days: each is replayed."""
    with db.system():
        still, longer = Clock.objects.filter(task__isnull=False, calendar_version__calendar__code="G").order_by("id")
        zone = catalog.city().zone
        until = datetime(2027, 1, 3, 16, tzinfo=UTC)  # midnight before Monday
        pause = ClockEventKind.PAUSE, datetime(2026, 12, 29, 16, tzinfo=UTC), until
        told = [Befell(still.pk, Event(*pause)), Befell(longer.pk, Event(ClockEventKind.EXTEND, DISPATCHED, amount=3))]
        befall(told, zone=zone, now=DISPATCHED)
    # the 29th, then Monday to Thursday; and eight days from the 29th, New Year's Day among them
    assert moments(still.pk) == (datetime(2027, 1, 7, 9, 30, tzinfo=UTC), True)
    assert moments(longer.pk) == (datetime(2027, 1, 7, 9, 30, tzinfo=UTC), True)
    loaded(folder, plan=planned(off="2027-01-01, 2027-01-05"), now=PLAN_COMES)
    assert moments(still.pk) == (datetime(2027, 1, 8, 9, 30, tzinfo=UTC), False)
    assert moments(longer.pk) == (datetime(2027, 1, 11, 9, 30, tzinfo=UTC), False)
    with db.system():
        for clock in (still, longer):
            assert stored_is_replayed(clock.case_id, now=PLAN_COMES) == 2
    assert clocks.rebase(now=PLAN_COMES) == 0


def moments(clock_id: int) -> tuple[datetime, bool]:
    with db.system():
        return Clock.objects.values_list("due_at", "provisional").get(id=clock_id)


class Once(threading.Event):
    """Lets a loop go round once."""

    rounds = 0

    def wait(self, timeout: float | None = None) -> bool:
        self.rounds += 1
        return self.rounds > 1


def test_a_newer_program_knows_the_plan_and_moves_the_clocks_at_its_start(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No pack changed: `civigrid work` looks once when it starts, and once a day."""
    reading = import_module("civigrid.catalog.queries.calendars")  # a function of that name hides it
    national = reading.national_holidays()
    assert 2027 not in national.years, "the library knows 2027 now: choose the next year it does not know"
    newer = Holidays(national.off | {date(2027, 1, 1)}, national.made_up, national.years | {2027})
    monkeypatch.setattr(reading, "national_holidays", lambda: newer)
    with db.system():
        stamps.touch(catalog.AREA)  # as in a new process, nothing is in memory
    work.sweep(Once())
    assert ends() == {("G", LATER, False), ("C", ON_THE_SECOND, False)}
    with db.system():
        assert ClockEvent.objects.filter(kind="rebase").count() == 5
        assert ledger.verify().ok


def test_looking_costs_little_where_nothing_changed(folder: Path) -> None:
    with CaptureQueriesContext(connection) as asked:
        assert clocks.rebase(now=PLAN_COMES) == 0
    written = [each["sql"] for each in asked if each["sql"].lstrip().upper().startswith(("UPDATE", "INSERT", "COPY"))]
    assert written == []


def test_a_loading_that_ended_before_it_moved_the_clocks_is_made_up_for(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The worker runs on: it sees another edition of the lists, and need not wait for tomorrow."""

    class That(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]
            return PLAN_COMES

    class Crashing(Once):
        def wait(self, timeout: float | None = None) -> bool:
            if self.rounds == 1:
                with monkeypatch.context() as crash:
                    crash.setattr(clocks, "rebase", lambda *, now: 0)
                    loaded(folder, plan=planned(off="2027-01-01"), now=PLAN_COMES)
                assert ("G", AT_FIRST, True) in ends()
            self.rounds += 1
            return self.rounds > 2

    monkeypatch.setattr(work, "datetime", That)
    work.sweep(Crashing())
    assert ends() == {("G", LATER, False), ("C", ON_THE_SECOND, False)}


def test_one_clock_that_cannot_be_computed_keeps_none_of_the_others(
    folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with db.system():
        (first, *_) = Clock.objects.filter(calendar_version__calendar__code="G").order_by("id")
        Clock.objects.filter(id=first.pk).update(limit_value=30_000)  # no calendar holds a hundred years
        number = first.case.number
    loaded(folder, plan=planned(off="2027-01-01"), now=PLAN_COMES)
    assert moments(first.pk) == (AT_FIRST, True)
    assert ("G", LATER, False) in ends()
    told = [record.number for record in caplog.records if record.name == "civigrid.clocks"]  # type: ignore[attr-defined]
    assert told == [number]


def test_many_calendars_cost_no_statement_a_clock(folder: Path) -> None:
    """More versions in use than a query keeps in memory."""
    for number in range(stamps.EDITIONS + 2):
        summer = f'  seasons: [{{from: "06-01", to: "09-30", week: {{"1-5": ["08:0{number}-12:00"]}}}}]\n'
        loaded(folder, plan=summer, now=PLAN_COMES + timedelta(days=number))
    with db.system():
        versions = [edition.row.version_id for edition in catalog.calendar_history("G")]
        clocks_of = list(Clock.objects.filter(calendar_version__calendar__code="G").order_by("id"))
        for clock, version in zip(clocks_of, versions, strict=False):
            Clock.objects.filter(id=clock.pk).update(calendar_version_id=version)
    with CaptureQueriesContext(connection) as asked:
        clocks.rebase(now=PLAN_COMES + timedelta(days=10))
    assert sum("catalog_calendar_version" in each["sql"] for each in asked) <= 2  # of the clocks, and of the day


def test_a_day_off_entered_afterwards_is_given_back(folder: Path) -> None:
    """Running limits are counted anew from their beginning, the days already gone by included (docs/city-pack.md)."""
    loaded(folder, plan=planned(off="2026-12-29"), now=PLAN_COMES)
    assert ends() == {("G", LATER, False), ("C", ON_THE_SECOND, False)}
