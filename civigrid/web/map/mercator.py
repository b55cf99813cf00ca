"""The squares of a slippy map (Web Mercator), and geometry in the units of its world: 0 to 1, eastward and southward."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely

Geometries = npt.NDArray[np.object_]
Box = tuple[float, float, float, float]  # west, north, east, south

EXTENT = 4096  # units of a tile's side, as vector tiles count
SIDE = 512  # pixels of a tile's side on a screen
MAX_ZOOM = 16  # what browsers show beyond it they magnify from it: an eighth of a metre to a unit
EQUATOR = 40_075_016.7  # metres


@dataclass(frozen=True, slots=True)
class Tile:
    """One square of a zoom; raises ValueError where that zoom has no such square."""

    zoom: int
    column: int
    row: int

    def __post_init__(self) -> None:
        if not 0 <= self.zoom <= MAX_ZOOM:
            raise ValueError(f"zoom is 0 to {MAX_ZOOM}")
        if not (0 <= self.column < 2**self.zoom and 0 <= self.row < 2**self.zoom):
            raise ValueError(f"columns and rows of zoom {self.zoom} are 0 to {2**self.zoom - 1}")

    def box(self, margin: float = 0.0) -> Box:
        """Its place in the world; `margin` more on each side, in world units."""
        side = 1 / 2**self.zoom
        west, north = self.column * side, self.row * side
        return west - margin, north - margin, west + side + margin, north + side + margin


def to_world(shapes: npt.ArrayLike) -> Geometries:
    """Geometries in degrees (EPSG:4326) as geometries of the world's units."""
    moved: Geometries = shapely.transform(np.asarray(shapes, dtype=object), _to_world)
    return moved


def _to_world(points: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    lon, lat = points[:, 0], np.radians(np.clip(points[:, 1], -85.0511, 85.0511))
    return np.column_stack([(lon + 180) / 360, (1 - np.arcsinh(np.tan(lat)) / np.pi) / 2])


def to_tile(shapes: Geometries, tile: Tile) -> Geometries:
    """Geometries of the world in the whole units of a tile."""
    west, north, _, _ = tile.box()
    origin, scale = np.array([west, north]), EXTENT * 2**tile.zoom
    moved: Geometries = shapely.transform(shapes, lambda points: np.rint((points - origin) * scale))
    return moved


def degrees(box: Box) -> Box:
    """A box of the world as west, south, east, north in degrees."""
    west, north, east, south = box
    return west * 360 - 180, _latitude(south), east * 360 - 180, _latitude(north)


def _latitude(y: float) -> float:
    return math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * y))))


def metres(length: float, y: float) -> float:
    """How long a length of the world is on the ground, near `y`."""
    return length * EQUATOR * math.cos(math.radians(_latitude(y)))
