"""A ground of its own for the demonstration's city: twelve grids, roads, water, houses and lamps, few enough to be counted."""

from __future__ import annotations

from datetime import date
from math import pi, sin

import shapely
from shapely import LineString, Point, Polygon, box

from civigrid.base import stamps
from civigrid.catalog import queries as catalog
from civigrid.catalog.models import Pack
from civigrid.places import actions
from civigrid.places.rules import (
    AddressKind,
    BuildingKind,
    FeatureKind,
    GridKind,
    NewAddress,
    NewAsset,
    NewBuilding,
    NewFeature,
    NewGrid,
    NewRegion,
    RegionKind,
)

LAYERS = {
    "roads": {"name": "道路", "name_en": "Roads", "style": "road"},
    "rails": {"name": "铁路", "name_en": "Rail", "style": "rail"},
    "waters": {"name": "水系", "name_en": "Water", "style": "water"},
    "greens": {"name": "绿地", "name_en": "Green", "style": "green"},
    "kinds": {"name": "场所", "name_en": "Kinds of place", "style": "place"},
    "spots": {"name": "地点", "name_en": "Sites", "style": "site"},
}
RIVER = LineString([(123.98, 29.0), (124.0, 29.004), (124.03, 29.001), (124.07, 29.006)])
LAKE = Point(124.03, 29.0085).buffer(0.004)
STREET = [(124.0 + step / 100, 29.0105) for step in range(5)]
FEATURES = [
    ("roads", "e1", "expressway", "云澜高速", "Yunlan Expressway", LineString([(123.97, 28.98), (124.08, 29.03)])),
    ("roads", "h1", "highway", "G228国道", "Highway G228", LineString([(123.97, 29.03), (124.08, 28.99)])),
    # a street in two pieces: browsers get it whole
    ("roads", "m1", "main", "学府路", "Xuefu Road", LineString(STREET[:3])),
    ("roads", "m2", "main", "学府路", "Xuefu Road", LineString(STREET[2:])),
    ("roads", "s1", "secondary", "东湖路", "Donghu Road", LineString([(124.012, 28.99), (124.0125, 29.03)])),
    ("roads", "l1", "lane", "药王巷", "Yaowang Lane", LineString([(124.004, 29.007), (124.008, 29.0072)])),
    ("rails", "r1", "rail", "云澜铁路", "Yunlan Railway", LineString([(123.97, 29.02), (124.08, 29.022)])),
    ("waters", "w1", "river", "云水河", "Yunshui River", RIVER),
    ("waters", "w2", "lake", "东湖", "East Lake", LAKE),
    ("greens", "g1", "park", "东湖公园", "East Lake Park", Point(124.03, 29.0085).buffer(0.006).difference(LAKE)),
    ("kinds", "k1", "managed", "湖景花园", "Lake View Gardens", box(124.018, 29.008, 124.023, 29.0115)),
    ("kinds", "k2", "school", "文昌小学", "Wenchang School", box(124.002, 29.0115, 124.005, 29.0135)),
    ("spots", "p1", "landmark", "钟楼", "Clock Tower", Point(124.0092, 29.0088)),
    ("spots", "p2", "stop", "学府路口", "Xuefu Road Stop", Point(124.0121, 29.0104)),
]  # fmt: skip


TOWER = NewAddress(
    "A1", "钟楼", AddressKind.LANDMARK, 124.0092, 29.0088, "Clock Tower", "", ("老钟楼",), "990181001002002"
)
COLUMNS, ROWS, CELL = 6, 2, 0.008  # the grids' lattice, degrees
TOWNS = {"990181001": ("文昌街道", "Wenchang Street"), "990181002": ("东湖街道", "Donghu Street")}
COMMUNITIES = {
    "990181001001": ("学府社区", "Xuefu Community"), "990181001002": ("钟楼社区", "Zhonglou Community"),
    "990181002001": ("湖景社区", "Hujing Community"), "990181002002": ("会展社区", "Huizhan Community"),
}  # fmt: skip
SPECIAL = "990181002001901"  # the lake's


