"""Addresses in what people write: one thing in many spellings, and nothing where it is not said which."""

from __future__ import annotations

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from civigrid.places.rules import AddressBook, AddressKind, KnownPlace, Roads
from civigrid.places.rules.spelling import numeral, spelled

DOOR, ESTATE, CROSSING = AddressKind.DOOR, AddressKind.ESTATE, AddressKind.CROSSING
LANDMARK, STOP, POLE = AddressKind.LANDMARK, AddressKind.STOP, AddressKind.POLE
PLACES: list[tuple[str, AddressKind, float, tuple[str, ...]]] = [
    ("A1", DOOR, 0.01, ("学府路118号", "118 Xuefu Road")),
    ("A2", DOOR, 0.05, ("学府路118号",)),
    ("A3", DOOR, 0.02, ("学府路18号",)),
    ("A4", DOOR, 0.02, ("湖景花园3号楼", "Building 3, Hujing Garden")),
    ("A5", DOOR, 0.02, ("湖景花园13号楼",)),
    ("A6", DOOR, 0.02, ("药王巷12号",)),
    ("E1", ESTATE, 0.02, ("湖景花园", "Hujing Garden")),
    ("E2", ESTATE, 0.03, ("幸福家园一期",)),
    ("E3", ESTATE, 0.04, ("幸福家园二期",)),
    ("C1", CROSSING, 0.02, ("学府路与东湖路交叉口", "学府路与东湖路口")),
    ("L1", LANDMARK, 0.02, ("文昌小学",)),
    ("L2", LANDMARK, 0.06, ("文昌小学新校区",)),
    ("L3", LANDMARK, 0.03, ("石桥头村5组",)),
    ("L4", LANDMARK, 0.03, ("东湖路下穿隧道",)),
    ("L5", LANDMARK, 0.03, ("滨江公园", "Riverside Park")),
    ("S1", STOP, 0.03, ("体育场站", "K12路体育场站")),
    ("P1", POLE, 0.03, ("路灯杆号 DH-0173",)),
    ("L6", LANDMARK, 0.07, ("人民医院", "市人民医院")),
]
ROADS = [
    ("学府路", shapely.LineString([(0, 0), (1, 0)])),
    ("东湖路", shapely.LineString([(0.02, -1), (0.02, 1)])),
    ("人民路", shapely.LineString([(0.5, -1), (0.5, 1)])),
    ("环城路", shapely.LineString([(0.1, -1), (0.1, 0.5), (0.7, 0.5), (0.7, -1)])),
    ("江北路", shapely.LineString([(0, 0.9), (1, 0.9)])),
    ("Xuefu Road", shapely.LineString([(0, 0), (1, 0)])),
]
LAMP = KnownPlace("", "路灯杆号 DH-0173", POLE, 0.03, 0.0, asset="9901810118000173")
WELL = KnownPlace("", "消火栓 DH-017", POLE, 0.09, 0.0, asset="9901810113000017")


def book() -> AddressBook:
    places = [(KnownPlace(code, names[0], kind, lon, 0.0), names) for code, kind, lon, names in PLACES]
    return AddressBook([*places, (LAMP, (LAMP.name,)), (WELL, (WELL.name,))], Roads(ROADS), ["云汀市", "文昌街道"])


BOOK = book()


def codes(text: str) -> list[str]:
    return [place.code or place.asset or place.name for place in BOOK.find(text).all]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("药王巷12号旁生活垃圾成堆", "A6"),
        ("药王巷１２号", "A6"),
        ("药王巷 12 号门面", "A6"),
        ("药王巷12号楼顶", "A6"),
        ("药王巷12旁边的树", "A6"),
        ("湖景花园3号楼2单元1201室", "A4"),
        ("湖景花园三栋电梯停了", "A4"),
        ("湖景花园3幢", "A4"),
        ("湖景花园第3号楼", "A4"),
        ("湖景花园十三栋", "A5"),
        ("Building 3, Hujing Garden", "A4"),
        ("湖景花园门口烧烤店", "E1"),
        ("湖景花园30号楼", "E1"),
        ("湖景花园路口", "E1"),
        ("幸福家园1期楼道", "E2"),
        ("幸福家园二期物业费", "E3"),
        ("学府路与东湖路交叉口东北角", "C1"),
        ("东湖路与学府路交汇处", "C1"),
        ("东湖路和学府路口", "C1"),
        ("东湖路学府路十字路口", "C1"),
        ("就是学府路跟东湖路那个口上", "C1"),
        ("石桥头村五组一处自建房", "L3"),
        ("东湖路下穿隧道积水", "L4"),
        ("gate 2 of the riverside park, quite dark", "L5"),
        ("K12路公交体育场站旁", "S1"),
        ("路灯杆号 DH-0173", "P1"),
        ("路灯杆号：DH-0173不亮", "P1"),
        ("杆号dh—0173的灯", "P1"),
        ("湖景花园边上路灯杆号DH-0173", "P1"),
        ("昨晚湖景花园停电", "E1"),
        ("在人民医院门口", "L6"),
        ("云汀市人民医院停车难", "L6"),
        ("文昌街道人民医院", "L6"),
        ("学府路人民医院", "L6"),
    ],
)
def test_one_place(text: str, expected: str) -> None:
    assert codes(text) == [expected]


