"""Where the towns of a district lie: each around the place its character asks for, with the area it is to have."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from civigrid.cli.generate.ground.characters import CHARACTERS
from civigrid.cli.generate.ground.lattice import Ints
from civigrid.cli.generate.ground.warp import Floats
from civigrid.cli.generate.model import TownPlan

ROUNDS = 200
COMPACT = 2.5


def middles(towns: Sequence[TownPlan], centre: tuple[float, float], size: float, mirror: float) -> Floats:
    """(n, 2) metres: the places around which the towns are drawn. Two of one character lie apart; `mirror`: -1 or 1."""
    seen: dict[str, int] = {}
    found = []
    for town in towns:
        character = CHARACTERS[town.character]
        again = seen[town.character] = seen.get(town.character, -1) + 1
        x = character.x * mirror * (-1 if again % 2 else 1) * (1 + 0.3 * (again // 2))
        found.append((centre[0] + x * size, centre[1] + character.y * size))
    return np.array(found)


def pulls(towns: Sequence[TownPlan]) -> Floats:
    """Towns that are built up all over are compact; the others lie around them."""
    return np.array([COMPACT if CHARACTERS[town.character].urban else 1.0 for town in towns])


def split_by_river(towns: Sequence[TownPlan]) -> float:
    """The share of the towns' area that lies north of the river; 1 or 0 where all lie on one side."""
    north = sum(town.km2 for town in towns if CHARACTERS[town.character].y > 0)
    return north / sum(town.km2 for town in towns)


def assigned(
    points: Floats, areas: Floats, sites: Floats, targets: Floats, pull: Floats, allowed: Ints | None = None
) -> Ints:
    """Which site each point goes to, so that the areas of the sites come near `targets` (a power diagram).

    `pull`: of each site; the stronger, the more compact its area. `allowed`: (points, sites) 1 where a point may go to
    a site."""
    cost = ((points[:, None, :] - sites[None, :, :]) ** 2).sum(axis=2) * pull
    if allowed is not None:
        cost = np.where(allowed > 0, cost, 1e18)
    targets = targets * areas.sum() / targets.sum()
    weights, best, error = np.zeros(len(sites)), np.zeros(len(points), dtype=np.int64), np.inf
    for turn in range(ROUNDS):
        owner = np.argmin(cost - weights, axis=1)
        got = np.bincount(owner, areas, len(sites))
        worst = float(np.max(np.abs(got - targets) / targets))
        if worst < error:
            best, error = owner, worst
        weights += (targets - got) * pull * 0.5 / (1 + turn / 12)
    return best


def loose(owner: Ints, near: Sequence[Sequence[int]], count: int) -> Ints:
    """`owner` with every point that does not hang together with most of its owner's given to a neighbour's.

    `near`: the neighbours of each point; `count`: owners; -1 owns nothing."""
    found = owner.copy()
    for _ in range(4):
        before = found.copy()
        for site in range(count):
            pieces = _pieces(np.flatnonzero(found == site).tolist(), near)
            for at in (at for piece in pieces[1:] for at in piece):
                others = [int(found[other]) for other in near[at] if found[other] not in (site, -1)]
                if others:
                    found[at] = max(sorted(set(others)), key=others.count)
        if (before == found).all():
            break
    return found


def _pieces(members: Sequence[int], near: Sequence[Sequence[int]]) -> list[list[int]]:
    left, found = dict.fromkeys(members), []
    while left:
        start = next(iter(left))
        del left[start]
        piece, edge = [start], [start]
        while edge:
            edge = [other for at in edge for other in near[at] if left.pop(other, 0) is None]
            piece += edge
        found.append(piece)
    return sorted(found, key=lambda piece: -len(piece))
