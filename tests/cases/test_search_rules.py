"""Two signs in a row are found, wherever they stand; what is marked is what was written."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from civigrid.base.errors import Refused
from civigrid.base.permissions import NOWHERE, Scope
from civigrid.cases.rules import Indexed, Piece, Wanted, Whether, folded, lexemes, marked, question, terms
from civigrid.catalog.rules import Family


def case(*texts: str, **more: object) -> Indexed:
    known: dict[str, object] = {
        "case_id": 300_000, "number": "YT20261120000123", "family": Family.HOTLINE, "open": True, "matter_id": 7, "source": "01",
        "region_code": "990181001003", "unit_ids": (4, 5), "texts": texts,
    }  # fmt: skip
    return Indexed(**(known | more))  # type: ignore[arg-type]


def test_words_are_folded_alike() -> None:
    assert folded("东湖路 88号\n ＬＥＤ") == "东湖路88号led"


def test_the_index_holds_pairs_of_signs_and_marks() -> None:
    found = lexemes(case("路灯不亮, LED 3号"))
    assert {"路灯", "灯不", "不亮", "le", "ed", "d3", "3号"} <= found
    assert {"=r990181001", "=r990181001003", "=u4", "=u5", "=m7", "=fhotline", "=s01", "=o", "#0001", "#0123"} <= found
    assert {"~a73", "~b9", "~c1"} <= found
    assert not any("亮," in each or " " in each or not each for each in found)


def test_a_closed_case_is_not_marked_as_open() -> None:
    assert "=o" not in lexemes(case("路灯", open=False))


def test_erased_words_leave_no_trace() -> None:
    assert lexemes(case("")) == {each for each in lexemes(case("路灯不亮")) if each[0] in "#~="}


@pytest.mark.parametrize("query", ["", " ", "路", "。。", "a b c", "路 灯"])
def test_what_has_no_two_signs_in_a_row_is_refused(query: str) -> None:
    with pytest.raises(Refused) as refused:
        terms(query)
    assert refused.value.code == "too_short"


def test_too_many_words_are_refused() -> None:
    with pytest.raises(Refused) as refused:
        terms("一一 二二 三三 四四 五五 六六 七七")
    assert refused.value.code == "too_many_words"


@pytest.mark.parametrize(
    ("query", "sure"), [("路灯", [True]), ("路灯坏", [False]), ("3号 路灯", [True, True]), ("路-灯坏", [False])]
)
def test_only_two_signs_are_sure_by_the_index_alone(query: str, sure: list[bool]) -> None:
    assert [term.sure for term in terms(query)] == sure


def test_a_question_names_scope_and_filters() -> None:
    asked = question(terms("路灯"), Wanted(whether=Whether.OPEN, matter_id=7), Scope(regions=("990181001",)))
    assert asked == "(('路灯')) & '=o' & '=m7' & ('=r990181001')"
    of_unit = question(terms("路灯"), Wanted(), Scope(units=(4, 9)))
    assert of_unit == "(('路灯')) & ('=u4' | '=u9')"
    assert "nobody" in question(terms("路灯"), Wanted(), NOWHERE)


def test_a_prefix_between_two_levels_is_asked_by_the_level_above() -> None:
    assert "'=r990181'" in question(terms("路灯"), Wanted(), Scope(regions=("9901810",)))


def test_signs_of_the_query_language_are_words_like_others() -> None:
    assert question(terms("a'b'cd & e|f"), Wanted(), Scope(regions=("",))).count("'cd'") == 1


def test_marks_stand_around_what_was_written() -> None:
    assert marked("东湖路 ８8号路灯", terms("88号路")) == [
        Piece("东湖路 "), Piece("８8号路", hit=True), Piece("灯"),
    ]  # fmt: skip


def test_a_long_text_is_cut_around_the_first_hit() -> None:
    found = marked("前" * 100 + "路灯" + "后" * 100, terms("路灯"), around=10)
    assert [piece.text for piece in found] == ["…", "前" * 10, "路灯", "后" * 28, "…"]


@given(st.text(max_size=60), st.text(min_size=1, max_size=8))
def test_marking_loses_nothing_and_marks_only_what_was_asked(text: str, query: str) -> None:
    try:
        asked = terms(query)
    except Refused:
        return
    found = marked(text, asked)
    assert "".join(piece.text for piece in found) == text
    for piece in found:
        if piece.hit:
            assert any(term.text in folded(piece.text) for term in asked)


@given(st.text(alphabet="路灯不亮坏了aB1 ,。", max_size=30), st.integers(0, 29), st.integers(2, 8))
def test_every_piece_of_a_text_is_asked_for_by_words_that_are_in_its_index(text: str, at: int, size: int) -> None:
    piece = "".join(text.split())[at : at + size]
    held = lexemes(case(text))
    try:
        asked = terms(piece)
    except Refused:
        return
    assert all(set(term.pairs) <= held for term in asked)


def test_of_the_scope_only_what_lies_in_the_wanted_region_is_asked_for() -> None:
    two = Scope(regions=("990181001", "990181002"), units=(4,))
    assert question(terms("路灯"), Wanted(region="990181002003"), two) == question(
        terms("路灯"), Wanted(region="990181002003"), Scope(regions=("",))
    )
    assert "'=r990181001'" not in question(terms("路灯"), Wanted(region="9901810020"), two)
    elsewhere = question(terms("路灯"), Wanted(region="990181003"), two)
    assert "=r990181001" not in elsewhere
    assert "'=u4'" in elsewhere
    assert "nobody" in question(terms("路灯"), Wanted(region="990181003"), Scope(regions=("990181001",)))
    assert "'=r990181001' | '=r990181002'" in question(terms("路灯"), Wanted(region="990181"), two)