@pytest.mark.parametrize(
    "text",
    [
        "", "学", "路灯不亮", "学府路路面坑洼", "药王巷3个井盖", "药王巷120号", "药王巷12米处", "湖景花园路很黑",
        "学府路与东湖路之间", "学府路到东湖路", "DH-0173号摄像头", "DH-017点位", "DH-01734", "riverside parking",
        "学府路与学府路口", "江北路与东胡路口", "第三人民医院", "邻县人民医院", "江声文昌小学", "长河市人民医院",
    ],
)  # fmt: skip
def test_no_place(text: str) -> None:
    assert codes(text) == []


def test_several_are_all_told() -> None:
    twins = BOOK.find("学府路118号门前")
    assert [place.code for place in twins.places] == ["A1", "A2"]
    assert twins.one_name
    phases = BOOK.find("幸福家园的电梯")
    assert ([place.code for place in phases.places], [place.code for place in phases.also]) == ([], ["E2", "E3"])
    school = BOOK.find("文昌小学门口堵死了")
    assert ([place.code for place in school.places], [place.code for place in school.also]) == (["L1"], ["L2"])
    two = BOOK.find("从文昌小学新校区到滨江公园")
    assert [place.code for place in two.all] == ["L2", "L5"]
    assert not two.one_name


def test_what_is_named_closely_comes_first() -> None:
    assert codes("湖景花园旁的药王巷12号") == ["A6"]
    assert codes("滨江公园对面，学府路与东湖路口") == ["C1"]


def test_crossings_nobody_named_are_where_the_roads_cross() -> None:
    (found,) = BOOK.find("人民路与学府路交叉口").places
    assert (found.code, found.lon, found.lat) == ("", 0.5, 0.0)
    assert [place.lon for place in BOOK.find("学府路与环城路口").places] == [0.1, 0.7]
    assert codes("江北路与学府路口") == []


def test_a_pole_is_one_thing_whether_address_or_asset() -> None:
    (found,) = BOOK.find("路灯杆号DH-0173").places
    assert (found.code, found.kind) == ("P1", POLE)
    assert [place.asset for place in BOOK.find("消火栓DH-017漏水").places] == [WELL.asset]


def test_a_text_about_everything_is_about_no_place() -> None:
    many = [(KnownPlace(f"M{n}", f"第{n}人民广场", LANDMARK, 0.1 * n, 0.0), (f"第{n}人民广场",)) for n in range(12)]
    crowd = AddressBook(many, Roads([]))
    assert crowd.find("、".join(f"第{n}人民广场" for n in range(12))).all == ()
    assert len(crowd.find("第3人民广场").places) == 1


def test_by_code() -> None:
    assert BOOK.of_code("E1") is not None
    assert BOOK.of_code("") is None


@pytest.mark.parametrize(
    ("said", "number"),
    [("三", 3), ("十", 10), ("十二", 12), ("二十", 20), ("二十一", 21), ("一百零五", 105), ("一二", 12)],
)
def test_numerals(said: str, number: int) -> None:
    assert numeral(said) == number


@given(st.text(alphabet="学府路东湖118号楼栋幢三十 ，,ABab-DH０１", max_size=40))
def test_spelling_settles(text: str) -> None:
    """What is spelled once stays as it is, so that a name and a text always meet."""
    assert spelled(spelled(text)) == spelled(text)


@given(st.text(max_size=30), st.sampled_from([(code, names) for code, *_, names in PLACES]), st.text(max_size=30))
def test_any_text_is_read(before: str, place: tuple[str, tuple[str, ...]], after: str) -> None:
    for text in (before, f"{before}，{place[1][0]}，{after}"):
        found = BOOK.find(text)
        assert len(found.all) <= 8
        assert bool(found.all) == bool(found.words)
