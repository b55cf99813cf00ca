"""Every broken pack of the table: the fault is found, in its place, with words, and nothing is said that follows from it."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import Any

import pytest
from django.utils import translation

from civigrid.catalog.rules.pack import Fault, check, folded
from civigrid.catalog.words import FAULTS, LOADING_FAULTS, SHEET_FAULTS, reason, remedy
from tests.catalog.broken import BROKEN, ODD, Broken
from tests.packfiles import files, square, with_line, with_shape, with_text

HOLE = re.compile(r"%\(|\{\}|None")
PACK = Path(__file__).parents[2] / "civigrid" / "catalog" / "rules" / "pack"
LANGUAGES = ("zh-hans", "en")
BOW = [[124.02, 29.0], [124.03, 29.01], [124.03, 29.0], [124.02, 29.01], [124.02, 29.0]]


def drawn_as(code: str, ring: list[list[float]]) -> dict[str, Any]:
    return {**square(code, 124.02, 29.0), "geometry": {"type": "Polygon", "coordinates": [ring]}}


def places(faults: list[Fault], *, stops: bool) -> list[tuple[str, str, int, str]]:
    return [(each.code, each.file, each.row, each.column) for each in faults if each.stops is stops]


@pytest.mark.parametrize(("name", "broken"), BROKEN.items(), ids=BROKEN)
def test_the_fault_is_told_in_its_place_and_nothing_else_is(name: str, broken: Broken) -> None:
    pack, faults = check(broken[0])
    assert pack is None
    assert places(faults, stops=False) == []
    assert places(faults, stops=True) == [(name.split()[0], *place) for place in broken[1:]]


@pytest.mark.parametrize(("name", "odd"), ODD.items(), ids=ODD)
def test_a_remark_is_told_and_stops_nothing(name: str, odd: Broken) -> None:
    pack, faults = check(odd[0])
    assert pack is not None
    assert places(faults, stops=True) == []
    assert (name.split()[0], *odd[1]) in places(faults, stops=False)


@pytest.mark.parametrize("name", [*BROKEN, *ODD])
def test_reason_and_remedy_are_whole_in_both_languages(name: str) -> None:
    """The facts fill every place the words keep for them."""
    _, faults = check({**BROKEN, **ODD}[name][0])
    for language in LANGUAGES:
        with translation.override(language):
            said = [(reason(each), remedy(each)) for each in faults]
        assert said
        assert all(each and not HOLE.search(each) for words in said for each in words), said


def test_every_fault_has_a_broken_pack() -> None:
    """Those of workbooks are broken in tests/catalog/test_sheets.py, those of a loading in tests/flow/test_packs_held.py."""
    told = {name.split()[0] for name in [*BROKEN, *ODD]}
    assert told == FAULTS.keys() - SHEET_FAULTS.keys() - LOADING_FAULTS.keys()
    assert len(BROKEN) > 100


def codes_in_the_code() -> set[str]:
    """What every call that tells of a fault calls it."""
    trees = [ast.parse(file.read_text("utf-8")) for file in PACK.rglob("*.py")]
    calls = [node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Call) and len(node.args) > 1]
    telling = [call for call in calls if getattr(call.func, "attr", "") in {"add", "fault", "lose", "need", "remark"}]
    named = [call.args[2] if getattr(call.func, "attr", "") == "need" else call.args[-1] for call in telling]
    return {node.value for each in named for node in ast.walk(each) if isinstance(node, ast.Constant)}


def test_every_fault_in_the_code_has_words_and_every_word_a_fault() -> None:
    assert codes_in_the_code() - FAULTS.keys() == set()
    text = "".join(file.read_text("utf-8") for file in PACK.rglob("*.py"))
    assert {code for code in FAULTS if f'"{code}"' not in text} == set()


def test_all_faults_are_told_not_only_the_first() -> None:
    broken = with_line("units.csv", "4002,,,office,2021,990181007,H,maybe")
    broken["posts.csv"] += b"zhang,1009,boss,990199\n"
    assert [(each.file, each.column) for each in check(broken)[1]] == [
        *[("units.csv", column) for column in ("calendar", "kind", "name", "night_duty", "parent", "region")],
        *[("posts.csv", column) for column in ("regions", "role", "unit", "username")],
    ]


def test_whole_files_come_first_and_remarks_last() -> None:
    broken = with_line("addresses.csv", "A9,服务区,,landmark,124.5,29") | {"matters.csv": b"\xff"}
    broken["people.csv"] += b"liu,,,\n"
    told = [(each.file, each.stops) for each in check(broken)[1]]
    assert told == [("matters.csv", True), ("people.csv", True), ("addresses.csv", False)]


def test_a_message_repeats_no_more_than_a_line() -> None:
    (fault,) = check(with_line("posts.csv", f"{'长' * 1000},1008,intake,"))[1]
    assert len(reason(fault)) < 200
    (fault,) = check(with_line("posts.csv", 'li,"10\n09",intake,'))[1]
    assert "\n" not in reason(fault)


@pytest.mark.parametrize("name", sorted(files()))
def test_a_file_that_cannot_be_read_says_so_alone(name: str) -> None:
    """Nothing is said of what stands in the other files and is only missing because of it."""
    _, faults = check(files({name: b"\xff\xfe"}))
    assert places(faults, stops=True) == [("encoding", name, 1, "")]


@pytest.mark.parametrize(
    ("content", "place"),
    [
        (with_text("city.yaml", "name_en: Yunting", "name_en: a: b"), ""),
        (with_text("city.yaml", "name_en: Yunting", " name_en: Yunting"), ""),
        (with_text("city.yaml", "[大道]", "[大道"), ""),
        (with_text("city.yaml", "name_en: Yunting", 'name_en: "Yunting'), ""),
        (with_text("city.yaml", "name_en: Yunting", "name_en: @Yunting"), ""),
        (files({"grids.geojson": b"{"}), ""),
        (files({"grids.geojson": b"{} {}"}), ""),
        (with_shape("grids.geojson", drawn_as("990181001001003", BOW)), "[124"),
    ],
)
def test_what_a_library_says_is_said_in_the_readers_language(content: dict[str, bytes], place: str) -> None:
    (fault,) = [each for each in check(content)[1] if "error" in each.facts]
    with translation.override("en"):
        english = reason(fault)
    assert str(fault.facts["error"]) not in english
    assert place in english


def test_equal_faults_are_folded_and_others_are_not() -> None:
    broken = with_line("people.csv", "liu,,,")
    broken["people.csv"] += b"su,,,\n"
    broken["posts.csv"] += b"gone,1008,intake,\ngone,4001,handler,\nlost,4001,handler,\n"
    found = [(each.fault.file, each.fault.row, each.fault.code, each.count) for each in folded(check(broken)[1])]
    assert found == [
        ("people.csv", 8, "required", 2), ("posts.csv", 9, "unknown_person", 2), ("posts.csv", 11, "unknown_person", 1)
    ]  # fmt: skip


@pytest.mark.parametrize("text", ["２", "２０"])
def test_full_width_digits_are_digits(text: str) -> None:
    pack, faults = check(with_text("standards.csv", "3,2,work_days,亮灯", f"３,{text},work_days,亮灯"))
    assert faults == []
    assert pack is not None
    assert (pack.standards[0].urgency, pack.standards[0].limit_value) == (3, int(text))


@pytest.mark.parametrize(
    ("old", "new"), [("1,4,urgent_hours", "1,vier,urgent_hours"), ("3,2,work_hours", "3,?,work_hours")]
)
def test_nothing_follows_from_digits_that_cannot_be_read(old: str, new: str) -> None:
    assert [each.code for each in check(with_text("standards.csv", old, new))[1]] == ["not_a_number"]


def test_nothing_follows_from_an_urgency_that_cannot_be_read() -> None:
    broken = with_text("standards.csv", "3,2,work_days,亮灯,lit,yes,,,", "三,2,work_days,亮灯,lit,yes,,,yes")
    assert [each.code for each in check(broken)[1]] == ["not_a_number"]


def test_a_list_of_the_standards_says_in_which_file() -> None:
    (fault,) = check(with_text("standards.csv", "离开,gone,yes", "离开,gone,no"))[1]
    with translation.override("en"):
        assert "standards.csv" in remedy(fault)
