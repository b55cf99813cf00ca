"""One tile: everything in its square, clipped, in whole units, as a Mapbox Vector Tile (version 2.1), compressed."""

from __future__ import annotations

import gzip
import threading
from collections import OrderedDict, defaultdict
from collections.abc import Iterable, Sequence
from datetime import date

import numpy as np
import numpy.typing as npt
import shapely

from civigrid.web.map import mvt, things
from civigrid.web.map.ground import Ground
from civigrid.web.map.layers import Facts, Layer
from civigrid.web.map.mercator import EXTENT, Geometries, Tile, to_tile

MARGIN = 80  # units beyond the border that are sent too, so that a thick line goes on into the next tile
MOST = 48_000_000  # bytes of tiles a process keeps
QUICK = 5  # how hard gzip tries: harder costs more time than it saves

OWN = frozenset({"code", "name"})  # what has one of these is a feature of its own, the rest goes together

GRIDS = "grids"  # the layer whose facts count people

Told = tuple[tuple[str, str | int], ...]


def encode(tile: Tile, layers: Iterable[Layer]) -> bytes:
    """The tile of these layers; those of one name become one layer of the tile."""
    found: dict[str, list[mvt.Group]] = defaultdict(list)
    for layer in layers:
        group = shown(layer, tile)
        if group.facts:
            found[layer.name].append(group)
    content = b"".join(mvt.layer(name, groups, EXTENT) for name, groups in found.items())
    return gzip.compress(content, QUICK, mtime=0)


def shown(layer: Layer, tile: Tile) -> mvt.Group:
    """What a tile shows of a layer, in its units: each thing of a name or code, and all that are alike as one."""
    sheet = layer.sheet(tile.zoom)
    square = tile.box(MARGIN / EXTENT / 2**tile.zoom)
    near = np.sort(sheet.tree.query(shapely.box(*square)))
    shapes = shapely.orient_polygons(to_tile(shapely.clip_by_rect(sheet.shapes[near], *square), tile))
    seen = _visible(shapes)
    return _together(shapes[seen], [sheet.facts[each] for each in near[seen].tolist()])


def _together(shapes: Geometries, facts: Sequence[Facts]) -> mvt.Group:
    """A thousand nameless houses are one feature."""
    alike: dict[Told, list[int]] = defaultdict(list)
    for place, told in enumerate(facts):
        alike[tuple(told.items()) if OWN.isdisjoint(told) else (("", place),)].append(place)
    order = np.array([place for places in alike.values() for place in places], dtype=np.int64)
    owner = np.repeat(np.arange(len(alike)), [len(places) for places in alike.values()])
    return mvt.Group(shapes[order], owner, [facts[places[0]] for places in alike.values()])


def _visible(shapes: Geometries) -> npt.NDArray[np.bool_]:
    """What rounding left something of: points, lines of a length, areas of a unit or more."""
    dimension = shapely.get_dimensions(shapes)  # -1 where nothing was left
    size = np.choose(np.maximum(dimension, 0), [np.ones(len(shapes)), shapely.length(shapes), shapely.area(shapes)])
    seen: npt.NDArray[np.bool_] = (dimension >= 0) & ~shapely.is_empty(shapes) & (size >= 1)
    return seen


class Kept:
    """Tiles that were made, until they weigh too much together; those used last stay longest."""

    def __init__(self, most: int) -> None:
        self._most, self._weight = most, 0
        self._held: OrderedDict[tuple[str, Tile], bytes] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, edition: str, tile: Tile) -> bytes | None:
        with self._lock:
            content = self._held.get((edition, tile))
            if content is not None:
                self._held.move_to_end((edition, tile))
            return content

    def put(self, edition: str, tile: Tile, content: bytes) -> None:
        with self._lock:
            self._weight += len(content) - len(self._held.pop((edition, tile), b""))
            self._held[edition, tile] = content
            while self._weight > self._most:
                self._weight -= len(self._held.popitem(last=False)[1])


_kept = Kept(MOST)


def known(edition: str, tile: Tile) -> bytes | None:
    """A tile this process made before; of an edition in force now or earlier, which whoever may sign in may read."""
    return _kept.get(edition, tile)


def public(ground: Ground, tile: Tile, on: date) -> bytes:
    """The same for people who do not sign in: streets, waters, houses, towns; no grid with its count of residents, and
    nothing of what stands in the street and whose it is.
    """
    edition = f"public {ground.edition}"
    content = _kept.get(edition, tile)
    if content is None:
        drawn = [layer for layer in ground.layers if layer.name != GRIDS]
        content = encode(tile, [*drawn, *things.layers(tile, ground.edition, on, assets=False)])
        _kept.put(edition, tile, content)
    return content


def make(ground: Ground, tile: Tile, on: date) -> bytes:
    """Makes a tile and keeps it. Inside a reading transaction."""
    content = encode(tile, [*ground.layers, *things.layers(tile, ground.edition, on)])
    _kept.put(ground.edition, tile, content)
    return content
