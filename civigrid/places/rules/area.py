"""How much ground a shape in degrees covers."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import shapely

_AXIS = 6_378_137.0  # metres; CGCS2000, which is WGS 84 as far as areas can tell
_E2 = 0.006_694_380_022_90
_E = _E2**0.5


def area_of(shape: shapely.Geometry) -> float:
    """Square metres covered by a shape of longitudes and latitudes in degrees; 0 for points and lines.

    Drawn on the equal-area cylinder of the ellipsoid (Snyder, Map Projections: A Working Manual, 1987, eq. 3-12 and
    10-13 to 10-15 with the equator as standard parallel), so that no local projection has to be chosen.
    """
    return float(shapely.area(shapely.transform(shape, _flat)))


def _flat(points: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    lons, sines = np.radians(points[:, 0]), np.sin(np.radians(points[:, 1]))
    q = (1 - _E2) * (sines / (1 - _E2 * sines**2) + np.arctanh(_E * sines) / _E)
    return np.column_stack([_AXIS * lons, _AXIS * q / 2])
