"""Deadlines, held against an oracle that walks the calendar minute by minute."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import chinese_calendar
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from civigrid.base.errors import Refused
from civigrid.catalog.rules import (
    WHOLE_DAYS,
    DayKind,
    DayNote,
    Holidays,
    LimitUnit,
    WorkCalendar,
    deadline,
    parse_calendar,
)

SHANGHAI, BOSTON = ZoneInfo("Asia/Shanghai"), ZoneInfo("America/New_York")
NATIONAL = Holidays(
    frozenset(chinese_calendar.holidays), frozenset(chinese_calendar.workdays), frozenset(range(2004, 2027))
)
OFFICE_HOURS = {
    "week": {"1-5": ["08:30-12:00", "14:30-17:30"]},
    "seasons": [{"from": "06-01", "to": "09-30", "week": {"1-5": ["08:30-12:00", "15:00-18:00"]}}],
}
G = parse_calendar("G", OFFICE_HOURS, holidays=NATIONAL)
C = parse_calendar("C", {"week": {"1-7": ["08:00-18:00"]}}, holidays=None)
ALWAYS = parse_calendar("24", {"week": {"1-7": ["00:00-24:00"]}}, holidays=None)


def at(text: str, tz: ZoneInfo = SHANGHAI) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=tz)


@pytest.mark.parametrize(
    ("start", "value", "unit", "calendar", "due"),
    [
        # a Friday: 工时 run from the minute of dispatch, over lunch and over the weekend
        ("2026-11-20 11:00", 4, LimitUnit.WORK_HOURS, G, "2026-11-20 17:30"),
        ("2026-11-20 16:30", 4, LimitUnit.WORK_HOURS, G, "2026-11-23 11:30"),
        ("2026-11-20 20:00", 1, LimitUnit.WORK_HOURS, G, "2026-11-23 09:30"),
        ("2026-11-20 13:00", 3, LimitUnit.WORK_HOURS, G, "2026-11-20 17:30"),  # exactly to closing time
        # 工日 begin with the next working day and end at closing time
        ("2026-11-20 08:00", 1, LimitUnit.WORK_DAYS, G, "2026-11-23 17:30"),
        ("2026-11-21 12:00", 1, LimitUnit.WORK_DAYS, G, "2026-11-23 17:30"),
        ("2026-07-01 09:00", 3, LimitUnit.WORK_DAYS, G, "2026-07-06 18:00"),  # summer hours
        ("2026-11-20 08:00", 2, LimitUnit.WORK_DAYS, C, "2026-11-22 18:00"),  # every day is one
        # National Day 2026: off 1 to 7 October; Sunday 20 September and Saturday 10 October are worked
        ("2026-09-30 10:00", 3, LimitUnit.WORK_DAYS, G, "2026-10-10 17:30"),
        ("2026-09-18 10:00", 1, LimitUnit.WORK_DAYS, G, "2026-09-20 18:00"),
        ("2026-10-09 17:00", 1, LimitUnit.WORK_HOURS, G, "2026-10-10 09:00"),
        # 紧时 and minutes run through nights and holidays
        ("2026-10-01 23:30", 2, LimitUnit.URGENT_HOURS, G, "2026-10-02 01:30"),
        ("2026-11-20 23:50", 30, LimitUnit.MINUTES, G, "2026-11-21 00:20"),
        # 日: to midnight of the last
        ("2026-11-20 10:00", 30, LimitUnit.DAYS, G, "2026-12-21 00:00"),
        # into a year without a plan: New Year's Day 2027 is a Friday and counts until somebody knows better
        ("2026-12-30 11:00", 3, LimitUnit.WORK_DAYS, G, "2027-01-04 17:30"),
    ],
)
def test_the_limits_a_dispatcher_knows(
    start: str, value: int, unit: LimitUnit, calendar: WorkCalendar, due: str
) -> None:
    assert deadline(at(start), value, unit, calendar, SHANGHAI).due_at == at(due)


def test_the_warning_comes_at_four_fifths_of_the_time_that_counts() -> None:
    found = deadline(at("2026-11-20 08:30"), 5, LimitUnit.WORK_HOURS, G, SHANGHAI)
    assert found.warn_at == at("2026-11-20 15:00")  # 4 of 5 hours: 3.5 before lunch, half an hour after
    days = deadline(at("2026-11-20 08:30"), 5, LimitUnit.WORK_DAYS, G, SHANGHAI)
    assert days.warn_at == at("2026-11-26 17:30")  # the closing time of the fourth day of five
    assert deadline(at("2026-11-20 22:00"), 10, LimitUnit.URGENT_HOURS, G, SHANGHAI).warn_at == at("2026-11-21 06:00")


def test_a_year_without_a_plan_is_provisional_until_the_city_has_one() -> None:
    start = at("2026-12-30 11:00")
    assert not deadline(start, 1, LimitUnit.WORK_DAYS, G, SHANGHAI).provisional  # 31 December is still known
    assert deadline(start, 2, LimitUnit.WORK_DAYS, G, SHANGHAI).provisional
    assert not deadline(start, 200, LimitUnit.URGENT_HOURS, G, SHANGHAI).provisional  # no holiday stops these
    assert not deadline(start, 20, LimitUnit.WORK_DAYS, C, SHANGHAI).provisional  # nor these

    hours = {**OFFICE_HOURS, "planned": [2027]}
    planned = parse_calendar("G", hours, holidays=NATIONAL, days_off=frozenset({date(2027, 1, 1)}))
    rebased = deadline(start, 2, LimitUnit.WORK_DAYS, planned, SHANGHAI)
    assert rebased.due_at == at("2027-01-04 17:30")
    assert not rebased.provisional


def test_the_account_names_each_day() -> None:
    found = deadline(at("2026-09-30 10:00"), 3, LimitUnit.WORK_DAYS, G, SHANGHAI)
    kinds = [(line.day.day, line.kind, line.counted) for line in found.days]
    assert kinds[0] == (30, DayKind.WORK, 0)  # the day of dispatch does not count
    assert kinds[1:8] == [(day, DayKind.HOLIDAY, 0) for day in range(1, 8)]
    assert kinds[8:] == [(8, DayKind.WORK, 390), (9, DayKind.WORK, 390), (10, DayKind.MAKE_UP, 390)]
    assert found.days[-1].total == 3 * 390


def test_a_city_may_work_and_rest_on_days_of_its_own() -> None:
    calendar = parse_calendar(
        "G", OFFICE_HOURS, holidays=NATIONAL,
        days_on=frozenset({date(2026, 11, 21)}), days_off=frozenset({date(2026, 11, 23)}),
    )  # fmt: skip
    assert calendar.day(date(2026, 11, 21)) == (DayKind.PACK_ON, ((510, 720), (870, 1050)))
    assert calendar.day(date(2026, 11, 23)) == (DayKind.PACK_OFF, ())
    assert deadline(at("2026-11-20 09:00"), 2, LimitUnit.WORK_DAYS, calendar, SHANGHAI).due_at == at("2026-11-24 17:30")


def test_the_night_the_clocks_change_has_one_hour_less() -> None:
    # Boston, 8 March 2026: 2:00 becomes 3:00
    start = at("2026-03-07 23:00", BOSTON)
    assert deadline(start, 4, LimitUnit.WORK_HOURS, ALWAYS, BOSTON).due_at == at("2026-03-08 04:00", BOSTON)
    assert deadline(start, 1, LimitUnit.WORK_DAYS, ALWAYS, BOSTON).due_at == at("2026-03-09 00:00", BOSTON)


def test_limits_that_cannot_be() -> None:
    with pytest.raises(Refused, match="limit_too_short"):
        deadline(at("2026-11-20 09:00"), 0, LimitUnit.WORK_HOURS, G, SHANGHAI)
    once_a_year = parse_calendar(
        "X", {"week": {"1": ["08:00-09:00"]}}, holidays=None,
        days_off=frozenset(date(2026, 1, 1) + timedelta(days=n) for n in range(40 * 366)),
    )  # fmt: skip
    with pytest.raises(Refused, match="limit_too_long"):
        deadline(at("2026-11-20 09:00"), 5, LimitUnit.WORK_DAYS, once_a_year, SHANGHAI)
    assert deadline(at("2026-11-20 09:00"), 1000, LimitUnit.WORK_DAYS, G, SHANGHAI).due_at > at("2030-09-01 00:00")


@pytest.mark.parametrize(
    "hours",
    [
        {"week": {}},
        {"week": {"1-5": []}},
        {"week": {"1-5": ["12:00-08:30"]}},
        {"week": {"1-5": ["08:00-12:00", "11:00-17:00"]}},
        {"week": {"1-8": ["08:00-12:00"]}},
        {"week": {"1": ["08:00-25:00"]}},
        {"week": {"1": ["morning"]}},
        {"week": {"1": ["08:00-12:00"]}, "seasons": [{"from": "02-30", "to": "03-01", "week": {"1": ["08:00-12:00"]}}]},
    ],
)
def test_hours_that_are_none(hours: dict[str, object]) -> None:
    with pytest.raises((ValueError, KeyError)):
        parse_calendar("X", hours, holidays=None)


# ---- the oracle: one minute after the other, slow and plain


def works_at(calendar: WorkCalendar, moment: datetime, tz: ZoneInfo) -> bool:
    local = moment.astimezone(tz)
    minute = local.hour * 60 + local.minute
    return any(start <= minute < end for start, end in _oracle_spans(calendar, local.date()))


def _oracle_spans(calendar: WorkCalendar, day: date) -> tuple[tuple[int, int], ...]:
    """Hours of a day by `chinesecalendar`'s own answer, where it has one."""
    office = calendar is G
    if not office:
        return calendar.week[day.weekday()]
    worked = chinese_calendar.is_workday(day) if day.year <= 2026 else day.weekday() < 5
    afternoon = (900, 1080) if 6 <= day.month <= 9 else (870, 1050)
    return ((510, 720), afternoon) if worked else ()


