"""Sets of cells cut into connected parts along the lattice's lines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from civigrid.cli.generate.ground.lattice import Ints, Lattice
from civigrid.cli.generate.ground.warp import Floats

JOG = 0.05  # what it costs to leave a line half-way, as a share of the area
OF_LINE = {1: 0.0, 2: 0.01, 3: 0.03, 4: 0.06}  # and to follow a line of a low class


@dataclass(frozen=True, slots=True)
class Part:
    """What a part is to be: its share of the area, at least `cells` cells, and where it had better lie (-1 to 1)."""

    weight: float
    cells: int
    x: float
    y: float


class Cutter:
    """Cuts sets of cells (flat indices) of one lattice. `areas`: square metres of its cells, (nx, ny)."""

    def __init__(self, lattice: Lattice, areas: Floats) -> None:
        self.lattice, self.areas = lattice, areas.ravel()
        self.nx, self.ny = lattice.shape

    def bisect(self, cells: Ints, parts: Sequence[Part], order: Sequence[int]) -> dict[int, Ints]:
        """The cells of each part of `order` (indices into `parts`)."""
        if len(order) == 1:
            return {order[0]: cells}
        x_axis = self._wide(cells) >= self._high(cells)
        ranked = sorted(order, key=lambda at: (parts[at].x if x_axis else parts[at].y, at))
        first, other = _halves(ranked, parts)
        left, right = self._cut(cells, x_axis, parts, first, other)
        return self.bisect(left, parts, first) | self.bisect(right, parts, other)

    def carve(self, cells: Ints, middle: tuple[float, float], area: float, least: int, most: int) -> tuple[Ints, Ints]:
        """The connected cells around a place that cover `area`, and the rest, connected too where it can be."""
        x, y = self.middles(cells)
        away = (np.abs(x - middle[0]) ** 2.4 + np.abs(y - middle[1]) ** 2.4) ** (1 / 2.4)
        order = cells[np.lexsort((cells, away))]
        count = int(np.searchsorted(np.cumsum(self.areas[order]), area)) + 1
        count = min(max(count, least), len(cells) - most)
        return self._joined(order[:count], order[count:], least, most)

    def middles(self, cells: Ints) -> tuple[Floats, Floats]:
        """x and y of the cells' middles, metres of the plane."""
        i, j = np.divmod(cells, self.ny)
        return self.lattice.x.middle[i], self.lattice.y.middle[j]

    def components(self, cells: Ints) -> list[Ints]:
        """Connected sets, the largest first."""
        left = dict.fromkeys(cells.tolist())
        found = []
        while left:
            start = next(iter(left))
            del left[start]
            group, edge = [start], [start]
            while edge:
                edge = [near for at in edge for near in self._near(at) if left.pop(near, 0) is None]
                group += edge
            found.append(np.array(group, dtype=np.int64))
        return sorted(found, key=lambda group: -len(group))

    def _near(self, at: int) -> tuple[int, ...]:
        row = at % self.ny
        return (
            at - self.ny,
            at + self.ny,
            *((at - 1,) if row else ()),
            *((at + 1,) if row < self.ny - 1 else ()),
        )

    def _wide(self, cells: Ints) -> float:
        i = cells // self.ny
        return float(self.lattice.x.at[i.max() + 1] - self.lattice.x.at[i.min()])

    def _high(self, cells: Ints) -> float:
        j = cells % self.ny
        return float(self.lattice.y.at[j.max() + 1] - self.lattice.y.at[j.min()])

    def _cut(
        self, cells: Ints, x_axis: bool, parts: Sequence[Part], first: Sequence[int], other: Sequence[int]
    ) -> tuple[Ints, Ints]:
        """Two connected sets whose areas are in the ratio of the parts' weights, along one line if it can be."""
        i, j = np.divmod(cells, self.ny)
        major, minor = (i, j) if x_axis else (j, i)
        flip = -1 if (len(cells) + len(first)) % 2 else 1
        order = np.lexsort((minor * flip, major))
        cells, major = cells[order], major[order]
        area = np.cumsum(self.areas[cells])
        weights = [sum(parts[at].weight for at in half) for half in (first, other)]
        least = [sum(parts[at].cells for at in half) for half in (first, other)]
        target = area[-1] * weights[0] / sum(weights)
        kinds = (self.lattice.x if x_axis else self.lattice.y).kind
        straight = np.flatnonzero(np.diff(major)) + 1
        exact = int(np.searchsorted(area, target)) + 1
        counts = np.append(straight, exact)
        cost = np.abs(area[np.minimum(counts, len(cells)) - 1] - target) / area[-1]
        cost += np.append([OF_LINE[kind] for kind in kinds[major[straight]].tolist()], JOG)
        cost[(counts < least[0]) | (counts > len(cells) - least[1])] += 10
        count = int(np.clip(counts[np.argmin(cost)], least[0], len(cells) - least[1]))
        return self._joined(cells[:count], cells[count:], *least)

    def _joined(self, left: Ints, right: Ints, left_least: int, right_least: int) -> tuple[Ints, Ints]:
        """Loose pieces of either set go over to the other, as long as enough is left."""
        for _ in range(3):
            pieces = self.components(left)
            loose = np.concatenate([*pieces[1:], np.empty(0, dtype=np.int64)])
            if len(loose) and len(pieces[0]) >= left_least:
                left, right = pieces[0], np.concatenate([right, loose])
            pieces = self.components(right)
            loose = np.concatenate([*pieces[1:], np.empty(0, dtype=np.int64)])
            if not len(loose) or len(pieces[0]) < right_least:
                break
            left, right = np.concatenate([left, loose]), pieces[0]
        return left, right


def _halves(order: Sequence[int], parts: Sequence[Part]) -> tuple[list[int], list[int]]:
    """The order cut where both sides weigh most nearly the same, neither empty."""
    weights = np.cumsum([parts[at].weight for at in order])
    at = int(np.argmin(np.abs(weights[:-1] - weights[-1] / 2))) + 1
    return list(order[:at]), list(order[at:])
