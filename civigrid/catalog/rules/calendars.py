"""Work calendars: which hours of which day are working hours, and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from itertools import pairwise
from typing import Any

Span = tuple[int, int]  # working hours as minutes of the local day, (510, 720) = 8:30 to 12:00; 1440 is midnight
Week = tuple[tuple[Span, ...], ...]  # seven days' spans, Monday first
MonthDay = tuple[int, int]

MIDNIGHT = 24 * 60
DAYS = range(1, 8)  # of a week, Monday first
LEAP = date(2024, 1, 1).toordinal()  # the first of the 366 days of a year


class DayKind(StrEnum):
    """Why a day counts or does not."""

    WORK = "work"
    REST = "rest"  # a weekday without hours: the weekend of an office
    HOLIDAY = "holiday"
    MAKE_UP = "make_up"  # 调休: worked in exchange for a holiday
    PACK_OFF = "pack_off"
    PACK_ON = "pack_on"


@dataclass(frozen=True)
class Holidays:
    """The national plan as far as it is published: days off, make-up days, and the years it covers."""

    off: frozenset[date] = frozenset()
    made_up: frozenset[date] = frozenset()
    years: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Season:
    """Other hours from one day of the year to another, both included; it may run over New Year."""

    first: MonthDay
    last: MonthDay
    week: Week

    def holds(self, day: date) -> bool:
        at = (day.month, day.day)
        if self.first <= self.last:
            return self.first <= at <= self.last
        return at >= self.first or at <= self.last


@dataclass(frozen=True, eq=False)
class WorkCalendar:
    """Compared by identity, so that what is computed from a calendar can be kept beside it.

    `holidays` is None where national holidays do not matter (a round-the-clock post). A year that the plan does not
    cover counts by the week alone and is provisional, unless the city says in `planned` that its own days are the plan.
    """

    code: str
    week: Week
    seasons: tuple[Season, ...] = ()
    holidays: Holidays | None = None
    days_on: frozenset[date] = frozenset()
    days_off: frozenset[date] = frozenset()
    planned: frozenset[int] = frozenset()
    _known: dict[object, Any] = field(default_factory=dict, repr=False)

    def day(self, day: date) -> tuple[DayKind, tuple[Span, ...]]:
        """What a day is, and its working hours."""
        week = next((season.week for season in self.seasons if season.holds(day)), self.week)
        usual = week[day.weekday()]
        if day in self.days_off:
            return DayKind.PACK_OFF, ()
        if day in self.days_on:
            return DayKind.PACK_ON, usual or _first_hours(week)
        if self.holidays and day in self.holidays.off:
            return DayKind.HOLIDAY, ()
        if self.holidays and day in self.holidays.made_up:
            return DayKind.MAKE_UP, usual or _first_hours(week)
        return (DayKind.WORK if usual else DayKind.REST), usual

    def is_provisional(self, year: int) -> bool:
        """Whether the holidays of that year are not known yet."""
        return self.holidays is not None and year not in self.holidays.years and year not in self.planned

    @property
    def works(self) -> bool:
        """Whether any hour of an ordinary week, in every season, is a working hour."""
        return all(any(week) for week in (self.week, *(season.week for season in self.seasons)))


def overlap(seasons: Sequence[Season]) -> MonthDay | None:
    """The first day of the year that lies in two seasons."""
    days = map(date.fromordinal, range(LEAP, LEAP + 366))
    twice = (day for day in days if sum(season.holds(day) for season in seasons) > 1)
    return next(((day.month, day.day) for day in twice), None)


def _first_hours(week: Week) -> tuple[Span, ...]:
    """A Saturday that is worked has the hours of the week's first working day."""
    return next((spans for spans in week if spans), ())


def parse_calendar(
    code: str,
    hours: Mapping[str, Any],
    *,
    holidays: Holidays | None,
    days_on: frozenset[date] = frozenset(),
    days_off: frozenset[date] = frozenset(),
) -> WorkCalendar:
    """From the form packs and the database keep: {"week": {"1-5": ["08:30-12:00", "14:30-17:30"]}, "seasons": [{"from":
    "06-01", "to": "09-30", "week": {...}}], "planned": [2027]}. Days are 1 (Monday) to 7. Raises ValueError."""
    seasons = tuple(map(_season, hours.get("seasons", ())))
    planned = frozenset(int(year) for year in hours.get("planned", ()))
    calendar = WorkCalendar(code, _week(hours["week"]), seasons, holidays, days_on, days_off, planned)
    if not calendar.works:
        raise ValueError("no working hours")
    return calendar


def _season(season: Mapping[str, Any]) -> Season:
    return Season(_month_day(season["from"]), _month_day(season["to"]), _week(season["week"]))


def _week(days: Mapping[str, Any]) -> Week:
    week: list[tuple[Span, ...]] = [()] * len(DAYS)
    said: set[int] = set()
    for key, spans in days.items():
        for number in _weekdays(str(key)):
            if number in said:  # which of the two holds would depend on their order, and no database keeps it
                raise ValueError("a weekday stands twice")
            said.add(number)
            week[number - 1] = _spans(spans)
    return tuple(week)


def _weekdays(key: str) -> range:
    """Of "3" or "1-5"."""
    first, _, last = key.partition("-")
    found = range(int(first), int(last or first) + 1)
    if not (found and found[0] >= 1 and found[-1] <= len(DAYS)):
        raise ValueError(f"day {key}")
    return found


def _spans(texts: list[str]) -> tuple[Span, ...]:
    spans = tuple(sorted(_span(text) for text in texts))
    if any(start >= end for start, end in spans):
        raise ValueError(f"hours {texts}")
    if any(first[1] > second[0] for first, second in pairwise(spans)):
        raise ValueError(f"hours {texts}")
    return spans


def _span(text: str) -> Span:
    start, end = (_minutes(each) for each in str(text).split("-"))
    return start, end


def _minutes(text: str) -> int:
    hour, minute = (int(part) for part in text.strip().split(":"))
    minutes = hour * 60 + minute
    if not (0 <= minutes <= MIDNIGHT and 0 <= minute < 60):
        raise ValueError(f"time {text}")
    return minutes


def _month_day(text: str) -> MonthDay:
    month, day = (int(part) for part in str(text).split("-"))
    date(2024, month, day)  # a leap year: says no to what is no day of any year
    return month, day
