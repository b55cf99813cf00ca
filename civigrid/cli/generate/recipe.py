"""recipe.yaml: how a city of any size is made after a pack. Read into frozen dataclasses; no Django here."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

import yaml

from civigrid.base.trouble import Trouble
from civigrid.base.trouble import gettext_noop as _
from civigrid.cli.generate.fields import built
from civigrid.cli.generate.names import English
from civigrid.cli.generate.staff import PeopleRecipe, UnitsRecipe
from civigrid.places.rules import AddressKind, FeatureKind, RegionKind

RECIPE, CITY, REGIONS = "recipe.yaml", "city.yaml", "regions.csv"


class Use(StrEnum):
    """What a special grid is for."""

    PARK = "park"
    MARKET = "market"
    INDUSTRY = "industry"
    SCHOOL = "school"
    HOSPITAL = "hospital"
    FOREST = "forest"
    WATER = "water"
    PORT = "port"


class Spread(StrEnum):
    """Where assets stand."""

    ROADS = "roads"  # along those of the classes of `along`
    CROSSING = "crossing"
    PARK = "park"
    VILLAGE = "village"


@dataclass(frozen=True, slots=True)
class Point:
    lon: float
    lat: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """A name; `name_en` "" is the Chinese one spelled. `towns`: where it must be, in the order of preference; in each of
    them one of its own where it is there `twice`."""

    name: str
    name_en: str = ""
    letters: str = ""
    ref: str = ""
    town: str = ""
    towns: tuple[str, ...] = ()
    twice: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SpecialRecipe:
    """A special grid 专属网格 and the community it belongs to, "" for any."""

    name: str
    use: Use
    name_en: str = ""
    community: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TownRecipe:
    """A town at the size of a whole city. `code`: its three digits; `short` stands before the names of its grids.
    `least`: ordinary grids of a community where the city is small."""

    name: str
    code: str
    kind: RegionKind
    character: str
    residents: int
    km2: float
    grids: int
    letters: str
    residents_committees: tuple[Named, ...]
    villages: tuple[Named, ...] = ()
    special: tuple[SpecialRecipe, ...] = ()
    name_en: str = ""
    short: str = ""
    short_en: str = ""
    least: float = 3.0
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """Names put together of a first and a last part."""

    first: tuple[str, ...]
    last: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StemsRecipe:
    """For areas that have no name of their own in the recipe."""

    communities: Parts
    surnames_of_villages: tuple[str, ...]
    villages: Parts
    towns: Parts
    districts: Parts


@dataclass(frozen=True, slots=True, kw_only=True)
class RoadsRecipe:
    """Named roads, the main ones first; further ones are a stem and an ending and 路, 街 or 巷."""

    east_west: tuple[Named, ...]
    north_south: tuple[Named, ...]
    lanes: tuple[Named, ...]
    stems: tuple[str, ...]
    endings: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LandmarkRecipe:
    """A place that must exist as an address, in the first of `towns` that the city has; a polygon of the layer of
    places too where it has a place kind. `communities`: in the first of these that there is; `road`: on this road;
    `use`: in a grid of that use if there is one."""

    name: str
    kind: AddressKind
    towns: tuple[str, ...]
    name_en: str = ""
    place_kind: str = ""
    use: Use | None = None
    communities: tuple[str, ...] = ()
    road: str = ""
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class WaterRecipe:
    river: Named
    lake: Named
    reservoir: Named
    streams: tuple[Named, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class EstatesRecipe:
    """Compounds with a property firm (N1) and without (N2): names, then a stem and an ending."""

    managed: tuple[str, ...]
    managed_stems: tuple[str, ...]
    managed_endings: tuple[str, ...]
    unmanaged: tuple[str, ...]
    unmanaged_stems: tuple[str, ...]
    unmanaged_endings: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Combined:
    """Names of a stem and an ending; `names` are whole. Where neither is given or left, the community's stem has an ending."""

    endings: tuple[str, ...]
    stems: tuple[str, ...] = ()
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AssetRecipe:
    """Assets of one matter. `every`: metres; `owner`: shares of units, "" is an owner nobody knows; `name` takes
    {letters} of the road and {n}, counted along it from 1, or from the `first` of these letters; `address`: each is an
    address too, as a pole is by its number."""

    owner: Mapping[str, float]
    at: Spread = Spread.ROADS
    along: tuple[FeatureKind, ...] = ()
    every: float = 100.0
    keeper: str = ""
    name: str = ""
    address: bool = False
    first: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class AreaName:
    code: str
    name: str
    name_en: str


