"""What a pack holds once it is read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from civigrid.catalog.rules.lists import NewCalendar, NewCity, NewDutyRow, NewField, NewMatter, NewStandard
from civigrid.directory.rules import NewAccount, NewPost, NewUnit
from civigrid.places.rules import NewAddress, NewAsset, NewBuilding, NewFeature, NewGrid, NewRegion

if TYPE_CHECKING:
    from civigrid.catalog.rules.pack.faults import SheetPlace

T = TypeVar("T")
Stand = tuple[str, int, str]  # a row's file, its number there, its code there

CITY, CALENDARS, REPORTS = "city.yaml", "calendars.yaml", "reports.yaml"
GRIDS, BUILDINGS, LAYERS = "grids.geojson", "buildings.geojson", "layers/"
REGIONS, UNITS, PEOPLE, POSTS = "regions.csv", "units.csv", "people.csv", "posts.csv"
MATTERS, FIELDS, STANDARDS, DUTY = "matters.csv", "fields.csv", "standards.csv", "duty.csv"
STANDARDS_SHEET, DUTY_SHEET = "standards.xlsx", "duty.xlsx"  # the same rows as offices keep them
# what a report may be 诉求性质; the intake has them as `ReportKind`
REPORT_KINDS = ("consult", "help", "complaint", "tipoff", "suggestion", "praise", "field", "other")
ADDRESSES, ASSETS = "addresses.csv", "assets.csv"
RECIPE = "recipe.yaml"  # what `pack generate` makes a city after; no part of this one

FILES = (
    CITY, CALENDARS, REGIONS, GRIDS, UNITS, PEOPLE, POSTS, MATTERS, FIELDS, STANDARDS, STANDARDS_SHEET, DUTY, DUTY_SHEET,
    BUILDINGS, ADDRESSES, ASSETS, REPORTS, RECIPE,
)  # fmt: skip
REQUIRED = (CITY, CALENDARS, REGIONS, UNITS, PEOPLE, POSTS, MATTERS, STANDARDS, DUTY)
READ = frozenset(FILES) - {RECIPE}
MAPS = (".geojson", ".json")  # endings of what may be meant for a layer
EITHER = {STANDARDS: STANDARDS_SHEET, DUTY: DUTY_SHEET}
LARGEST = 512 * 1024 * 1024  # bytes a file; the buildings of a city of 20,000 grids need about 350 MB


def is_ours(name: str) -> bool:
    """Whether a pack may hold a file of this name."""
    return name in FILES or (name.startswith(LAYERS) and name.lower().endswith(MAPS))


def layer_file(layer: str) -> str:
    return f"{LAYERS}{layer}.geojson"


@dataclass(frozen=True, slots=True)
class At(Generic[T]):
    """A row and where it stands: its file and the row in it."""

    file: str
    row: int
    it: T


@dataclass(frozen=True, slots=True)
class StockReport:
    """A report of the pack's first stock, for a demonstration. `at` is the name of an address, which gives the point.
    `expect` says in words what should become of it."""

    source: str
    kind: str
    text: str
    place: str = ""
    at: str = ""
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
    """A pack without faults. `digest` is the SHA-256 of what it says, so the same pack has the same digest. `stands`:
    where the rows of `standards` ("standard") and `duty` come from, in their order; `sheets` as `Faults` has them."""

    digest: str
    city: NewCity
    calendars: tuple[NewCalendar, ...]
    regions: tuple[NewRegion, ...]
    grids: tuple[NewGrid, ...]
    units: tuple[NewUnit, ...]
    people: tuple[NewAccount, ...]
    posts: tuple[NewPost, ...]
    matters: tuple[NewMatter, ...]
    standards: tuple[NewStandard, ...]
    duty: tuple[NewDutyRow, ...]
    buildings: tuple[NewBuilding, ...]
    addresses: tuple[NewAddress, ...]
    assets: tuple[NewAsset, ...]
    features: tuple[NewFeature, ...]
    reports: tuple[StockReport, ...]
    stands: Mapping[str, tuple[Stand, ...]] = field(default_factory=dict)
    sheets: Mapping[str, list[SheetPlace]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Draft:
    """A pack as read, before its rows are held against each other; what could not be read is missing. `fields`: of the
    forms, each with its matter; `features`: by layer."""

    city: NewCity | None
    calendars: list[At[NewCalendar]]
    regions: list[At[NewRegion]]
    grids: list[At[NewGrid]]
    units: list[At[NewUnit]]
    people: list[At[NewAccount]]
    posts: list[At[NewPost]]
    matters: list[At[NewMatter]]
    fields: list[At[tuple[str, NewField]]]
    standards: list[At[NewStandard]]
    duty: list[At[NewDutyRow]]
    buildings: list[At[NewBuilding]]
    addresses: list[At[NewAddress]]
    assets: list[At[NewAsset]]
    features: Mapping[str, list[At[NewFeature]]]
    reports: list[At[StockReport]]

    @property
    def root(self) -> str:
        return self.city.root_code if self.city else ""


def known(rows: list[At[T]], key: str = "code") -> Mapping[str, T]:
    """The rows by a key of theirs."""
    found: dict[str, Any] = {getattr(each.it, key): each.it for each in rows}
    return found
