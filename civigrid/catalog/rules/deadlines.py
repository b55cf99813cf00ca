"""Deadlines over a work calendar: when a limit ends, when to warn, and the account of it day by day.

How each unit is counted (a city replaces limits, not the counting):
  minutes, urgent_hours   every minute runs, nights and holidays too, from the minute of dispatch;
  work_hours              working minutes of the calendar, from the minute of dispatch;
  work_days               from the next working day to the closing time of the last;
  days                    calendar days from the day after dispatch to midnight of the last, holidays included.
The warning comes when 80 % of the time that counts is used.

A year of a calendar is laid out once as sorted arrays of instants, so that a deadline is two look-ups.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from itertools import accumulate

from civigrid.base.errors import Refused
from civigrid.catalog.rules.calendars import MIDNIGHT, DayKind, WorkCalendar
from civigrid.catalog.rules.lists import LimitUnit

WARN = 0.8
LONGEST_YEARS = 32  # a limit that is not over by then is a mistake in the pack
_ONE_DAY = timedelta(days=1)
_FREE_RUNNING = {LimitUnit.MINUTES: 60, LimitUnit.URGENT_HOURS: 3600}  # seconds


@dataclass(frozen=True, slots=True)
class DayLine:
    """One local day of a deadline's account. `counted`: minutes of it that count; `total`: with the days before."""

    day: date
    kind: DayKind
    counted: int
    total: int
    provisional: bool


@dataclass(frozen=True, slots=True)
class Deadline:
    """`provisional`: the account crosses a year whose holidays are not known yet; it is computed anew when they are."""

    due_at: datetime
    warn_at: datetime
    provisional: bool
    start: datetime
    value: int
    unit: LimitUnit
    calendar: WorkCalendar
    tz: tzinfo

    @property
    def days(self) -> list[DayLine]:
        """The account, from the local day of the start to the day it is due; made when asked for."""
        return list(_account(self))


def deadline(start: datetime, value: int, unit: LimitUnit, calendar: WorkCalendar, tz: tzinfo) -> Deadline:
    """When a limit of `value` `unit` that starts at `start` (aware) ends. Instants are UTC, days are those of `tz`.

    Raises Refused("limit_too_long") where the calendar does not hold that much working time, and
    Refused("limit_too_short") below 1.
    """
    if value < 1:
        raise Refused("limit_too_short", value=value)
    count = {LimitUnit.WORK_HOURS: _work_hours, LimitUnit.WORK_DAYS: _work_days, LimitUnit.DAYS: _days}.get(unit)
    if count is None:
        seconds = value * _FREE_RUNNING[unit]
        due, warn, provisional = start.timestamp() + seconds, start.timestamp() + WARN * seconds, False
    else:
        due, warn, provisional = count(start, value, calendar, tz)
    return Deadline(_instant(due), _instant(warn), provisional, start, value, unit, calendar, tz)


Counted = tuple[float, float, bool]  # due and warning as seconds since 1970, and whether the account is provisional


def _work_hours(start: datetime, value: int, calendar: WorkCalendar, tz: tzinfo) -> Counted:
    begins, seconds = start.timestamp(), value * 3600
    for table in _tables(calendar, tz, start.astimezone(tz).year):
        used = table.used_at(begins)
        if used + seconds <= table.total:
            due = table.at(used + seconds)
            return due, table.at(used + WARN * seconds), table.is_provisional(begins, due)
    raise Refused("limit_too_long", value=value, calendar=calendar.code)


def _work_days(start: datetime, value: int, calendar: WorkCalendar, tz: tzinfo) -> Counted:
    today = start.astimezone(tz).date().toordinal()
    for table in _tables(calendar, tz, start.astimezone(tz).year):
        first = bisect_right(table.days, today)
        if first + value <= len(table.days):
            before, after = table.used_before(first), table.used_before(first + value)
            due = table.closings[first + value - 1]
            return due, table.at(before + WARN * (after - before)), table.is_provisional(start.timestamp(), due)
    raise Refused("limit_too_long", value=value, calendar=calendar.code)


def _days(start: datetime, value: int, calendar: WorkCalendar, tz: tzinfo) -> Counted:  # noqa: ARG001  # one shape
    begins = start.timestamp()
    due = _local(start.astimezone(tz).date() + timedelta(days=value), MIDNIGHT, tz)
    return due, begins + WARN * (due - begins), False


