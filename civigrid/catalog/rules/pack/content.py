"""What a pack holds once it is read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from civigrid.catalog.rules.lists import NewCalendar, NewCity, NewDutyRow, NewMatter, NewStandard
from civigrid.directory.rules import NewAccount, NewPost, NewUnit
from civigrid.places.rules import NewGrid, NewRegion

T = TypeVar("T")

CITY, CALENDARS, GRIDS, REPORTS = "city.yaml", "calendars.yaml", "grids.geojson", "reports.yaml"
REGIONS, UNITS, PEOPLE, POSTS = "regions.csv", "units.csv", "people.csv", "posts.csv"
MATTERS, STANDARDS, DUTY = "matters.csv", "standards.csv", "duty.csv"

OPTIONAL = frozenset({GRIDS, REPORTS})
FILES = (CITY, REGIONS, GRIDS, UNITS, PEOPLE, POSTS, MATTERS, STANDARDS, DUTY, CALENDARS, REPORTS)


@dataclass(frozen=True, slots=True)
class At(Generic[T]):
    """A row and where it stands in its file."""

    row: int
    it: T


@dataclass(frozen=True, slots=True)
class StockReport:
    """A report of the pack's first stock, for a demonstration. `expect` says in words what should become of it."""

    source: str
    kind: str
    text: str
    place: str = ""
    lon: float | None = None
    lat: float | None = None
    title: str = ""
    matter: str = ""
    key: str = ""
    confidential: bool = False
    language: str = "zh-hans"
    expect: str = ""


@dataclass(frozen=True, slots=True)
class Pack:
    """A pack without faults. `digest` is the SHA-256 of what it says, so the same pack has the same digest."""

    digest: str
    city: NewCity
    regions: tuple[NewRegion, ...]
    grids: tuple[NewGrid, ...]
    units: tuple[NewUnit, ...]
    people: tuple[NewAccount, ...]
    posts: tuple[NewPost, ...]
    matters: tuple[NewMatter, ...]
    standards: tuple[NewStandard, ...]
    duty: tuple[NewDutyRow, ...]
    calendars: tuple[NewCalendar, ...]
    reports: tuple[StockReport, ...]


@dataclass(frozen=True, slots=True)
class Draft:
    """A pack as read, before its rows are held against each other; what could not be read is missing."""

    city: NewCity | None
    regions: list[At[NewRegion]]
    grids: list[At[NewGrid]]
    units: list[At[NewUnit]]
    people: list[At[NewAccount]]
    posts: list[At[NewPost]]
    matters: list[At[NewMatter]]
    standards: list[At[NewStandard]]
    duty: list[At[NewDutyRow]]
    calendars: list[At[NewCalendar]]
    reports: list[At[StockReport]]

    @property
    def root(self) -> str:
        return self.city.root_code if self.city else ""


def known(rows: list[At[T]], key: str = "code") -> Mapping[str, T]:
    """The rows by a key of theirs."""
    found: dict[str, Any] = {getattr(each.it, key): each.it for each in rows}
    return found
