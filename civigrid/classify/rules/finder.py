"""What a batch of texts is about, by the catalogue's words and, where there is one, by the model of the city's past."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from civigrid.classify.rules.calibration import Weighed
from civigrid.classify.rules.labels import Finding, How
from civigrid.classify.rules.matcher import LEAST, TOP, Candidate, Evidence, Matcher
from civigrid.classify.rules.model import Model

Ints = NDArray[np.int64]


class Finder:
    """`ids`: the matters of today by their code. A matter the model knows and the catalogue does not is left out."""

    def __init__(self, matcher: Matcher, model: Model | None, ids: Mapping[str, int]) -> None:
        self._matcher, self._model = matcher, model
        self._place = {matter_id: column for column, matter_id in enumerate(matcher.ids)}
        codes = model.codes if model else ()
        both = [(self._place[ids[code]], number) for number, code in enumerate(codes) if ids.get(code) in self._place]
        self._columns = np.array([column for column, _ in both], dtype=np.int64)  # of today's matters
        self._numbers = np.array([number for _, number in both], dtype=np.int64)  # of the same ones in the model

    def find(self, texts: Sequence[tuple[str, str]]) -> list[Finding]:
        """One finding per (title, text), in their order."""
        evidence = self._matcher.read(texts)
        if self._model is None or not self._columns.size or not texts:
            return self._by_words(evidence)
        return self._by_both(self._model, texts, evidence)

    def _by_words(self, evidence: Evidence) -> list[Finding]:
        found = evidence.candidates()
        best = [self._place[candidates[0].matter_id] if candidates else -1 for candidates in found]
        because = evidence.because(np.array(best, dtype=np.int64))
        return [_finding(candidates, How.WORDS, words) for candidates, words in zip(found, because, strict=True)]

    def _by_both(self, model: Model, texts: Sequence[tuple[str, str]], evidence: Evidence) -> list[Finding]:
        read = model.read(texts)
        weighed = Weighed.of(
            model.decisions(read)[:, self._numbers].astype(np.float64),
            model.prior[self._numbers].astype(np.float64),
            self._columns,
            read=np.diff(read.indptr) > 0,
            amounts=evidence.amounts,
        )
        confidence = model.calibration.confidence(weighed)
        order = np.argsort(-confidence, axis=1, kind="stable")[:, :TOP]
        best = np.take_along_axis(confidence, order, axis=1)
        first = order[:, 0]
        learnt = weighed.known[np.arange(len(texts)), first]
        numbers = np.full(len(self._matcher.ids), -1, np.int64)
        numbers[self._columns] = self._numbers
        spoken = model.because(read, np.where(learnt, numbers[first], -1))
        named = evidence.because(first)
        rows = zip(order.tolist(), best.tolist(), learnt.tolist(), spoken, named, strict=True)
        return [
            _finding(self._candidates(columns, sure), How.MODEL if by_model else How.WORDS, words or others)
            for columns, sure, by_model, words, others in rows
        ]

    def _candidates(self, columns: list[int], confidence: list[float]) -> list[Candidate]:
        pairs = zip(columns, confidence, strict=True)
        return [Candidate(self._matcher.ids[column], round(sure, 3)) for column, sure in pairs if sure >= LEAST]


def _finding(candidates: Sequence[Candidate], how: How, because: tuple[str, ...]) -> Finding:
    return Finding(tuple(candidates), how, because) if candidates else Finding()
