"""Where people live: old lanes, estates of slabs and towers, houses of small towns, hamlets."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from civigrid.cli.generate.ground.kinds import FARM, HOME, OTHER, PUBLIC, SHOP
from civigrid.cli.generate.ground.lattice import Ints
from civigrid.cli.generate.ground.stock import Form, Lots, Placed, Rows, rows
from civigrid.cli.generate.ground.warp import Floats

LANE_STEP = 19.0  # metres between rows of old houses; every second gap is a lane
SHOPS_DEEP = 12.0  # metres: shops along the street in front of an estate
HAMLET = (185.0, 150.0)  # metres: how far a hamlet reaches at most


def lanes(placed: Placed, which: Ints, draw: np.random.Generator) -> None:
    """Rows of small houses back to back, a lane along every second gap; courtyards here and there; shops outside."""
    lots = placed.lots.take(which)
    full = np.ones(len(lots))
    at = rows(lots, 17.0 * full, 13.0 * full, 26.0 * full, LANE_STEP * full)
    placed.path(which, lots, at, 2)
    at = at.take(draw.random(len(at)) > 0.06)
    size = len(at)
    shift = np.where(at.row % 2 == 0, 1.6, -1.6) / lots.high[at.lot]
    at = replace(at, x=at.x + draw.uniform(-1.2, 1.2, size) / lots.wide[at.lot], y=at.y + shift * (at.rows > 1))
    chance = draw.random(size)
    street = at.rim & (chance < 0.13)
    kind = np.where(street, SHOP, np.where(chance > 0.98, PUBLIC, np.where(chance > 0.965, OTHER, HOME)))
    form = np.select([draw.random(size) < 0.12, draw.random(size) < 0.10], [Form.ELL, Form.YOU], Form.BOX)
    looks = {
        "wide": draw.uniform(14.5, 22.5, size), "deep": draw.uniform(10.0, 13.4, size), "form": form, "kind": kind,
        "floors": draw.integers(2, 5, size), "home": kind == HOME, "turn": draw.normal(0, 0.012, size),
    }  # fmt: skip
    placed.add(which, lots, at, looks)


def rowhouses(placed: Placed, which: Ints, draw: np.random.Generator) -> None:
    """The houses of a small town: rows of joined fronts along the streets, shops below at the rim."""
    lots = placed.lots.take(which)
    full = np.ones(len(lots))
    at = rows(lots, 30.0 * full, 12.0 * full, 39.0 * full, 24.0 * full)
    placed.path(which, lots, at, 2)
    at = at.take(draw.random(len(at)) > 0.08)
    size = len(at)
    kind = np.where(at.rim & (draw.random(size) < 0.12), SHOP, HOME)
    looks = {
        "wide": draw.uniform(20.0, 34.0, size), "deep": draw.uniform(10.0, 13.0, size), "kind": kind,
        "floors": draw.integers(3, 6, size), "home": kind == HOME,
        "form": np.where(draw.random(size) < 0.07, Form.ELL, Form.BOX),
    }  # fmt: skip
    placed.add(which, lots, at, looks)


def _with_shops(placed: Placed, which: Ints, lots: Lots, share: float, draw: np.random.Generator) -> Lots:
    """Shops along the south or north side of some estates; what is left of the lots behind them."""
    has = (draw.random(len(lots)) < share) & (lots.high > 85)
    south = draw.random(len(lots)) < 0.6
    strip = (SHOPS_DEEP + 10) / np.maximum(lots.high, 1)
    low, high = np.where(has & south, strip, 0.0), np.where(has & ~south, strip, 0.0)
    deep = lots.y1 - lots.y0
    rest = Lots(lots.x0, lots.x1, lots.y0 + deep * low, lots.y1 - deep * high, lots.wide, lots.high * (1 - low - high))
    front = lots.take(has)
    at_south = south[has]
    full = np.ones(len(front))
    at = rows(front, 34.0 * full, SHOPS_DEEP * full, 36.0 * full, 1e6 * full)
    middle = (SHOPS_DEEP / 2) / front.high[at.lot]
    at = replace(at, y=np.where(at_south[at.lot], middle, 1 - middle))
    at = at.take(draw.random(len(at)) > 0.15)
    looks = {"wide": 33.0, "deep": SHOPS_DEEP, "kind": SHOP, "floors": draw.integers(1, 4, len(at))}
    placed.add(which[has], front, at, looks)
    return rest


def _slabs(
    placed: Placed, which: Ints, lots: Lots, size: tuple[Floats, Floats], gaps: tuple[Floats, Floats], floors: Ints,
    form: Ints, missing: float, draw: np.random.Generator
) -> None:  # fmt: skip
    """Parallel rows of equal buildings; `size`: width and depth of each lot's, `gaps`: between them, metres."""
    wide, deep = (np.minimum(one, side) for one, side in zip(size, (lots.wide, lots.high), strict=True))
    at = rows(lots, wide, deep, wide + gaps[0], deep + gaps[1])
    placed.path(which, lots, at, 2)
    alone = at.columns * at.rows < 3
    at = at.take((draw.random(len(at)) > missing) | alone)
    looks = {
        "wide": wide[at.lot], "deep": deep[at.lot], "kind": HOME, "floors": floors[at.lot], "form": form[at.lot],
        "home": True,
    }  # fmt: skip
    placed.add(which, lots, at, looks)


