"""Units and people of a generated city: every office of every town, every post of the work."""

from __future__ import annotations

from collections import Counter
from functools import cache

import pytest

from civigrid.cli.generate import people, plan, recipe, tables, units
from civigrid.cli.generate.people import Staff
from civigrid.cli.generate.units import UnitPlan
from civigrid.cli.shipped import demo_pack
from civigrid.directory.rules import Role, mixed_administrators

RECIPE = recipe.read(demo_pack())
PATTERN = tables.read(demo_pack() / "units.csv")
SIZES = [7, 28, 99, 100, 708, 1500]


@cache
def made(grids: int) -> tuple[list[UnitPlan], Staff]:
    planned = plan.city(RECIPE, grids, 1)
    found = list(units.units(planned, RECIPE, PATTERN))
    return found, people.staff(planned, RECIPE, found, 1)


def test_48_units_of_the_city_8_nodes_and_5_stationed_offices_in_each_town_and_one_unit_in_each_community() -> None:
    found, _ = made(708)
    of_city = [unit for unit in found if len(unit.code) == 4 and unit.code[0] in "12345" and unit.code != "1000"]
    assert len(of_city) == 48
    offices = Counter(unit.cells["region"] for unit in found if unit.seat.startswith("town/"))
    own = Counter(unit.cells["region"] for unit in found if unit.seat.startswith("town/0"))
    assert set(offices.values()) == {13}
    assert set(own.values()) == {8}
    assert len(offices) == 10
    assert sum(unit.seat == "community" for unit in found) == 90


def test_a_zone_has_bureaus_where_a_street_has_offices() -> None:
    names = {unit.code: unit.cells["name"] for unit in made(708)[0]}
    assert names["99018100104"] == "文昌街道城市建设管理办"
    assert names["99018110104"] == "双桥镇村镇建设办"
    assert names["99018140004"] == "云汀经济开发区规划建设局"
    assert names["99018140006"] == "云汀经济开发区安全环保局"


@pytest.mark.parametrize("grids", SIZES)
def test_every_unit_has_a_parent_that_exists_and_is_named_once(grids: int) -> None:
    found, _ = made(grids)
    codes = [unit.code for unit in found]
    assert len(set(codes)) == len(codes)
    assert {unit.cells["parent"] for unit in found} - {""} <= set(codes)


def test_a_whole_city_has_about_2900_people_for_every_role_of_the_work() -> None:
    _, staff = made(708)
    roles = Counter(post["role"] for post in staff.posts)
    assert 2800 <= len(staff.people) <= 3000
    assert set(roles) == {role.value for role in Role}
    assert roles[Role.GRID_WORKER] == 2 * 708
    assert (roles[Role.INTAKE], roles[Role.DUTY_CHIEF], roles[Role.CALLER]) == (34, 4, 8)
    leaders = {
        post["username"] for post in staff.posts if "-leader" in post["username"] and post["role"] == "grid_chief"
    }
    assert 300 <= len(leaders) <= 320


@pytest.mark.parametrize("grids", SIZES)
def test_user_names_are_unique_and_everybody_has_a_post(grids: int) -> None:
    found, staff = made(grids)
    names = [person["username"] for person in staff.people]
    assert len(set(names)) == len(names)
    assert {post["username"] for post in staff.posts} == set(names)
    keys = [(post["username"], post["unit"], post["role"]) for post in staff.posts]
    assert len(set(keys)) == len(keys)
    assert {post["unit"] for post in staff.posts} <= {unit.code for unit in found}


@pytest.mark.parametrize("grids", SIZES)
def test_the_three_administrators_are_different_persons_with_no_other_post(grids: int) -> None:
    assert mixed_administrators((post["username"], Role(post["role"])) for post in made(grids)[1].posts) == []


def test_people_are_called_by_surname_and_post() -> None:
    _, staff = made(708)
    pinned = {person.username for person in RECIPE.people.pinned}
    titles = tuple(seat.title for seat in RECIPE.people.seats)
    for person in staff.people:
        if person["username"] not in pinned:
            assert person["name"][-2] in "老小"
            assert any(title in person["name"] for title in titles)
            assert person["name_en"].isascii()


@pytest.mark.parametrize("grids", [28, 120, 708])
def test_whoever_is_named_by_the_recipe_is_in_every_city_that_has_his_units(grids: int) -> None:
    names = {person["username"] for person in made(grids)[1].people}
    assert {person.username for person in RECIPE.people.pinned} <= names


def test_a_small_city_has_few_people_and_still_somebody_for_each_unit_that_works() -> None:
    found, staff = made(28)
    assert 110 <= len(staff.people) <= 160
    holders = {(post["unit"], post["role"]) for post in staff.posts}
    working = [
        unit
        for unit in found
        if unit.cells["kind"] not in ("upper", "outside") and unit.code not in ("1000", "1003", "1008")
    ]
    for unit in working:
        if len(unit.code) == 4:
            assert {(unit.code, "liaison"), (unit.code, "handler"), (unit.code, "reviewer")} <= holders


def test_a_grid_leader_looks_after_one_to_three_grids_and_his_name_says_which() -> None:
    _, staff = made(708)
    leaders = [person for person in staff.people if "-leader" in person["username"] and "网格长" in person["name"]]
    for person in leaders:
        assert 1 <= person["name"].split("网格")[0].count("、") + 1 <= 3


def test_a_unit_with_night_duty_has_a_post_for_it() -> None:
    found, staff = made(708)
    nights = {post["unit"] for post in staff.posts if "-night" in post["username"]}
    assert {unit.code for unit in found if unit.seat.isdigit() and unit.night_duty and unit.code[0] in "2345"} <= nights
    assert nights <= {unit.code for unit in found if unit.night_duty}


def test_a_prefecture_has_its_own_region_and_names_above_its_districts() -> None:
    found, _ = made(1500)
    cells = {unit.code: unit.cells for unit in found}
    assert cells["2020"]["region"] == "9901"
    assert (cells["9900"]["name"], cells["9900"]["region"]) == ("示例省12345中心", "99")
    assert cells["1000"]["name"] == "澜川市"
