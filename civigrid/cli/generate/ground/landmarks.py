"""Keeps ground for the landmarks that the recipe names, before anything is built."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from civigrid.cli.generate.ground.blocks import Blocks, fabric
from civigrid.cli.generate.ground.lattice import Ints
from civigrid.cli.generate.ground.partition import Area, Parted
from civigrid.cli.generate.ground.sketch import Flags
from civigrid.cli.generate.ground.uses import HOMES, SPECIAL, Use, Used
from civigrid.cli.generate.recipe import LandmarkRecipe, Recipe
from civigrid.places.rules import AddressKind

BY_PLACE = {
    "N1": Use.SLABS, "N2": Use.WALKUP, "V": Use.HAMLET, "P": Use.PARK, "W": Use.WATER, "S1": Use.SITE, "S2": Use.SITE,
    "S3": Use.SITE, "S4": Use.SITE, "M": Use.MARKET, "X": Use.FACTORY, "K": Use.SCHOOL,
}  # fmt: skip
BY_ENDING = {"体育场": Use.STADIUM, "站": Use.STATION, "大楼": Use.MALL, "老街": Use.SHOPS, "商场": Use.MALL}


@dataclass(frozen=True, slots=True)
class Reserved:
    """The lot of each landmark of the district; -1 for one that lies on a road. `shared`: another one has the lot."""

    landmarks: tuple[LandmarkRecipe, ...]
    lots: tuple[int, ...]
    towns: tuple[int, ...]


def reserved(part: Parted, blocks: Blocks, uses: Used, recipe: Recipe, draw: np.random.Generator) -> Reserved:
    """Gives every landmark whose town is in the district a lot, and changes what the lot is for. Special grids of the
    landmark's use come first."""
    keeper = _Keeper(part, blocks, uses, draw)
    found, lots, towns = [], [], []
    for each in recipe.landmarks:
        town = _town(each, part.areas)
        if town < 0:
            continue
        found.append(each)
        towns.append(town)
        on_road = each.kind is AddressKind.STOP or bool(each.road)
        lots.append(-1 if on_road else keeper.lot(each, town))
    return Reserved(tuple(found), tuple(lots), tuple(towns))


def _town(landmark: LandmarkRecipe, areas: Sequence[Area]) -> int:
    """The first of its towns that is here, as a number; -1 where none is."""
    numbers = {area.town.name: area.town_at for area in areas}
    return next((numbers[name] for name in landmark.towns if name in numbers), -1)


def wanted(landmark: LandmarkRecipe) -> Use:
    """What its ground is for."""
    if landmark.use:
        return SPECIAL[landmark.use.value]
    if landmark.place_kind in BY_PLACE:
        return BY_PLACE[landmark.place_kind]
    return next((use for ending, use in BY_ENDING.items() if landmark.name.endswith(ending)), Use.PUBLIC)


class _Keeper:
    def __init__(self, part: Parted, blocks: Blocks, uses: Used, draw: np.random.Generator) -> None:
        self.part, self.blocks, self.uses, self.draw = part, blocks, uses, draw
        self.size = uses.lots.wide * uses.lots.high
        self.taken: set[int] = set()
        self.town = np.array([area.town_at for area in part.areas])[blocks.grid]
        self.special = np.array([area.plan.use for area in part.areas])[blocks.grid]

    def lot(self, landmark: LandmarkRecipe, town: int) -> int:
        """The lot for a landmark in a town, and from now on it is for that."""
        use = wanted(landmark)
        free = self.town == town
        free[sorted(self.taken)] = False
        named = free & np.array([landmark.name in area.plan.name for area in self.part.areas])[self.blocks.grid]
        own = free & (self.special == landmark.use.value) if landmark.use else np.zeros(len(free), dtype=bool)
        here = [name for name in landmark.communities if name in {area.community.name for area in self.part.areas}]
        inside = np.array([area.community.name in here[:1] for area in self.part.areas])[self.blocks.grid]
        alike = free & (self.uses.use == use)
        ordinary = free & (self.special == "") & self._spare()
        choices = (named & own, own & inside, own, alike & inside, ordinary & inside, alike, ordinary, free)
        place = next(np.flatnonzero(each) for each in choices if each.any())
        found = self._best(place, use)
        self.uses.use[found] = use
        self.taken.update(self._beside(found) if self.special[found] else [found])
        return found

    def _best(self, place: Ints, use: Use) -> int:
        """The largest of a special grid; else one that is large enough, not always the largest."""
        size = self.size[place]
        if self.special[place[0]]:
            return int(place[np.argmax(size)])
        rank = np.minimum(size, 24_000.0 if use in HOMES else 14_000.0) * self.draw.uniform(0.75, 1.0, len(place))
        rank = rank * np.where(self.uses.use[place] == use, 1.3, 1.0)
        return int(place[np.argmax(rank)])

    def _spare(self) -> Flags:
        """Lots that may become something else: no home, or not the last ones of their grid."""
        home = np.isin(self.uses.use, [int(use) for use in HOMES])
        homes = np.bincount(self.blocks.grid, home, len(self.part.areas))
        return np.asarray((~home | (homes[self.blocks.grid] > 1)) & (self.size > 0))

    def _beside(self, lot: int) -> list[int]:
        """A landmark fills a special grid that has no streets inside."""
        own = np.flatnonzero(self.blocks.grid == self.blocks.grid[lot])
        return [lot] if fabric(self.part.areas[int(self.blocks.grid[lot])]) else own.tolist()
