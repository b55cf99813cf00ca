"""The embedded server as its owner, its guests and a second owner meet it, and what a kill -9 leaves behind."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import psutil
import psycopg
import pytest

from civigrid.base.pg import trouble
from civigrid.base.pg.places import Places
from civigrid.base.pg.server import Cluster, embedded
from civigrid.base.pg.tenants import tenants

Run = Callable[..., subprocess.Popen[str]]

OWNER = """
import sys, time
from pathlib import Path
from civigrid.base.pg.server import Cluster
cluster = Cluster(Path(sys.argv[1]))
cluster.start()
print(cluster.pid, flush=True)
time.sleep(600)
"""
GUEST = """
import sys
from pathlib import Path
import psycopg
from civigrid.base.pg.server import embedded
with embedded(Path(sys.argv[1])) as url, psycopg.connect(url) as conn:
    print(conn.execute("SELECT current_user").fetchone()[0], flush=True)
    sys.stdin.readline()
    print(conn.execute("SELECT 'still there'").fetchone()[0], flush=True)
"""


def owner_in(run: Run, home: Path) -> tuple[subprocess.Popen[str], int]:
    child = run(OWNER, home)
    first = child.stdout.readline()
    assert first.strip().isdigit(), first + child.stdout.read()
    return child, int(first)


def gone(data: Path, *, within: float) -> bool:
    until = time.monotonic() + within
    while tenants(data):
        if time.monotonic() > until:
            return False
        time.sleep(0.05)
    return True


def lives(pid: int) -> bool:
    """A process that ended but whose new parent has not looked yet does not live."""
    return psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE


def keep(cluster: Cluster, row: int) -> None:
    with cluster.admin("civigrid") as conn:
        conn.execute("CREATE TABLE IF NOT EXISTS kept (row int)")
        conn.execute("INSERT INTO kept VALUES (%s)", (row,))


def kept(cluster: Cluster) -> list[int]:
    with cluster.admin("civigrid") as conn:
        return [row for (row,) in conn.execute("SELECT row FROM kept ORDER BY row")]


def test_the_application_is_nobody_special_and_everything_is_set_for_keeping(cluster: Cluster) -> None:
    cluster.start()
    with psycopg.connect(cluster.url()) as conn:
        login = conn.execute("SELECT rolname, rolsuper, rolinherit FROM pg_roles WHERE rolname = current_user")
        assert login.fetchone() == ("civigrid", False, False)
        for name, value in {
            "fsync": "on", "synchronous_commit": "on", "full_page_writes": "on", "data_checksums": "on",
            "listen_addresses": "", "server_encoding": "UTF8", "TimeZone": "UTC", "log_min_error_statement": "panic",
        }.items():  # fmt: skip
            assert conn.execute("SELECT current_setting(%s)", (name,)).fetchone() == (value,)
        assert conn.execute("SELECT 'ä' < 'z', lower('Ä')").fetchone() == (False, "ä")  # C order, Unicode letters


def test_no_other_name_is_let_in(cluster: Cluster) -> None:
    cluster.start()
    for name in ("civigrid_owner", "civigrid_system", "root", "nobody"):
        with pytest.raises(psycopg.OperationalError, match=r"pg_hba.conf|authentication failed"):
            psycopg.connect(host=str(cluster.socket), user=name, dbname="civigrid")
    assert "trust" not in (cluster.places.conf / "pg_hba.conf").read_text()


def test_only_its_user_may_enter_and_what_was_there_keeps_its_mode(place: Path) -> None:
    home = place / "found"
    home.mkdir()
    home.chmod(0o751)
    cluster = Cluster(home)
    cluster.start()
    try:
        assert stat.S_IMODE(home.stat().st_mode) == 0o751
        assert home.stat().st_uid == os.geteuid()
        for folder in (cluster.places.data, cluster.places.log, cluster.socket):
            assert stat.S_IMODE(folder.stat().st_mode) == 0o700
            assert folder.stat().st_uid != 0
    finally:
        cluster.stop()
    assert gone(cluster.places.data, within=0)


def test_a_second_owner_is_told_who_is_the_first(run: Run, home: Path) -> None:
    first, _ = owner_in(run, home)
    with pytest.raises(trouble.Owned) as refused:
        Cluster(home).start()
    said, remedy = refused.value.said()
    assert f"process {first.pid}" in said
    assert str(home) in said
    assert f"kill {first.pid}" in remedy


def test_a_command_is_guest_of_the_running_server_and_leaves_it_running(run: Run, home: Path) -> None:
    _, server = owner_in(run, home)
    with embedded(home) as url, psycopg.connect(url) as conn:
        assert conn.execute("SELECT current_user").fetchone() == ("civigrid",)
    assert lives(server)


def test_a_command_that_owns_the_server_waits_for_its_guest(run: Run, home: Path) -> None:
    steps: list[str] = []
    guests: list[subprocess.Popen[str]] = []

    def told(step: str, _seconds: float) -> None:
        steps.append(step)
        if step == "waiting" and not guests[0].stdin.closed:
            guests[0].stdin.close()

    with embedded(home, progress=told):
        guests.append(run(GUEST, home, stdin=subprocess.PIPE))
        assert guests[0].stdout.readline().strip() == "civigrid"
    assert "still there" in guests[0].stdout.read()
    assert steps[0] == "making"
    assert "waiting" in steps


def test_where_an_address_is_given_nothing_is_started(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://civigrid@db.example/city")
    with embedded(home) as url:
        assert url == "postgresql://civigrid@db.example/city"
    assert not home.exists()


def test_a_killed_owner_takes_its_server_along_and_loses_nothing(run: Run, home: Path, cluster: Cluster) -> None:
    cluster.start()
    keep(cluster, 1)
    cluster.stop()
    first, server = owner_in(run, home)
    first.kill()
    first.wait()
    assert gone(cluster.places.data, within=5)
    assert not lives(server)
    cluster.start()
    assert kept(cluster) == [1]


@pytest.mark.skipif(os.uname().sysname != "Linux", reason="stopping the death signal needs Linux")
def test_a_server_that_outlived_its_owner_is_stopped_and_started_anew(run: Run, home: Path, cluster: Cluster) -> None:
    child = run("from civigrid.base.pg import server; server.dies_with_us = lambda _: None\n" + OWNER, home)
    server = int(child.stdout.readline())
    keep_by_guest(home)
    child.kill()
    child.wait()
    time.sleep(0.3)
    assert lives(server)
    cluster.start()
    assert not lives(server)
    assert kept(cluster) == [7]


def keep_by_guest(home: Path) -> None:
    guest = Cluster(home)
    holder = guest.holder()
    assert holder is not None
    guest.visit(Path(holder.socket))
    keep(guest, 7)


def test_a_killed_server_is_noticed_and_started_again_with_every_row(cluster: Cluster) -> None:
    cluster.start()
    keep(cluster, 1)
    assert cluster.pid is not None
    os.kill(cluster.pid, signal.SIGKILL)
    keep_trying_until(lambda: cluster.poll() is not None)
    cluster.start()
    assert kept(cluster) == [1]


def test_all_processes_of_a_server_killed_at_once(cluster: Cluster) -> None:
    cluster.start()
    keep(cluster, 1)
    for process in tenants(cluster.places.data):
        with suppress(psutil.NoSuchProcess):  # gone with the first of them
            process.kill()
    keep_trying_until(lambda: cluster.poll() is not None)
    cluster.start()
    assert kept(cluster) == [1]


def test_a_stale_lock_whose_number_is_somebody_elses_is_no_hindrance(cluster: Cluster) -> None:
    cluster.start()
    keep(cluster, 1)
    places, socket = cluster.places, cluster.socket
    cluster.stop()
    sleeper = subprocess.Popen(["sleep", "60"], **cluster.runner.popen())
    try:
        for stale in (places.data / "postmaster.pid", socket / ".s.PGSQL.5432.lock"):
            stale.write_text(f"{sleeper.pid}\n{places.data}\n1\n5432\n{socket}\n\n  1 1\nready\n")
        cluster.start()
        assert kept(cluster) == [1]
        assert sleeper.poll() is None
    finally:
        sleeper.kill()
        sleeper.wait()


def test_a_first_start_killed_half_way_is_started_over(home: Path, cluster: Cluster) -> None:
    half = home / "database" / "data.new"
    half.mkdir(parents=True)
    (half / "PG_VERSION").write_text("18\n")
    home.chmod(0o711)
    cluster.start()
    assert not half.exists()


@pytest.mark.slow
def test_the_other_version_and_what_a_home_was_made_with_stays(home: Path) -> None:
    for asked in ("16", "18"):
        cluster = Cluster(home, asked)
        cluster.start()
        try:
            with psycopg.connect(cluster.url()) as conn:
                assert conn.info.server_version // 10000 == 16
                assert conn.execute("SELECT lower('Ä'), 'ä' < 'z'").fetchone() == ("ä", False)
        finally:
            cluster.stop()


def test_a_version_nobody_has_is_named(home: Path) -> None:
    data = Places(home).data
    data.mkdir(parents=True)
    (data / "PG_VERSION").write_text("14\n")
    with pytest.raises(trouble.PgTrouble, match=r"PostgreSQL 14.*18, 16"):
        _ = Cluster(home).version


def keep_trying_until(true: Callable[[], bool], *, within: float = 5) -> None:
    until = time.monotonic() + within
    while not true():
        assert time.monotonic() < until, "it did not happen in time"
        time.sleep(0.02)
