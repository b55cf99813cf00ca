"""A backup is made in one place and restored in another: the same rows, rights, rules and files, and a whole ledger."""

from __future__ import annotations

import io
import json
import stat
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.contrib.auth import get_user_model
from django.db import connection
from PIL import Image

from civigrid.base import backup, crypto, db, files, ledger, migrate
from civigrid.base.bulk import execute
from civigrid.base.ledger import Line
from civigrid.base.pg.roles import database_statements

if TYPE_CHECKING:
    from conftest import Server

NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)

RIGHTS = {
    "tables": "SELECT relname, relowner::regrole::text, relrowsecurity, relforcerowsecurity, "
    "(SELECT array_agg(item::text ORDER BY item::text) FROM unnest(relacl) item) FROM pg_class "
    "WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'S', 'p', 'v') ORDER BY relname",
    "policies": "SELECT tablename, policyname, roles, cmd, qual, with_check FROM pg_policies ORDER BY 1, 2",
    "triggers": "SELECT tgrelid::regclass::text, tgname, pg_get_triggerdef(oid) FROM pg_trigger "
    "WHERE NOT tgisinternal ORDER BY 1, 2",
    "constraints": "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint "
    "WHERE connamespace = 'public'::regnamespace ORDER BY 1, 2",
    # PostgreSQL writes a cast of a list as casts of its members when it reads its own words again
    "indexes": r"SELECT indexname, regexp_replace(indexdef, '::[a-z ]+(\[\])?|[()]', '', 'g') FROM pg_indexes "
    "WHERE schemaname = 'public' ORDER BY 1",
    "functions": "SELECT proname, proowner::regrole::text, prosrc FROM pg_proc "
    "WHERE pronamespace = 'public'::regnamespace ORDER BY 1, 3",
    "defaults": "SELECT defaclrole::regrole::text, defaclobjtype, defaclacl::text FROM pg_default_acl ORDER BY 1, 2",
}


