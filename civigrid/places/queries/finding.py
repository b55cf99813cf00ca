"""What finds a place: kinds of place by point, addresses by text, assets near a point, borders. Each is read once per
edition and shared; a process builds them anew in its first transaction after a reload."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date

import numpy as np
import shapely

from civigrid.base import stamps
from civigrid.places.models import AddressVersion, AssetVersion
from civigrid.places.queries.grids import grids, shapes
from civigrid.places.queries.layers import all_features
from civigrid.places.queries.regions import regions
from civigrid.places.queries.stamp import AREA
from civigrid.places.rules import (
    FEATURE_KINDS,
    AddressBook,
    AddressKind,
    AssetIndex,
    GridEdges,
    KnownPlace,
    LayerStyle,
    PlaceKinds,
    Roads,
)

_ROADS = frozenset(FEATURE_KINDS[LayerStyle.ROAD])
_SHARE = 0.05  # of a place's ground: what lies in a grid by less is a line drawn twice
_SPREAD = frozenset({AddressKind.ESTATE, AddressKind.LANDMARK})  # the kinds of address that cover ground


@stamps.kept(AREA)
def place_kinds(on: date) -> PlaceKinds:
    """The kind of place at a point, by the features of the day that have one."""
    found = [
        row
        for layer in all_features(on).values()
        for row in zip(layer.shapes, layer.widths, layer.place_kinds, strict=True)
        if row[2]
    ]
    return PlaceKinds([row[0] for row in found], [row[1] for row in found], [row[2] for row in found])


@stamps.kept(AREA)
def grid_edges(on: date) -> GridEdges | None:
    """The borders of the grids of a day; None where there are none."""
    polygons = shapes(on)
    return GridEdges(list(polygons), list(polygons.values())) if polygons else None


@stamps.kept(AREA)
def grids_by_code(on: date) -> Mapping[str, int]:
    """The ids of the grids of a day."""
    return {row.code: row.id for row in grids(on).values()}


@stamps.kept(AREA)
def address_book(on: date) -> AddressBook:
    """The addresses of a day and the assets that bear a number, by every name they go by."""
    names = (name for row in regions(on).values() for name in (row.name, row.name_en, *row.aliases) if name)
    return AddressBook((*_addresses(on), *_plates(on)), _roads(on), names)


@stamps.kept(AREA)
def asset_index(on: date) -> AssetIndex:
    """The assets of a day, by where they stand."""
    found = AssetVersion.objects.filter(valid__contains=on)
    columns = ("asset__code", "matter_code", "owner_code", "lon", "lat")
    rows = list(found.values_list(*columns))
    return AssetIndex(*([row[place] for row in rows] for place in range(len(columns))))


@stamps.kept(AREA)
def spreads(on: date) -> Mapping[str, tuple[int, ...]]:
    """The grids that estates and landmarks lie in which lie in several, by the code of the address."""
    edges, found = list(shapes(on).items()), dict[str, tuple[int, ...]]()
    tree = shapely.STRtree([polygon for _, polygon in edges])
    for code, ground in _grounds(on).items():
        held = [edges[row] for row in np.sort(tree.query(ground, predicate="intersects"))]
        several = tuple(i for i, polygon in held if polygon.intersection(ground).area > _SHARE * ground.area)
        if len(several) > 1:
            found[code] = several
    return found


def _addresses(on: date) -> Iterator[tuple[KnownPlace, Sequence[str]]]:
    columns = ("address__code", "name", "kind", "lon", "lat", "grid_code", "name_en", "aliases")
    found = AddressVersion.objects.filter(valid__contains=on).order_by("address__code")
    for code, name, kind, lon, lat, grid, name_en, aliases in found.values_list(*columns):
        yield KnownPlace(code, name, AddressKind(kind), lon, lat, grid), (name, name_en, *aliases)


def _plates(on: date) -> Iterator[tuple[KnownPlace, Sequence[str]]]:
    columns = ("asset__code", "name", "lon", "lat", "grid_code")
    found = AssetVersion.objects.filter(valid__contains=on).order_by("asset__code")
    numbered = found.exclude(name="").values_list(*columns)
    for code, name, lon, lat, grid in numbered:
        yield KnownPlace("", name, AddressKind.POLE, lon, lat, grid, asset=code), (name,)


def _roads(on: date) -> Roads:
    return Roads(
        (name, shape)
        for layer in all_features(on).values()
        for *names, shape, kind in zip(layer.names, layer.names_en, layer.shapes, layer.kinds, strict=True)
        if kind in _ROADS
        for name in names
        if name
    )


def _grounds(on: date) -> dict[str, shapely.Geometry]:
    """The ground of estates and landmarks, by the code of the address: the polygon of their name they lie in."""
    named: dict[str, list[shapely.Geometry]] = defaultdict(list)
    for layer in all_features(on).values():
        for name, shape in zip(layer.names, layer.shapes, strict=True):
            if name and shapely.get_dimensions(shape) == 2:
                named[name].append(shape)
    kinds = [kind.value for kind in _SPREAD]
    rows = AddressVersion.objects.filter(valid__contains=on, kind__in=kinds, name__in=list(named))
    found = {}
    for code, name, lon, lat in rows.values_list("address__code", "name", "lon", "lat"):
        ground = next((each for each in named[name] if each.intersects(shapely.Point(lon, lat))), None)
        if ground is not None:
            found[code] = ground
    return found
