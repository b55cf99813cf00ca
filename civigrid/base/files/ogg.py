"""Ogg with Opus, Vorbis or Speex (RFC 3533, RFC 7845): pages of one stream, each with its checksum.

The second packet is the comments, where recorders write who and where. It is emptied in place, and the pages it stands
on get new checksums.
"""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass, field

from civigrid.base.errors import Refused
from civigrid.base.files.reader import Bytes, broken

OGG = "audio/ogg"

_HEAD = 27
_CONTINUED, _FIRST = 1, 2
# how the first packet of a stream begins -> (how the comments begin, what ends their list)
_CODECS = {b"OpusHead": (b"OpusTags", b""), b"\x01vorbis": (b"\x03vorbis", b"\x01"), b"Speex   ": (b"", b"")}
_LONGEST_COMMENTS = 4 << 20
_MIRRORED = bytes(int(f"{byte:08b}"[::-1], 2) for byte in range(256))


@dataclass(frozen=True, slots=True)
class Page:
    """`lacing` tells the lengths of its packets' parts, which are from `body` to `end`."""

    start: int
    body: int
    end: int
    flags: int
    serial: int
    lacing: bytes


@dataclass(slots=True)
class Comments:
    """Where the second packet stands: its parts, their pages, and whether its end was reached."""

    parts: list[tuple[int, int]] = field(default_factory=list)
    pages: list[Page] = field(default_factory=list)
    whole: bool = False

    @property
    def size(self) -> int:
        return sum(end - start for start, end in self.parts)


def check(data: Bytes) -> str:
    """Its media type, with the comments emptied. Refused: file_broken, file_type (no speech or music of ours)."""
    first = _page(data, 0)
    begins, ending = _codec(data, first)
    comments = Comments()
    place = first.end
    while place < data.size:
        page = _page(data, place)
        if page.flags & _FIRST or page.serial != first.serial:
            raise broken()  # a second stream
        if not comments.whole:
            _gather(comments, page)
        place = page.end
    if not comments.whole:
        raise broken()
    _empty(data, comments, begins, ending)
    return OGG


def _codec(data: Bytes, first: Page) -> tuple[bytes, bytes]:
    """How the comments of this codec begin and end; its head is a page of its own."""
    head = data.at(first.body, min(first.end - first.body, 8))
    found = next((each for name, each in _CODECS.items() if head.startswith(name)), None)
    if found is None:
        raise Refused("file_type")
    if not first.flags & _FIRST or sum(length < 255 for length in first.lacing) != 1 or first.lacing[-1] == 255:
        raise broken()
    return found


def _page(data: Bytes, start: int) -> Page:
    """The page that starts there, its checksum compared."""
    data.step(8)
    magic, version, flags, serial, parts = struct.unpack("<4s2B8xL8xB", data.at(start, _HEAD))
    lacing = data.at(start + _HEAD, parts)
    body = start + _HEAD + parts
    page = Page(start, body, body + sum(lacing), flags, serial, lacing)
    if magic != b"OggS" or version or page.end > data.size or _sum(data, page) != data.at(start + 22, 4):
        raise broken()
    return page


def _sum(data: Bytes, page: Page) -> bytes:
    """The checksum as it should be. It is zlib's with the bits of every byte in the other order and other ends."""
    whole = data.at(page.start, page.end - page.start)
    whole = whole[:22] + bytes(4) + whole[26:]
    mirrored = zlib.crc32(whole.translate(_MIRRORED), 0xFFFFFFFF) ^ 0xFFFFFFFF
    return mirrored.to_bytes(4, "big").translate(_MIRRORED)


def _gather(comments: Comments, page: Page) -> None:
    """The part of the second packet that stands on this page."""
    if bool(page.flags & _CONTINUED) != bool(comments.parts):
        raise broken()
    length = 0
    for each in page.lacing:
        length += each
        if each < 255:
            comments.whole = True
            break
    comments.parts.append((page.body, page.body + length))
    comments.pages.append(page)
    if comments.size > _LONGEST_COMMENTS:
        raise broken()


def _empty(data: Bytes, comments: Comments, begins: bytes, ending: bytes) -> None:
    """No vendor, no comment, nothing behind; then the new checksums."""
    empty = begins + bytes(8) + ending  # two lengths of zero
    start, end = comments.parts[0]
    if end - start < len(empty) or data.at(start, len(begins)) != begins:
        raise broken()
    for first, last in comments.parts:
        data.blank(first, last)
    data.write(start, empty)
    for page in comments.pages:
        data.write(page.start + 22, _sum(data, page))
