"""One file with everything but the keys: the database as pg_dump tells it, the stored files, and what they belong to.

    manifest.json    what is inside, made by which version, with the dump's SHA-256
    database.dump    pg_dump's custom format
    files/ab/cd/...  as under CIVIGRID_HOME

The dump is read as `civigrid_system`, which sees every row, and restored as `civigrid_owner`; so both work on the
embedded server and on any other without its administrator. Files are taken after the dump: a file is there before the
row that names it, so none can be missing. Written beside and renamed; restored in one transaction.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import IO, Any

from django.db import connection, connections
from psycopg.conninfo import make_conninfo

from civigrid import __version__
from civigrid.base import crypto, db, env, files, migrate
from civigrid.base.disk import sync_folder
from civigrid.base.pg import wheel
from civigrid.base.trouble import Trouble
from civigrid.base.trouble import gettext_noop as _

FORMAT = 1
OLDEST, NEWEST = 16, 18  # servers the wheel's programs fit
MANIFEST, DUMP, FILES = "manifest.json", "database.dump", "files"
CHUNK = 1 << 20
_STORED = re.compile(r"files/[0-9a-f]{2}/[0-9a-f]{2}/[0-9a-f]{64}")
# made with the database, for its roles, by its administrator: not ours to restore
_NOT_OURS = re.compile(r"^\d+; .* (SCHEMA - public|ACL - SCHEMA public|COMMENT - SCHEMA public|EXTENSION -|DATABASE -)")

Heard = Callable[[int], None]


class BackupTrouble(Trouble):
    """The backup cannot be made or used."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup says of itself. `keys` tells which key file it needs, and nothing about the keys."""

    format: int
    version: str
    made_at: str
    server: int
    migrations: list[str]
    dump_sha256: str
    keys: str


def backup(target: Path, *, now: datetime, heard: Heard = lambda _bytes: None) -> Manifest:
    """Writes `target`, which must not exist. `heard` is told the bytes written so far. The tables may be older than this
    code: who upgrades backs up first. Nobody's session is in it, so that a restore signs nobody in again who signed out.
    """
    if target.exists():
        raise BackupTrouble(_("{path} exists already."), _("Choose another name; nothing is overwritten."), path=target)
    migrate.require_ready(or_older=True)
    part = target.with_name(f"{target.name}.part")
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".civigrid-") as scratch:
        dump = Path(scratch) / DUMP
        manifest = _describe(dump, now)
        try:
            _pack(part, manifest, dump, heard)
            part.rename(target)
        finally:
            part.unlink(missing_ok=True)
    sync_folder(target.parent)
    return manifest


def _describe(dump: Path, now: datetime) -> Manifest:
    """Makes the dump and says what it holds."""
    with db.system(made=False):
        done = sorted(f"{app}.{name}" for app, name in migrate.applied(connections["default"]))
        server = connection.connection.info.server_version // 10000
    _run(
        "pg_dump", server, "--format=custom", f"--role={db.SYSTEM}", "--enable-row-security", f"--file={dump}",
        "--exclude-table-data=directory_session", "--exclude-table-data=django_session",
    )  # fmt: skip
    return Manifest(FORMAT, __version__, now.isoformat(), server, done, _sha256(dump), crypto.fingerprint())


def _pack(part: Path, manifest: Manifest, dump: Path, heard: Heard) -> None:
    with _private(part) as out, tarfile.open(fileobj=out, mode="w") as tar:
        _add(tar, MANIFEST, BytesIO(json.dumps(asdict(manifest), indent=1).encode()))
        with dump.open("rb") as content:
            _add(tar, DUMP, content)
        for path in sorted(files.folder().glob("??/??/*")):
            with suppress(FileNotFoundError), path.open("rb") as content:  # an orphan may be swept meanwhile
                _add(tar, f"{FILES}/{path.relative_to(files.folder())}", content)
            heard(out.tell())
        tar.close()
        out.flush()
        os.fsync(out.fileno())