def oracle(start: datetime, value: int, unit: LimitUnit, calendar: WorkCalendar, tz: ZoneInfo) -> datetime:
    minute = timedelta(minutes=1)
    if unit is LimitUnit.WORK_DAYS:
        day, left = start.astimezone(tz).date(), value
        while left:
            day += timedelta(days=1)
            left -= bool(_oracle_spans(calendar, day))
        last = _oracle_spans(calendar, day)[-1][1]
        return datetime(day.year, day.month, day.day, tzinfo=tz) + timedelta(minutes=last)
    left, now = value * 60, start.astimezone(UTC)
    while left:
        left -= works_at(calendar, now, tz)
        now += minute
    return now


# across 调休 of 2026 and over New Year 2026/27
minutes = some.integers(0, 366 * 24 * 60).map(lambda minute: at("2026-01-20 00:00") + timedelta(minutes=minute))


@settings(max_examples=150, deadline=None)
@given(start=minutes, value=some.integers(1, 20), office=some.booleans())
def test_working_hours_agree_with_the_oracle(start: datetime, value: int, office: bool) -> None:
    calendar = G if office else C
    expected = oracle(start, value, LimitUnit.WORK_HOURS, calendar, SHANGHAI)
    assert deadline(start, value, LimitUnit.WORK_HOURS, calendar, SHANGHAI).due_at == expected


