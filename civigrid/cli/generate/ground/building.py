"""Puts the buildings on the lots, and the residents into those that are homes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely

from civigrid.cli.generate.ground import homes, works
from civigrid.cli.generate.ground.blocks import Blocks
from civigrid.cli.generate.ground.clearing import Shapes, free, polygons_of, standing
from civigrid.cli.generate.ground.corridors import Way
from civigrid.cli.generate.ground.lattice import Ints
from civigrid.cli.generate.ground.partition import Parted
from civigrid.cli.generate.ground.stock import Lots, Placed, Stock, footprints
from civigrid.cli.generate.ground.streets import CLEAR, Edges
from civigrid.cli.generate.ground.uses import Use, Used
from civigrid.cli.generate.ground.warp import Floats, Warp

Builder = Callable[[Placed, Ints, np.random.Generator], None]


def _by_plan(plan: works.Plan) -> Builder:
    return lambda placed, which, draw: works.planned(placed, which, plan, draw)


BUILDERS: dict[Use, Builder] = {
    Use.LANES: homes.lanes, Use.ROWHOUSES: homes.rowhouses, Use.WALKUP: homes.walkups, Use.SLABS: homes.slabs,
    Use.TOWERS: homes.towers, Use.DORMS: homes.dorms, Use.OFFICE: works.offices, Use.SHOPS: works.shops,
    Use.MARKET: works.markets, Use.FACTORY: works.factories, Use.WAREHOUSE: works.warehouses, Use.PORT: works.ports,
    Use.SITE: works.sites, Use.PARK: works.parks, Use.QUARRY: works.quarries, Use.MALL: _by_plan(works.MALL_PLAN),
    Use.PUBLIC: _by_plan(works.PUBLIC_PLAN), Use.SCHOOL: _by_plan(works.SCHOOL_PLAN),
    Use.HOSPITAL: _by_plan(works.HOSPITAL_PLAN), Use.STADIUM: _by_plan(works.STADIUM_PLAN),
    Use.STATION: _by_plan(works.STATION_PLAN),
}  # fmt: skip
LOW = (Use.LANES, Use.ROWHOUSES, Use.HAMLET)  # homes that are not made higher for more residents
PER_HEAD = (38.0, 50.0)  # square metres of floor for each resident
HIGHEST = 33


@dataclass(frozen=True, slots=True)
class Built:
    """`rings`: metres on the ground; `residents` of each building; `hamlets`: the lots `hamlet_of` and their ground;
    `paths`: (n, 3, 2) metres of the plane, on the lots `path_of`; `mirrored`: lots whose plan is mirrored."""

    stock: Stock
    rings: list[Floats]
    residents: Ints
    hamlet_of: Ints
    hamlets: Lots
    path_of: Ints
    paths: Floats
    mirrored: npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Site:
    """What is there before anything is built: `clear`: ground that nothing stands on, `lines` of the ways and the
    shapes of the `grids`, metres on the ground."""

    part: Parted
    blocks: Blocks
    ways: Edges
    uses: Used
    clear: shapely.Geometry
    lines: dict[Way, Shapes]
    grids: Shapes


def built(site: Site, warp: Warp, draw: np.random.Generator) -> Built:
    """All buildings of a district."""
    uses, blocks = site.uses, site.blocks
    placed = Placed(uses.lots, _to_streets(uses), draw.random(len(uses.lots)) < 0.5)
    for use, builder in BUILDERS.items():
        builder(placed, np.flatnonzero(uses.use == use), draw)
    which = np.flatnonzero(uses.use == Use.HAMLET)
    hamlets = homes.hamlets(placed, which, road_sides(blocks, site.ways)[which], draw)
    stock = placed.all()
    stock = stock.take(np.lexsort((np.arange(len(stock)), stock.lot)))
    rings = footprints(stock, warp)
    shapes = polygons_of(rings)
    keep = standing(stock, shapes, site.clear, site.lines, site.grids[blocks.grid[stock.lot]])
    stock, rings = stock.take(keep), [rings[at] for at in keep.tolist()]
    residents = _settled(stock, blocks.grid[stock.lot], site.part, uses, draw)
    path_of, paths = (np.concatenate(column) for column in zip(*placed.paths, strict=True))
    fit = free(paths, shapes[keep], warp)
    return Built(stock, rings, residents, which, hamlets, path_of[fit], paths[fit], placed.mirrored)


def _to_streets(uses: Used) -> Floats:
    """(lots, 4) metres that a path may go on beyond each side of a lot: to the middle of a street, not of a stream."""
    near = np.stack(uses.near, axis=-1)
    return np.where(np.isin(near, [CLEAR[way] for way in (Way.STREAM, Way.RAIL, Way.EXPRESSWAY)]), 0.0, near)


def road_sides(blocks: Blocks, ways: Edges) -> Ints:
    """The side of each block (0 west, 1 east, 2 south, 3 north) with the largest road one may turn off to a village."""
    fit = np.array([way if Way.LANE <= way <= Way.HIGHWAY else 0 for way in Way])
    up, across = fit[ways.up], fit[ways.across]
    found = []
    for i0, i1, j0, j1 in zip(*(each.tolist() for each in (blocks.i0, blocks.i1, blocks.j0, blocks.j1)), strict=True):
        sides = (up[i0, j0:j1].min(), up[i1, j0:j1].min(), across[i0:i1, j0].min(), across[i0:i1, j1].min())
        found.append(int(np.argmax(sides)))
    return np.array(found, dtype=np.int64)


def _settled(stock: Stock, grid: Ints, part: Parted, uses: Used, draw: np.random.Generator) -> Ints:
    """Residents of each building, by floor area. High houses get as many floors as the grid's residents need."""
    planned = np.array([area.plan.residents for area in part.areas])
    low = ~stock.home | np.isin(uses.use[stock.lot], [int(use) for use in LOW])
    area = stock.floor_area * stock.home
    needed = planned * draw.uniform(*PER_HEAD, len(planned))
    of_low, of_high = (np.bincount(grid, area * which, len(planned)) for which in (low, ~low))
    factor = np.clip((needed - of_low) / np.maximum(of_high, 1), 0.3, 1.6)
    floors = np.clip(np.round(stock.floors * factor[grid]), 2, HIGHEST).astype(np.int64)
    stock.floors = np.where(low, stock.floors, floors)
    area = stock.floor_area * stock.home
    order = np.argsort(grid, kind="stable")
    bounds = np.searchsorted(grid[order], np.arange(len(planned) + 1))
    found = np.zeros(len(stock), dtype=np.int64)
    for at, count in enumerate(planned.tolist()):
        own = order[bounds[at] : bounds[at + 1]]
        found[own] = _shared(count, area[own])
    return found


def _shared(count: int, weights: Floats) -> Ints:
    """A count split by weights, rounded by the largest remainders."""
    if not count or not weights.sum():
        return np.zeros(len(weights), dtype=np.int64)
    exact = weights / weights.sum() * count
    found = np.floor(exact).astype(np.int64)
    missing = count - int(found.sum())
    found[np.argsort(found - exact, kind="stable")[:missing]] += 1
    return np.asarray(found)
