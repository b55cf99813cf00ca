"""Files of any shape, and the real ones."""

from __future__ import annotations

import gzip
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from civigrid.base import crypto
from civigrid.base.errors import Refused
from civigrid.intake import rules
from civigrid.intake.channels.csvfile import ImportMap, Numbered, Reject, read_map, rows
from civigrid.intake.rules import Channel, RawReport, ReportKind, Urgency
from tests.conftest import DATA

MAPS = Path(__file__).parents[1] / "maps"
NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)

MAP = """
name = "orders"
[columns]
key = "编号"
title = "标题"
text = ["内容", "备注"]
kind = "性质"
urgency = "紧急"
lon = "经度"
lat = "纬度"
occurred_at = "时间"
confidential = "保密"
"contact.phone" = "电话"
[defaults]
source = "01"
kind = "help"
[values.kind]
"投诉" = "complaint"
"感谢" = "praise"
"*" = "other"
[values.urgency]
"特急" = 1
"一般" = 3
[dates]
formats = ["%Y年%m月%d日 %H:%M"]
timezone = "Asia/Shanghai"
[extra]
likes = "点赞"
"""
HEADER = "编号,标题,内容,备注,性质,紧急,经度,纬度,时间,保密,电话,点赞"
ROW = "7,井盖,没了,危险,投诉,特急,120.5,30.25,2026年11月19日 08:00,是,00012345,3"


def the_map(tmp_path: Path, text: str = MAP) -> ImportMap:
    path = tmp_path / "map.toml"
    path.write_text(text, encoding="utf-8")
    return read_map(path)


def read(tmp_path: Path, *lines: str, encoding: str = "utf-8", text: str = MAP) -> list[Numbered | Reject]:
    path = tmp_path / "file.csv"
    path.write_text("\n".join(lines), encoding=encoding)
    return list(rows(path, the_map(tmp_path, text)))


def only(found: list[Numbered | Reject]) -> RawReport:
    (row,) = found
    assert isinstance(row, Numbered), row
    return row.report


def test_a_row_becomes_a_report(tmp_path: Path) -> None:
    report = only(read(tmp_path, HEADER, ROW))
    assert report == RawReport(
        channel=Channel.IMPORT, key="orders:7", source="01", kind=ReportKind.COMPLAINT, urgency=Urgency.CRITICAL,
        title="井盖", text="没了\n危险", lon=120.5, lat=30.25, confidential=True, extra={"likes": "3"},
        occurred_at=datetime(2026, 11, 19, 0, 0, tzinfo=UTC), contact=rules.ContactDetails(phone="00012345"),
    )  # fmt: skip
    assert rules.clean(report, now=NOW) == report


def test_empty_cells_take_the_defaults(tmp_path: Path) -> None:
    report = only(read(tmp_path, HEADER, "7,井盖,,,,,,,,,,"))
    assert (report.kind, report.urgency, report.lon, report.occurred_at, report.text) == (
        ReportKind.HELP,
        Urgency.ORDINARY,
        None,
        None,
        "",
    )
    assert (report.extra, bool(report.contact)) == ({}, False)


def test_a_value_that_is_not_mapped_is_the_star(tmp_path: Path) -> None:
    assert only(read(tmp_path, HEADER, ROW.replace("投诉", "咨询"))).kind is ReportKind.OTHER


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_encodings_are_found_out(tmp_path: Path, encoding: str) -> None:
    assert only(read(tmp_path, HEADER, ROW, encoding=encoding)).title == "井盖"


def test_zipped_and_quoted_over_several_lines(tmp_path: Path) -> None:
    path = tmp_path / "file.csv.gz"
    path.write_bytes(gzip.compress((HEADER + '\r\n7,"井""盖","没\n了",,投诉,,,,,,,\r\n\r\n').encode()))
    report = only(list(rows(path, the_map(tmp_path))))
    assert (report.title, report.text) == ('井"盖', "没\n了")


REJECTS = [
    (ROW.replace("2026年11月19日 08:00", "昨天"), "时间", "bad_value", "昨天"),
    (ROW.replace("120.5", "东经"), "经度", "bad_value", "东经"),
    (ROW.replace("特急", "很急"), "紧急", "bad_value", "很急"),
    (ROW.replace(",是,", ",也许,"), "保密", "bad_value", "也许"),
    (ROW + ",x", "", "too_many_cells", "13"),
    ("7,井盖", "内容", "too_few_cells", "2"),
]


