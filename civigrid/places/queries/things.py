"""What stands on the ground on a day: read by cell, by grid or by name, never all of it at once."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

import shapely
from django.db.models import BooleanField, F, Func, Model, QuerySet, Value

from civigrid.places.models import AddressVersion, AssetVersion, BuildingVersion
from civigrid.places.rules import AddressKind, BuildingKind, key, parted

M = TypeVar("M", bound=Model)

LAST = "\U0010ffff"  # no text goes on after it


@dataclass(frozen=True, slots=True)
class BuildingRow:
    """A building on a day; `lon`, `lat` lie inside `shape` (EPSG:4326), its footprint or a point."""

    code: str
    name: str
    name_en: str
    address: str
    kind: BuildingKind
    floors: int
    residents: int
    estate: str
    lon: float
    lat: float
    grid_code: str
    shape: shapely.Geometry


@dataclass(frozen=True, slots=True)
class AddressRow:
    """A named point on a day; `grid_code` and `building_code` are "" where it lies in none."""

    code: str
    name: str
    name_en: str
    kind: AddressKind
    lon: float
    lat: float
    grid_code: str
    building_code: str
    aliases: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AssetRow:
    """An asset on a day: the matter that is about it, its owner ("" is unknown) and keeper by their codes."""

    code: str
    matter_code: str
    name: str
    owner_code: str
    keeper_code: str
    lon: float
    lat: float
    grid_code: str


def buildings_in(cells: Sequence[int], on: date) -> list[BuildingRow]:
    """The buildings of these cells (`rules.cells_of`), in the order of their codes. A building belongs to the cell its
    inside point lies in, so a map that shows one cell asks for those around it too."""
    found = BuildingVersion.objects.filter(valid__contains=on, cell__in=list(cells))
    return _buildings(found.order_by("building__code"))


def assets_in(cells: Sequence[int], on: date) -> list[AssetRow]:
    """The assets of these cells, in the order of their codes."""
    return _assets(AssetVersion.objects.filter(valid__contains=on, cell__in=list(cells)).order_by("asset__code"))


def buildings_of(grid_code: str, on: date) -> list[BuildingRow]:
    """The buildings in a grid, in the order of their codes."""
    found = BuildingVersion.objects.filter(valid__contains=on, grid_code=grid_code)
    return _buildings(found.order_by("building__code"))


def addresses_of(grid_code: str, on: date) -> list[AddressRow]:
    """The addresses in a grid, in the order of their names."""
    found = AddressVersion.objects.filter(valid__contains=on, grid_code=grid_code)
    return [address_row(version) for version in found.select_related("address").order_by("name", "id")]


def assets_of(grid_code: str, on: date) -> list[AssetRow]:
    """The assets in a grid, in the order of their codes."""
    found = AssetVersion.objects.filter(valid__contains=on, grid_code=grid_code)
    return [asset_row(version) for version in found.select_related("asset").order_by("asset__code")]


def find_addresses(text: str, on: date, limit: int) -> list[AddressRow]:
    """Addresses whose name, spelling, initials, other name, number or code begin with `text`; names first."""
    wanted = unicodedata.normalize("NFKC", text).strip()
    typed = "".join(wanted.casefold().split())
    of_day = AddressVersion.objects.filter(valid__contains=on)
    ways = (
        (of_day.filter(**_begins("name", wanted)), "name"),
        (of_day.filter(_begun(wanted)) if key(wanted) else of_day.none(), "name"),
        (of_day.filter(**_begins("initials", typed)), "initials"),
        (of_day.filter(**_begins("pinyin", typed)), "pinyin"),
        (of_day.filter(**_begins("address__code", wanted)), "address__code"),
    )
    return [address_row(version) for version in _first(limit, ways, "address")] if wanted else []


def find_assets(text: str, on: date, limit: int) -> list[AssetRow]:
    """Assets whose name, number or code begins with `text`; names first. What is typed before a number must stand in the
    name: 路灯杆号ht-0019, ht0019."""
    wanted = unicodedata.normalize("NFKC", text).strip()
    of_day = AssetVersion.objects.filter(valid__contains=on)
    ways = (
        (of_day.filter(**_begins("name", wanted)), "name"),
        (_plated(of_day, wanted), "plate"),
        (of_day.filter(**_begins("asset__code", wanted)), "asset__code"),
    )
    return [asset_row(version) for version in _first(limit, ways, "asset")] if wanted else []


def addresses_of_codes(codes: Sequence[str], on: date) -> list[AddressRow]:
    """The addresses of these codes, in their order; one that is none on the day is left out."""
    found = AddressVersion.objects.filter(valid__contains=on, address__code__in=codes).select_related("address")
    rows = {version.address.code: address_row(version) for version in found}
    return [rows[code] for code in codes if code in rows]


def asset_of_code(code: str, on: date) -> AssetRow | None:
    """The asset of that code."""
    found = AssetVersion.objects.filter(valid__contains=on, asset__code=code).select_related("asset").first()
    return asset_row(found) if found else None


def _begins(column: str, text: str) -> dict[str, str]:
    """A range of the column's index, which is in the order of the bytes."""
    return {f"{column}__gte": text, f"{column}__lt": text + LAST}


