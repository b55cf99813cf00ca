"""Saving what a city pack says of the ground. One file for its areas, one for what stands in them."""

from civigrid.places.actions.areas import save_grids, save_regions
from civigrid.places.actions.things import save_addresses, save_assets, save_buildings, save_features

__all__ = ["save_addresses", "save_assets", "save_buildings", "save_features", "save_grids", "save_regions"]
