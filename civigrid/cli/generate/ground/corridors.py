"""What crosses a whole district along one line: the expressway, highways, the railway and the streams."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from civigrid.cli.generate.ground.lattice import TRUNK, Ints, Lines
from civigrid.cli.generate.ground.partition import Parted, is_quarry
from civigrid.cli.generate.ground.warp import Floats


class Way(IntEnum):
    """What lies on an edge of the lattice; of two, the higher one is drawn."""

    NONE = 0
    PATH = 1  # a border between fields, nothing that is drawn
    LANE = 2
    BRANCH = 3
    COUNTRY = 4  # a road between towns
    SECONDARY = 5
    MAIN = 6
    HIGHWAY = 7
    EXPRESSWAY = 8
    STREAM = 9
    RAIL = 10
    RIVER = 11


KEPT = ("water", "park", "school", "hospital")  # special grids that nothing runs through
APART = 0.08  # between two corridors, as a share of the way across


@dataclass(frozen=True, slots=True)
class Corridor:
    """A way along line `line` (of x where `vertical`) from line `first` to line `last` of the other axis. `number`:
    which of its kind it is."""

    way: Way
    vertical: bool
    line: int
    first: int
    last: int
    number: int = 0


def corridors(part: Parted) -> list[Corridor]:
    """Those of a district: few in a small one. They keep out of what is built up."""
    km2 = float(part.cells[part.grid >= 0].sum()) / 1e6
    urban = np.array([area.urban for area in part.areas])
    kept = np.array([area.plan.use in KEPT or is_quarry(area) for area in part.areas])
    built = np.where(part.grid >= 0, urban[part.grid] + 12.0 * kept[part.grid], 0.0)
    chosen = _Choice(part, built)
    mirror = part.plot.mirror
    if km2 > 4:
        chosen.whole(Way.HIGHWAY, True, 0.5 - 0.32 * mirror)
    if km2 > 6:
        chosen.whole(Way.EXPRESSWAY, False, 0.14)
    if km2 > 20 and any(area.town.character == "works" for area in part.areas):
        chosen.whole(Way.RAIL, False, 0.72, 0.6)
    if km2 > 40:
        chosen.whole(Way.HIGHWAY, False, 0.86)
        chosen.whole(Way.HIGHWAY, True, 0.5 + 0.34 * mirror)
    streams = [(0.62, True), (0.30, False), (0.22, True), (0.78, False), (0.86, True)]
    for at, north in streams[: 0 if km2 < 5 else 1 if km2 < 30 else 3 if km2 < 100 else 5]:
        chosen.stream(at if mirror > 0 else 1 - at, north)
    return chosen.found


class _Choice:
    def __init__(self, part: Parted, built: Floats) -> None:
        self.lattice, self.built, self.own = part.lattice, built, (part.grid >= 0).astype(np.float64)
        self.shared = any(part.plot.shared)
        self.found: list[Corridor] = []

    def whole(self, way: Way, vertical: bool, wanted: float, built: float = 9.0) -> None:
        """`wanted`: share of the way across; `built`: how much it minds what is built up."""
        axis, other = (self.lattice.x, self.lattice.y) if vertical else (self.lattice.y, self.lattice.x)
        if self.shared:  # with neighbours: only lines that go on there, wherever that is
            place = (axis.at[1:-1] - axis.at[0]) / (axis.at[-1] - axis.at[0])
            cost = np.abs(place - wanted) + (axis.kind[1:-1] > TRUNK) + self._taken(axis, vertical)
        else:
            cost = self._cost(axis, vertical, wanted, built, slice(None)) + 0.05 * axis.kind[1:-1]
        line = int(np.argmin(cost)) + 1
        number = sum(each.way is way for each in self.found)
        self.found.append(Corridor(way, vertical, line, 0, len(other), number))

    def stream(self, wanted: float, north: bool) -> None:
        """A stream from the edge of the district to the river."""
        river, rows = self.lattice.river, len(self.lattice.y)
        part = slice(self.lattice.banks[1], rows) if north else slice(0, self.lattice.banks[0])
        if part.stop - part.start < 3:
            return
        cost = self._cost(self.lattice.x, True, wanted, 3.0, part) + 0.3 * (self.lattice.x.kind[1:-1] < 3)
        line = int(np.argmin(cost)) + 1
        number = sum(each.way is Way.STREAM for each in self.found)
        span = (river, rows) if north else (0, river)
        self.found.append(Corridor(Way.STREAM, True, line, *span, number))

    def _cost(self, axis: Lines, vertical: bool, wanted: float, built: float, part: slice) -> Floats:
        """What each inner line costs: far from where it is wanted, through what is built, beside another corridor."""
        houses, own = (each[:, part] if vertical else each[part].T for each in (self.built, self.own))
        share = (houses[1:] + houses[:-1]).sum(axis=1) / np.maximum(1, (own[1:] + own[:-1]).sum(axis=1))
        place = (axis.at[1:-1] - axis.at[0]) / (axis.at[-1] - axis.at[0])
        cost = built * share + 4.0 * np.abs(place - wanted) + 5.0 * (own[1:].sum(axis=1) == 0)
        return np.asarray(cost + self._taken(axis, vertical))

    def _taken(self, axis: Lines, vertical: bool) -> Floats:
        """10 for inner lines beside another corridor or the river."""
        inner = np.arange(1, len(axis))
        taken = np.zeros(len(inner), dtype=bool)
        for each in self.found:
            if each.vertical == vertical:
                near = max(260.0, APART * float(axis.at[-1] - axis.at[0]))
                taken |= np.abs(axis.at[inner] - axis.at[each.line]) < near
        if not vertical:
            low, high = self.lattice.banks
            taken |= (inner >= low - 1) & (inner <= high + 1)
        return 10.0 * taken


def separators(part: Parted, found: list[Corridor], kinds: tuple[int, ...]) -> Ints:
    """(nx, ny) number of the block that lines of those classes and corridors leave of each cell."""
    lattice = part.lattice
    parts = []
    for vertical, axis in ((True, lattice.x), (False, lattice.y)):
        starts = np.isin(axis.kind[1:-1], kinds)
        lines = [each.line - 1 for each in found if each.vertical == vertical]
        lines += [] if vertical else [at - 1 for at in (*lattice.banks, lattice.river) if 0 < at < len(axis)]
        starts[lines] = True
        parts.append(np.concatenate([[0], np.cumsum(starts)]))
    return np.asarray(parts[0][:, None] * (parts[1][-1] + 1) + parts[1][None, :])
