"""`civigrid serve` in a home of its own, and each of its processes killed with -9 in turn."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import psutil
import psycopg
import pytest

from civigrid.base.pg.server import Cluster
from civigrid.base.pg.tenants import tenants

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("serve")]
CLI = [sys.executable, "-m", "civigrid.cli"]
TABLE = "CREATE TABLE IF NOT EXISTS kept (row int)"


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

    def wait_until_whole(self) -> None:
        """All parts run, pages are answered and the worker has come through its start."""
        parts = ("database", "web", "worker", "work")
        wait_until(lambda: self.answers() and all(map(self.part, parts)) and self.at_work(), within=30, why=self.said)

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


@pytest.fixture(scope="module")
def house() -> Iterator[House]:
    folder = Path(tempfile.mkdtemp(prefix="cgk"))
    folder.chmod(0o711)
    house = House(folder / "home")
    made = house.call("init")
    assert made.returncode == 0, made.stderr
    house.serve()
    with house.database() as conn:
        conn.execute(TABLE)
    yield house
    house.end()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def committed(house: House) -> Iterator[int]:
    """A row committed just before; afterwards every row ever committed must be there."""
    house.wait_until_whole()
    with house.database() as conn:
        conn.execute("INSERT INTO kept SELECT coalesce(max(row), 0) + 1 FROM kept")
        (newest,) = conn.execute("SELECT max(row) FROM kept").fetchone() or (0,)
    yield int(str(newest))
    if not lives(house.main):  # type: ignore[arg-type]
        house.serve()
    with house.database() as conn:
        assert conn.execute("SELECT count(*), max(row) FROM kept").fetchone() == (newest, newest)


@pytest.mark.parametrize("part", ["web", "worker", "work", "database"])
def test_a_killed_part_comes_back_and_the_others_stay(house: House, committed: int, part: str) -> None:
    (before,) = house.part(part)
    others = {name: house.part(name) for name in ("web", "work", "database") if name not in (part, "web")}
    old_worker = house.part("worker")
    before.send_signal(signal.SIGKILL)
    wait_until(lambda: not lives(before), within=5)
    house.wait_until_whole()
    assert {name: house.part(name) for name in others} == others
    if part in ("web", "worker"):
        wait_until(lambda: not any(lives(process) for process in old_worker), within=5)
    assert len(house.part("worker")) == 1
    assert all(house.answers() for _ in range(40))  # no connection of before the kill is handed to a request


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_when_the_supervisor_ends_nothing_is_left(house: House, committed: int, how: signal.Signals) -> None:
    family = house.family()
    assert len(family) > 8  # supervisor, web, its worker, work, database and its helpers
    assert house.main is not None
    house.main.send_signal(how)
    wait_until(lambda: port_is_free(house.port), within=5, why=house.said)
    wait_until(lambda: not any(lives(process) for process in family), within=15 if how != signal.SIGKILL else 5)
    assert tenants(house.home / "database" / "data") == []


def test_all_at_once(house: House, committed: int) -> None:
    family = house.family()
    for process in family:
        kill(process)
    wait_until(lambda: port_is_free(house.port), within=5)
    wait_until(lambda: not any(lives(process) for process in family), within=5)


def test_a_second_one_is_told_and_changes_nothing(house: House, committed: int) -> None:
    assert house.main is not None
    same_port = house.call("serve", "--port", str(house.port))
    assert same_port.returncode == 1
    assert f"Port {house.port} on 127.0.0.1 is taken" in same_port.stderr
    same_home = house.call("serve", "--port", str(free_port()))
    assert same_home.returncode == 1
    assert f"already run by process {house.main.pid}" in same_home.stderr
    assert f"civigrid serve --port {house.port}" in same_home.stderr
    assert "Traceback" not in same_port.stderr + same_home.stderr
    assert house.answers()
