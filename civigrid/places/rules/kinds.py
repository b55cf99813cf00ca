"""The kind of place a point lies in, by the layers of the map. Values in, values out."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import shapely
from shapely.ops import substring

from civigrid.places.rules.cover import Cover
from civigrid.places.rules.metres import Metres

_ROUND = 4  # corners a quarter circle at the ends and bends of a road: its border is right to 8 % of half its width
_PIECE = 400.0  # metres of a road in one shape: the box around a whole one would be asked about half the city


class PlaceKinds:
    """Of several kinds a point lies in, that of the feature which covers the smallest ground comes first: a building site
    in an estate, a lane in a park. Built once per edition of the layers; afterwards only read."""

    def __init__(self, shapes: Sequence[shapely.Geometry], widths: Sequence[float], kinds: Sequence[str]) -> None:
        """`shapes` in EPSG:4326, of one length with `widths` (metres of ground a line covers) and `kinds`. Points, and
        lines without a width, cover nothing."""
        given = np.array(shapes, dtype=object)
        self._metres = Metres.over(given)
        ground, owner = self._ground(self._metres.flat(given), np.array(widths, dtype=float))
        area = np.bincount(owner, shapely.area(ground), minlength=len(given))
        order = np.lexsort((owner, area[owner]))
        self._cover = Cover(ground[order])
        self._kinds = np.array([kinds[each] for each in owner[order]], dtype=object)

    @staticmethod
    def _ground(
        shapes: npt.NDArray[np.object_], widths: npt.NDArray[np.float64]
    ) -> tuple[npt.NDArray[np.object_], npt.NDArray[np.intp]]:
        """The ground they cover in pieces, and whose each piece is."""
        size = shapely.get_dimensions(shapes)
        areas, area_of = shapely.get_parts(shapes[size == 2], return_index=True)
        roads = np.flatnonzero((size == 1) & (widths > 0))
        lines, line_of = shapely.get_parts(shapes[roads], return_index=True)
        pieces = [(piece, road) for line, road in zip(lines, roads[line_of], strict=True) for piece in _cut(line)]
        road_of = np.array([road for _, road in pieces], dtype=np.intp)
        drawn = shapely.buffer([piece for piece, _ in pieces], widths[road_of] / 2.0, quad_segs=_ROUND)
        return np.concatenate([areas, drawn]), np.concatenate([np.flatnonzero(size == 2)[area_of], road_of])

    def find(self, lons: npt.ArrayLike, lats: npt.ArrayLike) -> list[tuple[str, ...]]:
        """The kinds at each point (degrees), each once; none where no feature with one covers it."""
        points = self._metres.points(lons, lats)
        found: list[tuple[str, ...]] = [()] * len(points)
        asked, held = self._cover.hits(points)
        order = np.lexsort((held, asked))
        for point, kind in zip(asked[order].tolist(), self._kinds[held[order]].tolist(), strict=True):
            if kind not in found[point]:
                found[point] = (*found[point], kind)
        return found


def _cut(line: shapely.LineString) -> list[shapely.Geometry]:
    """A line in pieces of at most `_PIECE`."""
    ends = np.arange(0.0, line.length, _PIECE)
    return [substring(line, end, min(end + _PIECE, line.length)) for end in ends]
