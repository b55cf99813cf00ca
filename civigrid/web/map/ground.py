"""What an edition of the reference geometry puts on the map, read once and kept in memory."""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
import shapely

import civigrid
from civigrid.base import stamps
from civigrid.catalog import queries as catalog
from civigrid.places import queries as places
from civigrid.places.rules import Level
from civigrid.web.map import areas, features, outlines
from civigrid.web.map.layers import Layer
from civigrid.web.map.mercator import Box, Geometries, to_world

KEPT = 2  # editions: the one in force, and the one before it for pages still open


@dataclass(frozen=True, slots=True, eq=False)
class Ground:
    """One edition, in world units: the layers of the map, the outlines of regions and grids by their codes, and where
    the city lies (None where nothing of it has a shape)."""

    edition: str
    layers: tuple[Layer, ...]
    regions: Mapping[Level, Mapping[str, shapely.Geometry]]
    grids: Mapping[str, shapely.Geometry]
    box: Box | None

    def outline(self, code: str) -> shapely.Geometry | None:
        """Of a region or a grid; None where the code has no shape."""
        found = self.grids.get(code)
        return found or next((shapes[code] for shapes in self.regions.values() if code in shapes), None)


_kept: OrderedDict[str, Ground] = OrderedDict()
_making = threading.Lock()


def edition(on: date) -> str:
    """What the map's content is known by: the data in force that day, and the program that draws it. A day on which nothing
    began or ended has the edition of the day before."""
    turned = places.turned(on).isoformat()
    parts = (civigrid.__version__, stamps.stamp(places.AREA), stamps.stamp(catalog.AREA), turned)
    return hashlib.sha256("|".join(parts).encode()).hexdigest()[:16]


def ground(on: date) -> Ground:
    """The edition in force that day; made by the first who asks, in his transaction, while others wait for it."""
    key = edition(on)
    with _making:
        if key not in _kept:
            _kept[key] = _make(key, on)
            while len(_kept) > KEPT:
                _kept.popitem(last=False)
        _kept.move_to_end(key)
        return _kept[key]


def _make(key: str, on: date) -> Ground:
    city = catalog.city_or_none()
    degrees = places.shapes(on)  # a loading may commit between the two
    rows = {grid_id: row for grid_id, row in places.grids(on).items() if grid_id in degrees}
    codes = [row.code for row in rows.values()]
    shapes = to_world([degrees[grid_id] for grid_id in rows])
    regions = outlines.regions_of(codes, shapes, city.root_code if city else "")
    drawn = features.read(city.layers if city else {}, on)
    known = places.regions(on)
    return Ground(
        edition=key,
        layers=(
            *drawn,
            *areas.grids(list(rows.values()), known, shapes),
            *areas.regions(regions, known),
            *areas.borders(regions, shapes),
        ),
        regions=regions,
        grids=dict(zip(codes, shapes, strict=True)),
        box=_box(shapes, [layer.shapes for layer in drawn]),
    )


def _box(grids: Geometries, others: list[Geometries]) -> Box | None:
    """Where the grids lie; where there are none, everything else."""
    shapes = grids if len(grids) or not others else np.concatenate(others)
    if not len(shapes):
        return None
    west, north, east, south = shapely.total_bounds(shapes).tolist()
    return west, north, east, south
