"""Sixteen writers who commit late, a foreign open transaction, one reader: `python -m bench.events`."""

from __future__ import annotations

import sys
import threading
import time
from collections import Counter
from datetime import UTC, datetime
from itertools import pairwise

from bench.frame import Database, Figure, main, timed

WRITERS, TURNS, PER_TURN = 16, 60, 5
AT_ONCE = 50_000


def figures(database: Database) -> list[Figure]:
    seen, seconds = race(database)
    expected = {f"{writer}-{turn}-{n}" for writer in range(WRITERS) for turn in range(TURNS) for n in range(PER_TURN)}
    count = Counter(topic for _, topic in seen)
    positions = [pos for pos, _ in seen]
    return [
        Figure("events skipped", len(expected - set(count)), f"of {len(expected):,}", most=0),
        Figure("events doubled", sum(n - 1 for n in count.values()), f"of {len(expected):,}", most=0),
        Figure("events out of order", sum(b <= a for a, b in pairwise(positions)), "", most=0),
        Figure("events through 16 late writers", len(seen) / seconds, "events/s"),
        Figure("events numbered at once", AT_ONCE / numbered(), "events/s"),
    ]


def race(database: Database) -> tuple[list[tuple[int, str]], float]:
    """What one polling reader saw, (position, topic), and how long the writers took."""
    stop = threading.Event()
    seen: list[tuple[int, str]] = []
    foreign = database.admin()
    foreign.autocommit = False
    foreign.execute("CREATE TEMP TABLE held AS SELECT txid_current()")
    reader = threading.Thread(target=follow, args=(seen, stop))
    writers = [threading.Thread(target=write, args=(number,)) for number in range(WRITERS)]
    started = time.perf_counter()
    for thread in (reader, *writers):
        thread.start()
    for thread in writers:
        thread.join()
    seconds = time.perf_counter() - started
    stop.set()
    reader.join()
    foreign.close()
    return seen, seconds


def write(writer: int) -> None:
    from django.db import connection

    from civigrid.base import db, events
    from civigrid.base.events import Event

    for turn in range(TURNS):
        with db.system():
            events.emit([Event(f"{writer}-{turn}-{n}") for n in range(PER_TURN)], now=datetime.now(UTC))
            time.sleep((writer * 7 + turn * 3) % 13 / 1000)  # holds its events back while others commit
    connection.close()


def follow(seen: list[tuple[int, str]], stop: threading.Event) -> None:
    from django.db import connection

    from civigrid.base import db, events

    cursor, last = 0, False
    while not last:
        last = stop.is_set()
        with db.system():
            events.number()
        with db.system():
            rows = events.after(cursor, 10_000)
        seen += [(event.pos, event.topic) for event in rows]
        cursor = rows[-1].pos if rows else cursor
    connection.close()


def numbered() -> float:
    """Seconds to number 50,000 waiting events."""
    from civigrid.base import db, events
    from civigrid.base.events import Event

    with db.system():
        events.emit([Event("case", "310105", (n % 40,), str(n)) for n in range(AT_ONCE)], now=datetime.now(UTC))

    def work() -> None:
        with db.system():
            assert events.number() == AT_ONCE

    return timed(work)


if __name__ == "__main__":
    sys.exit(main(["events", *sys.argv[1:]]))
