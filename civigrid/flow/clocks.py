"""The clocks' own door: lights that turn, and clocks computed anew when a calendar changes. A worker calls both."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from civigrid.base import db
from civigrid.cases import actions as cases

CHUNK = 5_000  # clocks in one transaction


def sweep(*, now: datetime) -> int:
    """Moves every light whose moment has come, green to yellow to red, and tells it once; how many clocks it looked at.

    Two sweeps at once share the work: each skips what the other, or a verb, holds.
    """
    total = 0
    while moved := db.retrying(partial(_sweep, now)):
        total += moved
        if moved < CHUNK:
            break
    return total


def rebase(*, now: datetime) -> int:
    """Computes running clocks anew after a calendar or the plan of holidays changed; how many changed."""
    total = after = 0
    while True:
        changed, after = db.retrying(partial(_rebase, now, after))
        total += changed
        if not after:
            return total


def _sweep(now: datetime) -> int:
    with db.system():
        return cases.sweep(now=now, limit=CHUNK)


def _rebase(now: datetime, after: int) -> tuple[int, int]:
    with db.system():
        return cases.rebase(now=now, after=after, limit=CHUNK)
