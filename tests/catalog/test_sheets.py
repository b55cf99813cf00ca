"""Standards and duty rows from workbooks: what an office draws gives the rows of the CSV; what is wrong is told by cell."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook
from openpyxl.chart import BarChart

from civigrid.catalog.rules import LimitUnit, Urgency
from civigrid.catalog.rules.pack import Pack
from civigrid.catalog.rules.pack.content import DUTY_SHEET, STANDARDS_SHEET
from civigrid.catalog.rules.pack.sheets import duty, standards
from civigrid.catalog.rules.pack.sheets.values import level, limit
from tests import packfiles, sheetfiles
from tests.sheetfiles import plainly
from tests.sheetreading import DEMO, DUTY, LAMP, STANDARD, read, with_sheet

# ---- a whole city's lists, drawn as an office draws them


def test_standards_as_an_office_draws_them_are_those_of_the_csv(demo: Pack) -> None:
    drawn = sheetfiles.standards(sheetfiles.rows_of(DEMO["standards.csv"]), demo)
    pack, faults = with_sheet(STANDARDS_SHEET, drawn, DEMO)
    assert [fault for fault in faults if fault.stops] == []
    assert pack is not None
    codes = {row.code: row for row in demo.standards}
    assert {row.code for row in pack.standards} == set(codes)
    assert [row for row in pack.standards if row != codes[row.code]] == []
    assert [(fault.file, fault.code) for fault in faults if fault.file == STANDARDS_SHEET] == [
        (STANDARDS_SHEET, "sheet_skipped")  # the cover
    ]


def test_duty_rows_as_an_office_draws_them_are_those_of_the_csv(demo: Pack) -> None:
    drawn = sheetfiles.duty(sheetfiles.rows_of(DEMO["duty.csv"]), demo)
    pack, faults = with_sheet(DUTY_SHEET, drawn, DEMO)
    assert [fault for fault in faults if fault.stops] == []
    assert pack is not None
    codes = {row.code: row for row in demo.duty}
    assert {row.code for row in pack.duty} == set(codes)
    assert [row for row in pack.duty if row != codes[row.code]] == []


def test_the_table_itself_saved_as_a_workbook() -> None:
    """With the CSV's own column names, numbers turned into numbers by the spreadsheet program."""
    for name, reader in (("standards.csv", standards), ("duty.csv", duty)):
        rows = sheetfiles.rows_of(packfiles.TABLES[name].encode())
        cells = [[int(each) if each.isdigit() else each or None for each in row.values()] for row in rows]
        found, faults = read(reader, plainly([list(rows[0]), *cells]))
        assert faults == []
        assert found == [{column: text for column, text in row.items() if text} for row in rows]


# ---- one thing after the other


def test_codes_and_defaults_are_made_where_the_list_has_none() -> None:
    rows = [
        STANDARD,
        ["C0118", "漏电", "特急", "30分", "1紧时", "断电"],
        LAMP,
        ["C0118", "成片", "一般", None, "1工日", "亮灯"],
    ]
    found, faults = read(standards, plainly(rows))
    assert faults == []
    assert [(row["code"], row["default"]) for row in found] == [
        ("C0118-1", "no"),
        ("C0118-2", "yes"),
        ("C0118-3", "no"),
    ]
    assert (found[0]["arrival"], found[0]["arrival_unit"]) == ("30", "minutes")


def test_a_heading_of_two_rows_that_are_not_merged_and_is_printed_again() -> None:
    rows = [
        ["路灯管理所", None, None, None],
        ["小类代码", "处置时限", None, "结案条件"],
        [None, "到场", "办结", None],
        ["C0118", "1小时", 2, "亮灯"],
        ["小类代码", "到场", "办结", "结案条件"],
        ["Ｃ０１１８", None, "３", "亮灯"],
    ]
    rows[2][2] = "办结(工作日)"
    found, faults = read(standards, plainly(rows))
    assert faults == []
    assert [(row["matter"], row["limit"], row["unit"]) for row in found] == [
        ("C0118", "2", "work_days"),
        ("C0118", "3", "work_days"),
    ]


def test_a_merged_cell_holds_for_all_of_its_range() -> None:
    book = load_workbook(
        io.BytesIO(plainly([STANDARD, LAMP, [None, "成片", None, None, None, None], ["E0501", *LAMP[1:]]]))
    )
    sheet = book.active
    assert sheet is not None
    for ranged in ("A2:A3", "C2:C3", "E2:F2", "E3:F3"):
        sheet.merge_cells(ranged)
    sheet["E3"] = "3工日"
    found, faults = read(standards, sheetfiles.saved(book))
    assert faults == []
    assert [(row["matter"], row["condition"], row["urgency"], row["limit"]) for row in found] == [
        ("C0118", "单灯不亮", "3", "2"),
        ("C0118", "成片", "3", "3"),
        ("E0501", "单灯不亮", "3", "2"),
    ]
    assert found[0]["closing"] == "2工日"  # sideways too: that is what the sheet says


def test_rows_merged_into_one_are_one() -> None:
    book = load_workbook(io.BytesIO(plainly([STANDARD, LAMP, [None] * 6, ["E0501", *LAMP[1:]]])))
    sheet = book.active
    assert sheet is not None
    for letter in "ABCDEF":
        sheet.merge_cells(f"{letter}2:{letter}3")
    found, faults = read(standards, sheetfiles.saved(book))
    assert faults == []
    assert [row["code"] for row in found] == ["C0118-1", "E0501-1"]


