"""From a city's past to a model with its calibration and its figures."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from civigrid.classify.rules.calibration import Calibration, Weighed
from civigrid.classify.rules.finder import Finder
from civigrid.classify.rules.matcher import Matcher
from civigrid.classify.rules.model import Model
from civigrid.classify.rules.past import LEAST_COMPARED, SLACK, Past, known, require_enough
from civigrid.classify.rules.training.calibrating import Lesson, calibrated
from civigrid.classify.rules.training.counts import Counts
from civigrid.classify.rules.training.figures import Answers, Figures, answers, by_matter, figures
from civigrid.classify.rules.training.fitting import Fitted, fit

FOLDS = 3
MOST_LESSONS = 4_000  # newest reports that the calibration is fitted on; more make it no better, only larger
CHUNK = 500
STEPS = FOLDS + 4  # counting, the folds, the trial, the figures, the model

Ints = NDArray[np.int64]
Progress = Callable[[int], None]  # told how many of the STEPS are done
# reads a decision as it is: what the confidence would be worth without calibration
RAW = Calibration(np.array([1.0, 0.0, -30.0, 0.0, 0.0]), np.array([0.0, 1.0]), np.array([0.0, 1.0]))


@dataclass(frozen=True, slots=True)
class Decided:
    """What a fit says of reports it has not seen: their places in the past, decisions by matter, and in which texts it
    knows a word."""

    rows: Ints
    decisions: NDArray[np.float32]
    read: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Learnt:
    """The model fitted on everything, its `trial` twin that has not seen the held-out reports, and what the twin
    answered about them. `raw`: the same answers with the decisions taken for probabilities.
    """

    model: Model
    trial: Finder
    figures: Figures
    raw: Figures
    words: Figures
    answers: Answers


@dataclass(frozen=True, slots=True)
class Compared:
    """A new model and what is in use, on the same reports."""

    new: Figures
    present: Figures
    no_worse: bool


class Study:
    """A past, counted once; `matcher` and `codes` (by matter id) are those of today's catalogue."""

    def __init__(self, past: Past, matcher: Matcher, codes: Mapping[int, str]) -> None:
        self.past, self.matcher, self.codes = past, matcher, codes
        self.counts = Counts.of(past.texts)
        self.place = {matter: column for column, matter in enumerate(matcher.ids)}

    def fit(self, rows: Ints, matters: Sequence[int]) -> Fitted:
        """On the reports among `rows` that are about one of `matters` (ascending ids)."""
        mine = rows[np.isin(self.past.matters[rows], matters)]
        return fit(self.counts.table[mine], np.searchsorted(matters, self.past.matters[mine]), len(matters))

    def decided(self, fitted: Fitted, rows: Ints) -> Decided:
        return Decided(rows, *fitted.decisions(self.counts.table[rows]))

    def lesson(self, decided: Sequence[Decided], matters: Sequence[int], rows: Ints) -> Lesson:
        """`rows`: what the fits learnt from, which says how a matter's share there differs from its share in life."""
        seen = np.concatenate([each.rows for each in decided])
        amounts = [
            self.matcher.evidence([self.past.texts[row] for row in seen[start : start + CHUNK]])
            for start in range(0, seen.size, CHUNK)
        ]
        often = self._often(rows)
        return Lesson(
            Weighed.of(
                np.concatenate([each.decisions for each in decided]).astype(np.float64),
                self.prior(matters, rows),
                np.array([self.place[matter] for matter in matters], dtype=np.int64),
                read=np.concatenate([each.read for each in decided]),
                amounts=np.concatenate(amounts),
            ),
            np.array([self.place[int(matter)] for matter in self.past.matters[seen]], dtype=np.int64),
            np.array([often.get(int(matter), 1.0) for matter in self.past.matters[seen]]),
        )

    def prior(self, matters: Sequence[int], rows: Ints) -> NDArray[np.float64]:
        often = self._often(rows)
        return np.asarray(np.log([often[matter] for matter in matters]), np.float64)

    def _often(self, rows: Ints) -> dict[int, float]:
        """For how many reports of life one of `rows` stands, by matter; 1 on average."""
        ids, counts = np.unique(self.past.matters[rows], return_counts=True)
        life = np.array([max(self.past.life.get(int(matter), 0), 1) for matter in ids])
        times = life / life.sum() / (counts / counts.sum())
        return dict(zip(ids.tolist(), times.tolist(), strict=True))

    def model(self, fitted: Fitted, matters: Sequence[int], rows: Ints, calibration: Calibration) -> Model:
        return Model(
            codes=tuple(self.codes[matter] for matter in matters),
            keys=self.counts.keys[fitted.words],
            idf=fitted.idf,
            weights=fitted.weights,
            bias=fitted.bias,
            prior=self.prior(matters, rows).astype(np.float32),
            calibration=calibration,
            facts={},
        )

    def finder(self, model: Model | None) -> Finder:
        return Finder(self.matcher, model, {code: matter for matter, code in self.codes.items()})


