"""The address of every building: a number on a road, a house of an estate, a house of a hamlet."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from civigrid.cli.generate.ground.canvas import Canvas
from civigrid.cli.generate.ground.lattice import Ints
from civigrid.cli.generate.ground.places import ESTATES, Place
from civigrid.cli.generate.ground.roads import Road
from civigrid.cli.generate.ground.uses import Use
from civigrid.cli.generate.ground.warp import Floats

PER_NUMBER = 7.5  # metres of road for each number of a side
_DOOR = re.compile(r"(.+?)(\d+)号$")


@dataclass(frozen=True, slots=True)
class Door:
    """A building's address without its town, and in English; `alias`: another way to say it."""

    name: str
    name_en: str
    alias: str = ""
    house: str = ""  # of an estate: 3号楼


def doors_of(drawn: Canvas, of_lot: Mapping[int, Place]) -> list[Door]:
    """One for each building, in their order."""
    stock = drawn.built.stock
    found: dict[int, Door] = {}
    on_road: list[int] = []
    groups: dict[int, list[int]] = defaultdict(list)
    for at, (lot, home) in enumerate(zip(stock.lot.tolist(), stock.home.tolist(), strict=True)):
        place = of_lot.get(lot)
        if place and (place.use is Use.HAMLET or (home and place.use in ESTATES)):
            groups[id(place)].append(at)
        else:
            on_road.append(at)
    for own in groups.values():
        place = of_lot[int(stock.lot[own[0]])]
        found |= _hamlet(place, own) if place.use is Use.HAMLET else _estate(place, own, stock.place)
    found |= _Street(drawn, np.array(on_road, dtype=np.int64)).doors()
    return [found[at] for at in range(len(stock))]


def _estate(place: Place, own: Sequence[int], where: Floats) -> dict[int, Door]:
    """Houses are numbered along the rows, from the north."""
    order = sorted(own, key=lambda at: (-round(where[at, 1] / 15), where[at, 0], at))
    return {
        at: Door(
            f"{place.name}{number}号楼",
            f"Building {number}, {place.name_en}",
            f"{place.name}{number}栋",
            f"{number}号楼",
        )
        for number, at in enumerate(order, start=1)
    }


def _hamlet(place: Place, own: Sequence[int]) -> dict[int, Door]:
    return {at: Door(f"{place.name}{number}号", f"{number} {place.name_en}") for number, at in enumerate(own, start=1)}


class _Street:
    """Numbers on roads: odd on the one side, even on the other, rising from west to east and from north to south."""

    def __init__(self, drawn: Canvas, which: Ints) -> None:
        self.drawn, self.which, self.stock = drawn, which, drawn.built.stock
        self.sides = self._sides()

    def doors(self) -> dict[int, Door]:
        rows: dict[tuple[int, int], list[tuple[float, int]]] = defaultdict(list)
        nowhere: list[int] = []
        for at, (number, parity, along) in zip(self.which.tolist(), self._nearest(), strict=True):
            if number >= 0:
                rows[number, parity].append((along, at))
            else:
                nowhere.append(at)
        found: dict[int, Door] = {}
        for (number, parity), own in rows.items():
            road = self.drawn.net.roads[number]
            numbers = self._wanted(road, parity, _numbers([along for along, _ in sorted(own)], parity))
            for (_, at), each in zip(sorted(own), numbers, strict=True):
                found[at] = Door(f"{road.name}{each}号", f"{each} {road.name_en}")
        return found | self._by_community(nowhere)

    def _sides(self) -> list[tuple[int, int, int, int]]:
        """The named road on each side (west, east, south, north) of each block; -1 where there is none."""
        net, blocks = self.drawn.net, self.drawn.blocks
        named = np.array([bool(road.name) for road in net.roads] + [False])
        up, across = (np.where(named[table], table, -1) for table in (net.up, net.across))
        bounds = zip(*(each.tolist() for each in (blocks.i0, blocks.i1, blocks.j0, blocks.j1)), strict=True)
        return [
            (
                int(up[i0, j0:j1].max()),
                int(up[i1, j0:j1].max()),
                int(across[i0:i1, j0].max()),
                int(across[i0:i1, j1].max()),
            )
            for i0, i1, j0, j1 in bounds
        ]

    def _nearest(self) -> list[tuple[int, int, float]]:
        """For each building the road it stands on (-1: none), the parity of its side and metres along the road."""
        lots, lot, place = self.drawn.uses.lots, self.stock.lot[self.which], self.stock.place[self.which]
        u = (place[:, 0] - lots.x0[lot]) / np.maximum(1e-9, (lots.x1 - lots.x0)[lot])
        v = (place[:, 1] - lots.y0[lot]) / np.maximum(1e-9, (lots.y1 - lots.y0)[lot])
        wide, high = lots.wide[lot], lots.high[lot]
        away = np.stack([u * wide, (1 - u) * wide, v * high, (1 - v) * high], axis=-1)
        roads = np.array(self.sides, dtype=np.int64)[lot]
        away = np.where(roads >= 0, away, np.inf)
        side = np.argmin(away, axis=1)
        road = np.where(np.isfinite(away.min(axis=1)), roads[np.arange(len(lot)), side], -1)
        along = np.where(side < 2, -place[:, 1], place[:, 0])
        parity = np.isin(side, [0, 3]).astype(np.int64)
        return list(zip(road.tolist(), parity.tolist(), along.tolist(), strict=True))

    def _wanted(self, road: Road, parity: int, numbers: list[int]) -> list[int]:
        """The numbers with those among them that the recipe wants on this road."""
        for door in self.drawn.recipe.doors:
            match = _DOOR.match(door)
            if match and match[1] == road.name and int(match[2]) % 2 == parity % 2 and numbers:
                wanted = int(match[2])
                if wanted not in numbers:
                    numbers[min(range(len(numbers)), key=lambda at: abs(numbers[at] - wanted))] = wanted
        return numbers

    def _by_community(self, nowhere: Sequence[int]) -> dict[int, Door]:
        """Far from every named road, numbers are counted in the village or community."""
        count: dict[str, int] = defaultdict(int)
        found = {}
        for at in nowhere:
            community = self.drawn.part.areas[int(self.drawn.blocks.grid[self.stock.lot[at]])].community
            count[community.code] += 1
            number = count[community.code]
            found[at] = Door(f"{community.name}{number}号", f"{number} {community.name_en}")
        return found


def _numbers(along: Sequence[float], parity: int) -> list[int]:
    """Rising numbers of one parity for places along a road, metres."""
    found: list[int] = []
    last = parity - 2 if parity else 0
    for at in along:
        last = max(last + 2, 2 * int((at - along[0]) / (2 * PER_NUMBER)) + (1 if parity else 2))
        found.append(last)
    return found
