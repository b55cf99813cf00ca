"""Regions, grids and what stands in them: what their codes say, and what lies where. Values in, values out."""

from civigrid.places.rules.area import area_of
from civigrid.places.rules.book import AddressBook, KnownPlace, Mentioned
from civigrid.places.rules.cells import CELL_ZOOM, cells_between, cells_of
from civigrid.places.rules.crossings import Roads
from civigrid.places.rules.crs import SHIFTED, Crs, to_wgs84
from civigrid.places.rules.edges import GridEdges
from civigrid.places.rules.grids import GRID_DIGITS, NOWHERE, GridIndex, GridKind, NewGrid
from civigrid.places.rules.kinds import PlaceKinds
from civigrid.places.rules.metres import apart
from civigrid.places.rules.named import Nameable, Named, NamedPlaces
from civigrid.places.rules.nearby import AssetIndex, NearAsset
from civigrid.places.rules.plates import key, parted, search_keys
from civigrid.places.rules.regions import (
    DIGITS,
    KINDS_OF,
    Level,
    NewRegion,
    RegionKind,
    level_of,
    parent_of,
    with_predecessors,
)
from civigrid.places.rules.things import (
    ASSET_DIGITS,
    FEATURE_KINDS,
    AddressKind,
    BuildingKind,
    FeatureKind,
    LayerStyle,
    NewAddress,
    NewAsset,
    NewBuilding,
    NewFeature,
)

__all__ = [
    "ASSET_DIGITS", "CELL_ZOOM", "DIGITS", "FEATURE_KINDS", "GRID_DIGITS", "KINDS_OF", "NOWHERE", "SHIFTED",
    "AddressBook", "AddressKind", "AssetIndex", "BuildingKind", "Crs", "FeatureKind", "GridEdges", "GridIndex",
    "GridKind", "KnownPlace", "LayerStyle", "Level", "Mentioned", "Nameable", "Named", "NamedPlaces", "NearAsset",
    "NewAddress", "NewAsset", "NewBuilding", "NewFeature", "NewGrid", "NewRegion", "PlaceKinds", "RegionKind",
    "Roads", "apart", "area_of", "cells_between", "cells_of", "key", "level_of", "parent_of", "parted", "search_keys",
    "to_wgs84", "with_predecessors",
]  # fmt: skip
