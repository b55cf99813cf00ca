"""The irregular lattice of lines that streets, borders and waters follow, straight in the plane."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from civigrid.cli.generate.ground.warp import Floats, Warp

Ints = npt.NDArray[np.int64]

TRUNK, ARTERIAL, SECONDARY, LOCAL = 1, 2, 3, 4  # the class of a line: how far it may go on as a road
QUANTUM = 20  # metres: every line is a multiple, so both sides of a district's border have the same points
NARROW = 60.0  # metres between two lines at least
FINE = 55.0  # metres between the points of a bent line


@dataclass(frozen=True, slots=True)
class Lines:
    """The lines across one axis. `at`: metres, rising; `kind`: the class of each line."""

    at: Floats
    kind: Ints

    def __len__(self) -> int:
        """Gaps between lines."""
        return len(self.at) - 1

    @property
    def middle(self) -> Floats:
        return (self.at[1:] + self.at[:-1]) / 2


Spacing = Callable[[float], tuple[float, float, float]]


def lines(
    low: float, high: float, fixed: Sequence[tuple[float, int]], spacing: Spacing, draw: np.random.Generator
) -> Lines:
    """Lines from `low` to `high`; `fixed` ones (position, class) are among them; `spacing`: metres between arterial,
    secondary and local lines at a position."""
    found = {low: TRUNK, high: TRUNK} | {at: kind for at, kind in fixed if low < at < high}
    for level, kind in enumerate((ARTERIAL, SECONDARY, LOCAL)):
        bounds = sorted(found)
        for left, right in pairwise(bounds):
            for at in _between(left, right, spacing((left + right) / 2)[level], draw):
                found[at] = kind
    order = sorted(found)
    return Lines(np.array(order, dtype=np.float64), np.array([found[at] for at in order], dtype=np.int64))


def _between(left: float, right: float, wanted: float, draw: np.random.Generator) -> list[float]:
    """Positions that cut a gap into parts of about `wanted` metres, none alike."""
    parts = round((right - left) / wanted)
    if parts < 2:
        return []
    sizes = draw.uniform(0.78, 1.22, parts)
    cuts = left + np.cumsum(sizes)[:-1] / sizes.sum() * (right - left)
    snapped = np.round(cuts / QUANTUM) * QUANTUM
    keep = (np.diff(np.concatenate([[left], snapped])) >= NARROW) & (right - snapped >= NARROW)
    return [float(at) for at in snapped[keep]]


@dataclass(frozen=True, slots=True)
class Lattice:
    """Both axes. A cell (i, j) lies between lines i and i + 1 of x, and j and j + 1 of y; a node is where lines cross.

    `even`: which outer sides (west, east, south, north) are shared with another district: they have a point every
    QUANTUM metres, so that the neighbours have the same ones."""

    x: Lines
    y: Lines
    river: int  # the line of y that the river's middle follows
    banks: tuple[int, int]  # the lines south and north of it
    even: tuple[bool, bool, bool, bool] = (False, False, False, False)

    @property
    def shape(self) -> tuple[int, int]:
        return len(self.x), len(self.y)

    def areas(self, warp: Warp) -> Floats:
        """(nx, ny) square metres of the cells on the ground."""
        nodes = warp.ground(np.stack(np.meshgrid(self.x.at, self.y.at, indexing="ij"), axis=-1))
        a, b, c, d = nodes[:-1, :-1], nodes[1:, :-1], nodes[1:, 1:], nodes[:-1, 1:]
        one, other = c - a, d - b
        return np.asarray(np.abs(one[..., 0] * other[..., 1] - one[..., 1] * other[..., 0]) / 2)

    def along_x(self, j: int, first: int, last: int) -> Floats:
        """(n, 2) points of line j of y from line `first` to line `last` of x, either way round."""
        even = self.even[2] if j == 0 else self.even[3] if j == len(self.y) else False
        at = _fine(self.x.at, first, last, even)
        return np.stack([at, np.full_like(at, self.y.at[j])], axis=-1)

    def along_y(self, i: int, first: int, last: int) -> Floats:
        """(n, 2) points of line i of x from line `first` to line `last` of y, either way round."""
        even = self.even[0] if i == 0 else self.even[1] if i == len(self.x) else False
        at = _fine(self.y.at, first, last, even)
        return np.stack([np.full_like(at, self.x.at[i]), at], axis=-1)


def _fine(at: Floats, first: int, last: int, even: bool) -> Floats:
    if first > last:
        return _fine(at, last, first, even)[::-1]
    if even:
        return np.arange(at[first], at[last] + QUANTUM / 2, QUANTUM)
    parts = [
        np.linspace(at[k], at[k + 1], max(1, int(np.ceil((at[k + 1] - at[k]) / FINE))), endpoint=False)
        for k in range(first, last)
    ]
    return np.concatenate([*parts, at[last : last + 1]])


def numbered(lattice: Lattice, kinds: Sequence[int] | None) -> Ints:
    """(nx, ny) number of the block between lines of those classes that each cell is in; None: each cell its own."""
    parts = []
    for axis in (lattice.x, lattice.y):
        inner = axis.kind[1:-1]
        starts = np.ones(len(inner), dtype=np.int64) if kinds is None else np.isin(inner, kinds).astype(np.int64)
        parts.append(np.concatenate([[0], np.cumsum(starts)]))
    return np.asarray(parts[0][:, None] * (parts[1][-1] + 1) + parts[1][None, :])
