"""The clocks' own door: lights that turn, and clocks computed anew when a calendar changes. A worker calls both."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial

from civigrid.base import db, stamps
from civigrid.cases import actions as cases
from civigrid.catalog import queries as catalog

CHUNK = 5_000  # clocks in one transaction


def sweep(*, now: datetime) -> int:
    """Lets suspended cases run again whose day has come, then moves every light whose moment has come, green to yellow to
    red, and tells it once; how many clocks it looked at.

    Two sweeps at once share the work: each skips what the other, or a verb, holds.
    """
    _all(partial(_resume, now))
    return _all(partial(_sweep, now))


def _all(chunk: Callable[[], int]) -> int:
    total = 0
    while moved := db.retrying(chunk):
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


def edition() -> str:
    """Of the city's lists, the calendars among them; another one may have moved the clocks that run."""
    with db.system():
        return stamps.stamp(catalog.AREA)


def _resume(now: datetime) -> int:
    with db.system():
        return cases.resume_due(now=now, limit=CHUNK)


def _sweep(now: datetime) -> int:
    with db.system():
        return cases.sweep(now=now, limit=CHUNK)


def _rebase(now: datetime, after: int) -> tuple[int, int]:
    with db.system():
        return cases.rebase(now=now, after=after, limit=CHUNK)
