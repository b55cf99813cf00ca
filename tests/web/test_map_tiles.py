"""Vector tiles: what stands on the ground is in them, in its place, at its scale; and they cost little."""

from __future__ import annotations

import gzip
import math
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

import mapbox_vector_tile
import numpy as np
import pytest
import shapely
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from civigrid.base import db, stamps
from civigrid.places import actions
from civigrid.places import queries as places
from civigrid.places.rules import BuildingKind, NewBuilding
from civigrid.web.map import ground, things, tiles
from tests.web import mapcity
from tests.web.people import JIANG, LI, client, today

pytestmark = pytest.mark.usefixtures("dressed")
HERE = (124.009, 29.0105)  # in the old town, on 学府路
Layers = dict[str, list[dict[str, Any]]]


@pytest.fixture
def dressed(city: None) -> None:
    with db.system():
        mapcity.dress(today())


def square(zoom: int, lon: float = HERE[0], lat: float = HERE[1]) -> tuple[int, int, int]:
    """The tile of a zoom that holds a point."""
    side = 2**zoom
    row = (1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2 * side
    return zoom, int((lon + 180) / 360 * side), int(row)


def degrees(zoom: int, column: int, row: int) -> Callable[[np.ndarray], np.ndarray]:
    """From a tile's units back to degrees, written down a second time."""

    def back(points: np.ndarray) -> np.ndarray:
        x, y = (column + points[:, 0] / 4096) / 2**zoom, (row + points[:, 1] / 4096) / 2**zoom
        return np.column_stack([x * 360 - 180, np.degrees(np.arctan(np.sinh(np.pi * (1 - 2 * y))))])

    return back


def edition(who: Client) -> str:
    found: str = who.get("/map/about").json()["edition"]
    return found


def get(who: Client, tile: tuple[int, int, int], **headers: str) -> Any:
    zoom, column, row = tile
    return who.get(f"/map/tiles/{edition(who)}/{zoom}/{column}/{row}", headers={"Accept-Encoding": "gzip", **headers})


def read(tile: tuple[int, int, int], who: Client | None = None) -> Layers:
    """The features of a tile by layer: properties, and geometry in degrees."""
    answer = get(who or client(LI), tile)
    assert answer.status_code == 200
    decoded = mapbox_vector_tile.decode(gzip.decompress(answer.content), default_options={"y_coord_down": True})
    back = degrees(*tile)
    return {
        name: [
            {**each["properties"], "shape": shapely.transform(shapely.geometry.shape(each["geometry"]), back)}
            for each in layer["features"]
        ]
        for name, layer in decoded.items()
    }


def named(layers: Layers, layer: str, kind: str) -> dict[str, Any]:
    """Features of one kind of geometry, by code or name."""
    return {
        each.get("code") or each.get("name", ""): each
        for each in layers.get(layer, [])
        if each["shape"].geom_type.endswith(kind)
    }


def test_the_grids_lie_where_they_are() -> None:
    tile = square(13)
    found = named(read(tile), "grids", "Polygon")
    with db.system():
        rows, shapes = places.grids(today()), places.shapes(today())
    window = shapely.box(*shapely.bounds(shapely.transform(shapely.box(0, 0, 4096, 4096), degrees(*tile))))
    wanted = {rows[each].code: shape for each, shape in shapes.items() if shape.intersection(window).area > 1e-6}
    assert wanted
    assert set(found) >= set(wanted)
    for code, shape in wanted.items():
        there = shapely.make_valid(found[code]["shape"]).intersection(window)
        assert there.symmetric_difference(shape.intersection(window)).area < 0.02 * shape.area, code


def test_a_grid_says_what_it_is() -> None:
    grids = named(read(square(11)), "grids", "Polygon")
    ordinary, special = grids["990181001001001"], grids[mapcity.SPECIAL]
    assert (ordinary["name"], ordinary["name_en"], ordinary["residents"]) == (
        "文昌街道学府社区第01网格", "Xuefu Community Grid 01", 1000,
    )  # fmt: skip
    assert (ordinary["short"], ordinary["short_en"]) == ("第01网格", "Grid 01")
    assert (ordinary["kind"], special["kind"]) == ("ordinary", "special")


def test_towns_and_communities_are_the_union_of_their_grids() -> None:
    regions = named(read(square(11)), "regions", "Polygon")
    with db.system():
        rows, shapes = places.grids(today()), places.shapes(today())
    for code in ("990181", "990181002", "990181002002"):
        whole = shapely.union_all([shape for each, shape in shapes.items() if rows[each].code.startswith(code)])
        there = shapely.make_valid(regions[code]["shape"])
        assert there.symmetric_difference(whole).area < 0.03 * whole.area, code
    assert regions["990181002"]["name"] == "东湖街道"


def test_every_border_is_drawn_once_and_under_the_highest_level() -> None:
    lines = read(square(12, 124.03, 29.0))["borders"]
    assert {each["level"] for each in lines} == {"county", "town", "community", "grid"}
    shared = shapely.intersection_all(
        [shapely.union_all([each["shape"] for each in lines if each["level"] == level]) for level in ("town", "grid")]
    )
    assert shared.length == 0
    with db.system():
        drawn = ground.ground(today())
    borders = [shape for layer in drawn.layers if layer.name == "borders" for shape in layer.shapes]
    rings = shapely.union_all([shape.boundary for shape in drawn.grids.values()])
    assert sum(line.length for line in borders) == pytest.approx(rings.length, rel=1e-6)


def test_a_street_in_two_pieces_comes_whole() -> None:
    [street] = [each for each in read(square(13))["roads"] if each.get("name") == "学府路"]
    assert street["shape"].geom_type == "LineString"
    assert street["kind"] == "main"
    assert street["shape"].distance(shapely.Point(HERE)) < 1e-5


def test_what_is_small_waits_for_its_scale() -> None:
    far, near, close = read(square(9)), read(square(14)), read(square(16))
    kinds = [{each["kind"] for each in layers["roads"]} for layers in (far, near)]
    assert kinds[0] <= {"expressway", "highway"}
    assert {"lane", "secondary", "main"} <= kinds[1]
    assert "buildings" not in read(square(13))
    assert "buildings" in near
    assert "assets" not in near
    assert close["assets"]
    assert {"places", "sites"} <= set(near)
    assert far["water"]


def test_houses_and_lamps_in_a_tile_are_those_that_stand_in_it() -> None:
    tile = square(16, 124.0121, 29.0119)
    found = read(tile)
    window = shapely.transform(shapely.box(0, 0, 4096, 4096), degrees(*tile))
    houses = [shapely.from_wkb(mapcity.building(column, row).shape) for column in range(20) for row in range(10)]
    inside = [house for house in houses if house.intersects(window)]
    beside = [house for house in houses if house.intersects(window.buffer(80 / 4096 * 0.0055))]
    drawn = shapely.get_parts([each["shape"] for each in found["buildings"]])
    assert len(inside) <= len(drawn) <= len(beside) + 2
    assert len(found["buildings"]) <= 2, "houses without a name are one feature"
    assert 0 < len(inside) < len(houses)
    lamps = [
        each
        for each in read(square(16))["assets"]
        if each["shape"].intersects(shapely.Point(124.009, 29.0104).buffer(1e-5))
    ]
    assert [(each["name"], each["kind"], each["owner"]) for each in lamps] == [("路灯杆号 XF-0018", "C0118", "4001")]


def test_a_house_across_the_border_of_two_tiles_is_in_both() -> None:
    zoom, column, row = square(14)
    edge = (column + 1) / 2**14 * 360 - 180
    shape = shapely.box(edge - 0.0008, 29.0101, edge + 0.0002, 29.0106)
    with db.system():
        factory = NewBuilding("F1", BuildingKind.FACTORY, shapely.to_wkb(shape), edge - 0.0003, 29.01035)
        actions.save_buildings([factory], on=today())
    for each in (column, column + 1):
        kinds = [house["kind"] for house in read((zoom, each, row))["buildings"]]
        assert kinds.count("factory") == 1


def test_a_tile_may_be_kept_for_ever_and_is_compressed_where_that_is_understood() -> None:
    li = client(LI)
    answer = get(li, square(12))
    assert answer.headers["Content-Type"] == "application/vnd.mapbox-vector-tile"
    assert answer.headers["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in answer.headers["Vary"]
    assert {"private", "immutable"} <= set(answer.headers["Cache-Control"].split(", "))
    plain = get(li, square(12), **{"Accept-Encoding": "identity"})
    assert "Content-Encoding" not in plain.headers
    assert plain.content == gzip.decompress(answer.content)
    again = get(li, square(12), **{"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["ETag"] == answer.headers["ETag"]


def test_a_tile_of_an_older_edition_is_sent_on_to_the_one_in_force() -> None:
    li = client(LI)
    answer = li.get("/map/tiles/0123456789abcdef/12/3459/1703")
    assert answer.status_code == 302
    assert answer.headers["Location"] == f"/map/tiles/{edition(li)}/12/3459/1703"
    assert answer.headers["Cache-Control"] == "no-store"


def test_new_data_is_a_new_edition() -> None:
    li = client(LI)
    before = edition(li)
    assert edition(li) == before
    with db.system():
        stamps.touch(places.AREA)
    assert edition(li) != before


def test_a_day_on_which_nothing_began_or_ended_has_the_edition_of_the_day_before() -> None:
    with db.system():
        days = [date(2020, 1, 1), places.turned(today()), today(), today() + timedelta(days=1)]
        before, turned, now, tomorrow = [ground.edition(day) for day in days]
        assert turned == now == tomorrow != before
        actions.save_grids([mapcity.grid(0, 0)], on=today() + timedelta(days=1))
        assert ground.edition(today()) != ground.edition(today() + timedelta(days=1))


@pytest.mark.parametrize("where", ["17/0/0", "12/4096/0", "12/0/4096", "0/1/0", "99999999999999999999/0/0"])
def test_a_tile_that_cannot_be_is_refused_in_clear_words(where: str) -> None:
    answer = client(LI).get(f"/map/tiles/x/{where}")
    assert answer.status_code == 404
    assert "no such tile" in client(LI, **{"Accept-Language": "en"}).get(f"/map/tiles/x/{where}").content.decode()
    program = client(LI, Accept="application/json").get(f"/map/tiles/x/{where}")
    assert program.json()["error"]["code"] == "no_tile"


@pytest.mark.parametrize("where", ["-1/0/0", "a/b/c", "12/3/1.5"])
def test_what_is_no_number_is_no_address(where: str) -> None:
    assert client(LI).get(f"/map/tiles/x/{where}").status_code == 404


def test_a_tile_of_the_open_sea_is_empty() -> None:
    assert read(square(14, 0.0, 0.0)) == {}


def test_every_account_may_see_the_ground_and_nobody_else() -> None:
    assert read(square(12), client(JIANG))["grids"]
    where = f"/map/tiles/{edition(client(LI))}/12/3459/1703"
    assert client().get(where).status_code == 302
    assert Client(headers={"Accept": "application/json"}).get(where).status_code == 401


@pytest.fixture
def forgetful(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A process that made no tile and read no building yet."""
    monkeypatch.setattr(tiles, "_kept", tiles.Kept(tiles.MOST))
    for name, each in (("_BUILDINGS", things._BUILDINGS), ("_ASSETS", things._ASSETS)):
        monkeypatch.setattr(things, name, things.Cells(each._read, each._layer))
    yield


def statements(tile: tuple[int, int, int]) -> list[str]:
    li = client(LI)
    where = f"/map/tiles/{edition(li)}/{'/'.join(map(str, tile))}"
    with CaptureQueriesContext(connection) as asked:
        assert li.get(where).status_code == 200
    return [each["sql"] for each in asked if "places_" in each["sql"]]


def test_a_tile_asks_the_database_for_no_more_than_its_things(forgetful: None) -> None:
    assert len(statements(square(13))) == 0, "areas and layers are in memory"
    assert len(statements(square(14))) == 1
    assert len(statements(square(16))) == 1, "the houses are in memory by now, the lamps are not"
    assert len(statements(square(16))) == 0


def test_a_larger_city_makes_a_tile_no_dearer(forgetful: None) -> None:
    tile, read_rows = square(16), []
    before = statements(tile)
    with db.system():
        far = [mapcity.building(column, row) for column in range(60) for row in range(50)]
        moved = [
            NewBuilding(f"X{n}", each.kind, each.shape, each.lon + 0.5, each.lat) for n, each in enumerate(far)
        ]  # fmt: skip
        actions.save_buildings([*(mapcity.building(c, r) for c in range(20) for r in range(10)), *moved], on=today())
        read_rows = places.buildings_in(things._cells(tiles.Tile(*tile)), today())
    assert len(statements(tile)) == len(before)
    assert len(read_rows) == 200