class _Table:
    """Some years of a calendar as instants: `starts`, `ends` of the spans, `used` working seconds before each."""

    def __init__(self, calendar: WorkCalendar, tz: tzinfo, first: int, years: int) -> None:
        self.days: list[int] = []  # ordinals of the working days
        self.closings: list[float] = []
        self.starts: list[float] = []
        self._first_span: list[int] = []
        ends: list[float] = []
        for day in _dates(date(first, 1, 1), date(first + years, 1, 1)):
            spans = calendar.day(day)[1]
            if spans:
                self.days.append(day.toordinal())
                self._first_span.append(len(self.starts))
                self.starts += [_local(day, start, tz) for start, _ in spans]
                ends += [_local(day, end, tz) for _, end in spans]
                self.closings.append(ends[-1])
        lengths = (end - start for start, end in zip(self.starts, ends, strict=True))
        self.used = [0.0, *accumulate(lengths)]
        self.total = self.used[-1]
        unknown = [year for year in range(first, first + years) if calendar.is_provisional(year)]
        self._unknown = [(_local(date(y, 1, 1), 0, tz), _local(date(y, 12, 31), MIDNIGHT, tz)) for y in unknown]

    def used_at(self, instant: float) -> float:
        """Working seconds from the table's begin to an instant."""
        span = bisect_right(self.starts, instant) - 1
        if span < 0:
            return 0.0
        return min(self.used[span] + instant - self.starts[span], self.used[span + 1])

    def used_before(self, day: int) -> float:
        """Working seconds before the opening of the working day at that place of `days`."""
        return self.used[self._first_span[day]] if day < len(self.days) else self.total

    def at(self, used: float) -> float:
        """The first instant at which so many working seconds are used up."""
        span = max(bisect_left(self.used, used) - 1, 0)
        return self.starts[span] + used - self.used[span]

    def is_provisional(self, begins: float, due: float) -> bool:
        return any(begins < last and first < due for first, last in self._unknown)


def _tables(calendar: WorkCalendar, tz: tzinfo, year: int) -> Iterator[_Table]:
    """Ever longer tables from that year on; the first does for all but the longest limits."""
    years = 2
    while years <= LONGEST_YEARS:
        key = (tz, year, years)
        table = calendar._known.get(key)
        if table is None:
            table = calendar._known[key] = _Table(calendar, tz, year, years)
        yield table
        years *= 4


def _account(of: Deadline) -> Iterator[DayLine]:
    first, last = of.start.astimezone(of.tz).date(), (of.due_at - timedelta(microseconds=1)).astimezone(of.tz).date()
    total = 0.0
    for day in _dates(first, last + _ONE_DAY):
        kind, spans = of.calendar.day(day)
        before, total = total, total + _counted(of, day, spans)
        counted = round(total / 60) - round(before / 60)
        provisional = of.provisional and of.calendar.is_provisional(day.year)
        yield DayLine(day, kind, counted, round(total / 60), provisional)


def _counted(of: Deadline, day: date, spans: tuple[tuple[int, int], ...]) -> float:
    """Seconds of a day that count towards the limit."""
    after, until = of.start.timestamp(), of.due_at.timestamp()
    if of.unit in (LimitUnit.WORK_DAYS, LimitUnit.DAYS):
        after = _local(of.start.astimezone(of.tz).date(), MIDNIGHT, of.tz)
    if of.unit not in (LimitUnit.WORK_HOURS, LimitUnit.WORK_DAYS):
        spans = ((0, MIDNIGHT),)
    pieces = ((max(_local(day, start, of.tz), after), min(_local(day, end, of.tz), until)) for start, end in spans)
    return sum(max(end - start, 0) for start, end in pieces)


def _dates(first: date, end: date) -> Iterator[date]:
    return (first + timedelta(days=n) for n in range((end - first).days))


def _local(day: date, minute: int, tz: tzinfo) -> float:
    """The instant of a local time of day as seconds since 1970; 1440 is the midnight that ends the day."""
    if minute == MIDNIGHT:
        day, minute = day + _ONE_DAY, 0
    return datetime(day.year, day.month, day.day, minute // 60, minute % 60, tzinfo=tz).timestamp()


def _instant(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
