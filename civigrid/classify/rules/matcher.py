"""Finds the matters of a text by the catalogue's own words: names, keywords and examples.

Evidence for a matter is the sum over what the text shares with it: a keyword found whole counts `KEYWORD`, a part of
its name `NAME`, a pair of neighbouring characters of any of its words `PAIR`; each weighted by how few matters have it
(squared inverse document frequency, 1 for what only one has) and twice where it stands in the head of the report.
There is no training and no segmenter; a batch is one `numpy.bincount` over the postings.

Confidence is `(1 - exp(-evidence)) * sqrt(1 - second / best)`: it rises with the evidence and with the lead over the
second matter, and two matters with equal evidence get 0, whatever its amount. It ranks; it is no probability. How often
it is right on labelled messages is measured in `tests/classify/test_classify_rules.py`. It counts only while a city has
no history to learn from; afterwards the evidence is one of the things `calibration` makes a probability of.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from operator import add
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from civigrid.classify.rules.reasons import strongest
from civigrid.classify.rules.text import READ, plain

TOP = 5
KEYWORD, NAME, PAIR = 1.0, 0.3, 0.3
HEAD = 2.0  # what a feature counts for in the title, or in the first words where there is no title
HEAD_LENGTH = 40
LEAST = 0.05  # candidates below are not worth showing

_RUNS = re.compile(r"[a-z0-9]+|[\u3400-\u9fff]+")
_PARTS = re.compile(r"[\s,;/、，；（）()《》“”\"]+")
_LATIN = re.compile(r"[a-z0-9]")

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


class Candidate(NamedTuple):
    matter_id: int
    confidence: float


@dataclass(frozen=True, slots=True)
class MatterWords:
    """A matter as the catalogue names it, in every language it does."""

    id: int
    names: tuple[str, ...]
    keywords: tuple[str, ...] = ()
    examples: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Term:
    """A feature of more than two characters, or a Latin word."""

    number: int
    text: str
    whole: re.Pattern[str] | None

    def stands_in(self, text: str) -> bool:
        return self.text in text and (self.whole is None or self.whole.search(text) is not None)


class Matcher:
    """Built once per catalogue version; afterwards read-only and safe to share between threads."""

    def __init__(self, matters: Sequence[MatterWords]) -> None:
        self.ids = [matter.id for matter in matters]
        weights = [_weights(matter) for matter in matters]
        held_by = Counter(feature for found in weights for feature in found)
        # the longer first, where several speak alike: "street light" before "light", and the same in every process
        self.words = sorted(held_by, key=lambda feature: (-len(feature), feature))
        self._number = {feature: number for number, feature in enumerate(self.words)}
        self._pairs = frozenset(feature for feature in held_by if len(feature) == 2 and not _LATIN.match(feature))
        self._terms: dict[str, list[_Term]] = defaultdict(list)  # by their first two characters
        for feature, number in self._number.items():
            if feature not in self._pairs:
                self._terms[feature[:2]].append(_Term(number, feature, _whole(feature)))
        self._starts = frozenset(self._terms)
        self._postings(weights, np.array([held_by[feature] for feature in self.words], dtype=np.float64))

    def _postings(self, weights: Sequence[dict[str, float]], held_by: Floats) -> None:
        """For each feature, the matters that have it and its weight for them: `_first[f]` to `_first[f + 1]`."""
        rarest = np.log1p(len(weights))
        rarity = (np.log1p(len(weights) / held_by) / rarest) ** 2
        rows = [
            (self._number[feature], row, weight)
            for row, found in enumerate(weights)
            for feature, weight in found.items()
        ]
        rows.sort()
        feature, self._matter = (np.array([row[k] for row in rows], dtype=np.int64) for k in (0, 1))
        self._weight = np.array([row[2] for row in rows]) * rarity[feature]
        self._first = np.concatenate([[0], np.cumsum(np.bincount(feature, minlength=len(held_by)))])

    def candidates(self, texts: Sequence[tuple[str, str]]) -> list[list[Candidate]]:
        """For each (title, text) at most `TOP` matters, best first; none where no word of the catalogue occurs."""
        return self.read(texts).candidates()

    def evidence(self, texts: Sequence[tuple[str, str]]) -> Floats:
        """Texts x matters."""
        return self.read(texts).amounts

    def read(self, texts: Sequence[tuple[str, str]]) -> Evidence:
        """What a batch of (title, text) says for each matter."""
        found = [(row, number, count) for row, text in enumerate(texts) for number, count in self._found(*text)]
        text, feature = (np.array([each[k] for each in found], dtype=np.int64) for k in (0, 1))
        counts = np.array([each[2] for each in found], dtype=np.float64)
        lengths = self._first[feature + 1] - self._first[feature]
        at = np.arange(lengths.sum()) + np.repeat(self._first[feature] - np.cumsum(lengths) + lengths, lengths)
        return Evidence(
            self,
            len(texts),
            rows=np.repeat(text, lengths),
            features=np.repeat(feature, lengths),
            matters=self._matter[at],
            weights=np.repeat(counts, lengths) * self._weight[at],
        )

    def _found(self, title: str, text: str) -> Iterator[tuple[int, float]]:
        head, rest = (title, text[:READ]) if title else (text[:HEAD_LENGTH], text[HEAD_LENGTH:READ])
        in_head, in_rest = self._features(head), self._features(rest)
        for number in in_head | in_rest:
            yield number, HEAD if number in in_head else 1.0

    def _features(self, text: str) -> set[int]:
        """The features of a text. Whole sets are intersected, which costs a fraction of looking at each character."""
        text = plain(text)
        pairs = set(map(add, text, text[1:]))
        found = {self._number[pair] for pair in self._pairs & pairs}
        for start in self._starts & pairs:
            found.update(term.number for term in self._terms[start] if term.stands_in(text))
        return found


class Evidence:
    """What a batch of texts says for the matters of a catalogue, feature by feature.

    Entry `e`: the text `rows[e]` has `features[e]`, which says `weights[e]` for `matters[e]` (all places, not ids).
    """

    def __init__(
        self, matcher: Matcher, texts: int, *, rows: Ints, features: Ints, matters: Ints, weights: Floats
    ) -> None:
        self._matcher, self._texts = matcher, texts
        self._rows, self._features, self._matters, self._weights = rows, features, matters, weights
        shape = (texts, len(matcher.ids))
        cells = np.bincount(rows * shape[1] + matters, weights, shape[0] * shape[1])
        self.amounts: Floats = cells.astype(np.float64).reshape(shape)

    def candidates(self) -> list[list[Candidate]]:
        """At most `TOP` a text, best first."""
        if not self.amounts.size:
            return [[] for _ in range(self._texts)]
        order = np.argsort(-self.amounts, axis=1, kind="stable")[:, : TOP + 1]
        best = np.take_along_axis(self.amounts, order, axis=1)
        return [self._ranked(*row) for row in zip(order.tolist(), _confidence(best).tolist(), strict=True)]

    def _ranked(self, order: list[int], confidence: list[float]) -> list[Candidate]:
        pairs = zip(order, confidence, strict=False)
        return [Candidate(self._matcher.ids[row], round(sure, 3)) for row, sure in pairs if sure >= LEAST]

    def because(self, matters: Ints) -> list[tuple[str, ...]]:
        """For each text the words that speak for one matter: its place in the catalogue, -1 for none."""
        entries = np.flatnonzero(self._matters == matters[self._rows])
        words = self._features[entries].tolist()
        spelt = self._matcher.words
        return strongest(self._texts, self._rows[entries], self._weights[entries], lambda entry: spelt[words[entry]])


def _confidence(best: Floats) -> Floats:
    """One column per candidate: the first against the second, the others against the first."""
    top = best[:, :1]
    amount = 1 - np.exp(-best)
    second = best[:, 1:2] if best.shape[1] > 1 else np.zeros_like(top)
    with np.errstate(invalid="ignore", divide="ignore"):
        lead = np.sqrt(np.where(top > 0, 1 - second / top, 0.0))
        share = np.where(top > 0, best / (top + best), 0.0)
    sure = amount * share
    sure[:, :1] = amount[:, :1] * lead
    return np.asarray(sure)


def _pieces(text: str) -> Iterator[str]:
    """Pairs of neighbouring Chinese characters, and whole words of Latin letters and digits."""
    for run in _RUNS.findall(text):
        if run[0] < "\u3400":
            yield run
        else:
            yield from map(add, run, run[1:])


def _whole(term: str) -> re.Pattern[str] | None:
    """What finds a term of Latin letters as whole words; the plural of a word is the word. None for a Chinese one."""
    if not _LATIN.match(term):
        return None
    return re.compile(rf"(?<![a-z0-9]){re.escape(term)}(?!(?!s\b)[a-z0-9])")


def _weights(matter: MatterWords) -> dict[str, float]:
    """What each feature says for the matter. Pairs of a matter with many words say less each."""
    words = [plain(word) for word in (*matter.names, *matter.keywords, *matter.examples)]
    pairs = {piece for word in words for piece in _pieces(word) if len(piece) > 1}
    found = dict.fromkeys(pairs, PAIR / max(1.0, len(pairs) / 12) ** 0.5)
    found |= dict.fromkeys(_parts(matter.names), NAME)
    found |= dict.fromkeys(_parts(matter.keywords), KEYWORD)
    return found


def _parts(words: Iterable[str]) -> set[str]:
    whole = [plain(word).strip() for word in words]
    return {part for word in whole for part in (word, *_PARTS.split(word)) if len(part) >= 2}
