"""What regions, grids and the things in them were: also of those that no longer exist."""

from __future__ import annotations

from dataclasses import dataclass

import shapely
from django.db.models import Model, QuerySet

from civigrid.base import stamps
from civigrid.base.editions import Edition, editions
from civigrid.places.models import (
    AddressVersion,
    AssetVersion,
    BuildingVersion,
    Grid,
    GridVersion,
    RegionVersion,
)
from civigrid.places.queries.grids import GridRow, grid_row
from civigrid.places.queries.regions import RegionRow, region_row
from civigrid.places.queries.stamp import AREA
from civigrid.places.queries.things import (
    AddressRow,
    AssetRow,
    BuildingRow,
    address_row,
    asset_row,
    building_row,
)
from civigrid.places.rules import area_of


@dataclass(frozen=True, slots=True)
class GridPast:
    """A grid as it was, with its shape (EPSG:4326) and the ground it covered, in square metres."""

    grid: GridRow
    shape: shapely.Geometry
    area: float


def region_history(code: str) -> list[Edition[RegionRow]]:
    """What the region was, the newest edition first; [] where there never was one of that code. So are the others."""
    return editions(_of(RegionVersion, "region", code), region_row)


def grid_history(code: str) -> list[Edition[GridPast]]:
    """What the grid was."""
    return editions(_of(GridVersion, "grid", code), _grid_past)


def building_history(code: str) -> list[Edition[BuildingRow]]:
    """What the building was."""
    return editions(
        _of(BuildingVersion, "building", code),
        lambda version: building_row(version, shapely.from_wkb(bytes(version.shape))),
    )


def address_history(code: str) -> list[Edition[AddressRow]]:
    """What the address was."""
    return editions(_of(AddressVersion, "address", code), address_row)


def asset_history(code: str) -> list[Edition[AssetRow]]:
    """What the asset was."""
    return editions(_of(AssetVersion, "asset", code), asset_row)


@stamps.kept(AREA)
def region_names() -> dict[str, tuple[str, str]]:
    """(name, English name) of every region there ever was, by code; as the last version calls it."""
    return _last_names(RegionVersion, "region")


@stamps.kept(AREA)
def grid_names() -> dict[str, tuple[str, str]]:
    """(name, English name) of every grid there ever was, by code."""
    return _last_names(GridVersion, "grid")


@stamps.kept(AREA)
def grid_names_by_id() -> dict[int, tuple[str, str]]:
    """The same by the grid's id."""
    names = grid_names()
    return {grid_id: names[code] for grid_id, code in Grid.objects.values_list("id", "code") if code in names}


def _of(model: type[Model], identity: str, code: str) -> QuerySet[Model]:
    return model._default_manager.filter(**{f"{identity}__code": code}, valid__isempty=False).select_related(identity)


def _last_names(model: type[Model], identity: str) -> dict[str, tuple[str, str]]:
    found = model._default_manager.filter(valid__isempty=False).order_by(f"{identity}_id", "-valid__startswith")
    rows = found.distinct(f"{identity}_id").values_list(f"{identity}__code", "name", "name_en")
    return {code: (name, name_en) for code, name, name_en in rows}


def _grid_past(version: GridVersion) -> GridPast:
    shape = shapely.from_wkb(bytes(version.shape))
    return GridPast(grid_row(version), shape, area_of(shape))
