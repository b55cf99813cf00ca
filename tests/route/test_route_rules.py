"""Whose duty it is: tables, no database."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from civigrid.route.rules import Duty, Limit, ProposalRow, Reason, Request, Router, Targets, UnitName

LAMP, LITTER, WATER, NOISE, DOGS, ROAD = 1, 2, 3, 4, 5, 6
CITY, CREW, LIGHTS, PARKS, SUPPLY, TOWN, OTHER_TOWN = range(101, 108)
UNITS = [
    UnitName(CITY, ("市城管局", "City Management")),
    UnitName(CREW, ("环卫中心",), parent_id=CITY),
    *(UnitName(unit, (f"单位{unit}",)) for unit in (LIGHTS, PARKS, SUPPLY, TOWN, OTHER_TOWN)),
]
DUTIES = [
    Duty(1, "D1", LAMP, "", "", LIGHTS),
    Duty(2, "D2", LAMP, "", "P", PARKS),
    Duty(3, "D3", LITTER, "", "", CREW),
    Duty(4, "D4", LITTER, "990181101", "", OTHER_TOWN),
    Duty(5, "D5", WATER, "990181001", "", SUPPLY),
    Duty(6, "D6", NOISE, "", "", CITY),
    Duty(7, "D7", NOISE, "", "", TOWN),
    Duty(8, "D8", ROAD, "", "R1", CITY),
    Duty(9, "D9", ROAD, "", "R2", TOWN),
    Duty(10, "D10", LITTER, "990181101", "P", PARKS),
]
LIMITS = [Limit(11, LAMP, 3, True), Limit(12, LAMP, 1, False), Limit(13, LITTER, 3, False), Limit(14, LITTER, 2, False)]
ROUTER = Router(DUTIES, LIMITS, UNITS)
HERE = "990181001001"


def choose(matter: int | None, region: str = HERE, kind: str = "", **more: object) -> ProposalRow:
    values = {"sure": True, "outside": False, "urgency": 3, **more}
    return ROUTER.choose(Request(1, matter, region_code=region, place_kind=kind, **values), {LIGHTS: 9})  # type: ignore[arg-type]


ROUTES = [
    # matter, region, kind of place, what else -> unit, row, reason
    (LAMP, HERE, "", {}, None, None, "place_kind_unknown"),  # it may be a park's
    (LAMP, HERE, "P", {}, PARKS, 2, "duty_row"),
    (LAMP, HERE, "R1", {}, LIGHTS, 1, "duty_row"),
    (LAMP, "990181", "R1", {}, LIGHTS, 1, "duty_row"),
    (LAMP, "990181", "", {}, None, None, "place_kind_unknown"),
    (LITTER, HERE, "", {}, CREW, 3, "duty_row"),
    (LITTER, "990181101001", "R1", {}, OTHER_TOWN, 4, "duty_row"),
    (LITTER, "990181101001", "", {}, None, None, "place_kind_unknown"),
    (LITTER, "990181101001", "P", {}, PARKS, 10, "duty_row"),
    (LITTER, HERE, "P", {}, CREW, 3, "duty_row"),
    (LITTER, "990181", "R1", {}, None, None, "place_unknown"),  # it may be in the other town
    (LITTER, "990181", "P", {}, None, None, "place_unknown"),
    (WATER, HERE, "", {}, SUPPLY, 5, "duty_row"),
    (WATER, "990181", "", {}, None, None, "place_unknown"),
    (WATER, "990181101001", "", {}, None, None, "no_duty_row"),
    (NOISE, HERE, "", {}, None, None, "two_duty_rows"),
    (DOGS, HERE, "", {}, None, None, "no_duty_row"),
    (ROAD, HERE, "R1", {}, CITY, 8, "duty_row"),
    (ROAD, HERE, "", {}, None, None, "place_kind_unknown"),
    (ROAD, HERE, "P", {}, None, None, "no_duty_row"),
    (LAMP, HERE, "", {"sure": False}, None, None, "low_confidence"),
    (None, HERE, "", {"sure": False}, None, None, "low_confidence"),
    (LAMP, "990181", "", {"outside": True}, None, None, "outside_city"),
    (LITTER, HERE, "", {"target": "环卫中心"}, None, None, "target_is_unit"),
    (LITTER, HERE, "", {"target": " city management "}, None, None, "target_is_unit"),  # the crew is one of its own
    (LITTER, "990181101001", "R1", {"target": "单位107"}, None, None, "target_is_unit"),
    (LAMP, HERE, "R1", {"target": "市城管局"}, LIGHTS, 1, "duty_row"),
    (LAMP, HERE, "R1", {"target": "隔壁邻居"}, None, None, "target_unknown"),
    (NOISE, HERE, "", {"target": "隔壁邻居"}, None, None, "two_duty_rows"),
]


@pytest.mark.parametrize(("matter", "region", "kind", "more", "unit", "row", "reason"), ROUTES)
def test_routes(
    matter: int | None, region: str, kind: str, more: dict[str, object], unit: int | None, row: int | None, reason: str
) -> None:
    found = choose(matter, region, kind, **more)
    assert (found.unit_id, found.duty_row_version_id, found.reason) == (unit, row, reason)


def test_the_reason_comes_with_its_facts() -> None:
    found = choose(LAMP, kind="R1")
    assert found.facts == {
        "unit_id": LIGHTS, "unit": "单位103", "duty_row_version_id": 1, "row": "D1", "matter_id": LAMP,
        "region_code": "", "place_kind": "", "load": 9,
    }  # fmt: skip
    assert found.alternatives == ()


def alternatives(found: ProposalRow) -> list[int]:
    return [each["unit_id"] for each in found.alternatives]


def test_a_person_is_shown_who_it_could_be() -> None:
    assert alternatives(choose(NOISE)) == [CITY, TOWN]
    assert alternatives(choose(ROAD)) == [CITY, TOWN]
    assert alternatives(choose(LITTER, "990181101001", "R1")) == [CREW]
    assert alternatives(choose(LITTER, "990181", "R1")) == [OTHER_TOWN, CREW]  # the finer row first
    assert alternatives(choose(LAMP)) == [PARKS, LIGHTS]
    assert alternatives(choose(LAMP, kind="R1", sure=False, candidates=(LAMP, LITTER, NOISE))) == [LIGHTS, CREW]


def test_the_target_is_not_even_offered() -> None:
    assert alternatives(choose(NOISE, target="市城管局")) == [TOWN]
    assert alternatives(choose(LITTER, "990181101001", "R1", target="单位107")) == [CREW]
    unsure = choose(LAMP, kind="R1", sure=False, candidates=(LAMP, LITTER), target="市城管局")
    assert alternatives(unsure) == [LIGHTS]


STANDARDS = [
    (LAMP, 3, 11),
    (LAMP, 2, 11),
    (LAMP, 1, 12),
    (LITTER, 3, 13),
    (LITTER, 1, 14),
    (DOGS, 1, None),
    (None, 1, None),
]


@pytest.mark.parametrize(("matter", "urgency", "version"), STANDARDS)
def test_standards(matter: int | None, urgency: int, version: int | None) -> None:
    assert ROUTER.standard(matter, urgency) == version


def test_an_unsure_label_has_no_standard() -> None:
    assert choose(LAMP, sure=False).standard_version_id is None
    assert choose(LAMP).standard_version_id == 11
    assert choose(WATER, "990181").standard_version_id is None
    assert choose(LAMP, urgency=1).standard_version_id == 12


regions = st.sampled_from(["", "990181", "990181001", "990181101", "990181001001"])
kinds = st.sampled_from(["", "P", "R1"])
duties = st.lists(
    st.builds(
        Duty, st.integers(1, 99), st.just("D"), st.integers(1, 2), regions, kinds, st.sampled_from([CITY, CREW, TOWN])
    ),
    max_size=6,
    unique_by=lambda duty: duty.version_id,
)


PLACES = {"": ["990181001001", "990181101001", "990182001001"]}  # the finest places there are, below each region
PLACES |= {"990181": PLACES[""][:2], "990181001": PLACES[""][:1], "990181101": PLACES[""][1:2]}


def plainly(rows: list[Duty], matter: int, place: str, kind: str) -> set[int] | None:
    """Whose duty it is at a place that is wholly known: one unit, or None where two rows fit equally well, or none."""
    fitting = [
        row
        for row in rows
        if row.matter_id == matter and place.startswith(row.region_code) and row.place_kind in ("", kind)
    ]
    keys = [(row.place_kind != "", len(row.region_code)) for row in fitting]
    best = [row for row, key in zip(fitting, keys, strict=True) if key == max(keys)]
    return {best[0].lead_id} if len(best) == 1 else None


@given(duties, st.integers(1, 2), regions, kinds)
def test_against_a_plain_reading_of_the_rule(rows: list[Duty], matter: int, region: str, kind: str) -> None:
    """A unit is named only where it would be that of every place and kind of place the report may be about."""
    found = Router(rows, [], UNITS).choose(Request(1, matter, True, False, region, kind, 3), {})
    places = PLACES.get(region, [region])
    possible = [
        plainly(rows, matter, place, each) for place in places for each in ([kind] if kind else ["X", "P", "R1"])
    ]
    if found.unit_id is not None:
        assert found.reason is Reason.DUTY_ROW
        assert all(units in ({found.unit_id}, None) for units in possible)
        assert found.facts["row"] == "D"
    else:
        assert found.reason is not Reason.DUTY_ROW
    of_matter = [row for row in rows if row.matter_id == matter]
    if len(of_matter) == 1 and (of_matter[0].region_code, of_matter[0].place_kind) == ("", ""):
        assert found.unit_id == of_matter[0].lead_id  # one row for the whole city is sure wherever it is


CENTRE, BUREAU, WATERS, SEWERS, SUBCENTRE, WARDENS, VILLAGE, POLICE, ROOT = range(201, 210)
TREE = [
    UnitName(ROOT, ("云汀市", "City of Yunting")),
    UnitName(CENTRE, ("市社会治理指挥中心",), ROOT, centre=True),
    UnitName(BUREAU, ("市城市管理局(综合行政执法局)", "City Management Bureau"), ROOT),
    UnitName(CREW, ("市环境卫生服务中心",), BUREAU),
    UnitName(WATERS, ("市供水公司", "Water Supply Company"), ROOT),
    UnitName(SEWERS, ("市排水公司",), ROOT),
    UnitName(SUBCENTRE, ("双桥镇社会治理指挥分中心",), ROOT, ("双桥镇", "Shuangqiao Town")),
    UnitName(WARDENS, ("双桥镇综合行政执法队",), SUBCENTRE, ("双桥镇",)),
    UnitName(VILLAGE, ("石桥头村村民委员会",), SUBCENTRE, ("石桥头村",)),
    UnitName(POLICE, ("市公安局",), ROOT),
]
TOWN_LINE = {SUBCENTRE, WARDENS, VILLAGE}
TARGETS = [
    ("市城市管理局（综合行政执法局）", {BUREAU, CREW}),
    ("城市管理局", {BUREAU, CREW}),
    ("综合行政执法局", {BUREAU, CREW}),
    ("云汀市城管局", {BUREAU, CREW}),
    ("城管局", {BUREAU, CREW}),
    ("市 城 管 局", {BUREAU, CREW}),
    ("CITY MANAGEMENT", {BUREAU, CREW}),
    ("环境卫生服务中心的垃圾车", {BUREAU, CREW}),  # and the bureau above it
    ("水公司", {WATERS, SEWERS}),  # it may be either
    ("the water supply company", {WATERS}),
    ("双桥镇政府", TOWN_LINE),
    ("双桥镇", TOWN_LINE),
    ("双桥镇人民政府工作人员", TOWN_LINE),
    ("石桥头村委会", {SUBCENTRE, VILLAGE}),
    ("双桥执法队", {SUBCENTRE, WARDENS}),
    ("云汀市", {each.id for each in TREE}),  # the city itself is everybody
    ("社会治理指挥中心", {CENTRE}),
    ("", set()),
    ("  ", set()),
    ("隔壁老王的饭店", None),
    ("公安", None),  # two signs are in too many names
    ("云汀市第三人民医院", None),
]


@pytest.mark.parametrize(("target", "barred"), TARGETS)
def test_whom_a_target_bars(target: str, barred: set[int] | None) -> None:
    assert Targets(TREE, "云汀市").barred(target) == barred


def test_of_two_units_with_one_name_both_are_barred() -> None:
    twins = [UnitName(1, ("便民服务中心",)), UnitName(2, ("便民服务中心",)), UnitName(3, ("供水公司",))]
    assert Targets(twins).barred("便民服务中心") == {1, 2}


@given(duties, st.integers(1, 2), regions, kinds, st.sampled_from(["市城管局", "城管局", "环卫中心", "nobody"]))
def test_never_the_target_nor_its_line(rows: list[Duty], matter: int, region: str, kind: str, target: str) -> None:
    found = Router(rows, [], UNITS).choose(Request(1, matter, True, False, region, kind, 3, target), {})
    line = {"nobody": set()}.get(target, {CITY, CREW})
    assert found.unit_id not in line
    assert not {each["unit_id"] for each in found.alternatives} & line
    assert target != "nobody" or found.unit_id is None


def test_routing_is_fast_enough() -> None:
    """The budget is 20,000 a second; this allows a busy machine."""
    router = Router([Duty(n, "D", n % 400, "990181001" if n % 3 else "", "", CITY) for n in range(1_200)], [], UNITS)
    requests = [Request(n, n % 400, True, False, HERE, "", 3) for n in range(5_000)]
    started = time.process_time()
    for request in requests:
        router.choose(request, {})
    assert time.process_time() - started < 5_000 / 10_000
