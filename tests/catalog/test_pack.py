"""Packs read and checked: what a good one says once it is put together. Broken ones: test_pack_faults.py."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from pathlib import Path

import shapely
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from civigrid.base.ledger import lines
from civigrid.cases.rules import number
from civigrid.catalog.rules import FieldKind, LimitUnit, ListKind, NewField
from civigrid.catalog.rules.pack import COMPARE, READ, Pack, check
from civigrid.directory.rules import Role
from civigrid.places.rules import AddressKind, BuildingKind, FeatureKind, NewAddress, NewAsset
from tests import packcity
from tests.packfiles import CITY, GRIDS, SHAPES, TABLES, files, geojson, saying, with_text

DEMO = Path(__file__).parents[2] / "packs" / "demo"


def good(content: Mapping[str, bytes] | None = None) -> Pack:
    pack, faults = check(content or files())
    assert pack is not None, faults
    return pack


def test_a_good_pack_has_no_faults() -> None:
    pack, faults = check(files())
    assert faults == []
    assert pack is not None
    assert pack.regions[2].aliases == ("文昌小学", "学府花园")
    assert pack.city.sources["01"] == {
        "name": "电话", "name_en": "Phone", "carry": "accept", "verify": "", "level": "city",
    }  # fmt: skip
    assert (pack.city.self_settled_checked, pack.city.reopen_days) == (0.1, 90)


def test_a_pack_needs_no_grids_and_bears_a_byte_order_mark() -> None:
    without = {name: None for name in SHAPES if not name.startswith("layers/")}
    marked = {name: b"\xef\xbb\xbf" + data for name, data in files(without).items()}
    marked["addresses.csv"] = marked["addresses.csv"].replace(b",B1,", b",,")
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
        "D3": ("", "4001"),
        "D2-990181001": ("990181001", "99018100103"),
        "D2-990181101": ("990181101", "99018110103"),
    }


def test_the_same_pack_has_the_same_digest_and_another_another() -> None:
    first, again = check(files())[0], check(files())[0]
    other = check(with_text("units.csv", "市政中心", "市政设施中心"))[0]
    assert first and again and other
    assert first.digest == again.digest != other.digest


def test_the_order_of_rows_and_columns_is_no_other_city_and_a_report_neither() -> None:
    header, *lines = TABLES["people.csv"].splitlines()
    names = header.split(",")
    turned = "\n".join([",".join(reversed(names)), *(",".join(reversed(line.split(","))) for line in reversed(lines))])
    report = b"- {source: '01', kind: help, text: ...}"
    changed = {
        "people.csv": turned.encode(),
        "reports.yaml": report,
        "city.yaml": _turned(CITY),
        "grids.geojson": geojson(GRIDS[::-1]),
    }
    assert good(files(changed)).digest == good().digest


def _turned(text: str) -> bytes:
    """A YAML file with its keys the other way round."""
    return yaml.safe_dump(dict(reversed(yaml.safe_load(text).items())), allow_unicode=True, sort_keys=False).encode()


def test_the_order_of_the_fields_of_a_form_is_part_of_the_city() -> None:
    header, first, second, *others = TABLES["fields.csv"].splitlines()
    turned = "\n".join([header, second, first, *others])
    assert good(files({"fields.csv": turned.encode()})).digest != good().digest


def test_every_new_thing_makes_another_edition() -> None:
    changes = [
        saying("buildings.geojson", 1, floors=19), saying("layers/roads.geojson", 1, width=25),
        with_text("addresses.csv", "老粮站", "粮站"), with_text("assets.csv", "DH-0174", "DH-0175"),
        with_text("fields.csv", "几盏不亮", "坏了几盏"), with_text("city.yaml", "name: 道路", "name: 路网"),
        with_text("duty.csv", "basic", ""), with_text("standards.csv", "1,urgent_hours,no", "2,urgent_hours,no"),
    ]  # fmt: skip
    assert len({good(change).digest for change in [files(), *changes]}) == len(changes) + 1


def test_a_unit_without_a_calendar_has_that_of_its_kind() -> None:
    units = {unit.code: unit for unit in good().units}
    assert units["4001"].calendar_code == "C"
    assert units["99018100103"].calendar_code == "G"  # its own
    assert units["99018110103"].calendar_code == "G"
    assert units["1008"].aliases == ("指挥中心", "12345")


def test_a_matter_has_its_form_in_the_order_of_the_rows() -> None:
    matters = {matter.code: matter.fields for matter in good().matters}
    assert [field.field for field in matters["C0118"]] == ["lamps", "plate"]
    assert matters["C0118"][0].required
    assert matters["E0501"] == (
        NewField(
            "goods", "卖什么", FieldKind.CHOICE, "What is sold", False, ("蔬菜", "小吃"), ("vegetables", "snacks")
        ),
    )


def test_a_standard_says_when_somebody_is_there_and_whether_it_may_take_longer() -> None:
    standards = {row.code: (row.arrival_value, row.arrival_unit, row.extend) for row in good().standards}
    assert standards == {
        "C0118-1": (None, None, True),
        "C0118-2": (1, LimitUnit.URGENT_HOURS, False),
        "E0501-1": (None, None, False),
    }


def test_a_duty_row_may_go_by_owner_and_has_a_kind_of_list() -> None:
    rows = {row.code: row for row in good().duty}
    assert rows["D3"].owner == "unknown"
    assert rows["D2-990181001"].last_resort == "1008"
    assert rows["D2-990181001"].list_kind is ListKind.BASIC


def test_a_town_may_be_its_own_last_resort() -> None:
    changed = with_text("duty.csv", ",1008,basic", ",town/00,basic")
    assert {row.code: row.last_resort for row in good(changed).duty}["D2-990181101"] == "99018110100"


def test_things_have_the_grid_they_stand_in() -> None:
    pack = good()
    assert [(each.code, each.grid_code[-4:]) for each in pack.buildings] == [
        ("B1", "1001"),
        ("B2", "1002"),
        ("B3", "1001"),
    ]
    first = pack.buildings[0]
    assert (first.kind, first.floors, first.residents, first.estate) == (BuildingKind.HOME, 18, 1500, "学府花园")
    assert shapely.from_wkb(first.shape).contains(shapely.Point(first.lon, first.lat))
    assert pack.buildings[2].floors == 0  # null, as programs for maps write it
    assert pack.addresses[0] == NewAddress(
        "A1", "学府路118号", AddressKind.DOOR, 124.0051, 29.0021, "118 Xuefu Road", "B1", ("老粮站",), "990181001001001"
    )
    assert pack.assets[1] == NewAsset(
        "9901810118000174", "C0118", 124.0153, 29.0022, "路灯杆号 DH-0174", "", "", "990181001001002"
    )


def test_an_inside_point_lies_inside_what_is_bent() -> None:
    corner = shapely.box(124.004, 29.001, 124.006, 29.003) - shapely.box(124.004, 29.0011, 124.0059, 29.003)
    feature = {**SHAPES["buildings.geojson"][0], "geometry": shapely.geometry.mapping(corner)}
    first = good(files({"buildings.geojson": geojson([feature])})).buildings[0]
    assert shapely.from_wkb(first.shape).contains(shapely.Point(first.lon, first.lat))


def test_a_feature_belongs_to_its_layer() -> None:
    features = {each.code: each for each in good().features}
    assert features.keys() == {"roads/1", "roads/2", "kinds/1"}
    lane = features["roads/2"]
    assert (lane.layer, lane.kind, lane.place_kind, lane.width) == ("roads", FeatureKind.LANE, "R1", 6.5)


def test_codes_may_be_numbers_in_a_map_and_whole_numbers_may_have_a_point() -> None:
    changed = saying("grids.geojson", 1, code=990181001001001, residents=1500.0)
    assert good(changed).grids[0] == good().grids[0]


def test_a_report_is_where_its_address_is() -> None:
    report = "- {source: '01', kind: help, text: 路灯不亮, at: 学府路与文昌街路口}".encode()
    (only,) = good(files({"reports.yaml": report})).reports
    assert (only.lon, only.lat) == (124.01, 29.005)


def test_a_recipe_is_no_part_of_the_city() -> None:
    assert good(files({"recipe.yaml": b"\xff"})).digest == good().digest


def test_empty_cells_at_the_end_are_the_spreadsheets() -> None:
    widened = "\n".join(line + ",,," for line in TABLES["people.csv"].splitlines()) + "\n,,,,,,\n"
    assert good(files({"people.csv": widened.encode()})).digest == good().digest


def test_the_check_tells_how_far_it_is() -> None:
    told: list[tuple[str, int, int]] = []
    check(files(), lambda *step: told.append(step))
    steps = [step for step, _, _ in told]
    assert steps == sorted(steps, key=[READ, COMPARE].index)
    for step in (READ, COMPARE):
        assert [done for each, done, _ in told if each == step] == list(range(1, steps.count(step) + 1))
    assert told[-1][1] == told[-1][2]
    assert (READ, len(files()), len(files())) in told


def test_a_large_city_has_no_faults() -> None:
    pack, faults = check(packcity.city())
    assert faults == []
    assert pack is not None
    assert len(pack.buildings) == 200


@given(
    st.from_regex(r"[A-Z0-9-]{0,12}", fullmatch=True), st.sampled_from(["{date}{seq}", "{date}-{seq}"]),
    st.dates(date(2000, 1, 1), date(2099, 12, 31)), st.integers(1, 10**9),
)  # fmt: skip
@settings(deadline=None)
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


def test_the_demonstration_city_is_whole() -> None:
    paths = (path for path in DEMO.rglob("*") if path.is_file())
    pack, faults = check({path.relative_to(DEMO).as_posix(): path.read_bytes() for path in paths})
    assert [fault for fault in faults if fault.stops] == []
    assert pack is not None
    assert {post.role for post in pack.posts} == set(Role)
    assert {report.source for report in pack.reports} <= set(pack.city.sources)
    assert len(pack.reports) >= 94
    shown = [*pack.regions, *pack.grids, *pack.units, *pack.people, *pack.matters, *pack.calendars]
    assert [each.name for each in shown if not each.name_en] == []
