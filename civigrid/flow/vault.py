"""The contact vault as a whole: sealing it anew after a new key was made."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from civigrid.base import db
from civigrid.intake import actions as intake

CHUNK = 1_000  # contacts in one transaction


def reseal(progress: Callable[[int], None] = lambda _: None) -> int:
    """Seals every contact with the current key; how many were under an older one. Safe to stop and to repeat."""
    total = after = 0
    while True:
        sealed, after = db.retrying(partial(_chunk, after))
        total += sealed
        progress(total)
        if not after:
            return total


def _chunk(after: int) -> tuple[int, int]:
    with db.system():
        return intake.reseal_contacts(after=after, limit=CHUNK)
