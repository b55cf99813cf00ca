"""The days of a limit one by one: which hours of each count, and why others do not. Slow and plain.

A clock that stood still is counted here, and every account is written by it; a plain deadline is looked up in a table.
What is counted by the minute leaves out the minutes of a pause. What is counted in whole days leaves out every day that
a pause touched in its hours, as it leaves out the day of the start: half a day is no day.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from enum import StrEnum

from civigrid.base.errors import Refused
from civigrid.catalog.rules.calendars import MIDNIGHT, DayKind, Span, WorkCalendar
from civigrid.catalog.rules.instants import ONE_DAY, local
from civigrid.catalog.rules.lists import LimitUnit

BY_CALENDAR = frozenset({LimitUnit.WORK_HOURS, LimitUnit.WORK_DAYS})
WHOLE_DAYS = frozenset({LimitUnit.WORK_DAYS, LimitUnit.DAYS})
SECONDS = {LimitUnit.MINUTES: 60, LimitUnit.URGENT_HOURS: 3600, LimitUnit.WORK_HOURS: 3600}
WARN = 0.8
LONGEST = timedelta(days=32 * 366)  # a limit that is not over by then is a mistake in the pack
_ALL_DAY: tuple[Span, ...] = ((0, MIDNIGHT),)

Piece = tuple[float, float]  # from one instant to another


class DayNote(StrEnum):
    """Why hours of a day do not count though the calendar would have them."""

    NONE = ""
    START = "start"  # whole days are counted from the next one
    PAUSED = "paused"


@dataclass(frozen=True, slots=True)
class Pause:
    """The clock stood still from one moment to another."""

    since: datetime
    until: datetime

    @property
    def piece(self) -> Piece:
        return self.since.timestamp(), self.until.timestamp()


@dataclass(frozen=True, slots=True)
class CountedDay:
    """`hours`: those a limit of this unit can count in; `pieces`: those that do."""

    day: date
    kind: DayKind
    hours: tuple[Span, ...]
    pieces: tuple[Piece, ...]
    note: DayNote


@dataclass(frozen=True, slots=True)
class Count:
    """A limit and what it is counted by. `value` holds the extension, where there is one."""

    start: datetime
    value: int
    unit: LimitUnit
    calendar: WorkCalendar
    tz: tzinfo
    pauses: tuple[Pause, ...] = ()

    def days(self) -> Iterator[CountedDay]:
        """From the local day of the start on, without end."""
        day, first, stood = self.start.astimezone(self.tz).date(), True, [each.piece for each in self.pauses]
        while True:
            kind, spans = self.calendar.day(day)
            hours = spans if self.unit in BY_CALENDAR else _ALL_DAY
            pieces = tuple((local(day, begin, self.tz), local(day, end, self.tz)) for begin, end in hours)
            yield CountedDay(day, kind, hours, *self._counts(pieces, stood, first=first))
            day, first = day + ONE_DAY, False

    def _counts(
        self, pieces: tuple[Piece, ...], stood: Sequence[Piece], *, first: bool
    ) -> tuple[tuple[Piece, ...], DayNote]:
        whole = self.unit in WHOLE_DAYS
        if first and whole:
            return (), DayNote.START if pieces else DayNote.NONE
        running = _since(pieces, self.start.timestamp()) if first else pieces
        left = _without(running, stood) if stood else running
        note = DayNote.NONE if left == running else DayNote.PAUSED
        return (() if whole and note else left), note


def counted(of: Count) -> tuple[float, float, bool]:
    """When it is due and when to warn, as instants, and whether a day on the way is of a year not planned yet.

    Raises Refused("limit_too_long") where the calendar does not hold that much.
    """
    wanted, whole = of.value * SECONDS.get(of.unit, 1), of.unit in WHOLE_DAYS
    pieces: list[Piece] = []
    used, provisional = 0.0, False
    last = of.start.astimezone(of.tz).date() + LONGEST
    for day in of.days():
        provisional = provisional or (of.unit in BY_CALENDAR and of.calendar.is_provisional(day.day.year))
        pieces += day.pieces
        used += bool(day.pieces) if whole else sum(end - begin for begin, end in day.pieces)
        if used >= wanted:
            break
        if day.day > last:
            raise Refused("limit_too_long", value=of.value, calendar=of.calendar.code)
    total = sum(end - begin for begin, end in pieces) if whole else wanted
    return _after(pieces, total), _after(pieces, WARN * total), provisional


def _after(pieces: Sequence[Piece], seconds: float) -> float:
    """The first instant at which so many seconds have counted."""
    for begin, end in pieces:
        if seconds <= end - begin:
            return begin + seconds
        seconds -= end - begin
    return pieces[-1][1]  # what is left is the rounding of sums


def _since(pieces: Sequence[Piece], begins: float) -> tuple[Piece, ...]:
    return tuple((max(begin, begins), end) for begin, end in pieces if end > begins)


def _without(pieces: tuple[Piece, ...], stood: Sequence[Piece]) -> tuple[Piece, ...]:
    """The pieces without what a pause covers; the same tuple where none touches them."""
    for since, until in stood:
        pieces = tuple(part for piece in pieces for part in _apart(piece, since, until))
    return pieces


def _apart(piece: Piece, since: float, until: float) -> Iterator[Piece]:
    begin, end = piece
    if until <= begin or since >= end or since >= until:
        yield piece
        return
    if begin < since:
        yield begin, since
    if until < end:
        yield until, end
