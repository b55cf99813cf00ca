"""Workers that make something of what happened: each event once, in reading order, with a place of their own.

What a reader makes commits together with how far it has read, so a killed one has done a batch wholly or not at all.
"""

from __future__ import annotations

from datetime import datetime

from civigrid.base import events
from civigrid.base.bulk import execute
from civigrid.base.db import require_transaction
from civigrid.base.events import Numbered

_LOCK = "SELECT pos FROM base_reader WHERE name = %s FOR UPDATE"
# of the numbered ones the unique index of the positions, of the others their own
_BEHIND = """
SELECT count(*), min(at) FROM (
  SELECT at FROM base_event WHERE pos > coalesce((SELECT pos FROM base_reader WHERE name = %s), 0)
  UNION ALL SELECT at FROM base_event WHERE pos IS NULL
) AS unread
"""
_GO = "INSERT INTO base_reader (name, pos) VALUES (%s, %s) ON CONFLICT (name) DO UPDATE SET pos = excluded.pos"


def unread(name: str, limit: int) -> list[Numbered] | None:
    """At most `limit` numbered events this reader has not read; nobody else reads for it until the transaction ends.

    None where it never read, or so long ago that events it should have read are gone: it starts afresh.
    """
    require_transaction()
    held = execute(_LOCK, (name,))
    if not held or events.too_old(held[0][0]):
        return None
    return events.after(held[0][0], limit)


def read_to(name: str, pos: int) -> None:
    """It has read what is up to there."""
    require_transaction()
    execute(_GO, (name, pos))


def behind(name: str) -> tuple[int, datetime | None]:
    """How many events it has still to read, and since when the oldest of them waits; (0, None) where it knows all."""
    require_transaction()
    [(count, since)] = execute(_BEHIND, (name,))
    return count, since
