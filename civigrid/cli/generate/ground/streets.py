"""What lies on each edge of the lattice: which of the lines are streets, and of what class."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from civigrid.cli.generate.ground.blocks import Blocks
from civigrid.cli.generate.ground.corridors import Corridor, Way
from civigrid.cli.generate.ground.lattice import ARTERIAL, SECONDARY, TRUNK, Ints, Lines
from civigrid.cli.generate.ground.partition import Parted
from civigrid.cli.generate.ground.sketch import Flags
from civigrid.cli.generate.ground.warp import Floats

# metres: of the way itself, and from its middle to the ground that is built on
WIDTH = {
    Way.PATH: 2.0, Way.LANE: 5.0, Way.BRANCH: 10.0, Way.COUNTRY: 9.0, Way.SECONDARY: 24.0, Way.MAIN: 36.0,
    Way.HIGHWAY: 20.0, Way.EXPRESSWAY: 32.0, Way.STREAM: 14.0, Way.RAIL: 12.0,
}  # fmt: skip
CLEAR = {
    Way.NONE: 3.0, Way.PATH: 6.5, Way.LANE: 4.5, Way.BRANCH: 9.0, Way.COUNTRY: 12.0, Way.SECONDARY: 18.0,
    Way.MAIN: 26.0, Way.HIGHWAY: 28.0, Way.EXPRESSWAY: 55.0, Way.STREAM: 24.0, Way.RAIL: 30.0, Way.RIVER: 0.0,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Edges:
    """`up`: (nx + 1, ny) the way along line i of x beside row j; `across`: (nx, ny + 1) along line j of y."""

    up: Ints
    across: Ints


def edges(part: Parted, blocks: Blocks, found: list[Corridor]) -> Edges:
    """The ways of a district."""
    urban = np.array([area.urban for area in part.areas])
    lanes = np.array([area.town.character == "old" for area in part.areas])
    flags = [np.where(part.grid >= 0, each[part.grid], False) for each in (urban, lanes)]
    up = _ways(part.lattice.x, blocks.street, part.grid, *flags)
    across = _ways(part.lattice.y, blocks.street.T, part.grid.T, *(each.T for each in flags)).T.copy()
    _river(part, up, across)
    for each in found:
        line = up[each.line] if each.vertical else across[:, each.line]
        own = _beside(part.grid if each.vertical else part.grid.T, each.line)
        span = slice(each.first, each.last)
        way = np.full(len(own), each.way)
        if each.way is Way.HIGHWAY:  # it is a main street where it runs through a town
            way[_both(flags[0] if each.vertical else flags[0].T, each.line)] = Way.MAIN
        line[span] = np.where(own[span], way[span], line[span])
    return Edges(up, across)


def _beside(grid: Ints, line: int) -> Flags:
    """Whether the city lies on either side of a line's edges."""
    return np.asarray((grid[line - 1] >= 0) | (grid[line] >= 0))


def _both(urban: Flags, line: int) -> Flags:
    """Whether a line's edges have the town on both sides."""
    return np.asarray(urban[line - 1] & urban[line])


def _ways(lines: Lines, street: Ints, grid: Ints, urban: Flags, lanes: Flags) -> Ints:
    """(lines, rows) the ways along the lines of one axis, whose gaps are the first axis of the arrays."""
    none = np.full((1, street.shape[1]), -1, dtype=np.int64)
    off = np.zeros((1, street.shape[1]), dtype=bool)
    left, right = np.concatenate([none, street]), np.concatenate([street, none])
    one, other = np.concatenate([none, grid]), np.concatenate([grid, none])
    town = np.concatenate([off, urban]) | np.concatenate([urban, off])
    narrow = np.concatenate([off, lanes]) & np.concatenate([lanes, off])
    kind = lines.kind[:, None]
    found = np.where(town, np.where(narrow, Way.LANE, Way.BRANCH), np.where(one != other, Way.LANE, Way.PATH))
    found = np.where(town & (kind == SECONDARY), Way.SECONDARY, found)
    found = np.where(town & (kind <= ARTERIAL), Way.MAIN, found)
    found = np.where(~town & (kind == ARTERIAL), Way.BRANCH, found)
    found = np.where(~town & (kind == TRUNK), Way.COUNTRY, found)
    border = (one < 0) ^ (other < 0)
    found = np.where(border, np.minimum(found, np.where(town, Way.BRANCH, Way.PATH)), found)
    return np.where((left != right) & ((one >= 0) | (other >= 0)), found, Way.NONE).astype(np.int64)


def _river(part: Parted, up: Ints, across: Ints) -> None:
    """Nothing crosses the river but main roads and roads between towns, on bridges; a road follows either bank."""
    south, north = part.lattice.banks
    rows = slice(south, north)
    last = up.shape[1] - 1
    below, above = up[:, max(0, south - 1)], up[:, min(last, north)]
    large = (below == Way.MAIN) | (above == Way.MAIN) | (below == Way.COUNTRY) | (above == Way.COUNTRY)
    bridge = large & (south > 0) & (north <= last)
    width = np.maximum(below, above)
    up[:, rows] = np.where(bridge, np.minimum(width, Way.MAIN), Way.NONE)[:, None]
    across[:, part.lattice.river] = np.where(part.grid[:, part.lattice.river] >= 0, Way.RIVER, Way.NONE)
    for line in (south, north):
        if 0 < line < across.shape[1] - 1:
            street = across[:, line]
            across[:, line] = np.where(street == Way.SECONDARY, Way.MAIN, np.where(street > 0, Way.COUNTRY, 0))


def clearances(blocks: Blocks, ways: Edges) -> tuple[Floats, Floats, Floats, Floats]:
    """Metres from the lines west, east, south and north of each block to the ground that is built on."""
    of = np.array([CLEAR[way] for way in Way])
    up, across = of[ways.up], of[ways.across]
    rows = list(zip(blocks.i0.tolist(), blocks.i1.tolist(), blocks.j0.tolist(), blocks.j1.tolist(), strict=True))
    west = [up[i0, j0:j1].max() for i0, _, j0, j1 in rows]
    east = [up[i1, j0:j1].max() for _, i1, j0, j1 in rows]
    south = [across[i0:i1, j0].max() for i0, i1, j0, _ in rows]
    north = [across[i0:i1, j1].max() for i0, i1, _, j1 in rows]
    return np.array(west), np.array(east), np.array(south), np.array(north)
