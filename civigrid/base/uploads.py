"""Files that arrive in pieces, over lines that break: what is safely on disk is never sent twice.

Each upload is one account's under one post, and nobody else's; an account has only so many and so large ones that no form took
yet, arrived or not. Its bytes are in a file of their own; a piece is synced
before the row says that it is there, and a tail that no row knows (a process died) is cut before the next piece. When
all has arrived, the file goes the way of every other one (`base.files.take`). What nobody touched for a day is gone.
Every function opens its own transaction; bytes are written while the row is locked, so two senders never mix.
"""

from __future__ import annotations

import json
import os
import re
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from civigrid.base import db, env, files, locks
from civigrid.base.bulk import execute
from civigrid.base.disk import sync_folder
from civigrid.base.errors import Refused
from civigrid.base.files import Kept, keep, kinds

KEPT_FOR = timedelta(hours=24)
LONGEST_NAME = 200
LONGEST_TYPE = 127
LOCK = 7_305_005  # the class of the advisory locks on accounts; any constant no other part uses
TRIED_AGAIN = frozenset({"storage_full", "storage_closed"})  # not the file's fault

_TOKEN = re.compile(r"[0-9a-f]{32}")
_COLUMNS = "token, name, media_type, size, arrived, touched_at, kept::text, refused::text"
_BEGIN = f"""
WITH living AS (
    SELECT count(*) AS number, coalesce(sum(size), 0) AS bytes FROM base_upload WHERE account_id = %s AND touched_at > %s
), begun AS (
    INSERT INTO base_upload (token, account_id, post_id, name, media_type, size, arrived, touched_at)
    SELECT %s, %s, %s, %s, %s, %s::bigint, 0, %s FROM living WHERE number < %s AND bytes + %s <= %s
    RETURNING {_COLUMNS}
)
SELECT living.number, begun.* FROM living LEFT JOIN begun ON true
"""  # noqa: S608  # column names of our own
_FIND = f"""
SELECT {_COLUMNS} FROM base_upload WHERE token = %s AND account_id = %s AND post_id = %s AND touched_at > %s
"""  # noqa: S608
_LOCK = f"{_FIND} FOR NO KEY UPDATE"
_ARRIVED = "UPDATE base_upload SET arrived = %s, touched_at = %s WHERE token = %s"
_ENDED = "UPDATE base_upload SET kept = %s::jsonb, refused = %s::jsonb, touched_at = %s WHERE token = %s"
_DELETE = """
DELETE FROM base_upload WHERE token = ANY (%s) AND account_id = %s AND post_id = %s RETURNING token
"""
_EXPIRE = "DELETE FROM base_upload WHERE touched_at <= %s RETURNING token"
_LIVING = "SELECT token FROM base_upload WHERE token = ANY (%s)"


@dataclass(frozen=True, slots=True)
class Owner:
    """An account acting under a post; below 0, the number of a sender who has no account."""

    account_id: int
    post_id: int


@dataclass(frozen=True, slots=True)
class Room:
    """How many uploads an owner may have at a time that no form took yet, and how many bytes together."""

    most: int
    bytes: int


def usual() -> Room:
    """What an account may have."""
    return Room(env.MAX_OPEN_UPLOADS.number(), env.MAX_UPLOADS_BYTES.number())


@dataclass(frozen=True, slots=True)
class Upload:
    """`offset` of `size` bytes are here; `kept` is what it became, once all were."""

    token: str
    name: str
    media_type: str
    size: int
    offset: int
    expires_at: datetime
    kept: Kept | None = None

    @property
    def whole(self) -> bool:
        return self.offset == self.size


def begin(
    *, owner: Owner, size: int, name: str = "", media_type: str = "", now: datetime, room: Room | None = None
) -> Upload:
    """Room for `size` bytes. Refused: file_empty, file_too_large, upload_too_many, upload_too_much, storage_full,
    storage_closed.
    """
    limit = kinds.limit_of(media_type)
    if size <= 0:
        raise Refused("file_empty")
    if size > limit:
        raise Refused("file_too_large", limit=limit)
    token = secrets.token_hex(16)
    with keep.storage():
        _new_part(token)
    try:
        with db.system():
            return _begun(token, owner, (name[:LONGEST_NAME], media_type[:LONGEST_TYPE], size, now), room or usual())
    except Refused:
        _part(token).unlink(missing_ok=True)
        raise


def find(token: str, *, owner: Owner, now: datetime) -> Upload:
    """How far it is. Refused: upload_gone; and again why the file was not taken, where it was not."""
    with db.system():
        return _open(token, owner, now, _FIND)


def append(token: str, offset: int, chunks: Iterable[bytes], *, owner: Owner, now: datetime) -> Upload:
    """Puts the chunks at `offset`; on disk when this returns. They must be at hand: the row is locked meanwhile.

    Refused: upload_offset (with the right one: something came that was not heard of, or was lost), upload_too_long,
    upload_gone, storage_full, storage_closed. After a refusal nothing of these chunks counts.
    """
    with keep.storage(), db.system():
        upload = _open(token, owner, now, _LOCK)
        if offset != upload.offset or upload.kept:
            raise Refused("upload_offset", offset=upload.offset)
        arrived = _write(_part(token), offset, chunks, upload.size)
        execute(_ARRIVED, (arrived, now, token))
        return _open(token, owner, now, _FIND)


