"""Everything a text may name as a place: doors, estates, landmarks, crossings and stops; and points of interest."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np
import shapely

from civigrid.cli.generate.ground.canvas import Canvas
from civigrid.cli.generate.ground.corridors import Way
from civigrid.cli.generate.ground.doors import Door, doors_of
from civigrid.cli.generate.ground.drawn import Address, Building, Feature
from civigrid.cli.generate.ground.kinds import KINDS
from civigrid.cli.generate.ground.places import ESTATES, Place, by_lot
from civigrid.cli.generate.ground.roads import LARGE, Road
from civigrid.cli.generate.ground.uses import Use
from civigrid.cli.generate.ground.warp import Floats
from civigrid.cli.generate.recipe import LandmarkRecipe
from civigrid.places.rules import AddressKind
from civigrid.places.rules import FeatureKind as Kind

BETWEEN_STOPS = 620.0  # metres
NEAR_STOP = 380.0
WITHIN = 2.0  # metres from an address to the border of the city at least


def addressed(drawn: Canvas, places: Sequence[Place]) -> tuple[list[Building], list[Address], list[Feature]]:
    """The buildings with their addresses, all addresses, and the layer of points of interest."""
    of_lot = by_lot(places)
    doors = doors_of(drawn, of_lot)
    buildings = list(_buildings(drawn, doors, of_lot))
    spots = drawn.spots(drawn.built.stock.place).tolist()
    communities = [drawn.part.areas[at].community.code for at in drawn.blocks.grid[drawn.built.stock.lot].tolist()]
    addresses = [
        Address(
            door.name,
            door.name_en,
            AddressKind.DOOR,
            lon,
            lat,
            building.code,
            (door.alias,) if door.alias else (),
            code,
        )
        for door, building, (lon, lat), code in zip(doors, buildings, spots, communities, strict=True)
    ]
    points = _Points(drawn, places)
    stops = _inside(drawn, list(points.stops()))
    addresses += _inside(drawn, [*points.places(), *points.on_roads(), *points.crossings()])
    addresses += stops
    sites = [*points.sites(), *(_site(stop, Kind.STOP) for stop in stops)]
    return buildings, addresses, sites


def _inside(drawn: Canvas, addresses: list[Address]) -> list[Address]:
    """The addresses, those on or beyond the border of the city moved a few metres into it."""
    points = shapely.points([(each.lon, each.lat) for each in addresses])
    metres = drawn.warp.metres(points)
    inner = drawn.outline.buffer(-WITHIN)
    out = np.flatnonzero(~shapely.contains(inner, metres))
    for at in out.tolist():
        place = shapely.shortest_line(inner, metres[at])
        lon, lat = drawn.warp.degrees(shapely.get_coordinates(place)[0], 6).tolist()
        addresses[at] = replace(addresses[at], lon=lon, lat=lat)
    return addresses


def _site(address: Address, kind: Kind) -> Feature:
    return Feature(shapely.Point(address.lon, address.lat), kind, address.name, address.name_en)


def _buildings(drawn: Canvas, doors: Sequence[Door], of_lot: Mapping[int, Place]) -> Iterator[Building]:
    stock, rings = drawn.built.stock, drawn.built.rings
    counts = np.cumsum([0, *(len(ring) for ring in rings)]).tolist()
    points = drawn.warp.degrees(np.concatenate(rings), 6)
    columns = zip(
        stock.kind.tolist(), stock.floors.tolist(), drawn.built.residents.tolist(), stock.lot.tolist(), stock.home.tolist(),
        doors, strict=True,
    )  # fmt: skip
    named: set[int] = set()
    for at, (kind, floors, residents, lot, home, door) in enumerate(columns):
        place = of_lot.get(lot)
        town = drawn.part.areas[int(drawn.blocks.grid[lot])].town.name
        estate = place.name if place and home and place.use in ESTATES else ""
        name, name_en = door.house, door.house and door.name_en
        if place and not home and place.use not in (*ESTATES, Use.HAMLET) and lot not in named:
            named.add(lot)
            name, name_en = place.name, place.name_en
        ring = points[counts[at] : counts[at + 1]]
        code = f"B{drawn.plot.number:02}{at + 1:06}"
        yield Building(code, ring, KINDS[kind], floors, residents, name, name_en, town + door.name, estate)


class _Points:
    """Addresses that are no buildings."""

    def __init__(self, drawn: Canvas, places: Sequence[Place]) -> None:
        self.drawn = drawn
        self.named = [place for place in places if place.address is not None]
        lots = drawn.uses.lots
        first = np.array([place.lots[0] for place in self.named], dtype=np.int64)
        self.middles = np.stack([(lots.x0 + lots.x1)[first] / 2, (lots.y0 + lots.y1)[first] / 2], axis=-1)
        self.taken = {place.name for place in self.named} | {each.name for each in drawn.reserved.landmarks}

    def places(self) -> Iterator[Address]:
        spots = self.drawn.spots(self.middles).tolist()
        for place, (lon, lat) in zip(self.named, spots, strict=True):
            assert place.address is not None
            yield Address(place.name, place.name_en, place.address, lon, lat, "", place.aliases, place.community)

    def on_roads(self) -> Iterator[Address]:
        """The landmarks that lie on roads: stops, tunnels."""
        kept = self.drawn.reserved
        for landmark, lot, town in zip(kept.landmarks, kept.lots, kept.towns, strict=True):
            if lot < 0:
                [[lon, lat]] = self.drawn.spots([self._on_road(landmark, town)]).tolist()
                name_en = self.drawn.recipe.in_english(landmark.name, landmark.name_en)
                yield Address(landmark.name, name_en, landmark.kind, lon, lat, "", landmark.aliases, "")

    def _on_road(self, landmark: LandmarkRecipe, town: int) -> tuple[float, float]:
        """The middle of the road it is named after; else the road nearest to a place of nearly its name."""
        roads = [road for road in self.drawn.net.roads if road.name and town in road.towns and road.ways[0] in LARGE]
        own = [road for road in self.drawn.net.roads if road.name and road.name == landmark.road and town in road.towns]
        like = [at for at, place in enumerate(self.named) if landmark.name.removesuffix("站") in place.name]
        if own or not like:
            road = max(own or roads or self.drawn.net.roads, key=lambda each: len(each.ways))
            return self._node(road, (road.first + road.last) // 2)
        x, y = self.middles[like[0]].tolist()
        nodes = [self._node(road, at) for road in roads for at in range(road.first, road.last + 1)]
        return min(nodes, key=lambda node: (node[0] - x) ** 2 + (node[1] - y) ** 2)

    def _node(self, road: Road, at: int) -> tuple[float, float]:
        x, y = self.drawn.part.lattice.x.at, self.drawn.part.lattice.y.at
        return (float(x[road.line]), float(y[at])) if road.vertical else (float(x[at]), float(y[road.line]))

    def crossings(self) -> Iterator[Address]:
        """Where named roads cross: large ones with large ones, and those the recipe asks for."""
        pairs = {frozenset(pair): pair for pair in self.drawn.recipe.crossings} if self.drawn.first else {}
        roads = [road for road in self.drawn.net.roads if road.name and road.ways[0] is not Way.EXPRESSWAY]
        wanted = {name for pair in pairs for name in pair}
        upright = [road for road in roads if road.vertical and (road.ways[0] > Way.BRANCH or road.name in wanted)]
        level = [road for road in roads if not road.vertical and (road.ways[0] > Way.BRANCH or road.name in wanted)]
        found: dict[tuple[str, str], tuple[float, float]] = {}
        for one in level:
            for other in upright:
                if one.crosses(other) and one.name != other.name:
                    names = pairs.get(frozenset((one.name, other.name)), (one.name, other.name))
                    found.setdefault(names, self._node(one, other.line))
        spots = self.drawn.spots(list(found.values())).tolist() if found else []
        english = {road.name: road.name_en for road in roads}
        for (first, second), (lon, lat) in zip(found, spots, strict=True):
            aliases = (f"{first}与{second}口", f"{second}与{first}交叉口", f"{second}与{first}口")
            name_en = f"{english[first]} and {english[second]}"
            yield Address(f"{first}与{second}交叉口", name_en, AddressKind.CROSSING, lon, lat, "", aliases)

    def stops(self) -> Iterator[Address]:
        """Bus stops along the large roads, named after what is near."""
        wheres: list[tuple[float, float]] = []
        for road in self.drawn.net.roads:
            if road.ways[0] in LARGE and road.name and road.urban > 0.3:
                wheres += self._stops(road)
        if not wheres or not self.named:
            return
        points, middles = self.drawn.warp.ground(wheres), self.drawn.warp.ground(self.middles)
        spots = self.drawn.spots(wheres).tolist()
        for point, (lon, lat) in zip(points, spots, strict=True):
            away = np.hypot(*(middles - point).T)
            for at in np.argsort(away, kind="stable")[:4].tolist():
                name = f"{self.named[at].name}站"
                if away[at] < NEAR_STOP and name not in self.taken:
                    self.taken.add(name)
                    yield Address(name, f"{self.named[at].name_en} Stop", AddressKind.STOP, lon, lat)
                    break

    def _stops(self, road: Road) -> list[tuple[float, float]]:
        start, end = self._node(road, road.first), self._node(road, road.last)
        length = abs(end[0] - start[0]) + abs(end[1] - start[1])
        shares: Floats = np.arange(0.5, length // BETWEEN_STOPS + 0.4) * BETWEEN_STOPS / length
        return [(start[0] + (end[0] - start[0]) * s, start[1] + (end[1] - start[1]) * s) for s in shares.tolist()]

    def sites(self) -> Iterator[Feature]:
        """The landmarks that have no polygon, stations, and the gates of parks."""
        marks = {each.name for each in self.drawn.reserved.landmarks}
        spots = self.drawn.spots(self.middles).tolist()
        for place, (lon, lat) in zip(self.named, spots, strict=True):
            if place.use is Use.STATION or (place.name in marks and place.kind is Kind.NONE):
                kind = Kind.STATION if place.use is Use.STATION else Kind.LANDMARK
                yield Feature(shapely.Point(lon, lat), kind, place.name, place.name_en)
