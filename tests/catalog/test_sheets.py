"""Standards and duty rows from workbooks: what an office draws gives the rows of the CSV; what is wrong is told by cell."""

from __future__ import annotations

import io
import time
import tracemalloc
import zipfile
from collections.abc import Callable, Sequence
from datetime import date, datetime
from pathlib import Path

import pytest
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook
from openpyxl.chart import BarChart
from openpyxl.utils.exceptions import IllegalCharacterError

from civigrid.catalog.rules import LimitUnit, Urgency
from civigrid.catalog.rules.pack import Fault, Pack, check
from civigrid.catalog.rules.pack.content import DUTY_SHEET, STANDARDS_SHEET
from civigrid.catalog.rules.pack.faults import Faults
from civigrid.catalog.rules.pack.sheets import Names, duty, standards
from civigrid.catalog.rules.pack.sheets.values import level, limit
from civigrid.catalog.words import SHEET_FAULTS, reason, remedy
from tests import packfiles, sheetfiles
from tests.sheetfiles import plainly

ROOT = Path(__file__).parents[2]
DEMO = {
    path.relative_to(ROOT / "packs" / "demo").as_posix(): path.read_bytes()
    for path in sorted((ROOT / "packs" / "demo").rglob("*"))
    if path.is_file()
}


@pytest.fixture(scope="module")
def demo() -> Pack:
    pack, _ = check(DEMO)
    assert pack is not None
    return pack


def small() -> Pack:
    pack, _ = check(packfiles.files())
    assert pack is not None
    return pack


def names(pack: Pack) -> Names:
    return Names(pack.matters, pack.units, pack.regions, pack.city.place_kinds, pack.city.root_code)


SMALL = small()
Read = Callable[[bytes, Names, Faults], Sequence[object]]


def read(reader: Read, data: bytes, pack: Pack = SMALL) -> tuple[list[dict[str, str]], list[Fault]]:
    """The rows as a CSV file would have them, without empty cells; and the faults."""
    faults = Faults()
    rows = reader(data, names(pack), faults)
    return [{name: text for name, text in row._cells.items() if text} for row in rows], list(faults)  # type: ignore[attr-defined]


def with_sheet(name: str, data: bytes, files: dict[str, bytes]) -> tuple[Pack | None, list[Fault]]:
    """The pack with a workbook in place of a CSV file."""
    return check({**{each: it for each, it in files.items() if each != name.replace("xlsx", "csv")}, name: data})


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

STANDARD = ["小类代码", "立案条件", "级别", "到场时限", "处置时限", "结案条件"]
LAMP = ["C0118", "单灯不亮", "一般", None, "2工日", "亮灯"]


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


DUTY = ["事项", "地点类型", "权属", "适用区域", "主办单位", "协办单位", "主管部门"]


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


# ---- files that are none, or mean harm


def parts(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def zipped(files: dict[str, bytes]) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in files.items():
            archive.writestr(name, part)
    return data.getvalue()


GOOD = plainly([STANDARD, LAMP])
SHEET = "xl/worksheets/sheet1.xml"


def changed(old: bytes, new: bytes, part: str = SHEET) -> bytes:
    files = parts(GOOD)
    assert old in files[part]
    return zipped({**files, part: files[part].replace(old, new, 1)})


def added(name: str, part: bytes = b"<x/>") -> bytes:
    return zipped({**parts(GOOD), name: part})


def encrypted() -> bytes:
    data = bytearray(GOOD)
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):  # the flag of each part, in both of its places
        start = data.find(mark)
        while start >= 0:
            data[start + at] |= 1
            start = data.find(mark, start + 4)
    return bytes(data)


def empty_rows(count: int) -> bytes:
    rows = b"".join(b'<row r="%d" s="1" customFormat="1"/>' % n for n in range(3, count + 1))
    return changed(b"</sheetData>", rows + b"</sheetData>")


