"""What is planned of a city before it is drawn: its areas with their codes, names and residents."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from civigrid.places.rules import GridKind, RegionKind


@dataclass(frozen=True, slots=True)
class GridPlan:
    """A grid to be drawn. `use` of a special one: park, market, industry, school, hospital, forest, water, port."""

    code: str
    name: str
    name_en: str
    kind: GridKind
    residents: int
    use: str = ""


@dataclass(frozen=True, slots=True)
class CommunityPlan:
    code: str
    name: str
    name_en: str
    kind: RegionKind
    grids: tuple[GridPlan, ...]

    @property
    def residents(self) -> int:
        return sum(grid.residents for grid in self.grids)


@dataclass(frozen=True, slots=True)
class TownPlan:
    """`character` chooses what is drawn: old, centre, riverside, works, port, rural, workshops, hills, lake, zone."""

    code: str
    name: str
    name_en: str
    kind: RegionKind
    character: str
    km2: float
    communities: tuple[CommunityPlan, ...]

    @property
    def grids(self) -> Iterator[GridPlan]:
        return (grid for community in self.communities for grid in community.grids)


@dataclass(frozen=True, slots=True)
class DistrictPlan:
    """A county, county-level city or district of 6 digits; a city of one has it as its root."""

    code: str
    name: str
    name_en: str
    towns: tuple[TownPlan, ...]


@dataclass(frozen=True, slots=True)
class CityPlan:
    """`root`: the city's own code, of 6 digits with one district, of 4 with several."""

    root: str
    name: str
    name_en: str
    districts: tuple[DistrictPlan, ...]

    @property
    def towns(self) -> Iterator[TownPlan]:
        return (town for district in self.districts for town in district.towns)
