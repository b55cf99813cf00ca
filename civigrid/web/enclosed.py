"""Files enclosed with a report: sent in pieces while the form is filled in, or with it. All become uploads of the sender's,
so that a form which comes back for a missing word has lost none of them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from civigrid.base import files, uploads
from civigrid.base.errors import Refused
from civigrid.base.files import Kept
from civigrid.base.uploads import Owner, Room, Upload
from civigrid.intake.rules import RawAttachment

MOST_FILES = 9  # of one form


@dataclass(frozen=True, slots=True)
class Arrived:
    """A file that is here: its token, and what its sender calls it."""

    token: str
    name: str


def _nothing(_size: int) -> None:
    """An account pays nothing for its bytes."""


@dataclass(frozen=True, slots=True)
class Enclosures:
    """The files of one sender's form. `field`: what they are sent as; uploads are named as `<field>_uploads`.

    `types`: the media types that are taken. `pay` is asked with the size before a file is read, and may refuse.
    """

    field: str
    owner: Owner
    now: datetime
    types: Collection[str] = files.TYPES
    room: Room | None = None
    pay: Callable[[int], None] = _nothing

    @property
    def named(self) -> str:
        return f"{self.field}_uploads"

    def arrived(self, request: Any) -> tuple[list[Arrived], list[Refused]]:
        """The files of a form, all of them uploads by now, and why others were not taken."""
        found, refused = [], []
        for token in dict.fromkeys(request.POST.getlist(self.named)):
            try:
                found.append(Arrived(token, uploads.find(token, owner=self.owner, now=self.now).name))
            except Refused as no:
                refused.append(no)
        for sent in request.FILES.getlist(self.field):
            try:
                if len(found) >= MOST_FILES:
                    raise Refused("too_many_files", most=MOST_FILES)
                found.append(self._taken(sent))
            except Refused as no:
                refused.append(no)
        return found, refused

    def _taken(self, sent: Any) -> Arrived:
        self.pay(sent.size)
        name, kind = str(sent.name or ""), str(sent.content_type or "")
        begun = uploads.begin(
            owner=self.owner, size=sent.size, name=name, media_type=kind, now=self.now, room=self.room
        )
        try:
            uploads.append(begun.token, 0, sent.chunks(), owner=self.owner, now=self.now)
            self._finished(begun.token)
        except Refused:
            uploads.cancel([begun.token], owner=self.owner)
            raise
        return Arrived(begun.token, begun.name)

    def kept(self, here: Sequence[Arrived]) -> tuple[list[RawAttachment], list[Kept]]:
        """What goes with the report. Refused: file_type, and as `uploads.finish` refuses."""
        done = [self._finished(each.token) for each in here]
        return [RawAttachment(file.sha256, upload.name) for upload, file in done], [file for _, file in done]

    def used(self, here: Sequence[Arrived]) -> None:
        """They are with a report now; the files stay."""
        uploads.cancel([each.token for each in here], owner=self.owner)

    def _finished(self, token: str) -> tuple[Upload, Kept]:
        done = uploads.finish(token, owner=self.owner, now=self.now)
        assert done.kept is not None
        if done.kept.media_type not in self.types:
            raise Refused("file_type")
        return done, done.kept


def pieces(door: str) -> dict[str, Any]:
    """Where `uploads.js` sends large files piece by piece, and what it says. `door`: the name of the address."""
    return {
        "data-uploads": reverse_lazy(door),
        "data-pause": _("Pause"),
        "data-resume": _("Go on"),
        "data-remove": _("Take out"),
        "data-waiting": _("Waiting for the network …"),
        "data-wait": _("Still on its way: wait for it, or take it out."),
        "data-here": _("Has arrived"),
    }
