"""Which reports teach, how many of them are taken, and when it is time to learn."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from civigrid.base.errors import Refused
from civigrid.classify.rules import past
from civigrid.classify.rules.past import HELD_SHARE, MOST_HELD, Past, Taught, due, sampled

NOW = datetime(2026, 11, 20, tzinfo=UTC)


def taught(matters: list[int]) -> Taught:
    return Taught.of([(1000 + place, matter, place) for place, matter in enumerate(matters)])


def test_the_past_is_in_order_of_time() -> None:
    found = Taught.of([(1, 7, 30), (2, 8, 10), (3, 9, 10)])
    assert (found.reports.tolist(), found.matters.tolist()) == ([2, 3, 1], [8, 9, 7])
    assert Taught.of([]).reports.size == 0
    assert found.often() == {7: 1, 8: 1, 9: 1}


@given(st.lists(st.integers(1, 5), max_size=200), st.integers(60, 150))
def test_a_sample_is_the_newest_of_each_matter_and_the_newest_of_all(matters: list[int], most: int) -> None:
    chosen, held = sampled(taught(matters), most=most)
    places = (chosen.reports - 1000).tolist()
    assert held == min(int(len(matters) * HELD_SHARE), MOST_HELD)
    assert len(places) <= max(most, held) and places == sorted(places)
    assert places[len(places) - held :] == list(range(len(matters) - held, len(matters)))
    older = [place for place in places if place < len(matters) - held]
    counts = Counter(matters[place] for place in older)
    for matter, count in counts.items():
        every = [place for place in range(len(matters) - held) if matters[place] == matter]
        assert every[-count:] == [place for place in older if matters[place] == matter]
        assert count == len(every) or count == max(counts.values())


def test_of_the_same_words_only_the_newest_report_counts() -> None:
    texts = [("", "路灯不亮"), ("", "井盖没了"), ("", "路灯不亮"), ("", "路灯 不亮")]
    found = Past.of(texts, taught([1, 2, 3, 1]), held=2, life={1: 2, 2: 1, 3: 1})
    assert (list(found.texts), found.matters.tolist(), found.held) == (texts[1:], [2, 3, 1], 2)
    assert (found.older.tolist(), found.newest.tolist()) == ([0], [1, 2])


def test_a_small_past_is_refused_with_its_numbers() -> None:
    with pytest.raises(Refused) as no:
        past.require_enough(np.array([1] * 900 + [2] * 50 + [3] * 19))
    assert no.value.code == "history_too_small"
    assert (no.value.facts["found"], no.value.facts["usable"], no.value.facts["matters"]) == (969, 950, 2)
    past.require_enough(np.array([1] * 980 + [2] * 20))
    with pytest.raises(Refused):
        past.require_enough(np.array([1] * 5_000))  # one matter is nothing to tell apart


DUE = [
    (999, None, False),
    (1_000, None, True),
    (49, timedelta(days=300), False),
    (50, timedelta(days=30), True),
    (50, timedelta(days=29), False),
    (500, timedelta(days=1), True),
]


@pytest.mark.parametrize(("fresh", "ago", "expected"), DUE)
def test_when_it_is_time_to_learn(fresh: int, ago: timedelta | None, expected: bool) -> None:
    assert due(fresh=fresh, trained_at=NOW - ago if ago else None, now=NOW) is expected
