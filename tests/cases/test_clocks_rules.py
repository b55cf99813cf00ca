"""A clock replayed from what befell it: no database."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from civigrid.cases.rules import Basis, ClockEvent, ClockEventKind, Light, Replayed, a_working_day_left, replay
from civigrid.catalog.rules import LimitUnit, Pause, deadline
from tests.catalog.test_deadlines import SHANGHAI, G, at

START = at("2026-11-23 09:00")  # a Monday
HOUR = timedelta(hours=1)
THREE_DAYS = Basis(START, 3, LimitUnit.WORK_DAYS)
kinds = ClockEventKind


def run(*events: ClockEvent, basis: Basis = THREE_DAYS) -> Replayed:
    return replay(basis, events, G, SHANGHAI)


def paused(since: str, until: str) -> ClockEvent:
    return ClockEvent(kinds.PAUSE, at(since), at(until))


def test_nothing_befell_it() -> None:
    found = run()
    assert found.ends.due_at == at("2026-11-26 17:30")
    assert (found.pauses, found.more, found.stopped_at) == ((), 0, None)
    assert found.at(START) == (found.ends.warn_at, Light.GREEN)
    assert found.at(found.ends.due_at + HOUR) == (None, Light.RED)


def test_a_pause_is_counted_to_its_end_from_the_beginning() -> None:
    found = run(paused("2026-11-24 10:00", "2026-12-01 00:00"))
    assert found.ends.due_at == at("2026-12-03 17:30")  # Tuesday was broken off; 1, 2 and 3 December
    assert found.at(at("2026-11-30 09:00")) == (found.ends.warn_at, Light.GREEN)


def test_who_resumes_sooner_shortens_the_pause() -> None:
    pause = paused("2026-11-24 10:00", "2026-12-01 00:00")
    by_hand = run(pause, ClockEvent(kinds.RESUME, at("2026-11-25 11:00")))
    assert by_hand.pauses == (Pause(at("2026-11-24 10:00"), at("2026-11-25 11:00")),)
    assert by_hand.ends.due_at == at("2026-11-30 17:30")  # Thursday, Friday, Monday
    by_itself = run(pause, ClockEvent(kinds.RESUME, at("2026-12-01 00:00")))
    assert by_itself.ends.due_at == run(pause).ends.due_at


def test_two_pauses_and_an_extension() -> None:
    found = run(
        paused("2026-11-24 18:00", "2026-11-25 08:00"),  # a night: takes nothing away
        ClockEvent(kinds.EXTEND, at("2026-11-25 09:00"), amount=2),
        paused("2026-11-26 09:00", "2026-11-27 00:00"),
    )
    assert found.more == 2
    assert found.ends.due_at == at("2026-12-01 17:30")  # 24, 25, 27 and 30 November, 1 December
    assert found.ends.days[-1].whole == 5


@pytest.mark.parametrize(("kind", "due"), [(kinds.RESUME, "2026-11-30 17:30"), (kinds.CONTINUE, "2026-11-26 17:30")])
def test_a_stopped_clock_runs_again(kind: ClockEventKind, due: str) -> None:
    """A unit's time does not count while it had no task; the promise counts whichever case keeps it."""
    stop = ClockEvent(kinds.STOP, at("2026-11-24 10:00"))
    assert run(stop).stopped_at == stop.at
    assert run(stop).at(at("2027-01-01 00:00")) == (None, Light.GREEN)  # the light of its stop
    found = run(stop, ClockEvent(kind, at("2026-11-25 10:00")))
    assert found.stopped_at is None
    assert found.ends.due_at == at(due)


def test_a_restart_forgets_what_was_before() -> None:
    basis = Basis(at("2026-12-07 09:00"), 3, LimitUnit.WORK_DAYS)
    before = (
        paused("2026-11-24 10:00", "2026-12-01 00:00"),
        ClockEvent(kinds.EXTEND, at("2026-12-02 10:00"), amount=3),
        ClockEvent(kinds.STOP, at("2026-12-03 10:00")),
    )
    found = run(*before, ClockEvent(kinds.RESTART, basis.started_at), basis=basis)
    assert found == replay(basis, [], G, SHANGHAI)


def test_another_calendar_or_limit_stands_on_the_clock_itself() -> None:
    assert run(ClockEvent(kinds.REBASE, at("2026-11-24 10:00"))) == run()


@pytest.mark.parametrize(
    ("now", "due", "left"),
    [
        ("2026-11-25 17:00", "2026-11-26 17:30", True),  # Thursday is a whole working day
        ("2026-11-26 00:01", "2026-11-26 17:30", False),
        ("2026-11-26 09:00", "2026-11-27 17:29", False),
        ("2026-11-27 20:00", "2026-11-30 17:30", True),  # over the weekend
    ],
)
def test_an_extension_is_asked_for_a_working_day_before(now: str, due: str, left: bool) -> None:
    assert a_working_day_left(at(due), G, SHANGHAI, now=at(now)) is left


minutes = st.integers(1, 20_000)


@given(
    gaps=st.lists(st.tuples(minutes, minutes), max_size=4),
    more=st.integers(0, 5),
    value=st.integers(1, 10),
    unit=st.sampled_from(list(LimitUnit)),
)
def test_stopping_and_resuming_is_pausing(gaps: list[tuple[int, int]], more: int, value: int, unit: LimitUnit) -> None:
    """Whichever way a clock came to stand still, what it says is the deadline with those pauses."""
    stops, pauses, resumed, now = [], [], [], START
    for run_for, stand_for in gaps:
        since = now + timedelta(minutes=run_for)
        now = since + timedelta(minutes=stand_for)
        again = ClockEvent(kinds.RESUME, now)
        stops += [ClockEvent(kinds.STOP, since), again]
        resumed += [ClockEvent(kinds.PAUSE, since, now + timedelta(days=30)), again]
        pauses.append(Pause(since, now))
    extend = [ClockEvent(kinds.EXTEND, now, amount=more)] if more else []
    basis = Basis(START, value, unit)
    expected = deadline(START, value + more, unit, G, SHANGHAI, pauses=pauses)
    for events in ([*stops, *extend], [*resumed, *extend]):
        found = replay(basis, events, G, SHANGHAI)
        assert found.pauses == tuple(pauses)
        assert (found.ends.due_at, found.ends.warn_at) == (expected.due_at, expected.warn_at)
