"""Which reports are one: tables, no database."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from civigrid.link.rules import Said, links, same_report

NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
LONG = "小区门口的垃圾没人清理已经三天了臭气熏天请尽快处理"


def said(report_id: int, words: str = LONG, place: str = "", hours: float = 0, text: str | None = None) -> Said:
    """Reports with the same words and place have one digest; all words are the sender's own unless `text` is given."""
    own = words if text is None else text
    return Said(report_id, f"{words}|{place}".encode(), own, place, NOW + timedelta(hours=hours))


SAME = [
    ("copies of a telling text", said(2), said(1), True),
    ("also months later", said(2, hours=2000), said(1), True),
    ("few words without a place are two people", said(2, "路灯不亮"), said(1, "路灯不亮"), False),
    (
        "few words at one place on one day",
        said(2, "路灯不亮", "120.1 30.1", 23),
        said(1, "路灯不亮", "120.1 30.1"),
        True,
    ),
    ("also told in the wrong order", said(2, "路灯不亮", "120.1 30.1"), said(1, "路灯不亮", "120.1 30.1", 23), True),
    (
        "few words at one place, a week apart",
        said(2, "路灯不亮", "120.1 30.1", 168),
        said(1, "路灯不亮", "120.1 30.1"),
        False,
    ),
    (
        "a title of five words is not telling",
        said(2, "schedule a bulk item pickup"),
        said(1, "schedule a bulk item pickup"),
        False,
    ),
    ("a form without words is no copy", said(2, "", "120.1 30.1"), said(1, "", "120.1 30.1"), False),
    ("nor one whose matter has a long name", said(2, LONG, "p", text=""), said(1, LONG, "p", text=""), False),
    (
        "nor is one with the title of its type",
        said(2, "路灯不亮", "p", text=""),
        said(1, "路灯不亮", "p", text=""),
        False,
    ),
]


@pytest.mark.parametrize(("why", "new", "first", "same"), SAME)
def test_when_two_are_one(why: str, new: Said, first: Said, same: bool) -> None:
    assert same_report(new, first) is same, why


def firsts(batch: list[Said], known: dict[bytes, Said] | None = None) -> list[int | None]:
    return [link.first_id if link else None for link in links(batch, known or {})]


def test_within_a_batch_all_join_the_first() -> None:
    assert firsts([said(1), said(2), said(3, "路灯不亮"), said(4)]) == [None, 1, None, 1]


def test_an_open_case_is_joined_before_the_batch() -> None:
    assert firsts([said(5), said(6)], {said(1).digest: said(1)}) == [1, 1]


def test_a_report_never_joins_itself() -> None:
    assert firsts([said(1)], {said(1).digest: said(1)}) == [None]


def test_the_same_words_with_another_pin_are_another_thing() -> None:
    assert firsts([said(1, place="a"), said(2, place="b"), said(3, place="a")]) == [None, None, 1]


def test_what_is_no_copy_becomes_first_for_the_next() -> None:
    short = [said(n, "路灯不亮", "p", hours) for n, hours in ((1, 0), (2, 48), (3, 50))]
    assert firsts(short) == [None, None, 2]


one = st.builds(
    said,
    st.integers(1, 10**6),
    st.sampled_from([LONG, "路灯不亮", ""]),
    st.sampled_from(["", "p"]),
    st.floats(0, 100),
)


@given(st.lists(one, max_size=12, unique_by=lambda each: each.report_id))
def test_links_point_back_to_a_first_one(batch: list[Said]) -> None:
    found = links(batch, {})
    place = {each.report_id: n for n, each in enumerate(batch)}
    for n, link in enumerate(found):
        if link:
            assert link.report_id == batch[n].report_id
            assert place[link.first_id] < n
            assert found[place[link.first_id]] is None  # never a chain: the first one opened the case


@given(st.lists(one, max_size=12, unique_by=lambda each: each.report_id), st.integers(0, 12))
def test_where_a_batch_ends_makes_no_difference_to_telling_texts(batch: list[Said], border: int) -> None:
    telling = [each for each in batch if each.telling]
    early, late = telling[:border], telling[border:]
    before = links(early, {})
    known = {each.digest: each for each, link in zip(early, before, strict=True) if link is None}
    assert [*before, *links(late, known)] == links(telling, {})