def finish(token: str, *, owner: Owner, now: datetime) -> Upload:
    """The file in its place, as `files.put` keeps it; `kept` is set. Once more gives the same.

    Refused: upload_unfinished, upload_gone, and all that `files.put` refuses.
    """
    refused: Refused | None = None
    with db.system():
        upload = _open(token, owner, now, _LOCK)
        if upload.kept is None:
            if not upload.whole:
                raise Refused("upload_unfinished", offset=upload.offset, size=upload.size)
            try:
                kept = _take(upload)
                execute(_ENDED, (json.dumps(asdict(kept)), None, now, token))
            except Refused as no:
                if no.code in TRIED_AGAIN:
                    raise
                refused = no
                execute(_ENDED, (None, json.dumps({"code": no.code, "facts": no.facts}), now, token))
            else:
                upload = _open(token, owner, now, _FIND)
    if refused:
        _part(token).unlink(missing_ok=True)
        raise refused
    if upload.kept is None or not keep.touch(upload.kept.sha256):
        raise Refused("upload_gone")
    return upload


def cancel(tokens: Sequence[str], *, owner: Owner) -> int:
    """Uploads that are not wanted any more, or were used; how many there were. A file that was kept stays."""
    if not tokens:
        return 0
    with db.system():
        gone = [row[0] for row in execute(_DELETE, (list(tokens), owner.account_id, owner.post_id))]
    _unlink(gone)
    return len(gone)


def sweep(*, now: datetime) -> int:
    """Ends what nobody touched for a day, and deletes parts that no row knows; how many uploads ended."""
    before = now - KEPT_FOR
    with db.system():
        gone = [row[0] for row in execute(_EXPIRE, (before,))]
    _unlink(gone)
    old = [path.name for path in _folder().glob("*") if keep.older(path, before.timestamp())]
    with db.system():
        living = {row[0] for row in execute(_LIVING, (old,))}
    _unlink([name for name in old if name not in living])
    return len(gone)


def _begun(token: str, owner: Owner, said: tuple[str, str, int, datetime], room: Room) -> Upload:
    """The new row, counted after those of everybody who begins under this account at the same moment."""
    _, _, size, now = said
    locks.wait_locks(LOCK, [owner.account_id & 0x7FFFFFFF])
    of_owner = (owner.account_id, now - KEPT_FOR)
    [(number, *row)] = execute(
        _BEGIN, (*of_owner, token, owner.account_id, owner.post_id, *said, room.most, size, room.bytes)
    )
    if row[0] is not None:
        return _upload(tuple(row))
    if number >= room.most:
        raise Refused("upload_too_many", limit=room.most)
    raise Refused("upload_too_much", limit=room.bytes)


def _open(token: str, owner: Owner, now: datetime, statement: Any) -> Upload:
    if not _TOKEN.fullmatch(token):
        raise Refused("upload_gone")
    rows = execute(statement, (token, owner.account_id, owner.post_id, now - KEPT_FOR))
    if not rows:
        raise Refused("upload_gone")
    refused = json.loads(rows[0][-1] or "null")
    if refused:
        raise Refused(refused["code"], **refused["facts"])
    return _upload(rows[0])


def _upload(row: tuple[Any, ...]) -> Upload:
    token, name, media_type, size, arrived, touched_at, kept, _ = row
    done = Kept(**json.loads(kept)) if kept else None
    offset = size if done else min(arrived, _on_disk(token))
    return Upload(token, name, media_type, size, offset, touched_at + KEPT_FOR, done)


def _on_disk(token: str) -> int:
    """Less than the row says only where the disk was lost, as after a restore: then it is sent again."""
    try:
        return _part(token).stat().st_size
    except FileNotFoundError:
        return 0


def _new_part(token: str) -> None:
    _folder().mkdir(mode=0o700, parents=True, exist_ok=True)
    os.close(os.open(_part(token), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    sync_folder(_folder())


def _write(part: Path, offset: int, chunks: Iterable[bytes], size: int) -> int:
    """What is at `offset` and behind is replaced by the chunks; where they end, synced."""
    with os.fdopen(os.open(part, os.O_RDWR | os.O_CREAT, 0o600), "r+b") as file:
        file.truncate(offset)
        file.seek(offset)
        for chunk in chunks:
            if file.tell() + len(chunk) > size:
                raise Refused("upload_too_long", size=size)
            file.write(chunk)
        file.flush()
        os.fsync(file.fileno())
        return file.tell()


def _take(upload: Upload) -> Kept:
    part = _part(upload.token)
    os.truncate(part, upload.size)  # a tail that no row knows
    return files.take(part, media_type=upload.media_type)


def _unlink(tokens: Iterable[str]) -> None:
    for token in tokens:
        _part(token).unlink(missing_ok=True)


def _part(token: str) -> Path:
    return _folder() / token


def _folder() -> Path:
    return files.folder() / "uploads"
