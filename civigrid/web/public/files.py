"""Files of people without an account: the door for their pieces, and those of a form."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.views.decorators.http import require_http_methods

from civigrid.base import files
from civigrid.base.errors import Refused
from civigrid.web import uploads as staff
from civigrid.web.enclosed import Enclosures, pieces
from civigrid.web.public import frame, senders

TAKEN = ("image/jpeg", "image/png", "image/webp", *files.VIDEOS)
PIECES = pieces("report_uploads")


@frame.door
@require_http_methods(["POST"])
@staff.door
def create(request: Any) -> HttpResponse:
    """Room for one more file, within what a browser, an address and all residents may send."""
    _spend(request, staff.number(request, "Upload-Length"))
    return staff.begun(request, senders.owner(request), "report_upload", room=senders.room())


@frame.door
@require_http_methods(["GET", "HEAD", "PATCH", "DELETE"])
@staff.door
def upload(request: Any, token: str) -> HttpResponse:
    """One upload of this browser's."""
    return staff.answered(request, token, senders.owner(request))


def of(request: Any) -> Enclosures:
    """Those of this browser: photos and videos, within what it may send; papers and sound belong to the desk."""
    return Enclosures(
        "photos", senders.owner(request), request.now, TAKEN, senders.room(), lambda size: _spend(request, size)
    )


def _spend(request: Any, size: int) -> None:
    """The moment in the refusal as the page says it."""
    try:
        senders.spend_bytes(request, size)
    except Refused as no:
        raise Refused("too_often", until=frame.clock(no.facts["until"])) from no
