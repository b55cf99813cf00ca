"""Buildings while they are placed: columns of numbers, and the footprints that become of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any

import numpy as np
import numpy.typing as npt

from civigrid.cli.generate.ground.lattice import Ints
from civigrid.cli.generate.ground.warp import Floats, Warp


class Form(IntEnum):
    """The shape of a footprint."""

    BOX = 0
    ELL = 1
    YOU = 2
    CROSS = 3
    AITCH = 4
    OVAL = 5
    COMB = 6


def _oval() -> list[tuple[float, float]]:
    turn = np.linspace(0, 2 * np.pi, 17)[:-1]
    return [(float(x), float(y)) for x, y in zip(np.cos(turn) / 2, np.sin(turn) / 2, strict=True)]


# corners of each form within -0.5 to 0.5, against the clock
RINGS: dict[Form, list[tuple[float, float]]] = {
    Form.BOX: [(-0.5, -0.5), (0.5, -0.5), (0.5, 0.5), (-0.5, 0.5)],
    Form.ELL: [(-0.5, -0.5), (0.5, -0.5), (0.5, 0.0), (-0.12, 0.0), (-0.12, 0.5), (-0.5, 0.5)],
    Form.YOU: [(-0.5, -0.5), (0.5, -0.5), (0.5, 0.5), (0.22, 0.5), (0.22, -0.1), (-0.22, -0.1), (-0.22, 0.5), (-0.5, 0.5)],
    Form.CROSS: [
        (-0.5, -0.22), (-0.22, -0.22), (-0.22, -0.5), (0.22, -0.5), (0.22, -0.22), (0.5, -0.22), (0.5, 0.28),
        (0.18, 0.28), (0.18, 0.5), (-0.18, 0.5), (-0.18, 0.28), (-0.5, 0.28),
    ],
    Form.AITCH: [
        (-0.5, -0.5), (-0.2, -0.5), (-0.2, -0.14), (0.2, -0.14), (0.2, -0.5), (0.5, -0.5), (0.5, 0.5), (0.2, 0.5),
        (0.2, 0.14), (-0.2, 0.14), (-0.2, 0.5), (-0.5, 0.5),
    ],
    Form.OVAL: _oval(),
    Form.COMB: [
        (-0.5, -0.5), (0.5, -0.5), (0.5, 0.5), (0.34, 0.5), (0.34, -0.2), (0.08, -0.2), (0.08, 0.42), (-0.08, 0.42),
        (-0.08, -0.2), (-0.34, -0.2), (-0.34, 0.5), (-0.5, 0.5),
    ],
}  # fmt: skip
FILL = {
    Form.BOX: 1.0,
    Form.ELL: 0.69,
    Form.YOU: 0.74,
    Form.CROSS: 0.69,
    Form.AITCH: 0.71,
    Form.OVAL: 0.77,
    Form.COMB: 0.63,
}


@dataclass(frozen=True, slots=True)
class Lots:
    """Rectangles that are built on: bounds in metres of the plane; `wide` and `high`: metres on the ground."""

    x0: Floats
    x1: Floats
    y0: Floats
    y1: Floats
    wide: Floats
    high: Floats

    def __len__(self) -> int:
        return len(self.x0)

    def take(self, which: Ints | npt.NDArray[np.bool_]) -> Lots:
        return Lots(*(column[which] for column in (self.x0, self.x1, self.y0, self.y1, self.wide, self.high)))

    def part(self, left: float, right: float, low: float, high: float) -> Lots:
        """The part between those shares of the way across."""
        dx, dy = self.x1 - self.x0, self.y1 - self.y0
        return Lots(
            self.x0 + dx * left, self.x0 + dx * right, self.y0 + dy * low, self.y0 + dy * high,
            self.wide * (right - left), self.high * (high - low),
        )  # fmt: skip

    def place(self, which: Ints, x: Floats, y: Floats) -> Floats:
        """(n, 2) metres of the plane of places given by shares of the way across."""
        dx, dy = self.x1 - self.x0, self.y1 - self.y0
        return np.stack([self.x0[which] + x * dx[which], self.y0[which] + y * dy[which]], axis=-1)


@dataclass(slots=True)
class Stock:
    """Columns of buildings. `place`: (n, 2) metres of the plane; `wide`, `deep`: metres; `turn`: radians; `lot`: the
    lot it stands on; `home`: people live there."""

    place: Floats
    wide: Floats
    deep: Floats
    turn: Floats
    form: Ints
    kind: Ints
    floors: Ints
    lot: Ints
    home: npt.NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.wide)

    def take(self, which: Ints | npt.NDArray[np.bool_]) -> Stock:
        return Stock(*(getattr(self, name)[which] for name in COLUMNS))

    @property
    def floor_area(self) -> Floats:
        """Square metres on all floors."""
        fill = np.array([FILL[form] for form in Form])
        return np.asarray(self.wide * self.deep * fill[self.form] * np.maximum(1, self.floors))


COLUMNS = ("place", "wide", "deep", "turn", "form", "kind", "floors", "lot", "home")


def together(stocks: Sequence[Stock]) -> Stock:
    return Stock(*(np.concatenate([getattr(stock, name) for stock in stocks]) for name in COLUMNS))


def footprints(stock: Stock, warp: Warp) -> list[Floats]:
    """The closed ring of each building in metres on the ground. A building stays square however streets bend."""
    middle, east = warp.ground(stock.place), warp.east(stock.place)
    cos, sin = np.cos(stock.turn), np.sin(stock.turn)
    right = np.stack([east[:, 0] * cos - east[:, 1] * sin, east[:, 0] * sin + east[:, 1] * cos], axis=-1)
    up = np.stack([-right[:, 1], right[:, 0]], axis=-1)
    found: list[Floats] = [np.empty((0, 2))] * len(stock)
    for form in Form:
        which = np.flatnonzero(stock.form == form)
        ring = np.array([*RINGS[form], RINGS[form][0]])
        points = (
            middle[which, None]
            + right[which, None] * (ring[None, :, :1] * stock.wide[which, None, None])
            + up[which, None] * (ring[None, :, 1:] * stock.deep[which, None, None])
        )
        for at, each in zip(which.tolist(), points, strict=True):
            found[at] = each
    return found


@dataclass(frozen=True, slots=True)
class Rows:
    """Places in rows on lots: `lot`: which lot; `x`, `y`: shares of the way across; `column`, `row` and how many;
    `gap`: from one row to the next, as a share."""

    lot: Ints
    x: Floats
    y: Floats
    column: Ints
    row: Ints
    columns: Ints
    rows: Ints
    gap: Floats

    def __len__(self) -> int:
        return len(self.lot)

    def take(self, which: Ints | npt.NDArray[np.bool_]) -> Rows:
        names = ("lot", "x", "y", "column", "row", "columns", "rows", "gap")
        return Rows(*(getattr(self, name)[which] for name in names))

    @property
    def rim(self) -> npt.NDArray[np.bool_]:
        """Whether it is in the first or last row or column."""
        return np.asarray(
            (self.row == 0) | (self.row == self.rows - 1) | (self.column == 0) | (self.column == self.columns - 1)
        )


def rows(lots: Lots, wide: Floats, deep: Floats, step_x: Floats, step_y: Floats, most: int = 999) -> Rows:
    """Rows of places for buildings of those sizes, with at least those steps between their middles (per lot, metres)."""
    nx = np.where(lots.wide >= wide, np.floor((lots.wide - wide) / step_x) + 1, 0).astype(np.int64)
    ny = np.where(lots.high >= deep, np.floor((lots.high - deep) / step_y) + 1, 0).astype(np.int64)
    nx, ny = np.minimum(nx, most), np.minimum(ny, most)
    count = nx * ny
    lot = np.repeat(np.arange(len(lots)), count)
    number = np.arange(len(lot)) - np.repeat(np.cumsum(count) - count, count)
    columns, lines = nx[lot], ny[lot]
    column, row = number % np.maximum(columns, 1), number // np.maximum(columns, 1)
    gap_x = _gap(columns, lots.wide[lot], wide[lot], step_x[lot])
    gap_y = _gap(lines, lots.high[lot], deep[lot], step_y[lot])
    x, y = 0.5 + (column - (columns - 1) / 2) * gap_x, 0.5 + (row - (lines - 1) / 2) * gap_y
    return Rows(lot, x, y, column, row, columns, lines, gap_y)


def _gap(of: Ints, whole: Floats, size: Floats, step: Floats) -> Floats:
    """From one place to the next as a share of the way across: even, but no wider than a third more than asked."""
    wide = np.minimum((whole - size) / np.maximum(of - 1, 1), step * 1.33)
    return np.asarray(np.where(of > 1, wide / np.maximum(whole, 1e-9), 0.0))


@dataclass(slots=True)
class Placed:
    """Collects what is placed on the lots of a district, by the number each lot has there. `near`: (lots, 4) metres
    from its sides west, east, south and north to the middle of the street; `mirrored`: lots whose plan is mirrored;
    `paths`: lots and (n, 3, 2) metres of the plane."""

    lots: Lots
    near: Floats
    mirrored: npt.NDArray[np.bool_]
    stocks: list[Stock] = field(default_factory=list)
    paths: list[tuple[Ints, Floats]] = field(default_factory=list)

    def add(self, which: Ints, lots: Lots, at: Rows, looks: Mapping[str, object]) -> None:
        """Buildings at `at` on `lots`; `which`: the number of each lot; `looks`: the other columns, broadcast."""
        size = len(at)
        if not size:
            return
        columns = {"turn": 0.0, "form": int(Form.BOX), "home": False, **looks}
        kinds = {"form": np.int64, "kind": np.int64, "floors": np.int64, "home": np.bool_}
        made: dict[str, npt.NDArray[Any]] = {
            name: np.broadcast_to(np.asarray(value, dtype=kinds.get(name, np.float64)), (size,))
            for name, value in columns.items()
        }
        self.stocks.append(Stock(place=lots.place(at.lot, at.x, at.y), lot=which[at.lot], **made))

    def path(self, which: Ints, lots: Lots, at: Rows, every: int) -> None:
        """A path along every so many rows, from the street west of the lot to the one east of it."""
        first = np.flatnonzero((at.column == 0) & (at.row % every == every - 1) & (at.row < at.rows - 1))
        lot = at.lot[first]
        y, out = at.y[first] + at.gap[first] / 2, self.near[which[lot]] / np.maximum(lots.wide[lot], 1)[:, None]
        ends = [lots.place(lot, share, y) for share in (-out[:, 0], np.full(len(lot), 0.5), 1 + out[:, 1])]
        self.paths.append((which[lot], np.stack(ends, axis=1)))

    def all(self) -> Stock:
        return together(self.stocks)
