"""Degrees as metres, for one city. Values in, values out."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely

_E2, _AXIS = 0.006_694_380_022_90, 6_378_137.0  # WGS 84, and CGCS2000 as far as this can tell


@dataclass(frozen=True, slots=True)
class Metres:
    """A flat drawing of the ground around a latitude: metres east and north of the point (0, 0).

    Within half a degree of the latitude distances are right to one in a hundred; grids and assets are asked for tens of
    metres, and a city is smaller than that.
    """

    east: float  # metres a degree of longitude
    north: float  # metres a degree of latitude

    @classmethod
    def around(cls, lat: float) -> Metres:
        """`lat`: degrees. The radii of curvature of the ellipsoid at that latitude."""
        angle = math.radians(lat)
        bulge = 1.0 - _E2 * math.sin(angle) ** 2
        east = _AXIS * math.cos(angle) / math.sqrt(bulge)
        north = _AXIS * (1.0 - _E2) / (bulge * math.sqrt(bulge))
        return cls(math.radians(east), math.radians(north))

    @classmethod
    def over(cls, shapes: npt.NDArray[np.object_]) -> Metres:
        """Around the middle of shapes in degrees; around the equator where there are none."""
        if not len(shapes):
            return cls.around(0.0)
        _, south, _, north = shapely.total_bounds(shapes)
        return cls.around(float(south + north) / 2.0)

    def flat(self, shapes: npt.NDArray[np.object_]) -> npt.NDArray[np.object_]:
        """Shapes in degrees, drawn in metres."""
        drawn: npt.NDArray[np.object_] = shapely.transform(shapes, lambda at: at * (self.east, self.north))
        return drawn

    def points(self, lons: npt.ArrayLike, lats: npt.ArrayLike) -> npt.NDArray[np.object_]:
        """Points in degrees, drawn in metres."""
        east, north = np.asarray(lons, dtype=float) * self.east, np.asarray(lats, dtype=float) * self.north
        drawn: npt.NDArray[np.object_] = shapely.points(east, north)
        return drawn


def apart(one: tuple[float, float], two: tuple[float, float]) -> float:
    """Metres between two points (lon, lat in degrees) of one city."""
    metres = Metres.around((one[1] + two[1]) / 2.0)
    return math.hypot((one[0] - two[0]) * metres.east, (one[1] - two[1]) * metres.north)