OLE = bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 600
BILLION = b'<!DOCTYPE x [<!ENTITY a "' + b"a" * 1000 + b'"><!ENTITY b "&a;&a;&a;">]>'
HOSTILE = {
    "no workbook at all": (b"code,matter\n", "not_xlsx"),
    "empty": (b"", "not_xlsx"),
    "a picture": (b"\x89PNG\r\n\x1a\n" + b"\0" * 100, "not_xlsx"),
    "half a workbook": (GOOD[: len(GOOD) // 2], "not_xlsx"),
    "another archive": (zipped({"a.txt": b"a"}), "not_xlsx"),
    "an old workbook": (OLE, "not_xlsx"),
    "a password": (OLE + "EncryptedPackage".encode("utf-16-le"), "encrypted_xlsx"),
    "an encrypted archive": (encrypted(), "encrypted_xlsx"),
    "macros": (added("xl/vbaProject.bin"), "sheet_macros"),
    "links": (added("xl/externalLinks/externalLink1.xml"), "sheet_links"),
    "a database": (added("xl/connections.xml"), "sheet_links"),
    "a bomb": (added("xl/media/a.bin", b"\0" * (65 << 20)), "sheet_too_large"),
    "many parts": (zipped({**parts(GOOD), **{f"a{n}": b"" for n in range(2_001)}}), "sheet_too_large"),
    "entities": (changed(b"<worksheet", BILLION + b"<worksheet"), "bad_xlsx"),
    "entities, elsewhere": (added("xl/notes.xml", BILLION + b"<x/>"), "bad_xlsx"),
    "empty rows to the end": (empty_rows(1 << 20), "sheet_too_large"),
    "a row beyond the end": (changed(b'<row r="2"', b'<row r="99999999999"'), "bad_xlsx"),
    "rows that go back": (changed(b'<row r="2"', b'<row r="1"'), "bad_xlsx"),
    "a row of letters": (changed(b'<row r="2"', b'<row r="two"'), "not_xlsx"),
    "a value that is none": (
        changed(b"</row></sheetData>", b'<c r="H2" t="s"><v>9</v></c></row></sheetData>'),
        "bad_xlsx",
    ),
    "a broken sheet": (changed(b"</worksheet>", b""), "bad_xlsx"),
    "no sheet": (zipped({name: part for name, part in parts(GOOD).items() if name != SHEET}), "no_header"),
}


@pytest.mark.parametrize("what", HOSTILE)
def test_files_that_mean_harm_are_told_and_cost_little(what: str) -> None:
    data, code = HOSTILE[what]
    tracemalloc.start()
    started = time.process_time()
    found, faults = read(standards, data)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert found == []
    assert [(fault.file, fault.row, fault.code, fault.stops) for fault in faults] == [(STANDARDS_SHEET, 0, code, True)]
    assert peak < 150 << 20
    assert time.process_time() - started < 20


def test_merged_and_formatted_to_the_ends_of_the_sheet() -> None:
    """What people do by clicking on a column's letter: the table is read all the same, in little time."""
    merges = b'<mergeCells count="2"><mergeCell ref="H1:XFD1048576"/><mergeCell ref="F2:F1048576"/></mergeCells>'
    far = b'<row r="1048576"><c r="XFD1048576" t="inlineStr"><is><t>x</t></is></c></row></sheetData>' + merges
    started = time.process_time()
    found, faults = read(standards, changed(b"</sheetData>", far))
    assert [row["limit"] for row in found] == ["2"]
    assert faults == []
    assert time.process_time() - started < 10


def test_a_sheet_that_lies_about_its_size_is_read_whole() -> None:
    found, _ = read(standards, changed(b'<dimension ref="A1:F2"', b'<dimension ref="A1"'))
    assert [row["limit"] for row in found] == ["2"]


@settings(deadline=None)
@given(st.integers(0, len(GOOD) - 1), st.binary(min_size=1, max_size=8))
def test_a_damaged_file_never_breaks_the_check(at: int, noise: bytes) -> None:
    _, faults = read(standards, GOOD[:at] + noise + GOOD[at + len(noise) :])
    assert {fault.code for fault in faults if fault.stops} <= {*SHEET_FAULTS, "unknown_value", "required"}


@settings(deadline=None)
@given(
    st.lists(
        st.lists(st.one_of(st.none(), st.text(max_size=6), st.integers(), st.sampled_from(STANDARD)), max_size=7),
        max_size=8,
    )
)
def test_whatever_stands_in_a_sheet_the_check_ends(rows: list[list[object]]) -> None:
    book = Workbook()
    assert book.active is not None
    for row in [STANDARD, *rows]:
        try:
            book.active.append(row)
        except (ValueError, IllegalCharacterError):  # signs no sheet can hold
            return
    found, faults = read(standards, sheetfiles.saved(book))
    assert all(row["matter"] or faults for row in found if "matter" in row)
