"""Buildings and assets: read by cell and kept by cell, so that a city of a million costs no more than a small one."""

from __future__ import annotations

import threading
from collections import OrderedDict, defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import Any

import numpy as np
import shapely

from civigrid.catalog.rules import UNKNOWN_OWNER
from civigrid.places import queries as places
from civigrid.places.queries import AssetRow, BuildingRow
from civigrid.places.rules import cells_between, cells_of
from civigrid.web.map.layers import Layer, first_at, stated
from civigrid.web.map.mercator import Tile, degrees, metres, to_world

BUILDINGS_FROM, ASSETS_FROM = 14, 16
SHOWN_FROM = 1.5  # pixels across
REACH = 100  # metres a building may reach beyond the tile its middle lies in
KEPT = 96  # cells, of about two kilometres: some thousand buildings each where a town is dense


class Cells:
    """One kind of thing by cell; those used last are kept."""

    def __init__(
        self, read: Callable[[list[int], date], Sequence[Any]], layer: Callable[[Sequence[Any]], Layer]
    ) -> None:
        self._read, self._layer = read, layer
        self._kept: OrderedDict[tuple[str, int], Layer] = OrderedDict()
        self._lock = threading.Lock()

    def layers(self, cells: Sequence[int], edition: str, on: date) -> list[Layer]:
        """The layer of each cell; those not in memory are read in one statement, while others wait for them."""
        with self._lock:
            missing = [cell for cell in cells if (edition, cell) not in self._kept]
            if missing:
                self._kept |= {(edition, cell): layer for cell, layer in self._fetch(missing, on).items()}
            for cell in cells:
                self._kept.move_to_end((edition, cell))
            found = [self._kept[edition, cell] for cell in cells]
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        return found

    def _fetch(self, cells: list[int], on: date) -> dict[int, Layer]:
        rows = self._read(cells, on)
        held: dict[int, list[Any]] = defaultdict(list)
        for row, cell in zip(
            rows, cells_of([row.lon for row in rows], [row.lat for row in rows]).tolist(), strict=True
        ):
            held[cell].append(row)
        return {cell: self._layer(held[cell]) for cell in cells}


def _buildings(rows: Sequence[BuildingRow]) -> Layer:
    """Footprints from the zoom they are large enough at; those known only as points with the assets."""
    shapes = to_world([row.shape for row in rows])
    facts = [stated(kind=row.kind.value, name=row.name, name_en=row.name_en) for row in rows]
    first = np.maximum(first_at(shapes, SHOWN_FROM), BUILDINGS_FROM)
    return Layer("buildings", shapes, facts, np.where(shapely.get_dimensions(shapes) == 0, ASSETS_FROM, first))


def _assets(rows: Sequence[AssetRow]) -> Layer:
    points = to_world(shapely.points([row.lon for row in rows], [row.lat for row in rows]))
    facts = [stated(kind=row.matter_code, name=row.name, owner=row.owner_code or UNKNOWN_OWNER) for row in rows]
    return Layer("assets", points, facts, ASSETS_FROM)


_BUILDINGS, _ASSETS = Cells(places.buildings_in, _buildings), Cells(places.assets_in, _assets)


def layers(tile: Tile, edition: str, on: date, *, assets: bool = True) -> Iterable[Layer]:
    """The layers of things that reach into a tile; none at the zooms that do not show them."""
    found: list[Layer] = []
    if tile.zoom >= BUILDINGS_FROM:
        found += _BUILDINGS.layers(_cells(tile), edition, on)
    if assets and tile.zoom >= ASSETS_FROM:
        found += _ASSETS.layers(_cells(tile), edition, on)
    return found


def _cells(tile: Tile) -> list[int]:
    _, north, _, south = tile.box()
    margin = REACH / metres(1.0, (north + south) / 2)
    return cells_between(*degrees(tile.box(margin)))
