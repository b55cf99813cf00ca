"""Weights of words for matters: linear support vectors, each matter against all others."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.svm import LinearSVC

from civigrid.classify.rules.model import weighed
from civigrid.classify.rules.training.counts import LEAST_REPORTS

Ints = NDArray[np.int64]
Floats = NDArray[np.float32]

MOST_WORDS = 20_000  # grams a model goes by; with more it is no better: .922 with 20,000, .916 with 30,000
MOST_CELLS = 12_000_000  # words x matters: 48 MB in each process, 24 MB stored
COST = 1.0
TOLERANCE = 0.1  # of the solver; a thousandth of it changes no figure and takes twice as long


@dataclass(frozen=True, slots=True)
class Fitted:
    """`words`: the columns of the counts that are gone by; `weights`: words x matters."""

    words: Ints
    idf: Floats
    weights: Floats
    bias: Floats

    def decisions(self, table: sparse.csr_matrix) -> tuple[Floats, NDArray[np.bool_]]:
        """(texts x matters, in which texts any word is known)."""
        read = weighed(table[:, self.words], self.idf)
        return np.asarray(read @ self.weights + self.bias, np.float32), np.diff(read.indptr) > 0


def fit(table: sparse.csr_matrix, matters: Ints, count: int) -> Fitted:
    """`matters`: 0 to `count` - 1, each there, at least two. The same examples always make the same model."""
    often = np.bincount(table.indices, minlength=table.shape[1])
    words = _telling(table, matters, count, often)
    idf = (np.log((1 + table.shape[0]) / (1 + often[words])) + 1).astype(np.float32)
    solver = LinearSVC(C=COST, tol=TOLERANCE, random_state=0).fit(weighed(table[:, words], idf), matters)
    weights, bias = solver.coef_.T, solver.intercept_
    if count == 2:  # one border is told from one side only
        weights, bias = np.hstack([-weights, weights]), np.array([-bias[0], bias[0]])
    return Fitted(words, idf, weights.astype(np.float32), bias.astype(np.float32))


def _telling(table: sparse.csr_matrix, matters: Ints, count: int, often: Ints) -> Ints:
    """The words whose counts differ most from matter to matter, by Pearson's chi-square; ascending."""
    shape = (count, table.shape[0])
    by_matter = sparse.csr_matrix((np.ones(shape[1], np.float32), (matters, np.arange(shape[1]))), shape=shape)
    observed = (by_matter @ table).tocoo()
    totals = np.bincount(observed.col, observed.data, table.shape[1])
    expected = (np.bincount(matters, minlength=count) / shape[1])[observed.row]
    score = np.bincount(observed.col, observed.data**2 / expected, table.shape[1]) / np.maximum(totals, 1) - totals
    score[often < LEAST_REPORTS] = -1
    most = min(MOST_WORDS, MOST_CELLS // count)
    best = np.argsort(-score, kind="stable")[:most]
    return np.sort(best[score[best] >= 0])
