"""What may be the same thing, and why: scores of pairs, the reasons that are told, and the cells around a point."""

import math
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from civigrid.link.rules import FLOOR, PER_DEGREE, RADIUS_M, ROW, Likeness, Suggestion, Thing, Wording, cells, suggest

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
LON, LAT = 120.0, 30.0
METRE = 1 / 111_320
LAMP = "学府路与文昌街路口的路灯不亮"


def thing(
    report_id: int, text: str = LAMP, *, north_m: float | None = 0.0, hours: float = 0.0, **more: object
) -> Thing:
    """`north_m`: metres north of the middle; None has no point."""
    values: dict[str, object] = {"matter_id": 1, "major": "市政设施", "region_code": "990181001001", **more}
    point = (None, None) if north_m is None else (LON, LAT + north_m * METRE)
    return Thing(report_id, NOW - timedelta(hours=hours), "", text, "", *point, **values)  # type: ignore[arg-type]


def score(new: Thing, other: Thing) -> float:
    return suggest(new, [other], floor=0.0)[0].score


def reasons(new: Thing, other: Thing) -> dict[str, float]:
    return {each.code.value: each.value for each in suggest(new, [other], floor=0.0)[0].because}


NEW = thing(0)


def test_the_same_words_at_the_same_place_and_time_are_certain() -> None:
    assert score(NEW, thing(1)) == pytest.approx(1.0)
    assert reasons(NEW, thing(1)) == {"distance": 0, "hours": 0, "same_matter": 1, "wording": 1}


def test_what_is_farther_away_later_of_another_matter_or_worded_otherwise_is_less_likely() -> None:
    best = score(NEW, thing(1))
    for worse in (
        thing(1, north_m=100),
        thing(1, hours=48),
        thing(1, matter_id=2),
        thing(1, matter_id=2, major="街面秩序"),
        thing(1, "井盖没了"),
        thing(1, north_m=None),
    ):
        assert 0 < score(NEW, worse) < best
    assert score(NEW, thing(1, matter_id=2)) > score(NEW, thing(1, matter_id=2, major="街面秩序"))


def test_the_formula_is_that_of_the_measurements() -> None:
    found = score(NEW, thing(1, north_m=50, hours=24, matter_id=2, major="街面秩序"))
    assert found == pytest.approx(math.exp(-1) * math.exp(-1) * 0.1 / 1.1, rel=1e-3)


def test_the_reasons_say_what_was_measured() -> None:
    said = reasons(NEW, thing(1, "文昌街口路灯坏了", north_m=14, hours=2, matter_id=2))
    assert said["distance"] == 14
    assert said["hours"] == 2
    assert said["same_class"] == 1
    assert 0.2 < said["wording"] < 0.9


def test_without_two_points_the_finest_common_region_counts() -> None:
    told = thing(0, north_m=None, grid_id=7)
    same_grid = thing(1, "另一件事", north_m=None, grid_id=7)
    community = thing(1, "另一件事", north_m=None)
    town = thing(1, "另一件事", north_m=None, region_code="990181001002")
    elsewhere = thing(1, "另一件事", north_m=None, region_code="990181009001")
    scores = [score(told, each) for each in (same_grid, community, town, elsewhere)]
    assert scores == sorted(scores, reverse=True)
    assert [next(iter(reasons(told, each))) for each in (same_grid, community, town, elsewhere)] == [
        "same_grid", "same_community", "same_town", "hours",
    ]  # fmt: skip


def test_only_the_likeliest_report_of_a_case_is_shown_and_at_most_so_many_cases() -> None:
    others = [thing(1, hours=5, group="A"), thing(2, hours=1, group="A"), thing(3, hours=2, group="B")]
    assert [(each.id, each.group) for each in suggest(NEW, others)] == [(2, "A"), (3, "B")]
    many = [thing(number, hours=number / 10) for number in range(1, 30)]
    assert [each.id for each in suggest(NEW, many, top=3)] == [1, 2, 3]


def test_what_is_hardly_likely_is_not_shown() -> None:
    assert suggest(NEW, [thing(1, "垃圾没人收", north_m=290, hours=160, matter_id=9, major="市容环境")]) == []
    assert suggest(NEW, []) == []


def test_the_likeliest_are_not_lost_among_many() -> None:
    crowd = [thing(number, "小区里有人遛狗不牵绳", north_m=None, hours=number % 100) for number in range(2, 300)]
    wanted = thing(1, LAMP, north_m=None, hours=30)
    assert suggest(thing(0, north_m=None), [*crowd, wanted])[0].id == 1


@given(
    st.lists(
        st.builds(
            thing,
            st.integers(1, 9),
            st.text(max_size=30),
            north_m=st.one_of(st.none(), st.floats(-3000, 3000)),
            hours=st.floats(-100, 500),
            matter_id=st.one_of(st.none(), st.integers(1, 3)),
            region_code=st.sampled_from(["", "990181", "990181001", "990181001001"]),
        ),
        max_size=6,
    ),
    st.text(max_size=30),
)
def test_scores_are_shares_and_in_order_whatever_is_said(others: list[Thing], text: str) -> None:
    found = suggest(thing(0, text), others)
    scores = [each.score for each in found]
    assert scores == sorted(scores, reverse=True)
    assert all(FLOOR <= each <= 1.0000001 for each in scores)
    assert all(_whole(each) for each in found)


def _whole(found: Suggestion) -> bool:
    codes = [each.code for each in found.because]
    return len(codes) == len(set(codes)) and {Likeness.HOURS, Likeness.WORDING} <= set(codes)


@given(st.floats(-179.9, 179.9), st.floats(-65, 65), st.floats(0, 2 * math.pi), st.floats(0, 1))
def test_the_cells_hold_every_point_of_the_circle(lon: float, lat: float, angle: float, part: float) -> None:
    metres = RADIUS_M * part
    north = metres * math.sin(angle) * METRE
    east = metres * math.cos(angle) * METRE / math.cos(math.radians(lat))
    there = math.floor((lat + north) * PER_DEGREE) * ROW + math.floor((lon + east) * PER_DEGREE)
    assert there in cells(lon, lat)
    assert len(cells(lon, lat)) <= 15


def test_the_wording_of_what_people_tell_alike() -> None:
    first, other, far = "东湖路下穿隧道积水,车都熄火了。", "隧道淹了 过不去", "电动车上牌周六能办吗,要带什么?"
    flood = Wording("", first)
    alike, unlike = flood.alike([("", other), ("", far)])
    assert alike > 2 * unlike
    assert flood.shared(first) == 1.0
    assert flood.shared("") == Wording("", "").shared(first) == 0.0
    assert Wording("", "").alike([("", "")]) == [0.0]


def test_a_title_counts_half_where_both_have_one() -> None:
    asked = Wording("反映路灯不亮", "反映路灯不亮 学府路一到晚上就黑")
    same, none = asked.alike([("反映路灯不亮", "反映路灯不亮 东湖边上有人钓鱼"), ("", "东湖边上有人钓鱼")])
    assert same > 0.5 > none
