"""What the grids make together: the outlines of the regions above them, and each border once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence

import numpy as np
import numpy.typing as npt
import shapely

from civigrid.places.rules import DIGITS, Level
from civigrid.web.map.mercator import Geometries

Segments = npt.NDArray[np.float64]  # one a row: x, y, x, y
GRID = "grid"  # the level below all levels of regions
ABOVE_GRIDS = (Level.COMMUNITY, Level.TOWN, Level.COUNTY, Level.PREFECTURE)  # each is made of the one before it

_MIX = np.array([0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9, 0x27D4EB2F165667C5], dtype=np.uint64)


def regions_of(codes: Sequence[str], shapes: Geometries, root: str) -> dict[Level, dict[str, shapely.Geometry]]:
    """The outlines of the regions that grids lie in, by level and code, up to the region `root`."""
    union = _union(shapes)
    found: dict[Level, dict[str, shapely.Geometry]] = {}
    parts: Mapping[str, shapely.Geometry] = dict(zip(codes, shapes, strict=True))
    for level in ABOVE_GRIDS:
        if DIGITS[level] < len(root):
            break
        together: dict[str, list[shapely.Geometry]] = defaultdict(list)
        for code, shape in parts.items():
            together[code[: DIGITS[level]]].append(shape)
        parts = found[level] = {code: union(each) for code, each in together.items()}
    return found


def _union(shapes: Geometries) -> Callable[[Sequence[shapely.Geometry]], shapely.Geometry]:
    """The quick union where neighbours share every point of their borders, else the one that bears gaps."""
    union: Callable[[Sequence[shapely.Geometry]], shapely.Geometry] = shapely.union_all
    if shapely.coverage_is_valid(shapes):
        union = shapely.coverage_union_all
    return union


def borders(levels: Mapping[str, Geometries]) -> dict[str, Geometries]:
    """The lines between polygons, each once and under the highest level whose border it is; `levels` highest first."""
    drawn = np.empty(0, dtype=np.uint64)
    found = {}
    for level, shapes in levels.items():
        segments = _segments(shapes)
        marks, first = np.unique(_marks(segments), return_index=True)
        fresh = first[~np.isin(marks, drawn, assume_unique=True)]
        drawn = np.union1d(drawn, marks)
        found[level] = _joined(segments[fresh])
    return found


def _segments(shapes: Geometries) -> Segments:
    """Every side of the polygons, from its lesser to its greater end."""
    points, ring = shapely.get_coordinates(shapely.get_rings(shapes), return_index=True)
    goes_on = ring[1:] == ring[:-1]
    ends = np.hstack([points[:-1][goes_on], points[1:][goes_on]])
    turned = (ends[:, 0] > ends[:, 2]) | ((ends[:, 0] == ends[:, 2]) & (ends[:, 1] > ends[:, 3]))
    ends[turned] = ends[turned][:, [2, 3, 0, 1]]
    return ends


def _marks(segments: Segments) -> npt.NDArray[np.uint64]:
    """A number for each segment: equal ones get the same."""
    bits = np.ascontiguousarray(segments + 0.0).view(np.uint64)
    marks = np.zeros(len(bits), dtype=np.uint64)
    for column, factor in enumerate(_MIX):
        marks = (marks ^ bits[:, column]) * factor
        marks ^= marks >> np.uint64(29)
    return marks


def _joined(segments: Segments) -> Geometries:
    """Segments as lines that run from fork to fork."""
    lines = shapely.linestrings(segments.reshape(-1, 2, 2))
    merged: Geometries = shapely.get_parts(shapely.line_merge(shapely.multilinestrings(lines)))
    return merged
