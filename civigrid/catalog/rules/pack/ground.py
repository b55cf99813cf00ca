"""Whether the grids cover the ground once: no two on the same, and nothing left between them.

Neighbours drawn apart by less than a step are taken for touching: borders are exported with few decimals. What lies
between grids is a hole in their union or a crack that is open to the outside, found by closing the union's outline: it
is blown up until cracks close, and shrunk back. The corners of both are mitred, so that an outline without cracks comes
back as it was.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely

STEP = 1.0  # metres: narrower than this is no overlap and no gap
CRACK = 20.0  # metres: narrower than this is a gap although it is open
SNAP = 0.01  # metres: the grain of the union, so that borders that differ in the last decimals meet
MITRE = 8.0  # corners narrower than about 14 degrees are cracks
_METRES = 111_320.0  # a degree of latitude, and of longitude at the equator


@dataclass(frozen=True, slots=True)
class Gap:
    """Ground without a grid: its size in m², a point in it (degrees), and the grids around it as places in the list."""

    area: float
    lon: float
    lat: float
    around: tuple[int, ...]


class Ground:
    """The polygons of the grids on a flat map in metres, true to size near their middle."""

    def __init__(self, polygons: Sequence[shapely.Geometry]) -> None:
        """`polygons`: valid, EPSG:4326."""
        degrees = np.array(polygons, dtype=object)
        west, south, east, north = shapely.total_bounds(degrees)
        self._origin = np.nan_to_num(np.array([(west + east) / 2, (south + north) / 2]))
        self._scale = np.array([np.cos(np.radians(self._origin[1])), 1.0]) * _METRES
        self._polygons = shapely.transform(degrees, lambda points: (points - self._origin) * self._scale)
        self._tree = shapely.STRtree(self._polygons)

    def overlaps(self) -> Iterator[tuple[int, int, float]]:
        """Pairs of polygons on the same ground, the first before the second, and how many m² they share."""
        pairs = self._tree.query(self._polygons, predicate="intersects")
        pairs = pairs[:, pairs[0] < pairs[1]]
        pairs = pairs[:, ~shapely.touches(self._polygons[pairs[0]], self._polygons[pairs[1]])]
        shared = shapely.intersection(self._polygons[pairs[0]], self._polygons[pairs[1]])
        for each in np.flatnonzero(_thick(shared)):
            yield int(pairs[0, each]), int(pairs[1, each]), float(shapely.area(shared[each]))

    def gaps(self) -> Iterator[Gap]:
        """What lies between the polygons and belongs to none."""
        whole = shapely.union_all(self._polygons, grid_size=SNAP)
        outlines = shapely.polygons(shapely.get_exterior_ring(shapely.get_parts(whole)))
        holes = shapely.polygons(_inner_rings(whole))
        for hole in holes[_thick(holes)]:
            yield self._gap(hole, self._beside(hole, 4 * STEP) or self._beside(hole, 0))
        for crack in _cracks(outlines):
            # a bay of one grid's own outline is none, nor what is no longer than it is wide
            if len(sides := self._beside(crack, CRACK)) > 1:
                yield self._gap(crack, sides)

    def _beside(self, empty: shapely.Geometry, least: float) -> tuple[int, ...]:
        """The polygons that go along a piece of empty ground for more than `least` metres."""
        near = np.sort(self._tree.query(empty, predicate="dwithin", distance=STEP))
        along = shapely.length(shapely.intersection(shapely.buffer(self._polygons[near], STEP), empty.exterior))
        return tuple(near[along > least].tolist())

    def _gap(self, empty: shapely.Geometry, around: tuple[int, ...]) -> Gap:
        (inside,) = shapely.get_coordinates(shapely.point_on_surface(empty)) / self._scale + self._origin
        return Gap(float(shapely.area(empty)), float(inside[0]), float(inside[1]), around)


def _thick(shapes: npt.NDArray[np.object_]) -> npt.NDArray[np.bool_]:
    """Whether a shape is a step wide anywhere; lines and points are not."""
    large = shapely.area(shapes) > STEP**2
    found = np.zeros(len(shapes), dtype=bool)
    found[large] = ~shapely.is_empty(shapely.buffer(shapes[large], -STEP / 2))
    return found


def _inner_rings(whole: shapely.Geometry) -> npt.NDArray[np.object_]:
    parts = shapely.get_parts(whole)
    rings = [
        shapely.get_interior_ring(part, each) for part in parts for each in range(shapely.get_num_interior_rings(part))
    ]
    return np.array(rings, dtype=object)


def _cracks(outlines: npt.NDArray[np.object_]) -> npt.NDArray[np.object_]:
    closed = shapely.MultiPolygon(list(outlines)) if len(outlines) else shapely.MultiPolygon()
    for distance in (CRACK / 2, -CRACK / 2):
        closed = shapely.buffer(closed, distance, join_style="mitre", mitre_limit=MITRE)
    found = shapely.get_parts(shapely.difference(closed, shapely.union_all(outlines)))
    found = found[shapely.get_type_id(found) == shapely.GeometryType.POLYGON]
    wide: npt.NDArray[np.object_] = found[_thick(found)]
    return wide
