"""Polygons of sets of cells: their borders follow the lattice's lines, point by point, so that neighbours share them."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import shapely

from civigrid.cli.generate.ground.lattice import Ints, Lattice
from civigrid.cli.generate.ground.warp import Floats, Warp


def outlines(labels: Ints, lattice: Lattice) -> list[list[Floats]]:
    """For each label 0..n its rings as (n, 2) metres of the plane, closed, the outer one first; -1 is nobody's."""
    i, j = np.meshgrid(np.arange(labels.shape[0]), np.arange(labels.shape[1]), indexing="ij")
    order = np.argsort(labels.ravel(), kind="stable")
    boxes = shapely.box(i, j, i + 1, j + 1).ravel()[order]
    bounds = np.searchsorted(labels.ravel()[order], np.arange(labels.max() + 2))  # those of -1 come first
    found = []
    for first, last in pairwise(bounds.tolist()):
        polygon = shapely.coverage_union_all(boxes[first:last])
        polygon = polygon if polygon.geom_type == "Polygon" else shapely.get_geometry(polygon, 0)
        found.append([_followed(ring, lattice) for ring in (polygon.exterior, *polygon.interiors)])
    return found


def _followed(ring: shapely.LinearRing, lattice: Lattice) -> Floats:
    """A ring of node numbers with every point of the lines between them."""
    nodes = shapely.get_coordinates(ring).astype(np.int64)
    parts = []
    for (i, j), (to_i, to_j) in pairwise(nodes.tolist()):
        line = lattice.along_x(j, i, to_i) if j == to_j else lattice.along_y(i, j, to_j)
        parts.append(line[:-1])
    return np.concatenate([*parts, parts[0][:1]])


def polygons(rings: list[list[Floats]], warp: Warp, decimals: int = 7) -> list[shapely.Polygon]:
    """The rings in degrees. One pass over all points, so that a shared one becomes the same numbers."""
    flat = [ring for group in rings for ring in group]
    bounds = np.cumsum([0, *(len(ring) for ring in flat)])
    points = warp.degrees(warp.ground(np.concatenate(flat)), decimals)
    made = iter([points[first:last] for first, last in pairwise(bounds.tolist())])
    return [shapely.Polygon(next(made), [next(made) for _ in group[1:]]) for group in rings]
