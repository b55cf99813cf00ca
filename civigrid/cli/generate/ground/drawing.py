"""Draws a planned city, one district after the other: only one is held in memory."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from civigrid.base.trouble import Trouble
from civigrid.base.trouble import gettext_noop as _
from civigrid.cli.generate.ground.characters import CHARACTERS
from civigrid.cli.generate.ground.district import district_ground
from civigrid.cli.generate.ground.drawn import DistrictGround
from civigrid.cli.generate.ground.frame import Frame
from civigrid.cli.generate.ground.sketch import fitted
from civigrid.cli.generate.model import CityPlan
from civigrid.cli.generate.recipe import RECIPE, Recipe

Progress = Callable[[int, int], None]  # grids drawn so far, of how many


def _silent(_done: int, _all: int) -> None:
    """Nobody waits."""


@dataclass(frozen=True, slots=True)
class Ground:
    """A city's frame; what stands in it is drawn when it is asked for."""

    plan: CityPlan
    recipe: Recipe
    frame: Frame
    progress: Progress = _silent

    def districts(self) -> Iterator[DistrictGround]:
        """Each district's ground, in the order of the plan."""
        done, whole = 0, sum(len(list(town.grids)) for town in self.plan.towns)
        for district, plot in zip(self.plan.districts, self.frame.plots, strict=True):
            drawn = district_ground(district, plot, self.frame, self.recipe)
            done += len(drawn.grids)
            self.progress(done, whole)
            yield drawn


def draw(plan: CityPlan, recipe: Recipe, seed: int, progress: Progress = _silent) -> Ground:
    """The ground of a city, the same for the same plan, recipe and seed. `progress` is told after each district.

    Raises Trouble where a town has a character that nobody can draw."""
    for town in plan.towns:
        if town.character not in CHARACTERS:
            raise Trouble(_("{file}: {key} names {name}, which is not there."), _("Known are: {known}"), file=RECIPE,
                          key=f"towns.{town.name}.character", name=town.character, known=", ".join(CHARACTERS))  # fmt: skip
    return Ground(plan, recipe, fitted(plan, recipe.ground.lon, recipe.ground.lat, seed), progress)
