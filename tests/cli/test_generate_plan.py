"""The plan of a generated city: areas, codes, names and residents at every size."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from civigrid.base.trouble import Trouble
from civigrid.cli.generate import plan, recipe
from civigrid.cli.generate.model import CityPlan, GridPlan
from civigrid.cli.generate.names import English, dice, fresh, shared
from civigrid.cli.shipped import demo_pack
from civigrid.places.rules import GridKind, RegionKind, level_of, parent_of

RECIPE = recipe.read(demo_pack())
SIZES = [7, 8, 12, 13, 28, 50, 99, 120, 400, 708, 1416, 1417, 1500, 20_000]

# the table of the demo city: code, residents, committees, villages, grids, special ones
WHOLE = {
    "990181001": (142_000, 12, 0, 101, 3),
    "990181002": (138_000, 12, 0, 98, 3),
    "990181003": (121_000, 10, 0, 86, 3),
    "990181004": (116_000, 9, 1, 82, 4),
    "990181005": (96_000, 7, 2, 68, 5),
    "990181100": (92_000, 4, 6, 65, 3),
    "990181101": (88_000, 3, 6, 62, 2),
    "990181102": (74_000, 2, 6, 53, 3),
    "990181103": (61_000, 2, 4, 44, 4),
    "990181400": (72_000, 3, 1, 49, 6),
}


def city(grids: int, seed: int = 1) -> CityPlan:
    return plan.city(RECIPE, grids, seed)


def grids_of(made: CityPlan) -> list[GridPlan]:
    return [grid for town in made.towns for grid in town.grids]


def test_a_whole_city_is_the_one_of_the_table() -> None:
    made = city(708)
    found = {}
    for town in made.towns:
        kinds = Counter(community.kind for community in town.communities)
        grids = list(town.grids)
        special = sum(grid.kind is GridKind.SPECIAL for grid in grids)
        residents = sum(grid.residents for grid in grids)
        found[town.code] = (residents, kinds[RegionKind.RESIDENTS], kinds[RegionKind.VILLAGE], len(grids), special)
    assert found == WHOLE
    assert (made.root, made.name, len(made.districts)) == ("990181", "云汀市", 1)
    assert round(sum(town.km2 for town in made.towns)) == 377


@pytest.mark.parametrize("grids", SIZES)
def test_codes_are_national_ones_and_each_begins_with_its_parents(grids: int) -> None:
    made = city(grids)
    codes = [grid.code for grid in grids_of(made)]
    assert len(codes) == len(set(codes)) == grids
    for district in made.districts:
        assert district.code.startswith(made.root)
        for town in district.towns:
            assert (len(town.code), town.code[:6]) == (9, district.code)
            for community in town.communities:
                assert level_of(community.code) is not None
                assert parent_of(community.code) == town.code
                assert all(grid.code[:12] == community.code and len(grid.code) == 15 for grid in community.grids)


@pytest.mark.parametrize("grids", SIZES)
def test_ordinary_grids_have_between_1000_and_2000_residents_and_special_ones_a_use(grids: int) -> None:
    found = grids_of(city(grids))
    ordinary = [grid for grid in found if grid.kind is GridKind.ORDINARY]
    special = [grid for grid in found if grid.kind is GridKind.SPECIAL]
    assert all(1000 <= grid.residents <= 2000 and not grid.use for grid in ordinary)
    assert all(grid.use in set(recipe.Use) and grid.code[12:] >= "901" for grid in special)
    assert special
    assert len({grid.residents for grid in ordinary}) > min(5, len(ordinary) - 2)  # not all alike


@pytest.mark.parametrize(
    ("grids", "districts", "towns"),
    [(7, 1, 1), (12, 1, 1), (13, 1, 2), (28, 1, 3), (120, 1, 10), (1416, 1, 10), (1417, 2, 20), (20_000, 28, 280)],
)
def test_the_number_of_districts_and_towns_follows_the_number_of_grids(grids: int, districts: int, towns: int) -> None:
    made = city(grids)
    assert (len(made.districts), sum(1 for _ in made.towns)) == (districts, towns)
    assert len(made.root) == (4 if districts > 1 else 6)


@pytest.mark.parametrize("grids", [28, 708, 20_000])
def test_names_are_unique_where_they_must_be_and_have_an_english_one(grids: int) -> None:
    made = city(grids)
    towns = [town.name for town in made.towns]
    districts = [district.name for district in made.districts]
    assert len(set(towns)) == len(towns)
    assert len(set(districts)) == len(districts)
    assert len({grid.name for grid in grids_of(made)}) == grids
    for town in made.towns:
        names = [community.name for community in town.communities]
        assert len(set(names)) == len(names)
        assert all(
            name.endswith("村" if c.kind is RegionKind.VILLAGE else "社区")
            for name, c in zip(names, town.communities, strict=True)
        )
        assert all(community.name_en.isascii() and community.name_en for community in town.communities)


def test_the_places_people_know_come_first_and_keep_their_codes() -> None:
    names = {community.code: community.name for town in city(28).towns for community in town.communities}
    whole = {community.code: community.name for town in city(708).towns for community in town.communities}
    assert names["990181001001"] == "学府社区"
    assert {"湖景社区", "药王巷社区", "陈家村", "石桥头村", "上坝村"} <= set(names.values())
    assert names.items() <= whole.items()
    assert {"码头社区", "机床厂社区", "海棠社区"} <= set(whole.values())


def test_grids_are_named_by_town_community_and_number_and_special_ones_by_what_they_are() -> None:
    names = {grid.name for grid in grids_of(city(708))}
    assert "文昌街道学府社区第03网格" in names
    assert "开发区兴业社区电子产业园专属网格" in names


def test_the_same_arguments_make_the_same_plan_and_another_seed_another() -> None:
    assert city(120) == city(120)
    assert city(120) != city(120, seed=2)
    assert [town.name for town in city(120).towns] == [town.name for town in city(120, seed=2).towns]


@pytest.mark.parametrize("grids", [0, 6, 20_001, -1])
def test_a_number_of_grids_out_of_bounds_is_refused_with_the_bounds(grids: int) -> None:
    with pytest.raises(Trouble, match="7 to 20000"):
        city(grids)


def test_english_names_are_spelled_with_their_ending_translated() -> None:
    english = English(
        {"社区": "Community", "大道": "Avenue", "道": "Way", "花园": "Garden"}, {"二期": "Phase 2", "#组": "Group #"}
    )
    assert english.of("锦绣花园二期") == "Jinxiu Garden Phase 2"
    assert english.of("学府社区") == "Xuefu Community"
    assert english.of("滨江大道") == "Binjiang Avenue"
    assert english.of("石桥头5组") == "Shiqiaotou Group 5"
    assert english.of("石桥头第5队") == "Shiqiaotoudi 5 Dui"
    assert english.of("社区") == "Shequ"


def test_shares_are_whole_numbers_that_make_the_total() -> None:
    assert shared(10, [1, 1, 1]) == [4, 3, 3]
    assert shared(7, [100, 1, 1], least=1) == [5, 1, 1]
    assert shared(3, [0.1, 0.1, 9.0], least=1) == [1, 1, 1]


def test_fresh_names_take_the_pinned_ones_first_and_none_twice() -> None:
    assert fresh(["甲", "乙"], iter(["乙", "丙", "丙", "丁"]), 4) == ["甲", "乙", "丙", "丁"]
    assert fresh(["甲", "乙"], iter(["丙"]), 1) == ["甲"]


def test_draws_of_one_thing_do_not_change_those_of_another() -> None:
    assert dice(1, "a").random() == dice(1, "a").random() != dice(1, "b").random()


# the recipe itself


def broken(folder: Path, old: str, new: str) -> str:
    """What is said of the shipped recipe with one change."""
    for name in ("recipe.yaml", "city.yaml", "regions.csv"):
        (folder / name).write_bytes((demo_pack() / name).read_bytes())
    text = (folder / "recipe.yaml").read_text("utf-8")
    assert old in text
    (folder / "recipe.yaml").write_text(text.replace(old, new, 1), "utf-8")
    with pytest.raises(Trouble) as caught:
        recipe.read(folder)
    return str(caught.value)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("ground: {lon: 124.0, lat: 29.0}", "ground: {lon: 124.0}", "recipe.yaml: ground.lat is missing"),
        ("ground: {lon: 124.0,", "ground: {lon: east,", "ground.lon is not what it should be"),
        ("ground: {lon: 124.0,", "ground: {lon: true,", "ground.lon is not what it should be"),
        ("    kind: street", "    kind: road", "towns[1].kind is not what it should be"),
        ("    residents: 142000", "    people: 142000", "there is no key towns[1].people"),
        ("  - [学府路, 东湖路]", "  - [学府路]", "crossings[1] is not what it should be"),
        ("  - [学府路, 东湖路]", "  - [学府路, 长江路]", "crossings names 长江路"),
        ("order: [文昌街道, 东湖街道,", "order: [文昌街道, 文昌街道,", "order must name every town once"),
        ("order: [文昌街道,", "order: [武昌街道,", "order names 武昌街道"),
        ("ground: {lon: 124.0, lat: 29.0}", "ground: {lon: 124.0, lat: 29.0", "recipe.yaml cannot be read"),
    ],
)
def test_a_wrong_recipe_is_told_with_file_and_key(tmp_path: Path, old: str, new: str, said: str) -> None:
    assert said in broken(tmp_path, old, new)


def test_a_pack_without_a_recipe_is_no_pattern(tmp_path: Path) -> None:
    with pytest.raises(Trouble, match=r"holds no recipe\.yaml"):
        recipe.read(tmp_path)


def test_a_recipe_that_is_no_mapping_is_refused(tmp_path: Path) -> None:
    (tmp_path / "recipe.yaml").write_text("- 1\n", "utf-8")
    with pytest.raises(Trouble, match="is no mapping"):
        recipe.read(tmp_path)


def test_pinyin_keeps_syllables_apart() -> None:
    english = English(RECIPE.english, RECIPE.english_parts)
    assert english.of("江岸路") == "Jiang'an Road"
    assert english.of("长安街道") == "Chang'an Subdistrict"
    assert english.of("樱桃社区") == "Yingtao Community"
