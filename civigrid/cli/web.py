"""The web server's process, as `civigrid serve --web-only` runs it: granian and its workers, which die with it."""

from __future__ import annotations

import os
import resource
from functools import partial
from importlib import import_module
from typing import Any

from civigrid.base import env
from civigrid.base.lifeline import die_with_parent

KILL_AFTER = 3  # seconds open requests and live screens get when the server stops
BACKLOG = 2048
OPEN_AT_ONCE = 16_384  # requests and live screens per process
PLAIN = {"handlers": {}, "loggers": {"_granian": {"handlers": [], "level": "WARNING", "propagate": True}}}


def run(host: str, port: int) -> None:
    """Serves until told to stop."""
    from granian.constants import Interfaces
    from granian.log import LogLevels
    from granian.server import Server

    _many_files()
    server = Server(
        "civigrid.asgi:application",
        address=host,
        port=port,
        interface=Interfaces.ASGI,
        workers=max(env.WEB_PROCESSES.number(), 1),
        backlog=BACKLOG,
        backpressure=OPEN_AT_ONCE,
        websockets=False,
        workers_kill_timeout=KILL_AFTER,
        log_level=LogLevels.warning,
        log_dictconfig=PLAIN,
    )
    server.serve(target_loader=partial(application, os.getpid()), wrap_loader=False)


def application(parent: int) -> Any:
    """Runs in the worker, before anything is served."""
    die_with_parent(parent)
    return import_module("civigrid.asgi").application


def _many_files() -> None:
    """A live screen is an open file; the usual limit of 1,024 is for programs of another kind."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = 65_536 if hard == resource.RLIM_INFINITY else min(65_536, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
