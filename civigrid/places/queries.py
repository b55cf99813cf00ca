"""Everything that is read of regions and grids. Frozen rows; the dictionaries are shared, never change them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import shapely

from civigrid.base import stamps
from civigrid.places.models import GridVersion, RegionVersion
from civigrid.places.rules import GridIndex, GridKind, Level, Nameable, Named, NamedPlaces, RegionKind

AREA = "places"  # the name of this area's stamp


@dataclass(frozen=True, slots=True)
class RegionRow:
    """A region as it is on a day. `aliases`: other names people use; `predecessors`: abolished codes it took over."""

    code: str
    name: str
    name_en: str
    level: Level
    kind: RegionKind
    aliases: tuple[str, ...]
    predecessors: tuple[str, ...]
    pinyin: str


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
def regions(on: date) -> dict[str, RegionRow]:
    """The regions that exist on a day, by code, from the top down."""
    found = RegionVersion.objects.filter(valid__contains=on).select_related("region").order_by("region__code")
    return {version.region.code: _region(version) for version in found}


@stamps.kept(AREA)
def grids(on: date) -> dict[int, GridRow]:
    """The grids that exist on a day, by id, in the order of their codes."""
    found = GridVersion.objects.filter(valid__contains=on).select_related("grid").defer("shape").order_by("grid__code")
    return {version.grid_id: _grid(version) for version in found}


@stamps.kept(AREA)
def shapes(on: date) -> dict[int, shapely.Geometry]:
    """The polygons of the grids that exist on a day (EPSG:4326), by grid id."""
    found = GridVersion.objects.filter(valid__contains=on).order_by("grid__code").values_list("grid_id", "shape")
    rows = list(found)
    polygons = shapely.from_wkb([bytes(shape) for _, shape in rows])
    return {grid_id: polygon for (grid_id, _), polygon in zip(rows, polygons, strict=True)}


@stamps.kept(AREA)
def grid_index(on: date) -> GridIndex:
    """The index of the grids of a day; each process builds it anew in its first transaction after a reload."""
    rows, polygons = grids(on), shapes(on)
    return GridIndex([row.code for row in rows.values()], list(rows), [polygons[grid_id] for grid_id in rows])


@stamps.kept(AREA)
def named_places(on: date) -> NamedPlaces:
    """The matcher of the names of towns, communities and villages that exist on a day."""
    named = {Level.TOWN, Level.COMMUNITY}
    return NamedPlaces(
        [
            Nameable(row.code, tuple(name for name in (row.name, row.name_en, *row.aliases) if name))
            for row in regions(on).values()
            if row.level in named
        ]
    )


def find_named(texts: Sequence[str], on: date) -> list[Named]:
    """The place each text names, in the order of `texts`."""
    places = named_places(on)
    return [places.find(text) for text in texts]


def _region(version: RegionVersion) -> RegionRow:
    return RegionRow(
        code=version.region.code,
        name=version.name,
        name_en=version.name_en,
        level=Level(version.level),
        kind=RegionKind(version.kind),
        aliases=tuple(version.aliases),
        predecessors=tuple(version.predecessors),
        pinyin=version.pinyin,
    )


def _grid(version: GridVersion) -> GridRow:
    return GridRow(
        id=version.grid_id,
        code=version.grid.code,
        name=version.name,
        name_en=version.name_en,
        kind=GridKind(version.kind),
        region_code=version.region_code,
        residents=version.residents,
    )
