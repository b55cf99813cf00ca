"""Which units a report may complain of. Nobody looks into a complaint about himself, nor do those over or under him.

People do not write a unit's registered name: they shorten it (城管局), put the city before it, or name the town's
government by its town. A name that may mean several units bars them all: a wrong guess would hand the complaint to whom
it is about.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

SHORTEST = 3  # signs of a name that may be found inside another one: two, as in 公安, are in too many

_APART = re.compile(r"[()（）\[\]【】<>《》/、,，;；]+")
_SPACES = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class UnitName:
    """A unit by every name a report may give it, and its parent.

    `places`: the names of the area it looks after, where that is finer than the city. `centre`: the command centre.
    """

    id: int
    names: tuple[str, ...]
    parent_id: int | None = None
    places: tuple[str, ...] = ()
    centre: bool = False


class Targets:
    """Built once per edition of the units; afterwards read-only and safe to share between threads."""

    def __init__(self, units: Sequence[UnitName], city: str = "") -> None:
        """`city`: its name, which people put before that of a unit."""
        self._city = _plain(city)
        self._parents = {unit.id: unit.parent_id for unit in units}
        self._children: dict[int, list[int]] = defaultdict(list)
        for unit in units:
            if unit.parent_id is not None:
                self._children[unit.parent_id].append(unit.id)
        self._top = {above for unit in units if unit.centre for above in (unit.id, *self._above(unit.id))}
        self._names = [(unit.id, self._forms(unit.names)) for unit in units]
        self._places = [(unit.id, frozenset(map(_plain, unit.places))) for unit in units if unit.places]
        self._barred: dict[str, frozenset[int] | None] = {}

    def barred(self, target: str) -> frozenset[int] | None:
        """The units that must not get a complaint about `target`; None where it names somebody who is no unit known.

        Those are every unit that may be meant, the units below it, and those above it up to the command centre and the
        city itself, which everything lies under.
        """
        said = _plain(target)
        if not said:
            return frozenset()
        if said not in self._barred:
            if len(self._barred) > 10_000:  # what people write has no end
                self._barred.clear()
            meant = self._meant(target)
            self._barred[said] = frozenset(each for unit in meant for each in self._line(unit)) if meant else None
        return self._barred[said]

    def _meant(self, target: str) -> set[int]:
        said = self._forms((target,))
        named = {unit for unit, names in self._names if self._fits(unit, names, said)}
        return named | {
            unit for unit, names in self._places if any(_inside(name, each) for name in names for each in said)
        }

    def _fits(self, unit: int, names: frozenset[str], said: frozenset[str]) -> bool:
        if names & said:
            return True
        if any(
            _inside(each, name) or _short_for(each, name) or _short_for(name, each) for each in said for name in names
        ):
            return True
        # the city's own name stands before that of every unit of it
        return unit not in self._top and any(_inside(name, each) for name in names for each in said)

    def _forms(self, names: Sequence[str]) -> frozenset[str]:
        """The names whole, by their parts in and outside brackets, and without the city's name or its last sign."""
        whole = {_plain(form) for name in names for form in (name, *_APART.split(name))} - {""}
        cities = [prefix for prefix in (self._city, self._city[-1:]) if prefix and not prefix.isascii()]
        bare = {form[len(city) :] for form in whole for city in cities if form.startswith(city)}
        return frozenset(whole | {form for form in bare if len(form) >= SHORTEST})

    def _line(self, unit: int) -> Iterator[int]:
        yield from (above for above in self._above(unit) if above not in self._top)
        below = [unit]
        for each in below:  # grows while it is walked
            yield each
            below.extend(self._children.get(each, ()))

    def _above(self, unit: int) -> Iterator[int]:
        above = self._parents.get(unit)
        while above is not None and above in self._parents:
            yield above
            above = self._parents[above]


def _inside(short: str, long: str) -> bool:
    return len(short) >= SHORTEST and short in long


def _short_for(short: str, long: str) -> bool:
    """城管局 for 城市管理局: signs of the name in their order, from its first to its last one."""
    if len(short) < SHORTEST or short.isascii() or short[0] != long[0] or short[-1] != long[-1]:
        return False
    rest = iter(long)
    return all(sign in rest for sign in short)


def _plain(name: str) -> str:
    """Without spaces and brackets."""
    return _APART.sub("", _SPACES.sub("", name)).casefold()
