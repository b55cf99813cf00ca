"""Lakes, reservoirs and ponds with uneven shores, the river and the streams."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import shapely

from civigrid.cli.generate.ground.corridors import Corridor, Way
from civigrid.cli.generate.ground.partition import Area, Parted
from civigrid.cli.generate.ground.streets import CLEAR, WIDTH
from civigrid.cli.generate.ground.warp import Floats, Warp

# by character and use: how much of the way to the border a shore lies at, and how uneven it is
SHORES = {("centre", "water"): (0.93, 0.16), ("lake", "water"): (0.92, 0.42), ("lake", "park"): (0.55, 0.25)}
POND, OF_PARK = (0.80, 0.22), (0.66, 0.24)
LEAST_PARK = 90_000.0  # square metres: a smaller park has no lake
BANK = 12.0  # metres at least from a shore to the border of its grid


def lake(ground: shapely.Polygon, shore: tuple[float, float], draw: np.random.Generator) -> shapely.Polygon:
    """Water inside a polygon, ground metres: `shore`: how much of the way to the border it comes, and how unevenly."""
    share, rough = shore
    size = float(shapely.area(ground)) ** 0.5
    inner = _largest(ground.buffer(-BANK - (1 - share) * 0.5 * size), ground)
    turn = min(0.2 * size, 0.8 * shapely.maximum_inscribed_circle(inner, tolerance=5.0).length)
    smooth = _largest(inner.buffer(-turn).buffer(turn), inner)
    shore_line = smooth.exterior
    count = max(24, int(shore_line.length / 22))
    at = np.linspace(0, shore_line.length, count, endpoint=False)
    points = shapely.get_coordinates(shapely.line_interpolate_point(shore_line, at))
    inward = np.roll(points, -1, axis=0) - np.roll(points, 1, axis=0)
    inward = np.stack([-inward[:, 1], inward[:, 0]], axis=-1) * (1 if shapely.is_ccw(shore_line) else -1)
    inward /= np.linalg.norm(inward, axis=-1, keepdims=True)
    depth = rough * 0.55 * size * np.clip(0.5 + _uneven(at / shore_line.length * 2 * np.pi, draw), 0, 1.4)
    found = shapely.Polygon(points + inward * np.minimum(depth, 0.9 * turn)[:, None]).buffer(0)
    return _largest(found.buffer(-6).buffer(6), smooth)


def _largest(shape: shapely.Geometry, instead: shapely.Polygon) -> shapely.Polygon:
    """The largest of several polygons; another one where nothing is left."""
    parts = [part for part in shapely.get_parts(shape) if part.geom_type == "Polygon" and not part.is_empty]
    return max(parts, key=lambda part: part.area) if parts else instead


def _uneven(turn: Floats, draw: np.random.Generator) -> Floats:
    """-1 to 1 around a shore."""
    found = np.zeros_like(turn)
    for wave in (2, 3, 4, 5, 7, 9, 12, 16):
        found += np.cos(wave * turn + draw.random() * 2 * np.pi) / wave**0.6
    return np.asarray(found / 2.4)


def river(part: Parted, warp: Warp) -> shapely.Polygon | None:
    """The river inside the district, ground metres."""
    lattice, row = part.lattice, part.lattice.river
    own = np.flatnonzero((part.grid[:, min(row, part.grid.shape[1] - 1)] >= 0) | (part.grid[:, row - 1] >= 0))
    if not len(own):
        return None
    line = lattice.along_x(row, int(own.min()), int(own.max()) + 1)
    width = part.plot.half * (1 + 0.14 * np.sin(line[:, 0] / 830.0) + 0.08 * np.sin(line[:, 0] / 310.0))  # < WIDEST
    banks = [np.stack([line[:, 0], line[:, 1] + side * width], axis=-1) for side in (1, -1)]
    return shapely.Polygon(warp.ground(np.concatenate([banks[0], banks[1][::-1]])))


def banks(part: Parted, warp: Warp) -> Iterator[tuple[shapely.Polygon, Area]]:
    """The strips between the river and the roads along it, ground metres, and what they are a part of."""
    lattice, plot = part.lattice, part.plot
    areas = part.areas
    classes = np.array([area.urban + 2 * (area.plan.use == "port") for area in areas])
    near, far = plot.half * 0.7, plot.bank - CLEAR[Way.MAIN]
    for side, row in ((1, lattice.banks[1]), (-1, lattice.banks[0] - 1)):
        own = part.grid[:, row] if 0 <= row < part.grid.shape[1] else np.full(len(lattice.x), -1)
        built = np.where(own >= 0, classes[own], -1)
        starts = np.flatnonzero(np.diff(built, prepend=-2))
        for first, last in pairwise([*starts.tolist(), len(built)]):
            if built[first] >= 0:
                line = lattice.along_x(lattice.river, first, last)
                edges = [line + np.array([0.0, side * away]) for away in (near, far)]
                yield shapely.Polygon(warp.ground(np.concatenate([edges[0], edges[1][::-1]]))), areas[int(own[first])]


def stream(part: Parted, corridor: Corridor, warp: Warp) -> shapely.Polygon | None:
    """A stream inside the city as a narrow polygon, ground metres."""
    own = (part.grid[corridor.line - 1] >= 0) | (part.grid[corridor.line] >= 0)
    rows = [row for row in range(corridor.first, corridor.last) if own[row]]
    if not rows:
        return None
    line = part.lattice.along_y(corridor.line, rows[0], rows[-1] + 1)
    return shapely.LineString(warp.ground(line)).buffer(WIDTH[Way.STREAM] / 2, quad_segs=2, cap_style="flat")


@dataclass(frozen=True, slots=True)
class Lake:
    """`grid`: the position of the grid it lies in; `lot`: the lot of a pond, -1 where it fills a grid."""

    shape: shapely.Polygon
    grid: int
    lot: int


@dataclass(frozen=True, slots=True)
class Waters:
    """Shapes in metres on the ground; `streams` by number."""

    river: shapely.Polygon | None
    streams: dict[int, shapely.Polygon]
    lakes: list[Lake]

    @property
    def all(self) -> shapely.Geometry:
        """What nothing is built on."""
        rivers = [self.river] if self.river is not None else []
        return shapely.union_all([*rivers, *self.streams.values(), *(each.shape for each in self.lakes)])


def waters(
    part: Parted, found: Sequence[Corridor], rings: Sequence[Sequence[Floats]], ponds: Iterable[tuple[int, int, shapely.Polygon]],
    warp: Warp, draw: np.random.Generator,
) -> Waters:  # fmt: skip
    """All water of a district. `rings`: of its grids, metres of the plane; `ponds`: (lot, grid, ground metres)."""
    lakes = []
    has_water = {area.town_at for area in part.areas if area.plan.use == "water"}
    for at, area in enumerate(part.areas):
        key = (area.town.character, area.plan.use)
        ground = shapely.Polygon(warp.ground(rings[at][0])) if area.plan.use in ("water", "park") else None
        if ground is not None and (area.plan.use == "water" or ground.area > LEAST_PARK):
            main = area.plan.use == "water" or (area.town.character == "centre" and area.town_at not in has_water)
            shore = SHORES.get(key, POND if main else OF_PARK)
            lakes.append(Lake(lake(ground, shore, draw), at, -1))
    lakes += [Lake(lake(ground, POND, draw), grid, lot) for lot, grid, ground in ponds]
    shapes = {each.number: stream(part, each, warp) for each in found if each.way is Way.STREAM}
    return Waters(river(part, warp), {at: shape for at, shape in shapes.items() if shape is not None}, lakes)
