"""What a city has learnt: reports whose matter a person, or the sender's own code, has named.

What a machine found is never taught: a model that learns from itself only gets surer.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from civigrid.base.errors import Refused
from civigrid.classify.rules.text import whole

# below a thousand examples a model is right less often than five in six (measured on labelled messages: macro-F1 .86
# with 1,000, .90 with 2,000), and with fewer than twenty a matter is a few people's way of saying it, which three
# rounds of held-out thirds cannot judge
LEAST_EXAMPLES, LEAST_PER_MATTER = 1_000, 20
# newest reports of each matter, as many as fit: 40,000 texts are half a gigabyte while they are counted, and a city
# with 1,000,000 reports has no use for old ones of its commonest matters
MOST_EXAMPLES = 40_000
HELD_SHARE, MOST_HELD = 0.2, 4_000  # the newest reports are what a model is tried on
EVERY = timedelta(days=30)  # a month's reports are a reason to learn anew, if there are
FEW, ENOUGH = 50, 500  # new examples after a month, or at any time
SLACK = 0.005  # so much less right, on the same reports, is not worse
LEAST_COMPARED = 100  # reports that the present model has not seen; fewer prove nothing

Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Taught:
    """Reports that teach, oldest first, without their words: ids, matters, moments (seconds)."""

    reports: Ints
    matters: Ints
    moments: Ints

    @classmethod
    def of(cls, rows: Sequence[tuple[int, int, int]]) -> Taught:
        """From (report id, matter id, moment) in any order."""
        table = np.array(rows, dtype=np.int64).reshape(-1, 3)
        table = table[np.lexsort((table[:, 0], table[:, 2]))]
        return cls(table[:, 0], table[:, 1], table[:, 2])

    def only(self, chosen: NDArray[np.bool_] | Ints) -> Taught:
        return Taught(self.reports[chosen], self.matters[chosen], self.moments[chosen])

    def often(self) -> dict[int, int]:
        """How many reports each matter has."""
        ids, counts = np.unique(self.matters, return_counts=True)
        return dict(zip(ids.tolist(), counts.tolist(), strict=True))


@dataclass(frozen=True, slots=True)
class Past:
    """The examples with their words, oldest first: (title, text), matter and moment. The last `held` are for trying only.

    `life`: how many reports of each matter there were, of which the examples are the newest.
    """

    texts: Sequence[tuple[str, str]]
    matters: Ints
    moments: Ints
    held: int
    life: Mapping[int, int]

    @classmethod
    def of(cls, texts: Sequence[tuple[str, str]], taught: Taught, *, held: int, life: Mapping[int, int]) -> Past:
        """Of reports with the same words only the newest counts: a text that was sent three times is one text."""
        newest = {whole(*text): place for place, text in enumerate(texts)}
        places = sorted(newest.values())
        late = sum(place >= len(texts) - held for place in places)
        return cls([texts[place] for place in places], taught.matters[places], taught.moments[places], late, life)

    @property
    def older(self) -> Ints:
        """Places of what is learnt from while the rest is held out."""
        return np.arange(len(self.texts) - self.held)

    @property
    def newest(self) -> Ints:
        """Places of what is held out."""
        return np.arange(len(self.texts) - self.held, len(self.texts))


def sampled(taught: Taught, *, most: int = MOST_EXAMPLES) -> tuple[Taught, int]:
    """(at most `most` examples, how many at their end are held out). The newest reports are held out as they came; of
    the older ones as many of each matter as of any other, the newest.
    """
    count = taught.reports.size
    held = min(int(count * HELD_SHARE), MOST_HELD)
    older, newest = np.arange(count - held), np.arange(count - held, count)
    ranks = _from_the_end(taught.matters[older])
    kept = older[ranks < _share(np.bincount(np.unique(taught.matters[older], return_inverse=True)[1]), most - held)]
    return taught.only(np.concatenate([kept, newest])), held


def _from_the_end(matters: Ints) -> Ints:
    """For each place how often its matter comes after it."""
    order = np.argsort(matters[::-1], kind="stable")
    grouped = matters[::-1][order]
    starts = np.flatnonzero(np.r_[True, grouped[1:] != grouped[:-1]]) if grouped.size else np.zeros(0, np.int64)
    lengths = np.diff(np.r_[starts, grouped.size])
    ranks = np.empty(matters.size, np.int64)
    ranks[order] = np.arange(grouped.size) - np.repeat(starts, lengths)
    return ranks[::-1]


def _share(counts: Ints, most: int) -> int:
    """The largest number so that this many of each matter are at most `most` together."""
    low, high = 0, int(counts.max(initial=0))
    while low < high:
        middle = (low + high + 1) // 2
        if int(np.minimum(counts, middle).sum()) <= most:
            low = middle
        else:
            high = middle - 1
    return low


def known(matters: Ints) -> list[int]:
    """The matters with enough examples, ascending."""
    ids, counts = np.unique(matters, return_counts=True)
    return [int(matter) for matter in ids[counts >= LEAST_PER_MATTER]]


def require_enough(matters: Ints) -> None:
    """Refuses a history too small to learn from."""
    enough = known(matters)
    examples = int(np.isin(matters, enough).sum())
    if examples < LEAST_EXAMPLES or len(enough) < 2:
        raise Refused(
            "history_too_small",
            found=int(matters.size),
            usable=examples,
            matters=len(enough),
            needed=LEAST_EXAMPLES,
            each=LEAST_PER_MATTER,
        )


def due(*, fresh: int, trained_at: datetime | None, now: datetime) -> bool:
    """Whether there is enough new to learn from: `fresh` examples since the newest model was trained."""
    if trained_at is None:
        return fresh >= LEAST_EXAMPLES
    return fresh >= (FEW if now - trained_at >= EVERY else ENOUGH)
