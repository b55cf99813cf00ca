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
        ("street", WENCHANG, Rank.SYLLABLES_INSIDE),
        ("stre", WENCHANG, Rank.SPELLED_INSIDE),
        ("reet", WENCHANG, None),  # English words are found from their beginning
        ("wcjd", WENCHANG, Rank.SOUND),
        ("WCJD", WENCHANG, Rank.SOUND),
        ("wcj", WENCHANG, Rank.INITIALS),
        ("wenchangjiedao", WENCHANG, Rank.SOUND),
        ("wenchangj", WENCHANG, Rank.SPELLED),
        ("wen chang jie", WENCHANG, Rank.SYLLABLES),
        ("wenchjd", WENCHANG, Rank.SPELLED),
        ("jiedao", WENCHANG, Rank.SYLLABLES_INSIDE),
        ("jd", WENCHANG, Rank.SPELLED_INSIDE),
        ("j", WENCHANG, None),  # one letter in the middle fits half the city
        ("enchang", WENCHANG, None),  # no syllable begins there
        ("wcjdx", WENCHANG, None),
        ("老城", WENCHANG, Rank.ALIAS_START),
        ("老城区", WENCHANG, Rank.ALIAS),
        ("城区", WENCHANG, Rank.ALIAS_PART),
        ("laocheng", WENCHANG, Rank.ALIAS_PART),
        ("lcq", WENCHANG, Rank.ALIAS_START),
        ("城管局", CITY_MANAGEMENT, Rank.ALIAS),
        ("cgj", CITY_MANAGEMENT, Rank.ALIAS_START),
        ("学府 03", GRID, Rank.NAME_PART),
        ("03 学府", GRID, Rank.NAME_PART),
        ("xuefu 03", GRID, Rank.NAME_PART),
        ("xuefu 04", GRID, None),
        ("学府 东湖", GRID, None),
        ("路灯", LAMPS, Rank.NAME_PART),
        ("ludeng", LAMPS, Rank.SYLLABLES_INSIDE),
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


def test_what_is_meant_whole_comes_first() -> None:
    """城管 is what everybody calls the bureau; 小李 is not 小廖, though 廖 begins with li."""
    brigade = findable("brigade", code="1", names=["城管执法大队"])
    bureau = findable("bureau", code="2", names=["市城市管理局"], aliases=["城管"])
    sells = findable("inside", code="3", names=["老城管市场"])
    assert best([sells, brigade, bureau], "城管", 5) == ["bureau", "brigade", "inside"]
    liao, li = findable("liao", code="", names=["小廖"]), findable("li", code="", names=["小李"])
    assert best([liao, li], "xiaoli", 5) == ["li", "liao"]
    assert best([liao, li], "xiaolia", 5) == ["liao"]
    officers = [findable(name, code="", names=[f"受理员{name}"]) for name in ("小廖", "小李")]
    assert best(officers, "xiaoli", 5) == ["小李", "小廖"]


def test_grids_stay_in_the_order_of_their_codes() -> None:
    grids = [findable(name, code="", names=[name]) for name in ("会展中心社区第03网格", "学府社区第03网格")]
    assert best(grids, "第03", 5, in_order=True) == ["会展中心社区第03网格", "学府社区第03网格"]
    assert best(grids, "第03", 5) == ["学府社区第03网格", "会展中心社区第03网格"]


def test_alike_ones_keep_their_order() -> None:
    twins = [findable(place, code=str(place), names=["学府路118号"]) for place in (7, 3, 5)]
    assert best(twins, "学府路", 10) == [7, 3, 5]


def test_an_endless_text_is_cut_and_a_knotty_one_is_answered_at_once() -> None:
    assert len(typed("长" * 10_000)) == 60
    knot = findable("knot", code="1", names=["aaa " * 40])
    assert best([knot] * 300, "a" * 59 + "b", 5) == []


def test_a_thing_without_a_name_is_found_by_its_code() -> None:
    assert best([findable("bare", code="X-9", names=["", ""])], "x-", 5) == ["bare"]
