"""The first picture of a district: roughly where its towns lie, and from that the lattice of its lines."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from civigrid.cli.generate.ground.characters import CHARACTERS, TOWNLET, TOWNLET_KM2
from civigrid.cli.generate.ground.frame import Frame, Plot, framed
from civigrid.cli.generate.ground.lattice import (
    ARTERIAL,
    SECONDARY,
    TRUNK,
    Ints,
    Lattice,
    Lines,
    Spacing,
    lines,
    numbered,
)
from civigrid.cli.generate.ground.towns import assigned, middles, pulls, split_by_river
from civigrid.cli.generate.ground.warp import Floats
from civigrid.cli.generate.model import CityPlan, CommunityPlan, DistrictPlan, TownPlan
from civigrid.places.rules import RegionKind

Flags = npt.NDArray[np.bool_]
RASTER = 70  # points across a district
TRIMMED = 3e6  # square metres: a smaller city keeps its whole rectangle
ROUGH = (0.028, 0.022, 0.02, 0.016, 0.014)  # how far the outline swings in and out, as shares, by wave


def in_townlet(town: TownPlan, community: CommunityPlan) -> bool:
    """Whether a community is part of the small centre of a rural town."""
    return not CHARACTERS[town.character].urban and community.kind is not RegionKind.VILLAGE


def on_sides(north: Flags, district: DistrictPlan) -> Ints | None:
    """(points, towns) 1 where the town's side of the river is the point's; None where all towns are on one side."""
    upper = np.array([CHARACTERS[town.character].y > 0 for town in district.towns])
    if upper.all() or not upper.any():
        return None
    return np.asarray(north[:, None] == upper[None, :], dtype=np.int64)


@dataclass(frozen=True, slots=True)
class Sketch:
    """`owner`: (RASTER, RASTER) the town at each point of `xs` and `ys`; `sites`: what the towns lie around;
    `townlets`: the middle of each town's centre. Metres of the plane."""

    district: DistrictPlan
    plot: Plot
    sites: Floats
    targets: Floats
    xs: Floats
    ys: Floats
    owner: Ints
    townlets: Floats

    def spacing(self, axis: int) -> Spacing:
        """How wide lines stand at a position: as close as the closest town there wants them."""
        return lambda at: self._spacing(axis, at)

    def _spacing(self, axis: int, at: float) -> tuple[float, float, float]:
        row = int(np.argmin(np.abs((self.ys if axis else self.xs) - at)))
        near = self.owner[:, row] if axis else self.owner[row]
        found = [CHARACTERS[self.district.towns[town].character].spacing for town in sorted(set(near.tolist()))]
        for town, middle in zip(self.district.towns, self.townlets, strict=True):
            if abs(at - middle[axis]) < _reach(town):
                found.append(TOWNLET)
        arterial, secondary, local = (min(each[kind] for each in found) for kind in range(3))
        return arterial, secondary, local


def _reach(town: TownPlan) -> float:
    """Metres from its middle to the edge of a rural town's centre; -1 where it has none."""
    grids = sum(len(each.grids) for each in town.communities if in_townlet(town, each))
    return 600 * (TOWNLET_KM2 * grids) ** 0.5 + 150 if grids else -1.0


def sketched(district: DistrictPlan, plot: Plot) -> Sketch:
    """The towns of a district on a raster of points."""
    middle = np.array([(plot.west + plot.east) / 2, plot.river])
    sites = middles(district.towns, (float(middle[0]), plot.river), plot.area**0.5, plot.mirror)
    targets = np.array([town.km2 for town in district.towns])
    xs, ys = np.linspace(plot.west, plot.east, RASTER), np.linspace(plot.south, plot.north, RASTER)
    points = np.stack(np.meshgrid(xs, ys, indexing="ij"), axis=-1).reshape(-1, 2)
    allowed = on_sides(points[:, 1] > plot.river, district)
    owner = assigned(points, np.ones(len(points)), sites, targets, pulls(district.towns), allowed)
    own = [points[owner == at] for at in range(len(sites))]
    centres = np.array([part.mean(axis=0) if len(part) else site for part, site in zip(own, sites, strict=True)])
    townlets = centres + (middle - centres) * 0.16
    return Sketch(district, plot, sites, targets, xs, ys, owner.reshape(RASTER, RASTER), townlets)


