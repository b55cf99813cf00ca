"""How far a point is from the border of its grid, which grids are near, and whether it lies in the city at all."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import shapely

from civigrid.places.rules.grids import NOWHERE
from civigrid.places.rules.metres import Metres

MOST = 8  # neighbours of a point
_GAP = 100.0  # metres: half as wide as a gap between grids may be and still be ground of the city
_TOUCH = 0.01  # metres: a point on a border is this near to both sides

Metre = npt.NDArray[np.float64]

_WHOLE_EARTH = 1e8  # metres: nearer than that is everything


class GridEdges:
    """Built once per edition of the grids; afterwards only read, and safe to share between threads."""

    def __init__(self, ids: Sequence[int], shapes: Sequence[shapely.Geometry]) -> None:
        """`shapes`: polygons in EPSG:4326, in the order of `ids`."""
        given = np.array(shapes, dtype=object)
        self._metres = Metres.over(given)
        self._ids = np.array(ids, dtype=np.int64)
        self._row = {grid_id: row for row, grid_id in enumerate(ids)}
        flat = self._metres.flat(given)
        self._borders = shapely.boundary(flat)
        self._tree = shapely.STRtree(flat)
        self._outline = _outline(flat)

    def border(self, grids: npt.ArrayLike, lons: npt.ArrayLike, lats: npt.ArrayLike) -> Metre:
        """Metres from each point (degrees) to the border of its grid (an id); nan where that is `NOWHERE`."""
        held = np.asarray(grids, dtype=np.int64)
        far = np.full(len(held), np.nan)
        inside = np.flatnonzero(held != NOWHERE)
        rows = [self._row[grid_id] for grid_id in held[inside].tolist()]
        far[inside] = shapely.distance(self._borders[rows], self._metres.points(lons, lats)[inside])
        return far

    def near(
        self, grids: npt.ArrayLike, lons: npt.ArrayLike, lats: npt.ArrayLike, reach: npt.ArrayLike
    ) -> list[tuple[int, ...]]:
        """The ids of the other grids within `reach` metres of each point, the nearest first, at most `MOST`."""
        held, points = np.asarray(grids, dtype=np.int64), self._metres.points(lons, lats)
        wide = np.broadcast_to(np.asarray(reach, dtype=float), len(points))
        asked, found = self._tree.query(points, predicate="dwithin", distance=wide + _TOUCH)
        other = self._ids[found] != held[asked]
        asked, found = asked[other], found[other]
        order = np.lexsort((found, shapely.distance(self._tree.geometries[found], points[asked]), asked))
        near: list[tuple[int, ...]] = [()] * len(points)
        starts = np.flatnonzero(np.diff(asked[order], prepend=-1))
        for rows in np.split(order, starts[1:]) if len(order) else ():
            near[int(asked[rows[0]])] = tuple(self._ids[found[rows[:MOST]]].tolist())
        return near

    def holds(self, lons: npt.ArrayLike, lats: npt.ArrayLike, slack: npt.ArrayLike) -> npt.NDArray[np.bool_]:
        """Whether points lie in the city, or so near to it (metres) that they may."""
        points = self._metres.points(lons, lats)
        inside: npt.NDArray[np.bool_] = shapely.dwithin(self._outline, points, np.asarray(slack, dtype=float))
        return inside


def _outline(flat: npt.NDArray[np.object_]) -> shapely.Geometry:
    """The ground of all grids without the gaps between them: a lake, or a strip that nobody drew, is in the city too."""
    closed = shapely.buffer(shapely.union_all(shapely.buffer(flat, _GAP, quad_segs=2)), -_GAP, quad_segs=2)
    rings = shapely.get_exterior_ring(shapely.get_parts(shapely.union_all([*flat, closed])))
    outline = shapely.union_all(shapely.polygons(rings))
    shapely.prepare(outline)
    # asked before threads share it, for both of what it makes only when it is first needed: one index for a point inside
    # (which ends the question) and another for a point outside
    west, south, _, _ = shapely.bounds(outline)
    shapely.dwithin(outline, shapely.points([[west - 1, south - 1], [west, south]]), _WHOLE_EARTH)
    shapely.dwithin(outline, shapely.point_on_surface(outline), 1.0)
    return outline
