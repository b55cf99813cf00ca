"""`civigrid serve` in a home of its own: what its tests and the benchmark of kills see of it and do to it."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import psutil
import psycopg

from civigrid.base.pg.server import Cluster

CLI = [sys.executable, "-m", "civigrid.cli"]


class House:
    """A running `civigrid serve` and what a passer-by can see of it."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.environ = {k: v for k, v in os.environ.items() if k not in ("DATABASE_URL", "CIVIGRID_KEYS_FILE")}
        self.environ |= {"CIVIGRID_HOME": str(home), "LC_ALL": "C.UTF-8"}
        self.log = home.with_suffix(".log")
        self.port = free_port()
        self.main: psutil.Process | None = None

    def call(self, *words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run([*CLI, *words], env=self.environ, capture_output=True, text=True, check=False)

    def serve(self) -> None:
        with self.log.open("ab") as log:
            command = [*CLI, "serve", "--port", str(self.port)]
            started = subprocess.Popen(command, env=self.environ, stdout=log, stderr=log)
        self.main = psutil.Process(started.pid)
        self.wait_until_whole()

    def wait_until_whole(self, within: float = 30) -> None:
        """All parts run, pages are answered and the worker has come through its start."""
        parts = ("database", "web", "worker", "work")
        wait_until(
            lambda: self.answers() and all(map(self.part, parts)) and self.at_work(), within=within, why=self.said
        )

    def at_work(self) -> bool:
        lines = [line for line in self.said().splitlines() if '"at work"' in line]
        return any(f'"pid": {process.pid}' in line for process in self.part("work") for line in lines)

    def said(self) -> str:
        return self.log.read_text()

    def answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/readyz", timeout=2) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False

    def family(self) -> list[psutil.Process]:
        assert self.main is not None
        return [self.main, *self.main.children(recursive=True)]

    def part(self, name: str) -> list[psutil.Process]:
        """The supervisor's child of that name; "worker" is the process behind the web server that answers."""
        assert self.main is not None
        if name == "worker":
            return [grandchild for child in self.part("web") for grandchild in child.children() if lives(grandchild)]
        word = {"web": "--web-only", "work": "work", "database": "-D"}[name]
        return [child for child in self.main.children() if lives(child) and word in words_of(child)]

    def database(self) -> psycopg.Connection[tuple[object, ...]]:
        visitor = Cluster(self.home)
        holder = visitor.holder()
        assert holder is not None
        visitor.visit(Path(holder.socket))
        return visitor.admin("civigrid")

    def end(self) -> None:
        if self.main is not None:
            for process in self.family() if self.main.is_running() else []:
                kill(process)
            psutil.wait_procs([self.main], timeout=5)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def port_is_free(port: int) -> bool:
    """As a next server would see it; another's SO_REUSEPORT does not help it."""
    with socket.socket() as server:
        server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            server.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


def lives(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def words_of(process: psutil.Process) -> list[str]:
    try:
        return process.cmdline()
    except psutil.Error:
        return []


def kill(process: psutil.Process) -> None:
    with suppress(psutil.NoSuchProcess):  # one killed before may have taken it along
        process.kill()


def wait_until(true: Callable[[], bool], *, within: float, why: Callable[[], str] = str) -> None:
    until = time.monotonic() + within
    while not true():
        assert time.monotonic() < until, f"it did not happen in time\n{why()}"
        time.sleep(0.05)
