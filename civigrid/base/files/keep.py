"""Where files are kept: a draft that is written and synced, then its name; and sweeping what nothing needs."""

from __future__ import annotations

import errno
import fcntl
import itertools
import os
import re
import secrets
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import IO

from civigrid.base import db, env
from civigrid.base.disk import full, sync_folder
from civigrid.base.errors import Refused
from civigrid.base.models import StoredFile

ORPHAN_AFTER = timedelta(hours=24)
FORGOTTEN_AFTER = timedelta(minutes=15)  # somebody may just be sending the same file again
SWEPT_AT_ONCE = 1_000
CHUNK = 1 << 20

_NAME = re.compile(r"[0-9a-f]{64}")
_CLOSED = (errno.EROFS, errno.EACCES, errno.EPERM)


@dataclass(frozen=True, slots=True)
class Kept:
    """A file on disk. `size` in bytes; all may differ from what was sent: photos are written anew, films cleaned."""

    sha256: str
    size: int
    media_type: str


def path_of(name: str) -> Path:
    """Where the file of this SHA-256 (64 hex digits) is or would be."""
    if not _NAME.fullmatch(name):
        raise Refused("file_missing", sha256=name)
    return folder() / name[:2] / name[2:4] / name


def folder() -> Path:
    return env.home() / "files"


@contextmanager
def draft() -> Iterator[tuple[Path, IO[bytes]]]:
    """An empty file that nobody else sees and that is gone afterwards, unless it got a name."""
    drafts().mkdir(mode=0o700, parents=True, exist_ok=True)
    path = drafts() / secrets.token_hex(16)
    try:
        with os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600), "w+b") as file:
            yield path, file
    finally:
        path.unlink(missing_ok=True)


def settle(path: Path, file: IO[bytes], media_type: str) -> Kept:
    """Syncs the open file at `path` and gives it its name; a file of that name is kept and made young again."""
    file.flush()
    os.fsync(file.fileno())
    name, size = _digest(file), os.fstat(file.fileno()).st_size
    final = path_of(name)
    with lock(fcntl.LOCK_SH):
        if final.is_file() and final.stat().st_size == size:
            os.utime(final)
        else:
            final.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            path.rename(final)
            os.utime(final)
            for place in (final.parent, final.parent.parent, folder()):
                sync_folder(place)
    return Kept(name, size, media_type)


def touch(name: str) -> bool:
    """Makes a kept file young again; False where it is gone."""
    with lock(fcntl.LOCK_SH):
        try:
            os.utime(path_of(name))
        except FileNotFoundError:
            return False
        return True


def _digest(file: IO[bytes]) -> str:
    digest = sha256()
    file.seek(0)
    while chunk := file.read(CHUNK):
        digest.update(chunk)
    return digest.hexdigest()


def sweep_orphans(*, now: datetime) -> int:
    """Deletes drafts and files without a row that are older than a day; how many. Opens its own transactions."""
    before = (now - ORPHAN_AFTER).timestamp()
    gone = sum(remove(path, before) for path in [path for path in drafts().glob("*") if older(path, before)])
    kept = (path.name for path in folder().glob("??/??/*") if older(path, before))
    while batch := list(itertools.islice(kept, SWEPT_AT_ONCE)):
        gone += _discard(batch, before)
    return gone


def discard(names: Collection[str], *, now: datetime) -> int:
    """Deletes those of the files that have no row; how many. What was sent again a moment ago is left to the sweep.
    Call it after the transaction that took the rows.
    """
    return _discard(names, (now - FORGOTTEN_AFTER).timestamp()) if names else 0


def _discard(names: Collection[str], before: float) -> int:
    with db.system():
        known = set(StoredFile.objects.filter(sha256__in=names).values_list("pk", flat=True))
    return sum(remove(path_of(name), before) for name in names if name not in known)


def remove(path: Path, before: float) -> bool:
    """Deletes a file last touched before that moment (seconds since 1970)."""
    with lock(fcntl.LOCK_EX):  # nobody is just making it young again
        if not older(path, before):
            return False
        path.unlink(missing_ok=True)
        return True


def older(path: Path, before: float) -> bool:
    try:
        return path.is_file() and path.stat().st_mtime < before
    except FileNotFoundError:
        return False


@contextmanager
def lock(kind: int) -> Iterator[None]:
    folder().mkdir(mode=0o700, parents=True, exist_ok=True)
    with (folder() / ".lock").open("ab") as held:
        fcntl.flock(held, kind)
        yield


def drafts() -> Path:
    return folder() / "drafts"


@contextmanager
def storage() -> Iterator[None]:
    """What the disk says, as a refusal its reader understands."""
    try:
        yield
    except OSError as error:
        if full(error):
            raise Refused("storage_full") from error
        if error.errno in _CLOSED:
            raise Refused("storage_closed") from error
        raise
