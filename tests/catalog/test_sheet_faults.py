"""Workbooks with something wrong: told once, by sheet and cell, and nothing guessed."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import date, datetime

import pytest
from django.utils import translation
from openpyxl import load_workbook

from civigrid.catalog.rules.pack import Fault, Pack, check
from civigrid.catalog.rules.pack.content import DUTY_SHEET, STANDARDS_SHEET
from civigrid.catalog.rules.pack.sheets import duty, standards
from civigrid.catalog.words import reason, remedy
from tests import packfiles, sheetfiles
from tests.sheetfiles import plainly
from tests.sheetreading import DUTY, LAMP, STANDARD, read, with_sheet

# ---- what is wrong, and where

LONG = [DUTY, ["C0118", "R1", None, None, "4001", None, None]]


def formula(value: str) -> bytes:
    """A workbook whose limit is a formula; openpyxl computes nothing, so that its value was never saved."""
    return plainly([STANDARD, [*LAMP[:4], value, "亮灯"]])


FAULTY: list[tuple[str, bytes, tuple[int, str, str]]] = [
    (STANDARDS_SHEET, plainly([["标准"], STANDARD, [*LAMP[:4], "尽快", "亮灯"]]), (3, "处置时限", "bad_limit")),
    (STANDARDS_SHEET, plainly([STANDARD, [*LAMP[:4], date(2026, 1, 2), "亮"]]), (2, "处置时限", "limit_is_date")),
    (STANDARDS_SHEET, plainly([["标准"], STANDARD, LAMP, LAMP]), (4, "立案条件", "same_condition")),
    (STANDARDS_SHEET, plainly([STANDARD, [*LAMP[:2], "一类", None, "2工日", "亮"]]), (2, "级别", "unknown_value")),
    (STANDARDS_SHEET, plainly([STANDARD, ["C9999", *LAMP[1:]]]), (2, "小类代码", "unknown_matter")),
    (STANDARDS_SHEET, plainly([STANDARD, [None, *LAMP[1:]]]), (2, "小类代码", "required")),
    (STANDARDS_SHEET, plainly([STANDARD[:3] + STANDARD[5:], LAMP[:3]]), (1, "处置时限", "heading_missing")),
    (STANDARDS_SHEET, plainly([["立案结案标准"], ["见附件"]]), (0, "", "no_header")),
    (STANDARDS_SHEET, formula("=1+1"), (2, "处置时限", "no_cached_value")),
    (STANDARDS_SHEET, formula("#REF!"), (2, "处置时限", "cell_error")),
    (
        STANDARDS_SHEET,
        plainly([["小类代码", "小类名称", "处置时限"], ["C0118", "无照游商", "1日"]]),
        (2, "小类名称", "code_and_name"),
    ),
    (DUTY_SHEET, plainly([DUTY, ["C0118", None, None, None, "市政局", None, None]]), (2, "主办单位", "unknown_unit")),
    (DUTY_SHEET, plainly([DUTY, ["C0118", None, None, None, "4001、2020", None, None]]), (2, "主办单位", "one_unit")),
    (DUTY_SHEET, plainly([DUTY, ["C0118", "天上", None, None, "4001"]]), (2, "地点类型", "unknown_place_kind")),
    (DUTY_SHEET, plainly([DUTY, ["C0118", None, "无名氏", None, "4001"]]), (2, "权属", "unknown_unit")),
    (DUTY_SHEET, plainly([DUTY, ["C0118", None, None, "邻市", "4001"]]), (2, "适用区域", "unknown_region")),
    (DUTY_SHEET, plainly([*LONG, ["C0118", "R1", None, None, "2020"]]), (3, "主办单位", "two_rows")),
]


def stopping(faults: Sequence[Fault], file: str) -> list[Fault]:
    return [fault for fault in faults if fault.stops and fault.file == file]


@pytest.mark.parametrize(("file", "data", "expected"), FAULTY)
def test_each_fault_names_its_cell(file: str, data: bytes, expected: tuple[int, str, str]) -> None:
    pack, faults = with_sheet(file, data, packfiles.files())
    assert pack is None
    assert expected in [(fault.row, fault.column, fault.code) for fault in stopping(faults, file)]
    for fault in faults:
        for language in ("en", "zh-hans"):
            with translation.override(language):
                assert "%(" not in reason(fault) + remedy(fault)
                assert not fault.facts.get("sheet") or "表" in reason(fault)


def test_one_mistake_is_told_once() -> None:
    for file, data, expected in FAULTY:
        _, faults = with_sheet(file, data, packfiles.files())
        assert [(fault.row, fault.column, fault.code) for fault in stopping(faults, file)] == [expected]


def test_a_fault_says_sheet_and_cell_in_words() -> None:
    book = load_workbook(io.BytesIO(plainly(LONG, title="一街")))
    second = book.create_sheet("二街")
    for row in [["权责清单"], [], DUTY, ["E0501", None, None, None, "不存在的单位"], LONG[1]]:
        second.append(row)
    _, faults = with_sheet(DUTY_SHEET, sheetfiles.saved(book), packfiles.files())
    (unknown,) = [fault for fault in faults if fault.code == "unknown_unit"]
    assert (unknown.file, unknown.row, unknown.column) == (DUTY_SHEET, 4, "主办单位")
    assert (unknown.facts["sheet"], unknown.facts["cell"]) == ("二街", "E4")
    with translation.override("en"):
        assert reason(unknown) == "Sheet 二街, E4: There is no unit 不存在的单位."


def test_a_code_given_twice_says_in_which_sheet_it_stood_first() -> None:
    book = load_workbook(io.BytesIO(plainly([["条目编号", *DUTY], ["D1", *LONG[1]]], title="一街")))
    second = book.create_sheet("二街")
    for row in [["条目编号", *DUTY], ["D1", "E0501", None, None, None, "4001"]]:
        second.append(row)
    _, faults = with_sheet(DUTY_SHEET, sheetfiles.saved(book), packfiles.files())
    (twice,) = [fault for fault in faults if fault.code == "duplicate"]
    assert (twice.row, twice.column, twice.facts["sheet"], twice.facts["first"]) == (2, "条目编号", "二街", "2 (一街)")


def test_a_name_of_two_units_is_not_guessed(demo: Pack) -> None:
    twins = packfiles.with_line("units.csv", "4002,市政中心,Other,institution,2020,990181,G,no")
    pack, _ = check(twins)
    assert pack is not None
    _, faults = read(duty, plainly([DUTY, ["C0118", None, None, None, "市政中心", "市政中心"]]), pack)
    assert [(fault.column, fault.code, fault.facts["allowed"]) for fault in faults] == [
        ("主办单位", "several_names", "4001, 4002"),
        ("协办单位", "several_names", "4001, 4002"),
    ]


def test_an_office_that_towns_call_differently_is_not_guessed() -> None:
    offices = "".join(
        f"{town}04,{name},,town_office,{town}00,{town},,no,\n"
        for town, name in (("990181001", "文昌街道建设办"), ("990181101", "双桥镇村镇建设办"))
    )
    pack, _ = check(packfiles.with_line("units.csv", offices.rstrip("\n")))
    assert pack is not None
    found, _ = read(duty, plainly([DUTY, ["C0118", None, None, None, "镇街建设办", "镇04、镇街执法队"]]), pack)
    assert (found[0]["lead"], found[0]["support"]) == ("镇街建设办", "town/04|town/03")


def test_a_column_nobody_knows_is_named_and_passed_over() -> None:
    found, faults = read(standards, plainly([[*STANDARD, "主板单位", "备注"], [*LAMP, "?", "!"]]))
    assert len(found) == 1
    assert [(fault.row, fault.column, fault.code, fault.stops) for fault in faults] == [
        (1, "主板单位", "column_unread", False)
    ]


def test_a_heading_nobody_knows_does_not_hide_that_conditions_are_missing() -> None:
    """条件说明 is no heading of the list: its rows would all be of one condition, which is a fault."""
    heading = ["条件说明" if each == "立案条件" else each for each in STANDARD]
    other = [*LAMP]
    other[STANDARD.index("立案条件")] = "连片不亮"
    _, faults = with_sheet(STANDARDS_SHEET, plainly([heading, LAMP, other]), packfiles.files())
    assert [fault.code for fault in stopping(faults, STANDARDS_SHEET)] == ["same_condition"]
    assert "条件说明" in [fault.column for fault in faults if fault.code == "column_unread"]


def test_a_name_that_no_matter_has_beside_its_code_is_remarked() -> None:
    rows = [["小类代码", "小类名称", "处置时限"], ["C0118", "路灯杆", "1日"]]
    found, faults = read(standards, plainly(rows))
    assert found[0]["matter"] == "C0118"
    assert [(fault.row, fault.column, fault.code, fault.stops) for fault in faults] == [
        (2, "小类名称", "name_of_none", False)
    ]


def test_a_date_in_a_limit_is_shown_as_a_date() -> None:
    _, faults = read(standards, plainly([STANDARD, [*LAMP[:4], datetime(2026, 1, 2), "亮"]]))  # noqa: DTZ001
    assert [fault.facts["value"] for fault in faults] == ["2026-01-02"]


def test_each_town_s_enforcement_team_is_found_by_the_name_in_the_documentation(demo: Pack) -> None:
    found, faults = read(duty, plainly([DUTY, ["E0501", None, None, None, "镇街综合执法队"]]), demo)
    assert (found[0]["lead"], faults) == ("town/03", [])