def dress(on: date) -> None:
    """The city gets this ground and no other. Inside a system transaction."""
    actions.save_regions(regions(), on=on)
    actions.save_grids([grid(column, row) for column in range(COLUMNS) for row in range(ROWS)], on=on)
    actions.save_features(
        [
            NewFeature(f"{layer}/{code}", layer, FeatureKind(kind), shapely.to_wkb(shape), name, english)
            for layer, code, kind, name, english, shape in FEATURES
        ],
        on=on,
    )
    actions.save_buildings([building(column, row) for column in range(20) for row in range(10)], on=on)
    actions.save_assets([lamp(number) for number in range(60)], on=on)
    actions.save_addresses([TOWER], on=on)
    Pack.objects.filter(pk=catalog.city().pack_id).update(layers=LAYERS)
    stamps.touch(catalog.AREA)


def regions() -> list[NewRegion]:
    """A province, a prefecture, the city, two towns of two communities."""
    above = [NewRegion("99", "示例省"), NewRegion("9901", "澜川市"), NewRegion("990181", "云汀市", name_en="Yunting")]
    towns = [NewRegion(code, name, RegionKind.STREET, english) for code, (name, english) in TOWNS.items()]
    return [
        *above,
        *towns,
        *(NewRegion(code, name, RegionKind.RESIDENTS, english) for code, (name, english) in COMMUNITIES.items()),
    ]


def grid(column: int, row: int) -> NewGrid:
    """Three beside each other are a community, two communities above each other a town."""
    community = f"99018100{column // 3 + 1}00{row + 1}"
    number = column % 3 + 1
    code = f"{community}{number:03}" if (column, row) != (5, 0) else SPECIAL
    town, (name, english) = TOWNS[code[:9]][0], COMMUNITIES[community]
    return NewGrid(
        code=code,
        name=f"{town}{name}第{number:02}网格",
        kind=GridKind.SPECIAL if code == SPECIAL else GridKind.ORDINARY,
        shape=shapely.to_wkb(cell(column, row)),
        name_en=f"{english} Grid {number:02}",
        residents=0 if code == SPECIAL else 1000 + 100 * column + 10 * row,
    )


def cell(column: int, row: int) -> Polygon:
    """A cell of the lattice whose sides run crooked, as streets do; neighbours share every point of them."""
    corners = [(column, row), (column + 1, row), (column + 1, row + 1), (column, row + 1)]
    sides = [side(one, other) for one, other in zip(corners, [*corners[1:], corners[0]], strict=True)]
    return Polygon([point for points in sides for point in points])


def side(start: tuple[int, int], end: tuple[int, int]) -> list[tuple[float, float]]:
    """The points from one corner of the lattice to the next, without the last."""
    first, last = sorted((start, end))
    way = []
    for step in range(6):
        off = CELL * 0.04 * sin(step * pi / 5 * (1 + (first[0] + first[1]) % 3)) if 0 < step < 5 else 0.0
        along = step / 5
        column, row = first[0] + (last[0] - first[0]) * along, first[1] + (last[1] - first[1]) * along
        lon = 124 + column * CELL + (off if last[0] == first[0] else 0)
        way.append((lon, 29 + row * CELL + (off if last[1] == first[1] else 0)))
    return way[:-1] if start == first else way[:0:-1]


def lamp(number: int) -> NewAsset:
    """One of the lamps along the street."""
    return NewAsset(
        f"9901810118{number:06}", "C0118", 124.0 + number / 2000, 29.0104, f"路灯杆号 XF-{number:04}", "4001"
    )


def building(column: int, row: int) -> NewBuilding:
    """One of the houses that stand in rows, forty metres apart."""
    lon, lat = 124.006 + column * 0.0005, 29.011 + row * 0.0004
    footprint = Polygon([(lon, lat), (lon + 0.0003, lat), (lon + 0.0003, lat + 0.0001), (lon, lat + 0.0001)])
    middle = footprint.centroid
    return NewBuilding(
        code=f"B{column:02}{row:02}",
        kind=BuildingKind.HOME,
        shape=shapely.to_wkb(footprint),
        lon=middle.x,
        lat=middle.y,
        name="钟楼小区1幢" if column == row == 0 else "",
        residents=12,
    )
