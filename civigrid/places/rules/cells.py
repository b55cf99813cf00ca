"""The squares by which buildings are found: the slippy map's tiles of zoom 14, about 2 km wide here."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

CELL_ZOOM = 14
_SIDE = 2**CELL_ZOOM
_NORTHMOST = 85.0511  # degrees: where the square of Web Mercator ends


def cells_of(lons: npt.ArrayLike, lats: npt.ArrayLike) -> npt.NDArray[np.int64]:
    """The cells of points (degrees): y * 2^14 + x of the tile that holds each."""
    lon = np.asarray(lons, dtype=float)
    lat = np.radians(np.clip(np.asarray(lats, dtype=float), -_NORTHMOST, _NORTHMOST))
    x = np.floor((lon + 180.0) / 360.0 * _SIDE).astype(np.int64)
    y = np.floor((1.0 - np.arcsinh(np.tan(lat)) / np.pi) / 2.0 * _SIDE).astype(np.int64)
    cells: npt.NDArray[np.int64] = np.clip(y, 0, _SIDE - 1) * _SIDE + np.clip(x, 0, _SIDE - 1)
    return cells


def cells_between(west: float, south: float, east: float, north: float) -> list[int]:
    """Every cell that a box (degrees) touches."""
    (first, last) = cells_of([west, east], [north, south]).tolist()
    columns, rows = range(first % _SIDE, last % _SIDE + 1), range(first // _SIDE, last // _SIDE + 1)
    return [row * _SIDE + column for row in rows for column in columns]