@pytest.mark.parametrize(("line", "column", "code", "text"), REJECTS)
def test_rows_that_cannot_be_read_say_why_and_stop_nobody(
    tmp_path: Path, line: str, column: str, code: str, text: str
) -> None:
    found = read(tmp_path, HEADER, ROW, line, ROW.replace("7,", "8,", 1))
    assert found[1] == Reject(2, column, code, text)
    assert [isinstance(row, Numbered) for row in found] == [True, False, True]


def test_a_column_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="no_column") as no:
        read(tmp_path, HEADER.replace("经度", "X"), ROW)
    assert no.value.facts["column"] == "经度"


def test_an_empty_file_and_a_wrong_encoding(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="empty_file"):
        read(tmp_path, "")
    with pytest.raises(Refused, match="wrong_encoding"):
        read(
            tmp_path,
            HEADER,
            ROW,
            encoding="gb18030",
            text=MAP.replace("[columns]", '[file]\nencoding = "utf-8"\n[columns]'),
        )


def test_a_broken_archive(tmp_path: Path) -> None:
    whole = gzip.compress((HEADER + "\n" + (ROW + "\n") * 5000).encode())
    path = tmp_path / "file.csv.gz"
    path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(Refused, match="broken_file"):
        list(rows(path, the_map(tmp_path)))
    sheet = tmp_path / "file.xlsx"
    sheet.write_bytes(b"PK\x03\x04 not a sheet")
    with pytest.raises(Refused, match="broken_file"):
        list(rows(sheet, the_map(tmp_path)))


