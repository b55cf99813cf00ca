"""Jobs commit or vanish with the transaction they were deferred in."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from procrastinate.contrib.django import app
from procrastinate.exceptions import ConnectorException

from civigrid.base import db, events, jobs
from civigrid.base.events import Event

ran: list[int] = []


@app.task(name="tests.note", queue="tests")
def note(number: int) -> None:
    with db.system(), connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
    ran.append(number)


@app.task(name="tests.fail", queue="tests")
def fail() -> None:
    raise ValueError("no")


@pytest.fixture(autouse=True)
def database(fresh_db: str) -> Iterator[None]:
    ran.clear()
    yield


def rows(statement: str) -> list[Any]:
    with db.system(), connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchall()


def drain() -> None:
    """Works in a thread, as `civigrid work` does, until nothing is left."""
    thread = threading.Thread(target=jobs.work, args=(threading.Event(),), kwargs={"wait": False})
    thread.start()
    thread.join(30)
    assert not thread.is_alive()


def test_a_committed_job_runs_once() -> None:
    with db.system():
        note.defer(number=1)
    drain()
    drain()
    assert ran == [1]
    assert rows("SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'tests.note'") == [(0,)]


def test_a_job_of_a_rolled_back_transaction_never_runs() -> None:
    with pytest.raises(ZeroDivisionError), db.system():
        note.defer(number=1)
        raise ZeroDivisionError
    with db.system():
        note.defer(number=2)
    drain()
    assert ran == [2]


def test_a_job_cannot_be_deferred_outside_a_door() -> None:
    with pytest.raises(ConnectorException) as refused:
        note.defer(number=1)
    assert "permission denied" in str(refused.value.__cause__)


def test_two_workers_share_the_jobs() -> None:
    with db.system():
        for number in range(20):
            note.defer(number=number)
    threads = [threading.Thread(target=jobs.work, args=(threading.Event(),), kwargs={"wait": False}) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(ran) == list(range(20))


def test_a_failed_job_stays_to_be_looked_at_and_holds_nothing_up() -> None:
    with db.system():
        fail.defer()
        note.defer(number=1)
    drain()
    assert ran == [1]
    assert rows("SELECT task_name FROM procrastinate_jobs WHERE status = 'failed'") == [("tests.fail",)]


def test_a_worker_stops_when_told(server: Any, fresh_db: str) -> None:
    stop = threading.Event()
    thread = threading.Thread(target=jobs.work, args=(stop,))
    thread.start()
    with db.system():
        note.defer(number=1)
    deadline = time.monotonic() + 20
    while not ran and time.monotonic() < deadline:
        stop.wait(0.05)
    stop.set()
    thread.join(10)
    assert ran == [1] and not thread.is_alive()


def test_a_worker_outlives_a_lost_database(server: Any, fresh_db: str) -> None:
    stop = threading.Event()
    thread = threading.Thread(target=jobs.work, args=(stop,))
    thread.start()
    pids = f"SELECT pid FROM pg_stat_activity WHERE datname = '{fresh_db}' AND pid <> pg_backend_pid()"
    deadline = time.monotonic() + 30
    with db.system():
        note.defer(number=0)
    while not ran and time.monotonic() < deadline:
        stop.wait(0.05)
    connection.close()
    server.admin(f"SELECT pg_terminate_backend(pid) FROM ({pids}) others")
    with db.system():
        note.defer(number=1)
    while len(ran) < 2 and time.monotonic() < deadline:
        stop.wait(0.05)
    stop.set()
    thread.join(10)
    assert ran == [0, 1] and not thread.is_alive()


def test_the_periodic_jobs_are_planned_and_do_their_work() -> None:
    planned = {task.task.name for task in app.periodic_registry.periodic_tasks.values()}
    assert {name for name in planned if name.startswith("base.")} == {
        "base.prune_events", "base.prune_repeated_requests", "base.sweep_orphan_files", "base.sweep_tallies",
        "base.resume_stalled_jobs", "base.forget_finished_jobs",
    }  # fmt: skip
    now = datetime(2026, 11, 22, 8, tzinfo=UTC)
    with db.system():
        events.emit([Event("old"), Event("older")], now=now - timedelta(days=8))
        for task in (jobs.prune_events, jobs.prune_repeated_requests, jobs.sweep_tallies, jobs.sweep_orphan_files,
                     jobs.resume_stalled_jobs, jobs.forget_finished_jobs):  # fmt: skip
            task.defer(timestamp=int(now.timestamp()))
    drain()
    assert rows("SELECT count(*) FROM procrastinate_jobs WHERE status = 'failed'") == [(0,)]
    assert rows("SELECT count(*) FROM base_event") == [(1,)]


def test_a_job_whose_worker_was_killed_is_taken_up_again() -> None:
    with db.system():
        note.defer(number=7)
    rows("INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - interval '1 hour') RETURNING id")
    rows(
        "UPDATE procrastinate_jobs SET status = 'doing', worker_id = (SELECT id FROM procrastinate_workers) RETURNING 1"
    )
    with db.system():
        jobs.resume_stalled_jobs.defer(timestamp=0)  # its own turn may come at the same moment: once all the same
    drain()
    drain()
    assert ran == [7]
