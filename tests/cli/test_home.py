"""A home of its own from `init` to `doctor`, and an administrator's PostgreSQL from the printed SQL."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from civigrid.base.pg import wheel
from civigrid.base.pg.server import Cluster
from civigrid.base.pg.tenants import tenants

if TYPE_CHECKING:
    from conftest import Server

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("home")]


class Home:
    def __init__(self, path: Path) -> None:
        self.path = path

    def __call__(self, *words: str, **environ: str) -> subprocess.CompletedProcess[str]:
        base = {"PATH": "/usr/bin:/bin", "COLUMNS": "140", "CIVIGRID_HOME": str(self.path)}
        command = [sys.executable, "-m", "civigrid.cli", *words]
        return subprocess.run(command, env=base | environ, capture_output=True, text=True, check=False, timeout=120)

    def run_sql(self, *statements: str) -> None:
        cluster = Cluster(self.path)
        cluster.start()
        try:
            with cluster.admin("civigrid") as conn:
                for statement in statements:
                    conn.execute(statement)
        finally:
            cluster.stop()


@pytest.fixture(scope="module")
def place() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="cgh"))
    folder.chmod(0o711)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="module")
def home(place: Path) -> Home:
    home = Home(place / "home")
    made = home("init")
    assert made.returncode == 0, made.stderr
    return home


def test_before_init_doctor_says_what_is_missing_and_makes_nothing(place: Path) -> None:
    fresh = Home(place / "fresh")
    found = fresh("doctor")
    assert found.returncode == 1
    assert "Make it: civigrid init" in found.stdout
    assert not fresh.path.exists()
    assert "Traceback" not in found.stderr


def test_init_again_changes_nothing(home: Home) -> None:
    keys = (home.path / "keys.json").read_bytes()
    again = home("init")
    assert again.returncode == 0, again.stderr
    assert (home.path / "keys.json").read_bytes() == keys
    assert not tenants(home.path / "database" / "data")


def test_doctor_after_init_misses_only_the_city(home: Home) -> None:
    found = home("doctor")
    wrong = [line for line in found.stdout.splitlines() if "✗" in line]
    assert len(wrong) == 1, found.stdout + found.stderr
    assert "no city is loaded" in wrong[0]
    assert "civigrid pack load" in found.stdout


def test_lost_keys_are_not_replaced_without_being_asked(home: Home) -> None:
    keys = home.path / "keys.json"
    aside = keys.rename(keys.with_name("aside.json"))
    try:
        refused = home("init")
        assert refused.returncode == 1
        assert "no key file" in refused.stderr
        assert not keys.exists()
        served = home("serve", "--port", str(free_port()))
        assert served.returncode == 1
        assert "no key file" in served.stderr
        assert home("init", "--new-keys").returncode == 0
        assert json.loads(keys.read_text()) != json.loads(aside.read_text())
    finally:
        aside.replace(keys)
        home.run_sql("DELETE FROM base_stamp WHERE name = 'keys'")


@pytest.mark.parametrize(
    ("sql", "mended", "said"),
    [
        (
            "UPDATE django_migrations SET name = '0002_rightz' WHERE app = 'cases' AND name = '0002_rights'",
            "UPDATE django_migrations SET name = '0002_rights' WHERE app = 'cases' AND name = '0002_rightz'",
            "newer than this program",
        ),
        (
            "DELETE FROM django_migrations WHERE app = 'cases' AND name = '0002_rights'",
            "INSERT INTO django_migrations (app, name, applied) VALUES ('cases', '0002_rights', now())",
            "older than this program",
        ),
    ],
)
def test_serve_refuses_a_database_of_another_time_and_leaves_nothing(
    home: Home, sql: str, mended: str, said: str
) -> None:
    home.run_sql(sql)
    try:
        served = home("serve", "--port", str(free_port()))
        assert served.returncode == 1
        assert said in served.stderr
        assert served.stderr.count("✗") == 1
        assert "Traceback" not in served.stderr
        assert not tenants(home.path / "database" / "data")
    finally:
        home.run_sql(mended)


def test_backup_and_restore_from_the_command_line(home: Home, place: Path) -> None:
    file = place / "all.civigrid"
    made = home("backup", str(file))
    assert made.returncode == 0, made.stderr
    other = Home(place / "other")
    restored = other("restore", str(file))
    assert restored.returncode == 0, restored.stderr
    assert "lines are whole" in restored.stdout
    assert "Put them there before you serve" in restored.stderr
    assert other("serve").returncode == 1
    shutil.copy(home.path / "keys.json", other.path / "keys.json")
    assert other("ledger", "verify").returncode == 0
    again = other("restore", str(file))
    assert again.returncode == 1
    assert "not empty" in again.stderr


def test_the_printed_sql_prepares_another_server_and_may_be_repeated(home: Home, server: Server) -> None:
    url = f"postgresql://civigrid@/printed?host={server.folder}"
    printed = home("init", "--print-roles", DATABASE_URL=url)
    assert printed.returncode == 0, printed.stderr
    psql = [wheel.programs(server.cluster.version) / "psql", "-X", "-v", "ON_ERROR_STOP=1", "-q"]
    try:
        for _ in range(2):
            where = ["-h", str(server.folder), "-U", "postgres", "-d", "postgres"]
            done = subprocess.run([*psql, *where], input=printed.stdout, capture_output=True, text=True, check=False)
            assert done.returncode == 0, done.stderr
        made = home("init", DATABASE_URL=url)
        assert made.returncode == 0, made.stderr
        found = home("doctor", DATABASE_URL=url)
        assert found.stdout.count("✗") == 1, found.stdout
    finally:
        server.admin("DROP DATABASE IF EXISTS printed WITH (FORCE)")


def test_a_login_above_row_security_is_refused(home: Home, server: Server) -> None:
    server.admin("CREATE DATABASE above")
    try:
        made = home("init", DATABASE_URL=f"postgresql://postgres@/above?host={server.folder}")
        assert made.returncode == 1
        assert "row security does not bind" in made.stderr
    finally:
        server.admin("DROP DATABASE above WITH (FORCE)")


def started(home: Home, *words: str, **environ: str) -> subprocess.Popen[str]:
    base = {"PATH": "/usr/bin:/bin", "CIVIGRID_HOME": str(home.path)}
    command = [sys.executable, "-m", "civigrid.cli", *words]
    return subprocess.Popen(command, env=base | environ, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def test_database_web_and_work_as_three_units(home: Home, place: Path) -> None:
    """systemd is told when the database is ready; web and work join it, and each stops by itself without a complaint."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
        systemd.bind(str(place / "notify"))
        systemd.settimeout(30)
        database = started(home, "serve", "--database-only", NOTIFY_SOCKET=str(place / "notify"))
        units = [database]
        try:
            assert systemd.recv(100) == b"READY=1"
            port = str(free_port())
            units += [started(home, "serve", "--web-only", "--port", port), started(home, "work")]
            wait_for(f"http://127.0.0.1:{port}/readyz", units[1])
            assert home("doctor").stdout.count("✗") == 1
            for unit in reversed(units):
                assert unit.poll() is None
                unit.terminate()
                assert unit.wait(20) == 0
        finally:
            for unit in units:
                unit.kill()
                unit.communicate()
    assert not tenants(home.path / "database" / "data")


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def wait_for(url: str, unit: subprocess.Popen[str]) -> None:
    until = time.monotonic() + 30
    while time.monotonic() < until:
        try:
            with urllib.request.urlopen(url, timeout=2) as answer:
                assert answer.status == 200
                return
        except OSError:
            assert unit.poll() is None, unit.communicate()[0]
            time.sleep(0.1)
    raise AssertionError(f"{url} did not answer")
