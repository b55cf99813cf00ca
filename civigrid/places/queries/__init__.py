"""Everything that is read of regions, grids and what stands in them. Frozen rows; what is kept is shared, never change
it."""

from civigrid.places.queries.grids import GridRow, grid_index, grids, shapes
from civigrid.places.queries.history import (
    GridPast,
    address_history,
    asset_history,
    building_history,
    grid_history,
    grid_names,
    region_history,
    region_names,
)
from civigrid.places.queries.layers import FeatureSet, features
from civigrid.places.queries.regions import RegionRow, find_named, named_places, regions
from civigrid.places.queries.search import (
    Standing,
    addresses_after,
    assets_after,
    find_grids,
    find_regions,
    layer_counts,
    standing,
)
from civigrid.places.queries.stamp import AREA
from civigrid.places.queries.things import (
    AddressRow,
    AssetRow,
    BuildingRow,
    addresses_of,
    assets_in,
    assets_of,
    buildings_in,
    buildings_of,
    find_addresses,
    find_assets,
)

__all__ = [
    "AREA",
    "AddressRow",
    "AssetRow",
    "BuildingRow",
    "FeatureSet",
    "GridPast",
    "GridRow",
    "RegionRow",
    "Standing",
    "address_history",
    "addresses_after",
    "addresses_of",
    "asset_history",
    "assets_after",
    "assets_in",
    "assets_of",
    "building_history",
    "buildings_in",
    "buildings_of",
    "features",
    "find_addresses",
    "find_assets",
    "find_grids",
    "find_named",
    "find_regions",
    "grid_history",
    "grid_index",
    "grid_names",
    "grids",
    "layer_counts",
    "named_places",
    "region_history",
    "region_names",
    "regions",
    "shapes",
    "standing",
]
