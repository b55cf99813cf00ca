"""Keeps buildings off each other, off the water and the ways, and inside their grids; and paths off buildings."""

from __future__ import annotations

from collections import defaultdict

import numpy as np
import numpy.typing as npt
import shapely

from civigrid.cli.generate.ground.corridors import Corridor, Way
from civigrid.cli.generate.ground.lattice import Ints, Lattice
from civigrid.cli.generate.ground.roads import Net, along
from civigrid.cli.generate.ground.stock import Stock
from civigrid.cli.generate.ground.streets import WIDTH
from civigrid.cli.generate.ground.warp import Floats, Warp

Shapes = npt.NDArray[np.object_]
APART = 1.0  # metres between two buildings at least
NARROW = 4.0  # metres: nothing narrower is built
BESIDE_PATH = 2.2  # metres from the middle of a path to a building


def polygons_of(rings: list[Floats]) -> Shapes:
    counts = [len(ring) for ring in rings]
    return np.asarray(
        shapely.polygons(shapely.linearrings(np.concatenate(rings), indices=np.repeat(np.arange(len(rings)), counts)))
    )


def standing(stock: Stock, shapes: Shapes, clear: shapely.Geometry, ways: dict[Way, Shapes], own: Shapes) -> Ints:
    """The buildings that may stand. Of two too near each other the home stays, or the first one. `clear`: ground that
    nothing stands on; `own`: the grid of each building; all in metres on the ground."""
    order = np.lexsort((np.arange(len(stock)), ~stock.home))
    rank = np.empty(len(stock), dtype=np.int64)
    rank[order] = np.arange(len(stock))
    tree = shapely.STRtree(shapes)
    bad = ~shapely.contains_properly(own, shapes) | (np.minimum(stock.wide, stock.deep) < NARROW)
    shapely.prepare(clear)
    bad |= shapely.intersects(clear, shapes)
    for way, lines in ways.items():
        bad[tree.query(lines, predicate="dwithin", distance=WIDTH[way] / 2)[1]] = True
    one, other = tree.query(shapes, predicate="dwithin", distance=APART)
    meet = (rank[one] < rank[other]) & ~bad[one]
    bad[other[meet]] = True
    return np.asarray(np.flatnonzero(~bad))


def way_lines(net: Net, found: list[Corridor], lattice: Lattice, warp: Warp) -> dict[Way, Shapes]:
    """Every way's lines, metres on the ground, cut into short pieces."""
    pieces: dict[Way, list[Floats]] = defaultdict(list)
    for road in net.roads:
        for at, way in enumerate(road.ways, start=road.first):
            pieces[way].append(along(lattice, road.vertical, road.line, at, at + 1))
    for each in found:
        if each.way is Way.RAIL:
            pieces[each.way].append(along(lattice, each.vertical, each.line, each.first, each.last))
    return {way: _segments(lines, warp) for way, lines in pieces.items()}


def _segments(lines: list[Floats], warp: Warp) -> Shapes:
    starts = np.concatenate([line[:-1] for line in lines])
    ends = np.concatenate([line[1:] for line in lines])
    points = warp.ground(np.stack([starts, ends], axis=1))
    return np.asarray(shapely.linestrings(points))


def free(paths: Floats, shapes: Shapes, warp: Warp) -> npt.NDArray[np.bool_]:
    """Which paths, (n, 3, 2) metres of the plane, no building is in the way of."""
    lines = shapely.linestrings(warp.ground(paths))
    blocked = shapely.STRtree(shapes).query(lines, predicate="dwithin", distance=BESIDE_PATH)[0]
    found = np.ones(len(paths), dtype=bool)
    found[blocked] = False
    return found
