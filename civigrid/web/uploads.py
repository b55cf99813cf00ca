"""The door for files in pieces: tus 1.0 (tus.io/protocols/resumable-upload), its core with creation, termination and
expiration. For people who are signed in; each sees his own uploads only. `begun` and `answered` are the same for a door
that knows its senders in another way.

POST makes one and answers its address, PATCH adds bytes at an offset, HEAD tells how far it is, DELETE cancels. With the
last byte the file is checked and kept; a form then names it by the last part of the address. GET tells the same as HEAD
in JSON. The server takes a request when it has all of it: over a bad line a browser sends small pieces.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Iterator
from functools import wraps
from typing import Any

from django.http import HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.http import http_date
from django.views.decorators.http import require_http_methods

from civigrid.base import files, uploads
from civigrid.base.errors import Refused
from civigrid.base.files import kinds
from civigrid.base.uploads import Owner, Room, Upload
from civigrid.web import wording

VERSION = "1.0.0"
EXTENSIONS = "creation,termination,expiration"
BYTES = "application/offset+octet-stream"
STATUS = {
    "upload_gone": 404,
    "upload_offset": 409,
    "upload_too_long": 413,
    "file_too_large": 413,
    "upload_bad": 400,
    "upload_too_many": 429,
    "upload_too_much": 429,
    "too_often": 429,
    "storage_full": 507,
    "storage_closed": 503,
}  # any other refusal is about the file: 422
_MOST_METADATA = 4096

View = Callable[..., HttpResponse]


def door(view: View) -> View:
    """Speaks the protocol's version, and answers refusals as the API does, with the offset where it helps."""

    @wraps(view)
    def wrapped(request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        spoken = request.headers.get("Tus-Resumable", VERSION)
        if spoken != VERSION:
            response = HttpResponse(status=412, headers={"Tus-Version": VERSION})
        else:
            try:
                response = view(request, *args, **kwargs)
            except Refused as no:
                response = _refused(request, no)
        response["Tus-Resumable"] = VERSION
        return response

    return wrapped


@require_http_methods(["POST", "OPTIONS"])
@door
def create(request: Any) -> HttpResponse:
    """201 with the address of a new upload of `Upload-Length` bytes."""
    if request.method == "OPTIONS":
        headers = {"Tus-Version": VERSION, "Tus-Extension": EXTENSIONS, "Tus-Max-Size": str(kinds.largest())}
        return HttpResponse(status=204, headers=headers)
    return begun(request, _owner(request), "upload")


def begun(request: Any, owner: Owner, route: str, *, room: Room | None = None) -> HttpResponse:
    """A new upload of that owner; `route`: the name of its address."""
    said = _metadata(request.headers.get("Upload-Metadata", ""))
    upload = uploads.begin(
        owner=owner,
        size=number(request, "Upload-Length"),
        name=said.get("filename", ""),
        media_type=said.get("filetype", ""),
        now=request.now,
        room=room,
    )
    return HttpResponse(status=201, headers={"Location": reverse(route, args=[upload.token]), **_headers(upload)})


@require_http_methods(["GET", "HEAD", "PATCH", "DELETE"])
@door
def upload(request: Any, token: str) -> HttpResponse:
    """One upload: how far it is, more of it, or its end."""
    return answered(request, token, _owner(request))


def answered(request: Any, token: str, owner: Owner) -> HttpResponse:
    """What is asked of one upload of that owner."""
    if request.method == "DELETE":
        if not uploads.cancel([token], owner=owner):
            raise Refused("upload_gone")
        return HttpResponse(status=204)
    if request.method == "PATCH":
        return HttpResponse(status=204, headers=_headers(_append(request, token, owner)))
    found = uploads.find(token, owner=owner, now=request.now)
    body = {"token": token, "offset": found.offset, "size": found.size, "kept": found.kept is not None}
    return JsonResponse(body, headers={**_headers(found), "Cache-Control": "no-store"})


def _append(request: Any, token: str, owner: Owner) -> Upload:
    """The bytes of the request; with the last of them the file is finished."""
    if request.content_type != BYTES:
        raise Refused("upload_bad")
    offset = number(request, "Upload-Offset")
    found = uploads.append(token, offset, _chunks(request), owner=owner, now=request.now)
    return uploads.finish(token, owner=owner, now=request.now) if found.whole else found


def _chunks(request: Any) -> Iterator[bytes]:
    while chunk := request.read(files.CHUNK):
        yield chunk


def _owner(request: Any) -> Owner:
    return Owner(request.actor.account_id, request.actor.post_id)


def number(request: Any, name: str) -> int:
    """What a header says; upload_bad where it is no number."""
    said = request.headers.get(name, "")
    if not said.isascii() or not said.isdigit() or len(said) > 15:
        raise Refused("upload_bad")
    return int(said)


def _metadata(said: str) -> dict[str, str]:
    """`name base64, name base64`: what the browser calls the file and its type."""
    found = {}
    try:
        for pair in filter(None, said[:_MOST_METADATA].split(",")):
            name, _, value = pair.strip().partition(" ")
            found[name] = base64.b64decode(value, validate=True).decode().replace("\0", "")
    except (binascii.Error, UnicodeDecodeError) as error:
        raise Refused("upload_bad") from error
    return found


def _headers(found: Upload) -> dict[str, str]:
    return {
        "Upload-Offset": str(found.offset),
        "Upload-Length": str(found.size),
        "Upload-Expires": http_date(found.expires_at.timestamp()),
    }


def _refused(request: Any, no: Refused) -> HttpResponse:
    error = {"code": no.code, "message": wording.refusal(no.code, no.facts), "detail": "", "request": request.id}
    response = JsonResponse(
        {"error": error}, status=STATUS.get(no.code, 422), json_dumps_params={"ensure_ascii": False}
    )
    if "offset" in no.facts:
        response["Upload-Offset"] = str(no.facts["offset"])
    return response