@dataclass(frozen=True, slots=True)
class CityNames:
    """The pattern's own city, and the regions above it from the highest."""

    code: str
    name: str
    name_en: str
    above: tuple[AreaName, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """The whole of recipe.yaml. `city` is read from the pack beside it."""

    city: CityNames
    ground: Point
    english: Mapping[str, str]
    english_parts: Mapping[str, str]
    order: tuple[str, ...]
    towns: tuple[TownRecipe, ...]
    stems: StemsRecipe
    special_names: Mapping[str, tuple[str, ...]]
    roads: RoadsRecipe
    crossings: tuple[tuple[str, str], ...]
    doors: tuple[str, ...]  # house numbers that every road of that name has
    landmarks: tuple[LandmarkRecipe, ...]
    water: WaterRecipe
    rail: Named
    expressway: Named
    highways: tuple[Named, ...]
    estates: EstatesRecipe
    schools: Combined
    hospitals: Combined
    markets: Combined
    parks: Combined
    factories: Combined
    hamlets: tuple[str, ...]
    assets: Mapping[str, AssetRecipe]
    units: UnitsRecipe
    people: PeopleRecipe

    def in_english(self, name: str, given: str = "") -> str:
        """The English name: the one given, else the Chinese one spelled, with the words for its ending."""
        return given or English(self.english, self.english_parts).of(name)


def read(folder: Path) -> Recipe:
    """The recipe of a pack's folder. Raises Trouble with file and key, and OSError where it cannot be read."""
    if not (folder / RECIPE).is_file():
        raise Trouble(_("{folder} holds no recipe.yaml, which says how a city is made after this pack."),
                      _("Name another folder with --like, or leave it out."), folder=folder)  # fmt: skip
    values = _yaml(folder / RECIPE)
    if not isinstance(values, dict):
        raise Trouble(_("{file} is no mapping."), _("docs/city-pack.md tells its keys."), file=folder / RECIPE)
    recipe = built(Recipe, {**values, "city": _city(folder)}, file=RECIPE)
    _hold_together(recipe)
    assert isinstance(recipe, Recipe)
    return recipe


def _city(folder: Path) -> dict[str, Any]:
    city = _yaml(folder / CITY) or {}
    code = str(city.get("root", ""))
    rows = csv.DictReader(io.StringIO((folder / REGIONS).read_text("utf-8-sig"), newline=""))
    above = [
        {"code": row["code"], "name": row["name"], "name_en": row.get("name_en") or row["name"]}
        for row in rows
        if code.startswith(row["code"]) and row["code"] != code
    ]
    return {
        "code": code,
        "name": str(city.get("name", "")),
        "name_en": str(city.get("name_en") or city.get("name", "")),
        "above": sorted(above, key=lambda row: len(row["code"])),
    }


def _yaml(path: Path) -> Any:
    try:
        return yaml.safe_load(path.read_text("utf-8-sig"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise Trouble(_("{file} cannot be read: {said}"), _("Put it right; it is YAML in UTF-8."), file=path.name,
                      said=error) from error  # fmt: skip


def _hold_together(recipe: Recipe) -> None:
    """What one key says of another. Raises Trouble."""
    names = {town.name for town in recipe.towns}
    roads = {road.name for road in (*recipe.roads.east_west, *recipe.roads.north_south)}
    wanted = [("order", name, names) for name in recipe.order]
    wanted += [(f"landmarks.{each.name}.towns", town, names) for each in recipe.landmarks for town in each.towns]
    wanted += [("crossings", name, roads) for pair in recipe.crossings for name in pair]
    for key, name, among in wanted:
        if name not in among:
            raise Trouble(_("{file}: {key} names {name}, which is not there."), _("Known are: {known}"), file=RECIPE,
                          key=key, name=name, known=", ".join(sorted(among)))  # fmt: skip
    if sorted(recipe.order) != sorted(names):
        raise Trouble(_("{file}: order must name every town once."), _("Known are: {known}"), file=RECIPE,
                      known=", ".join(sorted(names)))  # fmt: skip
    if len(recipe.city.code) != 6 or not any(len(area.code) == 4 for area in recipe.city.above):
        raise Trouble(_("{file}: a pattern's root has 6 digits, and regions.csv holds the 4 digits above it."),
                      _("Take another pack as the pattern."), file=CITY)  # fmt: skip
