"""The roads: chains of edges along one line that go by one name."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import shapely

from civigrid.cli.generate.ground.corridors import Corridor, Way
from civigrid.cli.generate.ground.drawn import Feature
from civigrid.cli.generate.ground.lattice import Ints, Lattice
from civigrid.cli.generate.ground.partition import Parted
from civigrid.cli.generate.ground.sketch import Flags
from civigrid.cli.generate.ground.streets import WIDTH, Edges
from civigrid.cli.generate.ground.warp import Floats, Warp
from civigrid.places.rules import FeatureKind

LARGE = (Way.COUNTRY, Way.SECONDARY, Way.MAIN)
SMALL = (Way.LANE, Way.BRANCH)
FAST = (Way.HIGHWAY, Way.EXPRESSWAY)
CLASSES = {
    way: number for number, group in enumerate((SMALL, LARGE, (Way.HIGHWAY,), (Way.EXPRESSWAY,))) for way in group
}
KINDS = {
    Way.LANE: FeatureKind.LANE, Way.BRANCH: FeatureKind.BRANCH, Way.COUNTRY: FeatureKind.SECONDARY,
    Way.SECONDARY: FeatureKind.SECONDARY, Way.MAIN: FeatureKind.MAIN, Way.HIGHWAY: FeatureKind.HIGHWAY,
    Way.EXPRESSWAY: FeatureKind.EXPRESSWAY,
}  # fmt: skip


@dataclass(slots=True)
class Road:
    """A chain of edges along line `line` (of x where `vertical`) from line `first` to line `last` of the other axis.
    `ways`: of each edge; `towns`: those beside it; `urban`: the share of it that runs through built-up areas."""

    vertical: bool
    line: int
    first: int
    last: int
    ways: tuple[Way, ...]
    towns: frozenset[int]
    communities: tuple[int, ...]
    urban: float
    name: str = ""
    name_en: str = ""
    letters: str = ""

    @property
    def large(self) -> bool:
        return self.ways[0] in LARGE

    def crosses(self, other: Road) -> bool:
        """Whether the two meet at a node of both, neither only beginning or ending beside it."""
        return (
            self.vertical != other.vertical
            and self.first <= other.line <= self.last
            and other.first <= self.line <= other.last
        )


@dataclass(frozen=True, slots=True)
class Net:
    """All roads, and the road of each edge, -1 for none: `up` along x lines, `across` along y lines."""

    roads: list[Road]
    up: Ints
    across: Ints


def net(part: Parted, ways: Edges) -> Net:
    """The roads of a district, without names."""
    roads: list[Road] = []
    up, across = np.full_like(ways.up, -1), np.full_like(ways.across, -1)
    for vertical, table, other, found in (
        (True, ways.up, ways.across, up),
        (False, ways.across.T, ways.up.T, across.T),
    ):
        stops = _stops(other)
        for line, row in enumerate(table.tolist()):
            for first, last in _chains(row, stops[line].tolist()):
                found[line, first:last] = len(roads)
                roads.append(_road(part, vertical, line, first, tuple(Way(way) for way in row[first:last])))
    return Net(roads, up, across)


def _stops(other: Ints) -> Flags:
    """(lines, nodes) where a main road or a faster one crosses a line: small roads have another name beyond it."""
    large = np.isin(other, [int(way) for way in (Way.MAIN, *FAST)])
    off = np.zeros((1, other.shape[1]), dtype=bool)
    return np.asarray(np.concatenate([off, large]) | np.concatenate([large, off]))


def _chains(row: list[int], stops: list[bool]) -> Iterator[tuple[int, int]]:
    """Runs of edges of one class; a large road goes on as another large one."""
    classes = [CLASSES.get(Way(way), -1) for way in row]
    start = 0
    for at in range(1, len(row) + 1):
        if at == len(row) or classes[at] != classes[start] or (classes[at] == CLASSES[Way.LANE] and stops[at]):
            if classes[start] >= 0:
                yield start, at
            start = at


def _road(part: Parted, vertical: bool, line: int, first: int, ways: tuple[Way, ...]) -> Road:
    grid = part.grid if vertical else part.grid.T
    last = first + len(ways)
    sides = [grid[at, first:last] for at in (line - 1, line) if 0 <= at < grid.shape[0]]
    beside = np.concatenate(sides)
    areas = [part.areas[at] for at in beside[beside >= 0].tolist()]
    towns = frozenset(area.town_at for area in areas)
    communities = tuple(sorted({area.community_at for area in areas}))
    urban = sum(area.urban for area in areas) / max(1, len(areas))
    return Road(vertical, line, first, last, ways, towns, communities, urban)


def split(net: Net, number: int, at: int) -> Road:
    """Cuts an upright road at a line of y; the part south of it becomes a road of its own and is returned."""
    road = net.roads[number]
    ways = road.ways
    rest = replace(road, last=at, ways=ways[: at - road.first], name="", name_en="", letters="")
    net.up[road.line, road.first : at] = len(net.roads)
    road.first, road.ways = at, ways[at - road.first :]
    net.roads.append(rest)
    return rest


def features(net: Net, lattice: Lattice, found: list[Corridor], warp: Warp) -> Iterator[Feature]:
    """The roads as lines in degrees, one for each class of a road. What ends at a stream ends on its bank."""
    streams = {each.line for each in found if each.way is Way.STREAM}
    for road in net.roads:
        start = 0
        for at in range(1, len(road.ways) + 1):
            if at < len(road.ways) and road.ways[at] is road.ways[start]:
                continue
            way = road.ways[start]
            points = along(lattice, road.vertical, road.line, road.first + start, road.first + at)
            if not road.vertical:
                ends = (
                    _at_stream(net, road, road.first + start, streams),
                    _at_stream(net, road, road.first + at, streams),
                )
                points = _on_banks(points, *ends)
            shape = shapely.LineString(warp.degrees(warp.ground(points)))
            yield Feature(shape, KINDS[way], road.name, road.name_en, place_kind(way, road.urban), WIDTH[way])
            start = at


def _at_stream(net: Net, road: Road, node: int, streams: set[int]) -> bool:
    """Whether there is a stream at a node of a road and no road beyond it."""
    beside = net.across[max(0, node - 1) : node + 1, road.line]
    return node in streams and bool((beside < 0).any())


def _on_banks(points: Floats, first: bool, last: bool) -> Floats:
    """The points with the ends that lie in a stream moved to its bank."""
    away = WIDTH[Way.STREAM] / 2 + 3
    found = points.copy()
    found[0, 0] += min(away, 0.4 * (points[1, 0] - points[0, 0])) if first else 0.0
    found[-1, 0] -= min(away, 0.4 * (points[-1, 0] - points[-2, 0])) if last else 0.0
    return found


def along(lattice: Lattice, vertical: bool, line: int, first: int, last: int) -> Floats:
    """(n, 2) metres of the plane along line `line` of x where `vertical`, else of y."""
    return lattice.along_y(line, first, last) if vertical else lattice.along_x(line, first, last)


def place_kind(way: Way, urban: float) -> str:
    """The kind of place a road is: city road, back street, highway, expressway; a village's own roads are the village."""
    if way in (Way.SECONDARY, Way.MAIN):
        return "R1"
    if way in FAST or way is Way.COUNTRY:
        return "R4" if way is Way.EXPRESSWAY else "R3"
    return "R2" if urban > 0.5 else "V"


def railways(part: Parted, found: list[Corridor], warp: Warp) -> Iterator[shapely.LineString]:
    """The railway's lines in degrees, where they run through the city."""
    for each in found:
        if each.way is Way.RAIL:
            own = np.flatnonzero((part.grid[:, each.line] >= 0) | (part.grid[:, each.line - 1] >= 0))
            points = part.lattice.along_x(each.line, int(own.min()), int(own.max()) + 1)
            yield shapely.LineString(warp.degrees(warp.ground(points)))
