"""Where people work, learn and trade: offices, shops, halls, schools, hospitals, works and storehouses."""

from __future__ import annotations

import numpy as np

from civigrid.cli.generate.ground.kinds import FACTORY, HOSPITAL, OFFICE, OTHER, PUBLIC, SCHOOL, SHOP
from civigrid.cli.generate.ground.lattice import Ints
from civigrid.cli.generate.ground.stock import Form, Lots, Placed, Rows, rows
from civigrid.cli.generate.ground.warp import Floats

# buildings of a plan: share of the way across, then width and depth as shares of the lot with the most metres of each
Plan = tuple[tuple[float, float, float, float, float, float, int, Form, int], ...]
SCHOOL_PLAN: Plan = (
    (0.26, 0.80, 0.40, 64, 0.16, 15, SCHOOL, Form.BOX, 5),
    (0.26, 0.52, 0.40, 64, 0.16, 15, SCHOOL, Form.BOX, 5),
    (0.26, 0.18, 0.40, 60, 0.22, 30, SCHOOL, Form.YOU, 4),
    (0.76, 0.88, 0.34, 44, 0.15, 24, SCHOOL, Form.BOX, 2),
)
HOSPITAL_PLAN: Plan = (
    (0.50, 0.24, 0.62, 110, 0.30, 48, HOSPITAL, Form.COMB, 5),
    (0.34, 0.68, 0.42, 70, 0.16, 24, HOSPITAL, Form.AITCH, 14),
    (0.78, 0.66, 0.24, 40, 0.24, 34, HOSPITAL, Form.ELL, 6),
    (0.50, 0.92, 0.50, 60, 0.09, 14, HOSPITAL, Form.BOX, 3),
)
PUBLIC_PLAN: Plan = (
    (0.50, 0.68, 0.56, 72, 0.34, 40, PUBLIC, Form.YOU, 6),
    (0.18, 0.24, 0.22, 30, 0.24, 18, PUBLIC, Form.BOX, 3),
    (0.82, 0.24, 0.22, 30, 0.24, 18, PUBLIC, Form.BOX, 2),
)
MALL_PLAN: Plan = (
    (0.44, 0.52, 0.70, 150, 0.66, 110, SHOP, Form.ELL, 5),
    (0.70, 0.76, 0.26, 42, 0.28, 42, OFFICE, Form.BOX, 22),
)
STADIUM_PLAN: Plan = (
    (0.50, 0.55, 0.78, 190, 0.74, 150, PUBLIC, Form.OVAL, 3),
    (0.12, 0.08, 0.18, 40, 0.10, 16, PUBLIC, Form.BOX, 2),
)
MARKET_PLAN: Plan = ((0.50, 0.72, 0.74, 96, 0.36, 52, SHOP, Form.BOX, 2),)
GATE_PLAN: Plan = ((0.13, 0.10, 0.20, 36, 0.13, 15, OFFICE, Form.BOX, 4),)
STATION_PLAN: Plan = (
    (0.50, 0.30, 0.70, 130, 0.30, 36, PUBLIC, Form.BOX, 3),
    (0.14, 0.78, 0.2, 30, 0.14, 16, PUBLIC, Form.BOX, 2),
)


def planned(placed: Placed, which: Ints, plan: Plan, draw: np.random.Generator) -> None:
    """The buildings of a plan on each lot, mirrored on some."""
    lots = placed.lots.take(which)
    size = len(lots)
    mirror = placed.mirrored[which]
    one = np.ones(size, dtype=np.int64)
    for x, y, wide, most_wide, deep, most_deep, kind, form, floors in plan:
        w, d = np.minimum(lots.wide * wide, most_wide), np.minimum(lots.high * deep, most_deep)
        at = Rows(
            np.arange(size), np.where(mirror, 1 - x, x), np.full(size, y), one * 0, one * 0, one, one, np.zeros(size)
        )
        fit = np.flatnonzero((w > 6) & (d > 6))
        number = np.maximum(1, np.round(floors * draw.uniform(0.8, 1.25, size)))
        looks = {"wide": w[fit], "deep": d[fit], "kind": kind, "form": form, "floors": number[fit]}
        placed.add(which, lots, at.take(fit), looks)


def _array(
    placed: Placed, which: Ints, lots: Lots, size: tuple[Floats, Floats], gap: float, missing: float, kind: int,
    floors: tuple[int, int], forms: tuple[Form, ...], draw: np.random.Generator
) -> None:  # fmt: skip
    """Rows of equal buildings of one kind, some left out."""
    wide, deep = (np.minimum(one, side) for one, side in zip(size, (lots.wide, lots.high), strict=True))
    at = rows(lots, wide, deep, wide + gap, deep + gap)
    at = at.take((draw.random(len(at)) >= missing) | (at.columns * at.rows == 1))
    form = np.array([int(form) for form in forms])[draw.integers(0, len(forms), len(at))]
    looks = {
        "wide": wide[at.lot], "deep": deep[at.lot], "kind": kind, "floors": draw.integers(*floors, len(at)), "form": form,
    }  # fmt: skip
    placed.add(which, lots, at, looks)


