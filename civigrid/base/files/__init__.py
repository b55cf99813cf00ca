"""Files people send, kept under CIVIGRID_HOME/files by the SHA-256 of what is kept.

`put` brings the bytes to disk (written, checked, synced, renamed, folder synced) and `record` writes the row, so a
committed row always has its file. A file whose row never came is swept after a day. What is taken is told by what it is
and not by what it is called: photos (written anew), film and sound (cleaned in place of what tells a place), PDF, DOCX,
XLSX and OFD (as they are, where they do not act by themselves). Only a photo is ever held in memory.
"""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import IO, BinaryIO

from civigrid.base import db, env, images
from civigrid.base.bulk import execute
from civigrid.base.errors import Refused
from civigrid.base.files import faces, keep, kinds
from civigrid.base.files.documents import PDF
from civigrid.base.files.keep import CHUNK, Kept, discard, folder, path_of, sweep_orphans
from civigrid.base.files.kinds import DOCUMENTS, MAGIC_BYTES, SOUNDS, TYPES, VIDEOS, Kind
from civigrid.base.files.reader import Bytes

__all__ = [
    "CHUNK",
    "DOCUMENTS",
    "PDF",
    "SOUNDS",
    "TYPES",
    "VIDEOS",
    "Kept",
    "Source",
    "discard",
    "folder",
    "forget",
    "hold",
    "known",
    "open_file",
    "path_of",
    "put",
    "record",
    "store",
    "sweep_orphans",
    "take",
]

Source = bytes | BinaryIO | Iterable[bytes]

# a known row keeps what it says; to write it all the same waits for somebody who is just deleting it, and makes it anew
_RECORD = """
INSERT INTO base_file AS file (sha256, size, media_type, stored_at)
SELECT sha256, size, media_type, %s FROM unnest(%s::text[], %s::bigint[], %s::text[]) AS sent (sha256, size, media_type)
ORDER BY sha256
ON CONFLICT (sha256) DO UPDATE SET size = file.size
"""
_KNOWN = "SELECT sha256, size, media_type FROM base_file WHERE sha256 = ANY (%s) ORDER BY sha256"
_HELD = f"{_KNOWN} FOR KEY SHARE"


def store(source: Source, *, media_type: str = "", now: datetime) -> Kept:
    """`put` and `record` in the open transaction, for one small file; a page puts before it opens one."""
    kept = put(source, media_type=media_type)
    record([kept], now=now)
    return kept


def put(source: Source, *, media_type: str = "") -> Kept:
    """Checks, cleans and keeps a file; on disk when this returns. `media_type` is what the sender calls it.

    Refused: file_empty, file_type, file_type_differs, file_too_large, file_broken, file_two_faced (also something
    else), file_acts (a document with a program or a link that loads by itself), file_locked (a password), file_swells
    (unpacked too large), file_tells_place (and cannot be cleaned), photo_*, storage_full, storage_closed.
    """
    chunks = _chunks(source)
    start = _start(chunks)
    kind = kinds.told(start)
    sent = _limited(itertools.chain([start], chunks), kinds.largest(*kind.limits))
    with keep.storage():
        if kind.check is None:
            return _keep_photo(b"".join(sent), media_type)
        with keep.draft() as (path, file):
            file.writelines(sent)
            return _keep_checked(path, file, kind, media_type)


def take(path: Path, *, media_type: str = "") -> Kept:
    """Like `put` for a file that is already on this disk; where it is taken, there is nothing at `path` any more."""
    with keep.storage(), path.open("r+b") as file:
        kind = kinds.told(file.read(MAGIC_BYTES))
        limit = kinds.largest(*kind.limits)
        if path.stat().st_size > limit:
            raise Refused("file_too_large", limit=limit)
        if kind.check is None:
            file.seek(0)
            kept = _keep_photo(file.read(), media_type)
        else:
            kept = _keep_checked(path, file, kind, media_type)
    path.unlink(missing_ok=True)
    return kept


def record(files: Sequence[Kept], *, now: datetime) -> None:
    """Writes the rows of files that were put, in the open transaction; a known file keeps its first row."""
    db.require_transaction()
    rows = {file.sha256: file for file in files}
    if rows:
        columns = [[getattr(file, name) for file in rows.values()] for name in ("sha256", "size", "media_type")]
        execute(_RECORD, (now, *columns))


def known(names: Collection[str], *, held: bool = True) -> dict[str, Kept]:
    """Those of the files that have a row; where `held`, it stays until the transaction ends."""
    if not names:
        return {}
    rows = execute(_HELD if held else _KNOWN, (sorted(names),))
    return {row[0]: Kept(*row) for row in rows}


def hold(names: Collection[str]) -> list[str]:
    """Those of the files that have a row, locked: until the transaction ends nothing new can point at them."""
    rows = execute(
        "SELECT sha256 FROM base_file WHERE sha256 = ANY (%s) ORDER BY sha256 FOR UPDATE", (sorted(set(names)),)
    )
    return [row[0] for row in rows]


def forget(names: Collection[str]) -> None:
    """Deletes the rows of files that nothing points at (see `hold`); `discard` them after the transaction."""
    execute("DELETE FROM base_file WHERE sha256 = ANY (%s)", (sorted(names),))


def open_file(name: str) -> BinaryIO:
    """The bytes of a kept file. Refused: file_missing."""
    try:
        return path_of(name).open("rb")
    except FileNotFoundError as error:
        raise Refused("file_missing", sha256=name) from error


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


def _limited(chunks: Iterable[bytes], limit: int) -> Iterator[bytes]:
    size = 0
    for chunk in chunks:
        size += len(chunk)
        if size > limit:
            raise Refused("file_too_large", limit=limit)
        yield chunk


def _keep_photo(photo: bytes, called: str) -> Kept:
    data = Bytes(BytesIO(photo))
    if b"%PDF-" in photo[: faces.HEAD] or faces.is_archive(data):
        raise Refused("file_two_faced")
    clean, media_type = images.clean(photo, max_pixels=env.MAX_PHOTO_PIXELS.number())
    kinds.check_called(called, media_type)
    with keep.draft() as (path, file):
        file.write(clean)
        return keep.settle(path, file, media_type)


def _keep_checked(path: Path, file: IO[bytes], kind: Kind, called: str) -> Kept:
    assert kind.check is not None
    data = Bytes(file)
    media_type = kind.check(data)
    kinds.check_size(data.size, media_type)
    kinds.check_called(called, media_type)
    return keep.settle(path, file, media_type)
