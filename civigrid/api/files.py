"""Files: sent before the report or the verb that names them, and given to who may see their case."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import IO

from django.http import FileResponse

from civigrid.api.problems import Problem
from civigrid.api.schemas import UploadOut
from civigrid.base import files, uploads
from civigrid.base.uploads import Owner
from civigrid.directory.rules import Actor
from civigrid.flow import shown


def put(body: IO[bytes], size: int, *, name: str, media_type: str, actor: Actor, now: datetime) -> UploadOut:
    """The whole file in one request. Refused as `uploads.begin` and `uploads.finish` refuse; nothing of it is left then."""
    owner = Owner(actor.account_id, actor.post_id)
    called = "" if media_type == "application/octet-stream" else media_type
    upload = uploads.begin(owner=owner, size=size, name=name, media_type=called, now=now)
    try:
        uploads.append(upload.token, 0, _chunks(body), owner=owner, now=now)
        kept = uploads.finish(upload.token, owner=owner, now=now).kept
    except Exception:
        uploads.cancel([upload.token], owner=owner)
        raise
    assert kept is not None
    return UploadOut(upload=upload.token, media_type=kept.media_type, size=kept.size)


def get(sha256: str, *, actor: Actor, now: datetime) -> FileResponse:
    """As an attachment: a program stores it, and no browser runs it."""
    kept = shown.may_open(sha256, actor=actor, now=now)
    if kept is None:
        raise Problem(404, "not_found")
    answer = FileResponse(files.open_file(kept.sha256), content_type=kept.media_type, as_attachment=True)
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


def _chunks(body: IO[bytes]) -> Iterator[bytes]:
    while chunk := body.read(files.CHUNK):
        yield chunk