def slabs(placed: Placed, which: Ints, draw: np.random.Generator) -> None:
    """An estate of slabs that face south, the higher the farther apart."""
    lots = _with_shops(placed, which, placed.lots.take(which), 0.4, draw)
    size = len(lots)
    floors = draw.choice([6, 6, 7, 11, 11, 18], size)
    wide = draw.choice([38.0, 46.0, 54.0, 62.0], size)
    gaps = (draw.uniform(11, 19, size), np.where(floors > 7, 30.0, 19.0) + draw.uniform(0, 5, size))
    form = np.full(size, Form.BOX)
    _slabs(placed, which, lots, (wide, draw.uniform(12, 14.5, size)), gaps, floors, form, 0.05, draw)


def towers(placed: Placed, which: Ints, draw: np.random.Generator) -> None:
    """High towers with four wings in a green estate."""
    lots = _with_shops(placed, which, placed.lots.take(which), 0.4, draw)
    size = len(lots)
    gaps = (draw.uniform(20, 30, size), draw.uniform(26, 36, size))
    form = np.where(draw.random(size) < 0.7, Form.CROSS, Form.BOX)
    floors = draw.choice([18, 24, 26, 28, 32], size)
    _slabs(
        placed, which, lots, (draw.uniform(27, 33, size), draw.uniform(18, 23, size)), gaps, floors, form, 0.12, draw
    )


def walkups(placed: Placed, which: Ints, draw: np.random.Generator) -> None:
    """Houses of five or six floors, close together, of a works or an office."""
    lots = _with_shops(placed, which, placed.lots.take(which), 0.2, draw)
    size = len(lots)
    gaps = (draw.uniform(6, 10, size), draw.uniform(12, 16, size))
    floors, form = draw.choice([5, 6, 6, 7], size), np.full(size, Form.BOX)
    wide = draw.choice([34.0, 42.0, 50.0, 58.0], size)
    _slabs(placed, which, lots, (wide, draw.uniform(10.5, 12, size)), gaps, floors, form, 0.04, draw)


def dorms(placed: Placed, which: Ints, draw: np.random.Generator) -> None:
    """Dormitories beside factories, with a canteen."""
    lots = placed.lots.take(which)
    size = len(lots)
    gaps = (draw.uniform(10, 16, size), draw.uniform(15, 20, size))
    wide, floors = draw.choice([48.0, 58.0, 68.0], size), draw.choice([5, 6, 6, 7], size)
    _slabs(placed, which, lots, (wide, np.full(size, 15.0)), gaps, floors, np.full(size, Form.BOX), 0.1, draw)


