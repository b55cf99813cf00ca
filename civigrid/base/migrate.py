"""Brings the database's tables to this code's state, and tells whether they are there already.

Migrations run as `civigrid_owner` on a connection of their own, outside the pool, one process at a time.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any, Literal

import psycopg
from django.core.management import call_command
from django.db import DatabaseError, InterfaceError, OperationalError, connection, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.loader import MigrationLoader

from civigrid.base import db
from civigrid.base.trouble import Trouble
from civigrid.base.trouble import gettext_noop as _

State = Literal["ready", "empty", "behind", "ahead"]
Name = tuple[str, str]  # application, migration

ALIAS = "owner"
LOCK = 7_305_002  # the number of the advisory lock; any constant no other part uses
OLDEST = 160000
_DJANGOS = {"pool", "cursor_factory", "context", "prepare_threshold"}  # no names of the driver's own


class DatabaseTrouble(Trouble):
    """The database cannot be used as it is."""


RETIRED = {("sessions", "0001_initial")}  # Django's own sessions: ours stand in `directory_session`


class Unreachable(DatabaseTrouble):
    """Nobody answers there, for now."""

    passing = True


def state() -> State:
    """Whether the tables are those of this code. Opens a transaction of its own; DatabaseError passes."""
    with db.system(made=False):
        return judge(applied(connections["default"]))


def judge(done: set[Name]) -> State:
    """A migration this code does not know was made by a newer one."""
    if done - known():
        return "ahead"
    if not done:
        return "empty"
    return "ready" if needed() <= done else "behind"


def applied(conn: BaseDatabaseWrapper) -> set[Name]:
    """The migrations the database has had, asked by a role that may know."""
    with conn.cursor() as cursor:
        cursor.execute("SELECT to_regclass('public.django_migrations') IS NOT NULL")
        row = cursor.fetchone()
        if not row or not row[0]:
            return set()
        cursor.execute("SELECT app, name FROM django_migrations")
        return {(app, name) for app, name in cursor.fetchall()}


@lru_cache(maxsize=1)
def _loader() -> MigrationLoader:
    return MigrationLoader(None)


def needed() -> set[Name]:
    """The migrations of this code."""
    return set(_loader().graph.nodes)


def known() -> set[Name]:
    """Those, the ones they replaced, and those of what the program no longer has."""
    replaced = {name for migration in _loader().disk_migrations.values() for name in migration.replaces}
    return set(_loader().disk_migrations) | replaced | RETIRED


def migrate(*, waiting: Callable[[float], None] = lambda _seconds: None) -> None:
    """Applies what is missing. Raises DatabaseTrouble where the database is newer or its roles are not there.

    `waiting` hears, in seconds, how long another process has been migrating.
    """
    with owner() as conn, _alone(conn, waiting):
        done = applied(conn)
        if judge(done) == "ahead":
            raise ahead()
        if not needed() <= done:
            call_command("migrate", database=ALIAS, verbosity=0, interactive=False)


@contextmanager
def owner() -> Iterator[BaseDatabaseWrapper]:
    """A connection that has taken on `civigrid_owner`, under the alias "owner" while it lasts."""
    settings = connection.settings_dict
    options = {name: value for name, value in settings["OPTIONS"].items() if name != "pool"}
    options["options"] = f"{options.get('options', '')} -c role={db.OWNER}".strip()
    connections.settings[ALIAS] = {**settings, "OPTIONS": options}
    try:
        _connect(connections[ALIAS])
        yield connections[ALIAS]
    finally:
        connections[ALIAS].close()
        del connections[ALIAS]
        del connections.settings[ALIAS]


def _connect(conn: BaseDatabaseWrapper) -> None:
    try:
        conn.ensure_connection()
    except (OperationalError, InterfaceError) as error:
        raise _unusable(error) from error
    check_server(conn.connection)


def _unusable(error: DatabaseError | InterfaceError) -> DatabaseTrouble:
    said = str(error)
    if "role" in said and (db.OWNER in said or db.sqlstate(error) in ("22023", "42501")):
        return no_roles()
    return unreachable(said)


def check_server(conn: psycopg.Connection[Any]) -> None:
    """Refuses a server that is too old, or a login that rights and row security do not bind."""
    if conn.info.server_version < OLDEST:
        raise DatabaseTrouble(
            _("The database server is PostgreSQL {found}; Civigrid needs 16 or later."),
            _("Upgrade the server, or leave DATABASE_URL empty to use the embedded one."),
            found=conn.info.server_version // 10000,
        )
    free = conn.execute(
        "SELECT rolsuper OR rolbypassrls OR (rolinherit AND EXISTS (SELECT FROM pg_auth_members WHERE member = r.oid "
        "AND inherit_option)) FROM pg_roles r WHERE rolname = session_user"
    ).fetchone()
    if free and free[0]:
        raise DatabaseTrouble(
            _("DATABASE_URL logs in as {user}, whom row security does not bind: every page would show everything."),
            _("Log in as civigrid; `civigrid init --print-roles` prints the SQL that makes it."),
            user=conn.info.user,
        )


@contextmanager
def _alone(conn: BaseDatabaseWrapper, waiting: Callable[[float], None]) -> Iterator[None]:
    """Asks again and again rather than wait in the database, where a waiting transaction could hold up the other."""
    began = time.monotonic()
    with conn.cursor() as cursor:
        while not _granted(cursor):
            waiting(time.monotonic() - began)
            time.sleep(0.2)
        try:
            yield
        finally:
            if conn.is_usable():
                cursor.execute("SELECT pg_advisory_unlock(%s)", (LOCK,))


def _granted(cursor: Any) -> bool:
    cursor.execute("SELECT pg_try_advisory_lock(%s)", (LOCK,))
    return bool(cursor.fetchone()[0])


def require_ready(*, or_older: bool = False) -> State:
    """What `serve` and `work` ask first. Raises DatabaseTrouble unless login and tables are what this code needs; with
    `or_older`, for who copies the tables as they are, they may be an older code's.
    """
    knock()
    try:
        found = state()
    except (OperationalError, InterfaceError) as error:
        raise _unusable(error) from error
    except DatabaseError as error:
        if db.sqlstate(error) in ("22023", "42501"):  # no such role, or not ours to take
            raise no_roles() from error
        raise
    if found == "ahead":
        raise ahead()
    if found == "empty":
        raise empty()
    if found == "behind" and not or_older:
        raise behind()
    return found


def knock(seconds: int = 10) -> None:
    """One connection outside the pool, which would hide the reason behind its own patience. Raises Unreachable, after
    `seconds` (at least 2) where nobody says no either.
    """
    given = {name: value for name, value in connection.get_connection_params().items() if name not in _DJANGOS}
    try:
        with psycopg.connect(**{"connect_timeout": seconds, **given}) as conn:
            check_server(conn)
    except psycopg.OperationalError as error:
        raise unreachable(str(error)) from error


def empty() -> DatabaseTrouble:
    return DatabaseTrouble(_("There are no tables in the database yet."), _("Make them: civigrid init"))


def behind() -> DatabaseTrouble:
    return DatabaseTrouble(
        _("The database is older than this program."),
        _("Back it up (civigrid backup FILE), then bring it up to date: civigrid init"),
    )


def ahead() -> DatabaseTrouble:
    return DatabaseTrouble(
        _("The database is newer than this program: it was used by a later version."),
        _("Install that version or a later one; going back is not possible without restoring a backup."),
    )


def no_roles() -> DatabaseTrouble:
    return DatabaseTrouble(
        _("The database lacks the roles Civigrid works with, or its login may not take them on."),
        _("Let its administrator run what `civigrid init --print-roles` prints."),
    )


def unreachable(said: str) -> Unreachable:
    return Unreachable(
        _("The database does not answer: {said}"),
        _("Look whether it runs and whether DATABASE_URL is right; without DATABASE_URL the embedded one is used."),
        said=said.strip().splitlines()[-1] if said.strip() else "?",
    )
