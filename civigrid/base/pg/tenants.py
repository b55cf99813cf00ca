"""Server processes that live in a data folder: what a killed owner or a killed server left behind.

A process is known by its working folder, never by its number alone: numbers are given again, and the one in a stale
`postmaster.pid` may by now be anybody's. Call only while holding the owner's lock.
"""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil

STEPS = ((signal.SIGINT, 20.0), (signal.SIGQUIT, 5.0), (signal.SIGKILL, 5.0))


def tenants(data: Path) -> list[psutil.Process]:
    """Every PostgreSQL process whose working folder is `data`."""
    return [process for process in psutil.process_iter() if _lives_in(process, data)]


def clear(data: Path, socket: Path, *, told: Callable[[int], None] = lambda _: None) -> None:
    """Stops what is left of an earlier server, cleanly first, and takes away its stale lock files.

    `told` hears how many processes there were. The committed rows are in the log: the next start recovers them.
    """
    if left := tenants(data):
        told(len(left))
        for step, patience in STEPS:
            _signal(_postmaster(left, data) if step == signal.SIGINT else left, step)
            psutil.wait_procs(left, timeout=patience)
            if not (left := tenants(data)):
                break
    for stale in _stale_locks(data, socket):
        stale.unlink(missing_ok=True)


def _postmaster(processes: list[psutil.Process], data: Path) -> list[psutil.Process]:
    number = _number(data / "postmaster.pid")
    return [process for process in processes if process.pid == number]


def _signal(processes: list[psutil.Process], number: signal.Signals) -> None:
    for process in processes:
        try:
            process.send_signal(number)
        except psutil.NoSuchProcess:
            continue


def _stale_locks(data: Path, socket: Path) -> Iterator[Path]:
    """Lock files that PostgreSQL would believe because their number is somebody's again."""
    for path in (data / "postmaster.pid", *socket.glob(".s.PGSQL.*.lock")):
        number = _number(path)
        if number and psutil.pid_exists(number):
            yield path


def _number(path: Path) -> int:
    try:
        return abs(int(path.read_text().split("\n", 1)[0]))
    except (OSError, ValueError):
        return 0


def _lives_in(process: psutil.Process, data: Path) -> bool:
    try:
        return process.name() == "postgres" and Path(process.cwd()) == data
    except (psutil.Error, OSError):
        return False
