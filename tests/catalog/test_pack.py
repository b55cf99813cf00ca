"""Packs read and checked: what a good one says, and every fault with its place and its words."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest
from django.utils import translation
from hypothesis import example, given
from hypothesis import strategies as st

from civigrid.base.ledger import lines
from civigrid.cases.rules import number
from civigrid.catalog.rules.pack import FILES, Fault, check
from civigrid.catalog.words import FAULTS, reason, remedy
from civigrid.directory.rules import Role
from tests.packfiles import GRIDS, TABLES, files, geojson, square, with_line, with_text

DEMO = Path(__file__).parents[2] / "packs" / "demo"


def faults_of(broken: dict[str, bytes]) -> list[Fault]:
    pack, faults = check(broken)
    assert pack is None
    return faults


def test_a_good_pack_has_no_faults() -> None:
    pack, faults = check(files())
    assert faults == []
    assert pack is not None
    assert pack.regions[2].aliases == ("文昌小学", "学府花园")
    assert pack.city.sources["01"] == {"name": "电话", "name_en": "Phone", "carry": "accept"}


def test_a_pack_needs_no_grids_and_bears_a_byte_order_mark() -> None:
    marked = {name: b"\xef\xbb\xbf" + data for name, data in files({"grids.geojson": None}).items()}
    pack, faults = check(marked)
    assert faults == []
    assert pack is not None
    assert pack.grids == ()


def test_a_post_gets_its_regions_spelled_out() -> None:
    pack, _ = check(files())
    assert pack is not None
    regions = {(post.username, post.role): post.regions for post in pack.posts}
    assert regions["li", Role.INTAKE] == ("",)  # the unit's region is the whole city
    assert regions["wang", Role.DISPATCHER] == ("",)
    assert regions["pan", Role.DISPATCHER] == ("990181001", "990181009")  # with the abolished code


def test_a_duty_row_of_every_town_becomes_one_for_each() -> None:
    pack, _ = check(files())
    assert pack is not None
    rows = {row.code: (row.region_code, row.lead) for row in pack.duty}
    assert rows == {
        "D1": ("", "4001"),
        "D2-990181001": ("990181001", "99018100103"),
        "D2-990181101": ("990181101", "99018110103"),
    }


def test_the_same_pack_has_the_same_digest_and_another_another() -> None:
    first, again = check(files())[0], check(files())[0]
    other = check(with_text("units.csv", "市政中心", "市政设施中心"))[0]
    assert first and again and other
    assert first.digest == again.digest != other.digest


REGION, UNIT, POST, GRID = "regions.csv", "units.csv", "posts.csv", "grids.geojson"
BOWTIE = {
    **square("990181001001003", 125, 29),
    "geometry": {"type": "Polygon", "coordinates": [[[125, 29], [126, 30], [126, 29], [125, 30], [125, 29]]]},
}
LINE = {
    **square("990181001001003", 125, 29),
    "geometry": {"type": "LineString", "coordinates": [[125, 29], [126, 30]]},
}
BROKEN = [
    (files({"units.csv": None}), ("units.csv", 0, "", "file_missing")),
    (files({"unit.csv": b""}), ("unit.csv", 0, "", "file_unknown")),
    (files({REGION: TABLES[REGION].encode("gb18030")}), (REGION, 2, "", "encoding")),
    (files({UNIT: TABLES[UNIT].replace("kind", "sort").encode()}), (UNIT, 1, "kind", "column_missing")),
    (with_line(REGION, "990181001003,钟楼社区,,residents,,,又一格"), (REGION, 7, "", "too_many_cells")),
    (with_line(REGION, "990181001,文昌街道,,street,,"), (REGION, 7, "code", "duplicate")),
    (with_line(REGION, "9901810,文昌街道,,street,,"), (REGION, 7, "code", "bad_region_code")),
    (with_line(REGION, "990182001,邻市街道,,street,,"), (REGION, 7, "code", "prefix_mismatch")),
    (with_line(REGION, "990181005001,孤社区,,residents,,"), (REGION, 7, "code", "missing_parent")),
    (with_line(REGION, "990181001002,药王巷社区,,street,,"), (REGION, 7, "kind", "unknown_value")),
    (with_text(REGION, "990181009", "990181101"), (REGION, 3, "predecessors", "predecessor_exists")),
    (with_line(UNIT, "4002,环卫中心,,office,,990181,G,no"), (UNIT, 9, "kind", "unknown_value")),
    (with_line(UNIT, "4002,环卫中心,,institution,2021,990181,G,no"), (UNIT, 9, "parent", "missing_parent")),
    (with_line(UNIT, "4002,环卫中心,,institution,,990181,H,no"), (UNIT, 9, "calendar", "unknown_calendar")),
    (with_line(UNIT, "4002,环卫中心,,institution,,990181007,G,no"), (UNIT, 9, "region", "unknown_region")),
    (with_line(UNIT, "4002,环卫中心,,institution,,990181,G,maybe"), (UNIT, 9, "night_duty", "not_yes_no")),
    (with_text(UNIT, "government,,", "government,4001,"), (UNIT, 3, "parent", "cycle")),
    (with_line(POST, "zhang,1008,intake,"), (POST, 8, "username", "unknown_person")),
    (with_line(POST, "li,1009,intake,"), (POST, 8, "unit", "unknown_unit")),
    (with_line(POST, "li,1008,boss,"), (POST, 8, "role", "unknown_value")),
    (with_line(POST, "jiang,1008,leader,"), (POST, 8, "role", "administrators_apart")),
    (
        with_line("matters.csv", "E0502,city,街面,,摊,,,,no,site,none"),
        ("matters.csv", 4, "code", "no_default_standard"),
    ),
    (
        with_line("standards.csv", "C0118-3,C0118,,,3,2,work_days,,,yes"),
        ("standards.csv", 5, "default", "two_defaults"),
    ),
    (with_line("standards.csv", "X-1,X0118,,,3,2,work_days,,,no"), ("standards.csv", 5, "matter", "unknown_matter")),
    (with_line("standards.csv", "C0118-3,C0118,,,3,0,work_days,,,no"), ("standards.csv", 5, "limit", "not_a_number")),
    (with_line("duty.csv", "D3,C0118,,R9,4001,,,"), ("duty.csv", 4, "place_kind", "unknown_place_kind")),
    (with_line("duty.csv", "D3,C0118,,,4009,,,"), ("duty.csv", 4, "lead", "unknown_unit")),
    (with_line("duty.csv", "D3,C0118,,,town/44,,,"), ("duty.csv", 4, "lead", "no_local_unit")),
    (with_line("people.csv", '"liu,小刘,,'), ("people.csv", 7, "", "bad_csv")),
    (files({GRID: geojson([*GRIDS, BOWTIE])}), (GRID, 4, "geometry", "invalid_polygon")),
    (files({GRID: geojson([*GRIDS, LINE])}), (GRID, 4, "geometry", "bad_geometry")),
    (files({GRID: geojson([*GRIDS, square("990181001001003", 124.005, 29)])}), (GRID, 4, "geometry", "overlap")),
    (files({GRID: geojson([*GRIDS, square("990181001001003", 4e5, 3e6)])}), (GRID, 4, "geometry", "not_degrees")),
    (files({GRID: geojson([*GRIDS, square("99018100100100", 125, 29)])}), (GRID, 4, "code", "bad_grid_code")),
    (files({GRID: geojson([*GRIDS, square("990181001009001", 125, 29)])}), (GRID, 4, "code", "missing_parent")),
    (files({GRID: b"{"}), (GRID, 1, "", "bad_json")),
    (with_text("city.yaml", 'root: "990181"', "root: 990181"), ("city.yaml", 0, "root", "not_text")),
    (with_text("city.yaml", '"01":', "01:"), ("city.yaml", 0, "sources.1", "key_not_text")),
    (with_text("city.yaml", "carry: accept", "carry: all"), ("city.yaml", 0, "sources.01.carry", "unknown_value")),
    (with_text("city.yaml", "Asia/Shanghai", "Asia/Yunting"), ("city.yaml", 0, "timezone", "bad_timezone")),
    (with_text("city.yaml", "YT{date}{seq}", "YT{seq}"), ("city.yaml", 0, "number_pattern", "bad_number_pattern")),
    (
        with_text("city.yaml", "YT{date}{seq}", "0536{date}{seq}"),
        ("city.yaml", 0, "number_pattern", "number_of_digits"),
    ),
    (with_text("city.yaml", "calendar: G", "calendar: H"), ("city.yaml", 0, "calendar", "unknown_calendar")),
    (with_text("city.yaml", "calendar: G\n", ""), ("city.yaml", 0, "calendar", "required")),
    (
        with_text(UNIT, "市政中心,Municipal Facilities,institution", "市政中心,,outside"),
        ("duty.csv", 2, "lead", "lead_takes_no_tasks"),
    ),
    (
        with_line("duty.csv", "D3,E0501,,R1,2020,9900,,")
        | {UNIT: (TABLES[UNIT] + "9900,上级中心,,upper,,990181,24,no\n").encode()},
        ("duty.csv", 4, "support", "lead_takes_no_tasks"),
    ),
    (with_text("city.yaml", "name_en: Yunting", "name: Yunting"), ("city.yaml", 2, "", "bad_yaml")),
    (with_text("calendars.yaml", "14:30-17:30", "17:30-14:30"), ("calendars.yaml", 0, "G.week", "bad_hours")),
]


@pytest.mark.parametrize(("broken", "fault"), BROKEN, ids=[fault[3] for _, fault in BROKEN])
def test_each_fault_is_named_with_its_place(broken: dict[str, bytes], fault: tuple[str, int, str, str]) -> None:
    faults = faults_of(broken)
    assert fault in [(each.file, each.row, each.column, each.code) for each in faults]
    for each in faults:
        for language in ("zh-hans", "en"):
            with translation.override(language):
                assert reason(each)
                assert remedy(each)


@given(
    st.from_regex(r"[A-Z0-9-]{0,12}", fullmatch=True), st.sampled_from(["{date}{seq}", "{date}-{seq}"]),
    st.dates(date(2000, 1, 1), date(2099, 12, 31)), st.integers(1, 10**9),
)  # fmt: skip
@example("", "{date}-{seq}", date(2026, 11, 22), 123)
@example("1304", "{date}{seq}", date(2026, 11, 22), 123)
def test_a_number_that_a_pack_may_make_is_never_taken_for_a_persons(
    prefix: str, rest: str, day: date, sequence: int
) -> None:
    pattern = prefix + rest
    _, faults = check(with_text("city.yaml", "YT{date}{seq}", pattern))
    assert [fault.code for fault in faults] == ([] if re.search("[A-Z-]", pattern) else ["number_of_digits"])
    if not faults:
        lines.check(lines.Line("case", 1, "opened", {"number": number(pattern, day, sequence)}))


def test_all_faults_are_told_not_only_the_first() -> None:
    broken = with_line(UNIT, "4002,,,office,2021,990181007,H,maybe")
    broken["posts.csv"] += b"zhang,1009,boss,990199\n"
    codes = [(fault.file, fault.column) for fault in faults_of(broken)]
    assert codes == [
        *[(POST, column) for column in ("regions", "role", "unit", "username")],
        *[(UNIT, column) for column in ("calendar", "kind", "name", "night_duty", "parent", "region")],
    ]


def test_every_fault_that_can_be_found_has_words() -> None:
    source = Path(__file__).parents[2] / "civigrid" / "catalog" / "rules" / "pack"
    text = "".join(file.read_text("utf-8") for file in source.glob("*.py"))
    assert {code for code in FAULTS if f'"{code}"' not in text} == set()


def test_the_demonstration_city_is_whole() -> None:
    pack, faults = check({name: (DEMO / name).read_bytes() for name in FILES})
    assert faults == []
    assert pack is not None
    assert {post.role for post in pack.posts} == set(Role)
    assert {report.source for report in pack.reports} <= set(pack.city.sources)
    assert len(pack.reports) >= 94
    shown = [*pack.regions, *pack.grids, *pack.units, *pack.people, *pack.matters, *pack.calendars]
    assert [each.name for each in shown if not each.name_en] == []
