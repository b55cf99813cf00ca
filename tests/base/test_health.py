"""Whether it is well, and what to do where it is not."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.utils.translation import override

from civigrid.base import db, env, health, migrate
from civigrid.base.health import Check, Waiting


@pytest.fixture
def now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture(autouse=True)
def fresh(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(health, "_started", None)
    monkeypatch.setattr(health, "_queues", {})
    with override("en"):
        yield


def named(found: list[Check], name: str) -> Check:
    return next(check for check in found if check.name == name)


def test_all_is_well(fresh_db: str, now: datetime) -> None:
    health.add_queue("reports", lambda: Waiting(0, None))
    found = health.checks(now=now)
    assert {check.name: check.detail for check in found if not check.ok} == {}
    assert [check.name for check in found] == [
        "keys", "disk", "clock", "database", "migrations", "key mark", "roles", "database clock", "queue reports", "parked",
        "jobs",
    ]  # fmt: skip
    assert health.ready(now=now) == (
        True,
        dict.fromkeys(("keys", "disk", "database", "migrations", "key mark", "roles", "queue reports"), True)
        | {"clock": True},
    )
    assert health.alive() == {"ok": True}


def test_a_lost_database_is_said_at_once_and_the_rest_is_still_looked_at(
    fresh_db: str, now: datetime, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    connection.close()
    before = connection.settings_dict["HOST"]
    connection.settings_dict["HOST"] = str(tmp_path)
    try:
        found = health.checks(now=now)
        with monkeypatch.context() as nobody_waits, pytest.raises(migrate.Unreachable):
            nobody_waits.setattr(db, "system", lambda: pytest.fail("the pool tries for ten seconds"))
            health.figures(now)
    finally:
        connection.settings_dict["HOST"] = before
    assert [check.name for check in found] == ["keys", "disk", "clock", "database"]
    assert not found[-1].ok and "does not answer" in found[-1].detail and "DATABASE_URL" in found[-1].remedy
    assert named(found, "keys").ok


def test_older_and_newer_tables_are_told_apart(server: Any, fresh_db: str, now: datetime) -> None:
    change = "UPDATE django_migrations SET name = '0099_later' WHERE app = 'cases' AND name = '0002_rights'"
    server.admin("DELETE FROM django_migrations WHERE app = 'cases' AND name = '0002_rights'", database=fresh_db)
    older = health.checks(now=now)[-1]
    server.admin(
        "INSERT INTO django_migrations (app, name, applied) VALUES ('cases', '0002_rights', now())",
        change,
        database=fresh_db,
    )
    newer = health.checks(now=now)[-1]
    assert (older.name, older.ok, newer.name, newer.ok) == ("migrations", False, "migrations", False)
    assert "older" in older.detail and "newer" in newer.detail
    assert health.ready(now=now)[0] is False


@pytest.mark.parametrize(
    ("statement", "detail"),
    [
        ("ALTER TABLE cases_case NO FORCE ROW LEVEL SECURITY", "cases_case"),
        ("ALTER TABLE cases_case DISABLE ROW LEVEL SECURITY", "cases_case"),
        ("GRANT UPDATE ON ledger_line TO civigrid_system", "ledger_line"),
        ("GRANT DELETE ON ledger_line TO civigrid_web", "ledger_line"),
    ],
)
def test_opened_tables_are_named(server: Any, fresh_db: str, now: datetime, statement: str, detail: str) -> None:
    server.admin(statement, database=fresh_db)
    found = named(health.checks(now=now), "roles")
    assert not found.ok and detail in found.detail and found.remedy


@pytest.mark.parametrize(("role", "name"), [("civigrid", "database"), ("civigrid_web", "roles")])
def test_a_role_above_row_security_is_named(server: Any, fresh_db: str, now: datetime, role: str, name: str) -> None:
    server.admin(f"ALTER ROLE {role} BYPASSRLS")
    try:
        connection.close()
        found = [check for check in health.checks(now=now) if not check.ok]
    finally:
        server.admin(f"ALTER ROLE {role} NOBYPASSRLS")
    assert [check.name for check in found] == [name]
    assert "row security" in found[0].detail and "civigrid init" in found[0].remedy


def test_a_full_disk_and_a_closed_home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv(env.HOME.name, str(tmp_path / "not" / "made" / "yet"))
    assert health.disk().ok
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=5 << 20))
    assert not health.disk().ok and "5 MB" in health.disk().detail and "1024 MB" in health.disk().remedy
    monkeypatch.setattr(health.os, "access", lambda *_: False)
    assert "cannot be written" in health.disk().detail and "CIVIGRID_HOME" in health.disk().remedy


def test_a_missing_key_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv(env.KEYS_FILE.name, str(tmp_path / "none.json"))
    found = health.keys_file()
    assert not found.ok and str(tmp_path) in found.detail and "civigrid init" in found.remedy


@pytest.mark.parametrize("seconds", [-3600, 3600])
def test_a_clock_that_jumps_is_said_once(now: datetime, seconds: int) -> None:
    assert health.clock(now=now).ok
    assert health.clock(now=now + timedelta(seconds=1)).ok
    jumped = health.clock(now=now + timedelta(seconds=seconds))
    assert not jumped.ok and str(seconds) in jumped.detail and not jumped.needed
    assert health.clock(now=now + timedelta(seconds=seconds)).ok


def test_a_database_on_another_clock(fresh_db: str, now: datetime) -> None:
    found = named(health.checks(now=now - timedelta(minutes=2)), "database clock")
    assert not found.ok and "time service" in found.remedy and not found.needed


@pytest.mark.parametrize(("minutes", "well"), [(4, True), (6, False)])
def test_a_queue_that_waits_too_long(fresh_db: str, now: datetime, minutes: int, well: bool) -> None:
    health.add_queue("reports", lambda: Waiting(12, now - timedelta(minutes=minutes)))
    found = named(health.checks(now=now), "queue reports")
    assert (found.ok, health.ready(now=now)[0]) == (well, well)
    assert "12 waiting" in found.detail and bool(found.remedy) is not well


def test_a_queue_that_is_not_needed_sends_nobody_away(fresh_db: str, now: datetime) -> None:
    health.add_queue("search", lambda: Waiting(12, now - timedelta(hours=1)), needed=False)
    assert not named(health.checks(now=now), "queue search").ok
    assert health.ready(now=now)[0]


def test_what_was_given_up_is_said_and_sends_nobody_away(fresh_db: str, now: datetime) -> None:
    health.add_queue("reports", lambda: Waiting(0, None, parked=2))
    found = named(health.checks(now=now), "parked")
    assert not found.ok and "2" in found.detail and "Try again" in found.remedy
    assert health.ready(now=now)[0]


def test_the_figures_of_queues_jobs_and_disk(fresh_db: str, now: datetime) -> None:
    health.add_queue("reports", lambda: Waiting(12, now - timedelta(minutes=2), parked=1))
    health.add_queue("search", lambda: Waiting(0, None))
    told = {gauge.name: dict(gauge.values) for gauge in [*health.figures(now), *health.room(now)]}
    assert told["civigrid_queue_waiting"] == {("reports",): 12, ("search",): 0}
    assert told["civigrid_queue_oldest_seconds"] == {("reports",): 120, ("search",): 0}
    assert told["civigrid_queue_parked"] == {("reports",): 1, ("search",): 0}
    assert told["civigrid_jobs_failed"] == {(): 0}
    assert 0 < told["civigrid_disk_free_bytes"][()] < told["civigrid_disk_bytes"][()]


def test_a_queue_that_cannot_be_counted_is_not_well(fresh_db: str, now: datetime) -> None:
    def broken() -> Waiting:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM no_such_table")
        raise AssertionError

    health.add_queue("reports", broken)
    found = health.checks(now=now)
    assert not named(found, "queue reports").ok and "no_such_table" in named(found, "queue reports").detail
    assert named(found, "jobs").ok, "one broken check leaves the next its own transaction"


def test_what_it_says_goes_through_the_translation(
    fresh_db: str, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(health, "_", lambda message: f"译{message}")
    said = {check.name: check.detail for check in health.checks(now=now)}
    assert [name for name, detail in said.items() if not detail.startswith("译")] == ["clock", "database"]
