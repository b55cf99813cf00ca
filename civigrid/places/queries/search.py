"""Finding regions and grids by what is typed, and long lists of the ground page by page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import shapely
from django.db.models import Count, Q, Sum

from civigrid.base import ranking, stamps
from civigrid.base.ranking import Findable, findable
from civigrid.places.models import AddressVersion, AssetVersion, BuildingVersion, FeatureVersion
from civigrid.places.queries.grids import GridRow, grids
from civigrid.places.queries.layers import FeatureSet, all_features
from civigrid.places.queries.regions import RegionRow, regions
from civigrid.places.queries.stamp import AREA
from civigrid.places.queries.things import AddressRow, AssetRow, address_row, asset_row
from civigrid.places.rules import AddressKind, FeatureKind


@dataclass(frozen=True, slots=True)
class Standing:
    """How many things stand in a grid, and how many residents its buildings count."""

    buildings: int = 0
    addresses: int = 0
    assets: int = 0
    housed: int = 0


@dataclass(frozen=True, slots=True)
class FeatureRow:
    """A named feature of the map; `lon`, `lat` lie on it, in the middle of its longest or largest piece."""

    code: str
    name: str
    name_en: str
    kind: FeatureKind
    lon: float
    lat: float


def find_regions(text: str, on: date, limit: int) -> list[RegionRow]:
    """The regions of a day that fit what was typed (`base.ranking`), the best first."""
    return ranking.best(_regions(on), text, limit)


def find_grids(text: str, on: date, limit: int) -> list[GridRow]:
    """The grids of a day that fit what was typed; those that fit alike in the order of their codes."""
    return ranking.best(_grids(on), text, limit, in_order=True)


def find_features(text: str, on: date, limit: int) -> list[FeatureRow]:
    """The streets, waters and other named features of the map that fit what was typed; all pieces of one are one row."""
    return ranking.best(_features(on), text, limit)


def feature_of_code(code: str, on: date) -> FeatureRow | None:
    """The feature of that code ("roads/R0001"), where it has a name and its code is the first of its pieces."""
    return next((found.row for found in _features(on) if found.row.code == code), None)


def addresses_after(on: date, *, limit: int, after: str = "", kind: AddressKind | None = None) -> list[AddressRow]:
    """Addresses as they are spelled, those after the one of that code; a kind of None is any."""
    of_day = AddressVersion.objects.filter(valid__contains=on)
    found = of_day if kind is None else of_day.filter(kind=kind.value)
    last = of_day.filter(address__code=after).values_list("pinyin", flat=True).first() if after else None
    if last is not None:  # the first condition lets the index begin there
        found = found.filter(Q(pinyin__gt=last) | Q(pinyin=last, address__code__gt=after), pinyin__gte=last)
    ordered = found.select_related("address").order_by("pinyin", "address__code")[:limit]
    return [address_row(version) for version in ordered]


def assets_after(
    on: date, *, limit: int, after: str = "", matter_code: str | None = None, owner_code: str | None = None
) -> list[AssetRow]:
    """Assets in the order of their codes, those after that one; None is any, an owner of "" is the unknown one."""
    found = AssetVersion.objects.filter(valid__contains=on, asset__code__gt=after)
    if matter_code is not None:
        found = found.filter(matter_code=matter_code)
    if owner_code is not None:
        found = found.filter(owner_code=owner_code)
    return [asset_row(version) for version in found.select_related("asset").order_by("asset__code")[:limit]]


@stamps.kept(AREA)
def standing(on: date) -> dict[str, Standing]:
    """What stands in each grid on a day, by its code; a grid with nothing in it is not among them."""
    counts: dict[str, dict[str, int]] = {}
    for name, model in (("buildings", BuildingVersion), ("addresses", AddressVersion), ("assets", AssetVersion)):
        found = model._default_manager.filter(valid__contains=on).values("grid_code").annotate(number=Count("id"))
        for row in found:
            counts.setdefault(row["grid_code"], {})[name] = row["number"]
    housed = BuildingVersion.objects.filter(valid__contains=on).values("grid_code").annotate(number=Sum("residents"))
    for row in housed:
        counts.setdefault(row["grid_code"], {})["housed"] = row["number"]
    return {code: Standing(**numbers) for code, numbers in counts.items()}


@stamps.kept(AREA)
def layer_counts(on: date) -> dict[str, dict[FeatureKind, int]]:
    """How many features of each kind each layer of the map has on a day."""
    found = FeatureVersion.objects.filter(valid__contains=on).values("layer", "kind").annotate(number=Count("id"))
    counts: dict[str, dict[FeatureKind, int]] = {}
    for row in found.order_by("layer", "kind"):
        counts.setdefault(row["layer"], {})[FeatureKind(row["kind"])] = row["number"]
    return counts


@stamps.kept(AREA)
def _regions(on: date) -> list[Findable[RegionRow]]:
    return [
        findable(region, code=region.code, names=(region.name, region.name_en), aliases=region.aliases)
        for region in regions(on).values()
    ]


@stamps.kept(AREA)
def _grids(on: date) -> list[Findable[GridRow]]:
    return [findable(grid, code=grid.code, names=(grid.name, grid.name_en)) for grid in grids(on).values()]


@stamps.kept(AREA)
def _features(on: date) -> list[Findable[FeatureRow]]:
    rows = [row for layer, held in all_features(on).items() for row in _named(layer, held)]
    return [findable(row, code="", names=(row.name, row.name_en)) for row in rows]


def _named(layer: str, held: FeatureSet) -> list[FeatureRow]:
    pieces: dict[tuple[str, FeatureKind], list[int]] = {}
    for place, (name, kind) in enumerate(zip(held.names, held.kinds, strict=True)):
        if name:
            pieces.setdefault((name, kind), []).append(place)
    return [_feature(layer, held, places) for places in pieces.values()]


def _feature(layer: str, held: FeatureSet, places: list[int]) -> FeatureRow:
    shapes = held.shapes[places]
    shape, first = shapes[int(np.argmax(shapely.area(shapes) + shapely.length(shapes)))], places[0]
    middle = shape.interpolate(0.5, normalized=True) if shapely.get_dimensions(shape) == 1 else shape.point_on_surface()
    code, kind = f"{layer}/{held.codes[first]}", held.kinds[first]
    return FeatureRow(code, held.names[first], held.names_en[first], kind, middle.x, middle.y)
