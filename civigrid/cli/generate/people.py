"""people.csv and posts.csv: who holds the posts of every unit. Surname and post, never a full name."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from random import Random

from civigrid.cli.generate.model import CityPlan, CommunityPlan
from civigrid.cli.generate.names import dice, spelled
from civigrid.cli.generate.recipe import Recipe
from civigrid.cli.generate.staff import PeopleRecipe, PinnedRecipe, SeatRecipe
from civigrid.cli.generate.tables import Cells
from civigrid.cli.generate.units import UnitPlan
from civigrid.directory.rules import Role
from civigrid.places.rules import GridKind

PEOPLE, POSTS = ("username", "name", "name_en", "language"), ("username", "unit", "role", "regions")
OLDER, YOUNGER = "老", "小"
CITY, COMMUNITY, GRID, GRIDS, TOWN = "city", "community", "grid", "grids", "town/"
NO_SEATS = frozenset({"upper", "outside"})  # kinds of units whose people are not this city's


@dataclass(slots=True)
class Staff:
    """The two tables, as they grow."""

    people: list[Cells] = field(default_factory=list)
    posts: list[Cells] = field(default_factory=list)


def staff(plan: CityPlan, recipe: Recipe, units: Sequence[UnitPlan], seed: int) -> Staff:
    """Everybody: those the recipe names, then the seats of each unit that are still free."""
    found = _Staffing(recipe.people, units, few=sum(1 for town in plan.towns for _ in town.grids), prefix=_prefix(plan))
    found.pinned()
    communities = {community.code: community for town in plan.towns for community in town.communities}
    for unit in units:
        found.unit(unit, communities.get(unit.code), dice(seed, "people", unit.code))
    return found.made


def _prefix(plan: CityPlan) -> int:
    """How many digits of a code are the same in the whole city: user names leave them out."""
    return len(plan.root)


class _Staffing:
    def __init__(self, recipe: PeopleRecipe, units: Sequence[UnitPlan], *, few: int, prefix: int) -> None:
        self.recipe, self.prefix = recipe, prefix
        self.few = few < recipe.few_below
        self.codes = {unit.code for unit in units}
        self.regions = {unit.cells["region"] for unit in units}
        self.named = {unit for seat in recipe.seats for unit in seat.of}
        self.made = Staff()
        self.usernames: set[str] = set()
        self.held: dict[tuple[str, Role], int] = defaultdict(int)  # pinned holders of a role in a unit, not yet counted
        self.handled: set[str] = set()  # units somebody of the recipe handles for

    def pinned(self) -> None:
        for person in self.recipe.pinned:
            rows = [post for post in map(str.split, person.posts) if self._there(post)]
            if rows:
                self._pinned(person, rows)

    def _there(self, post: Sequence[str]) -> bool:
        """Whether the city has the post's unit and regions: each town and community has a unit of its own."""
        unit, *words = post
        towns = {code for code in words if code.isdigit()}
        return unit in self.codes and towns <= self.regions

    def _pinned(self, person: PinnedRecipe, rows: Iterable[Sequence[str]]) -> None:
        self._person(person.username, person.name, person.name_en)
        for first, (unit, *words) in enumerate(rows):
            regions = [word for word in words if word.isdigit()]
            roles = [Role(word) for word in words if not word.isdigit()]
            self._posts(person.username, unit, roles, regions)
            if first == 0:
                self.held[unit, roles[0]] += 1

    def unit(self, unit: UnitPlan, community: CommunityPlan | None, draw: Random) -> None:
        kinds = self._kinds(unit)
        surnames = self._surnames(draw)
        for seat in self.recipe.seats:
            if kinds & set(seat.of) and (unit.night_duty or not seat.night):
                self._fill(seat, unit, self._count(seat, unit), surnames)
            elif community and not self.few and GRID in seat.of:
                self._workers(seat, unit, community, surnames)
            elif community and not self.few and GRIDS in seat.of:
                self._leaders(seat, unit, community, surnames)

    def _kinds(self, unit: UnitPlan) -> set[str]:
        """What seats may call the unit: its own code or kind; `city` where no seat names it."""
        other = unit.seat.isdigit() and unit.seat not in self.named and unit.cells["kind"] not in NO_SEATS
        return {unit.seat, CITY} if other else {unit.seat}

    def _count(self, seat: SeatRecipe, unit: UnitPlan) -> int:
        if self.few:
            return seat.few
        busy = unit.code in self.recipe.busy and seat.roles == (Role.HANDLER,)
        return seat.count * 2 if busy else seat.count

    def _fill(self, seat: SeatRecipe, unit: UnitPlan, count: int, surnames: Iterator[str]) -> None:
        pinned = min(count, self.held[unit.code, seat.roles[0]])
        self.held[unit.code, seat.roles[0]] -= pinned
        for _ in range(count - pinned):
            username = self._make(seat, self._short(unit), "", "", next(surnames))
            self._posts(username, unit.code, self._roles(seat, unit), ())
            for office in seat.also if self.few else ():
                self._posts(username, unit.cells["region"] + office, seat.roles, ())

    def _roles(self, seat: SeatRecipe, unit: UnitPlan) -> tuple[Role, ...]:
        """Where a small city's unit has nobody else to handle, its liaison does."""
        alone = self.few and seat.roles == (Role.LIAISON,) and unit.code not in self.handled
        return (*seat.roles, Role.HANDLER) if alone else seat.roles

    def _workers(self, seat: SeatRecipe, unit: UnitPlan, community: CommunityPlan, surnames: Iterator[str]) -> None:
        """So many of each grid; their names tell which."""
        held = self.held[unit.code, seat.roles[0]]
        for grid in community.grids:
            for _ in range(max(0, seat.count - held)):
                number = grid.code[len(community.code) :]
                username = self._make(seat, grid.code[self.prefix :], _numbers([number]), number, next(surnames))
                self._posts(username, unit.code, seat.roles, ())
            held = max(0, held - seat.count)

    def _leaders(self, seat: SeatRecipe, unit: UnitPlan, community: CommunityPlan, surnames: Iterator[str]) -> None:
        """One for one to three neighbouring grids."""
        codes = [
            grid.code for grid in sorted(community.grids, key=lambda grid: (grid.kind is GridKind.SPECIAL, grid.code))
        ]
        count = max(1, round(len(codes) / seat.hold))
        for at in range(count):
            own = codes[at * len(codes) // count : (at + 1) * len(codes) // count]
            numbers = [code[len(community.code) :] for code in own]
            username = self._make(seat, own[0][self.prefix :], _numbers(numbers), ", ".join(numbers), next(surnames))
            self._posts(username, unit.code, seat.roles, ())

    def _make(self, seat: SeatRecipe, where: str, before: str, before_en: str, surname: str) -> str:
        """A person of a name nobody else signs in with."""
        stem = spelled(surname).lower()
        tries = (f"{stem}{number}-{seat.key}{where}" for number in ("", *range(2, 1000)))
        username = next(each for each in tries if each not in self.usernames)
        age = OLDER if seat.senior else YOUNGER
        name_en = f"{seat.title_en} {before_en} {spelled(surname)}".replace("  ", " ")
        self._person(username, f"{before}{seat.title}{age}{surname}", name_en)
        return username

    def _person(self, username: str, name: str, name_en: str) -> None:
        self.usernames.add(username)
        self.made.people.append({"username": username, "name": name, "name_en": name_en, "language": "zh-hans"})

    def _posts(self, username: str, unit: str, roles: Iterable[Role], regions: Sequence[str]) -> None:
        for role in roles:
            if role is Role.HANDLER:
                self.handled.add(unit)
            self.made.posts.append(
                {"username": username, "unit": unit, "role": role.value, "regions": "|".join(regions)}
            )

    def _short(self, unit: UnitPlan) -> str:
        """What tells a unit from others in a user name: 4001 of the city, 001 of a town, 001001 of a community."""
        if unit.seat.startswith(TOWN):
            return unit.cells["region"][self.prefix :]
        return unit.code[self.prefix :] if unit.seat == COMMUNITY else unit.code

    def _surnames(self, draw: Random) -> Iterator[str]:
        """Without repetition as long as there are any."""
        while True:
            yield from draw.sample(self.recipe.surnames, len(self.recipe.surnames))


def _numbers(numbers: Sequence[str]) -> str:
    """第03、04网格 of 003 and 004."""
    return f"第{'、'.join(number[1:] if number.startswith('0') else number for number in numbers)}网格"
