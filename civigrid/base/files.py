"""Files people send, kept under CIVIGRID_HOME/files by the SHA-256 of what is kept.

`put` brings the bytes to disk (written, synced, renamed, folder synced) and `record` writes the row, so a committed
row always has its file. A file whose row never came is swept after a day. Only photos and PDF documents are taken,
by what they are and not by what they are called.
"""

from __future__ import annotations

import errno
import fcntl
import itertools
import os
import re
import secrets
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import IO, BinaryIO

from civigrid.base import db, env, images
from civigrid.base.disk import sync_folder
from civigrid.base.errors import Refused
from civigrid.base.models import StoredFile

PDF = "application/pdf"
TYPES = (*images.TYPES, PDF)
ORPHAN_AFTER = timedelta(hours=24)
CHUNK = 1 << 20
MAGIC_BYTES = 16
SWEPT_AT_ONCE = 1_000

Source = bytes | BinaryIO | Iterable[bytes]

_NAME = re.compile(r"[0-9a-f]{64}")
_MAGIC = {images.JPEG: re.compile(rb"\xff\xd8\xff"), images.PNG: re.compile(rb"\x89PNG\r\n\x1a\n"),
          images.WEBP: re.compile(rb"RIFF....WEBP", re.DOTALL), PDF: re.compile(rb"%PDF-[12]\.\d")}  # fmt: skip
_PDF_END = re.compile(rb"%%EOF[\s\0]*\Z")
_PDF_ACTS = re.compile(rb"/JavaScript|/Launch")
_FULL = (errno.ENOSPC, errno.EDQUOT)
_CLOSED = (errno.EROFS, errno.EACCES, errno.EPERM)


@dataclass(frozen=True, slots=True)
class Kept:
    """A file on disk. `size` in bytes; both may differ from what was sent, photos are written anew."""

    sha256: str
    size: int
    media_type: str


def store(source: Source, *, media_type: str = "", now: datetime) -> Kept:
    """`put` and `record` in the open transaction, for one small file; a page puts before it opens one."""
    kept = put(source, media_type=media_type)
    record([kept], now=now)
    return kept


def put(source: Source, *, media_type: str = "") -> Kept:
    """Checks, cleans and keeps a file; on disk when this returns. `media_type` is what the sender calls it.

    Refused: file_empty, file_type, file_type_differs, file_too_large, file_broken, file_two_faced (also something
    else), file_acts (a PDF with a program), photo_*, storage_full, storage_closed.
    """
    chunks = _chunks(source)
    start = _start(chunks)
    found = _type(start, media_type)
    everything = itertools.chain([start], chunks)
    with _storage():
        if found == PDF:
            return _keep_document(_limited(everything, env.MAX_FILE_BYTES.number()))
        photo = b"".join(_limited(everything, env.MAX_PHOTO_BYTES.number()))
        _one_face(photo)
        return _keep(*images.clean(photo, max_pixels=env.MAX_PHOTO_PIXELS.number()))


def record(files: Sequence[Kept], *, now: datetime) -> None:
    """Writes the rows of files that were put, in the open transaction; a known file keeps its first row."""
    db.require_transaction()
    rows = [StoredFile(sha256=file.sha256, size=file.size, media_type=file.media_type, stored_at=now) for file in files]
    StoredFile.objects.bulk_create(rows, ignore_conflicts=True)


def open_file(name: str) -> BinaryIO:
    """The bytes of a kept file. Refused: file_missing."""
    try:
        return path_of(name).open("rb")
    except FileNotFoundError as error:
        raise Refused("file_missing", sha256=name) from error


def path_of(name: str) -> Path:
    """Where the file of this SHA-256 (64 hex digits) is or would be."""
    if not _NAME.fullmatch(name):
        raise Refused("file_missing", sha256=name)
    return folder() / name[:2] / name[2:4] / name


def folder() -> Path:
    return env.home() / "files"


def sweep_orphans(*, now: datetime) -> int:
    """Deletes drafts and files without a row that are older than a day; how many. Opens its own transactions."""
    before = (now - ORPHAN_AFTER).timestamp()
    drafts = [path for path in _drafts().glob("*") if _older(path, before)]
    kept = (path for path in folder().glob("??/??/*") if _older(path, before))
    gone = sum(_remove(path, before) for path in drafts)
    while batch := list(itertools.islice(kept, SWEPT_AT_ONCE)):
        with db.system():
            known = set(
                StoredFile.objects.filter(sha256__in=[path.name for path in batch]).values_list("pk", flat=True)
            )
        gone += sum(_remove(path, before) for path in batch if path.name not in known)
    return gone


