"""Whose duty it is: tables, no database."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from civigrid.route.rules import Duty, Limit, ProposalRow, Reason, Request, Router, UnitName

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
    (LAMP, HERE, "", {}, LIGHTS, 1, "duty_row"),
    (LAMP, HERE, "P", {}, PARKS, 2, "duty_row"),
    (LAMP, HERE, "R1", {}, LIGHTS, 1, "duty_row"),
    (LAMP, "990181", "", {}, LIGHTS, 1, "duty_row"),
    (LITTER, HERE, "", {}, CREW, 3, "duty_row"),
    (LITTER, "990181101001", "", {}, OTHER_TOWN, 4, "duty_row"),
    (LITTER, "990181101001", "P", {}, PARKS, 10, "duty_row"),
    (LITTER, HERE, "P", {}, CREW, 3, "duty_row"),
    (LITTER, "990181", "", {}, CREW, 3, "duty_row"),
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
    (LITTER, "990181101001", "", {"target": "单位107"}, None, None, "target_is_unit"),
    (LAMP, HERE, "", {"target": "市城管局"}, LIGHTS, 1, "duty_row"),
    (LAMP, HERE, "", {"target": "隔壁邻居"}, LIGHTS, 1, "duty_row"),
]


@pytest.mark.parametrize(("matter", "region", "kind", "more", "unit", "row", "reason"), ROUTES)
def test_routes(
    matter: int | None, region: str, kind: str, more: dict[str, object], unit: int | None, row: int | None, reason: str
) -> None:
    found = choose(matter, region, kind, **more)
    assert (found.unit_id, found.duty_row_version_id, found.reason) == (unit, row, reason)


def test_the_reason_comes_with_its_facts() -> None:
    found = choose(LAMP)
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
    assert alternatives(choose(LITTER, "990181101001")) == [CREW]
    assert alternatives(choose(LAMP, sure=False, candidates=(LAMP, LITTER, NOISE))) == [LIGHTS, CREW]


def test_the_target_is_not_even_offered() -> None:
    assert alternatives(choose(NOISE, target="市城管局")) == [TOWN]
    assert alternatives(choose(LITTER, "990181101001", target="单位107")) == [CREW]
    assert alternatives(choose(LAMP, sure=False, candidates=(LAMP, LITTER), target="市城管局")) == [LIGHTS]


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


@given(duties, st.integers(1, 2), regions, kinds)
def test_against_a_plain_reading_of_the_rule(rows: list[Duty], matter: int, region: str, kind: str) -> None:
    """Exactly one best row by (kind of place named, longest region) is the unit; anything else is a person's."""
    fitting = [
        row
        for row in rows
        if row.matter_id == matter and region.startswith(row.region_code) and row.place_kind in ("", kind)
    ]
    keys = [(row.place_kind != "", len(row.region_code)) for row in fitting]
    best = [row for row, key in zip(fitting, keys, strict=True) if key == max(keys)]
    found = Router(rows, [], UNITS).choose(Request(1, matter, True, False, region, kind, 3), {})
    if len(best) == 1:
        assert (found.unit_id, found.reason) == (best[0].lead_id, Reason.DUTY_ROW)
    else:
        assert found.unit_id is None
        assert found.reason is (Reason.TWO_DUTY_ROWS if best else found.reason)
        assert found.reason is not Reason.DUTY_ROW


@given(duties, st.integers(1, 2), regions, kinds, st.sampled_from(["市城管局", "环卫中心", "nobody"]))
def test_never_the_target_nor_its_line(rows: list[Duty], matter: int, region: str, kind: str, target: str) -> None:
    found = Router(rows, [], UNITS).choose(Request(1, matter, True, False, region, kind, 3, target), {})
    line = {"市城管局": {CITY, CREW}, "环卫中心": {CREW}, "nobody": set()}[target]
    assert found.unit_id not in line
    assert not {each["unit_id"] for each in found.alternatives} & line


def test_routing_is_fast_enough() -> None:
    """The budget is 20,000 a second; this allows a busy machine."""
    router = Router([Duty(n, "D", n % 400, "990181001" if n % 3 else "", "", CITY) for n in range(1_200)], [], UNITS)
    requests = [Request(n, n % 400, True, False, HERE, "", 3) for n in range(5_000)]
    started = time.process_time()
    for request in requests:
        router.choose(request, {})
    assert time.process_time() - started < 5_000 / 10_000
