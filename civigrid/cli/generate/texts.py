"""regions.csv, and the files of the pattern that change with the city: city.yaml and reports.yaml."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

import yaml

from civigrid.cli.generate.model import CityPlan
from civigrid.cli.generate.recipe import AreaName, Recipe
from civigrid.cli.generate.tables import Cells

REGIONS = ("code", "name", "name_en", "kind", "aliases", "predecessors")
_ITEM = re.compile(r"^(?=- )", re.MULTILINE)


def regions(plan: CityPlan, recipe: Recipe, places: Mapping[str, Sequence[str]]) -> Iterator[Cells]:
    """From the province down to the communities. `places`: the names of what lies in each community."""
    towns = {town.name: town.aliases for town in recipe.towns}
    for area in _above(plan, recipe):
        yield {"code": area.code, "name": area.name, "name_en": area.name_en}
    for town in plan.towns:
        named = {"code": town.code, "name": town.name, "name_en": town.name_en, "kind": town.kind.value}
        yield {**named, "aliases": "|".join(towns.get(town.name, ()))}
        for community in town.communities:
            words = dict.fromkeys(places.get(community.code, ()))
            words.pop(community.name, None)
            yield {
                "code": community.code,
                "name": community.name,
                "name_en": community.name_en,
                "kind": community.kind.value,
                "aliases": "|".join(words),
            }


def _above(plan: CityPlan, recipe: Recipe) -> Iterator[AreaName]:
    """The regions above the towns."""
    yield from (area for area in recipe.city.above if len(area.code) < len(plan.root))
    if all(district.code != plan.root for district in plan.districts):
        yield AreaName(plan.root, plan.name, plan.name_en)
    for district in plan.districts:
        yield AreaName(district.code, district.name, district.name_en)


def city(pattern: str, plan: CityPlan) -> str:
    """city.yaml of the pattern, about this city: its name and code are others where it is a prefecture."""
    for key, value in (("name", plan.name), ("name_en", plan.name_en), ("root", plan.root)):
        pattern = re.sub(
            rf"(?m)^{key}:.*$", f'{key}: "{value}"' if key == "root" else f"{key}: {value}", pattern, count=1
        )
    return pattern


def reports(pattern: str, addresses: Mapping[str, int]) -> str:
    """reports.yaml of the pattern without the reports from places that this city has not, or has twice.

    `addresses`: how often the city has an address of each name.
    """
    head, *items = _ITEM.split(pattern)
    places = [yaml.safe_load(item)[0].get("at", "") for item in items]
    return head + "".join(item for item, at in zip(items, places, strict=True) if not at or addresses.get(at) == 1)
