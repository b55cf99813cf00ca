"""What each block is for: homes first, as many as the grid's residents need, then what its character brings."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from civigrid.cli.generate.ground.blocks import Blocks, fabric
from civigrid.cli.generate.ground.lattice import Ints
from civigrid.cli.generate.ground.partition import Area, Parted, is_quarry
from civigrid.cli.generate.ground.stock import Lots
from civigrid.cli.generate.ground.streets import Edges, clearances
from civigrid.cli.generate.ground.warp import Floats, Warp


class Use(IntEnum):
    """What is built on a block."""

    NOTHING = 0
    LANES = 1  # small old houses
    WALKUP = 2  # six floors without a lift, of the eighties
    SLABS = 3
    TOWERS = 4
    ROWHOUSES = 5  # of a small town
    HAMLET = 6  # fields with a village among them
    DORMS = 7
    OFFICE = 8
    MALL = 9
    SHOPS = 10
    PUBLIC = 11
    SCHOOL = 12
    HOSPITAL = 13
    MARKET = 14
    FACTORY = 15
    WAREHOUSE = 16
    PORT = 17
    SITE = 18
    PARK = 19
    SQUARE = 20
    FIELD = 21
    FOREST = 22
    WATER = 23
    QUARRY = 24
    STADIUM = 25
    STATION = 26
    PONDS = 27  # for fish


HOMES = (Use.LANES, Use.WALKUP, Use.SLABS, Use.TOWERS, Use.ROWHOUSES, Use.HAMLET, Use.DORMS)
# by fabric: the share of the ground for homes, what kinds of them, and what else, as weights
HOME_SHARE = {
    "old": 0.62, "centre": 0.36, "riverside": 0.52, "works": 0.40, "port": 0.34, "zone": 0.20, "townlet": 0.60,
}  # fmt: skip
HOME_KINDS: dict[str, dict[Use, float]] = {
    "old": {Use.LANES: 5.5, Use.WALKUP: 4.5},
    "centre": {Use.SLABS: 5, Use.TOWERS: 5},
    "riverside": {Use.SLABS: 8, Use.TOWERS: 2},
    "works": {Use.WALKUP: 7, Use.SLABS: 3},
    "port": {Use.WALKUP: 5, Use.SLABS: 5},
    "zone": {Use.DORMS: 6, Use.SLABS: 4},
    "townlet": {Use.ROWHOUSES: 7, Use.WALKUP: 2, Use.SLABS: 1},
}
OTHERS: dict[str, dict[Use, float]] = {
    "old": {Use.SHOPS: 4, Use.PUBLIC: 4, Use.SCHOOL: 3, Use.OFFICE: 3, Use.MARKET: 1, Use.PARK: 2, Use.SQUARE: 1},
    "centre": {
        Use.OFFICE: 10, Use.MALL: 4, Use.PARK: 4, Use.SCHOOL: 4, Use.PUBLIC: 4, Use.SHOPS: 4, Use.SQUARE: 2, Use.SITE: 2,
        Use.HOSPITAL: 0.5, Use.STADIUM: 0.5,
    },
    "riverside": {
        Use.SCHOOL: 4, Use.PARK: 6, Use.SHOPS: 4, Use.SITE: 3, Use.OFFICE: 4, Use.PUBLIC: 3, Use.SQUARE: 1, Use.MALL: 1,
        Use.NOTHING: 2, Use.HOSPITAL: 0.4, Use.MARKET: 0.7,
    },
    "works": {
        Use.FACTORY: 11, Use.WAREHOUSE: 4, Use.SHOPS: 3, Use.SCHOOL: 3, Use.PUBLIC: 2, Use.PARK: 3, Use.MARKET: 1,
        Use.SITE: 1.5, Use.NOTHING: 2,
    },
    "port": {
        Use.WAREHOUSE: 11, Use.FACTORY: 6, Use.NOTHING: 5, Use.SITE: 4, Use.OFFICE: 2, Use.SHOPS: 2, Use.PARK: 2,
        Use.SCHOOL: 2, Use.PUBLIC: 1,
    },
    "zone": {
        Use.FACTORY: 24, Use.NOTHING: 5, Use.OFFICE: 3, Use.SITE: 3, Use.PARK: 2, Use.SHOPS: 1.5, Use.SCHOOL: 1,
        Use.WAREHOUSE: 4,
    },
    "townlet": {
        Use.SHOPS: 4, Use.SCHOOL: 3, Use.PUBLIC: 3, Use.MARKET: 1.5, Use.FACTORY: 2, Use.SQUARE: 1, Use.FIELD: 3,
        Use.PARK: 1, Use.HOSPITAL: 0.6,
    },
}  # fmt: skip
SPECIAL = {
    "park": Use.PARK, "market": Use.MARKET, "industry": Use.FACTORY, "school": Use.SCHOOL, "hospital": Use.HOSPITAL,
    "forest": Use.FOREST, "water": Use.WATER, "port": Use.PORT,
}  # fmt: skip
FOREST_SHARE = {"hills": 0.62, "lake": 0.52, "rural": 0.10, "workshops": 0.14}  # of the fields, elsewhere 0.08
PONDS_SHARE = {"rural": 0.10, "workshops": 0.03, "port": 0.10}
PER_HEAD = 15.0  # square metres of lots with homes for each resident, at least
LEAST = 34.0  # metres: a narrower lot is not built on


@dataclass(frozen=True, slots=True)
class Used:
    """The lot of each block and what it is for. `near`: the clearance of its sides west, east, south, north, metres."""

    lots: Lots
    use: Ints
    near: tuple[Floats, Floats, Floats, Floats]


def used(part: Parted, blocks: Blocks, ways: Edges, warp: Warp, draw: np.random.Generator) -> Used:
    """What every block of a district is for."""
    near = clearances(blocks, ways)
    lots = _lots(part, blocks, near, warp)
    use = np.full(len(blocks), Use.NOTHING, dtype=np.int64)
    order = np.argsort(blocks.grid, kind="stable")
    bounds = np.searchsorted(blocks.grid[order], np.arange(len(part.areas) + 1))
    woods = _woods(lots, draw)
    for at, area in enumerate(part.areas):
        own = order[bounds[at] : bounds[at + 1]]
        narrow = np.minimum(lots.wide[own], lots.high[own])
        large = own[narrow >= min(LEAST, float(narrow.max()))]
        if area.plan.use:
            use[own] = _special(area)
        elif area.urban:
            use[large] = _urban(area, lots.take(large), draw)
        else:
            use[own] = _country(area, lots.take(own), woods[own], draw)
    return Used(lots, use, near)


def _lots(part: Parted, blocks: Blocks, near: tuple[Floats, Floats, Floats, Floats], warp: Warp) -> Lots:
    """The ground inside the streets. A block too narrow for it gets a lot of no size."""
    x, y = part.lattice.x.at, part.lattice.y.at
    x0, x1, y0, y1 = x[blocks.i0], x[blocks.i1], y[blocks.j0], y[blocks.j1]
    middle = np.stack([(x0 + x1) / 2, (y0 + y1) / 2], axis=-1)
    step = np.array([5.0, 0.0])
    scale_x = np.linalg.norm(warp.ground(middle + step) - warp.ground(middle - step), axis=-1) / 10
    scale_y = np.linalg.norm(warp.ground(middle + step[::-1]) - warp.ground(middle - step[::-1]), axis=-1) / 10
    west, east, south, north = near
    x0, x1 = x0 + west / scale_x, np.maximum(x1 - east / scale_x, x0 + west / scale_x)
    y0, y1 = y0 + south / scale_y, np.maximum(y1 - north / scale_y, y0 + south / scale_y)
    return Lots(x0, x1, y0, y1, (x1 - x0) * scale_x, (y1 - y0) * scale_y)


def _special(area: Area) -> Use:
    return Use.QUARRY if is_quarry(area) else SPECIAL[area.plan.use]


def _urban(area: Area, lots: Lots, draw: np.random.Generator) -> Ints:
    """Homes on blocks that are large enough, until they have their share; at least one."""
    kind = fabric(area)
    size = lots.wide * lots.high
    order = draw.permutation(len(lots))
    found = _drawn(OTHERS[kind], len(lots), draw)
    if not len(lots):
        return found
    share = max(HOME_SHARE[kind] * float(draw.uniform(0.8, 1.2)), PER_HEAD * area.plan.residents / float(size.sum()))
    wanted = min(share, 0.9) * size.sum()
    fit = order[size[order] >= 0.4 * np.median(size)]
    taken = np.cumsum(size[fit]) - size[fit] < wanted
    homes = fit[taken]
    found[homes] = _drawn(HOME_KINDS[kind], len(homes), draw)
    return found


def _drawn(weights: dict[Use, float], count: int, draw: np.random.Generator) -> Ints:
    """Uses by their weights."""
    shares = np.cumsum(list(weights.values()))
    kinds = np.array(list(weights), dtype=np.int64)
    return np.asarray(kinds[np.searchsorted(shares, draw.random(count) * shares[-1])])


def _country(area: Area, lots: Lots, woods: Floats, draw: np.random.Generator) -> Ints:
    """Fields and woods, and hamlets on some of the larger fields."""
    share = FOREST_SHARE.get(area.town.character, 0.08)
    ponds = PONDS_SHARE.get(area.town.character, 0.0)
    found = np.select([woods < share, woods > 1 - ponds], [Use.FOREST, Use.PONDS], Use.FIELD).astype(np.int64)
    fit = np.flatnonzero((lots.wide >= 110) & (lots.high >= 90))
    fit = fit if len(fit) else np.array([int(np.argmax(lots.wide * lots.high))])
    rank = np.argsort(draw.random(len(fit)) + (found[fit] == Use.FOREST), kind="stable")
    found[fit[rank[: int(draw.integers(2, 4))]]] = Use.HAMLET
    return found


def _woods(lots: Lots, draw: np.random.Generator) -> Floats:
    """0 to 1 at each lot, evenly spread over lots, and much the same at neighbours."""
    x, y = (lots.x0 + lots.x1) / 2, (lots.y0 + lots.y1) / 2
    height = np.zeros(len(lots))
    for length in (4200.0, 2600.0, 1500.0, 900.0):
        turn, phase = draw.random(2) * 2 * np.pi
        height += length**0.5 * np.sin((x * np.cos(turn) + y * np.sin(turn)) * 2 * np.pi / length + phase)
        height += length**0.5 * np.sin((x * np.sin(turn) - y * np.cos(turn)) * 2 * np.pi / length * 0.8 + 2 * phase)
    rank = np.empty(len(lots))
    rank[np.argsort(height, kind="stable")] = np.arange(len(lots)) / max(1, len(lots) - 1)
    return rank
