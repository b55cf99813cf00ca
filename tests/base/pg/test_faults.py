"""Disks that are full or read-only, folders of the wrong user, paths that are too long: each has its own message."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import psutil
import psycopg
import pytest

from civigrid.base.pg import runner, trouble, wheel
from civigrid.base.pg.places import LONGEST, SOCKET, Places
from civigrid.base.pg.server import Cluster
from civigrid.base.pg.tenants import tenants

ROOT = os.geteuid() == 0
as_root = pytest.mark.skipif(not ROOT, reason="only root drops to another user")


@pytest.fixture
def mounted(place: Path) -> Iterator[Callable[[str], Path]]:
    """Mounts an empty disk of some kind; skipped where nobody may mount."""
    mounts: list[Path] = []

    def mount(options: str) -> Path:
        folder = place / f"disk{len(mounts)}"
        folder.mkdir(mode=0o755)
        asked = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)]
        if not ROOT or subprocess.run(asked, check=False, capture_output=True).returncode:
            pytest.skip("needs the right to mount a small disk (root)")
        mounts.append(folder)
        return folder

    yield mount
    for folder in mounts:
        subprocess.run(["umount", "-l", folder], check=True)


def said(error: pytest.ExceptionInfo[trouble.PgTrouble]) -> str:
    return " ".join(error.value.said())


def test_a_read_only_home(mounted: Callable[[str], Path]) -> None:
    disk = mounted("ro,size=1m")
    with pytest.raises(trouble.PgTrouble, match="cannot be written") as error:
        Cluster(disk / "home").start()
    assert "CIVIGRID_HOME" in said(error)


def test_a_disk_too_small_for_a_database_leaves_no_half_of_one(mounted: Callable[[str], Path]) -> None:
    home = mounted("size=24m,mode=755") / "home"
    with pytest.raises(trouble.Full, match="is full"):
        Cluster(home).start()
    assert not (home / "database" / "data").exists()
    assert not (home / "database" / "data.new").exists()


@pytest.mark.slow
def test_a_disk_that_fills_up_loses_nothing_and_is_named_until_there_is_room(mounted: Callable[[str], Path]) -> None:
    home = mounted("size=220m,mode=755") / "home"
    cluster = Cluster(home)
    cluster.start()
    try:
        committed = fill(cluster, home / "ballast")
        stop_hard(cluster)
        with pytest.raises(trouble.Full, match="is full"):
            start_until_it_fails(cluster, home / "ballast")
        (home / "ballast").unlink()
        cluster.start()
        with cluster.admin("civigrid") as conn:
            assert conn.execute("SELECT count(*) FROM kept").fetchone() == (committed,)
    finally:
        cluster.stop()


def fill(cluster: Cluster, ballast: Path) -> int:
    """Writes rows until the disk is full; how many were committed."""
    with cluster.admin("civigrid") as conn:
        conn.execute("CREATE TABLE kept (row text)")
        conn.execute("INSERT INTO kept VALUES ('first')")
    pour(ballast)
    committed = 1
    with pytest.raises(psycopg.Error), cluster.admin("civigrid") as conn:
        while True:
            conn.execute("INSERT INTO kept SELECT repeat(md5(n::text), 300) FROM generate_series(1, 100) n")
            committed += 100
    return committed


def pour(ballast: Path) -> None:
    """Takes all room that is left."""
    with pytest.raises(OSError), ballast.open("ab", buffering=0) as file:
        while True:
            file.write(b"\0" * 65536)


def stop_hard(cluster: Cluster) -> None:
    for process in tenants(cluster.places.data):
        with suppress(psutil.NoSuchProcess):  # the first one's death ends others
            process.kill()
    while cluster.poll() is None:
        pass


def start_until_it_fails(cluster: Cluster, ballast: Path) -> None:
    """A restart may find a little room that the crash gave back; that is taken too."""
    for _ in range(3):
        pour(ballast)
        cluster.start()
        stop_hard(cluster)


def test_a_path_too_long_for_a_socket_gets_a_short_private_one(place: Path) -> None:
    home = place / ("a" * 60) / ("城格" * 12) / "home"
    cluster = Cluster(home)
    cluster.start()
    try:
        assert len(os.fsencode(cluster.socket / SOCKET)) <= LONGEST
        assert cluster.socket.stat().st_mode & 0o777 == 0o700
        with psycopg.connect(cluster.url()) as conn:
            assert conn.execute("SELECT current_user").fetchone() == ("civigrid",)
    finally:
        cluster.stop()
        for left in cluster.socket.iterdir():
            left.unlink()
        cluster.socket.rmdir()


@pytest.mark.parametrize("trick", ["a link", "an open folder"])
def test_a_short_path_somebody_else_made_first_is_not_used(
    place: Path, monkeypatch: pytest.MonkeyPatch, trick: str
) -> None:
    runtime = place / "runtime"
    runtime.mkdir()
    monkeypatch.setenv("TMPDIR", str(runtime))
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(runtime))
    monkeypatch.setattr("tempfile.tempdir", None)
    cluster = Cluster(place / ("a" * 90) / "home")
    short = cluster.places.socket(runner.choose(cluster.places.data))
    assert short.parent == runtime
    if trick == "a link":
        (place / "elsewhere").mkdir(mode=0o700)
        short.symlink_to(place / "elsewhere")
    else:
        short.mkdir()
        short.chmod(0o777)
    with pytest.raises(trouble.PgTrouble, match="not made by Civigrid"):
        cluster.start()


@as_root
def test_as_root_a_home_behind_a_closed_door_is_named_with_a_way_out(place: Path) -> None:
    closed = place / "closed"
    closed.mkdir(mode=0o700)
    with pytest.raises(trouble.PgTrouble, match="cannot reach") as error:
        Cluster(closed / "home").start()
    assert "/var/lib/civigrid" in said(error)
    assert closed.stat().st_mode & 0o777 == 0o700
    assert not list(closed.iterdir())


@as_root
def test_as_root_the_owner_of_the_database_runs_it_and_root_is_refused(place: Path) -> None:
    data = Places(place / "home").data
    data.mkdir(parents=True)
    with pytest.raises(trouble.PgTrouble, match="chown -R"):
        runner.choose(data)
    os.chown(data, 65534, 65534)
    assert runner.choose(data).uid == 65534


@as_root
@pytest.mark.slow
def test_as_root_programs_out_of_the_servers_reach_are_copied_once(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours = wheel.package()
    reaches = runner.Runner.reaches
    monkeypatch.setattr(runner.Runner, "reaches", lambda self, path: ours not in path.parents and reaches(self, path))
    copies: list[str] = []
    copy = wheel._copy
    monkeypatch.setattr(wheel, "_copy", lambda version, tree: (copies.append(version), copy(version, tree))[1])
    for _ in range(2):
        cluster = Cluster(place / "home")
        cluster.start()
        try:
            (program,) = [process.exe() for process in tenants(cluster.places.data) if process.pid == cluster.pid]
            assert program.startswith(str(place / "home" / "pgsql-18."))
        finally:
            cluster.stop()
    assert copies == ["18"]


STRANGER = """
import sys
from pathlib import Path
from civigrid.base.pg.server import Cluster
from civigrid.base.pg.trouble import PgTrouble
cluster = Cluster(Path(sys.argv[1]))
try:
    cluster.start()
    with cluster.admin() as conn:
        print(conn.execute("SELECT 'served by ' || (SELECT count(*) FROM pg_roles WHERE rolname LIKE 'civigrid%')").fetchone()[0])
    print(cluster.runner.dropped, cluster.places.data.stat().st_mode & 0o777 == 0o700)
    cluster.stop()
