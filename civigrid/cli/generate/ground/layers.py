"""The layers of the map from what is drawn of a district."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np
import shapely

from civigrid.cli.generate.ground import green, ramps, roads
from civigrid.cli.generate.ground.blocks import fabric
from civigrid.cli.generate.ground.canvas import FIELDS, WOODS, Canvas
from civigrid.cli.generate.ground.corridors import Way
from civigrid.cli.generate.ground.drawn import Feature
from civigrid.cli.generate.ground.places import Place
from civigrid.cli.generate.ground.streets import WIDTH
from civigrid.cli.generate.ground.uses import Use
from civigrid.cli.generate.ground.water import banks
from civigrid.cli.generate.recipe import Named
from civigrid.places.rules import FeatureKind as Kind

GREEN = (Kind.PARK, Kind.SQUARE)
# what lies around a lake that fills a grid, by the character of its town; elsewhere fields
SHORES = {
    "centre": (Kind.PARK, "P"), "riverside": (Kind.PARK, "P"), "lake": (Kind.FOREST, ""), "hills": (Kind.FOREST, ""),
}  # fmt: skip
INSIDE = 9.0  # metres from the border of a grid to the park that fills it
PATH = 4.0  # metres wide
LEAST = 900.0  # square metres: what is smaller is not drawn
AROUND = 14.0  # metres of ground around the houses of a hamlet


def layers_of(drawn: Canvas, places: Sequence[Place]) -> dict[str, list[Feature]]:
    """All layers but the points of interest."""
    shapes = _shapes(drawn, places)
    greens = [
        *_strips(drawn, Kind.FIELD, "", Use.FIELD, Use.HAMLET), *_shores(drawn), *_woods(drawn),
        *(each for each in shapes if each.kind in GREEN), *_tracks(drawn),
    ]  # fmt: skip
    return {
        "roads": [
            *roads.features(drawn.net, drawn.part.lattice, drawn.corridors, drawn.warp),
            *_paths(drawn),
            *_walks(drawn),
            *_ramps(drawn),
        ],
        "rail": list(_rail(drawn)),
        "water": [*_water(drawn), *_strips(drawn, Kind.LAKE, "W", Use.PONDS)],
        "green": greens,
        "places": [each for each in shapes if each.kind not in GREEN],
    }


def _paths(drawn: Canvas) -> Iterator[Feature]:
    """The lanes inside blocks, those of a grid together."""
    grid = drawn.blocks.grid[drawn.built.path_of]
    order = np.argsort(grid, kind="stable")
    lines = shapely.linestrings(drawn.spots(drawn.built.paths[order]))
    bounds = np.searchsorted(grid[order], np.arange(len(drawn.part.areas) + 1))
    for area, (first, last) in zip(drawn.part.areas, pairwise(bounds.tolist()), strict=True):
        if last > first:
            shape = shapely.multilinestrings(lines[first:last])
            yield Feature(shape, Kind.LANE, place_kind="R2" if area.urban else "V", width=PATH)


def _ramps(drawn: Canvas) -> Iterator[Feature]:
    named = drawn.recipe.expressway
    name_en = f"{named.ref} {drawn.recipe.in_english(named.name, named.name_en)}".strip()
    for shape in drawn.ramps:
        yield Feature(drawn.degrees(shape), Kind.EXPRESSWAY, named.ref + named.name, name_en, "R4", ramps.WIDTH)


def _rail(drawn: Canvas) -> Iterator[Feature]:
    named = drawn.recipe.rail
    name_en = drawn.recipe.in_english(named.name, named.name_en)
    for shape in roads.railways(drawn.part, drawn.corridors, drawn.warp):
        yield Feature(shape, Kind.RAIL, named.name, name_en, "R4", WIDTH[Way.RAIL])


def _water(drawn: Canvas) -> Iterator[Feature]:
    water, names, english = drawn.waters, drawn.recipe.water, drawn.recipe.in_english
    if water.river is not None:
        river = _river_name(drawn)
        yield Feature(drawn.degrees(water.river), Kind.RIVER, river.name, english(river.name, river.name_en), "W")
    for number, shape in water.streams.items():
        stream = names.streams[(number + 5 * drawn.plot.number) % len(names.streams)] if names.streams else None
        name, name_en = (stream.name, english(stream.name, stream.name_en)) if stream else ("", "")
        yield Feature(drawn.degrees(shape), Kind.CANAL, name, name_en, "W")
    marks = {lot: mark for lot, mark in zip(drawn.reserved.lots, drawn.reserved.landmarks, strict=True) if lot >= 0}
    of_towns = _town_lakes(drawn)
    for at, each in enumerate(water.lakes):
        area = drawn.part.areas[each.grid]
        kind = Kind.RESERVOIR if area.town.character == "lake" or each.lot >= 0 else Kind.LAKE
        own = marks.get(each.lot) or of_towns.get(at)
        name, name_en = (own.name, english(own.name, own.name_en)) if own else ("", "")
        yield Feature(drawn.degrees(each.shape), kind, name, name_en, "W")


def _town_lakes(drawn: Canvas) -> dict[int, Named]:
    """The lake that each named one of the recipe is, by its place in the list: the town's largest, of those of a grid of
    water first."""
    found = {}
    areas, lakes = drawn.part.areas, drawn.waters.lakes
    for named in (drawn.recipe.water.lake, drawn.recipe.water.reservoir):
        own = [at for at, each in enumerate(lakes) if each.lot < 0 and areas[each.grid].town.name == named.town]
        if own:
            found[max(own, key=lambda at: (areas[lakes[at].grid].plan.use == "water", lakes[at].shape.area))] = named
    return found


def _river_name(drawn: Canvas) -> Named:
    """The river is the one of the first district's row; another row has a river of its own."""
    names, plots = drawn.recipe.water, drawn.frame.plots
    if drawn.plot.river == plots[0].river or not names.streams:
        return names.river
    rivers = sorted({plot.river for plot in plots})
    return names.streams[rivers.index(drawn.plot.river) % len(names.streams)]


