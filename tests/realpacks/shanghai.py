"""A real map: grids between its streets, its roads, parks and water as kinds of place, its named places as addresses.

The reports are made, as the map brings none: points as telephones give them, in GCJ-02 too, names of places in words, and
some beyond the border. Each row says beside it where its point really is, which the platform is never told.
"""

from __future__ import annotations

import gzip
import json
import math
import random
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import shapely
from shapely.geometry import mapping, shape

from tests.realpacks.writing import DATA, city, people, rows_of, write, write_json, write_map

ROOT = "990501"
NAME = "Riverside"  # a part of a city is no city: it gets a name of its own
REPORTS = "made/reports.csv"  # in the pack's folder, where the pack's reader does not look
COUNT = 4_000
SMALLEST = 2e-6  # square degrees, about two hectares: smaller blocks go to a neighbour
SPLIT = {"primary", "secondary", "tertiary", "trunk"}  # roads that part grids
ROADS = {"trunk": ("highway", 30), "primary": ("main", 24), "secondary": ("secondary", 18), "tertiary": ("branch", 12),
         "residential": ("lane", 8)}  # fmt: skip
GREEN = {"park": "P", "recreation_ground": "P", "garden": "P"}
GROUNDS = {"residential": ("managed", "N1"), "school": ("school", "K"), "hospital": ("hospital", "K"), "retail": ("market", "M"),
           "commercial": ("market", "M")}  # fmt: skip
KINDS = {"R1": "road", "P": "park", "W": "water", "N1": "estate", "K": "school or hospital", "M": "market"}
LEADS = {"R1": "U2", "P": "U3", "W": "U4"}
UNITS = {"C1": ("Centre", "centre"), "U1": ("City management", "government"), "U2": ("Roads", "government"),
         "U3": ("Parks", "government"), "U4": ("Water", "government")}  # fmt: skip
LAYERS = {"roads": "road", "water": "water", "green": "green", "places": "place"}
Feature = dict[str, Any]
Point = tuple[float, float]


