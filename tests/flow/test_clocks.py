"""Lights turn once, in time, and are told; a new calendar moves the clocks that run."""

import threading
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.db.backends.postgresql.psycopg_any import DateRange
from django.test.utils import CaptureQueriesContext

from civigrid.base import db, events, ledger, stamps
from civigrid.cases import actions
from civigrid.cases.models import Case, Clock, ClockEvent
from civigrid.catalog.models import CalendarVersion
from civigrid.cli import work
from civigrid.flow import clocks
from tests.cases.town import NOW, OFFICE, Town, build, opened

DUE = datetime(2026, 11, 26, 9, 30, tzinfo=UTC)
SECOND = timedelta(seconds=1)


@pytest.fixture
def town(db: None) -> Town:
    return make_town()


def make_town() -> Town:
    with db.system():
        return build()


def lights() -> dict[str, int]:
    with db.system():
        found = list(Clock.objects.values_list("light", flat=True))
    return {light: found.count(light) for light in set(found)}


def verbs_told() -> list[str]:
    with db.system():
        return [entry.verb for entry in ledger.read("case", Case.objects.latest("id").pk)]


def test_green_yellow_red_each_told_once(town: Town) -> None:
    with db.system():
        opened(town)
        warn = Clock.objects.filter(task=None).get().warn_at
    assert clocks.sweep(now=warn - SECOND) == 0
    assert lights() == {"green": 2}
    assert clocks.sweep(now=warn) == 2
    assert clocks.sweep(now=warn) == 0
    assert lights() == {"yellow": 2}
    assert clocks.sweep(now=DUE) == 0  # the last instant is in time
    assert clocks.sweep(now=DUE + SECOND) == 2
    assert lights() == {"red": 2}
    assert clocks.sweep(now=DUE + timedelta(days=30)) == 0
    assert verbs_told() == ["opened", "warned", "warned", "overdue", "overdue"]
    with db.system():
        events.number()
        assert [event.topic for event in events.after(0, 9)][1:] == ["case.warned"] * 2 + ["case.overdue"] * 2
        (entry, *_) = [each for each in ledger.read("case", Case.objects.get().pk) if each.verb == "overdue"]
        assert entry.facts == {"task": None, "due": "2026-11-26T09:30:00Z"}
        assert ledger.verify().ok


def test_a_sweep_that_comes_late_goes_straight_to_red(town: Town) -> None:
    with db.system():
        opened(town)
    assert clocks.sweep(now=DUE + timedelta(days=1)) == 2
    assert lights() == {"red": 2}
    assert verbs_told() == ["opened", "overdue", "overdue"]


def test_a_stopped_clock_is_left_alone(town: Town) -> None:
    with db.system():
        opened(town)
        Clock.objects.filter(task__isnull=False).update(stopped_at=NOW, next_at=None)
    assert clocks.sweep(now=DUE + SECOND) == 1
    assert lights() == {"green": 1, "red": 1}


def test_a_sweep_works_in_chunks_of_few_statements(town: Town) -> None:
    with db.system():
        opened(town, 60)
        with CaptureQueriesContext(connection) as asked:
            assert actions.sweep(now=DUE + SECOND, limit=100) == 100
        assert len(asked) == 6  # take, move, the record's three, events
        assert actions.sweep(now=DUE + SECOND, limit=100) == 20
        assert actions.sweep(now=DUE + SECOND, limit=100) == 0


def new_version(town: Town, **columns: object) -> None:
    """The office calendar has other days from Tuesday on."""
    tuesday = date(2026, 11, 24)
    with db.system():
        old = CalendarVersion.objects.get(id=town.calendars["G"])
        old.valid = DateRange(old.valid.lower, tuesday)
        old.save()
        values = {"name": "G", "hours": OFFICE, "national_holidays": True, **columns}
        CalendarVersion.objects.create(calendar=old.calendar, valid=DateRange(tuesday, None), **values)
        stamps.touch("catalog")


def test_a_day_off_moves_the_clocks_that_run(town: Town) -> None:
    with db.system():
        opened(town, 3)
        stopped = Clock.objects.filter(task__isnull=False).latest("id")
        Clock.objects.filter(id=stopped.pk).update(stopped_at=NOW, next_at=None)
    tuesday = NOW + timedelta(days=1)
    assert clocks.rebase(now=tuesday) == 0
    new_version(town, days_off=[date(2026, 11, 25)])
    assert clocks.rebase(now=tuesday) == 5
    assert clocks.rebase(now=tuesday) == 0
    with db.system():
        assert set(Clock.objects.filter(stopped_at=None).values_list("due_at", flat=True)) == {DUE + timedelta(days=1)}
        assert Clock.objects.get(id=stopped.pk).due_at == DUE
        assert ClockEvent.objects.filter(kind="rebase").count() == 5
        assert ledger.verify().ok
    assert verbs_told() == ["opened", "rebased"]


def test_a_red_clock_turns_back_when_its_days_did_not_count(town: Town) -> None:
    with db.system():
        opened(town)
    after = DUE + timedelta(minutes=5)
    clocks.sweep(now=after)
    assert lights() == {"red": 2}
    new_version(town, days_off=[date(2026, 11, 25), date(2026, 11, 26)])
    assert clocks.rebase(now=after) == 2
    assert lights() == {"green": 2}
    assert clocks.sweep(now=DUE + timedelta(days=5)) == 2
    assert lights() == {"red": 2}


def test_clocks_over_new_year_are_provisional_until_the_plan_comes(town: Town) -> None:
    """The library knows no holidays of 2027: the days count Monday to Friday until the city gives its plan."""
    with db.system():
        opened(town, now=datetime(2026, 12, 30, 1, tzinfo=UTC))
        (due,) = set(Clock.objects.filter(provisional=True).values_list("due_at", flat=True))
    assert due == datetime(2027, 1, 4, 9, 30, tzinfo=UTC)  # Thursday 31, Friday 1, Monday 4
    with db.system():
        old = CalendarVersion.objects.get(id=town.calendars["G"])
        old.hours, old.days_off = {**OFFICE, "planned": [2027]}, [date(2027, 1, 1)]
        old.save()
        stamps.touch("catalog")
    assert clocks.rebase(now=datetime(2026, 12, 30, 2, tzinfo=UTC)) == 2
    with db.system():
        assert set(Clock.objects.values_list("due_at", "provisional")) == {
            (datetime(2027, 1, 5, 9, 30, tzinfo=UTC), False)
        }


class Thrice(threading.Event):
    """Lets a loop go round twice."""

    rounds = 0

    def wait(self, timeout: float | None = None) -> bool:
        self.rounds += 1
        return self.rounds > 2


def test_the_clocks_of_a_house_without_a_city_wait(db: None) -> None:
    stop = Thrice()
    work.sweep(stop)
    assert stop.rounds == 3