def _chunks(source: Source) -> Iterator[bytes]:
    """Pieces of at most a few MB, none empty."""
    if isinstance(source, bytes):
        source = BytesIO(source)
    if hasattr(source, "read"):
        return iter(lambda: source.read(CHUNK), b"")
    return (bytes(chunk) for chunk in source if chunk)


def _start(chunks: Iterator[bytes]) -> bytes:
    """Enough of the file to tell what it is."""
    start = b""
    for chunk in chunks:
        start += chunk
        if len(start) >= MAGIC_BYTES:
            break
    return start


def _type(start: bytes, called: str) -> str:
    if not start:
        raise Refused("file_empty")
    found = next((media_type for media_type, magic in _MAGIC.items() if magic.match(start)), "")
    if not found:
        raise Refused("file_type")
    # telephones call photos by the wrong photo format; a document called a photo is something else
    if called in TYPES and (called == PDF) != (found == PDF):
        raise Refused("file_type_differs", called=called, found=found)
    return found


def _limited(chunks: Iterable[bytes], limit: int) -> Iterator[bytes]:
    size = 0
    for chunk in chunks:
        size += len(chunk)
        if size > limit:
            raise Refused("file_too_large", limit=limit)
        yield chunk


def _one_face(photo: bytes) -> None:
    if b"%PDF-" in photo[:1024] or _is_archive(BytesIO(photo)):
        raise Refused("file_two_faced")


def _is_archive(file: IO[bytes]) -> bool:
    # not `is_zipfile`: four bytes near the end are enough for it, and one photo in 65,000 has them by chance
    try:
        with zipfile.ZipFile(file) as archive:
            return bool(archive.namelist())
    except (zipfile.BadZipFile, OSError, ValueError):
        return False


def _keep(content: bytes, media_type: str) -> Kept:
    with _draft() as (draft, file):
        file.write(content)
        return _settle(draft, file, sha256(content).hexdigest(), media_type)


def _keep_document(chunks: Iterable[bytes]) -> Kept:
    digest, before = sha256(), b""
    with _draft() as (draft, file):
        for chunk in chunks:
            if _PDF_ACTS.search(before[-16:] + chunk):
                raise Refused("file_acts")
            digest.update(chunk)
            file.write(chunk)
            before = chunk
        file.seek(max(0, file.tell() - 1024))
        if not _PDF_END.search(file.read()):
            raise Refused("file_broken")
        if _is_archive(file):
            raise Refused("file_two_faced")
        return _settle(draft, file, digest.hexdigest(), PDF)


@contextmanager
def _draft() -> Iterator[tuple[Path, IO[bytes]]]:
    _drafts().mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = _drafts() / secrets.token_hex(16)
    try:
        with os.fdopen(os.open(draft, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600), "w+b") as file:
            yield draft, file
    finally:
        draft.unlink(missing_ok=True)


def _settle(draft: Path, file: IO[bytes], name: str, media_type: str) -> Kept:
    """Syncs the draft and gives it its name; a file of that name is kept and made young again."""
    file.flush()
    os.fsync(file.fileno())
    size = os.fstat(file.fileno()).st_size
    final = path_of(name)
    with _lock(fcntl.LOCK_SH):
        if final.is_file() and final.stat().st_size == size:
            os.utime(final)
        else:
            final.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            draft.rename(final)
            for place in (final.parent, final.parent.parent, folder()):
                sync_folder(place)
    return Kept(name, size, media_type)


def _remove(path: Path, before: float) -> bool:
    with _lock(fcntl.LOCK_EX):  # nobody is just making it young again
        if not _older(path, before):
            return False
        path.unlink(missing_ok=True)
        return True


def _older(path: Path, before: float) -> bool:
    try:
        return path.is_file() and path.stat().st_mtime < before
    except FileNotFoundError:
        return False


@contextmanager
def _lock(kind: int) -> Iterator[None]:
    with (folder() / ".lock").open("ab") as lock:
        fcntl.flock(lock, kind)
        yield


def _drafts() -> Path:
    return folder() / "drafts"


@contextmanager
def _storage() -> Iterator[None]:
    """What the disk says, as a refusal its reader understands."""
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            raise Refused("storage_full") from error
        if error.errno in _CLOSED:
            raise Refused("storage_closed") from error
        raise
