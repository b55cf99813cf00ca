"""Interchanges: where roads go up to the expressway."""

from __future__ import annotations

import numpy as np
import shapely

from civigrid.cli.generate.ground.corridors import Corridor, Way
from civigrid.cli.generate.ground.partition import Parted
from civigrid.cli.generate.ground.streets import Edges
from civigrid.cli.generate.ground.warp import Floats, Warp

FROM_MIDDLE = 190.0  # metres along both roads
APART = 3200.0  # metres between interchanges at least
WIDTH = 9.0
_TURN = np.linspace(0, 1, 9)[:, None]


def ramps(part: Parted, ways: Edges, found: list[Corridor], warp: Warp) -> list[shapely.MultiLineString]:
    """The four ramps of each interchange, metres on the ground: at crossings with large roads inside the city."""
    x, y = part.lattice.x.at, part.lattice.y.at
    shapes = []
    for each in (each for each in found if each.way is Way.EXPRESSWAY and not each.vertical):
        last = -APART
        for i in range(2, len(x) - 2):
            across = ways.up[i, each.line - 1 : each.line + 1]
            inside = (part.grid[i - 2 : i + 2, each.line - 1 : each.line + 1] >= 0).all()
            if inside and across.min() >= Way.COUNTRY and across.max() <= Way.HIGHWAY and x[i] - last >= APART:
                last = float(x[i])
                shapes.append(_interchange(last, float(y[each.line]), warp))
    return shapes


def _interchange(x: float, y: float, warp: Warp) -> shapely.MultiLineString:
    lines = []
    for right in (-1, 1):
        for up in (-1, 1):
            start = np.array([x + right * FROM_MIDDLE, y + up * 8])
            bend = np.array([x + right * 45, y + up * 30])
            end = np.array([x + right * 6, y + up * FROM_MIDDLE])
            lines.append(_curve(start, bend, end))
    return shapely.multilinestrings([shapely.LineString(warp.ground(line)) for line in lines])


def _curve(start: Floats, bend: Floats, end: Floats) -> Floats:
    """Points of a quadratic Bezier curve."""
    return np.asarray((1 - _TURN) ** 2 * start + 2 * _TURN * (1 - _TURN) * bend + _TURN**2 * end)
