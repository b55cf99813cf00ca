"""How often each gram occurs in each text, of the grams that enough texts share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from civigrid.classify.rules.grams import Ints, Keys, Vocabulary, learnable
from civigrid.classify.rules.model import counted
from civigrid.classify.rules.text import whole

LEAST_REPORTS = 3  # texts, no two alike, that a gram must occur in: what fewer say may be about one person
MOST_GRAMS = 500_000  # the commonest, from which the matters choose
CHUNK = 1_000  # texts at a time


@dataclass(frozen=True, slots=True)
class Counts:
    """`table`: texts x `keys`, numbers of 8 bits."""

    keys: Keys
    table: sparse.csr_matrix

    @classmethod
    def of(cls, texts: Sequence[tuple[str, str]]) -> Counts:
        """Two passes over the texts, so that no more than their numbers is ever held."""
        chunks = [texts[start : start + CHUNK] for start in range(0, len(texts), CHUNK)]
        keys = _shared(chunks)
        vocabulary = Vocabulary(keys)
        return cls(keys, sparse.vstack([_table(chunk, vocabulary) for chunk in chunks], format="csr"))


def _shared(chunks: Sequence[Sequence[tuple[str, str]]]) -> Keys:
    keys, times = np.zeros(0, np.uint64), np.zeros(0, np.int64)
    for chunk in chunks:
        rows, found = _grams(chunk)
        each, place = np.unique(found, return_inverse=True)
        cells = np.sort(rows * max(each.size, 1) + place)  # numpy's own `unique` hashes, which is slower than sorting
        once = cells[np.diff(cells, prepend=-1) > 0] % max(each.size, 1)
        both, place = np.unique(np.concatenate([keys, each]), return_inverse=True)
        added = np.concatenate([times, np.bincount(once, minlength=each.size)])
        keys, times = both, np.bincount(place, added, both.size).astype(np.int64)
    keys, times = keys[times >= LEAST_REPORTS], times[times >= LEAST_REPORTS]
    return np.sort(keys[np.argsort(-times, kind="stable")[:MOST_GRAMS]])


def _table(chunk: Sequence[tuple[str, str]], vocabulary: Vocabulary) -> sparse.csr_matrix:
    rows, found = _grams(chunk)
    numbers = vocabulary.find(found)
    there = numbers >= 0
    return counted(rows[there], numbers[there], (len(chunk), vocabulary.keys.size))


def _grams(chunk: Sequence[tuple[str, str]]) -> tuple[Ints, NDArray[np.uint64]]:
    return learnable([whole(*text) for text in chunk])
