"""Files of a registration: in pieces while the form is filled in, or with it. All become uploads of the person's, so that
a form which comes back for a missing word has lost none of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from civigrid.base import uploads
from civigrid.base.errors import Refused
from civigrid.base.files import Kept
from civigrid.base.uploads import Owner
from civigrid.intake.rules import RawAttachment
from civigrid.web.forms.files import MOST_FILES

FIELD, NAMED = "files", "files_uploads"


@dataclass(frozen=True, slots=True)
class Arrived:
    """A file that is here: its token, and what it is called."""

    token: str
    name: str


def owner(request: Any) -> Owner:
    return Owner(request.actor.account_id, request.actor.post_id)


def arrived(request: Any) -> tuple[list[Arrived], list[Refused]]:
    """The files of a form, all of them uploads by now, and why others were not taken."""
    found, refused = [], []
    for token in dict.fromkeys(request.POST.getlist(NAMED)):
        try:
            found.append(Arrived(token, uploads.find(token, owner=owner(request), now=request.now).name))
        except Refused as no:
            refused.append(no)
    for sent in request.FILES.getlist(FIELD):
        try:
            if len(found) >= MOST_FILES:
                raise Refused("too_many_files", most=MOST_FILES)
            found.append(_taken(request, sent))
        except Refused as no:
            refused.append(no)
    return found, refused


def _taken(request: Any, sent: Any) -> Arrived:
    mine, now = owner(request), request.now
    name, kind = str(sent.name or ""), str(sent.content_type or "")
    begun = uploads.begin(owner=mine, size=sent.size, name=name, media_type=kind, now=now)
    try:
        uploads.append(begun.token, 0, sent.chunks(), owner=mine, now=now)
        uploads.finish(begun.token, owner=mine, now=now)
    except Refused:
        uploads.cancel([begun.token], owner=mine)
        raise
    return Arrived(begun.token, begun.name)


def kept(request: Any, here: Sequence[Arrived]) -> tuple[list[RawAttachment], list[Kept]]:
    """What goes with the report. Refused as `uploads.finish` refuses."""
    shown, found = [], []
    for each in here:
        done = uploads.finish(each.token, owner=owner(request), now=request.now)
        assert done.kept is not None
        shown.append(RawAttachment(done.kept.sha256, done.name))
        found.append(done.kept)
    return shown, found


def used(request: Any, here: Sequence[Arrived]) -> None:
    """They are with a report now; the files stay."""
    uploads.cancel([each.token for each in here], owner=owner(request))
