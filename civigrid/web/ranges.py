"""Sending a kept file, whole or the part that was asked for: players jump about in a film (RFC 9110, section 14)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, BinaryIO

from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase

from civigrid.base.files import CHUNK, PDF, Kept

SHOWN = ("image/", "video/", "audio/", PDF)  # by the browser itself; what is not is saved
# a file is nothing that acts: no script, no frame, nothing from elsewhere, an origin of its own
POLICY = "default-src 'none'; media-src 'self'"
PLAYED = ("video/", "audio/")  # in a sandbox a browser opens them and does not play them
_ASKED = re.compile(r"bytes=(\d{0,15})-(\d{0,15})")


def send(request: Any, content: BinaryIO, kept: Kept) -> HttpResponseBase:
    """200 with the file, 206 with one range of it, 304 where the browser has it, 416 for a range that is not there.

    Closes `content` in the end.
    """
    if f'"{kept.sha256}"' in request.headers.get("If-None-Match", ""):
        content.close()
        return _asked_each_time(HttpResponse(status=304), kept)
    span = _span(request, kept)
    if span is None:
        content.close()
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{kept.size}"})
    start, end = span
    content.seek(start)
    response = StreamingHttpResponse(_Part(content, end - start), content_type=kept.media_type)
    if end - start < kept.size:
        response.status_code = 206
        response["Content-Range"] = f"bytes {start}-{end - 1}/{kept.size}"
    response["Content-Length"] = str(end - start)
    response["Accept-Ranges"] = "bytes"
    response["Content-Disposition"] = "inline" if kept.media_type.startswith(SHOWN) else "attachment"
    response["Content-Security-Policy"] = POLICY if kept.media_type.startswith(PLAYED) else f"{POLICY}; sandbox"
    return _asked_each_time(response, kept)


def _asked_each_time(response: HttpResponseBase, kept: Kept) -> HttpResponseBase:
    """A copy in a browser is shown only after asking: the file may be erased, or its case be no longer the reader's."""
    response["ETag"] = f'"{kept.sha256}"'
    response["Cache-Control"] = "private, no-cache"
    return response


def _span(request: Any, kept: Kept) -> tuple[int, int] | None:
    """(first byte, behind the last); None for a range that the file does not have. Several ranges are answered whole."""
    asked = _ASKED.fullmatch(request.headers.get("Range", ""))
    same = request.headers.get("If-Range", f'"{kept.sha256}"') == f'"{kept.sha256}"'
    if not asked or not any(asked.groups()) or not same:
        return 0, kept.size
    first, last = asked.groups()
    if not first:  # the last so many
        start, end = max(0, kept.size - int(last)), kept.size
    else:
        start, end = int(first), min(int(last) + 1, kept.size) if last else kept.size
    return (start, end) if start < end else None


class _Part:
    """So many bytes of an open file in pieces; closed with the answer."""

    def __init__(self, content: BinaryIO, size: int) -> None:
        self.content, self.left = content, size

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        piece = self.content.read(min(CHUNK, self.left))
        if not piece:
            raise StopIteration
        self.left -= len(piece)
        return piece

    def close(self) -> None:
        self.content.close()
