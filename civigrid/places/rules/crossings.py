"""Roads by name, and where two of them cross. Values in, values out."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable

import numpy as np
import shapely

from civigrid.places.rules.spelling import spelled

_JOIN = re.compile(r"(?:与|和|跟|及|同|、|/|×|x|-|,|and)?\s*")
_ENDS = re.compile(
    r"(?:相?交[叉汇界接会]?(?:处|口|点|路口)|那个|这个|的)*(?:[东西南北]{0,2}[口角侧]|路口|十字|丁字|拐角|转角|交[叉汇界接会]|相交)"
)
_ONE_PLACE = 0.0008  # degrees: two ways of one crossroads, and the lanes of a roundabout, are one


class Roads:
    """The roads of a city by name. Two of one name are one here: each crosses where it crosses."""

    def __init__(self, roads: Iterable[tuple[str, shapely.Geometry]]) -> None:
        """`roads`: names and lines in EPSG:4326."""
        lines: dict[str, list[shapely.Geometry]] = defaultdict(list)
        for name, line in roads:
            if len(said := spelled(name)) >= 2:
                lines[said].append(line)
        self._lines = {name: shapely.union_all(several) for name, several in lines.items()}
        self.names = frozenset(self._lines)

    def named(self, text: str) -> list[str]:
        """The roads whose names stand in a text that is spelled, the longest first where several begin alike."""
        found, at = [], 0
        while at < len(text):
            ends = range(len(text), at + 1, -1)
            name = next((text[at:end] for end in ends if text[at:end] in self.names), "")
            found += [name] if name else []
            at += len(name) or 1
        return found

    def cross(self, text: str, end: int, start: int, after: int) -> bool:
        """Whether of two roads in a text, one up to `end`, the other from `start` to `after`, their crossing is said."""
        return _JOIN.fullmatch(text, end, start) is not None and _ENDS.match(text, after) is not None

    def meet(self, one: str, two: str) -> list[tuple[float, float]]:
        """Where two roads cross or touch (degrees): a point for each crossroads."""
        both = shapely.intersection(self._lines[one], self._lines[two])
        points = shapely.get_coordinates(shapely.centroid(shapely.get_parts(both)))
        found: list[tuple[float, float]] = []
        for lon, lat in sorted(points.tolist()):
            if not found or np.min(np.hypot(*(np.array(found) - (lon, lat)).T)) > _ONE_PLACE:
                found.append((lon, lat))
        return found
