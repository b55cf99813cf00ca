"""The table of broken packs: what is wrong with each, and what a check must say of it — that and nothing else.

A key is the code of the fault, where several packs have it with a word after it; a value is the pack and where it is
told: (file, row, column).
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping

from civigrid.catalog.rules.pack import LARGEST
from tests.packfiles import (
    BUILDINGS,
    CITY,
    ROADS,
    TABLES,
    drawn,
    files,
    geojson,
    instead,
    saying,
    square,
    with_line,
    with_shape,
    with_text,
)
from tests.sheetfiles import plainly

Place = tuple[str, int, str]
Broken = tuple[Mapping[str, bytes], *tuple[Place, ...]]

CITY_FILE, CALENDARS = "city.yaml", "calendars.yaml"
REGION, UNIT, PERSON, POST = "regions.csv", "units.csv", "people.csv", "posts.csv"
MATTER, FIELD, STANDARD, DUTY = "matters.csv", "fields.csv", "standards.csv", "duty.csv"
GRID, BUILDING, ADDRESS, ASSET = "grids.geojson", "buildings.geojson", "addresses.csv", "assets.csv"
ROAD, KIND, REPORT = "layers/roads.geojson", "layers/kinds.geojson", "reports.yaml"


class Huge(bytes):
    """Says it is longer than a file may be."""

    def __len__(self) -> int:
        return LARGEST + 1


def without(file: str, column: str) -> dict[str, bytes]:
    """The pack without one column of a table."""
    rows = list(csv.reader(io.StringIO(TABLES[file])))
    out, place = io.StringIO(), rows[0].index(column)
    csv.writer(out).writerows([*row[:place], *row[place + 1 :]] for row in rows)
    return files({file: out.getvalue().encode()})


def spelled(file: str, word: str, spelling: bytes) -> dict[str, bytes]:
    """The pack with a word as JSON or YAML can spell it."""
    return files({file: files()[file].replace(word.encode(), spelling, 1)})


def report(**words: str) -> dict[str, bytes]:
    """The pack with one report."""
    said = {"source": '"01"', "kind": "help", "text": "路灯不亮", **words}
    return files({REPORT: ("- " + "\n  ".join(f"{key}: {value}" for key, value in said.items())).encode()})


BOWTIE = [[[124.03, 29.0], [124.04, 29.01], [124.04, 29.0], [124.03, 29.01], [124.03, 29.0]]]
NEAR = [[[124.0101, 29.0], [124.02, 29.0], [124.02, 29.01], [124.0101, 29.01], [124.0101, 29.0]]]
# four around a middle that is nobody's
RING = [square(f"99018100100110{n}", 124.1 + x, 29 + y, kind="ordinary") for n, (x, y) in enumerate(
    [(0, 0), (0.01, 0), (0.02, 0), (0, 0.01), (0.02, 0.01), (0, 0.02), (0.01, 0.02), (0.02, 0.02)]
)]  # fmt: skip
WHOLE = files()
TOO_LONG = "长" * 2001

BROKEN: dict[str, Broken] = {
    # files
    "file_missing": (files({UNIT: None}), (UNIT, 0, "")),
    "file_missing either": (files({DUTY: None}), (DUTY, 0, "")),
    "file_unknown": (files({"unit.csv": b""}), ("unit.csv", 0, "")),
    "file_unknown ending": (files({ASSET: None, "assets.CSV": b""}), ("assets.CSV", 0, "")),
    "file_unknown map": (files({ASSET: None, "Assets.txt": b""}), ("Assets.txt", 0, "")),
    "file_unknown folder": (files({"Layers/roads.geojson": geojson([])}), ("Layers/roads.geojson", 0, "")),
    "layer_undeclared ending": (files({"layers/rivers.GEOJSON": geojson([])}), ("layers/rivers.GEOJSON", 0, "")),
    "file_too_large": (files({BUILDING: Huge()}), (BUILDING, 0, "")),
    "encoding": (files({REGION: TABLES[REGION].encode("gb18030")}), (REGION, 2, "")),
    "encoding nul": (files({PERSON: TABLES[PERSON].replace("小陈", "\0").encode()}), (PERSON, 4, "")),
    "encoding of a map": (files({GRID: b"\xff\xfe{"}), (GRID, 1, "")),
    "bad_csv": (with_line(PERSON, f"liu,{'长' * 1_100_000},,"), (PERSON, 8, "")),
    "open_quote": (with_line(PERSON, '"liu,小刘,,\nsu,小苏,,\nma,小马,,'), (PERSON, 8, "")),
    "open_quote and text": (with_line(PERSON, 'liu,"小刘" 刘,,\nsu,"小苏",,'), (PERSON, 8, "")),
    "other_separator": (files({PERSON: TABLES[PERSON].replace(",", ";").encode()}), (PERSON, 1, "")),
    "other_separator tab": (files({REGION: TABLES[REGION].replace(",", "\t").encode()}), (REGION, 1, "")),
    "file_empty": (files({UNIT: b"\xef\xbb\xbf\r\n \n"}), (UNIT, 0, "")),
    "file_empty tree": (files({CITY_FILE: b""}), (CITY_FILE, 0, "")),
    "file_empty layer": (files({ROAD: b""}), (ROAD, 0, "")),
    "too_few_cells": (with_line(ADDRESS, "A9,学府路1号,,door"), (ADDRESS, 5, "")),
    "too_few_cells of a form": (with_line(FIELD, "C0118,more,更多"), (FIELD, 5, "")),
    "bad_yaml": (with_text(CITY_FILE, "name_en: Yunting", "name: Yunting"), (CITY_FILE, 2, "")),
    "bad_yaml reference": (files({CALENDARS: b"a: &x {name: 1}\nb: *x\n"}), (CALENDARS, 2, "")),
    "bad_yaml key": (files({CITY_FILE: b"? [1, 2]\n: 3\n"}), (CITY_FILE, 1, "")),
    "bad_yaml depth": (files({CITY_FILE: b"[" * 5000}), (CITY_FILE, 0, "")),
    "bad_json": (files({GRID: b"{"}), (GRID, 1, "")),
    "bad_json depth": (files({GRID: b"[" * 100_000}), (GRID, 0, "")),
    "bad_json nan": (files({GRID: b'{"features": [NaN]}'}), (GRID, 0, "")),
    "bad_json list": (files({GRID: b"[]"}), (GRID, 0, "features")),
    "two_files": (files({"standards.xlsx": plainly(list(csv.reader(io.StringIO(TABLES[STANDARD]))))}), ("standards.xlsx", 0, "")),
    "layer_without_file": (files({ROAD: None}), (CITY_FILE, 0, "layers.roads")),
    "layer_undeclared": (files({"layers/rivers.geojson": geojson([])}), ("layers/rivers.geojson", 0, "")),
    # tables
    "column_missing": (without(UNIT, "kind"), (UNIT, 1, "kind")),
    "column_unknown": (files({MATTER: TABLES[MATTER].replace("major_en", "big").encode()}), (MATTER, 1, "big")),
    "column_unknown key": (with_text(CITY_FILE, "name_en: Yunting", "nick: Yunting"), (CITY_FILE, 0, "nick")),
    "too_many_cells": (with_line(REGION, "990181001003,钟楼社区,,residents,,,又一格"), (REGION, 7, "")),
    "duplicate": (with_line(REGION, "990181001,文昌街道,,street,,"), (REGION, 7, "code")),
    "duplicate column": (files({MATTER: TABLES[MATTER].replace("major_en", "name_en").encode()}), (MATTER, 1, "name_en")),
    "duplicate building": (with_shape(BUILDING, BUILDINGS[0]), (BUILDING, 4, "code")),
    "duplicate of a layer": (with_shape(ROAD, ROADS[1]), (ROAD, 3, "code")),
    "duplicate field": (with_line(FIELD, "C0118,plate,灯杆,,text"), (FIELD, 5, "matter")),
    "duplicate post": (with_line(POST, "li,1008,intake,"), (POST, 9, "username")),
    "required": (with_line(PERSON, "liu,,,"), (PERSON, 8, "name")),
    "required code": (with_line(ADDRESS, ",学府路1号,,door,124.005,29.002"), (ADDRESS, 5, "code")),
    "required of a map": (saying(GRID, 1, name=None), (GRID, 1, "name")),
    "too_long": (with_line(PERSON, f"liu,{TOO_LONG},,"), (PERSON, 8, "name")),
    "too_long address": (with_line(ADDRESS, f"A9,{'长' * 201},,door,124.005,29.002"), (ADDRESS, 5, "name")),
    "bad_sign": (saying(BUILDING, 1, name="1\0"), (BUILDING, 1, "name")),
    "bad_sign half": (spelled(BUILDING, "1号楼", rb"\ud83d"), (BUILDING, 1, "name")),
    "bad_code": (with_line(UNIT, "40 02,环卫中心,,institution,2020,990181,C,no"), (UNIT, 9, "code")),
    "bad_code key": (with_text(CITY_FILE, '"01":', '"0/1":'), (CITY_FILE, 0, "sources.0/1")),
    "unknown_value": (with_line(UNIT, "4002,环卫中心,,office,2020,990181,C,no"), (UNIT, 9, "kind")),
    "unknown_value role": (with_line(POST, "li,1008,boss,"), (POST, 9, "role")),
    "unknown_value of a map": (saying(BUILDING, 1, kind="castle"), (BUILDING, 1, "kind")),
    "unknown_value of another style": (saying(ROAD, 1, kind="lake"), (ROAD, 1, "kind")),
    "unknown_value style": (with_text(CITY_FILE, "style: road", "style: wall"), (CITY_FILE, 0, "layers.roads.style")),
    "unknown_unit service": (with_text(CITY_FILE, "calendar: G", 'calendar: G\nservices: {"119": "9999"}'), (CITY_FILE, 0, "services.119")),
    "not_a_number back": (with_text(CITY_FILE, "calendar: G", "calendar: G\nown_case_days: 0"), (CITY_FILE, 0, "own_case_days")),
    "unknown_value level": (with_text(CITY_FILE, "carry: accept", "carry: accept, level: county"), (CITY_FILE, 0, "sources.01.level")),
    "not_yes_no verify": (with_text(CITY_FILE, "carry: accept", "carry: accept, verify: maybe"), (CITY_FILE, 0, "sources.01.verify")),
    "not_a_number share": (
        with_text(CITY_FILE, "calendar: G", "calendar: G\nself_settled_checked: 1.5"), (CITY_FILE, 0, "self_settled_checked"),
    ),
    "not_a_number days": (with_text(CITY_FILE, "calendar: G", "calendar: G\nreopen_days: -1"), (CITY_FILE, 0, "reopen_days")),
    "not_a_number tolerance": (with_text(CITY_FILE, "calendar: G", "calendar: G\ntolerance_m: 201"), (CITY_FILE, 0, "tolerance_m")),
    "unknown_value carry": (with_text(CITY_FILE, "carry: accept", "carry: all"), (CITY_FILE, 0, "sources.01.carry")),
    "unknown_value field": (with_line(FIELD, "C0118,when,何时,,time"), (FIELD, 5, "kind")),
    "not_a_number": (with_line(STANDARD, "C0118-3,C0118,,,3,0,work_days,,,no"), (STANDARD, 5, "limit")),
    "not_a_number degrees": (with_line(ADDRESS, "A9,学府路1号,,door,124.005,1e9"), (ADDRESS, 5, "lat")),
    "not_a_number half": (saying(BUILDING, 1, residents=1500.5), (BUILDING, 1, "residents")),
    "not_a_number less": (saying(ROAD, 1, width=-1), (ROAD, 1, "width")),
    "not_yes_no": (with_line(UNIT, "4002,环卫中心,,institution,2020,990181,C,maybe"), (UNIT, 9, "night_duty")),
    "not_text": (with_text(CITY_FILE, 'root: "990181"', "root: 990181"), (CITY_FILE, 0, "root")),
    "not_text of a map": (saying(BUILDING, 1, name=["1号楼"]), (BUILDING, 1, "name")),
    "key_not_text": (with_text(CITY_FILE, '"01":', "01:"), (CITY_FILE, 0, "sources.1")),
    "not_a_mapping": (with_text(CITY_FILE, "{name: 电话, name_en: Phone, carry: accept}", "phone"), (CITY_FILE, 0, "sources.01")),
    "not_a_list": (with_text(CITY_FILE, "words: [大道]", "words: 大道"), (CITY_FILE, 0, "place_kinds.R1.words")),
    # the city
    "bad_timezone": (with_text(CITY_FILE, "Asia/Shanghai", "Asia/Yunting"), (CITY_FILE, 0, "timezone")),
    "bad_number_pattern": (with_text(CITY_FILE, "YT{date}{seq}", "YT{seq}"), (CITY_FILE, 0, "number_pattern")),
    "number_of_digits": (with_text(CITY_FILE, "YT{date}{seq}", "0536{date}{seq}"), (CITY_FILE, 0, "number_pattern")),
    "bad_root": (with_text(CITY_FILE, 'root: "990181"', 'root: "99018"'), (CITY_FILE, 0, "root")),
    "unknown_region root": (with_text(CITY_FILE, 'root: "990181"', 'root: "9901"'), (CITY_FILE, 0, "root")),
    "unknown_calendar": (with_text(CITY_FILE, "calendar: G", "calendar: H"), (CITY_FILE, 0, "calendar")),
    "unknown_calendar of a kind": (
        with_text(CITY_FILE, "institution: C", "institution: C, company: H"), (CITY_FILE, 0, "calendar_of.company"),
    ),
    "column_unknown kind": (with_text(CITY_FILE, "institution: C", "institution: C, zoo: C"), (CITY_FILE, 0, "calendar_of.zoo")),
    "no_calendar": (with_text(CITY_FILE, ", institution: C", ""), (UNIT, 4, "calendar")),
    "bad_layer": (
        files({CITY_FILE: CITY.lstrip().replace("roads:", "Roads:").encode(), ROAD: None, "layers/Roads.geojson": geojson(ROADS)}),
        (CITY_FILE, 0, "layers.Roads"),
    ),
    "bad_hours": (with_text(CALENDARS, "14:30-17:30", "17:30-14:30"), (CALENDARS, 0, "G.week")),
    "not_a_number year": (
        with_text(CALENDARS, "name_en: Office hours", "planned: [99999999999999999999]"), (CALENDARS, 0, "G.planned"),
    ),
    "not_a_list years": (
        with_text(CALENDARS, "name_en: Office hours", "planned: ['2027']"), (CALENDARS, 0, "G.planned"),
    ),
    "not_a_date": (
        with_text(CALENDARS, "name_en: Office hours", "days_off: [2027/1/1, 2027-01-02]"), (CALENDARS, 0, "G.days_off"),
    ),
    "not_a_date month": (
        with_text(CALENDARS, "name_en: Office hours", "days_on: [2027-13-01]"), (CALENDARS, 3, "G.days_on"),
    ),
    "bad_hours weekday twice": (
        with_text(CALENDARS, '{"1-7": ["08:00-18:00"]}', '{"1-7": ["08:00-18:00"], "5": ["08:00-12:00"]}'), (CALENDARS, 0, "C.week"),
    ),
    "bad_hours week backwards": (
        with_text(CALENDARS, '{"1-7": ["08:00-', '{"1": ["09:00-10:00"], "7-2": ["08:00-'), (CALENDARS, 0, "C.week"),
    ),
    "seasons_overlap": (
        with_text(CALENDARS, "name_en: Office hours", 'seasons: [{from: "06-01", to: "09-30", week: {"1-5": ["09:00-10:00"]}}, '
                  '{from: "09-30", to: "01-31", week: {"1-5": ["09:00-11:00"]}}]'), (CALENDARS, 0, "G.seasons"),
    ),
    "day_twice": (with_text(CALENDARS, "name_en: Office hours", "days_off: [2027-01-02, 2027-01-02]"), (CALENDARS, 0, "G.days_off")),
    "day_on_and_off": (
        with_text(CALENDARS, "name_en: Office hours", "days_on: [2027-01-02]\n  days_off: [2027-01-01, 2027-01-02]"),
        (CALENDARS, 0, "G.days_off"),
    ),
    # regions and grids
    "bad_region_code": (with_line(REGION, "9901810,文昌街道,,street,,"), (REGION, 7, "code")),
    "bad_region_code former": (with_text(REGION, "990181009", "99018100"), (REGION, 3, "predecessors")),
    "prefix_mismatch": (with_line(REGION, "990182001,邻市街道,,street,,"), (REGION, 7, "code")),
    "missing_parent": (with_line(REGION, "990181005001,孤社区,,residents,,"), (REGION, 7, "code")),
    "unknown_value region": (with_line(REGION, "990181001002,药王巷社区,,street,,"), (REGION, 7, "kind")),
    "required kind": (with_line(REGION, "990181001002,药王巷社区,,,,"), (REGION, 7, "kind")),
    "no_kind_here": (with_text(REGION, "990181,云汀市,Yunting,,", "990181,云汀市,Yunting,town,"), (REGION, 2, "kind")),
    "predecessor_covers": (with_text(REGION, "990181009", "99"), (REGION, 3, "predecessors")),
    "predecessor_covers root": (with_text(REGION, "990181009", "9901"), (REGION, 3, "predecessors")),
    "predecessor_exists": (with_text(REGION, "990181009", "990181101"), (REGION, 3, "predecessors")),
    "bad_grid_code": (with_shape(GRID, square("99018100100100", 124.03, 29.0)), (GRID, 4, "code")),
    "missing_parent of a grid": (with_shape(GRID, square("990181001009001", 124.03, 29.0)), (GRID, 4, "code")),
    "prefix_mismatch of a grid": (with_shape(GRID, square("990182001009001", 124.03, 29.0)), (GRID, 4, "code")),
    "bad_geometry": (drawn(GRID, 3, "LineString", [[124, 28.98], [124.1, 28.98]]), (GRID, 3, "geometry")),
    "bad_geometry empty": (drawn(GRID, 3, "Polygon", []), (GRID, 3, "geometry")),
    "bad_geometry words": (drawn(GRID, 3, "Polygon", [[["a", "b"], ["c", "d"], ["e", "f"]]]), (GRID, 3, "geometry")),
    "bad_geometry none": (instead(GRID, 3, {"geometry": None}), (GRID, 3, "geometry")),
    "bad_geometry list": (instead(GRID, 3, {"geometry": {"type": ["Polygon"], "coordinates": []}}), (GRID, 3, "geometry")),
    "bad_geometry of a layer": (instead(ROAD, 1, {"geometry": {"type": "GeometryCollection", "geometries": []}}), (ROAD, 1, "geometry")),
    "invalid_polygon": (drawn(GRID, 3, "Polygon", BOWTIE), (GRID, 3, "geometry")),
    "not_degrees": (with_shape(GRID, square("990181001001003", 4e5, 3e6)), (GRID, 4, "geometry")),
    "not_degrees without end": (drawn(KIND, 1, "Point", [1e300, 0]), (KIND, 1, "geometry")),
    "swapped": (with_line(ADDRESS, "A9,学府路9号,,door,29.002,124.005,,"), (ADDRESS, 5, "lat")),
    "swapped map": (with_shape(GRID, square("990181001001003", 29.0, 124.02)), (GRID, 4, "geometry")),
    "overlap": (with_shape(GRID, square("990181001001003", 124.015, 29)), (GRID, 4, "geometry")),
    "tiny_grid": (with_shape(GRID, square("990181001001003", 124.03, 29.0, 0.000005)), (GRID, 4, "geometry")),
    "gap": (with_shape(GRID, *RING), (GRID, 5, "geometry")),
    "gap open": (drawn(GRID, 2, "Polygon", NEAR), (GRID, 1, "geometry")),
    # units, people, posts
    "missing_parent of a unit": (with_line(UNIT, "4002,环卫中心,,institution,2021,990181,C,no"), (UNIT, 9, "parent")),
    "unknown_calendar of a unit": (with_line(UNIT, "4002,环卫中心,,institution,2020,990181,H,no"), (UNIT, 9, "calendar")),
    "unknown_region": (with_line(UNIT, "4002,环卫中心,,institution,2020,990181007,C,no"), (UNIT, 9, "region")),
    "cycle": (with_text(UNIT, "government,,", "government,4001,"), (UNIT, 3, "parent")),
    "unknown_value language": (with_text(PERSON, "Handler Chen,en", "Handler Chen,fr"), (PERSON, 4, "language")),
    "unknown_person": (with_line(POST, "zhang,1008,intake,"), (POST, 9, "username")),
    "unknown_unit": (with_line(POST, "li,1009,intake,"), (POST, 9, "unit")),
    "unknown_region of a post": (with_line(POST, "li,1008,caller,990199"), (POST, 9, "regions")),
    "post_without_region": (
        with_line(UNIT, "4002,环卫中心,,institution,2020,,C,no") | {POST: (TABLES[POST] + "li,4002,handler,\n").encode()},
        (POST, 9, "regions"),
    ),
    "administrators_apart": (with_line(POST, "jiang,1008,leader,"), (POST, 8, "role"), (POST, 9, "role")),
    # matters and their forms
    "unknown_matter of a field": (with_line(FIELD, "X0118,lamps,几盏,,number"), (FIELD, 5, "matter")),
    "bad_field": (with_line(FIELD, "C0118,Lamps,几盏,,number"), (FIELD, 5, "field")),
    "choices_unasked": (with_line(FIELD, "C0118,live,带电,,yes_no,,是|否"), (FIELD, 5, "choices")),
    "too_few_choices": (with_line(FIELD, "C0118,live,带电,,choice,,是"), (FIELD, 5, "choices")),
    "choices_differ": (with_line(FIELD, "C0118,live,带电,,choice,,是|否,yes"), (FIELD, 5, "choices_en")),
    # standards
    "no_default_standard": (with_text(STANDARD, "离开,gone,yes", "离开,gone,no"), (MATTER, 3, "code")),
    "same_condition": (with_line(STANDARD, "C0118-3,C0118, 单灯 不亮,,3,4,work_days,,,no"), (STANDARD, 5, "condition")),
    "same_condition of none": (
        files({STANDARD: (TABLES[STANDARD].replace("单灯不亮", "") + "C0118-3,C0118,,,3,2,work_days,,,no\n").encode()}),
        (STANDARD, 5, "condition"),
    ),
    "two_defaults": (with_line(STANDARD, "C0118-3,C0118,,,3,2,work_days,,,yes"), (STANDARD, 5, "default")),
    "unknown_matter": (with_line(STANDARD, "X-1,X0118,,,3,2,work_days,,,no"), (STANDARD, 5, "matter")),
    "arrival_half": (with_line(STANDARD, "C0118-3,C0118,,,3,2,work_days,,,no,4,"), (STANDARD, 5, "arrival_unit")),
    "arrival_half unit": (with_line(STANDARD, "C0118-3,C0118,,,3,2,work_days,,,no,,days"), (STANDARD, 5, "arrival")),
    "arrival_after_limit": (with_line(STANDARD, "C0118-3,C0118,,,3,2,days,,,no,3,days"), (STANDARD, 5, "arrival")),
    "arrival_after_limit across": (
        with_line(STANDARD, "C0118-3,C0118,,,2,30,minutes,,,no,1,urgent_hours"), (STANDARD, 5, "arrival"),
    ),
    "limit_too_long": (
        with_line(STANDARD, "C0118-3,C0118,,,3,3650,work_hours,,,no,1700,work_days")
        | {CALENDARS: WHOLE[CALENDARS].replace(b'{"1-5": ["08:30-12:00", "14:30-17:30"]}', b'{"1": ["08:30-09:00"]}')},
        (STANDARD, 5, "arrival"), (STANDARD, 5, "limit"),
    ),
    "urgent_not_extended": (with_line(STANDARD, "C0118-3,C0118,,,2,2,days,,,no,,,yes"), (STANDARD, 5, "extend")),
    # duty rows
    "unknown_place_kind": (with_line(DUTY, "D9,C0118,,R9,4001,,,"), (DUTY, 5, "place_kind")),
    "unknown_place_kind of a layer": (saying(KIND, 1, place_kind="R9"), (KIND, 1, "place_kind")),
    "unknown_unit lead": (with_line(DUTY, "D9,C0118,,,4009,,,"), (DUTY, 5, "lead")),
    "unknown_unit owner": (with_line(DUTY, "D9,C0118,,,4001,,,,4009"), (DUTY, 5, "owner")),
    "unknown_unit last": (with_line(DUTY, "D9,C0118,,,4001,,,,,4009"), (DUTY, 5, "last_resort")),
    "no_local_unit": (with_line(DUTY, "D9,C0118,,,town/44,,,"), (DUTY, 5, "lead")),
    "no_local_unit of support": (with_line(DUTY, "D9,C0118,990181001,,4001,town/44,,"), (DUTY, 5, "support")),
    "owner_and_place": (with_line(DUTY, "D9,C0118,,R1,4001,,,,4001"), (DUTY, 5, "owner")),
    "duplicate of a town's row": (with_line(DUTY, "D2-990181001,C0118,,,4001,,,,4001"), (DUTY, 5, "code")),
    "two_rows": (with_line(DUTY, "D9,C0118,,R1,2020,,,"), (DUTY, 5, "lead")),
    "two_rows of a town": (with_line(DUTY, "D9,E0501,990181101,,2020,,,"), (DUTY, 5, "lead")),
    "list_of_towns": (with_line(DUTY, "D9,C0118,990181001,,4001,,,,,,basic"), (DUTY, 5, "list_kind")),
    "withdrawn_from_towns": (with_line(DUTY, "D9,C0118,990181001,,town/03,,,,,,withdrawn"), (DUTY, 5, "list_kind")),
    "lead_takes_no_tasks": (
        with_text(UNIT, "市政中心,Municipal Facilities,institution,2020,990181,", "市政中心,,outside,2020,990181,C")
        | {DUTY: TABLES[DUTY].replace("D3,C0118,,,4001,", "D3,C0118,,,2020,").encode(),
           POST: (TABLES[POST] + "li,2020,handler,\n").encode()}, (DUTY, 2, "lead"),
    ),
    "lead_takes_no_tasks support": (
        with_line(DUTY, "D9,E0501,,R1,2020,9900,,")
        | {UNIT: (TABLES[UNIT] + "9900,上级中心,,upper,,990181,24,no\n").encode(),
           POST: (TABLES[POST] + "li,2020,handler,\n").encode()}, (DUTY, 5, "support"),
    ),
    # what stands on the ground
    "outside_grids": (drawn(BUILDING, 3, "Point", [124.5, 29]), (BUILDING, 3, "geometry")),
    "unknown_building": (with_line(ADDRESS, "A9,学府路1号,,door,124.005,29.002,B9"), (ADDRESS, 5, "building")),
    "bad_asset_code": (with_line(ASSET, "990181011800017,C0118,,,,124.005,29.002"), (ASSET, 4, "code")),
    "asset_county": (with_line(ASSET, "9901820118000173,C0118,,,,124.005,29.002"), (ASSET, 4, "code")),
    "unknown_matter of an asset": (with_line(ASSET, "9901810118000175,X0118,,,,124.005,29.002"), (ASSET, 4, "matter")),
    "unknown_unit of an asset": (with_line(ASSET, "9901810118000175,C0118,,4009,,124.005,29.002"), (ASSET, 4, "owner")),
    # the stock of a demonstration
    "unknown_source": (report(source='"09"'), (REPORT, 1, "source")),
    "unknown_value kind of a report": (report(kind="nonsense"), (REPORT, 1, "kind")),
    "unknown_address": (report(at="学府路9号"), (REPORT, 1, "at")),
    "two_addresses": (report(at="学府路118号"), (REPORT, 1, "at")),
    "at_and_point": (report(at="学府路与文昌街路口", lon="124.0", lat="29.0"), (REPORT, 1, "at")),
    "required point": (report(lon="124.0"), (REPORT, 1, "lat")),
    "column_unknown of a report": (report(phone="000"), (REPORT, 1, "phone")),
}  # fmt: skip

# unusual, and no reason to stop
ODD: dict[str, Broken] = {
    "file_stray": (files({"notes.txt": b""}), ("notes.txt", 0, "")),
    "file_stray beside": (files({"assets.pdf": b""}), ("assets.pdf", 0, "")),
    "file_stray in layers": (files({"layers/readme.md": b""}), ("layers/readme.md", 0, "")),
    "odd_number": (saying(GRID, 1, kind="special"), (GRID, 1, "code")),
    "odd_number special": (with_shape(GRID, square("990181001001901", 124.03, 29.0, residents=1500)), (GRID, 4, "code")),
    "odd_size": (saying(GRID, 1, residents=2100), (GRID, 1, "residents")),
    "residents_differ": (saying(BUILDING, 2, residents=900), (GRID, 2, "residents")),
    "outside_grids": (with_line(ADDRESS, "A9,服务区,,landmark,124.5,29"), (ADDRESS, 5, "lon")),
    "outside_grids asset": (with_line(ASSET, "9901810118000175,C0118,,,,124.5,29"), (ASSET, 4, "lon")),
    "nobodys_duty": (files({DUTY: TABLES[DUTY].replace("D2,E0501,,,town/03,,2020,演示,,1008,basic\n", "").encode()}), (MATTER, 3, "code")),
    "leads_without_post": (with_line(DUTY, "D9,C0118,990181001,,2020,,,"), (UNIT, 3, "code")),
}  # fmt: skip
