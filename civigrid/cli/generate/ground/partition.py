"""Which cells of the lattice are whose: towns, communities and grids, each in one piece and of its planned size."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from civigrid.cli.generate.ground.characters import CHARACTERS, TOWNLET_KM2, special_area
from civigrid.cli.generate.ground.frame import Frame, Plot
from civigrid.cli.generate.ground.lattice import ARTERIAL, SECONDARY, TRUNK, Ints, Lattice, numbered
from civigrid.cli.generate.ground.sketch import Flags, Sketch, in_townlet, inside, lattice_of, on_sides, sketched
from civigrid.cli.generate.ground.split import Cutter, Part
from civigrid.cli.generate.ground.towns import assigned, loose, pulls
from civigrid.cli.generate.ground.warp import Floats
from civigrid.cli.generate.model import CommunityPlan, DistrictPlan, GridPlan, TownPlan
from civigrid.places.rules import RegionKind

AWAY = {"forest": 1.0, "water": 0.6, "industry": 0.5}  # how far from the city's middle a use lies


@dataclass(frozen=True, slots=True)
class Area:
    """A grid with the areas it is in, by position in the district's lists. `urban`: streets all over it."""

    plan: GridPlan
    town: TownPlan
    community: CommunityPlan
    town_at: int
    community_at: int
    urban: bool


@dataclass(frozen=True, slots=True)
class Parted:
    """`grid`: (nx, ny) position in `areas` of each cell's grid, -1 outside the city; `cells`: their square metres;
    `townlets`: metres, the centre of each town."""

    plot: Plot
    lattice: Lattice
    cells: Floats
    areas: tuple[Area, ...]
    grid: Ints
    townlets: Floats


def parted(district: DistrictPlan, plot: Plot, frame: Frame) -> Parted:
    """The whole partition of a district."""
    sketch = sketched(district, plot)
    lattice = lattice_of(sketch, frame)
    draw = frame.draw(plot.number, 1)
    cells = lattice.areas(frame.warp)
    owner = np.where(_in_river(lattice), -1, _towns(sketch, lattice, cells, inside(lattice, plot, draw)))
    areas = tuple(_areas(district))
    grid = np.full(lattice.shape, -1, dtype=np.int64)
    cutter = Cutter(lattice, cells)
    first = 0
    for at, town in enumerate(district.towns):
        own = np.flatnonzero(owner.ravel() == at)
        for community, part in _communities(town, own, cutter, sketch.townlets[at], plot, draw):
            for found in _grids(town, community, part, cutter, plot, draw):
                grid.ravel()[found] = first
                first += 1
    return Parted(plot, lattice, cells, areas, _with_river(grid, lattice), sketch.townlets)


def is_quarry(area: Area) -> bool:
    """What industry is in the hills."""
    return area.plan.use == "industry" and area.town.character == "hills"


def _areas(district: DistrictPlan) -> list[Area]:
    found, number = [], 0
    for at, town in enumerate(district.towns):
        for community in town.communities:
            urban = CHARACTERS[town.character].urban and community.kind is not RegionKind.VILLAGE
            near = urban or in_townlet(town, community)
            found += [Area(plan, town, community, at, number, near) for plan in community.grids]
            number += 1
    return found


def _in_river(lattice: Lattice) -> Flags:
    found = np.zeros(lattice.shape, dtype=bool)
    found[:, lattice.banks[0] : lattice.banks[1]] = True
    return found


def _with_river(grid: Ints, lattice: Lattice) -> Ints:
    """The river's cells go to the grids on their bank, or to the other bank's at the edge of the city."""
    south, north = lattice.banks
    below = grid[:, south - 1] if south > 0 else grid[:, north]
    above = grid[:, north] if north < grid.shape[1] else grid[:, south - 1]
    found = grid.copy()
    found[:, south : lattice.river] = below[:, None]
    found[:, lattice.river : north] = above[:, None]
    return found


def _towns(sketch: Sketch, lattice: Lattice, cells: Floats, own: Flags) -> Ints:
    """(nx, ny) the town of each cell, -1 outside the city. Towns are made of the blocks between large roads."""
    for kinds in ((TRUNK, ARTERIAL), (TRUNK, ARTERIAL, SECONDARY), None):
        blocks = numbered(lattice, kinds)
        if blocks.max() + 1 >= 22 * len(sketch.sites) or kinds is None:
            break
    count = int(blocks.max()) + 1
    flat = blocks.ravel()
    x, y = np.meshgrid(lattice.x.middle, lattice.y.middle, indexing="ij")
    area = np.bincount(flat, (cells * own).ravel(), count).astype(np.float64)
    used = np.flatnonzero(area)
    points = np.stack([np.bincount(flat, (cells * own * v).ravel(), count)[used] / area[used] for v in (x, y)], axis=1)
    north = points[:, 1] > lattice.y.at[lattice.river]
    owner = np.full(count, -1, dtype=np.int64)
    pull, sides = pulls(sketch.district.towns), on_sides(north, sketch.district)
    owner[used] = assigned(points, area[used], sketch.sites, sketch.targets, pull, sides)
    owner = loose(owner, _neighbours(blocks, count), len(sketch.sites))
    return np.where(own, owner[blocks], -1)


def _neighbours(blocks: Ints, count: int) -> list[list[int]]:
    pairs = np.concatenate(
        [
            np.stack([blocks[1:].ravel(), blocks[:-1].ravel()], axis=1),
            np.stack([blocks[:, 1:].ravel(), blocks[:, :-1].ravel()], axis=1),
        ]
    )
    pairs = np.unique(pairs[pairs[:, 0] != pairs[:, 1]], axis=0)
    found: list[list[int]] = [[] for _ in range(count)]
    for one, other in pairs.tolist():
        found[one].append(other)
        found[other].append(one)
    return found


