"""Work calendars of any shape, held against an oracle that reads the pack's own words day by day."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import chinese_calendar
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from civigrid.catalog.rules import DayKind, Holidays, LimitUnit, WorkCalendar, deadline, parse_calendar

SHANGHAI, NEW_YORK = ZoneInfo("Asia/Shanghai"), ZoneInfo("America/New_York")
KNOWN = range(2004, 2027)  # the years whose plan `chinesecalendar` 1.11 has
NATIONAL = Holidays(frozenset(chinese_calendar.holidays), frozenset(chinese_calendar.workdays), frozenset(KNOWN))
OFFICE = {
    "week": {"1-5": ["08:30-12:00", "14:30-17:30"]},
    "seasons": [{"from": "06-01", "to": "09-30", "week": {"1-5": ["08:30-12:00", "15:00-18:00"]}}],
}


@dataclass(frozen=True)
class Said:
    """A calendar as a pack says it."""

    hours: Mapping[str, Any]
    national: bool = True
    days_on: frozenset[date] = frozenset()
    days_off: frozenset[date] = frozenset()

    def calendar(self) -> WorkCalendar:
        holidays = NATIONAL if self.national else None
        return parse_calendar("X", self.hours, holidays=holidays, days_on=self.days_on, days_off=self.days_off)


# ---- the oracle: nothing of the calendar's own code


def hours(said: Said, day: date) -> list[tuple[int, int]]:
    """The working hours of a day in minutes."""
    week = by_weekday(week_of(said, day))
    usual = week.get(day.isoweekday(), [])
    instead = usual or next(week[number] for number in sorted(week) if week[number])
    if day in said.days_off:
        return []
    if day in said.days_on:
        return instead
    off, name = chinese_calendar.get_holiday_detail(day) if said.national and day.year in KNOWN else (False, None)
    if name:  # a day of the plan: off, or worked in exchange
        return [] if off else instead
    return usual


def week_of(said: Said, day: date) -> Mapping[str, list[str]]:
    for season in said.hours.get("seasons", []):
        first, last, today = season["from"], season["to"], f"{day:%m-%d}"
        if (first <= today <= last) if first <= last else (today >= first or today <= last):
            return season["week"]  # type: ignore[no-any-return]
    return said.hours["week"]  # type: ignore[no-any-return]


def by_weekday(week: Mapping[str, list[str]]) -> dict[int, list[tuple[int, int]]]:
    found: dict[int, list[tuple[int, int]]] = {}
    for days, spans in week.items():
        first, last = int(days[0]), int(days[-1])
        for number in range(first, last + 1):
            found[number] = sorted((minutes(span[:5]), minutes(span[6:])) for span in spans)
    return found


def minutes(text: str) -> int:
    return int(text[:2]) * 60 + int(text[3:])


def instant(day: date, minute: int, tz: ZoneInfo) -> datetime:
    at = datetime(day.year, day.month, day.day, tzinfo=tz) if minute < 1440 else None
    if at is None:
        return instant(day + timedelta(days=1), 0, tz)
    return at.replace(hour=minute // 60, minute=minute % 60).astimezone(UTC)


def worked(said: Said, start: datetime, tz: ZoneInfo) -> Iterator[tuple[date, datetime, datetime]]:
    """The working time from an instant on, span by span."""
    day = start.astimezone(tz).date()
    while True:
        for first, last in hours(said, day):
            begins, ends = max(instant(day, first, tz), start), instant(day, last, tz)
            if begins < ends:
                yield day, begins, ends
        day += timedelta(days=1)


def after(said: Said, start: datetime, used: timedelta, tz: ZoneInfo) -> tuple[datetime, dict[date, float]]:
    """The instant at which so much working time is used up, and the minutes of each day until then."""
    days: dict[date, float] = {}
    for day, begins, ends in worked(said, start, tz):
        taken = min(ends - begins, used)
        days[day] = days.get(day, 0) + taken.total_seconds() / 60
        used -= taken
        if not used:
            return begins + taken, days
    raise AssertionError


def oracle(
    said: Said, start: datetime, value: int, unit: LimitUnit, tz: ZoneInfo
) -> tuple[datetime, datetime, dict[date, float]]:
    """Due, warning, and the minutes that count by day."""
    if unit is LimitUnit.WORK_HOURS:
        due, days = after(said, start, timedelta(hours=value), tz)
        return due, after(said, start, timedelta(hours=value) * 4 / 5, tz)[0], days
    tomorrow = instant(start.astimezone(tz).date(), 1440, tz)
    chosen: list[date] = []
    for day, _, _ in worked(said, tomorrow, tz):
        chosen = chosen if day in chosen else [*chosen, day]
        if len(chosen) > value:
            break
    whole = sum((ends - begins for day, begins, ends in until(said, tomorrow, chosen[value], tz)), timedelta())
    due, days = after(said, tomorrow, whole, tz)
    return due, after(said, tomorrow, whole * 4 / 5, tz)[0], days


def until(said: Said, start: datetime, last: date, tz: ZoneInfo) -> Iterator[tuple[date, datetime, datetime]]:
    for span in worked(said, start, tz):
        if span[0] >= last:
            return
        yield span


# ---- calendars of any shape

some_minutes = st.lists(st.integers(0, 96), min_size=2, max_size=6, unique=True).map(sorted)


def clock(step: int) -> str:
    return f"{step // 4:02}:{step % 4 * 15:02}"


spans = some_minutes.map(lambda at: [f"{clock(a)}-{clock(b)}" for a, b in zip(at[::2], at[1::2], strict=False)])
weeks = st.one_of(
    st.builds(lambda all_days: {"1-5": all_days}, spans),
    st.builds(lambda work, rest: {"1-5": work, "6": rest}, spans, spans),
    st.builds(lambda work, short: {"1-4": work, "5": short, "6-7": []}, spans, spans),
    st.builds(lambda work: {"1-7": work}, spans),
)
month_days = st.dates(date(2025, 1, 1), date(2025, 12, 31)).map(lambda day: f"{day:%m-%d}")
seasons = st.lists(
    st.builds(lambda a, b, week: {"from": a, "to": b, "week": week}, month_days, month_days, weeks), max_size=2
)
near = st.dates(date(2026, 9, 1), date(2027, 3, 31))
days = st.frozensets(near, max_size=12)
calendars = st.builds(
    lambda week, season, planned, national, on, off: Said(
        {"week": week, "seasons": season, "planned": planned}, national, on - off, off
    ),
    weeks, seasons, st.sampled_from([[], [2027]]), st.booleans(), days, days,
)  # fmt: skip
# about National Day 2026 with its make-up days, and over New Year
starts = st.integers(0, 130 * 24 * 60).map(lambda minute: datetime(2026, 9, 10, tzinfo=UTC) + timedelta(minutes=minute))
counted = st.sampled_from([LimitUnit.WORK_HOURS, LimitUnit.WORK_DAYS])


@settings(max_examples=200, deadline=None)
@given(calendars, starts, st.integers(1, 45), counted, st.sampled_from([SHANGHAI, NEW_YORK]))
def test_any_calendar_agrees_with_the_oracle(
    said: Said, start: datetime, value: int, unit: LimitUnit, tz: ZoneInfo
) -> None:
    due, warn, by_day = oracle(said, start, value, unit, tz)
    found = deadline(start, value, unit, said.calendar(), tz)
    assert found.due_at == due
    assert abs(found.warn_at - warn) < timedelta(milliseconds=1)
    assert {line.day: line.counted for line in found.days if line.counted} == pytest.approx(by_day, abs=1)
    first, last = start.astimezone(tz).date(), (due - timedelta(seconds=1)).astimezone(tz).date()
    unknown = set(range(first.year, last.year + 1)) - {*KNOWN, *said.hours["planned"]}
    assert found.provisional == (said.national and bool(unknown))


@settings(max_examples=150, deadline=None)
@given(calendars, st.dates(date(2026, 1, 1), date(2027, 12, 31)))
def test_any_day_agrees_with_the_oracle(said: Said, day: date) -> None:
    kind, spans = said.calendar().day(day)
    assert list(spans) == hours(said, day)
    assert (kind in (DayKind.PACK_OFF, DayKind.PACK_ON)) == (day in said.days_off | said.days_on)
    assume(day not in said.days_off | said.days_on)
    assert kind in (DayKind.WORK, DayKind.MAKE_UP) or not spans


# ---- the days a city knows

G = Said(OFFICE)
MORNING, SUMMER, WINTER = (510, 720), (900, 1080), (870, 1050)


@pytest.mark.parametrize(
    ("day", "kind", "spans"),
    [
        ("2026-05-29", DayKind.WORK, (MORNING, WINTER)),  # lunch from 12:00 to 14:30
        ("2026-06-01", DayKind.WORK, (MORNING, SUMMER)),  # summer: to 15:00
        ("2026-09-30", DayKind.WORK, (MORNING, SUMMER)),
        ("2026-10-08", DayKind.WORK, (MORNING, WINTER)),
        ("2026-10-01", DayKind.HOLIDAY, ()),
        ("2026-10-10", DayKind.MAKE_UP, (MORNING, WINTER)),  # a Saturday worked in exchange
        ("2026-09-20", DayKind.MAKE_UP, (MORNING, SUMMER)),  # a Sunday in summer
        ("2026-11-22", DayKind.REST, ()),
        ("2027-01-01", DayKind.WORK, (MORNING, WINTER)),  # nobody knows better yet
    ],
)
def test_office_days(day: str, kind: DayKind, spans: Sequence[tuple[int, int]]) -> None:
    assert G.calendar().day(date.fromisoformat(day)) == (kind, tuple(spans))


def test_a_season_over_new_year() -> None:
    winter = {"from": "12-16", "to": "01-15", "week": {"1-5": ["09:00-12:00", "14:00-17:00"]}}
    said = Said({**OFFICE, "seasons": [winter, *OFFICE["seasons"]]})  # type: ignore[misc]
    hours_of = {
        day: said.calendar().day(date.fromisoformat(day))[1][0][0]
        for day in ("2026-12-15", "2026-12-16", "2027-01-15", "2027-01-18")
    }
    assert list(hours_of.values()) == [510, 540, 540, 510]


def test_a_plan_the_city_knows_before_the_program_does() -> None:
    """The days of 2027 as a city lists them: three days off at New Year, the Saturday after worked."""
    known = Said(
        {**OFFICE, "planned": [2027]},
        days_off=frozenset({date(2027, 1, 1), date(2027, 1, 2), date(2027, 1, 3)}),
        days_on=frozenset({date(2027, 1, 9)}),
    ).calendar()
    start = datetime(2026, 12, 28, 9, tzinfo=SHANGHAI)
    before, later = (deadline(start, 8, LimitUnit.WORK_DAYS, each, SHANGHAI) for each in (G.calendar(), known))
    assert (before.due_at, before.provisional) == (datetime(2027, 1, 7, 17, 30, tzinfo=SHANGHAI), True)
    assert (later.due_at, later.provisional) == (datetime(2027, 1, 8, 17, 30, tzinfo=SHANGHAI), False)
    assert deadline(start, 9, LimitUnit.WORK_DAYS, known, SHANGHAI).due_at.date() == date(2027, 1, 9)
    assert [line.day.day for line in before.days if line.provisional] == [1, 2, 3, 4, 5, 6, 7]
    kinds = {line.day: line.kind for line in later.days}
    assert kinds[date(2027, 1, 1)] is DayKind.PACK_OFF
