"""From a recipe, a number of grids and a seed to the plan of a city: areas with their codes, names and residents.

A whole city has as many grids as the recipe's towns together (708). Fewer grids make fewer towns, taken in the recipe's
order; from twice as many on it is a prefecture of several districts, each about as large as that city.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from math import ceil
from random import Random

from civigrid.base.trouble import Trouble
from civigrid.base.trouble import gettext_noop as _
from civigrid.cli.generate.model import CityPlan, CommunityPlan, DistrictPlan, GridPlan, TownPlan
from civigrid.cli.generate.names import combined, dice, fresh, shared
from civigrid.cli.generate.recipe import Named, Recipe, SpecialRecipe, TownRecipe
from civigrid.places.rules import GridKind, RegionKind

LEAST, MOST = 7, 20_000
GRIDS_OF_A_TOWN = 12  # a small city has one town for so many
SPECIAL_FROM = 901
SIZES = (1000, 2000)  # residents of an ordinary grid
_EDGE, _SPREAD = 15, 170.0  # how near the sizes come to those bounds, and how they differ
_LEVELS = ((1, "区"), (20, "县"), (80, "市"))  # codes of districts, counties and county-level cities begin after these


def require_size(grids: int) -> None:
    """Raises Trouble where no city of so many grids can be made."""
    if not LEAST <= grids <= MOST:
        raise Trouble(_("A city of {grids} grids cannot be made."), _("Choose from {least} to {most} grids."),
                      grids=grids, least=LEAST, most=MOST)  # fmt: skip


def city(recipe: Recipe, grids: int, seed: int) -> CityPlan:
    """The whole plan; the same for the same arguments. Raises Trouble where `grids` is out of bounds."""
    require_size(grids)
    whole = sum(town.grids for town in recipe.towns)
    own = recipe.city
    count = 1 if grids <= 2 * whole else round(grids / whole)
    first = DistrictPlan(own.code, own.name, own.name_en, ())
    others = _other_districts(recipe, count - 1, dice(seed, "districts"))
    sizes = shared(grids, [1.0] * count)
    names = _town_names(recipe, dice(seed, "towns"))
    districts = tuple(
        replace(district, towns=_towns(_recipes(recipe, names, at), recipe, size, district.code, seed))
        for at, (district, size) in enumerate(zip([first, *others], sizes, strict=True))
    )
    if count == 1:
        return CityPlan(own.code, own.name, own.name_en, districts)
    prefecture = own.above[-1]
    return CityPlan(prefecture.code, prefecture.name, prefecture.name_en, districts)


def _other_districts(recipe: Recipe, count: int, draw: Random) -> Iterator[DistrictPlan]:
    """Districts, counties and county-level cities in turn, each with the next code of its kind."""
    own = recipe.city
    stems = combined(recipe.stems.districts.first, recipe.stems.districts.last, draw)
    taken = {own.code}
    for at in range(count):
        start, ending = _LEVELS[at % len(_LEVELS)]
        numbers = (own.code[:4] + f"{number:02}" for number in range(start + 1, 100))
        code = next(code for code in numbers if code not in taken)
        taken.add(code)
        name = next(stems) + ending
        yield DistrictPlan(code, name, recipe.in_english(name), ())


def _town_names(recipe: Recipe, draw: Random) -> Iterator[str]:
    return combined(recipe.stems.towns.first, recipe.stems.towns.last, draw)


def _recipes(recipe: Recipe, names: Iterator[str], district: int) -> list[TownRecipe]:
    """The recipe's towns in its order; those of a further district have names of their own."""
    by_name = {town.name: town for town in recipe.towns}
    towns = [by_name[name] for name in recipe.order]
    return towns if district == 0 else [_renamed(town, next(names)) for town in towns]


_ENDINGS = {RegionKind.STREET: "街道", RegionKind.TOWN: "镇", RegionKind.TOWNSHIP: "乡", RegionKind.ZONE: "经济开发区"}


def _renamed(town: TownRecipe, stem: str) -> TownRecipe:
    """A town of the same kind elsewhere: it keeps how it is made and loses every name."""
    return replace(
        town,
        name=stem + _ENDINGS[town.kind],
        name_en="",
        short="",
        short_en="",
        aliases=(),
        special=(),
        residents_committees=(Named(name=f"{stem}社区"),) * bool(town.residents_committees),
        villages=(),
    )


def _towns(towns: Sequence[TownRecipe], recipe: Recipe, grids: int, district: str, seed: int) -> tuple[TownPlan, ...]:
    full = {town.code: town for town in recipe.towns}
    taken = towns[: min(len(towns), max(1, ceil(grids / GRIDS_OF_A_TOWN)))]
    sizes = shared(grids, [town.grids for town in taken], least=1)
    made = [
        _Town(recipe, town, full[town.code], size, district + town.code, seed).plan()
        for town, size in zip(taken, sizes, strict=True)
    ]
    return tuple(sorted(made, key=lambda town: town.code))


