"""How rows of the duty list are put together."""

from __future__ import annotations

import pytest

from civigrid.catalog.queries import DutyRowRow
from civigrid.web.pages.reference.duties import by_place, common_ending, holds_in, parts_of


def row(place: str = "", region: str = "", lead: int = 1, owner: str = "", **more: object) -> DutyRowRow:
    values = {"support_ids": (), "regulator_id": None, "basis": "", **more}
    return DutyRowRow(
        version_id=0,
        duty_row_id=0,
        code=f"{place}{region}{owner}",
        matter_id=1,
        region_code=region,
        place_kind=place,
        lead_id=lead,
        owner=owner,
        **values,  # type: ignore[arg-type]
    )


@pytest.mark.parametrize(
    ("texts", "ending"),
    [
        (["Wenchang Enforcement Team", "Donghu Enforcement Team"], "Enforcement Team"),
        (["Wenchang Team", "Donghu Teams"], ""),
        (["Team", "Team"], "Team"),
        (["", "Team"], ""),
        ([], ""),
    ],
)
def test_what_names_end_with(texts: list[str], ending: str) -> None:
    assert common_ending(texts) == ending


def test_places_with_the_same_units_stand_together() -> None:
    rows = [row("R1", lead=4002), row("R2", lead=4002), row("V", lead=4003), row("P", "990181001", lead=4002)]
    assert [wheres for wheres, _alike in by_place(rows)] == [
        (("P", ""),),
        (("R1", ""), ("R2", "")),
        (("V", ""),),
    ]


def test_one_difference_in_one_area_keeps_places_apart() -> None:
    towns = ["990181001", "990181002"]
    rows = [row(place, town, lead=10) for place in ("R1", "R2") for town in towns]
    assert len(by_place(rows)) == 1
    assert len(by_place([*rows[:3], row("R2", towns[1], lead=11)])) == 2
    assert len(by_place([*rows[:3], row("R2", towns[1], lead=10, regulator_id=2020)])) == 2


def test_what_a_unit_is_in_a_row() -> None:
    shared = row(lead=1, support_ids=(2, 3), regulator_id=4, last_resort_id=1)
    assert parts_of(shared, [1]) == ["lead", "last_resort"]
    assert parts_of(shared, [3, 4]) == ["support", "regulator"]
    assert parts_of(shared, [9]) == []


@pytest.mark.parametrize(
    ("region", "area", "holds"),
    [
        ("", "990181001", True),  # a row of the whole city
        ("990181001", "", True),
        ("990181001", "990181001002", True),
        ("990181001002", "990181001", True),
        ("990181002", "990181001", False),
    ],
)
def test_whether_a_row_is_about_an_area(region: str, area: str, holds: bool) -> None:
    assert holds_in(row(region=region), area) is holds
