"""Bringing a database up to date: an empty one, an older one, a newer one, and those that cannot be used."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest
from django.db import connection

from civigrid.base import migrate
from civigrid.base.pg.roles import database_statements
from civigrid.cli import boot

if TYPE_CHECKING:
    from conftest import Server

LAST = ("cases", "0002_rights")


def use(**settings: str) -> None:
    """Points Django elsewhere; the `fresh_db` fixture sets it right again."""
    connection.close()
    connection.settings_dict.update(settings)


@pytest.fixture
def bare(server: Server, fresh_db: str) -> Iterator[str]:
    """A database with its rights and no table."""
    server.admin("CREATE DATABASE bare")
    server.admin(*database_statements("bare"), database="bare")
    use(NAME="bare")
    yield "bare"
    connection.close()
    server.admin("DROP DATABASE bare WITH (FORCE)")


def forget(server: Server, database: str, name: tuple[str, str]) -> None:
    server.admin(f"DELETE FROM django_migrations WHERE app = '{name[0]}' AND name = '{name[1]}'", database=database)


def record(server: Server, database: str, name: tuple[str, str]) -> None:
    values = f"('{name[0]}', '{name[1]}', now())"
    server.admin(f"INSERT INTO django_migrations (app, name, applied) VALUES {values}", database=database)


def test_an_empty_database_becomes_ready_and_again_changes_nothing(bare: str) -> None:
    assert migrate.state() == "empty"
    migrate.migrate()
    assert migrate.state() == "ready"
    migrate.migrate()
    migrate.require_ready()


def test_tables_belong_to_the_owner_and_pages_may_not_change_them(server: Server, bare: str) -> None:
    migrate.migrate()
    with server.cluster.admin(bare) as conn:
        owners = conn.execute("SELECT DISTINCT tableowner FROM pg_tables WHERE schemaname = 'public'").fetchall()
        assert owners == [("civigrid_owner",)]
        written = conn.execute(
            "SELECT count(*) FROM information_schema.role_table_grants "
            "WHERE grantee IN ('civigrid', 'civigrid_web') AND privilege_type <> 'SELECT'"
        ).fetchone()
        assert written == (0,)


def test_an_older_database_is_named(server: Server, fresh_db: str) -> None:
    forget(server, fresh_db, LAST)
    assert migrate.state() == "behind"
    with pytest.raises(migrate.DatabaseTrouble, match="older than this program"):
        migrate.require_ready()


def test_one_from_before_there_was_a_mark_of_the_keys_asks_for_none(
    server: Server, fresh_db: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(migrate, "require_ready", lambda *, or_older: "behind")
    server.admin("DROP TABLE base_stamp", database=fresh_db)
    boot.check(keys=True, ready=True, or_older=True)


def test_a_database_that_has_what_the_program_gave_up_is_as_good(server: Server, fresh_db: str) -> None:
    for name in migrate.RETIRED:
        record(server, fresh_db, name)
    assert migrate.state() == "ready"
    migrate.migrate()


def test_a_newer_database_is_left_alone(server: Server, fresh_db: str) -> None:
    forget(server, fresh_db, LAST)
    record(server, fresh_db, ("cases", "0999_from_the_future"))
    assert migrate.state() == "ahead"
    for refused in (migrate.require_ready, migrate.migrate):
        with pytest.raises(migrate.DatabaseTrouble, match="newer than this program"):
            refused()


def test_two_at_once_wait_for_each_other(server: Server, bare: str) -> None:
    waited = threading.Event()
    with server.cluster.admin(bare) as other:
        other.execute("SELECT pg_advisory_lock(%s)", (migrate.LOCK,))
        seen: list[float] = []

        def waiting(seconds: float) -> None:
            seen.append(seconds)
            other.execute("SELECT pg_advisory_unlock(%s)", (migrate.LOCK,))
            waited.set()

        migrate.migrate(waiting=waiting)
    assert waited.is_set()
    assert len(seen) == 1
    assert migrate.state() == "ready"


def test_the_lock_is_given_back(server: Server, fresh_db: str) -> None:
    migrate.migrate()
    with server.cluster.admin(fresh_db) as other:
        assert other.execute("SELECT pg_try_advisory_lock(%s)", (migrate.LOCK,)).fetchone() == (True,)


@contextmanager
def not_granted(server: Server, role: str) -> Iterator[None]:
    server.admin(f"REVOKE {role} FROM civigrid")
    try:
        yield
    finally:
        server.admin(f"GRANT {role} TO civigrid WITH INHERIT FALSE, SET TRUE")


def test_missing_roles_are_told_with_what_to_do(server: Server, fresh_db: str) -> None:
    connection.close()
    with not_granted(server, "civigrid_owner"), pytest.raises(migrate.DatabaseTrouble, match="--print-roles"):
        migrate.migrate()
    with not_granted(server, "civigrid_system"), pytest.raises(migrate.DatabaseTrouble, match="--print-roles"):
        migrate.require_ready()


@pytest.mark.parametrize("step", [migrate.migrate, migrate.require_ready])
def test_an_administrators_login_is_refused(server: Server, fresh_db: str, step: object) -> None:
    use(USER="postgres")
    with pytest.raises(migrate.DatabaseTrouble, match="row security does not bind"):
        step()  # type: ignore[operator]


@pytest.mark.parametrize("step", [migrate.migrate, migrate.require_ready])
def test_a_database_that_is_not_there_is_told(server: Server, fresh_db: str, step: object) -> None:
    use(NAME="nowhere")
    with pytest.raises(migrate.DatabaseTrouble, match=r'does not answer.*"nowhere" does not exist'):
        step()  # type: ignore[operator]
