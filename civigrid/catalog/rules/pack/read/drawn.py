"""GeoJSON features: their properties read like the cells of a row, their shapes as WKB."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry import shape

from civigrid.catalog.rules.pack.faults import Faults
from civigrid.catalog.rules.pack.tables import LONGEST, Row, swapped
from civigrid.catalog.rules.pack.trees import features, is_number, storable

POLYGONS = frozenset({"Polygon", "MultiPolygon"})
FOOTPRINTS = POLYGONS | {"Point"}
ANY = FOOTPRINTS | {"MultiPoint", "LineString", "MultiLineString"}
_UNDRAWN = (
    ValueError, TypeError, AttributeError, LookupError, ArithmeticError, AssertionError, shapely.errors.ShapelyError,
)  # fmt: skip


class Drawn(Row):
    """A feature. Programs for maps write what is empty as null, and codes as numbers; both are taken."""

    __slots__ = ("geometry", "values")

    def __init__(self, file: str, row: int, feature: Mapping[str, Any], faults: Faults) -> None:
        words = feature.get("properties")
        super().__init__(file, row, {}, faults)
        self.values: Mapping[str, Any] = words if isinstance(words, dict) else {}
        self.geometry = feature.get("geometry")

    def cell(self, column: str) -> str:
        value = self.values.get(column)
        if isinstance(value, str):
            return value.strip()
        return str(value) if is_number(value) and abs(value) < 10**18 else ""

    def text(self, column: str, *, required: bool = False, most: int = LONGEST) -> str:
        value = self.values.get(column)
        if value is not None and not isinstance(value, str) and not is_number(value):
            self.fault(column, "not_text", value=value)
            return ""
        text = self.cell(column)
        if not storable(text):
            self.fault(column, "bad_sign")
            return ""
        if required and not text:
            self.fault(column, "required")
        if len(text) > most:
            self.fault(column, "too_long", length=len(text), most=most)
            return text[:most]
        return text

    def count(self, column: str, *, most: int) -> int:
        """A whole number from 0; 0 where there is none. 12.0 is one too."""
        value = self.values.get(column)
        if value is None:
            return 0
        if is_number(value) and 0 <= value <= most and value == int(value):
            return int(value)
        self.fault(column, "not_a_number", value=value, least=0, most=most)
        return 0

    def size(self, column: str, *, most: float) -> float:
        value = self.values.get(column)
        if value is None:
            return 0.0
        if is_number(value) and 0 <= value <= most:
            return float(value)
        self.fault(column, "not_a_number", value=value, least=0, most=most)
        return 0.0


def drawn(file: str, data: bytes, faults: Faults) -> list[Drawn]:
    """The features of a file; `row` counts them from 1."""
    return [Drawn(file, row, each, faults) for row, each in enumerate(features(file, data, faults), start=1)]


def shapes_of(rows: Sequence[Drawn], kinds: Collection[str]) -> npt.NDArray[np.object_]:
    """The shape of each feature (two dimensions, EPSG:4326); None with a fault where it has none of these kinds."""
    found = np.array([_shape(row, kinds) for row in rows], dtype=object)
    there = ~shapely.is_missing(found)
    broken = np.flatnonzero(there & ~shapely.is_valid(found))
    for each in broken:
        rows[int(each)].fault("geometry", "invalid_polygon", error=shapely.is_valid_reason(found[each]))
    bounds = shapely.bounds(found)
    outside = np.flatnonzero(there & ~((bounds >= (-180, -90, -180, -90)) & (bounds <= (180, 90, 180, 90))).all(axis=1))
    for each in outside:
        row, corner = rows[int(each)], bounds[each][:2]
        if swapped(*corner):
            row.fault("geometry", "swapped")
        else:
            row.fault("geometry", "not_degrees", value="{:.6g} {:.6g}".format(*corner))
    found[[*broken, *outside]] = None
    flat: npt.NDArray[np.object_] = shapely.force_2d(found)
    return flat


def _shape(row: Drawn, kinds: Collection[str]) -> shapely.Geometry | None:
    kind = row.geometry.get("type") if isinstance(row.geometry, dict) else None
    if not isinstance(kind, str) or kind not in kinds:
        row.fault("geometry", "bad_geometry", error=kind or "-", allowed=", ".join(sorted(kinds)))
        return None
    try:
        found = shape(row.geometry)
    except _UNDRAWN as error:
        row.fault("geometry", "bad_geometry", error=str(error), allowed=", ".join(sorted(kinds)))
        return None
    if found.is_empty:
        row.fault("geometry", "bad_geometry", error="-", allowed=", ".join(sorted(kinds)))
        return None
    return found


def wkb(shapes: npt.NDArray[np.object_]) -> list[bytes]:
    """As it is stored; no bytes where there is no shape."""
    return [each or b"" for each in shapely.to_wkb(shapes, byte_order=1)]
