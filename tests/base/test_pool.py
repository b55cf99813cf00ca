"""Connections of the pool: looked at without a statement, and never given out dead."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import pytest
from django.db.utils import OperationalError

from civigrid.base.postgres.base import DatabaseWrapper
from civigrid.settings import database
from tests.conftest import Server

NAME = "of this test"
OURS = f"FROM pg_stat_activity WHERE application_name = '{NAME}'"


@pytest.fixture
def pooled(server: Server, django_db_blocker: Any) -> Iterator[Any]:
    settings = database(f"postgresql://civigrid@/postgres?host={server.folder}")
    settings["OPTIONS"] |= {"application_name": NAME, "pool": {"min_size": 1, "max_size": 1, "timeout": 5}}
    defaults = {"ATOMIC_REQUESTS": False, "AUTOCOMMIT": True, "CONN_MAX_AGE": 0, "CONN_HEALTH_CHECKS": False}
    found = DatabaseWrapper(settings | defaults | {"TIME_ZONE": None, "TEST": {}}, alias="pooled")
    with django_db_blocker.unblock():
        yield found
        found.close()
        found.close_pool()


def end(server: Server) -> None:
    """The server closes every connection of this test, and has done so on return."""
    with server.cluster.admin("postgres") as conn:
        conn.execute(f"SELECT pg_terminate_backend(pid) {OURS}")
        while conn.execute(f"SELECT 1 {OURS}").fetchone():
            time.sleep(0.01)


def asked(connection: Any, statement: str) -> Any:
    """One statement over a connection of the pool, which then goes back."""
    with connection.cursor() as cursor:
        cursor.execute(statement)
        row = cursor.fetchone()
    connection.close()
    return row[0]


def test_a_connection_the_server_closed_is_never_given_out(server: Server, pooled: Any) -> None:
    first = asked(pooled, "SELECT pg_backend_pid()")
    assert asked(pooled, "SELECT pg_backend_pid()") == first
    end(server)
    assert asked(pooled, "SELECT pg_backend_pid()") != first


def test_a_connection_that_was_told_something_is_kept(server: Server, pooled: Any) -> None:
    """The server says a changed setting to everybody: no reason to throw the connection away."""
    first = asked(pooled, "SELECT pg_backend_pid()")
    server.admin("ALTER SYSTEM SET TimeZone = 'Asia/Tokyo'", "SELECT pg_reload_conf()")
    try:
        assert asked(pooled, "SELECT pg_backend_pid()") == first
    finally:
        server.admin("ALTER SYSTEM RESET TimeZone", "SELECT pg_reload_conf()")


def test_a_connection_lost_in_use_says_so(server: Server, pooled: Any) -> None:
    with pooled.cursor() as cursor:
        end(server)
        with pytest.raises(OperationalError):
            cursor.execute("SELECT 1")
    pooled.close()
    assert asked(pooled, "SELECT 1") == 1