def _communities(
    town: TownPlan, cells: Ints, cutter: Cutter, townlet: Floats, plot: Plot, draw: np.random.Generator
) -> list[tuple[CommunityPlan, Ints]]:
    """The cells of each community. Those of a rural town's own centre are cut out first, around its middle."""
    inner = [at for at, each in enumerate(town.communities) if in_townlet(town, each)]
    outer = [at for at in range(len(town.communities)) if at not in inner]
    parts = [_part(town, each, plot, draw) for each in town.communities]
    found: dict[int, Ints] = {}
    if inner and outer:
        area = sum(parts[at].weight for at in inner)
        least = [sum(parts[at].cells for at in group) for group in (inner, outer)]
        middle, cells = cutter.carve(cells, (float(townlet[0]), float(townlet[1])), area, *least)
        found |= cutter.bisect(middle, parts, inner)
    found |= cutter.bisect(cells, parts, outer or inner)
    return [(community, found[at]) for at, community in enumerate(town.communities)]


def _part(town: TownPlan, community: CommunityPlan, plot: Plot, draw: np.random.Generator) -> Part:
    """What a community takes: square metres by its grids. Villages share what centre and special grids leave."""
    ordinary = sum(not grid.use for grid in community.grids)
    special = sum(special_area(town.character, grid.use, town.km2) for grid in community.grids if grid.use)
    if CHARACTERS[town.character].urban:
        taken = sum(special_area(town.character, grid.use, town.km2) for grid in town.grids if grid.use)
        village = 3.0 if community.kind is RegionKind.VILLAGE else 1.0
        share = village * ordinary / _shares(town)
        weight = special + share * max(town.km2 * 1e6 - taken, 0.3 * town.km2 * 1e6)
    elif community.kind is RegionKind.VILLAGE:
        weight = special + ordinary * _village_area(town)
    else:
        weight = min(special + ordinary * TOWNLET_KM2 * 1e6, 0.5 * town.km2 * 1e6)
    x, y = _wish(town, community.grids, plot, draw)
    return Part(weight, len(community.grids), x, y)


def _shares(town: TownPlan) -> float:
    return sum(
        (3.0 if each.kind is RegionKind.VILLAGE else 1.0) * sum(not grid.use for grid in each.grids)
        for each in town.communities
    )


def _village_area(town: TownPlan) -> float:
    ordinary = sum(not grid.use for each in town.communities if not in_townlet(town, each) for grid in each.grids)
    return town.km2 * 1e6 / max(1, ordinary)


def _wish(town: TownPlan, grids: Sequence[GridPlan], plot: Plot, draw: np.random.Generator) -> tuple[float, float]:
    """Where it had better lie in the area that is cut: ports at the river, forests far out, lakes beside their parks."""
    x, y = draw.uniform(-1, 1, 2).tolist()
    character = CHARACTERS[town.character]
    uses = {grid.use for grid in grids if grid.use}
    outward = 1.0 if character.y > 0 else -1.0
    if town.character == "centre" and uses & {"park", "water"}:
        return (1.5 * plot.mirror, 1.5)
    if uses & {"port"} or (town.character == "riverside" and "park" in uses):
        return (x, -2.0 * outward)
    if town.character == "port" and "water" in uses:
        return (1.5 * plot.mirror, -1.0 * outward)
    far = max((AWAY.get(use, 0.0) for use in sorted(uses)), default=0.0)
    if far:
        side = np.sign(character.x) * plot.mirror
        return (far * side * 1.5, far * outward * 1.5)
    return (x, y)


def _grids(
    town: TownPlan, community: CommunityPlan, cells: Ints, cutter: Cutter, plot: Plot, draw: np.random.Generator
) -> list[Ints]:
    """The cells of each grid: the special ones are cut out in one lump, the others share the rest."""
    found: dict[int, Ints] = {}
    whole, numbers = float(cutter.areas[cells].sum()), range(len(community.grids))
    ordinary = [at for at in numbers if not community.grids[at].use]
    special = [at for at in numbers if community.grids[at].use]
    areas = [special_area(town.character, community.grids[at].use, town.km2) for at in special]
    fit = min(1.0, 0.6 * whole / max(sum(areas), 1.0)) if ordinary else 1.0
    for number, (at, area) in enumerate(zip(special, areas, strict=True)):
        left = len(ordinary) + len(special) - number - 1
        middle = _corner(cells, cutter, _wish(town, [community.grids[at]], plot, draw), (fit * area) ** 0.5)
        found[at], cells = cutter.carve(cells, middle, fit * area, 1, left) if left else (cells, cells[:0])
    parts = [Part(draw.uniform(0.75, 1.25), 1, *draw.uniform(-1, 1, 2).tolist()) for _ in numbers]
    found |= cutter.bisect(cells, parts, ordinary) if ordinary else {}
    return [found[at] for at in numbers]


def _corner(cells: Ints, cutter: Cutter, wish: tuple[float, float], size: float) -> tuple[float, float]:
    """The middle of a lump of about `size` metres that lies where it is wished (-1 to 1 each way) among the cells."""
    x, y = cutter.middles(cells)
    wanted = [
        (v.min() + v.max()) / 2 + min(1.0, max(-1.0, w)) * (v.max() - v.min()) / 2
        for v, w in ((x, wish[0]), (y, wish[1]))
    ]
    nearest = int(np.argmin(np.hypot(x - wanted[0], y - wanted[1])))
    inward = np.array([x.mean() - x[nearest], y.mean() - y[nearest]])
    length = float(np.hypot(*inward))
    step = inward * min(1.0, 0.5 * size / length) if length else inward
    return float(x[nearest] + step[0]), float(y[nearest] + step[1])