def _strips(drawn: Canvas, kind: Kind, place_kind: str, *uses: Use) -> Iterator[Feature]:
    """Fields or fish ponds: the strips of each lot together."""
    lots, use = drawn.uses.lots, drawn.uses.use
    which = np.flatnonzero(np.isin(use, uses) & (lots.wide > 20) & (lots.high > 20))
    cut, lot = green.strips(lots.take(which), drawn.draw(FIELDS))
    shapes = green.grounds(cut, np.arange(len(cut)), drawn.warp)
    bounds = np.searchsorted(lot, np.arange(len(which) + 1))
    for first, last in pairwise(bounds.tolist()):
        yield Feature(drawn.degrees(shapely.multipolygons(shapes[first:last])), kind, place_kind=place_kind)


def _shores(drawn: Canvas) -> Iterator[Feature]:
    """The ground around lakes that fill a grid, and the green banks of the river in the town."""
    for area, ground in zip(drawn.part.areas, drawn.grounds, strict=True):
        if area.plan.use == "water":
            kind, place = SHORES.get(area.town.character, (Kind.FIELD, ""))
            yield Feature(drawn.degrees(ground.buffer(-INSIDE)), kind, place_kind=place)
    for strip, area in banks(drawn.part, drawn.warp) if drawn.waters.river is not None else ():
        shape = strip.buffer(0).difference(drawn.waters.river).intersection(drawn.outline)
        if shape.area > LEAST and area.plan.use != "port":
            kind, place = (Kind.PARK, "P") if area.urban else (Kind.FIELD, "")
            yield Feature(drawn.degrees(shape), kind, place_kind=place)


def _walks(drawn: Canvas) -> Iterator[Feature]:
    """Paths around the lakes of parks."""
    for each in drawn.waters.lakes:
        area, ground = drawn.part.areas[each.grid], drawn.grounds[each.grid]
        if area.plan.use == "park" or SHORES.get(area.town.character, (Kind.FIELD, ""))[0] is Kind.PARK:
            own = np.flatnonzero(drawn.blocks.grid[drawn.built.stock.lot] == each.grid)
            houses = shapely.union_all([shapely.Polygon(drawn.built.rings[at]).buffer(PATH) for at in own.tolist()])
            inner = ground.buffer(-INSIDE).difference(houses)
            around = [shapely.intersection(each.shape.buffer(away).exterior, inner) for away in (18, 70)]
            lines = [part for part in shapely.get_parts(around) if part.geom_type == "LineString"]
            if lines:
                shape = shapely.multilinestrings(lines).simplify(1.0)
                yield Feature(drawn.degrees(shape), Kind.LANE, place_kind="P", width=PATH)


