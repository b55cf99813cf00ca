"""The blocks between streets: rectangles of cells, as large as what is built there wants them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from civigrid.cli.generate.ground.corridors import Corridor, separators
from civigrid.cli.generate.ground.lattice import ARTERIAL, SECONDARY, TRUNK, Ints
from civigrid.cli.generate.ground.partition import Area, Parted, is_quarry

Size = tuple[int, int]
UNDIVIDED = {"park", "water", "forest", "market", "hospital"}  # special grids without streets of their own
# sizes of blocks in cells, the wanted ones first
FABRICS: dict[str, tuple[Size, ...]] = {
    "old": ((1, 1), (1, 1), (2, 1), (1, 1)),
    "centre": ((2, 2), (2, 1), (1, 2), (1, 1)),
    "riverside": ((2, 2), (1, 2), (2, 1), (1, 1)),
    "works": ((2, 1), (1, 2), (2, 2), (1, 1)),
    "port": ((2, 2), (2, 1), (1, 2), (1, 1)),
    "zone": ((2, 2), (2, 1), (1, 2), (1, 1)),
    "townlet": ((1, 1), (2, 1), (1, 2)),
    "country": ((2, 2), (2, 1), (1, 2), (1, 1)),
}


@dataclass(frozen=True, slots=True)
class Blocks:
    """Rectangles of cells: lines `i0` to `i1` of x and `j0` to `j1` of y; `grid`: whose. `at`: (nx, ny) the block of
    each cell, -1 outside the city and in the river; `street`: the same for what streets lie between."""

    i0: Ints
    i1: Ints
    j0: Ints
    j1: Ints
    grid: Ints
    at: Ints
    street: Ints

    def __len__(self) -> int:
        return len(self.grid)


def fabric(area: Area) -> str:
    """How the streets of a grid are laid out; "" where it has none."""
    if area.plan.use in UNDIVIDED or is_quarry(area):
        return ""
    if area.urban or area.plan.use:
        return area.town.character if area.town.character in FABRICS else "townlet"
    return "country"


def blocks_of(part: Parted, found: list[Corridor], draw: np.random.Generator) -> Blocks:
    """All blocks of a district. Parks, waters and forests have no streets of their own inside."""
    lattice = part.lattice
    laid = [fabric(area) for area in part.areas]
    whole = np.array([not each for each in laid])
    fine = separators(part, found, (TRUNK, ARTERIAL, SECONDARY))
    coarse = separators(part, found, ())
    of_whole = np.where(part.grid >= 0, whole[part.grid], False)
    group = np.where(of_whole, coarse, fine) + part.grid * (int(fine.max()) + 1)
    group[part.grid < 0] = -1
    group[:, lattice.banks[0] : lattice.banks[1]] = -1
    rows: list[tuple[int, int, int, int, int]] = []
    at = np.full(lattice.shape, -1, dtype=np.int64)
    for cells in _groups(group):
        grid = int(part.grid[cells[0]])
        sizes = FABRICS.get(laid[grid], ())
        for i0, i1, j0, j1 in _tiled(cells, sizes, draw):
            at[i0:i1, j0:j1] = len(rows)
            rows.append((i0, i1, j0, j1, grid))
    street = np.where(of_whole & (group >= 0), group + len(rows), at)
    table = np.array(rows, dtype=np.int64)
    i0, i1, j0, j1, grids = table.T
    return Blocks(i0, i1, j0, j1, grids, at, street)


def _groups(group: Ints) -> list[list[tuple[int, int]]]:
    """The cells of each group, in order."""
    flat = group.ravel()
    order = np.argsort(flat, kind="stable")
    order = order[flat[order] >= 0]
    starts = np.flatnonzero(np.diff(flat[order], prepend=-1))
    i, j = np.divmod(order, group.shape[1])
    cells = list(zip(i.tolist(), j.tolist(), strict=True))
    return [cells[a:b] for a, b in zip(starts.tolist(), [*starts[1:].tolist(), len(cells)], strict=True)]


def _tiled(
    cells: Sequence[tuple[int, int]], sizes: Sequence[Size], draw: np.random.Generator
) -> list[tuple[int, int, int, int]]:
    """Rectangles that cover the cells: of one of the sizes, or as large as can be where none are given."""
    free = dict.fromkeys(cells)
    chances = draw.random(len(cells)).tolist() if sizes else []
    found = []
    for number, (i, j) in enumerate(cells):
        if (i, j) not in free:
            continue
        if sizes:
            first = int(chances[number] ** 1.5 * len(sizes))
            wide, high = next(
                (size for size in (*sizes[first:], (1, 1)) if _fits(free, i, j, *size)),
                (1, 1),
            )
        else:
            high = next(h for h in range(1, 999) if (i, j + h) not in free)
            wide = next(w for w in range(1, 999) if not _fits(free, i + w, j, 1, high))
        for a in range(i, i + wide):
            for b in range(j, j + high):
                del free[(a, b)]
        found.append((i, i + wide, j, j + high))
    return found


def _fits(free: dict[tuple[int, int], None], i: int, j: int, wide: int, high: int) -> bool:
    return all((a, b) in free for a in range(i, i + wide) for b in range(j, j + high))