@pytest.fixture
def lived(fresh_db: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A database in use: lines with words, a stored photo, numbers drawn from a sequence."""
    monkeypatch.setenv("CIVIGRID_HOME", str(tmp_path / "here"))
    (tmp_path / "here").mkdir()
    kept = files.put(photo())
    with db.system():
        files.record([kept], now=NOW)
        ledger.append([Line("case", 7, "opened", {"stage": "accept"}, text="路灯不亮")], now=NOW)
        ledger.append([Line("case", 7, "accepted"), Line("report", 1, "received", text="来电")], now=NOW)
        with connection.cursor() as cursor:
            cursor.execute("SELECT nextval('cases_number'), nextval('cases_number')")
    return fresh_db


def photo() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (8, 8), "green").save(out, "JPEG")
    return out.getvalue()


@contextmanager
def elsewhere(server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Another home with an empty database."""
    name = "elsewhere"
    server.admin(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)", f"CREATE DATABASE {name}")
    server.admin(*database_statements(name), database=name)
    before = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = name
    monkeypatch.setenv("CIVIGRID_HOME", str(tmp_path / "there"))
    (tmp_path / "there").mkdir(exist_ok=True)
    try:
        yield name
    finally:
        connection.close()
        connection.settings_dict["NAME"] = before
        server.admin(f"DROP DATABASE {name} WITH (FORCE)")


def everything(server: Server, database: str) -> dict[str, Any]:
    """Every row of every table, every sequence, and every right, as the administrator sees them."""
    with server.cluster.admin(database) as conn:
        found: dict[str, Any] = {what: conn.execute(question).fetchall() for what, question in RIGHTS.items()}
        for name, kind in conn.execute(
            "SELECT relname, relkind FROM pg_class WHERE relnamespace = 'public'::regnamespace "
            "AND relkind IN ('r', 'S') ORDER BY 1"
        ).fetchall():
            rows = conn.execute(f'SELECT to_jsonb(t)::text FROM "{name}" t').fetchall() if kind == "r" else None
            found[name] = sorted(rows) if rows is not None else last_value(conn, name)
    return found


def last_value(conn: Any, sequence: str) -> Any:
    return conn.execute(f'SELECT last_value, is_called FROM "{sequence}"').fetchone()


def test_what_was_backed_up_stands_elsewhere_to_the_last_right(
    server: Server, lived: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = backup.backup(tmp_path / "all.civigrid", now=NOW)
    there = everything(server, lived)
    assert len(there["ledger_line"]) == 3
    assert len(there["base_file"]) == 1
    with elsewhere(server, tmp_path, monkeypatch) as name:
        told: list[int] = []
        assert backup.restore(tmp_path / "all.civigrid", heard=told.append) == made
        assert told
        here = everything(server, name)
        assert here.keys() == there.keys()
        for what in there:
            assert here[what] == there[what], what
        assert migrate.state() == "ready"
        with db.system():
            report = ledger.verify()
            assert (report.ok, report.lines, report.streams) == (True, 3, 2)
            assert ledger.read("case", 7)[0].text == "路灯不亮"
        (sha,) = [json.loads(row)["sha256"] for (row,) in here["base_file"]]
        with files.open_file(sha) as stored:
            assert stored.read()[:2] == b"\xff\xd8"


def test_who_is_signed_in_is_not_after_a_restore(
    server: Server, lived: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with db.system():
        get_user_model()._default_manager.create(username="li", made_at=NOW)
        execute("INSERT INTO directory_session (session_key, session_data, expire_date) VALUES ('k', 'd', 'infinity')")
    backup.backup(tmp_path / "all.civigrid", now=NOW)
    with elsewhere(server, tmp_path, monkeypatch):
        backup.restore(tmp_path / "all.civigrid")
        with db.system():
            assert get_user_model()._default_manager.filter(username="li").exists()
            assert execute("SELECT count(*) FROM directory_session") == [(0,)]


def test_who_upgrades_can_back_up_first(
    server: Server, lived: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The last thing the database has not had: to give up the table of Django's sessions."""
    server.admin(
        "DELETE FROM django_migrations WHERE name = '0004_no_other_sessions'",
        "SET ROLE civigrid_owner",
        "CREATE TABLE django_session (session_key text)",
        "INSERT INTO django_session VALUES ('somebody signed in')",
        database=lived,
    )
    assert migrate.state() == "behind"
    made = backup.backup(tmp_path / "all.civigrid", now=NOW)
    assert "directory.0004_no_other_sessions" not in made.migrations
    with elsewhere(server, tmp_path, monkeypatch) as name:
        backup.restore(tmp_path / "all.civigrid")
        assert migrate.state() == "behind"
        with server.cluster.admin(name) as conn:
            assert conn.execute("SELECT count(*) FROM django_session").fetchone() == (0,)
        migrate.migrate()
        assert migrate.state() == "ready"
        assert "django_session" not in everything(server, name)


def test_it_is_private_and_holds_no_key(lived: str, tmp_path: Path) -> None:
    target = tmp_path / "all.civigrid"
    backup.backup(target, now=NOW)
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    whole = target.read_bytes()
    keys = json.loads(crypto.keys().path.read_text())
    for secret in (keys["site_secret"], keys["index_key"], *keys["sealing"].values()):
        assert secret.encode() not in whole
    with tarfile.open(target) as tar:
        assert {name.split("/")[0] for name in tar.getnames()} == {"manifest.json", "database.dump", "files"}
    assert sorted(path.name for path in tmp_path.iterdir()) == ["all.civigrid", "here"]


def test_nothing_is_overwritten(lived: str, tmp_path: Path) -> None:
    target = tmp_path / "all.civigrid"
    target.write_text("mine")
    with pytest.raises(backup.BackupTrouble, match="exists already"):
        backup.backup(target, now=NOW)
    assert target.read_text() == "mine"


def test_a_database_in_use_is_never_restored_over(lived: str, tmp_path: Path) -> None:
    backup.backup(tmp_path / "all.civigrid", now=NOW)
    with pytest.raises(backup.BackupTrouble, match="not empty"):
        backup.restore(tmp_path / "all.civigrid")


def test_a_home_with_other_files_is_not_mixed_with_it(
    server: Server, lived: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    backup.backup(tmp_path / "all.civigrid", now=NOW)
    with elsewhere(server, tmp_path, monkeypatch):
        other = tmp_path / "there" / "files" / "ab" / "cd" / ("abcd" + "0" * 60)
        other.parent.mkdir(parents=True)
        other.touch()
        with pytest.raises(backup.BackupTrouble, match="not in the backup"):
            backup.restore(tmp_path / "all.civigrid")
        assert migrate.state() == "empty"


def rewritten(source: Path, target: Path, name: str, content: bytes) -> Path:
    """The same archive with one entry's content changed, or added."""
    with tarfile.open(source) as old, tarfile.open(target, "w") as new:
        entries = {entry.name: old.extractfile(entry).read() for entry in old}  # type: ignore[union-attr]
        entries[name] = content
        for entry_name, data in entries.items():
            entry = tarfile.TarInfo(entry_name)
            entry.size = len(data)
            new.addfile(entry, io.BytesIO(data))
    return target


@pytest.mark.parametrize(
    "damage", ["cut off", "a changed dump", "a changed file", "a path that leads out", "no backup"]
)
def test_a_damaged_backup_restores_nothing(
    server: Server, lived: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, damage: str
) -> None:
    whole, bad = tmp_path / "all.civigrid", tmp_path / "bad.civigrid"
    backup.backup(whole, now=NOW)
    with tarfile.open(whole) as tar:
        stored = next(name for name in tar.getnames() if name.startswith("files/"))
        dump = tar.extractfile("database.dump").read()  # type: ignore[union-attr]
    if damage == "cut off":
        bad.write_bytes(whole.read_bytes()[: whole.stat().st_size // 2])
    elif damage == "a changed dump":
        rewritten(whole, bad, "database.dump", dump[:-1] + b"x")
    elif damage == "a changed file":
        rewritten(whole, bad, stored, b"another photo")
    elif damage == "a path that leads out":
        rewritten(whole, bad, "files/../../../escaped", b"x")
    else:
        bad.write_bytes(b"hello")
    with elsewhere(server, tmp_path, monkeypatch):
        with pytest.raises(backup.BackupTrouble, match="not a whole backup"):
            backup.restore(bad)
        assert migrate.state() == "empty"
        assert not list((tmp_path / "there").rglob("*/??/??/*"))
    assert not list(tmp_path.rglob("escaped"))


def test_a_restore_that_fails_half_way_leaves_nothing_and_can_be_repeated(
    server: Server, lived: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    backup.backup(tmp_path / "all.civigrid", now=NOW)
    with elsewhere(server, tmp_path, monkeypatch) as name:
        server.admin("CREATE FUNCTION civigrid_refuse() RETURNS int LANGUAGE sql AS 'SELECT 1'", database=name)
        with pytest.raises(backup.BackupTrouble, match="pg_restore failed"):
            backup.restore(tmp_path / "all.civigrid")
        assert migrate.state() == "empty"
        assert not list((tmp_path / "there" / "files").glob("??/??/*"))
        server.admin("DROP FUNCTION civigrid_refuse()", database=name)
        backup.restore(tmp_path / "all.civigrid")
        assert migrate.state() == "ready"


def test_a_backup_of_a_newer_program_is_left_alone(
    server: Server, lived: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = tmp_path / "all.civigrid"
    backup.backup(whole, now=NOW)
    with tarfile.open(whole) as tar:
        manifest = json.loads(tar.extractfile("manifest.json").read())  # type: ignore[union-attr]
    manifest["migrations"].append("cases.0999_from_the_future")
    manifest["version"] = "9.9"
    bad = rewritten(whole, tmp_path / "newer.civigrid", "manifest.json", json.dumps(manifest).encode())
    with elsewhere(server, tmp_path, monkeypatch), pytest.raises(backup.BackupTrouble, match=r"9\.9.*newer"):
        backup.restore(bad)