except PgTrouble as trouble:
    print(trouble)
"""


def as_nobody(*arguments: str) -> str:
    """Runs a program as an ordinary user: ourselves, or nobody where we are root."""
    who: dict[str, Any] = {"user": 65534, "group": 65534, "extra_groups": []} if ROOT else {}
    paths = os.pathsep.join([os.getcwd(), sysconfig.get_paths()["purelib"]])
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    for python in (sys.executable, f"/usr/bin/python{version}"):
        try:
            done = subprocess.run(
                [python, "-c", STRANGER, *arguments], env={"PATH": os.defpath, "PYTHONPATH": paths, "HOME": "/nonexistent"},
                capture_output=True, text=True, check=False, cwd="/", **who,
            )  # fmt: skip
        except PermissionError:
            continue
        return done.stdout + done.stderr
    pytest.skip("no Python that an ordinary user may run")


def test_an_ordinary_user_runs_it_as_himself(place: Path) -> None:
    place.chmod(0o777)
    assert as_nobody(str(place / "home")) == "served by 4\nFalse True\n"


def test_an_ordinary_user_is_told_of_a_home_he_may_not_write(place: Path) -> None:
    closed = place / "closed"
    closed.mkdir()
    closed.chmod(0o555)
    assert "cannot be written" in as_nobody(str(closed / "home"))


@as_root
def test_an_ordinary_user_is_told_whose_database_it_is(place: Path, cluster: Cluster) -> None:
    cluster.start()
    owner = cluster.runner.name
    cluster.stop()
    for folder in (cluster.places.home, cluster.places.home / "run", cluster.places.home / "database"):
        folder.chmod(0o777)
    cluster.places.lock.chmod(0o666)
    assert f"belongs to the user {owner}, and this is nobody" in as_nobody(str(cluster.places.home))
