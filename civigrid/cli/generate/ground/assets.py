"""Things that stand in the streets and parks: lamps, manholes, hydrants, stops, each with its owner."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import shapely

from civigrid.cli.generate.ground.canvas import ASSETS, Canvas
from civigrid.cli.generate.ground.corridors import Way
from civigrid.cli.generate.ground.drawn import Address, Asset
from civigrid.cli.generate.ground.places import Place
from civigrid.cli.generate.ground.roads import KINDS, LARGE, Road
from civigrid.cli.generate.ground.streets import WIDTH
from civigrid.cli.generate.ground.uses import Use
from civigrid.cli.generate.ground.warp import Floats
from civigrid.cli.generate.recipe import AssetRecipe, Recipe, Spread
from civigrid.places.rules import AddressKind

Standing = tuple[str, Floats]  # the letters of what they stand along, and (n, 2) metres of the plane


def assets_of(drawn: Canvas, places: Sequence[Place]) -> list[Asset]:
    """All assets of a district. Their codes: its own 6 digits, 4 of the class, 6 counted."""
    draw = drawn.draw(ASSETS)
    found: list[Asset] = []
    for matter, recipe in drawn.recipe.assets.items():
        found += _of_class(drawn, places, matter, recipe, draw)
    return found


def _of_class(
    drawn: Canvas, places: Sequence[Place], matter: str, recipe: AssetRecipe, draw: np.random.Generator
) -> Iterator[Asset]:
    groups = [group for group in _standing(drawn, places, recipe, draw) if len(group[1])]
    if not groups:
        return
    standing = drawn.warp.ground(np.concatenate([points for _, points in groups]))
    inside = iter(shapely.contains_xy(drawn.outline.buffer(-1), standing).tolist())
    spots = iter(drawn.warp.degrees(standing, 6).tolist())
    owners, shares = list(recipe.owner), np.cumsum(list(recipe.owner.values()))
    serial = 0
    counted: dict[str, int] = {}
    for letters, points in groups:
        chosen = np.searchsorted(shares, draw.random(len(points)) * shares[-1]).tolist()
        for owner in chosen:
            lon, lat = next(spots)
            if not next(inside):  # across the border of the city
                continue
            serial += 1
            number = counted[letters] = counted.get(letters, recipe.first.get(letters, 1) - 1) + 1
            name = recipe.name.format(letters=letters, n=number) if recipe.name and letters else ""
            keeper = recipe.keeper or owners[owner]
            yield Asset(f"{drawn.plan.code}{matter[1:]}{serial:06}", matter, name, owners[owner], keeper, lon, lat)


def _standing(
    drawn: Canvas, places: Sequence[Place], recipe: AssetRecipe, draw: np.random.Generator
) -> Iterator[Standing]:
    if recipe.at is Spread.ROADS:
        yield from (_along(drawn, road, recipe, draw) for road in drawn.net.roads if road.name)
    elif recipe.at is Spread.CROSSING:
        yield from _at_crossings(drawn)
    else:
        use = Use.PARK if recipe.at is Spread.PARK else Use.HAMLET
        lots = [lot for place in places if place.use is use for lot in place.lots]
        yield "", _in_lots(drawn, lots, recipe.every, draw)


def _along(drawn: Canvas, road: Road, recipe: AssetRecipe, draw: np.random.Generator) -> Standing:
    """Every so many metres at the kerbs of a road's edges of the wanted classes, on either side in turn."""
    lattice = drawn.part.lattice
    at, line = (lattice.y.at, lattice.x.at[road.line]) if road.vertical else (lattice.x.at, lattice.y.at[road.line])
    start, end = float(at[road.first]), float(at[road.last])
    places = np.arange(start + recipe.every * float(draw.uniform(0.2, 0.8)), end, recipe.every)
    edge = np.clip(np.searchsorted(at, places) - 1 - road.first, 0, len(road.ways) - 1)
    fit = np.array([KINDS[way] in recipe.along for way in road.ways])[edge]
    width = np.array([WIDTH[way] for way in road.ways])[edge]
    side = np.where(np.arange(len(places)) % 2 == 0, 1.0, -1.0) * (width / 2 - 1.0)
    across, along = (line + side)[fit], places[fit]
    return road.letters, np.stack([across, along] if road.vertical else [along, across], axis=-1)


def _at_crossings(drawn: Canvas) -> Iterator[Standing]:
    """One at a corner of each crossing of two large roads."""
    x, y = drawn.part.lattice.x.at, drawn.part.lattice.y.at
    level = [road for road in drawn.net.roads if not road.vertical and road.ways[0] in LARGE and road.urban > 0.2]
    upright = [road for road in drawn.net.roads if road.vertical and road.ways[0] in LARGE]
    reach = WIDTH[Way.SECONDARY] / 2 + 2
    for one in level:
        corners = [(x[each.line] + reach, y[one.line] + reach) for each in upright if one.crosses(each)]
        yield one.letters, np.array(corners, dtype=np.float64).reshape(-1, 2)


def _in_lots(drawn: Canvas, lots: Sequence[int], every: float, draw: np.random.Generator) -> Floats:
    """So many in each lot that each has a square of `every` metres."""
    which = np.array(lots, dtype=np.int64)
    size = drawn.uses.lots.wide[which] * drawn.uses.lots.high[which]
    lot = np.repeat(which, np.maximum(1, np.round(size / every**2)).astype(np.int64))
    return drawn.uses.lots.place(lot, draw.uniform(0.05, 0.95, len(lot)), draw.uniform(0.05, 0.95, len(lot)))


def poles(recipe: Recipe, assets: Sequence[Asset]) -> Iterator[Address]:
    """Assets that are addresses as well: 路灯杆号 DH-0173."""
    for asset in assets:
        if asset.name and recipe.assets[asset.matter].address:
            yield Address(asset.name, f"Pole {asset.name.split()[-1]}", AddressKind.POLE, asset.lon, asset.lat)
