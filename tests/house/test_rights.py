"""What each role may do, read from the database's own catalogue after every migration has run."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from django.db import connection

from tests.house.source import STREAM
from tests.house.test_models import tables

pytestmark = pytest.mark.django_db

# tables no page may read at all, and why; every other table is readable, by rows where it has a scope
SYSTEM_ONLY = {
    "ledger_head": "the lock of a stream; the lines are what is read",
    "base_repeated_request": "answers given to one account, with whatever stood in them",
    "base_upload": "files on their way, each one account's own",
    "base_tally": "how often somebody knocked; no page lists it",
    "base_reader": "how far a worker has read the events",
    "intake_slip": "the hashed codes by which senders see their own reports",
    "directory_session": "where people are signed in; the keys are as good as a password",
    "directory_token": "with what programs sign in; no page lists them",
    "intake_contact": "the sealed contacts; opened one at a time by an action that writes a line",
}
# tables that have a scope without being of the stream
SCOPED = {"ledger_line", "ledger_text", "base_event"}
LINES = {"ledger_line", "cases_clock_event"}
# the only tables the program deletes from, and why; every other row stays for good
DELETED_FROM = {
    "ledger_text": "words are deleted by rule",
    "base_event": "kept for seven days",
    "base_file": "a file that belongs to nothing",
    "base_repeated_request": "kept for a day",
    "base_upload": "kept for a day, or until it is used",
    "base_tally": "counts for an hour or a day",
    "base_stamp": "says which edition is in force; nothing is lost with it",
    "directory_session": "somebody signed out, or was away for half a day",
    "intake_contact": "kept as long as a way to answer is needed",
    "intake_pending": "a report that was processed is off the list",
}
# of a report pages read no more than they show
REPORT_COLUMNS = {"id", "source", "kind", "title", "text", "place_text", "received_at", "erased_at"}
SYSTEM_CHANGES_NOTHING = ("UPDATE", "DELETE", "TRUNCATE")


def rows(sql: str, *values: Any) -> list[Sequence[Any]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return list(cursor.fetchall())


def ours() -> dict[str, str]:
    """Table name -> the area it belongs to."""
    return {model._meta.db_table: model._meta.app_label for model in tables()}


def may(role: str, table: str, right: str) -> bool:
    """With a column right counting as one for SELECT."""
    check = "has_any_column_privilege" if right == "SELECT" else "has_table_privilege"
    return bool(rows(f"SELECT {check}(%s, %s, %s)", role, table, right)[0][0])


def secured() -> dict[str, bool]:
    """Tables with row security -> whether it holds for their owner too."""
    public = "relnamespace = 'public'::regnamespace"
    found = rows(f"SELECT relname, relforcerowsecurity FROM pg_class WHERE relrowsecurity AND {public}")
    return {str(name): bool(forced) for name, forced in found}


def test_every_table_has_a_declared_right() -> None:
    """A table nobody thought about is one whose rows appear, or fail to, where nobody expects it."""
    undeclared = [table for table in ours() if not may("civigrid_web", table, "SELECT") and table not in SYSTEM_ONLY]
    assert undeclared == []


def test_no_page_reads_what_only_the_system_may() -> None:
    assert [table for table in SYSTEM_ONLY if table in ours() and may("civigrid_web", table, "SELECT")] == []
    assert [table for table in SYSTEM_ONLY if table not in ours()] == []


def test_tables_of_the_stream_are_secured_by_row() -> None:
    """A plain grant would show every row of it to every post."""
    stream = {table for table, area in ours().items() if area in STREAM} - set(SYSTEM_ONLY)
    assert sorted((stream | SCOPED) - set(secured())) == []


def test_row_security_holds_for_the_owner_too() -> None:
    assert sorted(table for table, forced in secured().items() if not forced) == []


def test_every_policy_is_one_of_ours() -> None:
    """system sees all; web may only read; nobody else is named."""
    wrong = [
        (table, name)
        for table, name, roles, command in rows("SELECT tablename, policyname, roles::text[], cmd FROM pg_policies")
        if not (roles == ["civigrid_system"] and name == "system")
        and not (roles == ["civigrid_web"] and command == "SELECT")
    ]
    assert wrong == []


def test_pages_write_nothing() -> None:
    """`civigrid_web` reads; what a person does goes through a verb, as the system."""
    wrong = [
        (table, right)
        for (table,) in rows("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        for right in ("INSERT", "UPDATE", "DELETE", "TRUNCATE")
        if may("civigrid_web", table, right)
    ]
    assert wrong == []


def test_the_login_may_do_nothing() -> None:
    """A query outside the doors of `base.db` fails, whatever the table, but for what it takes a role with."""
    readable = [
        table
        for (table,) in rows("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        if may("civigrid", table, "SELECT")
    ]
    assert readable == ["base_stamp"]


def test_the_login_gets_more_rights_by_one_function_alone() -> None:
    """What a function with its owner's rights tells, it tells whoever may execute it."""
    definers = "prosecdef AND pronamespace = 'public'::regnamespace"
    callable_by_login = rows(
        f"SELECT proname FROM pg_proc WHERE {definers} AND has_function_privilege('civigrid', oid, 'EXECUTE')"
    )
    assert [name for (name,) in callable_by_login] == ["directory_entrance"]
    assert rows(f"SELECT proname FROM pg_proc WHERE {definers} AND proconfig IS NULL") == []  # a path of its own


