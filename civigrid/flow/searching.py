"""Finding cases by words: the worker that keeps the index, and the search itself.

The way of a report does not wait for the index. Every change of a case is an event; the worker reads them, looks at the
cases they name and writes what each is found by: within a second, in a table of its own.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import close_old_connections

from civigrid.base import db, events, readers
from civigrid.cases import actions as cases
from civigrid.cases import queries as case_queries
from civigrid.cases.queries import CaseLine
from civigrid.cases.rules import Term, Wanted
from civigrid.directory.rules import Actor

READER = "search"
BATCH = 1_000  # events, and cases where all are written anew
POLL_SECONDS = 0.3
LONGEST_PAUSE = 5.0

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Found:
    """One page: its lines, and the cursor of the next one, "" at the end."""

    lines: list[CaseLine]
    next: str


def find_ids(terms: Sequence[Term], wanted: Wanted, *, actor: Actor, after: str, limit: int) -> list[int]:
    """Ids of the actor's cases that hold the words, one more than a page where there is one. In the open transaction
    before it is narrowed: no page may read the index."""
    return case_queries.found_ids(terms, wanted, actor.scope, after=after, limit=limit + 1)


def read_page(case_ids: Sequence[int], terms: Sequence[Term], *, now: datetime, limit: int) -> Found:
    """The lines of what was found, in the open scope."""
    lines = case_queries.found_lines(case_ids[:limit], terms, now=now)
    return Found(lines, f"0.{case_ids[limit - 1]}" if len(case_ids) > limit else "")


def follow(stop: threading.Event | None = None) -> int:
    """Writes the index of the cases that the next events name; how many events were read. All cases where this worker
    never read, or was away for longer than events are kept: until `stop` is set.
    """
    with db.system():
        events.number()
    with db.system():
        news = readers.unread(READER, BATCH)
        if news:
            cases.index(case_queries.named(sorted({event.number for event in news if event.number})))
            readers.read_to(READER, news[-1].pos)
    if news is None:
        rebuild(stop=stop)
        return BATCH
    return len(news)


def rebuild(progress: Callable[[int], None] = lambda _: None, *, stop: threading.Event | None = None) -> int:
    """Writes the index of every case, the newest first; how many. What happens meanwhile is read as events afterwards.
    `progress` is told how many are done. Where `stop` ends it, it begins anew the next time.
    """
    with db.system():
        start = events.newest()
    last, done = None, 0
    while not (stop and stop.is_set()):
        with db.system():
            ids = case_queries.ids_before(last, BATCH)
            cases.index(ids)
        if not ids:
            with db.system():
                readers.read_to(READER, start)
            break
        last, done = ids[-1], done + len(ids)
        progress(done)
    return done


def run(stop: threading.Event) -> None:
    """Works until `stop` is set. A lost database is waited for, never a reason to end."""
    pause = POLL_SECONDS
    while not stop.is_set():
        try:
            pause = 0.0 if follow(stop) >= BATCH else POLL_SECONDS
        except Exception:
            log.exception("the index of the search waits and tries again")
            close_old_connections()
            pause = min(max(pause, POLL_SECONDS) * 2, LONGEST_PAUSE)
        stop.wait(pause)
