"""Grids as they are on a day, and the index of their shapes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import shapely

from civigrid.base import stamps
from civigrid.places.models import GridVersion
from civigrid.places.queries.stamp import AREA
from civigrid.places.rules import GridIndex, GridKind


@dataclass(frozen=True, slots=True)
class GridRow:
    """A grid as it is on a day; `region_code` is the community it lies in."""

    id: int
    code: str
    name: str
    name_en: str
    kind: GridKind
    region_code: str
    residents: int


@stamps.kept(AREA)
def grids(on: date) -> dict[int, GridRow]:
    """The grids that exist on a day, by id, in the order of their codes."""
    found = GridVersion.objects.filter(valid__contains=on).select_related("grid").defer("shape").order_by("grid__code")
    return {version.grid_id: grid_row(version) for version in found}


@stamps.kept(AREA)
def shapes(on: date) -> dict[int, shapely.Geometry]:
    """The polygons of the grids that exist on a day (EPSG:4326), by grid id."""
    found = GridVersion.objects.filter(valid__contains=on).order_by("grid__code").values_list("grid_id", "shape")
    rows = list(found)
    polygons = shapely.from_wkb([bytes(shape) for _, shape in rows])
    return {grid_id: polygon for (grid_id, _), polygon in zip(rows, polygons, strict=True)}


@stamps.kept(AREA)
def grid_index(on: date) -> GridIndex:
    """The index of the grids of a day; each process builds it anew in its first transaction after a reload.

    One statement reads codes and shapes, so that both are of one edition.
    """
    found = GridVersion.objects.filter(valid__contains=on).order_by("grid__code")
    rows = list(found.values_list("grid__code", "grid_id", "shape"))
    polygons = shapely.from_wkb([bytes(shape) for _, _, shape in rows])
    return GridIndex([code for code, _, _ in rows], [grid_id for _, grid_id, _ in rows], polygons)


def grid_row(version: GridVersion) -> GridRow:
    return GridRow(
        id=version.grid_id,
        code=version.grid.code,
        name=version.name,
        name_en=version.name_en,
        kind=GridKind(version.kind),
        region_code=version.region_code,
        residents=version.residents,
    )
