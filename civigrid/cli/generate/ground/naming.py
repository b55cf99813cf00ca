"""Names for the roads: those of the recipe where it wants them, then others put together of its stems."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from pypinyin import Style, lazy_pinyin

from civigrid.cli.generate.ground.corridors import Way
from civigrid.cli.generate.ground.partition import Parted
from civigrid.cli.generate.ground.roads import SMALL, Net, Road, split
from civigrid.cli.generate.recipe import Named, Recipe
from civigrid.places.rules import RegionKind

SOUTH = ("南路", "南街")
TRIES, STEPS = 60, 60_000  # roads that are tried for a pinned name, and tries in all


@dataclass(frozen=True, slots=True)
class Pin:
    """A name that must be there. `vertical`: along which axis; `towns`: of the district, in the order of preference."""

    named: Named
    vertical: bool
    towns: tuple[int, ...]


def named(net: Net, part: Parted, recipe: Recipe, draw: np.random.Generator) -> Net:
    """The roads with names. Field paths and lanes in the country have none."""
    namer = _Namer(net, part, recipe, draw)
    namer.fast()
    if part.plot.number == 0:
        namer.pinned()
        namer.halves()
    namer.large()
    namer.small()
    return net


def initials(name: str) -> str:
    """学府路 -> XF: what is written on the poles of a road."""
    stem = name[:-1] if len(name) > 2 and name[-1] in "路街巷弄" else name.removesuffix("大道")
    return "".join(lazy_pinyin(stem, style=Style.FIRST_LETTER)).upper()


class _Namer:
    def __init__(self, net: Net, part: Parted, recipe: Recipe, draw: np.random.Generator) -> None:
        self.net, self.roads, self.part, self.recipe, self.draw = net, net.roads, part, recipe, draw
        self.recipe_names = {each.name for each in recipe.roads.north_south}
        self.used: set[str] = set()
        towns = {area.town_at: area.town for area in part.areas}
        self.towns: Mapping[int, str] = {at: town.name for at, town in towns.items()}
        self.lattice = part.lattice

    def give(self, road: Road, one: Named) -> None:
        road.name, road.name_en = one.name, self.recipe.in_english(one.name, one.name_en)
        road.letters = one.letters or initials(one.name)
        self.used.add(one.name)

    def fast(self) -> None:
        """The expressway and the highways, each under one name however often it is broken."""
        lines: dict[tuple[bool, int], int] = {}
        for road in self.roads:
            if road.ways[0] is Way.EXPRESSWAY:
                self._referred(road, self.recipe.expressway)
            elif road.ways[0] is Way.HIGHWAY and self.recipe.highways:
                number = lines.setdefault((road.vertical, road.line), len(lines))
                self._referred(road, self.recipe.highways[number % len(self.recipe.highways)])

    def _referred(self, road: Road, one: Named) -> None:
        self.give(road, Named(name=one.ref + one.name, name_en=f"{one.ref} {self.recipe.in_english(one.name, one.name_en)}".strip(),
                              letters=one.ref or one.letters))  # fmt: skip

    def pinned(self) -> None:
        """The names of crossings first, all at once; then those that must run through a town."""
        crossing = [name for pair in self.recipe.crossings for name in pair]
        pins = [pin for pin in self._pins() if pin.named.name in crossing]
        for pin, road in zip(pins, self._solved(pins), strict=True):
            if road is not None:
                self.give(road, pin.named)
        for pin in self._pins():
            for town in pin.towns:
                own = [road for road in self.roads if road.name == pin.named.name]
                if own and not pin.named.twice:
                    break
                if not any(town in road.towns for road in own):
                    self._through(pin, town)

    def _through(self, pin: Pin, town: int) -> None:
        found = self._candidates(Pin(pin.named, pin.vertical, (town,)))
        if found and town in found[0].towns:
            self.give(found[0], pin.named)

    def _pins(self) -> list[Pin]:
        numbers = {name: at for at, name in self.towns.items()}
        crossing = {name for pair in self.recipe.crossings for name in pair}
        return [
            Pin(each, vertical, tuple(numbers[name] for name in each.towns if name in numbers))
            for vertical, names in ((False, self.recipe.roads.east_west), (True, self.recipe.roads.north_south))
            for each in names
            if each.name in crossing or any(name in numbers for name in each.towns)
        ]

    def _candidates(self, pin: Pin) -> list[Road]:
        """Roads that may have a name, the best first: through its town, long, large, and urban."""
        free = [road for road in self.roads if road.vertical == pin.vertical and not road.name and road.urban > 0]
        return sorted(free, key=lambda road: -self._fitness(road, pin))[:TRIES]

    def _fitness(self, road: Road, pin: Pin) -> float:
        length = len(road.ways) * (0.3 + road.urban)
        towns = sum(110.0 / (1 + at) for at, town in enumerate(pin.towns) if town in road.towns)
        bank = 40.0 if self._on_bank(road) == ("江" in pin.named.name) else 0.0
        return min(length, 40.0) + towns + (60.0 if road.large else 0.0) + bank

    def _on_bank(self, road: Road) -> bool:
        return not road.vertical and road.line in self.lattice.banks

    def _solved(self, pins: Sequence[Pin]) -> list[Road | None]:
        """A road for each pin so that as many crossings as can be are there: depth first, the best candidates first."""
        tries = [self._candidates(pin) for pin in pins]
        at = {pin.named.name: number for number, pin in enumerate(pins)}
        pairs = [(at[one], at[other]) for one, other in self.recipe.crossings if one in at and other in at]
        for left_out in range(len(pairs) + 1):
            found = _Search(tries, pairs[: len(pairs) - left_out]).found()
            if found is not None:
                return [found.get(number) for number in range(len(pins))]
        return [None] * len(pins)

    def large(self) -> None:
        """The long roads of the town get the recipe's names, those between towns get theirs."""
        lists = {True: list(self.recipe.roads.north_south), False: list(self.recipe.roads.east_west)}
        more = {False: self._combined(("路",)), True: self._combined(("街", "路"))}
        roads = sorted(
            (road for road in self.roads if road.large and not road.name), key=lambda road: -len(road.ways) * road.urban
        )
        for road in roads:
            names = [each for each in lists[road.vertical] if each.name not in self.used and not self._kept(each)]
            bank = self._on_bank(road)
            names.sort(key=lambda each: bank != ("江" in each.name))  # used at once
            if road.urban < 0.2:
                own = [each for each in names if any(self.towns[town][:2] == each.name[:2] for town in road.towns)]
                self.give(road, own[0] if own else self._between(road, more[road.vertical]))
            else:
                self.give(road, names[0] if names else next(more[road.vertical]))

    def _kept(self, one: Named) -> bool:
        """Whether a name is only for a town that is here, or for the southern part of a road 北路."""
        here = any(name in self.towns.values() for name in one.towns)
        return here or (any(name in one.name for name in SOUTH) and one.name.replace("南", "北") in self.recipe_names)

    def halves(self) -> None:
        """Where 中山北路 crosses the river, it is 中山南路 beyond it."""
        names = {each.name: each for each in self.recipe.roads.north_south}
        for number, road in enumerate(list(self.roads)):
            south = names.get(road.name.replace("北", "南")) if road.vertical and "北" in road.name else None
            if south is not None and road.first < self.lattice.river < road.last and self._stays_north(road):
                rest = split(self.net, number, self.lattice.river)
                self.give(rest, south)

    def _stays_north(self, road: Road) -> bool:
        """Whether all roads that it must cross are north of the river."""
        names = {name for pair in self.recipe.crossings if road.name in pair for name in pair}
        return all(
            any(other.name == name and other.crosses(road) and other.line > self.lattice.river for other in self.roads)
            for name in names - {road.name}
        )

    def _between(self, road: Road, more: Iterator[Named]) -> Named:
        """双桥镇 and 白石镇 -> 双白路."""
        stems = [self.towns[town][0] for town in sorted(road.towns)]
        name = "".join(stems[:2]) + "路"
        return Named(name=name) if len(stems) > 1 and name not in self.used else next(more)

    def small(self) -> None:
        """Streets and lanes inside towns; the road to a village has the village's name."""
        lanes = [each for each in self.recipe.roads.lanes if not each.towns]
        street = {False: self._combined(("路",)), True: self._combined(("街", "路"))}  # only what runs north is a 街
        lane = self._combined(("巷", "弄"))
        if self.part.plot.number == 0:
            self._pinned_lanes()
        for road in self.roads:
            if road.name or road.ways[0] not in SMALL:
                continue
            if road.urban > 0.5:
                narrow = road.ways.count(Way.LANE) * 2 > len(road.ways)
                self.give(road, (lanes.pop(0) if lanes else next(lane)) if narrow else next(street[road.vertical]))
            elif Way.BRANCH in road.ways and len(road.ways) > 3:
                self._village(road)

    def _pinned_lanes(self) -> None:
        numbers = {name: at for at, name in self.towns.items()}
        for each in self.recipe.roads.lanes:
            for town in (numbers[name] for name in each.towns if name in numbers):
                fit = [road for road in self.roads if not road.name and road.ways[0] is Way.LANE and town in road.towns]
                if fit:
                    self.give(max(fit, key=lambda road: min(len(road.ways), 6)), each)

    def _village(self, road: Road) -> None:
        areas = {area.community_at: area.community for area in self.part.areas}
        names = [areas[at].name.removesuffix("村") for at in road.communities if areas[at].kind is RegionKind.VILLAGE]
        fresh = [name + "路" for name in names if name + "路" not in self.used]
        if fresh:
            self.give(road, Named(name=fresh[0]))

    def _combined(self, endings: Sequence[str]) -> Iterator[Named]:
        """Stems and endings in an order of their own, each name once in a district as long as they last."""
        recipe = self.recipe.roads
        found = [one + other for one in recipe.stems for other in recipe.endings if one != other]
        order = self.draw.permutation(len(found)).tolist()
        for number in ("", *"一二三四五六七八九", *map(str, range(10, 1000))):
            for turn in range(len(endings)):
                for at in order:
                    name = found[at] + number + endings[(at + turn) % len(endings)]
                    if name not in self.used:
                        yield Named(name=name)