def offices(placed: Placed, which: Ints, draw: np.random.Generator) -> None:
    """Office towers on low bases, some of them very high."""
    lots = placed.lots.take(which)
    size = (draw.uniform(30, 46, len(lots)), draw.uniform(28, 40, len(lots)))
    forms = (Form.BOX, Form.BOX, Form.BOX, Form.ELL, Form.CROSS)
    _array(placed, which, lots, size, 26.0, 0.30, OFFICE, (6, 34), forms, draw)


def shops(placed: Placed, which: Ints, draw: np.random.Generator) -> None:
    """Shops around a yard."""
    lots = placed.lots.take(which)
    full = np.ones(len(lots))
    at = rows(lots, 34.0 * full, 16.0 * full, 39.0 * full, 30.0 * full)
    at = at.take(at.rim & (draw.random(len(at)) > 0.12))
    size = len(at)
    looks = {
        "wide": draw.uniform(27, 36, size), "deep": draw.uniform(12, 16, size), "kind": SHOP,
        "floors": draw.integers(2, 5, size),
    }  # fmt: skip
    placed.add(which, lots, at, looks)


def markets(placed: Placed, which: Ints, draw: np.random.Generator) -> None:
    """A hall and rows of stalls before it."""
    planned(placed, which, MARKET_PLAN, draw)
    lots = placed.lots.take(which).part(0.08, 0.92, 0.06, 0.46)
    full = np.ones(len(lots))
    _array(placed, which, lots, (34.0 * full, 7.0 * full), 7.0, 0.05, SHOP, (1, 2), (Form.BOX,), draw)


def factories(placed: Placed, which: Ints, draw: np.random.Generator) -> None:
    """Large sheds in rows behind an office at the gate."""
    lots = placed.lots.take(which)
    planned(placed, which, GATE_PLAN, draw)
    size = (draw.uniform(56, 120, len(lots)), draw.uniform(32, 64, len(lots)))
    _array(
        placed,
        which,
        lots.part(0.0, 1.0, 0.22, 1.0),
        size,
        13.0,
        0.12,
        FACTORY,
        (1, 3),
        (Form.BOX,) * 6 + (Form.ELL,),
        draw,
    )


def warehouses(placed: Placed, which: Ints, draw: np.random.Generator) -> None:
    """Long storehouses with wide yards between them."""
    lots = placed.lots.take(which)
    size = (draw.uniform(80, 140, len(lots)), draw.uniform(28, 38, len(lots)))
    _array(placed, which, lots, size, 21.0, 0.14, FACTORY, (1, 2), (Form.BOX,), draw)


def ports(placed: Placed, which: Ints, draw: np.random.Generator) -> None:
    """Storehouses behind open quays."""
    lots = placed.lots.take(which)
    size = (draw.uniform(90, 150, len(lots)), draw.uniform(30, 40, len(lots)))
    _array(placed, which, lots, size, 34.0, 0.35, FACTORY, (1, 2), (Form.BOX,), draw)


def sites(placed: Placed, which: Ints, draw: np.random.Generator) -> None:
    """A few houses in the making and the cabins of a building site."""
    lots = placed.lots.take(which)
    full = np.ones(len(lots))
    _array(
        placed,
        which,
        lots.part(0.1, 0.9, 0.25, 0.9),
        (34.0 * full, 15.0 * full),
        26.0,
        0.45,
        OTHER,
        (1, 9),
        (Form.BOX,),
        draw,
    )
    _array(
        placed,
        which,
        lots.part(0.05, 0.3, 0.03, 0.12),
        (12.0 * full, 5.0 * full),
        4.0,
        0.3,
        OTHER,
        (1, 3),
        (Form.BOX,),
        draw,
    )


def parks(placed: Placed, which: Ints, draw: np.random.Generator) -> None:
    """Pavilions, far apart."""
    lots = placed.lots.take(which)
    full = np.ones(len(lots))
    _array(placed, which, lots, (14.0 * full, 10.0 * full), 150.0, 0.45, PUBLIC, (1, 2), (Form.BOX, Form.ELL), draw)


def quarries(placed: Placed, which: Ints, draw: np.random.Generator) -> None:
    """The crusher and its sheds at one corner."""
    lots = placed.lots.take(which).part(0.02, 0.24, 0.02, 0.2)
    full = np.ones(len(lots))
    _array(placed, which, lots, (46.0 * full, 20.0 * full), 24.0, 0.3, FACTORY, (1, 3), (Form.BOX,), draw)