def test_a_sheet_with_real_dates_and_numbers(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(HEADER.split(","))
    eight = datetime(2026, 11, 19, 8, tzinfo=UTC).replace(tzinfo=None)  # a cell has no zone: the map's counts
    book.active.append([7, "井盖", "没了", None, "投诉", "一般", 120.5, 30.25, eight, "否", 10086, 3])
    book.active.append([None] * 12)
    book.active.append([8, "路灯", "不亮", None, None, None, None, None, None, None, None, None])
    path = tmp_path / "file.xlsx"
    book.save(path)
    first, second = (row.report for row in rows(path, the_map(tmp_path)) if isinstance(row, Numbered))
    assert (first.key, first.lon, first.contact.phone) == ("orders:7", 120.5, "10086")
    assert first.occurred_at == datetime(2026, 11, 19, 0, 0, tzinfo=UTC)
    assert second.key == "orders:8"
    with pytest.raises(Refused, match="no_sheet"):
        list(rows(path, the_map(tmp_path, MAP + '[file]\nsheet = "2027"')))


NO_KEY = MAP.replace('key = "编号"\n', "")


def test_without_an_id_equal_rows_are_kept_and_a_second_run_has_the_same_keys(tmp_path: Path) -> None:
    lines = [HEADER, ROW, ROW, ROW.replace("没了", "又没了")]
    keys = [row.report.key for row in read(tmp_path, *lines, text=NO_KEY) if isinstance(row, Numbered)]
    assert len(set(keys)) == 3
    assert [key[-2:] for key in keys] == [":1", ":2", ":1"]
    assert [row.report.key for row in read(tmp_path, *lines, text=NO_KEY) if isinstance(row, Numbered)] == keys


def test_the_made_key_does_not_see_columns_that_are_not_mapped(tmp_path: Path) -> None:
    first = only(read(tmp_path, HEADER, ROW, text=NO_KEY))
    assert only(read(tmp_path, HEADER, ROW.replace("7,", "8,", 1), text=NO_KEY)).key == first.key
    assert only(read(tmp_path, HEADER, ROW.replace("没了", "还在"), text=NO_KEY)).key != first.key


def test_nobody_without_the_keys_can_try_out_whose_row_a_made_key_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Eleven digits are tried out in seconds: the telephone is not in the key, and the key of the house is."""
    first = only(read(tmp_path, HEADER, ROW, text=NO_KEY)).key
    assert only(read(tmp_path, HEADER, ROW.replace("00012345", "00099999"), text=NO_KEY)).key == first
    keys = crypto.keys()
    monkeypatch.setattr(crypto, "keys", lambda: replace(keys, current=7))  # rotated: the index key stays
    assert only(read(tmp_path, HEADER, ROW, text=NO_KEY)).key == first
    monkeypatch.setattr(crypto, "keys", lambda: replace(keys, index_key=b"x" * 32))
    assert only(read(tmp_path, HEADER, ROW, text=NO_KEY)).key != first


BAD = [
    (lambda text: text.replace('name = "orders"', ""), "name"),
    (lambda text: text.replace('name = "orders"', 'name = "a:b"'), "name"),
    (lambda text: text + "[column]\n", "column"),
    (lambda text: text.replace('title = "标题"', 'titel = "标题"'), "columns.titel"),
    (lambda text: text.replace('title = "标题"', "title = 5"), "columns.title"),
    (lambda text: text.replace('title = "标题"', "title = []"), "columns.title"),
    (lambda text: text.replace('source = "01"', ""), "defaults.source"),
    (lambda text: text.replace('kind = "help"', 'kind = "hepl"'), "defaults.kind"),
    (lambda text: text.replace("Asia/Shanghai", "Asia/Yunting"), "dates.timezone"),
    (lambda text: text.replace('timezone = "Asia/Shanghai"', ""), "dates.timezone"),
    (lambda text: text.replace('formats = ["%Y年%m月%d日 %H:%M"]', 'formats = "Y"'), "dates.formats"),
    (lambda text: text.replace('lat = "纬度"', ""), "columns.lon"),
    (lambda text: text + '[file]\nencoding = "utf-9"', "file.encoding"),
    (lambda text: text + '[file]\ndelimiter = "||"', "file.delimiter"),
    (lambda text: text + '[file]\nsheets = "1"', "file.sheets"),
    (lambda text: text.replace('likes = "点赞"', 'likes = ["点赞"]'), "extra.likes"),
    (lambda text: text.replace("[values.kind]", "[values.kid]"), "values.kid"),
    (lambda text: text.replace("[defaults]", "[defaults"), ""),
    (lambda text: 'name = "x"\ncolumns = 5', "columns"),
    (lambda text: 'name = "x"\n[defaults]\nsource = "01"', "columns"),
]


@pytest.mark.parametrize(("change", "key"), BAD)
def test_a_wrong_map_names_the_key_at_fault(tmp_path: Path, change: Callable[[str], str], key: str) -> None:
    with pytest.raises(Refused, match="bad_map") as no:
        the_map(tmp_path, change(MAP))
    assert (no.value.facts["key"], no.value.facts["path"]) == (key, "map.toml")
    assert no.value.facts["problem"]


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=st.binary(max_size=300))
def test_any_bytes_are_rows_rejects_or_a_refusal(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "file.csv"
    path.write_bytes(HEADER.encode() + b"\n" + content)
    try:
        found = list(rows(path, the_map(tmp_path)))
    except Refused as no:
        assert no.code in {"wrong_encoding", "broken_csv"}
    else:
        assert all(isinstance(row, Numbered | Reject) for row in found)


REAL = [
    ("hotline_messages", "hotline_zh/messages_4326.csv.gz", 4_326),
    ("hotline_labelled", "hotline_zh/labelled_messages.csv.gz", 6_572),
    ("boston", "boston311/requests.csv.gz", 41_827),
]


@pytest.mark.data
@pytest.mark.parametrize(("name", "file", "expected"), REAL)
def test_real_files_are_read_whole(name: str, file: str, expected: int) -> None:
    """Every row is a report that can be stored, under a key of its own."""
    if not (DATA / file).exists():
        pytest.skip(f"{DATA / file} is absent")
    became: Counter[str] = Counter()
    keys = set()
    for row in rows(DATA / file, read_map(MAPS / f"{name}.toml")):
        assert isinstance(row, Numbered), row
        keys.add(rules.clean(row.report, now=NOW).key)
        became["report"] += 1
    assert (became["report"], len(keys)) == (expected, expected)


@pytest.mark.data
def test_real_times_are_the_citys() -> None:
    if not (DATA / "boston311").exists():
        pytest.skip(f"{DATA} is absent")
    first: Any = next(iter(rows(DATA / "boston311/requests.csv.gz", read_map(MAPS / "boston.toml"))))
    assert first.report.occurred_at == datetime(2011, 7, 1, 5, 32, 33, tzinfo=UTC)  # 01:32 in summer time
    assert (round(first.report.lon), round(first.report.lat)) == (-71, 42)
