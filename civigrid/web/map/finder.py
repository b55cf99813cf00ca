"""Finding a place on the map by what people call it: regions and grids, streets and waters, addresses, assets."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from django.urls import reverse

from civigrid.catalog import queries as catalog
from civigrid.places import queries as places
from civigrid.places.queries import AddressRow, AssetRow, FeatureRow, GridRow, RegionRow
from civigrid.places.rules import parent_of
from civigrid.web import wording
from civigrid.web.templatetags.civigrid import said

# how many lines of a list each kind gets at most: whoever types a road wants houses as well as grids
REGIONS, GRIDS, FEATURES, ADDRESSES, ASSETS = 5, 4, 4, 6, 4
ENOUGH = 12


@dataclass(frozen=True, slots=True)
class Place:
    """Something that can be shown on the map, in the page's language. `area`: the region or grid it is or lies in ("" where none);
    `point`: degrees, of what is marked by a pin; `query`: what the map's address says of it."""

    code: str
    name: str
    note: str
    area: str
    point: tuple[float, float] | None
    query: str

    @property
    def address(self) -> str:
        return f"{reverse('map')}?{urlencode({self.query: self.code})}"


def find(text: str, on: date) -> list[Place]:
    """What fits a text, at most ENOUGH: areas before what stands in them."""
    found = [
        *(_region(row, on) for row in places.find_regions(text, on, REGIONS)),
        *(_grid(row, on) for row in places.find_grids(text, on, GRIDS)),
        *(_feature(row) for row in places.find_features(text, on, FEATURES)),
        *(_address(row, on) for row in places.find_addresses(text, on, ADDRESSES)),
        *(_asset(row, on) for row in places.find_assets(text, on, ASSETS)),
    ]
    return found[:ENOUGH]


def address(code: str, on: date) -> Place | None:
    """The address of a code."""
    return next((_address(row, on) for row in places.addresses_of_codes([code], on)), None)


def asset(code: str, on: date) -> Place | None:
    """The asset of a code."""
    row = places.asset_of_code(code, on)
    return _asset(row, on) if row else None


def feature(code: str, on: date) -> Place | None:
    """The street, water or other named feature of a code."""
    row = places.feature_of_code(code, on)
    return _feature(row) if row else None


def _region(row: RegionRow, on: date) -> Place:
    return Place(row.code, said(row), _name(parent_of(row.code), on), row.code, None, "area")


def _grid(row: GridRow, on: date) -> Place:
    return Place(row.code, said(row), _name(row.region_code, on), row.code, None, "area")


def _address(row: AddressRow, on: date) -> Place:
    kind = wording.of("address kind", row.kind)
    return Place(row.code, said(row), kind, row.grid_code, (row.lon, row.lat), "address")


def _feature(row: FeatureRow) -> Place:
    kind = wording.of("feature kind", row.kind) if row.kind else ""
    return Place(row.code, said(row), kind, "", (row.lon, row.lat), "feature")


def _asset(row: AssetRow, on: date) -> Place:
    matter = catalog.matters_by_code(on).get(row.matter_code)
    kind = said(matter) if matter else row.matter_code
    return Place(row.code, row.name or row.code, kind, row.grid_code, (row.lon, row.lat), "asset")


def _name(region: str, on: date) -> str:
    row = places.regions(on).get(region)
    return said(row) if row else ""
