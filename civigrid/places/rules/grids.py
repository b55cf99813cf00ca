"""Grids, and which grid a point lies in. Values in, values out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt
import shapely

from civigrid.places.rules.cover import Cover
from civigrid.places.rules.regions import DIGITS, Level

NOWHERE = -1  # the id of a point that no grid holds
GRID_DIGITS = 15


class GridKind(StrEnum):
    ORDINARY = "ordinary"
    SPECIAL = "special"  # 专属: parks, campuses, water; no rule of size


@dataclass(frozen=True, slots=True)
class NewGrid:
    """A grid as a city pack gives it; its community is in its code. `shape`: polygon as WKB, EPSG:4326."""

    code: str
    name: str
    kind: GridKind
    shape: bytes
    name_en: str = ""
    residents: int = 0

    @property
    def region_code(self) -> str:
        return self.code[: DIGITS[Level.COMMUNITY]]


class GridIndex:
    """Which grid holds a point, for many points at once. Built once per edition of the grids, then only read."""

    def __init__(self, codes: Sequence[str], ids: Sequence[int], shapes: Sequence[shapely.Geometry]) -> None:
        """`shapes`: polygons in EPSG:4326, in the order of `codes` and `ids`."""
        order = sorted(range(len(codes)), key=codes.__getitem__)
        self.codes = tuple(codes[each] for each in order)
        self._ids = np.array([ids[each] for each in order], dtype=np.int64)
        self._cover = Cover(np.array([shapes[each] for each in order], dtype=object))

    def __len__(self) -> int:
        return len(self.codes)

    def locate(self, lons: npt.ArrayLike, lats: npt.ArrayLike) -> npt.NDArray[np.int64]:
        """Ids of the grids that hold the points (degrees), -1 for those outside all.

        A point on a border that grids share belongs to the one with the lowest code, whoever asks and however often.
        """
        points = shapely.points(np.asarray(lons, dtype=float), np.asarray(lats, dtype=float))
        return np.append(self._ids, NOWHERE)[self._cover.first(points)]