def folds(matters: Ints) -> Ints:
    """For each report the fold it is held out in: every matter is spread evenly over all folds and over time."""
    order = np.argsort(matters, kind="stable")
    grouped = matters[order]
    starts = np.searchsorted(grouped, grouped)
    fold = np.empty(matters.size, np.int64)
    fold[order] = (np.arange(matters.size) - starts) % FOLDS
    return fold


def tried(study: Study, rows: Ints, progress: Progress) -> tuple[Fitted, list[int], list[Decided]]:
    """A fit on `rows`, the matters it knows, and what fits on two thirds of them say of the newest of the others; also
    of reports about matters too rare to be learnt."""
    matters = known(study.past.matters[rows])
    common = np.isin(study.past.matters[rows], matters)
    mine, rare = rows[common], rows[~common]
    fold, late = folds(study.past.matters[mine]), mine >= mine[-MOST_LESSONS:][0]
    decided = []
    for number in range(FOLDS):
        part = study.fit(mine[fold != number], matters)
        decided.append(study.decided(part, mine[(fold == number) & late]))
        progress(number + 2)
    whole = study.fit(mine, matters)
    decided.append(study.decided(whole, rare[rare >= mine[late][0]]))
    progress(FOLDS + 2)
    return whole, matters, decided


def learn(
    past: Past,
    *,
    matcher: Matcher,
    codes: Mapping[int, str],
    bar: float,
    progress: Progress = lambda _: None,
) -> Learnt:
    """Raises Refused("history_too_small"). `past` has matters of today's catalogue only; `bar`: the city's. The model is
    still without facts.
    """
    require_enough(past.matters[past.older])
    with threadpool_limits(1):  # whatever else the machine does has the other processors
        return _learnt(past, matcher, codes, bar, progress)


def _learnt(past: Past, matcher: Matcher, codes: Mapping[int, str], bar: float, progress: Progress) -> Learnt:
    older, newest = past.older, past.newest
    study = Study(past, matcher, codes)
    progress(1)
    fitted, matters, decided = tried(study, older, progress)
    trial = study.model(fitted, matters, older, calibrated(study.lesson(decided, matters, older)))
    held = [past.texts[row] for row in newest]
    given = answers(study.finder(trial), held, bar=bar)
    raw = answers(study.finder(replace(trial, calibration=RAW)), held, bar=bar)
    words = answers(study.finder(None), held, bar=bar)
    progress(FOLDS + 3)
    last = study.lesson([*decided, study.decided(fitted, newest)], matters, older)
    model = _final(study, np.concatenate([older, newest]), calibrated(last))
    progress(STEPS)
    right = past.matters[newest]
    return Learnt(model, study.finder(trial), figures(given, right), figures(raw, right), figures(words, right), given)


def _final(study: Study, rows: Ints, calibration: Calibration) -> Model:
    matters = known(study.past.matters[rows])
    mine = rows[np.isin(study.past.matters[rows], matters)]
    return study.model(study.fit(mine, matters), matters, mine, calibration)


def compare(past: Past, learnt: Learnt, present: Finder, *, since: int, bar: float) -> Compared:
    """The trial against what is in use, on the held-out reports after moment `since`, which neither has seen; where
    these are too few, on all held-out ones, which favours the one in use.
    """
    rows = past.newest
    unseen = rows[past.moments[rows] > since]
    rows = unseen if unseen.size >= LEAST_COMPARED else rows
    texts, right = [past.texts[row] for row in rows], past.matters[rows]
    new, old = (figures(answers(each, texts, bar=bar), right) for each in (learnt.trial, present))
    return Compared(new, old, new.accuracy >= old.accuracy - SLACK)


def told(learnt: Learnt, past: Past, codes: Mapping[int, str]) -> dict[str, Any]:
    """The figures as a model keeps them: of the held-out reports, by matter too."""
    right = past.matters[past.newest]
    ids, counts = np.unique(past.matters, return_counts=True)
    tried_on = by_matter(learnt.answers.found, right)
    return {
        "held": asdict(learnt.figures),
        "raw": asdict(learnt.raw),
        "words": asdict(learnt.words),
        "matters": [
            [codes[int(matter)], int(count), *tried_on.get(int(matter), (0, 0, 0))]
            for matter, count in zip(ids, counts, strict=True)
        ],
    }
