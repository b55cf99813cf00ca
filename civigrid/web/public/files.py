"""Files of people without an account: in pieces while the form is filled in, or with it. Both become uploads of the
browser, so that a form which comes back for a missing word has lost none of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from civigrid.base import files, uploads
from civigrid.base.errors import Refused
from civigrid.base.files import Kept
from civigrid.intake.rules import RawAttachment
from civigrid.web import uploads as staff
from civigrid.web.public import frame, senders

FIELD, NAMED = "photos", "photos_uploads"
TAKEN = ("image/jpeg", "image/png", "image/webp", *files.VIDEOS)
# where `uploads.js` sends large files piece by piece, and what it says
PIECES = {
    "data-uploads": reverse_lazy("report_uploads"),
    "data-pause": _("Pause"),
    "data-resume": _("Go on"),
    "data-remove": _("Take out"),
    "data-waiting": _("Waiting for the network …"),
    "data-wait": _("Still on its way: wait for it, or take it out."),
    "data-here": _("Has arrived"),
}


@dataclass(frozen=True, slots=True)
class Arrived:
    """A file that is here: its token, and what its sender calls it."""

    token: str
    name: str


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


def arrived(request: Any) -> tuple[list[Arrived], list[Refused]]:
    """The files of a form, all of them uploads by now, and why others were not taken."""
    found, refused = [], []
    for token in dict.fromkeys(request.POST.getlist(NAMED)):
        try:
            found.append(Arrived(token, uploads.find(token, owner=senders.owner(request), now=request.now).name))
        except Refused as no:
            refused.append(no)
    for sent in request.FILES.getlist(FIELD):
        try:
            if len(found) >= senders.MOST_FILES:
                raise Refused("too_many_files", most=senders.MOST_FILES)
            found.append(_taken(request, sent))
        except Refused as no:
            refused.append(no)
    return found, refused


def _taken(request: Any, sent: Any) -> Arrived:
    _spend(request, sent.size)
    owner, now = senders.owner(request), request.now
    name, kind = str(sent.name or ""), str(sent.content_type or "")
    begun = uploads.begin(owner=owner, size=sent.size, name=name, media_type=kind, now=now, room=senders.room())
    try:
        uploads.append(begun.token, 0, sent.chunks(), owner=owner, now=now)
        _checked(uploads.finish(begun.token, owner=owner, now=now))
    except Refused:
        uploads.cancel([begun.token], owner=owner)
        raise
    return Arrived(begun.token, begun.name)


def _spend(request: Any, size: int) -> None:
    """The moment in the refusal as the page says it."""
    try:
        senders.spend_bytes(request, size)
    except Refused as no:
        raise Refused("too_often", until=frame.clock(no.facts["until"])) from no


def kept(request: Any, tokens: Sequence[str]) -> tuple[list[RawAttachment], list[Kept]]:
    """What goes with the report. Refused: upload_unfinished, upload_gone, file_type."""
    owner = senders.owner(request)
    done = [uploads.finish(token, owner=owner, now=request.now) for token in tokens]
    found = [(each.name, _checked(each)) for each in done]
    return [RawAttachment(file.sha256, name) for name, file in found], [file for _, file in found]


def _checked(done: uploads.Upload) -> Kept:
    """Photos and videos: papers and sound belong to the desk."""
    assert done.kept is not None
    if done.kept.media_type not in TAKEN:
        raise Refused("file_type")
    return done.kept


def used(request: Any, tokens: Sequence[str]) -> None:
    """They are with a report now; the files stay."""
    uploads.cancel(list(tokens), owner=senders.owner(request))
