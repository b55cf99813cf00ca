"""`civigrid work`: the conveyor, the clocks and the jobs, each in a thread, until told to stop."""

from __future__ import annotations

import logging
import os
import signal
import threading
from collections.abc import Callable
from datetime import UTC, date, datetime
from queue import SimpleQueue

import typer

from civigrid.cli.boot import booted

SWEEP_SECONDS = 5.0  # between looks at the clocks
GRACE = 12.0  # seconds a batch and running jobs get to end

log = logging.getLogger("civigrid.work")

Asked = SimpleQueue[bool]  # True where a signal asks to stop, False where a part ended by itself


def work() -> None:
    asked = told_to_stop()  # before anything slow: who is told while he starts ends as well as later
    with booted():
        from civigrid.base import garbage, jobs
        from civigrid.flow import conveyor, searching
        from civigrid.flow import jobs as _flow_jobs  # noqa: F401  # registers its jobs

        garbage.seldom()
        if not run([conveyor.run, sweep, searching.run, jobs.work], asked):
            raise typer.Exit(1)


def told_to_stop() -> Asked:
    """Hears of the first SIGTERM or SIGINT from now on. A queue that a handler may put into whatever it interrupts; to
    set an Event there waits for ever where the interrupted code was inside the same Event's wait or set."""
    asked: Asked = SimpleQueue()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: asked.put(True))
    return asked


def run(parts: list[Callable[[threading.Event], None]], asked: Asked) -> bool:
    """Runs the parts until asked to stop; False where one of them ended by itself, so that all is started anew."""
    stop = threading.Event()
    threads = [threading.Thread(target=_part, args=(part, stop, asked), daemon=True) for part in parts]
    for thread in threads:
        thread.start()
    log.info("at work", extra={"pid": os.getpid()})
    told = asked.get()
    stop.set()
    for thread in threads:
        thread.join(GRACE)
    return told


def _part(part: Callable[[threading.Event], None], stop: threading.Event, asked: Asked) -> None:
    try:
        part(stop)
    except Exception:
        log.exception("a part of the work ended")
    asked.put(stop.is_set())


def sweep(stop: threading.Event) -> None:
    """Turns the lights whose moment has come. At the start, once a day and when another edition of the lists is there
    it looks whether the calendars have changed: a newer plan of holidays comes with a newer program, and a loading may
    have ended before it moved the clocks. A lost database is waited for."""
    from django.db import close_old_connections
    from django.db.utils import Error as DatabaseGone

    from civigrid.base.errors import Refused
    from civigrid.flow import clocks
    from civigrid.flow.conveyor import UNPREPARED

    rebased = date.min, ""
    while not stop.wait(SWEEP_SECONDS):
        now = datetime.now(UTC)
        try:
            if rebased != (today := (now.date(), clocks.edition())):
                clocks.rebase(now=now)
                rebased = today
            clocks.sweep(now=now)
        except DatabaseGone as error:
            log.warning("the clocks wait for the database: %s", type(error).__name__)
            close_old_connections()
        except Refused as no:
            if no.code not in UNPREPARED:  # a house without a city has no clocks yet
                raise