def lattice_of(sketch: Sketch, frame: Frame) -> Lattice:
    """The lines of a district."""
    plot, draw = sketch.plot, frame.draw(sketch.plot.number, 0)
    x = lines(plot.west, plot.east, frame.trunks(0, plot.west, plot.east), sketch.spacing(0), draw)
    banks = (plot.river - plot.bank, plot.river + plot.bank)
    away = [each for each in frame.trunks(1, plot.south, plot.north) if abs(each[0] - plot.river) > 600]
    river = [(plot.river, TRUNK), (banks[0], SECONDARY), (banks[1], SECONDARY)]
    y = _without_islands(lines(plot.south, plot.north, [*away, *river], sketch.spacing(1), draw), plot)
    middle, south, north = (int(np.argmin(np.abs(y.at - at))) for at in (plot.river, *banks))
    return Lattice(x, y, middle, (south, north), even=plot.shared)


def _without_islands(y: Lines, plot: Plot) -> Lines:
    away = np.abs(y.at - plot.river)
    keep = (away >= plot.bank - 1) | (away < 1)
    return Lines(y.at[keep], y.kind[keep])


def inside(lattice: Lattice, plot: Plot, draw: np.random.Generator) -> Flags:
    """(nx, ny) which cells are the city's: its outline is a rounded, uneven one that follows the lines."""
    if plot.area < TRIMMED:
        return np.ones(lattice.shape, dtype=bool)
    u = _from_middle(lattice.x.middle, plot.west, plot.east, plot.shared[0], plot.shared[1])[:, None]
    v = _from_middle(lattice.y.middle, plot.south, plot.north, plot.shared[2], plot.shared[3])[None, :]
    away = (u**4 + v**4) ** 0.25
    turn = np.arctan2(v, u)
    limit = 1.0 + sum(
        height * np.cos((at + 3) * turn + phase)
        for at, (height, phase) in enumerate(zip(ROUGH, draw.random(5) * 6.3, strict=True))
    )
    blocks = numbered(lattice, (TRUNK, ARTERIAL, SECONDARY)).ravel()
    share = np.bincount(blocks, (away < limit).ravel()) / np.bincount(blocks)
    return np.asarray(share[blocks].reshape(lattice.shape) > 0.5)


def fitted(plan: CityPlan, lon: float, lat: float, seed: int) -> Frame:
    """The frame at the scale at which the city has the area that is planned, and the river where its two sides have
    theirs."""
    shift = 0.0
    for _ in range(3):
        frame = framed(plan, lon, lat, seed, shift)
        areas = np.sum(
            [_areas(each, plot, frame) for each, plot in zip(plan.districts, frame.plots, strict=True)], axis=0
        )
        shift += _planned_north(plan) - float(areas[1] / areas.sum())
        if len(plan.districts) > 1:
            break
    wanted = 1e6 * sum(town.km2 for town in plan.towns)
    return replace(frame, warp=frame.warp.scaled((wanted / float(areas.sum())) ** 0.5))


def _planned_north(plan: CityPlan) -> float:
    return float(np.average([split_by_river(each.towns) for each in plan.districts]))


def _areas(district: DistrictPlan, plot: Plot, frame: Frame) -> Floats:
    """Square metres of a district south and north of the river."""
    lattice = lattice_of(sketched(district, plot), frame)
    cells = lattice.areas(frame.warp) * inside(lattice, plot, frame.draw(plot.number, 1))
    return np.array([cells[:, : lattice.river].sum(), cells[:, lattice.river :].sum()])


def _from_middle(at: Floats, low: float, high: float, low_shared: bool, high_shared: bool) -> Floats:
    """-1 to 1 across a plot; 0 towards a side that has a neighbour."""
    found = (at - (low + high) / 2) / ((high - low) / 2)
    hidden = ((found < 0) & low_shared) | ((found > 0) & high_shared)
    return np.where(hidden, 0.0, found)
