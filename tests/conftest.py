"""A PostgreSQL of the tests' own: a throw-away server per pytest worker, migrated once, cloned where a test commits."""

from __future__ import annotations

import itertools
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection

from civigrid.base.crypto import Keys
from civigrid.base.pg.roles import database_statements
from civigrid.base.pg.server import Cluster

DATA = Path(__file__).resolve().parents[2] / "shared" / "data"
_clones = itertools.count(1)

# a home and keys of the tests' own, whatever the developer's environment says
_home = tempfile.TemporaryDirectory(prefix="cghome")
os.environ.update(CIVIGRID_HOME=_home.name, CIVIGRID_KEYS_FILE=f"{_home.name}/keys.json")
Keys.make()


class Server:
    """The product's own embedded server in a folder that goes away. CIVIGRID_PG_VERSION chooses 18 or 16."""

    def __init__(self) -> None:
        self.home = Path(tempfile.mkdtemp(prefix="cg"))
        self.home.chmod(0o711)  # as root the server runs as an ordinary user, who must get in
        self.cluster = Cluster(self.home, throw_away=True)
        self.cluster.start()

    @property
    def folder(self) -> Path:
        """Where the socket is."""
        return self.cluster.socket

    def admin(self, *statements: str, database: str = "postgres") -> None:
        with self.cluster.admin(database) as conn:
            for statement in statements:
                conn.execute(statement)

    def has(self, database: str) -> bool:
        with self.cluster.admin("postgres") as conn:
            return conn.execute("SELECT 1 FROM pg_database WHERE datname = %s", (database,)).fetchone() is not None

    def stop(self) -> None:
        self.cluster.stop()
        shutil.rmtree(self.home, ignore_errors=True)


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
    server.admin("CREATE DATABASE template_civigrid", "DROP DATABASE civigrid")
    server.admin(*database_statements("template_civigrid"), database="template_civigrid")
    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        point_at(server, "template_civigrid", role="civigrid_owner")
        call_command("migrate", verbosity=0)
        connection.close()
        clone(server, "civigrid")
        point_at(server, "civigrid")


def clone(server: Server, name: str) -> None:
    server.admin(
        f"CREATE DATABASE {name} TEMPLATE template_civigrid STRATEGY file_copy",  # nothing is synced: five times faster
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
