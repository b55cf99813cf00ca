"""What a list of cases is narrowed to. Values only; `queries` make conditions of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from civigrid.cases.rules.codes import Stage
from civigrid.catalog.rules import Family


class Moment(StrEnum):
    """Which moment of a case a span of days is about."""

    OPENED = "opened"
    DISPATCHED = "dispatched"  # to any unit, the first time or again
    DUE = "due"  # the promise to the resident
    OVERDUE = "overdue"  # the promise ended, and the case had not
    CLOSED = "closed"


class Whether(StrEnum):
    """Whether it is done."""

    OPEN = "open"
    CLOSED = "closed"


NOBODY = 0  # instead of an id: where there is none
CITY = "city"  # instead of a region: where nothing finer than the city is known


@dataclass(frozen=True, slots=True)
class Wanted:
    """None and "" narrow nothing. `unit_id`: the unit whose case it is 主办, the last it went to. `region` is a prefix.

    `since` and `until`: from when to before when the `moment` lies; None is without end.
    """

    stage: Stage | None = None
    whether: Whether | None = None
    family: Family | None = None
    matter_id: int | None = None
    unit_id: int | None = None
    region: str = ""
    source: str = ""
    moment: Moment = Moment.OPENED
    since: datetime | None = None
    until: datetime | None = None

    @property
    def spanned(self) -> bool:
        return self.since is not None or self.until is not None