def _meets(road: Road, number: int, found: Mapping[int, Road], pairs: Sequence[tuple[int, int]]) -> bool:
    """Whether a road for a pin crosses all roads already found that it must cross."""
    for pair in pairs:
        if number in pair:
            other = found.get(pair[0] if pair[1] == number else pair[1])
            if other is not None and not road.crosses(other):
                return False
    return True


class _Search:
    """A road for each pin, none for two, so that all pairs cross: depth first, the best candidates first."""

    def __init__(self, tries: Sequence[Sequence[Road]], pairs: Sequence[tuple[int, int]]) -> None:
        self.tries, self.pairs, self.steps = _crossing(tries, pairs), pairs, 0
        self.order = sorted(range(len(tries)), key=lambda number: -sum(number in pair for pair in pairs))
        self.roads: dict[int, Road] = {}

    def found(self) -> dict[int, Road] | None:
        return self.roads if self._placed(0) else None

    def _placed(self, depth: int) -> bool:
        if depth == len(self.order):
            return True
        number = self.order[depth]
        for road in self.tries[number]:
            self.steps += 1
            if self.steps > STEPS:
                return False
            taken = any(road is other for other in self.roads.values())
            if not taken and _meets(road, number, self.roads, self.pairs):
                self.roads[number] = road
                if self._placed(depth + 1):
                    return True
                del self.roads[number]
        return False


def _crossing(tries: Sequence[Sequence[Road]], pairs: Sequence[tuple[int, int]]) -> list[list[Road]]:
    """The roads for each pin that cross some road for every other pin they must cross."""
    found = [list(roads) for roads in tries]
    for _ in range(len(pairs)):
        for pair in pairs:
            for one, other in (pair, pair[::-1]):
                found[one] = [road for road in found[one] if any(road.crosses(each) for each in found[other])]
    return found
