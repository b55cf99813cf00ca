"""Regions, grids and what stands in them: what their codes say, and what lies where. Values in, values out."""

from civigrid.places.rules.area import area_of
from civigrid.places.rules.cells import CELL_ZOOM, cells_between, cells_of
from civigrid.places.rules.grids import GRID_DIGITS, NOWHERE, GridIndex, GridKind, NewGrid
from civigrid.places.rules.named import Nameable, Named, NamedPlaces
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
    "ASSET_DIGITS", "CELL_ZOOM", "DIGITS", "FEATURE_KINDS", "GRID_DIGITS", "KINDS_OF", "NOWHERE", "AddressKind",
    "BuildingKind", "FeatureKind", "GridIndex", "GridKind", "LayerStyle", "Level", "Nameable", "Named", "NamedPlaces",
    "NewAddress", "NewAsset", "NewBuilding", "NewFeature", "NewGrid", "NewRegion", "RegionKind", "area_of", "cells_between",
    "cells_of", "level_of", "parent_of", "with_predecessors",
]  # fmt: skip
