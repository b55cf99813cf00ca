"""Duty rows that name a kind of unit instead of one: `town/03` is each town's office 03, `community` each community's.

One such row becomes one row per town or community that has the unit, so that what is stored names units only.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace

from civigrid.catalog.rules.lists import NewDutyRow
from civigrid.places.rules import DIGITS, Level

TOWN, COMMUNITY = "town/", "community"


def is_local(unit: str) -> bool:
    return unit == COMMUNITY or unit.startswith(TOWN)


def expanded(row: NewDutyRow, regions: Collection[str], units: Collection[str]) -> list[NewDutyRow]:
    """The row itself, or one per region below its own whose unit exists."""
    named = [unit for unit in (row.lead, *row.support, row.regulator) if is_local(unit)]
    if not named:
        return [row]
    level = Level.COMMUNITY if COMMUNITY in named else Level.TOWN
    places = sorted(code for code in regions if len(code) == DIGITS[level] and code.startswith(row.region_code))
    rows = (_in(row, place, set(units)) for place in places)
    return [each for each in rows if each.lead in units]


def _in(row: NewDutyRow, place: str, units: set[str]) -> NewDutyRow:
    def local(unit: str) -> str:
        if unit == COMMUNITY:
            return place
        return place[: DIGITS[Level.TOWN]] + unit.removeprefix(TOWN) if is_local(unit) else unit

    support: Iterable[str] = map(local, row.support)
    regulator = local(row.regulator)
    return replace(
        row,
        code=f"{row.code}-{place}",
        region_code=place,
        lead=local(row.lead),
        support=tuple(unit for unit in support if unit in units),
        regulator=regulator if regulator in units else "",
    )
