"""Periodic and one-off jobs, in the database by procrastinate. The stream does not use them: it has its conveyor.

A job deferred inside `db.system()` commits or vanishes with everything else there. Never give such a job a
`queueing_lock`: a second one would wait for the first transaction and then abort its own.
"""

from __future__ import annotations

import asyncio
import copy
import logging
import threading
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import psycopg
from django.db import connection
from procrastinate import App, PsycopgConnector
from procrastinate.contrib.django import app
from procrastinate.contrib.django.db_cleanup import DjangoApp
from procrastinate.exceptions import ConnectorException
from procrastinate.job_context import JobContext

from civigrid.base import db, events, files, idempotency, tallies, uploads

log = logging.getLogger(__name__)

POLL = 2.0  # seconds between looks for a new job
GRACE = 10.0  # seconds a running job gets when the worker is stopped
FINISHED_KEPT = 7 * 24  # hours a failed job can be looked at
LONGEST_PAUSE = 30.0  # seconds between attempts to reach a lost database

_LOST = (psycopg.Error, ConnectorException, OSError)


@app.periodic(cron="7 * * * *")
@app.task(queue="base", name="base.prune_events")
def prune_events(timestamp: int) -> None:
    with db.system():
        events.prune(now=_time(timestamp))


@app.periodic(cron="17 * * * *")
@app.task(queue="base", name="base.prune_repeated_requests")
def prune_repeated_requests(timestamp: int) -> None:
    with db.system():
        idempotency.prune(now=_time(timestamp))


@app.periodic(cron="47 * * * *")
@app.task(queue="base", name="base.sweep_tallies")
def sweep_tallies(timestamp: int) -> None:
    with db.system():
        tallies.sweep(now=_time(timestamp))


@app.periodic(cron="27 * * * *")
@app.task(queue="base", name="base.sweep_orphan_files")
def sweep_orphan_files(timestamp: int) -> None:
    uploads.sweep(now=_time(timestamp))
    files.sweep_orphans(now=_time(timestamp))


@app.periodic(cron="*/5 * * * *")
@app.task(queue="base", name="base.resume_stalled_jobs", pass_context=True)
async def resume_stalled_jobs(context: JobContext, timestamp: int) -> None:  # noqa: ARG001
    """Jobs whose worker was killed go back into the queue."""
    for job in await context.app.job_manager.get_stalled_jobs():
        await context.app.job_manager.retry_job(job)


@app.periodic(cron="37 3 * * *")
@app.task(queue="base", name="base.forget_finished_jobs", pass_context=True)
async def forget_finished_jobs(context: JobContext, timestamp: int) -> None:  # noqa: ARG001
    await context.app.job_manager.delete_old_jobs(
        nb_hours=FINISHED_KEPT, include_failed=True, include_cancelled=True, include_aborted=True
    )


def _time(timestamp: int) -> datetime:
    """A periodic job runs as of the time it was planned for."""
    return datetime.fromtimestamp(timestamp, UTC)


def work(stop: threading.Event, *, wait: bool = True) -> None:
    """Runs jobs until `stop` is set, through lost databases; with `wait=False` until none is left."""
    pause = 1.0
    while not stop.is_set():
        try:
            asyncio.run(_work(stop, wait))
            pause = 1.0
            if not wait:
                return
        except _LOST as error:
            log.warning("jobs wait for the database: %s", type(error).__name__, extra={"seconds": pause})
            stop.wait(pause)
            pause = min(2 * pause, LONGEST_PAUSE)


async def _work(stop: threading.Event, wait: bool) -> None:
    async with _worker_app().open_async() as worker_app:
        worker = asyncio.create_task(
            worker_app.run_worker_async(
                wait=wait,
                concurrency=2,
                fetch_job_polling_interval=POLL,
                listen_notify=False,
                delete_jobs="successful",
                shutdown_graceful_timeout=GRACE,
                install_signal_handlers=False,
            )
        )
        while not worker.done() and not stop.is_set():
            await asyncio.sleep(0.1)
        worker.cancel()
        with suppress(asyncio.CancelledError):
            await worker


def _worker_app() -> App:
    """The worker's own app: its connections are not those of the program, which goes on deferring through Django.

    A task defers itself through the app it belongs to, so the periodic ones are given to this one as copies.
    """
    worker_app = DjangoApp(connector=_connector())
    worker_app.tasks = app.tasks
    for planned in app.periodic_registry.periodic_tasks.values():
        task = copy.copy(planned.task)
        task.blueprint = worker_app
        worker_app.periodic_registry.register_task(
            task=task,
            cron=planned.cron,
            periodic_id=planned.periodic_id,
            configure_kwargs=copy.copy(planned.configure_kwargs),
        )
    return worker_app


def _connector() -> PsycopgConnector:
    """A pool of its own that logs in like the program and works as the system role."""
    given: dict[str, Any] = connection.get_connection_params()
    given = {name: value for name, value in given.items() if name not in {"cursor_factory", "context", "pool"}}
    given["options"] = f"-c role={db.SYSTEM}"
    return PsycopgConnector(kwargs=given, min_size=1, max_size=4, timeout=10)
