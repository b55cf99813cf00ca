"""What a picker is offered over HTTP; how well something fits is decided in `base.ranking`."""

from __future__ import annotations

import pytest

from civigrid.base import db
from civigrid.places import actions as places
from civigrid.places.rules import AddressKind, NewAddress, NewAsset
from tests.web.people import LI, LIU, SHEN, client, today

pytestmark = pytest.mark.usefixtures("city")
GRID = "990181001001001"


def offered(who: str, kind: str, typed: str) -> list[dict[str, str]]:
    answer = client(who).get(f"/pick/{kind}/", {"q": typed}, headers={"Accept": "application/json"})
    assert answer.status_code == 200
    found: list[dict[str, str]] = answer.json()["results"]
    return found


@pytest.mark.parametrize(
    ("kind", "typed", "first"),
    [
        ("regions", "dh", {"code": "990181002", "name": "东湖街道", "note": "云汀市", "address": "/places/990181002/"}),
        ("grids", GRID, {"code": GRID, "name": "文昌街道学府社区第01网格", "note": "学府社区"}),
        (
            "units",
            "市政设施",
            {"code": "4001", "note": "市城市管理局(综合行政执法局)", "address": "/directory/units/4001/"},
        ),
        ("posts", "xiaoli", {"name": "受理员小李", "note": "受理员 · 市社会治理指挥中心"}),
        ("matters", "E0102", {"code": "E0102", "name": "暴露垃圾", "address": "/catalog/matters/E0102/"}),
    ],
)
def test_lines_say_what_where_and_lead_there(kind: str, typed: str, first: dict[str, str]) -> None:
    line = offered(SHEN, kind, typed)[0]
    assert {key: line[key] for key in first} == first


def test_in_english() -> None:
    shen = client(SHEN)
    shen.cookies["civigrid_language"] = "en"
    [line, *_rest] = shen.get("/pick/units/?q=city management bur").json()["results"]
    assert (line["name"], line["note"]) == ("City Management Bureau", "City of Yunting")


def test_nothing_typed_is_offered_nothing_and_a_long_list_says_there_is_more() -> None:
    assert offered(SHEN, "units", " ") == []
    answer = client(SHEN).get("/pick/units/?q=99018").json()
    assert (len(answer["results"]), answer["more"]) == (12, True)


def test_people_are_offered_only_to_those_who_may_see_posts() -> None:
    for who in (LI, LIU):
        answer = client(who).get("/pick/posts/?q=li", headers={"Accept": "application/json"})
        assert (answer.status_code, answer.json()["error"]["code"]) == (403, "forbidden")


def test_a_picker_of_something_else_is_not_there() -> None:
    assert client(SHEN).get("/pick/residents/?q=li").status_code == 404


def _address(code: str, name: str, *aliases: str) -> NewAddress:
    return NewAddress(code, name, AddressKind.DOOR, 124.01, 29.01, aliases=aliases, grid_code=GRID)


@pytest.fixture
def things(city: None) -> None:
    """Two doors of one name, a crossing with another name, a lamp whose owner nobody knows."""
    on = today()
    with db.system():
        addresses = [
            _address("T1", "测试路118号"),
            _address("T2", "测试路118号"),
            _address("T3", "测试路口", "老电影院"),
        ]
        places.save_addresses(addresses, on=on)
        places.save_assets(
            [NewAsset("9901810118000001", "C0118", 124.01, 29.01, name="CS-0001", grid_code=GRID)], on=on
        )


@pytest.mark.usefixtures("things")
@pytest.mark.parametrize(
    ("typed", "codes"),
    [
        ("测试路118", ["T1", "T2"]),
        ("测试路１１８号", ["T1", "T2"]),  # full-width digits
        ("ceshilu118", ["T1", "T2"]),
        ("ce shi lu kou", ["T3"]),
        ("cslk", ["T3"]),
        ("CSL", ["T1", "T2", "T3"]),
        ("老电影院", ["T3"]),
        ("T2", ["T2"]),
        ("没有的路", []),
    ],
)
def test_addresses_by_name_spelling_other_name_and_code(typed: str, codes: list[str]) -> None:
    """Two addresses of one name are both offered: a person decides."""
    assert sorted(line["code"] for line in offered(LI, "addresses", typed)) == codes


@pytest.mark.usefixtures("things")
def test_an_asset_is_found_by_its_plate_and_its_page_says_that_nobody_knows_the_owner() -> None:
    [line] = offered(LI, "assets", "CS-00")
    assert (line["code"], line["note"]) == ("9901810118000001", "路灯")
    page = client(LI).get(line["address"])
    assert {fact.label: fact.said[0].text for fact in page.context["facts"]}["权属单位"] == "不明"
    unknown = client(LI).get("/places/assets/?unknown=1&matter=C0118").context["table"].rows
    assert "CS-0001" in [cell.said[0].text for row in unknown for column, cell in row if column.words == "标牌编号"]


@pytest.mark.usefixtures("things")
def test_a_grid_lists_what_stands_in_it() -> None:
    page = client(LI).get(f"/places/grids/{GRID}/?tab=addresses")
    assert {"T1", "T2", "T3"} <= {row[0][1].said[0].text for row in page.context["table"].rows}
    assert "测试路口" in client(LI).get("/places/addresses/T3/").content.decode()
