"""What is taken, told by its first bytes and then by all of it; never by its name."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from civigrid.base import env, images
from civigrid.base.env import Setting
from civigrid.base.errors import Refused
from civigrid.base.files import amr, documents, faces, mp4, mpeg, ofd, office, ogg, wav, webm
from civigrid.base.files.documents import PDF
from civigrid.base.files.reader import Bytes

MAGIC_BYTES = 16
VIDEOS = (mp4.MP4, mp4.QUICKTIME, mp4.GPP, webm.FILM)
SOUNDS = (mp4.SOUND, mp4.GPP_SOUND, webm.SOUND, mpeg.MP3, mpeg.AAC, wav.WAV, ogg.OGG, amr.NARROW, amr.WIDE)
DOCUMENTS = (PDF, office.DOCX, office.XLSX, ofd.OFD)
TYPES = (*images.TYPES, *VIDEOS, *SOUNDS, *DOCUMENTS)

Check = Callable[[Bytes], str]


@dataclass(frozen=True, slots=True)
class Kind:
    """How it begins, how large it may be, and what looks through it; a photo has no check, it is written anew."""

    magic: re.Pattern[bytes]
    limits: tuple[Setting, ...]
    check: Check | None = None


def _recorded(check: Check) -> Check:
    """Film and sound are nothing else besides."""

    def checked(data: Bytes) -> str:
        faces.one_face(data)
        return check(data)

    return checked


_PHOTO, _SOUND, _DOCUMENT = (env.MAX_PHOTO_BYTES,), (env.MAX_AUDIO_BYTES,), (env.MAX_DOCUMENT_BYTES,)
_FILM = (env.MAX_VIDEO_BYTES, env.MAX_AUDIO_BYTES)  # sound comes in the boxes of film, too
KINDS = tuple(
    Kind(re.compile(magic, re.DOTALL), limits, check)
    for magic, limits, check in (
        (rb"\xff\xd8\xff", _PHOTO, None),
        (rb"\x89PNG\r\n\x1a\n", _PHOTO, None),
        (rb"RIFF....WEBP", _PHOTO, None),
        (rb"%PDF-[12]\.\d", _DOCUMENT, documents.check_pdf),
        (rb"PK\x03\x04", _DOCUMENT, documents.check_zip),
        (rb"....ftyp", _FILM, _recorded(mp4.check)),
        (rb"\x1a\x45\xdf\xa3", _FILM, _recorded(webm.check)),
        (rb"ID3|\xff[\xe2\xe3\xf0-\xf3\xf8-\xfb]", _SOUND, _recorded(mpeg.check)),
        (rb"RIFF....WAVE", _SOUND, _recorded(wav.check)),
        (rb"OggS", _SOUND, _recorded(ogg.check)),
        (rb"#!AMR(-WB)?\n", _SOUND, _recorded(amr.check)),
    )
)


def told(start: bytes) -> Kind:
    """By the first bytes of a file. Refused: file_empty, file_type."""
    if not start:
        raise Refused("file_empty")
    for kind in KINDS:
        if kind.magic.match(start):
            return kind
    raise Refused("file_type")


def largest(*limits: Setting) -> int:
    """The largest of these limits in bytes; without any, that of whatever is taken."""
    every = limits or (env.MAX_PHOTO_BYTES, env.MAX_VIDEO_BYTES, env.MAX_AUDIO_BYTES, env.MAX_DOCUMENT_BYTES)
    return max(limit.number() for limit in every)


def limit_of(called: str) -> int:
    """How large a file may be that is called so, in bytes; what it really is decides in the end."""
    family = _family(called)
    if family == "photo":
        return largest(env.MAX_PHOTO_BYTES)
    if family == "recording":
        return largest(*_FILM)
    return largest(env.MAX_DOCUMENT_BYTES) if family else largest()


def check_size(size: int, media_type: str) -> None:
    """Refused("file_too_large") for more than its own limit, once it is known what it is."""
    of_all = ((VIDEOS, env.MAX_VIDEO_BYTES), (SOUNDS, env.MAX_AUDIO_BYTES), (DOCUMENTS, env.MAX_DOCUMENT_BYTES))
    for types, limit in of_all:
        if media_type in types and size > limit.number():
            raise Refused("file_too_large", limit=limit.number())


def check_called(called: str, found: str) -> None:
    """Telephones call a photo by the wrong photo format and a sound a film; a document called a photo deceives."""
    family = _family(called)
    if family and family != _family(found):
        raise Refused("file_type_differs", called=called, found=found)


def _family(media_type: str) -> str:
    """ "" for a name that says nothing."""
    if media_type in DOCUMENTS:
        return media_type
    major = media_type.split("/", 1)[0]
    return {"image": "photo", "video": "recording", "audio": "recording"}.get(major, "")