def _plated(of_day: QuerySet[AssetVersion], wanted: str) -> QuerySet[AssetVersion]:
    before, number = parted(wanted)
    if wanted.isascii() and not number:  # the letters a number begins with
        before, number = "", key(wanted)
    return of_day.filter(**_begins("plate", number), name__icontains=before) if number else of_day.none()


def _begun(text: str) -> Func:
    """Whether a search key begins so: a question to their index, where a key is a word and `:*` its beginning."""
    words = Func(F("keys"), function="array_to_tsvector")
    asked = Func(Value(f"'{key(text)}':*"), template="%(expressions)s::tsquery")
    return Func(words, asked, template="(%(expressions)s)", arg_joiner=" @@ ", output_field=BooleanField())


def _first(limit: int, ways: Sequence[tuple[QuerySet[M], str]], identity: str) -> list[M]:
    """The first so many that the ways (rows, and the column they are in the order of) find one after another. Each way
    is a branch of one union, so that each uses an index of its own, which one condition with "or" in it would not."""
    branches = [
        rows.annotate(way=Value(place), key=F(column)).order_by(column).values_list("pk", "way", "key")[:limit]
        for place, (rows, column) in enumerate(ways)
    ]
    found = sorted(branches[0].union(*branches[1:], all=True), key=lambda each: each[1:])
    first = list(dict.fromkeys(pk for pk, _way, _key in found))[:limit]
    rows = ways[0][0].model._default_manager.select_related(identity).in_bulk(first)
    return [rows[pk] for pk in first]


# columns in the order of the rows' own: a map reads ten thousand at a time, and instances cost four times as much
_BUILDING = (
    "building__code", "name", "name_en", "address", "kind", "floors", "residents", "estate", "lon", "lat", "grid_code",
)  # fmt: skip
_ASSET = ("asset__code", "matter_code", "name", "owner_code", "keeper_code", "lon", "lat", "grid_code")


def _buildings(found: QuerySet[BuildingVersion]) -> list[BuildingRow]:
    rows = list(found.values_list(*_BUILDING, "shape"))
    return list(map(_building, rows, shapely.from_wkb([bytes(row[-1]) for row in rows])))


def _building(row: Sequence[Any], shape: shapely.Geometry) -> BuildingRow:
    values = [*row[:4], BuildingKind(row[4]), *row[5:-1], shape]
    return BuildingRow(*values)


def _assets(found: QuerySet[AssetVersion]) -> list[AssetRow]:
    return [AssetRow(*row) for row in found.values_list(*_ASSET)]


def building_row(version: BuildingVersion, shape: shapely.Geometry) -> BuildingRow:
    return BuildingRow(
        code=version.building.code,
        name=version.name,
        name_en=version.name_en,
        address=version.address,
        kind=BuildingKind(version.kind),
        floors=version.floors,
        residents=version.residents,
        estate=version.estate,
        lon=version.lon,
        lat=version.lat,
        grid_code=version.grid_code,
        shape=shape,
    )


def address_row(version: AddressVersion) -> AddressRow:
    return AddressRow(
        code=version.address.code,
        name=version.name,
        name_en=version.name_en,
        kind=AddressKind(version.kind),
        lon=version.lon,
        lat=version.lat,
        grid_code=version.grid_code,
        building_code=version.building_code,
        aliases=tuple(version.aliases),
    )


def asset_row(version: AssetVersion) -> AssetRow:
    return AssetRow(
        code=version.asset.code,
        matter_code=version.matter_code,
        name=version.name,
        owner_code=version.owner_code,
        keeper_code=version.keeper_code,
        lon=version.lon,
        lat=version.lat,
        grid_code=version.grid_code,
    )
