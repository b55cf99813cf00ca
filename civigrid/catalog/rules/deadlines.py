"""Deadlines over a work calendar: when a limit ends, when to warn, and the account of it day by day.

How each unit is counted (a city replaces limits, not the counting):
  minutes, urgent_hours   every minute runs, nights and holidays too, from the minute of dispatch;
  work_hours              working minutes of the calendar, from the minute of dispatch;
  work_days               from the next working day to the closing time of the last;
  days                    calendar days from the day after dispatch to midnight of the last, holidays included.
The warning comes when 80 % of the time that counts is used. What a pause takes away stands in `counting`.

A year of a calendar is laid out once as sorted arrays of instants, so that a deadline is two look-ups.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from itertools import accumulate

from civigrid.base.errors import Refused
from civigrid.catalog.rules.account import DayLine, account
from civigrid.catalog.rules.calendars import MIDNIGHT, WorkCalendar
from civigrid.catalog.rules.counting import SECONDS, WARN, Count, Pause, counted
from civigrid.catalog.rules.instants import dates, local, moment
from civigrid.catalog.rules.lists import LimitUnit

LONGEST_YEARS = 32  # a limit that is not over by then is a mistake in the pack


@dataclass(frozen=True, slots=True)
class Deadline:
    """`provisional`: the account crosses a year whose holidays are not known yet; it is computed anew when they are."""

    due_at: datetime
    warn_at: datetime
    provisional: bool
    of: Count

    @property
    def days(self) -> list[DayLine]:
        """The account, from the local day of the start to the day it is due; made when asked for."""
        return list(account(self.of, self.due_at, provisional=self.provisional))


def deadline(
    start: datetime, value: int, unit: LimitUnit, calendar: WorkCalendar, tz: tzinfo, *, pauses: Sequence[Pause] = ()
) -> Deadline:
    """When a limit of `value` `unit` that starts at `start` (aware) ends. Instants are UTC, days are those of `tz`.

    Raises Refused("limit_too_long") where the calendar does not hold that much working time, and
    Refused("limit_too_short") below 1.
    """
    if value < 1:
        raise Refused("limit_too_short", value=value)
    of = Count(start, value, unit, calendar, tz, tuple(pauses))
    due, warn, provisional = counted(of) if pauses else _plain(of)
    return Deadline(moment(due), moment(warn), provisional, of)


Counted = tuple[float, float, bool]  # due and warning as seconds since 1970, and whether the account is provisional


def _plain(of: Count) -> Counted:
    count = {LimitUnit.WORK_HOURS: _work_hours, LimitUnit.WORK_DAYS: _work_days, LimitUnit.DAYS: _days}.get(of.unit)
    if count is not None:
        return count(of.start, of.value, of.calendar, of.tz)
    seconds, begins = of.value * SECONDS[of.unit], of.start.timestamp()
    return begins + seconds, begins + WARN * seconds, False


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
    today = start.astimezone(tz).date()
    first, due = local(today, MIDNIGHT, tz), local(today + timedelta(days=value), MIDNIGHT, tz)
    return due, first + WARN * (due - first), False


class _Table:
    """Some years of a calendar as instants: `starts`, `ends` of the spans, `used` working seconds before each."""

    def __init__(self, calendar: WorkCalendar, tz: tzinfo, first: int, years: int) -> None:
        self.days: list[int] = []  # ordinals of the working days
        self.closings: list[float] = []
        self.starts: list[float] = []
        self._first_span: list[int] = []
        ends: list[float] = []
        for day in dates(date(first, 1, 1), date(first + years, 1, 1)):
            spans = calendar.day(day)[1]
            if spans:
                self.days.append(day.toordinal())
                self._first_span.append(len(self.starts))
                self.starts += [local(day, begin, tz) for begin, _ in spans]
                ends += [local(day, end, tz) for _, end in spans]
                self.closings.append(ends[-1])
        lengths = (end - start for start, end in zip(self.starts, ends, strict=True))
        self.used = [0.0, *accumulate(lengths)]
        self.total = self.used[-1]
        unknown = [year for year in range(first, first + years) if calendar.is_provisional(year)]
        self._unknown = [(local(date(y, 1, 1), 0, tz), local(date(y, 12, 31), MIDNIGHT, tz)) for y in unknown]

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
