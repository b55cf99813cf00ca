"""Everything that is read of regions and grids. Frozen rows; the dictionaries are shared, never change them."""

from civigrid.places.queries.grids import GridRow, grid_index, grids, shapes
from civigrid.places.queries.regions import RegionRow, find_named, named_places, regions
from civigrid.places.queries.stamp import AREA

__all__ = ["AREA", "GridRow", "RegionRow", "find_named", "grid_index", "grids", "named_places", "regions", "shapes"]
