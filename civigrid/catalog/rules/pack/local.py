"""Duty rows that name a kind of unit instead of one: `town/03` is each town's office 03, `community` each community's.

One such row becomes one row per town or community that has the unit, so that what is stored names units only.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from civigrid.catalog.rules.lists import NewDutyRow
from civigrid.places.rules import DIGITS, Level

TOWN, COMMUNITY = "town/", "community"


def is_local(unit: str) -> bool:
    return unit == COMMUNITY or unit.startswith(TOWN)


class Localities:
    """The towns, communities and units of one pack."""

    def __init__(self, regions: Iterable[str], units: Iterable[str]) -> None:
        places = sorted(regions)
        self._places = {
            level: [code for code in places if len(code) == DIGITS[level]] for level in (Level.TOWN, Level.COMMUNITY)
        }
        self._units = frozenset(units)

    def has(self, row: NewDutyRow, unit: str) -> bool:
        """Whether a town or community of the row's region has the unit of this kind."""
        level = Level.COMMUNITY if unit == COMMUNITY else Level.TOWN
        places = (
            place
            for place in self._places[level]
            if place.startswith(row.region_code) or row.region_code.startswith(place)
        )
        return any(_unit(place, unit) in self._units for place in places)

    def expanded(self, row: NewDutyRow) -> list[NewDutyRow]:
        """The row itself, or one per region below its own whose unit exists."""
        named = [unit for unit in (row.lead, *row.support, row.regulator, row.last_resort) if is_local(unit)]
        if not named:
            return [row]
        level = Level.COMMUNITY if COMMUNITY in named else Level.TOWN
        rows = (self._in(row, place) for place in self._places[level] if place.startswith(row.region_code))
        return [each for each in rows if each.lead in self._units]

    def _in(self, row: NewDutyRow, place: str) -> NewDutyRow:
        support = (_unit(place, each) for each in row.support)
        return replace(
            row,
            code=f"{row.code}-{place}",
            region_code=place,
            lead=_unit(place, row.lead),
            support=tuple(unit for unit in support if unit in self._units),
            regulator=self._known(_unit(place, row.regulator)),
            last_resort=self._known(_unit(place, row.last_resort)),
        )

    def _known(self, unit: str) -> str:
        return unit if unit in self._units else ""


def _unit(place: str, unit: str) -> str:
    """The unit that is meant in a town or community."""
    if unit == COMMUNITY:
        return place
    return place[: DIGITS[Level.TOWN]] + unit.removeprefix(TOWN) if is_local(unit) else unit
