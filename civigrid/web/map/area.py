"""What the page beside the map says of an area: its names, what lies above and below it, and how many live there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from civigrid.places import queries as places
from civigrid.places.queries import GridRow, RegionRow
from civigrid.places.rules import DIGITS, GRID_DIGITS


@dataclass(frozen=True, slots=True)
class Line:
    """One area below another: `row` is a region, or a grid where `grids` is 0."""

    row: RegionRow | GridRow
    grids: int
    residents: int


@dataclass(frozen=True, slots=True)
class Area:
    """A region or a grid, with the regions above it from the top down and what lies directly below it; beside a grid
    stand the others of its community."""

    row: RegionRow | GridRow
    above: tuple[RegionRow, ...]
    below: tuple[Line, ...]
    grids: int
    residents: int

    @property
    def is_grid(self) -> bool:
        return isinstance(self.row, GridRow)

    @property
    def holds_grids(self) -> bool:
        """Whether what lies below it are grids."""
        return any(isinstance(line.row, GridRow) for line in self.below)


def read(code: str, on: date) -> Area | None:
    """The area of a code on a day; None where there is none."""
    known = places.regions(on)
    grids = {row.code: row for row in places.grids(on).values()}
    row = known.get(code) or grids.get(code)
    if row is None:
        return None
    region = row.region_code if isinstance(row, GridRow) else code
    held = {each: grid for each, grid in grids.items() if each.startswith(region)}
    return Area(
        row=row,
        above=tuple(
            known[code[:digits]] for digits in DIGITS.values() if digits < len(code) and code[:digits] in known
        ),
        below=_below(region, known, held),
        grids=len(held),
        residents=row.residents if isinstance(row, GridRow) else sum(grid.residents for grid in held.values()),
    )


def _below(region: str, known: Mapping[str, RegionRow], held: Mapping[str, GridRow]) -> tuple[Line, ...]:
    """The regions directly below; where there are none, the grids."""
    digits = min((len(code) for code in known if code.startswith(region) and code != region), default=GRID_DIGITS)
    if digits == GRID_DIGITS:
        return tuple(Line(grid, 0, grid.residents) for grid in held.values())
    count: Counter[str] = Counter()
    residents: Counter[str] = Counter()
    for code, grid in held.items():
        count[code[:digits]] += 1
        residents[code[:digits]] += grid.residents
    children = [row for code, row in known.items() if len(code) == digits and code.startswith(region)]
    return tuple(Line(row, count[row.code], residents[row.code]) for row in children)
