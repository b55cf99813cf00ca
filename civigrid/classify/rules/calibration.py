"""One probability for each matter of a text, from what a model decided and what the catalogue's words say.

Matter `m` of a text gets `z = decision * d + words * w + prior * log(share in life / share among the examples)` if the
model knows it, else, where a word of the catalogue speaks for it, `z = unseen + unseen_words * w`; `d` is the model's
distance from its border, `w = 1 - exp(-evidence)`. The softmax over a text's matters (a conditional logit, McFadden
1974) is then read through a monotone table, isotonic in how often such a matter was the right one. Everything is
fitted on reports the model was not trained on (`training`). So .8 means: four in five of these were right.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

# the terms of z, in the order of `Calibration.factors`; where the fit starts, and keeps to where it learns nothing
TERMS = ("decision", "words", "unseen", "unseen_words", "prior")
USUAL = np.array([3.0, 1.0, 0.0, 3.0, 1.0])


@dataclass(frozen=True, slots=True)
class Weighed:
    """What speaks for each matter of today: texts x matters. `known`: those the model says something about; `prior`:
    by matter, the logarithm of how much more frequent it is in life than among the examples.
    """

    decisions: Floats
    amounts: Floats
    known: Flags
    prior: Floats

    @classmethod
    def of(cls, decisions: Floats, prior: Floats, columns: Ints, *, read: Flags, amounts: Floats) -> Weighed:
        """Column `c` of `decisions` and of `prior` is today's matter `columns[c]`. `read`: the texts in which the model
        knows a word; of the others it says nothing. `amounts`: the evidence of the catalogue's words.
        """
        spread, known, ratio = np.zeros(amounts.shape), np.zeros(amounts.shape, np.bool_), np.zeros(amounts.shape[1])
        spread[:, columns], known[:, columns], ratio[columns] = decisions, read[:, None], prior
        return cls(spread, amounts, known, ratio)

    @property
    def possible(self) -> Flags:
        """The matters that anything speaks for: all the model knows, and those a word of the catalogue names."""
        return self.known | (self.amounts > 0)

    def terms(self) -> NDArray[np.float32]:
        """Texts x matters x `TERMS`."""
        words, stranger = -np.expm1(-self.amounts), ~self.known
        columns = (
            np.where(self.known, self.decisions, 0.0),
            np.where(self.known, words, 0.0),
            stranger,
            np.where(stranger, words, 0.0),
            np.where(self.known, self.prior, 0.0),
        )
        return np.stack([column.astype(np.float32) for column in columns], axis=2)


def shares(terms: NDArray[np.float32], factors: Floats, possible: Flags) -> Floats:
    """The softmax over the possible matters of each text; a text without any has zeros."""
    z = np.where(possible, terms @ factors, -np.inf)
    best = z.max(axis=1, keepdims=True, initial=-np.inf)
    odds = np.exp(z - np.where(np.isfinite(best), best, 0.0))
    return np.asarray(odds / np.maximum(odds.sum(axis=1, keepdims=True), 1e-300))


@dataclass(frozen=True, slots=True)
class Calibration:
    """`factors` of the `TERMS`; `read` -> `right`: the table from a softmax share to a probability, both rising."""

    factors: Floats
    read: Floats
    right: Floats

    def confidence(self, weighed: Weighed) -> Floats:
        """Texts x matters: how likely each is the right one; 0 where nothing speaks for it."""
        possible = weighed.possible
        share = shares(weighed.terms(), self.factors, possible)
        return np.where(possible, np.interp(share, self.read, self.right), 0.0)


def expected_error(confidence: Floats, right: Flags, bins: int = 15) -> float:
    """ECE (Guo et al. 2017): how far confidence and share of right ones lie apart, on average over equal bins."""
    if not confidence.size:
        return 0.0
    place = np.minimum((confidence * bins).astype(np.int64), bins - 1)
    gaps = np.bincount(place, confidence - right, bins)
    return float(np.abs(gaps).sum() / confidence.size)
