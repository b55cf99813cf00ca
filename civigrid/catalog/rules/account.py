"""The account of a deadline: every day with its hours, what of them counts, and why the rest does not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo

from civigrid.catalog.rules.calendars import MIDNIGHT, DayKind, Span
from civigrid.catalog.rules.counting import WHOLE_DAYS, Count, CountedDay, DayNote, Pause

_INSTANT = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class DayLine:
    """One local day. `counted`: minutes of it that count; `total`: with the days before; `whole`: how many whole days of
    the limit are used with it, 0 where it is counted in hours or minutes. `hours`: those that could count, `stood`: when
    the clock stood still, both in minutes of the day.
    """

    day: date
    kind: DayKind
    counted: int
    total: int
    provisional: bool
    hours: tuple[Span, ...] = ()
    note: DayNote = DayNote.NONE
    stood: tuple[Span, ...] = ()
    whole: int = 0


def account(of: Count, due_at: datetime, *, provisional: bool) -> Iterator[DayLine]:
    """From the local day of the start to the day it is due."""
    last, until = (due_at - _INSTANT).astimezone(of.tz).date(), due_at.timestamp()
    total, whole = 0.0, 0
    for day in of.days():
        if day.day > last:
            return
        before, total = total, total + _seconds(day, until)
        whole += bool(day.pieces) and of.unit in WHOLE_DAYS
        yield DayLine(
            day=day.day,
            kind=day.kind,
            counted=round(total / 60) - round(before / 60),
            total=round(total / 60),
            provisional=provisional and of.calendar.is_provisional(day.day.year),
            hours=day.hours,
            note=day.note,
            stood=_stood(day.day, of.pauses, of.tz),
            whole=whole,
        )


def _seconds(day: CountedDay, until: float) -> float:
    return sum(max(min(end, until) - begin, 0) for begin, end in day.pieces)


def _stood(day: date, pauses: Sequence[Pause], tz: tzinfo) -> tuple[Span, ...]:
    spans = ((_minute(pause.since, day, tz), _minute(pause.until, day, tz)) for pause in pauses)
    return tuple(span for span in spans if span[0] < span[1])


def _minute(at: datetime, day: date, tz: tzinfo) -> int:
    """Of the day; its begin or its end where the moment is on another."""
    local = at.astimezone(tz)
    if local.date() == day:
        return local.hour * 60 + local.minute
    return 0 if local.date() < day else MIDNIGHT
