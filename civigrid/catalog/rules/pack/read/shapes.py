"""grids.geojson, buildings.geojson and the map layers into rows."""

from __future__ import annotations

import numpy as np
import shapely

from civigrid.catalog.rules.pack import content
from civigrid.catalog.rules.pack.content import At
from civigrid.catalog.rules.pack.faults import Faults
from civigrid.catalog.rules.pack.read.drawn import ANY, FOOTPRINTS, POLYGONS, Drawn, drawn, shapes_of, wkb
from civigrid.catalog.rules.pack.tables import once
from civigrid.places.rules import (
    FEATURE_KINDS,
    GRID_DIGITS,
    BuildingKind,
    FeatureKind,
    GridKind,
    LayerStyle,
    NewBuilding,
    NewFeature,
    NewGrid,
)

MOST_RESIDENTS, MOST_FLOORS, WIDEST = 1_000_000, 200, 1000.0


def grids(data: bytes, faults: Faults) -> list[At[NewGrid]]:
    """The grids, and a fault for each shape that is none."""
    rows = drawn(content.GRIDS, data, faults)
    once(rows, ("code",))
    shapes = wkb(shapes_of(rows, POLYGONS))
    return [At(row.file, row.row, _grid(row, shape)) for row, shape in zip(rows, shapes, strict=True)]


def _grid(row: Drawn, shape: bytes) -> NewGrid:
    code = row.text("code", required=True)
    if code and not (code.isascii() and code.isdigit() and len(code) == GRID_DIGITS):
        row.fault("code", "bad_grid_code", value=code)
    return NewGrid(
        code=code,
        name=row.text("name", required=True),
        kind=row.choice("kind", GridKind),
        shape=shape,
        name_en=row.text("name_en"),
        residents=row.count("residents", most=MOST_RESIDENTS),
    )


def buildings(data: bytes, faults: Faults) -> list[At[NewBuilding]]:
    """The buildings, each with a point inside it; the grid it lies in is found later."""
    rows = drawn(content.BUILDINGS, data, faults)
    once(rows, ("code",))
    shapes = shapes_of(rows, FOOTPRINTS)
    # "point on surface" is costly where a building's middle lies in it, as it mostly does
    inside = shapely.centroid(shapes)
    bent = ~shapely.intersects(shapes, inside)
    inside[bent] = shapely.point_on_surface(shapes[bent])
    points = np.nan_to_num(np.column_stack([shapely.get_x(inside), shapely.get_y(inside)])).tolist()
    return [
        At(row.file, row.row, _building(row, shape, lon, lat))
        for row, shape, (lon, lat) in zip(rows, wkb(shapes), points, strict=True)
    ]


def _building(row: Drawn, shape: bytes, lon: float, lat: float) -> NewBuilding:
    return NewBuilding(
        code=row.code(),
        kind=row.choice("kind", BuildingKind),
        shape=shape,
        lon=lon,
        lat=lat,
        name=row.text("name"),
        name_en=row.text("name_en"),
        address=row.text("address"),
        floors=row.count("floors", most=MOST_FLOORS),
        residents=row.count("residents", most=MOST_RESIDENTS),
        estate=row.text("estate"),
    )


def layer(code: str, style: str, data: bytes, faults: Faults) -> list[At[NewFeature]]:
    """The features of one layer. A style that is none lets any kind pass: it is said where the style stands."""
    rows = drawn(content.layer_file(code), data, faults)
    once(rows, ("code",))
    known = style in {each.value for each in LayerStyle}
    kinds = (FeatureKind.NONE, *(FEATURE_KINDS[LayerStyle(style)] if known else FeatureKind))
    shapes = wkb(shapes_of(rows, ANY))
    return [At(row.file, row.row, _feature(code, kinds, row, shape)) for row, shape in zip(rows, shapes, strict=True)]


def _feature(layer: str, kinds: tuple[FeatureKind, ...], row: Drawn, shape: bytes) -> NewFeature:
    kind = row.choice("kind", FeatureKind, FeatureKind.NONE)
    if kind not in kinds:
        row.fault("kind", "unknown_value", value=kind.value, allowed=", ".join(filter(None, kinds)))
    return NewFeature(
        code=f"{layer}/{row.code()}",
        layer=layer,
        kind=kind,
        shape=shape,
        name=row.text("name"),
        name_en=row.text("name_en"),
        place_kind=row.text("place_kind"),
        width=row.size("width", most=WIDEST),
    )
