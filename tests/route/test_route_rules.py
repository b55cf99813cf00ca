"""Whose duty it is: tables, no database."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from civigrid.route.rules import SURE, Duty, Limit, ProposalRow, Request, Router, Targets, UnitName

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
        "region_code": "", "place_kind": "", "owner": "", "load": 9,
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


# ---- whose the thing is, what nobody leads, and who takes what is nobody's

COVER, WIRE, DRAIN, HYDRANT, DUST, PIT = 21, 22, 23, 24, 25, 26
TELECOM, CABLE, SAFETY, SEWERAGE = 111, 112, 113, 114
OWNED = [
    Duty(31, "W1", COVER, "", "", TELECOM, owner="5006"),
    Duty(32, "W2", COVER, "", "", CABLE, owner="5007"),
    Duty(33, "W3", COVER, "", "", SAFETY, owner="unknown"),
    Duty(34, "L1", WIRE, "", "", SUPPLY),
    Duty(35, "L2", WIRE, "", "", TELECOM, owner="5006"),
    Duty(36, "L3", WIRE, "", "", SAFETY, owner="unknown"),
    Duty(37, "R1", DRAIN, "", "", SEWERAGE, owner="5002"),
    Duty(38, "R2", DRAIN, "", "R1", CITY),
    Duty(39, "H1", HYDRANT, "", "", SUPPLY, owner="5001"),
    Duty(40, "H2", HYDRANT, "990181101", "", OTHER_TOWN, owner="unknown"),
    Duty(41, "S1", DUST, "", "S1", CITY, last_resort_id=SAFETY),
    Duty(42, "S2", DUST, "", "S2", LIGHTS, last_resort_id=SAFETY),
    Duty(43, "S3", DUST, "990181001", "", TOWN, leads=False),
    Duty(44, "P1", PIT, "", "R1", CITY, last_resort_id=SAFETY),
    Duty(45, "P2", PIT, "990181101", "R1", TOWN, last_resort_id=PARKS),
]
OF_OWNERS = Router(OWNED, LIMITS, [*UNITS, *(UnitName(unit, (f"单位{unit}",)) for unit in range(111, 115))])
OWNERS = [
    # matter, region, kind of place, owner, what else -> unit, row, reason
    (COVER, HERE, "", "5006", {}, TELECOM, 31, "duty_row"),
    (COVER, HERE, "R1", "5007", {}, CABLE, 32, "duty_row"),
    (COVER, HERE, "", "unknown", {}, SAFETY, 33, "owner_unknown"),
    (COVER, HERE, "", None, {}, SAFETY, 33, "owner_unknown"),  # nothing else fits: it cannot wait
    (COVER, HERE, "", "5004", {}, None, None, "no_duty_row"),  # known, and the list says nothing of this owner
    (COVER, HERE, "", "unknown", {"target": "单位113"}, None, None, "target_is_unit"),
    (COVER, HERE, "", None, {"target": "隔壁老王"}, None, None, "target_unknown"),
    (WIRE, HERE, "", None, {}, SUPPLY, 34, "duty_row"),  # nobody spoke of an owner
    (WIRE, HERE, "", "5006", {}, TELECOM, 35, "duty_row"),
    (WIRE, HERE, "", "5009", {}, SUPPLY, 34, "duty_row"),  # the row for anybody's
    (WIRE, HERE, "", "unknown", {}, SAFETY, 36, "owner_unknown"),
    (DRAIN, HERE, "R1", "5002", {}, SEWERAGE, 37, "duty_row"),  # the owner before the kind of place
    (DRAIN, HERE, "R1", None, {}, CITY, 38, "duty_row"),
    (DRAIN, HERE, "R1", "unknown", {}, None, None, "owner_undecided"),
    (DRAIN, HERE, "P", None, {}, None, None, "owner_undecided"),
    (HYDRANT, HERE, "", "unknown", {}, None, None, "owner_undecided"),  # the other town makes safe in its own area
    (HYDRANT, "990181101001", "", "unknown", {}, OTHER_TOWN, 40, "owner_unknown"),
    (HYDRANT, "990181", "", "unknown", {}, None, None, "place_unknown"),
    (DUST, HERE, "S1", None, {}, CITY, 41, "duty_row"),  # what the town helps with is no duty of its own
    (DUST, HERE, "S3", None, {}, SAFETY, 41, "last_resort"),
    (DUST, HERE, "", None, {}, None, None, "place_kind_unknown"),  # it is not nobody's yet
    (DUST, HERE, "S3", None, {"target": "单位113"}, None, None, "target_is_unit"),
    (PIT, HERE, "P", None, {}, SAFETY, 44, "last_resort"),
    (PIT, "990181101001", "P", None, {}, PARKS, 45, "last_resort"),
    (PIT, "990181", "P", None, {}, None, None, "place_unknown"),
]


@pytest.mark.parametrize(("matter", "region", "kind", "owner", "more", "unit", "row", "reason"), OWNERS)
def test_owners_and_last_resorts(
    matter: int, region: str, kind: str, owner: str | None, more: dict[str, str], unit: int | None, row: int | None,
    reason: str,
) -> None:  # fmt: skip
    found = OF_OWNERS.choose(Request(1, matter, True, False, region, kind, 3, owner=owner, **more), {})
    assert (found.unit_id, found.duty_row_version_id, found.reason) == (unit, row, reason)
    assert found.facts.get("unit_id") == unit


def test_the_office_sees_whose_it_may_be() -> None:
    def shown(owner: str | None, matter: int = COVER, kind: str = "") -> list[int]:
        return alternatives(OF_OWNERS.choose(Request(1, matter, True, False, HERE, kind, 3, owner=owner), {}))

    assert shown("unknown") == [TELECOM, CABLE]
    assert shown("5006", WIRE) == [SUPPLY]
    assert shown("unknown", DRAIN, "R1") == [SEWERAGE, CITY]


# ---- against a plain reading of the rule

regions = st.sampled_from(["", "990181", "990181001", "990181101", "990181001001"])
kinds = st.sampled_from(["", "P", "R1"])
owners = st.sampled_from([None, "unknown", "A", "B"])
some_units = st.sampled_from([CITY, CREW, TOWN])


@st.composite
def duty(draw: st.DrawFn) -> Duty:
    owner = draw(st.sampled_from(["", "", "", "A", "B", "unknown"]))
    return Duty(
        draw(st.integers(1, 99)), "D", draw(st.integers(1, 2)), draw(regions), "" if owner else draw(kinds),
        draw(some_units), owner, draw(st.one_of(st.none(), some_units)), draw(st.integers(0, 5)) > 0,
    )  # fmt: skip


duties = st.lists(duty(), max_size=7, unique_by=lambda duty: duty.version_id)
PLACES = {"": ["990181001001", "990181101001", "990182001001"]}  # the finest places there are, below each region
PLACES |= {"990181": PLACES[""][:2], "990181001": PLACES[""][:1], "990181101": PLACES[""][1:2]}


def best(rows: list[Duty], place: str) -> list[Duty]:
    """The rows that come first of those that hold at a place wholly known."""
    here = [row for row in rows if place.startswith(row.region_code)]
    keys = [(row.place_kind != "", len(row.region_code)) for row in here]
    return [row for row, key in zip(here, keys, strict=True) if key == max(keys)]


def plainly(rows: list[Duty], matter: int, place: str, kind: str, owner: str | None) -> tuple[int | None, str]:
    """Whose duty it is where everything about the place is known, and why; None: a person decides."""
    rows = [row for row in rows if row.matter_id == matter and row.leads]
    anybodys = best([row for row in rows if not row.owner and row.place_kind in ("", kind)], place)
    of_owners = [row for row in rows if row.owner and place.startswith(row.region_code)]
    if of_owners and owner in ("A", "B"):
        theirs = best([row for row in of_owners if row.owner == owner], place)
        return one(theirs or anybodys, "duty_row") or last_resort(rows, place)
    if of_owners and (owner == "unknown" or not anybodys):
        return one(best([row for row in of_owners if row.owner == "unknown"], place), "owner_unknown") or (
            None,
            "owner_undecided",
        )
    return one(anybodys, "duty_row") or last_resort(rows, place)


def one(rows: list[Duty], reason: str) -> tuple[int | None, str] | None:
    if not rows:
        return None
    return (rows[0].lead_id, reason) if len(rows) == 1 else (None, "two_duty_rows")


def last_resort(rows: list[Duty], place: str) -> tuple[int | None, str]:
    named = [row for row in rows if row.last_resort_id and place.startswith(row.region_code)]
    nearest = max((len(row.region_code) for row in named), default=0)
    units = {row.last_resort_id for row in named if len(row.region_code) == nearest}
    if len(units) == 1:
        return units.pop(), "last_resort"
    return None, "two_duty_rows" if units else "no_duty_row"


@given(duties, st.integers(1, 2), st.sampled_from(PLACES[""]), st.sampled_from(["X", "P", "R1"]), owners)
def test_where_all_is_known_it_is_the_plain_rule(
    rows: list[Duty], matter: int, place: str, kind: str, owner: str | None
) -> None:
    found = Router(rows, [], UNITS).choose(Request(1, matter, True, False, place, kind, 3, owner=owner), {})
    assert (found.unit_id, found.reason) == plainly(rows, matter, place, kind, owner)


@given(duties, st.integers(1, 2), regions, kinds, owners)
def test_a_unit_is_named_only_where_it_would_be_that_of_every_place(
    rows: list[Duty], matter: int, region: str, kind: str, owner: str | None
) -> None:
    """Of every place and kind of place the report may be about."""
    found = Router(rows, [], UNITS).choose(Request(1, matter, True, False, region, kind, 3, owner=owner), {})
    possible = {
        plainly(rows, matter, place, each, owner)[0]
        for place in PLACES.get(region, [region])
        for each in ([kind] if kind else ["X", "P", "R1"])
    }
    assert (found.unit_id is not None) == (found.reason in SURE)
    if found.unit_id is not None:
        assert possible <= {found.unit_id, None}
        assert found.facts["row"] == "D"
    of_matter = [row for row in rows if row.matter_id == matter and row.leads]
    if len(of_matter) == 1 and (of_matter[0].region_code, of_matter[0].place_kind, of_matter[0].owner) == ("", "", ""):
        assert found.unit_id == of_matter[0].lead_id  # one row for the whole city is sure wherever it is


@given(duties, st.integers(1, 2), regions, kinds, owners)
def test_what_leads_nobody_changes_nothing(
    rows: list[Duty], matter: int, region: str, kind: str, owner: str | None
) -> None:
    request = Request(1, matter, True, False, region, kind, 3, owner=owner)
    leading = [row for row in rows if row.leads]
    assert Router(rows, [], UNITS).choose(request, {}) == Router(leading, [], UNITS).choose(request, {})


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


@given(duties, st.integers(1, 2), regions, kinds, owners, st.sampled_from(["市城管局", "城管局", "环卫中心", "nobody"]))
def test_never_the_target_nor_its_line(
    rows: list[Duty], matter: int, region: str, kind: str, owner: str | None, target: str
) -> None:
    request = Request(1, matter, True, False, region, kind, 3, target, owner=owner)
    found = Router(rows, [], UNITS).choose(request, {})
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
