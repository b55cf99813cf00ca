"""How good a finder is on reports it has not seen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from civigrid.classify.rules.calibration import expected_error
from civigrid.classify.rules.finder import Finder
from civigrid.classify.rules.labels import is_sure

CHUNK = 500  # texts at a time
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Figures:
    """`accuracy`, `macro_f1`: of the first candidate; `ece`: of its confidence; `sure`: the share nobody need be asked
    about, and how many of those are right. All between 0 and 1 but `reports`.
    """

    reports: int
    accuracy: float
    macro_f1: float
    ece: float
    sure: float
    sure_right: float


@dataclass(frozen=True, slots=True)
class Answers:
    """The first candidate of each report (-1 for none), its confidence, and whether nobody need be asked."""

    found: Ints
    confidence: NDArray[np.float64]
    sure: NDArray[np.bool_]


def answers(finder: Finder, texts: Sequence[tuple[str, str]], *, bar: float) -> Answers:
    parts = (finder.find(texts[start : start + CHUNK]) for start in range(0, len(texts), CHUNK))
    found = [finding.candidates for part in parts for finding in part]
    return Answers(
        np.array([each[0].matter_id if each else -1 for each in found], dtype=np.int64),
        np.array([each[0].confidence if each else 0.0 for each in found], dtype=np.float64),
        np.array([bool(each) and is_sure(each, bar) for each in found], dtype=np.bool_),
    )


def figures(given: Answers, matters: Ints) -> Figures:
    """`matters`: the right ones."""
    right = given.found == matters
    sure = int(given.sure.sum())
    return Figures(
        reports=int(matters.size),
        accuracy=float(right.mean()) if right.size else 0.0,
        macro_f1=macro_f1(given.found, matters),
        ece=expected_error(given.confidence, right),
        sure=sure / max(right.size, 1),
        sure_right=float((right & given.sure).sum() / max(sure, 1)),
    )


def macro_f1(found: Ints, matters: Ints) -> float:
    """The mean over the matters there are of the harmonic mean of precision and recall."""
    each = by_matter(found, matters)
    return float(np.mean([2 * right / max(there + said, 1) for there, said, right in each.values()])) if each else 0.0


def by_matter(found: Ints, matters: Ints) -> dict[int, tuple[int, int, int]]:
    """Matter -> (how many there are, how many were said to be, how many of these are)."""
    return {
        int(matter): (
            int((matters == matter).sum()),
            int((found == matter).sum()),
            int(((found == matter) & (matters == matter)).sum()),
        )
        for matter in np.unique(matters)
    }