@pytest.mark.parametrize("table", sorted(LINES))
def test_lines_are_changed_by_nobody(table: str) -> None:
    """By grant for the roles, and by trigger for whoever has the right anyway: the owner and the superuser."""
    held = [
        (role, right)
        for role in ("public", "civigrid", "civigrid_web", "civigrid_system")
        for right in SYSTEM_CHANGES_NOTHING
        if may(role, table, right)
    ]
    assert held == []
    triggers = rows(
        "SELECT tgname FROM pg_trigger WHERE tgrelid = %s::regclass AND tgenabled = 'O' AND NOT tgisinternal", table
    )
    assert {name for (name,) in triggers} >= {"append_only", "no_truncate"}


def test_nothing_is_deleted_that_was_not_meant_to_be() -> None:
    """Nobody truncates; and only what is temporary, or personal, is ever deleted."""
    assert [table for table in ours() if may("civigrid_system", table, "TRUNCATE")] == []
    assert {table for table in ours() if may("civigrid_system", table, "DELETE")} == set(DELETED_FROM)


def test_pages_see_of_a_report_what_they_show() -> None:
    columns = rows("SELECT attname FROM pg_attribute WHERE attrelid = 'intake_report'::regclass AND attnum > 0")
    readable = {
        name
        for (name,) in columns
        if rows("SELECT has_column_privilege('civigrid_web', 'intake_report', %s, 'SELECT')", name)[0][0]
    }
    assert readable == REPORT_COLUMNS


def test_a_report_is_changed_by_erasure_alone() -> None:
    """The trigger's own behaviour is tried in tests/intake; here: that it is there, and no one is let past it."""
    triggers = rows(
        "SELECT tgname FROM pg_trigger WHERE tgrelid = 'intake_report'::regclass AND tgenabled = 'O' "
        "AND NOT tgisinternal"
    )
    assert {name for (name,) in triggers} >= {"immutable", "no_delete", "no_truncate"}


def test_nobody_holds_a_post_twice_on_one_day() -> None:
    excluded = rows("SELECT conname FROM pg_constraint WHERE contype = 'x' AND conrelid = 'directory_post'::regclass")
    assert excluded == [("directory_post_held_once",)]


def test_all_tables_belong_to_the_owner() -> None:
    """Nobody who runs the application can alter a table or switch its row security off."""
    owners = rows("SELECT DISTINCT tableowner FROM pg_tables WHERE schemaname = 'public'")
    assert owners == [("civigrid_owner",)]
    power = rows(
        "SELECT rolname FROM pg_roles WHERE rolname LIKE 'civigrid%%' AND (rolsuper OR rolbypassrls OR rolcreaterole)"
    )
    assert power == []


def test_versions_never_overlap() -> None:
    """Two versions of one thing valid on the same day would make every answer about that day a matter of luck."""
    versions = {table for table in ours() if table.endswith("_version")}
    excluded = rows("SELECT conrelid::regclass::text FROM pg_constraint WHERE contype = 'x'")
    assert len(versions) > 5
    assert sorted(versions - {table for (table,) in excluded}) == []


def test_no_time_is_the_databases_own() -> None:
    """No column default and no generated column reads the database's clock."""
    found = rows(
        "SELECT adrelid::regclass::text, pg_get_expr(adbin, adrelid) FROM pg_attrdef "
        "WHERE adrelid::regclass::text = ANY(%s) AND pg_get_expr(adbin, adrelid) ~* %s",
        list(ours()),
        r"now\(|current_|timestamp\(|clock_",
    )
    assert found == []
