"""Parks, squares, woods and fields, and the polygons of places, from the blocks' lots."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import shapely

from civigrid.cli.generate.ground.lattice import Ints
from civigrid.cli.generate.ground.stock import Lots
from civigrid.cli.generate.ground.warp import Floats, Warp

STEP = 60.0  # metres between the points of a bent side


def outline(lots: Lots, at: int) -> Floats:
    """(n, 2) closed ring of a lot, metres of the plane, with points along its sides."""
    x0, x1, y0, y1 = (float(side[at]) for side in (lots.x0, lots.x1, lots.y0, lots.y1))
    nx, ny = max(1, round((x1 - x0) / STEP)), max(1, round((y1 - y0) / STEP))
    xs, ys = np.linspace(x0, x1, nx + 1), np.linspace(y0, y1, ny + 1)
    sides = [
        np.stack([xs, np.full_like(xs, y0)], axis=-1)[:-1],
        np.stack([np.full_like(ys, x1), ys], axis=-1)[:-1],
        np.stack([xs[::-1], np.full_like(xs, y1)], axis=-1)[:-1],
        np.stack([np.full_like(ys, x0), ys[::-1]], axis=-1),
    ]
    return np.concatenate(sides)


def grounds(lots: Lots, which: Ints, warp: Warp) -> npt.NDArray[np.object_]:
    """The polygons of lots, metres on the ground."""
    rings = [outline(lots, at) for at in which.tolist()]
    if not rings:
        return np.empty(0, dtype=object)
    counts = [len(ring) for ring in rings]
    points = warp.ground(np.concatenate(rings))
    return np.asarray(shapely.polygons(shapely.linearrings(points, indices=np.repeat(np.arange(len(rings)), counts))))


def strips(lots: Lots, draw: np.random.Generator) -> tuple[Lots, Ints]:
    """Fields: each lot in a few strips with paths between, and the lot of each strip."""
    flip = draw.random(len(lots)) < 0.5
    side = np.where(flip, lots.wide, lots.high)
    count = np.clip(np.round(side / draw.uniform(70, 130, len(lots))), 1, 6).astype(np.int64)
    lot = np.repeat(np.arange(len(lots)), count)
    number = np.arange(len(lot)) - np.repeat(np.cumsum(count) - count, count)
    gap = np.minimum(2.5 / np.maximum(side[lot], 1), 0.1)
    low, high = number / count[lot] + gap, (number + 1) / count[lot] - gap
    across = flip[lot]
    left, right = np.where(across, low, 0.0), np.where(across, high, 1.0)
    under, over = np.where(across, 0.0, low), np.where(across, 1.0, high)
    dx, dy = (lots.x1 - lots.x0)[lot], (lots.y1 - lots.y0)[lot]
    x0, y0 = lots.x0[lot], lots.y0[lot]
    found = Lots(
        x0 + dx * left, x0 + dx * right, y0 + dy * under, y0 + dy * over,
        lots.wide[lot] * (right - left), lots.high[lot] * (over - under),
    )  # fmt: skip
    return found, lot


def woods(
    lots: Lots, which: Ints, more: list[shapely.Polygon], warp: Warp, draw: np.random.Generator
) -> shapely.Geometry:  # fmt: skip
    """The woods on some lots as one shape with uneven edges that closes over small roads, metres on the ground;
    `more`: polygons that are woods all over."""
    if not len(which):
        return shapely.MultiPolygon()
    trees = np.repeat(which, np.clip(lots.wide[which] * lots.high[which] / 5200, 3, 26).astype(np.int64))
    spots = lots.place(trees, draw.uniform(0, 1, len(trees)), draw.uniform(0, 1, len(trees)))
    clumps = shapely.buffer(shapely.points(warp.ground(spots)), draw.uniform(34, 105, len(trees)), quad_segs=4)
    inner = shapely.buffer([*grounds(lots, which, warp), *more], -28, quad_segs=2)
    whole = shapely.union_all(np.concatenate([inner, clumps]))
    smooth = whole.buffer(34, quad_segs=3).buffer(-62, quad_segs=3).buffer(30, quad_segs=3)
    return without_small_holes(smooth.simplify(3), 12_000.0)


def without_small_holes(shape: shapely.Geometry, least: float) -> shapely.Geometry:
    """Polygons without the holes of less than `least` square metres."""
    parts = [
        shapely.Polygon(part.exterior, [hole for hole in part.interiors if shapely.Polygon(hole).area >= least])
        for part in shapely.get_parts(shape)
        if part.geom_type == "Polygon"
    ]
    return shapely.MultiPolygon(parts)
