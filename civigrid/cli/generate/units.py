"""units.csv: the pattern's city units as they are, and the nodes of each town and community of the plan."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from civigrid.cli.generate.model import CityPlan, CommunityPlan, TownPlan
from civigrid.cli.generate.recipe import Recipe
from civigrid.cli.generate.staff import NodeRecipe
from civigrid.cli.generate.tables import Cells, flag

COLUMNS = ("code", "name", "name_en", "kind", "parent", "region", "calendar", "night_duty", "aliases")
FIRST_NODE, WHOLE_CITY = "00", "1000"
_DISTRICT = 6  # digits


@dataclass(frozen=True, slots=True)
class UnitPlan:
    """A unit of the plan. `seat` says what kind of unit it is, as the seats of a recipe name it."""

    cells: Cells
    seat: str

    @property
    def code(self) -> str:
        return self.cells["code"]

    @property
    def night_duty(self) -> bool:
        return self.cells["night_duty"] == "yes"


def units(plan: CityPlan, recipe: Recipe, pattern: Sequence[Mapping[str, str]]) -> Iterator[UnitPlan]:
    """From the city's own units down to its communities'. `pattern`: the rows of the pattern's units.csv."""
    for row in pattern:
        if len(row["region"]) <= _DISTRICT:
            yield UnitPlan(_city_unit(row, plan, recipe), row["code"])
    for town in plan.towns:
        yield from _of_town(town, recipe)
    for town in plan.towns:
        for community in town.communities:
            yield UnitPlan(_committee(town, community, recipe), "community")


def _city_unit(row: Mapping[str, str], plan: CityPlan, recipe: Recipe) -> Cells:
    """As in the pattern; of a prefecture each unit looks after a level more, and some are called otherwise."""
    cells = {column: row.get(column, "") for column in COLUMNS}
    if plan.root == recipe.city.code:
        return cells
    above = [area.code for area in recipe.city.above]
    wider = dict(zip([*above[1:], recipe.city.code], above, strict=True))
    cells["region"] = wider.get(cells["region"], cells["region"])
    if called := recipe.units.prefecture.get(cells["code"]):
        cells |= {"name": called.name, "name_en": called.name_en, "aliases": ""}
    return cells


def _of_town(town: TownPlan, recipe: Recipe) -> Iterator[UnitPlan]:
    nodes = (node for node in recipe.units.town if not node.kinds or town.kind in node.kinds)
    for node in nodes:
        yield UnitPlan(_node(town, node, recipe), f"town/{node.code}")


def _node(town: TownPlan, node: NodeRecipe, recipe: Recipe) -> Cells:
    head = node.code == FIRST_NODE
    aliases = [alias.format(town=town.name) for alias in node.aliases]
    if head:
        aliases += next((each.aliases for each in recipe.towns if each.name == town.name), ())
    return {
        "code": town.code + node.code,
        "name": town.name + node.name,
        "name_en": f"{_short_english(town)} {node.name_en}",
        "kind": node.kind.value,
        "parent": node.parent or (WHOLE_CITY if head else town.code + FIRST_NODE),
        "region": town.code,
        "calendar": node.calendar,
        "night_duty": flag(node.night_duty),
        "aliases": "|".join(aliases),
    }


def _short_english(town: TownPlan) -> str:
    """Yingtao Subdistrict's offices are Yingtao offices."""
    return town.name_en.removesuffix(" Subdistrict").removesuffix(" Town").removesuffix(" Township")


def _committee(town: TownPlan, community: CommunityPlan, recipe: Recipe) -> Cells:
    kind = recipe.units.community[community.kind]
    stem = community.name.removesuffix("社区")
    return {
        "code": community.code,
        "name": community.name + kind.name,
        "name_en": f"{community.name_en} {kind.name_en}",
        "kind": "community",
        "parent": town.code + FIRST_NODE,
        "region": community.code,
        "night_duty": flag(False),
        "aliases": "|".join(alias.format(stem=stem) for alias in kind.aliases),
    }