def test_hidden_sheets_covers_and_notes_are_passed_over() -> None:
    book = load_workbook(io.BytesIO(plainly([STANDARD, LAMP], title="公用设施")))
    old = book.create_sheet("旧标准")
    old.append(STANDARD)
    old.append(["C0118", "旧", "一般", None, "9工日", "旧"])
    old.sheet_state = "hidden"
    book.create_sheet("说明").append(["本表由市城管局编制"])
    book.create_chartsheet("图").add_chart(BarChart())
    found, faults = read(standards, sheetfiles.saved(book))
    assert [row["limit"] for row in found] == ["2"]
    assert [(fault.code, fault.facts["value"], fault.stops) for fault in faults] == [
        ("sheet_hidden", "旧标准", False),
        ("sheet_skipped", "说明", False),
    ]


def led(*row: object) -> dict[str, str]:
    """The one row that a row of a duty list becomes."""
    found, faults = read(duty, plainly([DUTY, list(row)]))
    assert faults == []
    assert len(found) == 1
    return found[0]


@pytest.mark.parametrize(
    ("said", "code"),
    [
        (4001, "4001"),
        (4001.0, "4001"),
        ("４００１", "4001"),
        (" 市政中心 ", "4001"),
        ("City Management", "2020"),
        ("town/03", "town/03"),
        ("镇街执法队", "town/03"),
        ("镇（街）执法队", "town/03"),
        ("属地街道执法队", "town/03"),
        ("执法队", "town/03"),
        ("镇03", "town/03"),
        ("文昌街道执法队", "99018100103"),
        ("镇街分中心", "town/00"),
        ("社区", "community"),
        ("村（社区）", "community"),
        ("谁都不是", "谁都不是"),  # left as it is for the check of names
        ("镇街食堂", "镇街食堂"),
    ],
)
def test_units_by_code_name_or_what_all_towns_call_them(said: object, code: str) -> None:
    assert led("路灯", None, None, None, said)["lead"] == code


def test_several_units_kinds_and_owners_in_one_cell() -> None:
    many = led("公用设施·路灯", "市管道路", None, "全市", "市城管局", "市政中心、镇街执法队/社区;\n市指挥中心", "-")
    assert many == {
        "code": "C0118-R1", "matter": "C0118", "place_kind": "R1", "lead": "2020",
        "support": "4001|town/03|community|1008",
    }  # fmt: skip
    found, faults = read(
        duty, plainly([DUTY, ["C0118", None, "市政中心，市城管局、不明", "双桥镇", "权属单位", None, None]])
    )
    assert faults == []
    assert [(row["code"], row["owner"], row["lead"]) for row in found] == [
        ("C0118-4001-990181101", "4001", "4001"),
        ("C0118-2020-990181101", "2020", "2020"),
        ("C0118-unknown-990181101", "unknown", "权属单位"),
    ]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("4工时", (4, LimitUnit.WORK_HOURS)),
        ("2紧急工作时", (2, LimitUnit.URGENT_HOURS)),
        ("2紧时", (2, LimitUnit.URGENT_HOURS)),
        ("1工日", (1, LimitUnit.WORK_DAYS)),
        ("30日", (30, LimitUnit.DAYS)),
        ("30分", (30, LimitUnit.MINUTES)),
        ("30 分钟内", (30, LimitUnit.MINUTES)),
        ("2小时", (2, LimitUnit.URGENT_HOURS)),
        ("1.5小时", (90, LimitUnit.MINUTES)),
        ("半小时", (30, LimitUnit.MINUTES)),
        ("三个工作日", (3, LimitUnit.WORK_DAYS)),
        ("十五个工作日", (15, LimitUnit.WORK_DAYS)),
        ("两个工作小时", (2, LimitUnit.WORK_HOURS)),
        ("二十天", (20, LimitUnit.DAYS)),
        ("≤ ７ 工作日", (7, LimitUnit.WORK_DAYS)),
        ("2 urgent_hours", (2, LimitUnit.URGENT_HOURS)),
        ("7", None),
        ("半天", None),
        ("尽快", None),
        ("2紧时围护，3工日修复", None),
        ("4-5", None),
        ("0.5工日", None),
        ("", None),
    ],
)
def test_limits(text: str, value: tuple[int, LimitUnit] | None) -> None:
    assert limit(text) == value


def test_a_number_alone_counts_what_its_heading_or_the_column_beside_it_says() -> None:
    rows = [["小类代码", "处置时限", "时限单位"], ["C0118", 3, "工作日"], ["C0118", 4, "工时"]]
    found, _ = read(standards, plainly(rows))
    assert [(row["limit"], row["unit"]) for row in found] == [("3", "work_days"), ("4", "work_hours")]


@pytest.mark.parametrize(
    ("text", "urgency"),
    [
        ("Ⅰ", 1), ("II", 2), ("Ⅲ级", 3), ("特急", 1), ("紧急", 2), ("一般", 3), ("特急(Ⅰ)", 1), ("Ⅱ紧急", 2), ("一级", 1), ("3", 3),
        ("特急Ⅲ", None), ("一类", None), ("急", None),
    ],
)  # fmt: skip
def test_levels(text: str, urgency: int | None) -> None:
    assert level(text) == (Urgency(urgency) if urgency else None)


@given(st.text(max_size=12))
def test_no_text_breaks_a_limit_or_a_level(text: str) -> None:
    found = limit(text)
    assert found is None or found[0] >= 0
    assert level(text) in (None, *Urgency)
