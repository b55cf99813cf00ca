"""The words of a text that speak most for what was found in it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

MOST = 5  # words that are told
_LOOKED_AT = 16  # of the strongest; most of them overlap
_LEAST = 0.15  # of the strongest one's score: weaker ones tell little
_SHORTEST = 2  # a single character tells nobody why


def strongest(
    count: int, rows: NDArray[np.int64], scores: NDArray[np.float64], spelt: Callable[[int], str]
) -> list[tuple[str, ...]]:
    """For each of `count` texts at most `MOST` words, the strongest first, none within or overlapping another.

    Entry `e` is a word of the text `rows[e]` that speaks for its matter with `scores[e]`; `spelt(e)` is the word.
    """
    best = np.zeros(count)
    np.maximum.at(best, rows, scores)
    order = np.flatnonzero((scores > 0) & (scores >= _LEAST * best[rows]))
    order = order[np.lexsort((-scores[order], rows[order]))]
    starts = np.searchsorted(rows[order], np.arange(count + 1))
    chosen = (order[a : min(a + _LOOKED_AT, b)] for a, b in pairwise(starts.tolist()))
    return [_apart([spelt(entry) for entry in entries.tolist()]) for entries in chosen]


def _apart(words: Sequence[str]) -> tuple[str, ...]:
    told: list[str] = []
    for word in words:
        if len(word) >= _SHORTEST and not any(_same(word, other) for other in told):
            told.append(word)
    return tuple(told[:MOST])


def _same(word: str, other: str) -> bool:
    """Whether they are likely pieces of one phrase: 黑漆 and 漆漆 of 黑漆漆."""
    if word in other or other in word:
        return True
    return not word.isascii() and (word[-1] == other[0] or other[-1] == word[0])