@settings(max_examples=300, deadline=None)
@given(start=minutes, value=some.integers(1, 60), office=some.booleans())
def test_working_days_agree_with_the_oracle(start: datetime, value: int, office: bool) -> None:
    calendar = G if office else C
    found = deadline(start, value, LimitUnit.WORK_DAYS, calendar, SHANGHAI)
    assert found.due_at == oracle(start, value, LimitUnit.WORK_DAYS, calendar, SHANGHAI)


@settings(max_examples=200, deadline=None)
@given(start=minutes, value=some.integers(1, 40), unit=some.sampled_from(list(LimitUnit)), office=some.booleans())
def test_the_account_adds_up(start: datetime, value: int, unit: LimitUnit, office: bool) -> None:
    found = deadline(start, value, unit, G if office else C, SHANGHAI)
    days = found.days
    assert start < found.warn_at <= found.due_at
    assert sum(line.counted for line in days) == days[-1].total
    assert days[-1].counted > 0  # the day it is due is a day that counts
    assert found.provisional == any(line.provisional for line in days)
    wanted = {LimitUnit.MINUTES: value, LimitUnit.URGENT_HOURS: value * 60, LimitUnit.WORK_HOURS: value * 60}
    assert days[-1].total == wanted.get(unit, days[-1].total)
    assert days[-1].whole == (value if unit in WHOLE_DAYS else 0)
    assert [line.note for line in days if line.note] == (
        [DayNote.START] if unit in WHOLE_DAYS and days[0].hours else []
    )
