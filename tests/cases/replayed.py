"""What is stored with a clock, held against its replay."""

from __future__ import annotations

from datetime import datetime

from civigrid.cases.models import Clock, ClockEvent
from civigrid.cases.rules import Basis, ClockEventKind, Light, replay
from civigrid.cases.rules import ClockEvent as Event
from civigrid.catalog import queries as catalog
from civigrid.catalog.rules import LimitUnit


def stored_is_replayed(case_id: int, *, now: datetime) -> int:
    """Every clock of a case, after a sweep at `now`; how many. Inside `db.system()`."""
    clocks = list(Clock.objects.filter(case_id=case_id))
    for clock in clocks:
        rows = ClockEvent.objects.filter(clock=clock).order_by("id")
        events = [Event(ClockEventKind(row.kind), row.at, row.until, row.amount or 0) for row in rows]
        basis = Basis(clock.started_at, clock.limit_value, LimitUnit(clock.limit_unit))
        calendar = catalog.calendar_version(clock.calendar_version_id).calendar
        found = replay(basis, events, calendar, catalog.city().zone)
        next_at, light = found.at(now)
        stored = clock.warn_at, clock.due_at, clock.provisional, clock.stopped_at, clock.next_at, Light(clock.light)
        ends = found.ends
        assert stored == (ends.warn_at, ends.due_at, ends.provisional, found.stopped_at, next_at, light), (
            clock.kind, events, now,
        )  # fmt: skip
    return len(clocks)
