"""A layer of the map: features with the zoom each begins at, and what is left of their shapes at a zoom."""

from __future__ import annotations

import math
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely

from civigrid.web.map.mercator import MAX_ZOOM, SIDE, Geometries

Facts = Mapping[str, str | int]
Simplify = Callable[[Geometries, float], Geometries]

NEVER = MAX_ZOOM + 1  # the first zoom of what is too small to be shown
WHOLE_FROM = 15  # from here on shapes are shown with all their points
TOLERANCE = 0.5  # pixels a simplified shape may be off


@dataclass(frozen=True, slots=True, eq=False)
class Sheet:
    """What a layer shows at one zoom."""

    shapes: Geometries
    facts: Sequence[Facts]
    tree: shapely.STRtree


class Layer:
    """Features of one kind of geometry (world units); `facts` are what a browser is told of each, `first` the zoom each
    is shown from. Sheets are made when first asked for and kept."""

    def __init__(
        self,
        name: str,
        shapes: Geometries,
        facts: Sequence[Facts],
        first: npt.ArrayLike,
        simplify: Simplify | None = None,
    ) -> None:
        self.name, self.shapes, self.facts = name, shapes, facts
        self.first = np.broadcast_to(np.asarray(first), shapes.shape)
        self._simplify = simplify or simplified
        self._sheets: dict[int, Sheet] = {}
        self._making = threading.Lock()

    def sheet(self, zoom: int) -> Sheet:
        with self._making:
            if zoom not in self._sheets:
                self._sheets[zoom] = self._sheet(zoom)
            return self._sheets[zoom]

    def _sheet(self, zoom: int) -> Sheet:
        begun = np.flatnonzero(self.first <= zoom)
        shapes = self.shapes[begun]
        if zoom < WHOLE_FROM:
            shapes = self._simplify(shapes, TOLERANCE * pixel(zoom))
        left = ~shapely.is_empty(shapes)
        shapes = shapes[left]
        return Sheet(shapes, [self.facts[each] for each in begun[left].tolist()], shapely.STRtree(shapes))


def pixel(zoom: int) -> float:
    """The side of a screen's pixel, in world units."""
    return math.ldexp(1 / SIDE, -zoom)


def simplified(shapes: Geometries, tolerance: float) -> Geometries:
    """Each by itself, as Douglas and Peucker did."""
    thin: Geometries = shapely.simplify(shapes, tolerance, preserve_topology=False)
    return thin


def simplified_together(shapes: Geometries, tolerance: float) -> Geometries:
    """Polygons that share borders go on sharing them."""
    thin: Geometries = shapely.coverage_simplify(shapes, 2 * tolerance)
    return thin


def first_at(shapes: Geometries, pixels: float) -> npt.NDArray[np.int64]:
    """The zoom from which each polygon measures so many pixels across (as a square of its area would)."""
    across = np.sqrt(np.maximum(shapely.area(shapes), 1e-30))
    first: npt.NDArray[np.int64] = np.clip(np.ceil(np.log2(pixels / SIDE / across)), 0, NEVER).astype(np.int64)
    return first


def middles(shapes: Geometries) -> Geometries:
    """The point of each polygon that lies farthest from its border: where a name stands best."""
    across = np.sqrt(np.maximum(shapely.area(shapes), 1e-18))
    widest: Geometries = shapely.get_point(shapely.maximum_inscribed_circle(shapes, tolerance=across / 20), 0)
    return widest


def stated(**facts: str | int) -> Facts:
    """Without those that are empty: a browser takes what is missing for that."""
    return {name: value for name, value in facts.items() if value}
