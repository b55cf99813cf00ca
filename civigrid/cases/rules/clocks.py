"""A clock replayed: start, limit and what befell it give every moment that is stored with it, and nothing else does."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta, tzinfo

from civigrid.cases.rules.codes import ClockEventKind, Light
from civigrid.cases.rules.said import light, next_look
from civigrid.catalog.rules import Deadline, LimitUnit, Pause, WorkCalendar, deadline


@dataclass(frozen=True, slots=True)
class ClockEvent:
    """`until`: of a pause, when it ends by itself. `amount`: of an extension, in the unit of the limit."""

    kind: ClockEventKind
    at: datetime
    until: datetime | None = None
    amount: int = 0


@dataclass(frozen=True, slots=True)
class Basis:
    """What stands on the clock itself: the start and the limit of its present run."""

    started_at: datetime
    value: int
    unit: LimitUnit


@dataclass(frozen=True, slots=True)
class Replayed:
    """`more`: by how much the limit was extended."""

    ends: Deadline
    pauses: tuple[Pause, ...] = ()
    more: int = 0
    stopped_at: datetime | None = None

    def at(self, now: datetime) -> tuple[datetime | None, Light]:
        """When the sweep must look next, None where never again, and the light; of a stopped clock that of its stop."""
        moments = {"warn_at": self.ends.warn_at, "due_at": self.ends.due_at, "now": self.stopped_at or now}
        return (None if self.stopped_at else next_look(**moments)), light(**moments)


@dataclass(frozen=True, slots=True)
class _Run:
    """What has befallen a clock so far in its present run."""

    pauses: tuple[Pause, ...] = ()
    more: int = 0
    stopped_at: datetime | None = None

    def after(self, event: ClockEvent) -> _Run:
        match event.kind:
            case ClockEventKind.RESTART:
                return _Run()
            case ClockEventKind.STOP:
                return replace(self, stopped_at=event.at)
            case ClockEventKind.PAUSE:
                return replace(self, pauses=(*self.pauses, Pause(event.at, event.until or event.at)))
            case ClockEventKind.CONTINUE:
                return replace(self, stopped_at=None)
            case ClockEventKind.RESUME:
                return self._resumed(event.at)
            case ClockEventKind.EXTEND:
                return replace(self, more=self.more + event.amount)
            case ClockEventKind.REBASE:
                return self

    def _resumed(self, at: datetime) -> _Run:
        """After a stop: what was between does not count. In a pause: it ends now."""
        if self.stopped_at is not None:
            return replace(self, stopped_at=None, pauses=(*self.pauses, Pause(self.stopped_at, at)))
        return replace(self, pauses=tuple(Pause(each.since, min(each.until, at)) for each in self.pauses))


def replay(basis: Basis, events: Iterable[ClockEvent], calendar: WorkCalendar, tz: tzinfo) -> Replayed:
    """`events` in the order they befell. What was before the last restart is over: `basis` begins with it."""
    run = _Run()
    for event in events:
        run = run.after(event)
    ends = deadline(basis.started_at, basis.value + run.more, basis.unit, calendar, tz, pauses=run.pauses)
    return Replayed(ends, run.pauses, run.more, run.stopped_at)


def a_working_day_left(due_at: datetime, calendar: WorkCalendar, tz: tzinfo, *, now: datetime) -> bool:
    """Whether a whole working day after today ends before the clock does."""
    return deadline(now, 1, LimitUnit.WORK_DAYS, calendar, tz).due_at <= due_at


def begins(day: date, tz: tzinfo) -> datetime:
    """The first moment of a local day."""
    return datetime(day.year, day.month, day.day, tzinfo=tz)


LONGEST_SUSPENSION = timedelta(days=366)
