"""The plane a city is drawn in: a rectangle for each district, a river through each row of them, and the warp."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from civigrid.cli.generate.ground.characters import CHARACTERS
from civigrid.cli.generate.ground.lattice import QUANTUM, TRUNK
from civigrid.cli.generate.ground.towns import split_by_river
from civigrid.cli.generate.ground.warp import Meander, Outline, Warp, Waves, waves
from civigrid.cli.generate.model import CityPlan, DistrictPlan

ROUNDING = 0.018  # how far the corners of the city are drawn in
WIDE = 1.25  # width to height of a district
WIDEST = 1.22  # how much wider than its half width a river is on either side, where it is widest
CLOSE = 140.0  # metres between the points at which the warp is tried
TRUNK_EVERY = 2000.0  # metres between the roads that run through all districts


@dataclass(frozen=True, slots=True)
class Plot:
    """A district's rectangle in the plane, metres. `river`: y of the river's middle; `half`: half its width;
    `bank`: from its middle to the streets along it; `shared`: sides (west, east, south, north) with a neighbour."""

    west: float
    east: float
    south: float
    north: float
    river: float
    half: float
    bank: float
    shared: tuple[bool, bool, bool, bool]
    mirror: float
    number: int

    @property
    def area(self) -> float:
        return (self.east - self.west) * (self.north - self.south)


@dataclass(frozen=True, slots=True)
class Frame:
    """The plots in the order of the districts, and the warp of them all."""

    plots: tuple[Plot, ...]
    warp: Warp
    seed: int

    def draw(self, district: int, part: int) -> np.random.Generator:
        """Random numbers of their own for each part of each district."""
        return np.random.Generator(np.random.PCG64([self.seed, district, part]))

    def trunks(self, axis: int, low: float, high: float) -> list[tuple[float, int]]:
        """Lines of roads that cross all districts, between two positions; `axis`: 0 is x."""
        found = []
        for number in range(int(low // TRUNK_EVERY), int(high // TRUNK_EVERY) + 2):
            draw = np.random.Generator(np.random.PCG64([self.seed, 7, axis, number + 10_000]))
            at = _even(number * TRUNK_EVERY + draw.uniform(-280, 280))
            if low + 450 <= at <= high - 450:
                found.append((at, TRUNK))
        return found


def _even(metres: float) -> float:
    return float(round(metres / QUANTUM) * QUANTUM)


def framed(plan: CityPlan, lon: float, lat: float, seed: int, more_north: float = 0.0) -> Frame:
    """The frame of a city around a place given in degrees. `more_north`: a share of the height by which the river lies
    farther south than the areas of the towns say."""
    rows = _rows(plan.districts)
    plots = _plots(plan.districts, rows, more_north)
    draw = np.random.Generator(np.random.PCG64([seed, 1]))
    return Frame(tuple(plots), _warp(plots, lon, lat, draw), seed)


def _rows(districts: Sequence[DistrictPlan]) -> list[list[int]]:
    """Districts by rows from the south; the first is in the middle of the middle one."""
    count = int(len(districts) ** 0.5)
    sizes = [len(districts) // count + (at < len(districts) % count) for at in range(count)]
    order = sorted(range(count), key=lambda at: (abs(at - (count - 1) / 2), at))
    left = iter(range(len(districts)))
    rows: list[list[int]] = [[] for _ in range(count)]
    for at in order:
        for turn in range(sizes[at]):
            rows[at].insert(len(rows[at]) if turn % 2 else 0, next(left))
    return rows


def _plots(districts: Sequence[DistrictPlan], rows: Sequence[Sequence[int]], more_north: float) -> list[Plot]:
    km2 = [sum(town.km2 for town in district.towns) for district in districts]
    width = (sum(km2) * WIDE * max(len(row) for row in rows) / len(rows)) ** 0.5 * 1000
    found: dict[int, Plot] = {}
    south, middle = 0.0, 0.0
    for number, row in enumerate(rows):
        height = sum(km2[at] for at in row) * 1e6 / width
        half = 14 + 5 * max(km2[at] for at in row) ** 0.5 if 0 in row else 45.0
        bank = _even(half * WIDEST + 46 + QUANTUM / 2)
        share = _north(districts, row)
        share += more_north if 0 < share < 1 else 0.0
        below = bank if share == 1 else max(bank, height * (1 - share))
        above = bank if share == 0 else height - (below if share < 1 else 0)
        river = _even(south + below)
        north = _even(river + above)
        middle = river if 0 in row else middle
        west = 0.0
        for place, at in enumerate(row):
            east = _even(west + km2[at] / sum(km2[other] for other in row) * width)
            shared = (place > 0, place < len(row) - 1, number > 0, number < len(rows) - 1)
            mirror = 1.0 if at == 0 or at % 2 else -1.0
            found[at] = Plot(west, east, south, north, river, half, bank, shared, mirror, at)
            west = east
        south = north
    return _moved([found[at] for at in range(len(districts))], middle)


def _north(districts: Sequence[DistrictPlan], row: Sequence[int]) -> float:
    """The share of a row north of its river: 0 or 1 where all towns lie on one side."""
    share = float(np.mean([split_by_river(districts[at].towns) for at in row]))
    return share if share in (0.0, 1.0) else min(0.85, max(0.15, share))


def _moved(plots: Sequence[Plot], river: float) -> list[Plot]:
    """The plots around the origin: the first one's middle, on its river. All rows are as wide as the widest."""
    home = _even((plots[0].west + plots[0].east) / 2)
    widest = max(plot.east for plot in plots)
    return [
        Plot(
            plot.west - home, (plot.east if plot.shared[1] else widest) - home, plot.south - river, plot.north - river,
            plot.river - river, plot.half, plot.bank, plot.shared, plot.mirror, plot.number,
        )
        for plot in plots
    ]  # fmt: skip


def _warp(plots: Sequence[Plot], lon: float, lat: float, draw: np.random.Generator) -> Warp:
    west, east = min(plot.west for plot in plots), max(plot.east for plot in plots)
    south, north = min(plot.south for plot in plots), max(plot.north for plot in plots)
    size = plots[0].area ** 0.5  # metres
    calm = min(1.0, (size / 9000) ** 0.45)  # bends of a small town are gentle, its houses are no smaller
    radius = float(np.hypot(east - west, north - south)) / 8**0.5
    rounding = ROUNDING if len(plots) == 1 else ROUNDING / 2.5  # no district is much smaller for its place
    outline = Outline((west + east) / 2, (south + north) / 2, radius, rounding)
    bends: list[Meander | Waves] = []
    for river in sorted({plot.river for plot in plots}):
        phases = draw.random(2) * 2 * np.pi
        bends.append(
            Meander(
                river,
                (0.020 * size * calm, 0.035 * size * calm),
                (0.47 * size, 0.98 * size),
                tuple(phases.tolist()),
                0.165 * size,
            )
        )
    core = 0.30 * size
    bends += [
        waves(draw, 0.0145 * size * calm, 0.60 * size),
        waves(draw, 0.0048 * size * calm, 0.20 * size, grow=core),
        waves(draw, min(46.0, 0.0036 * size * calm), min(1150.0, 0.12 * size), grow=core * 1.3),
    ]
    old = CHARACTERS["old"]
    bends.append(waves(draw, 9.0 * calm, 420.0, (old.x * size, old.y * size + 400), fade=0.09 * size + 150))
    points = np.stack(np.meshgrid(np.arange(west, east, CLOSE), np.arange(south, north, CLOSE)), axis=-1)
    return Warp(lon, lat, outline, bends, 1.0, 1.0).calmed(points.reshape(-1, 2))
