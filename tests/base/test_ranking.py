"""What a person who types a few signs is offered, in tables."""

from __future__ import annotations

import pytest

from civigrid.base.ranking import Rank, best, findable, rank, typed

WENCHANG = findable("street", code="990181001", names=["文昌街道", "Wenchang Street"], aliases=["老城区", "文昌街办"])
GRID = findable("grid", code="990181001001003", names=["文昌街道学府社区第03网格", "Xuefu Community Grid 03"])
CITY_MANAGEMENT = findable(
    "bureau", code="2020", names=["市城市管理局(综合行政执法局)", "City Management Bureau"], aliases=["城管局"]
)
LAMPS = findable("lamps", code="4001", names=["市政设施管理中心(路灯)"])
THINGS = [WENCHANG, GRID, CITY_MANAGEMENT, LAMPS]


@pytest.mark.parametrize(
    ("text", "thing", "expected"),
    [
        ("990181001", WENCHANG, Rank.CODE),
        ("99018", WENCHANG, Rank.CODE_START),
        ("９９０１８１００１", WENCHANG, Rank.CODE),  # typed with full-width digits
        ("文昌街道", WENCHANG, Rank.NAME),
        ("文昌", WENCHANG, Rank.NAME_START),
        ("昌街", WENCHANG, Rank.NAME_PART),
        ("Wenchang St", WENCHANG, Rank.NAME_START),
        ("street", WENCHANG, Rank.SPELLED_INSIDE),
        ("reet", WENCHANG, None),  # English words are found from their beginning
        ("wcjd", WENCHANG, Rank.INITIALS),
        ("WCJD", WENCHANG, Rank.INITIALS),
        ("wenchangjiedao", WENCHANG, Rank.SPELLED),
        ("wenchangj", WENCHANG, Rank.SPELLED),
        ("wen chang jie", WENCHANG, Rank.SPELLED),
        ("wenchjd", WENCHANG, Rank.SPELLED),
        ("jiedao", WENCHANG, Rank.SPELLED_INSIDE),
        ("jd", WENCHANG, Rank.SPELLED_INSIDE),
        ("j", WENCHANG, None),  # one letter in the middle fits half the city
        ("enchang", WENCHANG, None),  # no syllable begins there
        ("wcjdx", WENCHANG, None),
        ("老城", WENCHANG, Rank.ALIAS),
        ("laocheng", WENCHANG, Rank.ALIAS),
        ("lcq", WENCHANG, Rank.ALIAS),
        ("城管局", CITY_MANAGEMENT, Rank.ALIAS),
        ("cgj", CITY_MANAGEMENT, Rank.ALIAS),
        ("学府 03", GRID, Rank.NAME_PART),
        ("03 学府", GRID, Rank.NAME_PART),
        ("xuefu 03", GRID, Rank.NAME_PART),
        ("xuefu 04", GRID, None),
        ("学府 东湖", GRID, None),
        ("路灯", LAMPS, Rank.NAME_PART),
        ("ludeng", LAMPS, Rank.SPELLED_INSIDE),
        ("'; DROP TABLE directory_unit; --", LAMPS, None),
        ("😀", WENCHANG, None),
    ],
)
def test_rank(text: str, thing: object, expected: Rank | None) -> None:
    assert rank(thing, typed(text).split()) == expected  # type: ignore[arg-type]


@pytest.mark.parametrize("text", ["", "   ", "\u3000", "\t\n"])
def test_nothing_typed_finds_nothing(text: str) -> None:
    assert best(THINGS, text, 10) == []


def test_the_best_come_first_and_no_more_than_asked_for() -> None:
    assert best(THINGS, "wc", 10) == ["street", "grid"], "both begin so: the shorter name first"
    assert best(THINGS, "wc", 1) == ["street"]
    assert best(THINGS, "4001", 10) == ["lamps"]


def test_alike_ones_keep_their_order() -> None:
    twins = [findable(place, code=str(place), names=["学府路118号"]) for place in (7, 3, 5)]
    assert best(twins, "学府路", 10) == [7, 3, 5]


def test_an_endless_text_is_cut_and_a_knotty_one_is_answered_at_once() -> None:
    assert len(typed("长" * 10_000)) == 60
    knot = findable("knot", code="1", names=["aaa " * 40])
    assert best([knot] * 300, "a" * 59 + "b", 5) == []


def test_a_thing_without_a_name_is_found_by_its_code() -> None:
    assert best([findable("bare", code="X-9", names=["", ""])], "x-", 5) == ["bare"]
