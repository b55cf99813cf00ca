"""`civigrid serve` in a home of its own, and each of its processes killed with -9 in turn."""

from __future__ import annotations

import shutil
import signal
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from civigrid.base.pg.tenants import tenants
from tests.serving import House, free_port, kill, lives, port_is_free, wait_until

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("serve")]
TABLE = "CREATE TABLE IF NOT EXISTS kept (row int)"


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