class _Town:
    """One town of `grids` grids. `full`: the town of the recipe that says how many communities a whole one has."""

    def __init__(self, recipe: Recipe, town: TownRecipe, full: TownRecipe, grids: int, code: str, seed: int) -> None:
        self.recipe, self.town, self.full, self.grids, self.code = recipe, town, full, grids, code
        self.draw = dice(seed, code)
        self.share = grids / full.grids

    def plan(self) -> TownPlan:
        town, english = self.town, self.recipe.in_english
        return TownPlan(
            code=self.code,
            name=town.name,
            name_en=english(town.name, town.name_en),
            kind=town.kind,
            character=town.character,
            km2=round(town.km2 * self.share, 3),
            communities=self._communities(),
        )

    def _communities(self) -> tuple[CommunityPlan, ...]:
        special = self._special()
        ordinary = self.grids - len(special)
        areas = self._areas(ordinary)
        sizes = shared(ordinary, [self._weight(kind) for _, _, kind in areas], least=1)
        residents = iter(self._residents(ordinary))
        places = _places(special, [name for _, name, _ in areas], self.draw)
        return tuple(
            self._community(*area, [next(residents) for _ in range(size)], own)
            for area, size, own in zip(areas, sizes, places, strict=True)
        )

    def _weight(self, kind: RegionKind) -> float:
        """A village has fewer grids than a town's centre, and no two are alike."""
        return self.draw.uniform(0.7, 1.3) * (0.7 if kind is RegionKind.VILLAGE else 1.0)

    def _areas(self, ordinary: int) -> list[tuple[str, str, RegionKind]]:
        """(code, name, kind) of the communities: in the same shares as in a whole town, at least those of `least`."""
        full = self.full
        kinds = [len(full.residents_committees), len(full.villages)]
        wanted = max(round(sum(kinds) * self.share), min(sum(kinds), round(ordinary / full.least)))
        count = min(ordinary, max(1, wanted))
        committees = shared(count, kinds)[0]
        committees = min(count, max(1, committees))
        stems = self.recipe.stems
        by_parts = combined(stems.communities.first, stems.communities.last, self.draw)
        urban = fresh(
            [each.name for each in self.town.residents_committees], (f"{n}社区" for n in by_parts), committees
        )
        rural = fresh([each.name for each in self.town.villages], self._village_names(), count - committees)
        return [(f"{self.code}{at:03}", name, RegionKind.RESIDENTS) for at, name in enumerate(urban, start=1)] + [
            (f"{self.code}{at:03}", name, RegionKind.VILLAGE) for at, name in enumerate(rural, start=200)
        ]

    def _village_names(self) -> Iterator[str]:
        """Surnames and forms of the land in turn."""
        stems = self.recipe.stems
        land = combined(stems.villages.first, stems.villages.last, self.draw)
        families = list(stems.surnames_of_villages)
        self.draw.shuffle(families)
        for family in families:
            yield f"{family}家村"
            yield f"{next(land)}村"
        yield from (f"{name}村" for name in land)

    def _special(self) -> list[SpecialRecipe]:
        """The first of those listed, then of the town's own kind."""
        count = max(1, round(len(self.full.special) * self.share)) if self.grids > 1 else 0
        uses = [each.use for each in self.full.special]
        stem = self.town.name.removesuffix(_ENDINGS[self.town.kind])
        found = list(self.town.special[:count])
        names = {each.name for each in found}
        while len(found) < count:
            use = uses[len(found) % len(uses)]
            found.append(SpecialRecipe(name=_unused(stem, self.recipe.special_names[use.value], names), use=use))
            names.add(found[-1].name)
        return found

    def _residents(self, grids: int) -> list[int]:
        """Residents of the ordinary grids: those of the town, exactly, and each grid within its bounds."""
        full = self.full
        total = round(full.residents * grids / (full.grids - len(full.special)))
        low, high = SIZES[0] + _EDGE, SIZES[1] - _EDGE
        found = [min(high, max(low, round(self.draw.gauss(total / grids, _SPREAD)))) for _ in range(grids)]
        while missing := total - sum(found):
            step = 1 if missing > 0 else -1
            room = [at for at, size in enumerate(found) if low <= size + step <= high]
            for at in self.draw.sample(room, min(len(room), abs(missing))):
                found[at] += step
        return found

    def _community(
        self, code: str, name: str, kind: RegionKind, residents: Sequence[int], special: Sequence[SpecialRecipe]
    ) -> CommunityPlan:
        pinned = {each.name: each.name_en for each in (*self.town.residents_committees, *self.town.villages)}
        name_en = self.recipe.in_english(name, pinned.get(name, ""))
        town = self.town.short or self.town.name
        ordinary = [
            GridPlan(f"{code}{at:03}", f"{town}{name}第{at:02}网格", f"{name_en} Grid {at:02}", GridKind.ORDINARY, size)
            for at, size in enumerate(residents, start=1)
        ]
        return CommunityPlan(code, name, name_en, kind, (*ordinary, *self._special_grids(code, town + name, special)))

    def _special_grids(self, code: str, before: str, special: Sequence[SpecialRecipe]) -> Iterator[GridPlan]:
        for at, each in enumerate(special):
            name_en = f"{self.recipe.in_english(each.name, each.name_en)} Special Grid"
            number = f"{code}{SPECIAL_FROM + at}"
            yield GridPlan(number, f"{before}{each.name}专属网格", name_en, GridKind.SPECIAL, 0, each.use.value)


def _unused(stem: str, kinds: Sequence[str], taken: set[str]) -> str:
    names = (
        f"{stem}{number}{kind}" for number in ("", *"二三四五六七八九", *map(str, range(10, 1000))) for kind in kinds
    )
    return next(name for name in names if name not in taken)


def _places(special: Sequence[SpecialRecipe], names: Sequence[str], draw: Random) -> list[list[SpecialRecipe]]:
    """The special grids of each community: where the recipe puts them, else anywhere."""
    found: list[list[SpecialRecipe]] = [[] for _ in names]
    for each in special:
        found[names.index(each.community) if each.community in names else draw.randrange(len(names))].append(each)
    return found
