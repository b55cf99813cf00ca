"""Are the words of the reports still those that were received? `civigrid ledger verify` asks after the chains."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from civigrid.base import db
from civigrid.intake import queries as reports
from civigrid.intake.rules import Altered

CHUNK = 2_000  # reports in one transaction
MAX_ALTERED = 1_000  # kept in the proof; all are counted


@dataclass(slots=True)
class Proof:
    """How many reports were held against the record, and which are not as they should be, with what is wrong."""

    reports: int = 0
    faulty: int = 0
    altered: dict[int, Altered] = field(default_factory=dict)

    @property
    def ok(self) -> bool:
        return self.faulty == 0


def verify(progress: Callable[[int], None] = lambda _: None) -> Proof:
    """Walks all reports in the order of their ids; `progress` is told how many so far. Needs the keys: the record has
    only a keyed hash of the words.
    """
    proof, after = Proof(), 0
    while True:
        with db.system():
            kept = reports.words_kept(after=after, limit=CHUNK)
        proof.reports += kept.reports
        proof.faulty += len(kept.altered)
        room = MAX_ALTERED - len(proof.altered)
        proof.altered |= dict(list(kept.altered.items())[:room])
        progress(proof.reports)
        if kept.reports < CHUNK:
            return proof
        after = kept.last