def shanghai_pack(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    city(folder, name=NAME, root=ROOT, timezone="Asia/Shanghai")
    _more_of_the_city(folder)
    blocks = grids()
    write(folder, "regions.csv", "code name kind", [(ROOT, NAME, ""), *_regions(blocks)])
    write_json(folder, "grids.geojson", _collection(_grid(code, block) for code, block in blocks.items()))
    (folder / "layers").mkdir(exist_ok=True)
    for layer, features in _layers().items():
        write_json(folder / "layers", f"{layer}.geojson", _collection(features))
    write(folder, "addresses.csv", "code name kind lon lat", named_places())
    write(folder, "units.csv", "code name kind region", ((code, *unit, ROOT) for code, unit in UNITS.items()))
    people(folder, ROOT, "C1", [code for code in UNITS if code != "C1"])
    _lists(folder)
    _reports(folder, blocks)
    return folder


def _more_of_the_city(folder: Path) -> None:
    """Kinds of place and layers, beside what every made city has."""
    words = json.loads((folder / "city.yaml").read_text(encoding="utf-8"))
    words["place_kinds"] = {code: {"name": name, "name_en": name, "words": []} for code, name in KINDS.items()}
    words["layers"] = {code: {"name": code, "name_en": code, "style": style} for code, style in LAYERS.items()}
    write_json(folder, "city.yaml", words)


@cache
def features(name: str) -> tuple[tuple[shapely.Geometry, Mapping[str, Any]], ...]:
    """The shapes of a file of the map with what is said of them."""
    read = json.loads(gzip.decompress((DATA / "osm_shanghai" / f"{name}.geojson.gz").read_bytes()))
    return tuple((shape(each["geometry"]), each["properties"]) for each in read["features"])


@cache
def border() -> shapely.Polygon:
    """The rectangle of the map."""
    return shapely.box(*shapely.total_bounds([road for road, _ in features("roads")]))


@cache
def grids() -> dict[str, shapely.Polygon]:
    """The blocks between the larger streets, by their codes: without gaps, as they share their corners."""
    lines = [road for road, said in features("roads") if said.get("kind_detail") in SPLIT]
    parts = shapely.set_precision(shapely.union_all([*lines, border().exterior]).intersection(border()), 1e-7)
    blocks = _without_small(list(shapely.get_parts(shapely.polygonize(list(shapely.get_parts(shapely.node(parts)))))))
    numbers: Counter[str] = Counter()
    found = {}
    for block in sorted(blocks, key=lambda each: each.centroid.coords[0]):
        community = _community(block)
        numbers[community] += 1
        found[f"{community}{numbers[community]:03}"] = block
    return found


def _without_small(blocks: list[shapely.Polygon]) -> list[shapely.Polygon]:
    """Each block that is too small joins the neighbour it shares most border with."""
    while (small := min(blocks, key=lambda each: each.area)).area < SMALLEST:
        others = [each for each in blocks if each is not small]
        shared = [shapely.length(shapely.intersection(each, small)) for each in others]
        most = shared.index(max(shared))
        blocks = [*others[:most], *others[most + 1 :], shapely.union(others[most], small)]
    return blocks


def _community(block: shapely.Polygon) -> str:
    """Two towns beside each other, each of three times two communities."""
    west, south, east, north = border().bounds
    at = block.centroid
    column, row = int(6 * (at.x - west) / (east - west)), int(2 * (at.y - south) / (north - south))
    return f"{ROOT}{column // 3 + 1:03}{column % 3 * 2 + row + 1:03}"


def _regions(blocks: Mapping[str, shapely.Polygon]) -> Iterator[tuple[str, str, str]]:
    communities = sorted({code[:12] for code in blocks})
    yield from ((code, f"Town {code[-3:]}", "street") for code in sorted({code[:9] for code in communities}))
    yield from ((code, f"Community {code[-6:]}", "residents") for code in communities)


def _grid(code: str, block: shapely.Polygon) -> Feature:
    words = {"code": code, "name": f"Grid {code[6:]}", "kind": "ordinary", "residents": 0}
    return {"type": "Feature", "properties": words, "geometry": mapping(block)}


def _layers() -> dict[str, list[Feature]]:
    roads = [(line, *ROADS[said["kind_detail"]], "R1", said) for line, said in features("roads")
             if said.get("kind_detail") in ROADS]  # fmt: skip
    water = [(area, "river", None, "W", said) for area, said in features("water") if area.area]
    green = [(area, "park", None, GREEN[said["kind"]], said) for area, said in features("landuse")
             if said["kind"] in GREEN and area.area]  # fmt: skip
    grounds = [(area, GROUNDS[said["kind"]][0], None, GROUNDS[said["kind"]][1], said)
               for area, said in features("landuse") if said["kind"] in GROUNDS and area.area]  # fmt: skip
    found = {"roads": roads, "water": water, "green": green, "places": grounds}
    return {layer: [_feature(number, *each) for number, each in enumerate(rows, 1)] for layer, rows in found.items()}


def _feature(number: int, drawn: shapely.Geometry, kind: str, width: int | None, place_kind: str, said: Any) -> Feature:
    words = {
        "code": str(number),
        "name": said.get("name") or "",
        "kind": kind,
        "place_kind": place_kind,
        "width": width,
    }
    return {"type": "Feature", "properties": words, "geometry": mapping(shapely.make_valid(drawn))}


def _collection(found: Any) -> Feature:
    return {"type": "FeatureCollection", "features": list(found)}


@cache
def named_places() -> tuple[tuple[str, str, str, float, float], ...]:
    """The named places of the map, and the doors of its buildings that have a number: (code, name, kind, lon, lat)."""
    at: dict[str, list[tuple[str, shapely.Point]]] = defaultdict(list)
    for point, said in features("pois"):
        if len(said.get("name") or "") > 1:
            at[said["name"]].append(("landmark", point))
    for building, said in features("buildings"):
        if said.get("addr_street") and said.get("addr_housenumber"):
            at[f"{said['addr_street']}{said['addr_housenumber']}号"].append(("door", building.representative_point()))
    flat = [(name, *each) for name, found in at.items() for each in found if border().contains(each[1])]
    return tuple((f"A{number:05}", name, kind, round(point.x, 7), round(point.y, 7))
                 for number, (name, kind, point) in enumerate(flat, 1))  # fmt: skip


def _lists(folder: Path) -> None:
    """The minor classes of events as matters; whose duty each is, the kind of place says."""
    matters = [(f"{row['major_code']}{row['minor_code']}", row["major_name"], row["minor_name"])
               for row in rows_of("codes/urban_mgmt_event_classes_05x50.csv")]  # fmt: skip
    write(folder, "matters.csv", "code family major name check_by callback",
          ((code, "city", major, name, "photo", "none") for code, major, name in matters))  # fmt: skip
    write(folder, "standards.csv", "code matter urgency limit unit default",
          ((f"S-{code}", code, 3, 3, "work_days", "yes") for code, *_ in matters))  # fmt: skip
    write(folder, "duty.csv", "code matter place_kind lead basis",
          ((f"D-{code}-{kind}" if kind else f"D-{code}", code, kind, lead, "by kind of place")
           for code, *_ in matters for kind, lead in {"": "U1", **LEADS}.items()))  # fmt: skip
    write_map(folder, "shanghai", {"matter_code": {name: code for code, _, name in matters}})


def _reports(folder: Path, blocks: Mapping[str, shapely.Polygon]) -> None:
    dice = random.Random(1)
    (folder / REPORTS).parent.mkdir(exist_ok=True)
    names = [row["minor_name"] for row in rows_of("codes/urban_mgmt_event_classes_05x50.csv")]
    begun = datetime(2026, 11, 19, 8, 0, tzinfo=UTC)
    inside = shapely.STRtree(list(blocks.values()))
    rows = []
    for number in range(1, COUNT + 1):
        said, truth = _said(dice, number, inside, list(blocks))
        at = begun + timedelta(seconds=20 * number)
        rows.append((number, dice.choice(names), f"{at:%F %T}", *said, *truth))
    write(folder, REPORTS, "id type time lon lat crs place true_grid true_edge_m", rows)


Said = tuple[str, str, str, str]  # lon, lat, crs and the words for the place


def _said(
    dice: random.Random, number: int, inside: shapely.STRtree, codes: Sequence[str]
) -> tuple[Said, tuple[str, str]]:
    """What a row says of its place, and what is true of it: of ten reports six are points, two of them shifted ones, three
    name a place, and one is a point that may lie beyond the border."""
    if number % 10 in (7, 8, 9):
        name = dice.choice(named_places())[1]
        return ("", "", "", name), ("", "")
    west, south, east, north = border().bounds
    over = 0.05 if number % 10 == 0 else 0.0  # share of the map's width beyond its border
    lon = dice.uniform(west - over * (east - west), east + over * (east - west))
    lat = dice.uniform(south - over * (north - south), north + over * (north - south))
    shifted = number % 10 in (5, 6)
    given = gcj02(lon, lat) if shifted else (lon, lat)
    said = (f"{given[0]:.7f}", f"{given[1]:.7f}", "GCJ-02" if shifted else "", "")
    return said, _truth(shapely.Point(lon, lat), inside, codes)


def _truth(point: shapely.Point, inside: shapely.STRtree, codes: Sequence[str]) -> tuple[str, str]:
    """The grid, and how far the point is from any border of grids: within a metre of one a shifted point may be in either."""
    found = inside.query(point, predicate="intersects").tolist()
    block = inside.geometries[found[0]] if found else border()
    metres = block.exterior.distance(point) * 111_000 * math.cos(math.radians(point.y))
    return (codes[found[0]] if found else "outside"), f"{metres:.1f}"


def gcj02(lon: float, lat: float) -> Point:
    """A point as maps sold in China give it: written out by hand from the formula all open implementations share, so that
    it does not lean on the platform's own."""
    x, y = lon - 105.0, lat - 35.0
    near = math.sqrt(abs(x))
    waves = (20 * math.sin(6 * x * math.pi) + 20 * math.sin(2 * x * math.pi)) * 2 / 3
    north = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * near + waves
    north += (20 * math.sin(y * math.pi) + 40 * math.sin(y / 3 * math.pi)) * 2 / 3
    north += (160 * math.sin(y / 12 * math.pi) + 320 * math.sin(y * math.pi / 30)) * 2 / 3
    east = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * near + waves
    east += (20 * math.sin(x * math.pi) + 40 * math.sin(x / 3 * math.pi)) * 2 / 3
    east += (150 * math.sin(x / 12 * math.pi) + 300 * math.sin(x / 30 * math.pi)) * 2 / 3
    sine = math.sin(math.radians(lat))
    magic = 1 - 0.00669342162296594323 * sine * sine
    north = north * 180 / (6378245.0 * (1 - 0.00669342162296594323) / (magic * math.sqrt(magic)) * math.pi)
    east = east * 180 / (6378245.0 / math.sqrt(magic) * math.cos(math.radians(lat)) * math.pi)
    return lon + east, lat + north
