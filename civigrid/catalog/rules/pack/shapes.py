"""grids.geojson: one polygon a grid, valid, and no two on the same ground."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import shapely
from shapely.geometry import shape

from civigrid.catalog.rules.pack import content
from civigrid.catalog.rules.pack.content import At
from civigrid.catalog.rules.pack.faults import Faults
from civigrid.catalog.rules.pack.trees import features
from civigrid.places.rules import GRID_DIGITS, GridKind, NewGrid

_KINDS = {each.value for each in GridKind}
TOUCHING = 1e-10  # square degrees, about 1 m²: neighbours drawn by hand share a border, not ground


def grids(data: bytes, faults: Faults) -> list[At[NewGrid]]:
    """The grids, and a fault for each shape that is none or lies on another's ground. `row` counts features from 1."""
    found = []
    seen: dict[str, int] = {}
    for row, feature in enumerate(features(content.GRIDS, data, faults), start=1):
        grid = _grid(row, feature, faults)
        if grid.code in seen:
            faults.add(content.GRIDS, row, "code", "duplicate", value=grid.code, first=seen[grid.code])
        seen.setdefault(grid.code, row)
        found.append(At(row, grid))
    _overlaps(found, faults)
    return found


def _grid(row: int, feature: Mapping[str, Any], faults: Faults) -> NewGrid:
    words = feature.get("properties") or {}
    code, kind, residents = str(words.get("code", "")), words.get("kind", ""), words.get("residents", 0)
    if not (code.isascii() and code.isdigit() and len(code) == GRID_DIGITS):
        faults.add(content.GRIDS, row, "code", "bad_grid_code", value=code)
    if not words.get("name"):
        faults.add(content.GRIDS, row, "name", "required")
    if kind not in _KINDS:
        faults.add(content.GRIDS, row, "kind", "unknown_value", value=kind, allowed=", ".join(sorted(_KINDS)))
        kind = GridKind.ORDINARY
    if not isinstance(residents, int) or isinstance(residents, bool) or residents < 0:
        faults.add(content.GRIDS, row, "residents", "not_a_number", value=residents, least=0, most=1_000_000)
        residents = 0
    return NewGrid(
        code=code,
        name=str(words.get("name", "")),
        kind=GridKind(kind),
        shape=_shape(row, feature.get("geometry"), faults),
        name_en=str(words.get("name_en", "")),
        residents=residents,
    )


def _shape(row: int, geometry: Any, faults: Faults) -> bytes:
    """The polygon as WKB; empty bytes where there is none."""
    try:
        found = shape(geometry)
    except (ValueError, TypeError, AttributeError, KeyError, shapely.errors.ShapelyError) as error:
        faults.add(content.GRIDS, row, "geometry", "bad_geometry", error=str(error))
        return b""
    if found.geom_type not in ("Polygon", "MultiPolygon") or found.is_empty:
        faults.add(content.GRIDS, row, "geometry", "bad_geometry", error=found.geom_type)
        return b""
    if not found.is_valid:
        faults.add(content.GRIDS, row, "geometry", "invalid_polygon", error=shapely.is_valid_reason(found))
        return b""
    west, south, east, north = found.bounds
    if west < -180 or east > 180 or south < -90 or north > 90:
        faults.add(content.GRIDS, row, "geometry", "not_degrees", value=f"{west:.6g} {south:.6g}")
        return b""
    return bytes(shapely.to_wkb(shapely.force_2d(found), byte_order=1))


def _overlaps(grids: list[At[NewGrid]], faults: Faults) -> None:
    drawn = [each for each in grids if each.it.shape]
    polygons = np.array(shapely.from_wkb([each.it.shape for each in drawn]), dtype=object)
    pairs = shapely.STRtree(polygons).query(polygons, predicate="intersects")
    pairs = pairs[:, pairs[0] < pairs[1]]
    shared = shapely.area(shapely.intersection(polygons[pairs[0]], polygons[pairs[1]]))
    for first, second in pairs[:, shared > TOUCHING].T:
        facts = {"value": drawn[second].it.code, "other": drawn[first].it.code}
        faults.add(content.GRIDS, drawn[second].row, "geometry", "overlap", **facts)