def hamlets(placed: Placed, which: Ints, sides: Ints, draw: np.random.Generator) -> Lots:
    """Houses in uneven rows along a village lane, at the side (0 west, 1 east, 2 south, 3 north) of the lot where the
    road is. Returns the ground of each hamlet."""
    whole = placed.lots.take(which)
    lots = _ground(whole, sides, draw)
    full = np.ones(len(lots))
    at = rows(lots, 20.0 * full, 11.0 * full, 26.5 * full, 20.0 * full)
    placed.paths.append((which, _village_lanes(whole, lots, sides, placed.near[which], at)))
    u, v = (at.x - 0.5) * 2, (at.y - 0.5) * 2
    away = (np.abs(u) ** 2.6 + np.abs(v) ** 2.6) ** (1 / 2.6)
    keep = away + draw.normal(0, 0.13, len(at)) < 0.93
    at = at.take((keep | (np.abs(v) < 0.2)) & (draw.random(len(at)) > 0.1))
    size = len(at)
    x = at.x + draw.normal(0, 1.5, size).clip(-2.6, 2.6) / lots.wide[at.lot]
    y = at.y + draw.normal(0, 1.2, size).clip(-2.2, 2.2) / lots.high[at.lot]
    at = replace(at, x=x, y=y)
    chance = draw.random(size)
    kind = np.select([chance < 0.06, chance > 0.985], [FARM, PUBLIC], HOME)
    looks = {
        "wide": draw.uniform(11.0, 20.0, size), "deep": draw.uniform(8.5, 11.5, size), "kind": kind,
        "floors": np.where(kind == FARM, 1, draw.integers(2, 5, size)), "home": kind == HOME,
        "form": np.where(draw.random(size) < 0.15, Form.ELL, Form.BOX), "turn": draw.normal(0, 0.035, size),
    }  # fmt: skip
    placed.add(which, lots, at, looks)
    return lots


def _ground(lots: Lots, sides: Ints, draw: np.random.Generator) -> Lots:
    """A part of each lot at one side, not larger than a hamlet."""
    size = len(lots)
    wide = np.minimum(lots.wide, HAMLET[0] * draw.uniform(0.62, 1.0, size)) / lots.wide
    high = np.minimum(lots.high, HAMLET[1] * draw.uniform(0.62, 1.0, size)) / lots.high
    left = np.select([sides == 0, sides == 1], [0.0, 1 - wide], draw.random(size) * (1 - wide))
    low = np.select([sides == 2, sides == 3], [0.0, 1 - high], draw.random(size) * (1 - high))
    dx, dy = lots.x1 - lots.x0, lots.y1 - lots.y0
    return Lots(
        lots.x0 + dx * left, lots.x0 + dx * (left + wide), lots.y0 + dy * low, lots.y0 + dy * (low + high),
        lots.wide * wide, lots.high * high,
    )  # fmt: skip


def _village_lanes(whole: Lots, lots: Lots, sides: Ints, near: Floats, at: Rows) -> Floats:
    """(n, 3, 2) metres of the plane: from the road at the side of the whole lot along the middle of each hamlet."""
    middle = np.full(len(lots), 0.5)
    first = np.flatnonzero((at.column == 0) & (at.row == 0))
    middle[at.lot[first]] += np.where(at.rows[first] % 2 == 1, at.gap[first] / 2, 0.0)
    y = lots.y0 + middle * (lots.y1 - lots.y0)
    scale_x = (whole.x1 - whole.x0) / np.maximum(whole.wide, 1)  # metres of the plane to one on the ground
    scale_y = (whole.y1 - whole.y0) / np.maximum(whole.high, 1)
    reach = near * np.stack([scale_x, scale_x, scale_y, scale_y], axis=-1)
    x0, x1 = lots.x0 - 3 * scale_x, lots.x1 + 3 * scale_x
    start_x = np.select([sides == 0, sides == 1], [whole.x0 - reach[:, 0], whole.x1 + reach[:, 1]], x0)
    start_y = np.select([sides == 2, sides == 3], [whole.y0 - reach[:, 2], whole.y1 + reach[:, 3]], y)
    turn_x, end_x = np.where(sides == 1, x1, x0), np.where(sides == 1, x0, x1)
    return np.stack([np.stack(pair, axis=-1) for pair in ((start_x, start_y), (turn_x, y), (end_x, y))], axis=1)
