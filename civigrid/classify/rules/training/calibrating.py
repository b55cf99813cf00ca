"""Fitting a calibration: on decisions about reports that the deciding model had not seen."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from sklearn.isotonic import IsotonicRegression

from civigrid.classify.rules.calibration import USUAL, Calibration, Weighed, shares
from civigrid.classify.rules.matcher import TOP

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

# A matter the model has never seen must be found by the catalogue's words, against those it has. Nobody can wait for
# such reports to fit that on, so each report has a fifth of the matters hidden from it, as if they were new.
PARTS = 5
STRANGERS = 0.02  # of all reports are taken to be about a matter nobody has learnt
STIFFNESS = 1e-3  # how strongly the factors keep to their usual values
POINTS = 64  # of the table


@dataclass(frozen=True, slots=True)
class Lesson:
    """What was decided about reports not trained on. `truth`: the place of the right matter among today's; `weight`:
    how many reports of life each stands for.
    """

    weighed: Weighed
    truth: Ints
    weight: Floats


def calibrated(lesson: Lesson) -> Calibration:
    factors = _factors(lesson)
    return Calibration(factors, *_table(lesson, factors))


def _factors(lesson: Lesson) -> Floats:
    """The most likely ones: a conditional logit over the matters of each report, some of them hidden."""
    hidden, strange = _hidden(lesson)
    weighed, rows = hidden.weighed, np.arange(lesson.truth.size)
    possible = weighed.possible
    findable = possible[rows, lesson.truth]
    weight = np.where(strange, lesson.weight * _rarely(lesson.weight, strange), lesson.weight)[findable]
    terms, possible, truth = weighed.terms()[findable], possible[findable], lesson.truth[findable]
    weight = weight / max(weight.sum(), 1e-9)
    right = terms[np.arange(truth.size), truth]

    def loss(factors: Floats) -> tuple[float, Floats]:
        share = shares(terms, factors, possible)
        likely = np.log(np.maximum(share[np.arange(truth.size), truth], 1e-300))
        expected = np.einsum("nm,nmt->nt", share, terms)
        away = factors - USUAL
        return (
            float(-(weight * likely).sum() + STIFFNESS * (away**2).sum()),
            np.asarray((weight[:, None] * (expected - right)).sum(axis=0) + 2 * STIFFNESS * away, np.float64),
        )

    return np.asarray(minimize(loss, USUAL, jac=True, method="L-BFGS-B").x, np.float64)


def _hidden(lesson: Lesson) -> tuple[Lesson, NDArray[np.bool_]]:
    """The lesson with a part of the matters hidden from each report; the reports whose own matter was hidden."""
    weighed, rows = lesson.weighed, np.arange(lesson.truth.size)
    part = np.arange(weighed.known.shape[1]) % PARTS
    known = weighed.known & (part[None, :] != (rows % PARTS)[:, None])
    strange = weighed.known[rows, lesson.truth] & ~known[rows, lesson.truth]
    decisions = np.where(known, weighed.decisions, 0.0)
    return Lesson(Weighed(decisions, weighed.amounts, known, weighed.prior), lesson.truth, lesson.weight), strange


def _rarely(weight: Floats, strange: NDArray[np.bool_]) -> float:
    """What makes the strange reports `STRANGERS` of all."""
    return float(STRANGERS * weight.sum() / max(weight[strange].sum(), 1e-9))


def _table(lesson: Lesson, factors: Floats) -> tuple[Floats, Floats]:
    """How often a matter with such a share was the right one, rising. One right and one wrong case stand at the very
    top, so that no run of luck makes a machine certain."""
    weighed = lesson.weighed
    share = shares(weighed.terms(), factors, weighed.possible)
    order = np.argsort(-share, axis=1)[:, :TOP]
    read = np.take_along_axis(share, order, axis=1)
    right = (order == lesson.truth[:, None]).astype(np.float64)
    weight = np.repeat(lesson.weight / lesson.weight.mean(), order.shape[1])
    curve = IsotonicRegression(y_min=0.0, y_max=1.0).fit(
        np.r_[read.ravel(), 1.0, 1.0], np.r_[right.ravel(), 1.0, 0.0], np.r_[weight, 1.0, 1.0]
    )
    return _thinned(curve.X_thresholds_, curve.y_thresholds_)


def _thinned(read: Floats, right: Floats) -> tuple[Floats, Floats]:
    places = np.unique(np.linspace(0, read.size - 1, min(POINTS, read.size)).astype(np.int64))
    return np.asarray(read, np.float64)[places], np.asarray(right, np.float64)[places]
