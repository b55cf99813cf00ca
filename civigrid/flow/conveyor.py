"""The loop in `civigrid work` that processes what machine and bulk doors left: 500 reports a time, polling every 200 ms.

Claiming, processing and taking off the list is one transaction: a killed worker has done a batch wholly or not at all.
Two hands work at once, and another process may help: while one understands its reports the other waits for the database.
If a batch fails its members are tried one by
one; a poisoned one keeps its error, is tried again later and after three times is parked for an operator: it never
holds up the rest. Where the fault is not a report's (the database, the disk, a city without calendar) nobody is blamed:
everything waits until it is mended.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime

from django.db import InterfaceError, OperationalError, close_old_connections, connection
from psycopg_pool import PoolTimeout

from civigrid.base import db
from civigrid.base.errors import Refused
from civigrid.flow import pipeline
from civigrid.intake import actions as intake
from civigrid.intake import queries as reports

BATCH = 500
POLL_SECONDS = 0.2
HANDS = 2  # threads, each with a batch and a connection of its own

UNPREPARED = {"no_city", "no_calendar"}  # refusals that say what the city still lacks
# classes of SQLSTATE: connection, resources, operator, system, transaction state, read-only, configuration
OF_THE_SERVER = {"08", "25", "40", "53", "55", "57", "58", "F0", "XX"}

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Tally:
    """What one round did. `found` counts the reports claimed."""

    found: int = 0
    processed: int = 0
    failed: int = 0

    def __add__(self, other: Tally) -> Tally:
        return Tally(self.found + other.found, self.processed + other.processed, self.failed + other.failed)


def round_once(*, now: datetime, batch: int = BATCH) -> Tally:
    """Claims and processes at most `batch` reports; Tally() when nobody else has left any."""
    claimed: list[int] = []
    try:
        return db.retrying(lambda: _batch(claimed, now=now, batch=batch))
    except Exception as error:
        if not claimed or not of_a_report(error):
            raise
        log.warning("a batch failed and is taken apart", extra={"count": len(claimed), "code": words(error)})
        return _one_by_one(claimed, now=now)


def _batch(claimed: list[int], *, now: datetime, batch: int) -> Tally:
    with db.system():
        claimed[:] = intake.claim(batch, now=now)
        if claimed:
            pipeline.process(claimed, now=now)
    return Tally(found=len(claimed), processed=len(claimed))


def _one_by_one(report_ids: list[int], *, now: datetime) -> Tally:
    total = Tally()
    for report_id in report_ids:
        total += _alone(report_id, now=now)
    return total


def _alone(report_id: int, *, now: datetime) -> Tally:
    try:
        return db.retrying(lambda: _one(report_id, now=now))
    except Exception as error:
        if not of_a_report(error):
            raise
        log.warning("a report could not be processed", extra={"number": report_id, "code": words(error)})
        with db.system():
            intake.fail([report_id], [words(error)], now=now)
        return Tally(found=1, failed=1)


def _one(report_id: int, *, now: datetime) -> Tally:
    with db.system():
        if not intake.claim(1, now=now, only=[report_id]):
            return Tally()
        pipeline.process([report_id], now=now)
    return Tally(found=1, processed=1)


def of_a_report(error: Exception) -> bool:
    """Whether another report might fare better: not where database, disk or the city's lists are at fault."""
    if isinstance(error, Refused):
        return error.code not in UNPREPARED
    if isinstance(error, OSError | InterfaceError | PoolTimeout):
        return False
    lost = isinstance(error, OperationalError) and not db.sqlstate(error)  # nobody was there to give a code
    return not lost and db.sqlstate(error)[:2] not in OF_THE_SERVER


def words(error: Exception) -> str:
    """The error's name and, for a rule's no, its code. Never the message: it may quote the report."""
    return f"{type(error).__name__}:{getattr(error, 'code', '') or db.sqlstate(error)}".rstrip(":")


def drain(
    *, clock: Callable[[], datetime], progress: Callable[[Tally], None] = lambda _: None, hands: int = 1
) -> Tally:
    """Rounds until nothing is ready, also what another conveyor works on. `progress` is told after each; with several
    `hands` in the thread of one of them."""
    total, adding = Tally(), threading.Lock()

    def work() -> None:
        nonlocal total
        while (did := round_once(now=clock())).found or _ready(clock()):
            with adding:
                total += did
                progress(total)
            if not did.found:
                time.sleep(POLL_SECONDS)

    _by_hands(work, hands)
    return total


def _by_hands(work: Callable[[], None], hands: int) -> None:
    """Several at once, each with a connection of its own, until all have ended; one works where it is asked."""
    if hands == 1:
        work()
        return
    with ThreadPoolExecutor(hands, thread_name_prefix="conveyor") as pool:
        for hand in [pool.submit(_with_a_connection, work) for _ in range(hands)]:
            hand.result()


def _with_a_connection(work: Callable[[], None]) -> None:
    try:
        work()
    finally:
        connection.close()


def _ready(now: datetime) -> bool:
    with db.system():
        return reports.ready(now)


def run(stop: threading.Event, *, hands: int = HANDS) -> None:
    """Works until `stop` is set. A lost database is waited for, never a reason to end."""
    _by_hands(lambda: _run(stop), hands)


def _run(stop: threading.Event) -> None:
    pause = POLL_SECONDS
    while not stop.is_set():
        try:
            found = round_once(now=datetime.now(UTC)).found
            pause = 0.0 if found else POLL_SECONDS
        except Exception:
            log.exception("the conveyor waits and tries again")
            close_old_connections()
            pause = min(max(pause, POLL_SECONDS) * 2, 5.0)
        stop.wait(pause)