@contextmanager
def _private(path: Path) -> Iterator[IO[bytes]]:
    """It holds what people said: nobody else may read it."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        yield file


def _add(tar: tarfile.TarFile, name: str, content: IO[bytes]) -> None:
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode = content.seek(0, os.SEEK_END), 0o600
    content.seek(0)
    tar.addfile(entry, content)


def read(source: Path) -> Manifest:
    """The manifest of a backup. Raises BackupTrouble where it is none, or of a kind this version does not know."""
    with _readable(source), tarfile.open(source) as tar:
        first = tar.next()
        content = tar.extractfile(first) if first and first.name == MANIFEST else None
        found: dict[str, Any] = json.loads(content.read(CHUNK)) if content else {}
        if found.get("format") == FORMAT:
            return Manifest(**found)
    raise _damaged(source)


def restore(source: Path, *, heard: Heard = lambda _bytes: None) -> Manifest:
    """Fills an empty database and files folder from `source`: all of it, or nothing.

    Afterwards the tables may be older than this code; `migrate.migrate()` brings them up to date.
    """
    manifest = read(source)
    _check_fits(manifest)
    files.folder().mkdir(mode=0o700, parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=env.home(), prefix=".restore-") as scratch:
        names = _unpack(source, Path(scratch), heard)
        if _sha256(Path(scratch) / DUMP) != manifest.dump_sha256:
            raise _damaged(source)
        added = _place(Path(scratch), names)
        try:
            _load(Path(scratch))
        except BaseException:
            for path in added:
                path.unlink(missing_ok=True)
            raise
    return manifest


def _check_fits(manifest: Manifest) -> None:
    newer = {tuple(name.split(".", 1)) for name in manifest.migrations} - migrate.known()
    if newer:
        raise BackupTrouble(
            _("The backup was made by Civigrid {version}, which is newer than this one."),
            _("Install that version or a later one and restore there."),
            version=manifest.version,
        )
    with migrate.owner() as conn:
        here = conn.connection.info.server_version // 10000
        tables = conn.connection.execute(
            "SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')"
        ).fetchone()[0]
    if here < manifest.server:
        raise BackupTrouble(
            _("The backup comes from PostgreSQL {there}; this one is {here}."),
            _("Restore to PostgreSQL {there} or later: set CIVIGRID_PG_VERSION before `civigrid init`."),
            there=manifest.server,
            here=here,
        )
    if tables:
        raise BackupTrouble(
            _("The database is not empty: it has {count} tables."),
            _("Restore into an empty one: another CIVIGRID_HOME, or another database in DATABASE_URL."),
            count=tables,
        )


def _unpack(source: Path, scratch: Path, heard: Heard) -> list[str]:
    """The names of the stored files; each is checked against its own name, and no other name leaves the archive."""
    names = []
    with _readable(source), tarfile.open(source) as tar:
        for entry in tar:
            stored = bool(_STORED.fullmatch(entry.name))
            if not entry.isreg() or not (stored or entry.name in (MANIFEST, DUMP)):
                raise _damaged(source)
            digest = _extract(tar, entry, scratch / entry.name)
            if stored and not entry.name.endswith(f"/{digest}"):
                raise _damaged(source)
            if stored:
                names.append(entry.name.removeprefix(f"{FILES}/"))
            heard(tar.offset)
    return names


@contextmanager
def _readable(source: Path) -> Iterator[None]:
    try:
        yield
    except (tarfile.TarError, ValueError, TypeError) as error:
        raise _damaged(source) from error


def _extract(tar: tarfile.TarFile, entry: tarfile.TarInfo, path: Path) -> str:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    content, digest = tar.extractfile(entry), hashlib.sha256()
    assert content is not None
    with _private(path) as out:
        while chunk := content.read(CHUNK):
            digest.update(chunk)
            out.write(chunk)
        out.flush()
        os.fsync(out.fileno())
    return digest.hexdigest()


def _place(scratch: Path, names: Sequence[str]) -> list[Path]:
    """Moves the files to where they belong; those that were there already are the same by their name."""
    others = {str(path.relative_to(files.folder())) for path in files.folder().glob("??/??/*")} - set(names)
    if others:
        raise BackupTrouble(
            _("{folder} holds {count} files that are not in the backup."),
            _("Restore into an empty CIVIGRID_HOME."),
            folder=files.folder(),
            count=len(others),
        )
    added = []
    for name in names:
        target = files.folder() / name
        if not target.exists():
            target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            shutil.move(scratch / FILES / name, target)
            sync_folder(target.parent)
            added.append(target)
    return added


def _load(scratch: Path) -> None:
    """The dump's tables, rows and rights in one transaction, as their owner."""
    with migrate.owner() as conn:
        server = conn.connection.info.server_version // 10000
        _own_defaults(conn, "REVOKE", "FROM")
    contents = scratch / "contents"
    listed = _run("pg_restore", server, "--list", str(scratch / DUMP), connected=False).splitlines()
    contents.write_text("\n".join(line for line in listed if not _NOT_OURS.match(line)) + "\n")
    try:
        _run(
            "pg_restore", server, "--single-transaction", "--exit-on-error", "--no-owner", f"--role={db.OWNER}",
            f"--use-list={contents}", str(scratch / DUMP),
        )  # fmt: skip
    finally:
        with migrate.owner() as conn:
            _own_defaults(conn, "GRANT", "TO")


def _own_defaults(conn: Any, verb: str, to: str) -> None:
    """Rights by default are taken away for the restore: it must give each table those it had, and no others."""
    with conn.cursor() as cursor:
        for rights in ("SELECT, INSERT, UPDATE, DELETE ON TABLES", "USAGE, SELECT, UPDATE ON SEQUENCES"):
            cursor.execute(f"ALTER DEFAULT PRIVILEGES IN SCHEMA public {verb} {rights} {to} {db.SYSTEM}")


def _run(program: str, server: int, *arguments: str, connected: bool = True) -> str:
    """Runs a client program of the wheel that fits the server; a password never stands on the command line."""
    if server > NEWEST:
        raise BackupTrouble(
            _("The server is PostgreSQL {server}, newer than the tools that came with this Civigrid."),
            _("Install a newer Civigrid, or back it up with that server's own pg_dump."),
            server=server,
        )
    where, password = _where()
    command: list[str | Path] = [
        wheel.programs("16" if server == OLDEST else "18") / program,
        *([where] if connected else []),
        *arguments,
    ]
    environ = {**os.environ, "LC_ALL": "C", "PGPASSWORD": password}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environ, stdin=subprocess.DEVNULL)
    if done.returncode:
        raise _failed(program, done.stderr)
    return done.stdout


def _where() -> tuple[str, str]:
    """(the option that names the database, the password), as Django connects."""
    given = connection.get_connection_params()
    ours = {"cursor_factory", "context", "pool", "prepare_threshold", "password", "options"}
    known = {name: value for name, value in given.items() if name not in ours}
    return f"--dbname={make_conninfo(**known)}", str(given.get("password") or "")


def _failed(program: str, said: str) -> Trouble:
    lines = [line for line in said.splitlines() if "error" in line.lower()] or said.splitlines() or ["?"]
    return BackupTrouble(
        _("{program} failed: {said}"),
        _("Nothing was kept of it. Put that right and run it again."),
        program=program,
        said=lines[0],
    )


def _damaged(source: Path) -> BackupTrouble:
    return BackupTrouble(
        _("{path} is not a whole backup of Civigrid."),
        _("It was cut off, changed, or made by something else: take another copy. Nothing was restored."),
        path=source,
    )


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
