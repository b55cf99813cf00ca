"""What recipe.yaml says of units and people: the nodes of a town, and the seats of every kind of unit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from civigrid.directory.rules import Role, UnitKind
from civigrid.places.rules import RegionKind


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeRecipe:
    """A unit that every town has: the town's code and two digits. `kinds`: of the towns that have it, () for all.

    `parent`: the unit it reports to, where that is not the town's own first node; `{town}` in `aliases` is its name.
    """

    code: str
    kind: UnitKind
    name: str
    name_en: str
    kinds: tuple[RegionKind, ...] = ()
    parent: str = ""
    calendar: str = ""
    night_duty: bool = False
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CommitteeRecipe:
    """A community's unit, or another name of a unit of the city. `{stem}` in `aliases` is its name without 社区."""

    name: str
    name_en: str
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitsRecipe:
    """`prefecture`: what units of the city are called where it is a prefecture, by their codes."""

    town: tuple[NodeRecipe, ...]
    community: Mapping[RegionKind, CommitteeRecipe]
    prefecture: Mapping[str, CommitteeRecipe]


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatRecipe:
    """A post of a kind of unit, and how many hold it.

    `of`: codes of units, `city` (each other unit of the city), `town/03` (office 03 of each town), `community`, `grid`
    (each grid, in its community's unit) or `grids` (one for every `hold` grids of a community).
    `count` is of a whole city, `few` of a small one; `key` stands in the user name. `night`: only where the unit has
    night duty. `also`: further offices of the town that the same person serves in a small city.
    """

    of: tuple[str, ...]
    title: str
    title_en: str
    key: str
    roles: tuple[Role, ...]
    count: int
    few: int = 0
    senior: bool = False
    night: bool = False
    hold: float = 1.0
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PinnedRecipe:
    """Somebody who is in every city that has his units. `posts`: a unit and its roles, each with spaces between."""

    username: str
    name: str
    name_en: str
    posts: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PeopleRecipe:
    """`few_below`: a city of fewer grids has the few people of each seat. `busy`: units with twice the handlers."""

    few_below: int
    busy: tuple[str, ...]
    surnames: tuple[str, ...]
    seats: tuple[SeatRecipe, ...]
    pinned: tuple[PinnedRecipe, ...]
