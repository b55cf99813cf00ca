"""Deadlines of clocks that stood still, held against an oracle that goes from one minute to the next."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from civigrid.base.errors import Refused
from civigrid.catalog.rules import WHOLE_DAYS, DayKind, DayLine, DayNote, LimitUnit, Pause, WorkCalendar, deadline
from tests.catalog.test_deadlines import ALWAYS, BOSTON, SHANGHAI, C, G, at, works_at

MINUTE = timedelta(minutes=1)


def pause(since: str, until: str) -> Pause:
    return Pause(at(since), at(until))


@pytest.mark.parametrize(
    ("start", "value", "unit", "pauses", "due"),
    [
        # Friday 20 November; an hour of the afternoon does not count
        ("2026-11-20 13:00", 3, LimitUnit.WORK_HOURS, [("15:00", "16:00")], "2026-11-23 09:30"),
        # a pause over lunch takes nothing away
        ("2026-11-20 11:00", 4, LimitUnit.WORK_HOURS, [("12:00", "14:30")], "2026-11-20 17:30"),
        ("2026-11-20 11:00", 4, LimitUnit.WORK_HOURS, [("11:30", "14:00")], "2026-11-23 09:00"),
        # two pauses one in the other are one
        ("2026-11-20 08:30", 1, LimitUnit.WORK_HOURS, [("09:00", "10:00"), ("09:15", "09:45")], "2026-11-20 10:30"),
        ("2026-11-20 22:00", 4, LimitUnit.URGENT_HOURS, [("23:00", "23:30")], "2026-11-21 02:30"),
        ("2026-11-20 22:00", 30, LimitUnit.MINUTES, [("21:00", "22:10")], "2026-11-20 22:40"),
        # a working day that was touched in its hours counts no more, one touched at night does
        ("2026-11-18 09:00", 2, LimitUnit.WORK_DAYS, [("10:00", "10:01")], "2026-11-23 17:30"),
        ("2026-11-18 09:00", 2, LimitUnit.WORK_DAYS, [("18:00", "23:00")], "2026-11-20 17:30"),
        ("2026-11-18 09:00", 3, LimitUnit.DAYS, [("10:00", "10:01")], "2026-11-23 00:00"),
    ],
)
def test_what_a_pause_takes_away(
    start: str, value: int, unit: LimitUnit, pauses: list[tuple[str, str]], due: str
) -> None:
    stood = [pause(f"2026-11-20 {since}", f"2026-11-20 {until}") for since, until in pauses]
    assert deadline(at(start), value, unit, G, SHANGHAI, pauses=stood).due_at == at(due)


def test_a_suspension_over_the_spring_festival_and_into_a_year_without_a_plan() -> None:
    stood = [pause("2026-11-25 10:00", "2027-03-01 00:00")]
    found = deadline(at("2026-11-23 09:00"), 3, LimitUnit.WORK_DAYS, G, SHANGHAI, pauses=stood)
    # Tuesday counts, Wednesday was broken off; Monday 1 and Tuesday 2 March are the other two
    assert found.due_at == at("2027-03-02 17:30")
    assert found.provisional
    assert [line.day for line in found.days if line.whole and line.counted] == [
        date(2026, 11, 24), date(2027, 3, 1), date(2027, 3, 2)
    ]  # fmt: skip


def test_the_account_says_when_the_clock_stood_still() -> None:
    stood = [pause("2026-11-20 15:00", "2026-11-23 10:00")]
    found = deadline(at("2026-11-20 13:00"), 3, LimitUnit.WORK_HOURS, G, SHANGHAI, pauses=stood)
    assert [(line.day.day, line.kind, line.counted, line.note, line.stood) for line in found.days] == [
        (20, DayKind.WORK, 30, DayNote.PAUSED, ((900, 1440),)),
        (21, DayKind.REST, 0, DayNote.NONE, ((0, 1440),)),
        (22, DayKind.REST, 0, DayNote.NONE, ((0, 1440),)),
        (23, DayKind.WORK, 150, DayNote.PAUSED, ((0, 600),)),
    ]
    assert found.days[0].hours == ((510, 720), (870, 1050))  # lunch is the gap


def test_the_warning_comes_at_four_fifths_of_what_counts() -> None:
    stood = [pause("2026-11-20 09:00", "2026-11-20 11:00")]
    found = deadline(at("2026-11-20 08:30"), 5, LimitUnit.WORK_HOURS, G, SHANGHAI, pauses=stood)
    assert found.warn_at == at("2026-11-20 17:00")  # half an hour, an hour, and two and a half after lunch


def test_a_pause_that_never_ends_is_refused() -> None:
    forever = [pause("2026-11-20 09:00", "2126-11-20 11:00")]
    with pytest.raises(Refused, match="limit_too_long"):
        deadline(at("2026-11-20 08:30"), 1, LimitUnit.WORK_DAYS, G, SHANGHAI, pauses=forever)


def test_the_night_the_clocks_change() -> None:
    """Boston, 8 March 2026: the night has one hour less, also for a pause from one to four."""
    stood = [Pause(at("2026-03-08 01:00", BOSTON), at("2026-03-08 04:00", BOSTON))]
    found = deadline(at("2026-03-07 23:00", BOSTON), 4, LimitUnit.WORK_HOURS, ALWAYS, BOSTON, pauses=stood)
    assert found.due_at == at("2026-03-08 06:00", BOSTON)


# ---- the oracle


def runs(moment: datetime, pauses: Sequence[Pause]) -> bool:
    return not any(each.since <= moment < each.until for each in pauses)


def ordinary(calendar: WorkCalendar, moment: datetime, unit: LimitUnit) -> bool:
    """Whether a minute is one in which a limit of this unit can count."""
    return unit not in (LimitUnit.WORK_HOURS, LimitUnit.WORK_DAYS) or works_at(calendar, moment, SHANGHAI)


def by_minutes(
    start: datetime, value: int, unit: LimitUnit, calendar: WorkCalendar, pauses: Sequence[Pause]
) -> datetime:
    now, left = start.astimezone(UTC), value if unit is LimitUnit.MINUTES else value * 60
    while left:
        left -= ordinary(calendar, now, unit) and runs(now, pauses)
        now += MINUTE
    return now


def by_days(start: datetime, value: int, unit: LimitUnit, calendar: WorkCalendar, pauses: Sequence[Pause]) -> datetime:
    """A day counts where it has hours and every minute of them ran."""
    day, left, last = start.astimezone(SHANGHAI).date(), value, start
    while left:
        day += timedelta(days=1)
        midnight = datetime(day.year, day.month, day.day, tzinfo=SHANGHAI)
        hours = [each for n in range(1440) if ordinary(calendar, each := midnight + n * MINUTE, unit)]
        if hours and all(runs(each, pauses) for each in hours):
            left, last = left - 1, hours[-1] + MINUTE
    return last


# across 调休 and summer hours of 2026, and over New Year 2026/27
starts = some.one_of(
    some.integers(0, 330 * 24 * 60).map(lambda n: at("2026-01-20 00:00") + n * MINUTE),
    some.integers(0, 4 * 24 * 60).map(lambda n: at("2026-12-29 00:00") + n * MINUTE),
)
breaks = some.lists(
    some.tuples(some.integers(-600, 12_000), some.one_of(some.integers(1, 600), some.integers(600, 20_000))), max_size=3
)


@settings(max_examples=120, deadline=None)
@given(
    start=starts, value=some.integers(1, 8), unit=some.sampled_from(list(LimitUnit)), office=some.booleans(), broken=breaks
)  # fmt: skip
def test_any_pauses_agree_with_the_oracle(
    start: datetime, value: int, unit: LimitUnit, office: bool, broken: list[tuple[int, int]]
) -> None:
    calendar = G if office else C
    pauses = [Pause(start + since * MINUTE, start + (since + length) * MINUTE) for since, length in broken]
    oracle = by_days if unit in WHOLE_DAYS else by_minutes
    found = deadline(start, value, unit, calendar, SHANGHAI, pauses=pauses)
    assert found.due_at == oracle(start, value, unit, calendar, pauses)
    adds_up(found.days, value, unit)
    years = range(start.astimezone(SHANGHAI).year, found.days[-1].day.year + 1)
    by_plan = calendar is G and unit in (LimitUnit.WORK_HOURS, LimitUnit.WORK_DAYS)
    assert found.provisional == (by_plan and 2027 in years)


def adds_up(days: Sequence[DayLine], value: int, unit: LimitUnit) -> None:
    """The last line holds the whole limit, and every line says why its hours do not count."""
    minutes = {LimitUnit.MINUTES: 1, LimitUnit.URGENT_HOURS: 60, LimitUnit.WORK_HOURS: 60}
    assert days[-1].total == sum(line.counted for line in days)
    assert days[-1].whole == (value if unit in WHOLE_DAYS else 0)
    assert days[-1].total == value * minutes[unit] if unit in minutes else days[-1].total
    silent = [line for line in days[1:-1] if line.hours and not line.counted and not line.note]
    assert silent == []


@settings(max_examples=200, deadline=None)
@given(start=starts, value=some.integers(1, 30), unit=some.sampled_from(list(LimitUnit)), office=some.booleans())
def test_a_pause_before_the_start_changes_nothing(start: datetime, value: int, unit: LimitUnit, office: bool) -> None:
    """The table and the walk from day to day say the same."""
    calendar = G if office else C
    before = [Pause(start - timedelta(days=3), start - timedelta(days=2))]
    plain = deadline(start, value, unit, calendar, SHANGHAI)
    walked = deadline(start, value, unit, calendar, SHANGHAI, pauses=before)
    assert (walked.due_at, walked.provisional) == (plain.due_at, plain.provisional)
    assert abs(walked.warn_at - plain.warn_at) < timedelta(milliseconds=1)
    assert [(line.day, line.counted, line.whole) for line in walked.days] == [
        (line.day, line.counted, line.whole) for line in plain.days
    ]
