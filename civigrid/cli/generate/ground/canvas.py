"""A district while it is drawn: everything that is read from more than one side."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely

from civigrid.cli.generate.ground.blocks import Blocks, blocks_of
from civigrid.cli.generate.ground.building import Built, Site, built
from civigrid.cli.generate.ground.clearing import Shapes, way_lines
from civigrid.cli.generate.ground.corridors import Corridor, corridors
from civigrid.cli.generate.ground.frame import Frame, Plot
from civigrid.cli.generate.ground.green import grounds
from civigrid.cli.generate.ground.landmarks import Reserved, reserved
from civigrid.cli.generate.ground.naming import named
from civigrid.cli.generate.ground.partition import Parted, parted
from civigrid.cli.generate.ground.ramps import ramps
from civigrid.cli.generate.ground.roads import Net, net
from civigrid.cli.generate.ground.shapes import outlines, polygons
from civigrid.cli.generate.ground.streets import Edges, edges
from civigrid.cli.generate.ground.uses import Use, Used, used
from civigrid.cli.generate.ground.warp import Floats, Warp
from civigrid.cli.generate.ground.water import Waters, waters
from civigrid.cli.generate.model import DistrictPlan
from civigrid.cli.generate.recipe import Recipe

# the parts of a district that draw random numbers of their own (0 and 1: its lines and its partition)
BLOCKS, USES, LANDMARKS, WATERS, HOUSES, FIELDS, WOODS, ROADS, PLACES, DOORS, ASSETS = range(2, 13)


@dataclass(frozen=True, slots=True)
class Canvas:
    """All about a district. Shapes are in metres on the ground unless they say otherwise; `grids`: in degrees;
    `grounds`: the same in metres."""

    plan: DistrictPlan
    plot: Plot
    frame: Frame
    recipe: Recipe
    part: Parted
    corridors: list[Corridor]
    blocks: Blocks
    ways: Edges
    net: Net
    uses: Used
    reserved: Reserved
    waters: Waters
    ramps: list[shapely.MultiLineString]
    built: Built
    grids: list[shapely.Polygon]
    grounds: Shapes
    outline: shapely.Geometry

    @property
    def warp(self) -> Warp:
        return self.frame.warp

    @property
    def first(self) -> bool:
        """Whether it is the district that the recipe's own names belong to."""
        return self.plot.number == 0

    def draw(self, part: int) -> np.random.Generator:
        return self.frame.draw(self.plot.number, part)

    def degrees(self, shape: shapely.Geometry) -> shapely.Geometry:
        """A shape in metres on the ground as one in degrees, put right where rounding made its border cross itself."""
        found = shapely.transform(shape, lambda points: self.warp.degrees(points, 6))
        return found if found.is_valid else found.buffer(0)

    def spots(self, plane: npt.ArrayLike) -> Floats:
        """(n, 2) degrees of places in metres of the plane."""
        return self.warp.degrees(self.warp.ground(plane), 6)


def canvas(district: DistrictPlan, plot: Plot, frame: Frame, recipe: Recipe) -> Canvas:
    """A district from its partition to its buildings."""
    warp = frame.warp
    part = parted(district, plot, frame)
    found = corridors(part)
    blocks = blocks_of(part, found, frame.draw(plot.number, BLOCKS))
    ways = edges(part, blocks, found)
    roads = named(net(part, ways), part, recipe, frame.draw(plot.number, ROADS))
    uses = used(part, blocks, ways, warp, frame.draw(plot.number, USES))
    kept = reserved(part, blocks, uses, recipe, frame.draw(plot.number, LANDMARKS))
    rings = outlines(part.grid, part.lattice)
    water = waters(part, found, rings, _ponds(part, blocks, uses, warp), warp, frame.draw(plot.number, WATERS))
    curves = ramps(part, ways, found, warp)
    clear = shapely.union_all([water.all, *(shapely.buffer(each, 14) for each in curves)])
    shapes = polygons(rings, warp)
    grids = np.array([warp.metres(shape) for shape in shapes])
    shapely.prepare(grids)
    site = Site(part, blocks, ways, uses, clear, way_lines(roads, found, part.lattice, warp), grids)
    houses = built(site, warp, frame.draw(plot.number, HOUSES))
    outline = shapely.coverage_union_all(grids)
    shapely.prepare(outline)
    return Canvas(
        district, plot, frame, recipe, part, found, blocks, ways, roads, uses, kept, water, curves, houses, shapes, grids,
        outline,
    )  # fmt: skip


def _ponds(part: Parted, blocks: Blocks, uses: Used, warp: Warp) -> list[tuple[int, int, shapely.Polygon]]:
    """Lots that are water outside the special grids of water: (lot, position of its grid, metres on the ground)."""
    special = np.array([bool(area.plan.use) for area in part.areas])[blocks.grid]
    lots = np.flatnonzero((uses.use == Use.WATER) & ~special)
    return list(zip(lots.tolist(), blocks.grid[lots].tolist(), grounds(uses.lots, lots, warp), strict=True))
