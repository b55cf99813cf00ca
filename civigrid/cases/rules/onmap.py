"""What a map says of open cases: how far each is, in four words, and which of them are wanted."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from civigrid.cases.rules.codes import Stage
from civigrid.catalog.rules import Family


class Standing(StrEnum):
    """How far an open case is. One whose time is over is late, wherever it stands."""

    RECEIVED = "received"
    IN_HAND = "in_hand"
    CHECKING = "checking"
    LATE = "late"


STANDS = {
    Standing.RECEIVED: (Stage.COLLECT, Stage.ACCEPT, Stage.FILE, Stage.DISPATCH),
    Standing.IN_HAND: (Stage.HANDLE, Stage.FEEDBACK),
    Standing.CHECKING: (Stage.CHECK, Stage.CLOSE),
}
ORDER = tuple(Standing)  # of the numbers that are told

Box = tuple[float, float, float, float]  # west, south, east, north in degrees
Four = tuple[int, int, int, int]  # open cases by their standing, as in ORDER
NONE: Four = (0, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class OnMap:
    """Which open cases: of a family, of these matters, at a stage, how far, in a region or (`grid_id`) in a grid. What is
    None or "" does not matter."""

    family: Family | None = None
    matter_ids: tuple[int, ...] | None = None
    stage: Stage | None = None
    standing: Standing | None = None
    region: str = ""
    grid_id: int | None = None


def add(one: Four, other: Four) -> Four:
    return one[0] + other[0], one[1] + other[1], one[2] + other[2], one[3] + other[3]