def _tracks(drawn: Canvas) -> Iterator[Feature]:
    """The sports grounds of schools."""
    lots, use = drawn.uses.lots, drawn.uses.use
    which = np.flatnonzero((use == Use.SCHOOL) & (lots.wide > 85) & (lots.high > 85))
    place = lots.place(which, np.where(drawn.built.mirrored[which], 0.25, 0.75), np.full(len(which), 0.42))
    middle = drawn.warp.ground(place)
    east = drawn.warp.east(place)
    north = np.stack([-east[:, 1], east[:, 0]], axis=-1) * (0.16 * np.minimum(lots.high[which], 260))[:, None]
    lines = shapely.linestrings(np.stack([middle - north, middle + north], axis=1))
    for shape in shapely.buffer(lines, 0.11 * np.minimum(lots.wide[which], 260), quad_segs=6):
        yield Feature(drawn.degrees(shape), Kind.PARK)


def _woods(drawn: Canvas) -> Iterator[Feature]:
    lots, forest = drawn.uses.lots, np.flatnonzero(drawn.uses.use == Use.FOREST)
    whole = [ground for area, ground in zip(drawn.part.areas, drawn.grounds, strict=True) if area.plan.use == "forest"]
    wood = green.woods(lots, forest, whole, drawn.warp, drawn.draw(WOODS))
    urban = [ground for area, ground in zip(drawn.part.areas, drawn.grounds, strict=True) if area.urban]
    free = drawn.outline.difference(shapely.union_all([*urban, drawn.waters.all.buffer(5)]))
    wood = wood.intersection(free).simplify(3)
    for piece in shapely.get_parts(wood):
        if piece.geom_type == "Polygon" and piece.area > LEAST:
            yield Feature(drawn.degrees(piece), Kind.FOREST)


def _shapes(drawn: Canvas, places: Sequence[Place]) -> list[Feature]:
    """The polygons of places: their lots, or the ground around the houses of a hamlet."""
    lots = np.array([lot for place in places for lot in place.lots], dtype=np.int64)
    grounds = green.grounds(drawn.uses.lots, lots, drawn.warp)
    hamlets = dict(zip(drawn.built.hamlet_of.tolist(), _hamlets(drawn), strict=True))
    found, first = [], 0
    for place in places:
        own = grounds[first : first + len(place.lots)]
        first += len(place.lots)
        shape = own[0] if len(own) == 1 else shapely.multipolygons(own)
        grid = int(drawn.blocks.grid[place.lots[0]])
        if place.use is Use.HAMLET:
            shape = hamlets[place.lots[0]]
        elif not fabric(drawn.part.areas[grid]):
            shape = drawn.grounds[grid].buffer(-INSIDE)
        if place.kind is not Kind.NONE:
            found.append(Feature(drawn.degrees(shape), place.kind, place.name, place.name_en, place.place_kind))
    return found


def _hamlets(drawn: Canvas) -> list[shapely.Geometry]:
    """The ground of each hamlet, around its houses."""
    stock, rings = drawn.built.stock, drawn.built.rings
    own: dict[int, list[shapely.Polygon]] = {lot: [] for lot in drawn.built.hamlet_of.tolist()}
    for at, lot in enumerate(stock.lot.tolist()):
        if lot in own:
            own[lot].append(rings[at])
    whole = green.grounds(drawn.built.hamlets, np.arange(len(drawn.built.hamlets)), drawn.warp)
    found = []
    for houses, ground in zip(own.values(), whole, strict=True):
        points = shapely.multipoints(np.concatenate(houses)) if houses else ground
        shape = shapely.concave_hull(points, ratio=0.35) if houses else ground
        found.append(shape.buffer(AROUND, quad_segs=2).simplify(1.5))
    out = np.flatnonzero(~shapely.contains_properly(drawn.outline, found))
    for at in out.tolist():
        found[at] = shapely.intersection(found[at], drawn.outline)
    return found
