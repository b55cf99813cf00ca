"""One district from its plan to the rows of all files."""

from __future__ import annotations

from civigrid.cli.generate.ground.addresses import addressed
from civigrid.cli.generate.ground.assets import assets_of, poles
from civigrid.cli.generate.ground.canvas import canvas
from civigrid.cli.generate.ground.drawn import DistrictGround
from civigrid.cli.generate.ground.frame import Frame, Plot
from civigrid.cli.generate.ground.layers import layers_of
from civigrid.cli.generate.ground.places import places_of
from civigrid.cli.generate.model import DistrictPlan
from civigrid.cli.generate.recipe import Recipe


def district_ground(district: DistrictPlan, plot: Plot, frame: Frame, recipe: Recipe) -> DistrictGround:
    """All rows of a district."""
    drawn = canvas(district, plot, frame, recipe)
    places = places_of(drawn)
    buildings, addresses, sites = addressed(drawn, places)
    grids = [(area.plan, shape) for area, shape in zip(drawn.part.areas, drawn.grids, strict=True)]
    layers = {**layers_of(drawn, places), "sites": sites}
    assets = assets_of(drawn, places)
    return DistrictGround(district, grids, buildings, [*addresses, *poles(recipe, assets)], assets, layers)
