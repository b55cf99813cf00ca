"""The map's page: what stands beside the map, what is found, and the drawing for browsers that cannot draw it."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ElementTree

import pytest
import shapely
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from civigrid.base import db, stamps
from civigrid.places import actions
from civigrid.places import queries as places
from civigrid.web.map import areas, outlines, svg
from tests.web import mapcity
from tests.web.people import JIANG, LI, client, today

SVG = "{http://www.w3.org/2000/svg}"
pytestmark = pytest.mark.usefixtures("dressed")


@pytest.fixture
def dressed(city: None) -> None:
    with db.system():
        mapcity.dress(today())


def english() -> Client:
    li = client(LI)
    li.cookies["civigrid_language"] = "en"
    return li


def test_the_page_opens_with_the_city_and_lists_its_towns() -> None:
    page = client(LI).get("/map/").content.decode()
    assert "<civigrid-map" in page
    assert 'area="990181"' in page
    assert re.findall(r'data-area="(\d{9})"', page) == ["990181001", "990181002"]
    assert 'href="/map/" aria-current="page"' in page, "it stands in the menu"


@pytest.mark.parametrize(
    ("code", "below"),
    [("990181001", "990181001002"), ("990181002001", "990181002001901"), ("990181001001002", "990181001001003")],
)
def test_an_area_shows_what_lies_above_and_below_it(code: str, below: str) -> None:
    page = client(LI).get(f"/map/?area={code}")
    assert page.context["area"].row.code == code
    assert below in {line.row.code for line in page.context["area"].below}
    text = page.content.decode()
    for digits in (9, 6) if len(code) > 9 else (6,):
        assert f'data-area="{code[:digits]}"' in text


def test_the_numbers_of_the_areas_below_add_up_to_those_of_the_area() -> None:
    area = client(LI).get("/map/").context["area"]
    assert (sum(line.grids for line in area.below), sum(line.residents for line in area.below)) == (12, area.residents)
    with db.system():
        assert area.residents == sum(row.residents for row in places.grids(today()).values())


def test_the_panel_of_an_area_comes_alone_and_says_where_it_lies() -> None:
    panel = english().get("/map/areas/990181001001001/").content.decode()
    assert "<html" not in panel
    assert "Xuefu Community Grid 01" in panel
    west, south, east, north = map(float, re.findall(r'data-box="([^"]+)"', panel)[0].split())
    with db.system():
        rows, shapes = places.grids(today()), places.shapes(today())
    [shape] = [shape for each, shape in shapes.items() if rows[each].code == "990181001001001"]
    assert (west, south, east, north) == pytest.approx(shape.bounds, abs=1e-5)


@pytest.mark.parametrize(
    "where", ["/map/?area=990181999", "/map/areas/x/", "/map/drawing/1.svg", "/map/?address=no", "/map/?asset=no"]
)
def test_what_does_not_exist_is_not_found(where: str) -> None:
    assert client(LI).get(where).status_code == 404


def test_a_browser_is_told_what_it_needs() -> None:
    told = english().get("/map/about?area=990181002").json()
    assert told["tiles"] == f"/map/tiles/{told['edition']}/{{z}}/{{x}}/{{y}}"
    assert told["city"] == "990181"
    west, south, east, north = told["box"]
    assert west < told["area"][0] < told["area"][2] <= east
    assert south <= told["area"][1] < told["area"][3] <= north
    assert told["words"]["NavigationControl.ZoomIn"] == "Zoom in"
    assert told["english"] is True
    for unknown in ("x", "a/b", "%0A", "9" * 300):
        told = client(LI).get(f"/map/about?area={unknown}").json()
        assert (told["area"], told["drawing"]) == (None, "/map/drawing/990181.svg")


@pytest.mark.parametrize(
    ("text", "name", "address"),
    [
        ("东湖", "东湖街道", "/map/?area=990181002"),
        ("990181001001001", "文昌街道学府社区第01网格", "/map/?area=990181001001001"),
        ("zhonglou", "钟楼", "/map/?address=A1"),
        ("老钟楼", "钟楼", "/map/?address=A1"),
        ("xf0018", "路灯杆号 XF-0018", "/map/?asset=9901810118000018"),
        ("学府路", "学府路", "/map/?feature=roads%2Fm1"),
        ("East Lake", "东湖", "/map/?feature=waters%2Fw2"),
        ("路灯杆号 XF-0018", "路灯杆号 XF-0018", "/map/?asset=9901810118000018"),
    ],
)
def test_places_are_found_by_what_people_call_them(text: str, name: str, address: str) -> None:
    found = client(LI).get("/map/find", {"q": text}).json()["results"]
    assert (name, address) in {(each["name"], each["address"]) for each in found}
    assert client(LI).get(address).status_code == 200
    assert address in client(LI).get("/map/", {"q": text}).content.decode(), "without scripts it is a list"


def test_nothing_is_found_for_nothing() -> None:
    assert client(LI).get("/map/find").json()["results"] == []
    assert client(LI).get("/map/find", {"q": "<b>'\"%"}).json()["results"] == []


def test_an_address_is_marked_and_its_grid_told() -> None:
    page = client(LI).get("/map/?address=A1")
    assert page.context["area"].row.code == "990181001002002"
    assert 'lon="124.0092" lat="29.0088"' in page.content.decode()


def test_a_lamp_in_no_known_grid_is_shown_in_the_city() -> None:
    page = client(LI).get("/map/?asset=9901810118000018")
    assert page.context["area"].row.code == "990181"
    assert "XF-0018" in page.content.decode()


def drawing(code: str, who: Client) -> ElementTree.Element:
    answer = who.get(f"/map/drawing/{code}.svg")
    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("image/svg+xml")
    return ElementTree.fromstring(answer.content)


def said(picture: ElementTree.Element) -> set[str]:
    """The names that are written on it."""
    return {" ".join(str(line.text) for line in each) for each in picture.iter(f"{SVG}text")}


def test_a_drawing_links_the_areas_below_by_name() -> None:
    picture = drawing("990181", english())
    assert picture.tag == f"{SVG}svg"
    links = {each.get("aria-label"): each.get("href") for each in picture.iter(f"{SVG}a")}
    assert links == {
        "Wenchang Street": "/map/?view=drawing&area=990181001",
        "Donghu Street": "/map/?view=drawing&area=990181002",
    }
    names = said(picture)
    assert set(links) < names
    assert "East Lake Park" in names


def test_a_drawing_is_sent_again_only_when_it_changed() -> None:
    li = client(LI)
    tag = li.get("/map/drawing/990181.svg").headers["ETag"]
    assert li.get("/map/drawing/990181.svg", headers={"If-None-Match": tag}).status_code == 304
    assert english().get("/map/drawing/990181.svg", headers={"If-None-Match": tag}).status_code == 200
    with db.system():
        stamps.touch(places.AREA)
    assert li.get("/map/drawing/990181.svg", headers={"If-None-Match": tag}).status_code == 200


def test_a_drawing_stays_in_its_frame_and_keeps_to_the_policy() -> None:
    picture = drawing("990181001", client(LI))
    _, _, width, height = map(int, str(picture.get("viewBox")).split())
    for way in picture.iter(f"{SVG}path"):
        for start in re.findall(r"M(-?\d+) (-?\d+)", str(way.get("d"))):
            assert 0 <= int(start[0]) <= width
            assert 0 <= int(start[1]) <= height
    for each in picture.iter():
        assert not {"style", "onclick", "onload"} & set(each.attrib)
        assert each.tag not in {f"{SVG}style", f"{SVG}script", f"{SVG}foreignObject"}


def test_a_community_shows_its_grids_by_short_names_and_a_grid_is_marked() -> None:
    picture = drawing("990181001001002", client(LI))
    assert "第02网格" in said(picture)
    marked = [each for each in picture.iter(f"{SVG}path") if each.get("class") == "drawing__chosen"]
    assert len(marked) == 1
    assert not [each for each in drawing("990181001001", client(LI)).iter() if each.get("class") == "drawing__chosen"]


def test_names_are_escaped() -> None:
    drawn = svg.texts("names", [svg.Text("<script>&", 1.0, 2.0)])
    assert "&lt;script&gt;&amp;</tspan></text></g>" in drawn
    assert "<script" not in drawn


def test_names_without_room_are_left_out_or_kept_for_wide_screens() -> None:
    names = [svg.Text("东湖街道", 500, 500), svg.Text("文昌街道", 510, 510), svg.Text("双桥镇", 620, 560)]
    drawn = svg.texts("names", names)
    assert "东湖街道" in drawn
    assert "文昌街道" not in drawn
    assert 'class="drawing__wide"><tspan x="620" dy="0.0em">双桥镇' in drawn
    assert svg.Text("Zhonglou Community", 0, 0).lines == ("Zhonglou", "Community")


def test_the_page_shows_the_drawing_in_its_place() -> None:
    page = client(LI).get("/map/?view=drawing&area=990181001").content.decode()
    assert "<civigrid-map" not in page
    assert '<svg xmlns="http://www.w3.org/2000/svg"' in page
    assert 'http-equiv="refresh"' not in page
    assert "view=drawing&amp;area=990181001" in client(LI).get("/map/?area=990181001").content.decode()


def test_beside_a_drawing_links_lead_to_drawings() -> None:
    page = client(LI).get("/map/?view=drawing&q=钟楼").content.decode()
    links = re.findall(r'href="(/map/\?[^"]+)"', page)
    assert len(links) > 5
    assert [each for each in links if "view=drawing" not in each] == ["/map/?area=990181"], "the way back to the map"


def test_a_city_without_grids_has_its_roads() -> None:
    with db.system():
        actions.save_grids([], on=today())
    told = client(LI).get("/map/about").json()
    assert told["outlined"] is False
    assert told["box"] == pytest.approx([123.97, 28.98, 124.08, 29.03], abs=0.01)
    assert client(LI).get("/map/").status_code == 200
    assert client(LI).get("/map/drawing/990181.svg").status_code == 404
    assert "drawing" not in re.findall(r"<svg[^>]*>", client(LI).get("/map/?view=drawing").content.decode())


def test_who_keeps_the_accounts_sees_the_map_too() -> None:
    for where in ("/map/", "/map/about", "/map/areas/990181/", "/map/drawing/990181.svg", "/map/find?q=x"):
        assert client(JIANG).get(where).status_code == 200


def test_the_page_asks_little_of_the_database() -> None:
    li = client(LI)
    li.get("/map/?area=990181001001001")
    with CaptureQueriesContext(connection) as asked:
        li.get("/map/?area=990181001001001")
    assert not [each["sql"] for each in asked if "places_" in each["sql"]]


def test_a_name_is_short_where_what_it_lies_in_is_known() -> None:
    assert areas.short("文昌街道学府社区第01网格", ["示例省", "云汀市", "文昌街道", "学府社区"]) == "第01网格"
    assert areas.short("Xuefu Community Grid 01", ["Wenchang Street", "Xuefu Community"]) == "Grid 01"
    assert areas.short("学府社区", ["文昌街道", "学府社区"]) == "学府社区"


def test_neighbours_with_gaps_still_make_a_region() -> None:
    left, right = shapely.box(0, 0, 1, 1), shapely.Polygon([(1, 0), (2, 0), (2, 1), (1, 1), (1, 0.5)])
    levels = outlines.regions_of(
        ["990181001001001", "990181001001002"], svg.np.array([left, right], dtype=object), "990181"
    )
    assert [shapes["990181001001"].area for level, shapes in levels.items() if level == "community"] == [2.0]


def test_steps_are_whole_and_leave_out_what_does_not_move() -> None:
    ring = shapely.Polygon([(0, 0), (4, 0), (4, 0), (4, 3), (0, 3)])
    line = shapely.LineString([(1, 1), (1, 1), (2, 5)])
    assert svg.steps(svg.np.array([ring, line], dtype=object)) == "M1 1l1 4M0 0l4 0 0 3-4 0z"
