"""Zip archives, as office documents are: read strictly, so that every reader sees the same entries and no byte hides.

The list at the end, the entries and nothing between them: no comment, no gap, no overlap, no second name, no password,
no way out of the folder, and unpacked no more than was said (APPNOTE 6.3.10, sections 4.3 to 4.5).
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

from civigrid.base import env
from civigrid.base.errors import Refused
from civigrid.base.files.reader import CHUNK, Bytes, broken

MOST_ENTRIES = 10_000
LONGEST_LIST = 4 << 20
LONGEST_NAME = 512
RATIO = 100  # times its own size, unpacked
FREE_OF_RATIO = 16 << 20  # bytes unpacked that are harmless whatever the ratio
STORED, DEFLATED = 0, 8

_LIST = struct.Struct("<4s4x2H4x3L3H8xL")
_HEAD = struct.Struct("<4s2x2H16x2H")
_LOCKED, _DESCRIBED, _UTF8, _STRONG, _MASKED = 1, 8, 0x800, 0x40, 0x2000
_DESCRIPTORS = (0, 12, 16, 20, 24)  # bytes of sums and sizes behind an entry that was written as it came


@dataclass(frozen=True, slots=True)
class Entry:
    """`packed` bytes from `data`, `size` unpacked; `start` is where its head stands."""

    name: str
    method: int
    flags: int
    crc: int
    packed: int
    size: int
    start: int
    data: int

    @property
    def folder(self) -> bool:
        return self.name.endswith("/")


class Archive:
    """A checked archive; the entries by name."""

    def __init__(self, data: Bytes) -> None:
        """Refused: file_broken, file_two_faced, file_locked, file_swells."""
        self.data = data
        end, count, start = _end(data)
        entries = list(_entries(data, start, end, count))
        _check_names(entries)
        _check_sizes(data, entries)
        _check_places(entries, start)
        self.entries: Mapping[str, Entry] = {entry.name: entry for entry in entries}

    def unpack(self, entry: Entry) -> Iterator[bytes]:
        """Its content in pieces, held against the size and the sum that the list says."""
        size = crc = 0
        for piece in self._pieces(entry):
            size += len(piece)
            crc = zlib.crc32(piece, crc)
            if size > entry.size:
                raise Refused("file_swells")
            yield piece
        if (size, crc) != (entry.size, entry.crc):
            raise broken()

    def _pieces(self, entry: Entry) -> Iterator[bytes]:
        packed = self.data.pieces(entry.data, entry.data + entry.packed)
        if entry.method == STORED:
            yield from packed
            return
        stream = zlib.decompressobj(-zlib.MAX_WBITS)
        try:
            for piece in packed:
                while piece and not stream.eof:
                    yield stream.decompress(piece, CHUNK)
                    piece = stream.unconsumed_tail
                if piece or stream.unused_data:
                    raise broken()  # something behind the stream
            yield from _rest(stream)
        except zlib.error as error:
            raise broken() from error


def _rest(stream: zlib._Decompress) -> Iterator[bytes]:
    while not stream.eof:
        piece = stream.decompress(b"", CHUNK)
        if not piece and not stream.eof:
            raise broken()
        yield piece


def _end(data: Bytes) -> tuple[int, int, int]:
    """(where the list ends, how many entries it has, where it begins)."""
    end = data.size - 22
    magic, disk, first, here, count, size, start, comment = struct.unpack("<4s4H2LH", data.at(end, 22))
    if magic != b"PK\x05\x06" or disk or first or comment or here != count or start + size != end:
        raise broken()
    if count > MOST_ENTRIES or size > LONGEST_LIST:
        raise Refused("file_swells")
    return end, count, start


def _entries(data: Bytes, start: int, end: int, count: int) -> Iterator[Entry]:
    for _ in range(count):
        listed = _LIST.unpack(data.at(start, _LIST.size))
        magic, flags, method, crc, packed, size, name, extra, comment, head = listed
        if magic != b"PK\x01\x02" or start + 46 + name > end:
            raise broken()
        called = data.at(start + 46, name)
        yield Entry(_name(called, flags), method, flags, crc, packed, size, head, _content(data, head, method, called))
        start += 46 + name + extra + comment
    if start != end:
        raise broken()


def _name(called: bytes, flags: int) -> str:
    if flags & (_LOCKED | _STRONG | _MASKED):
        raise Refused("file_locked")
    try:
        name = called.decode("utf-8" if flags & _UTF8 else "cp437")
    except UnicodeDecodeError as error:
        raise broken() from error
    parts = name.rstrip("/").split("/")
    if len(name) > LONGEST_NAME or not {"", ".", ".."}.isdisjoint(parts) or not name.isprintable():
        raise broken()
    if "\\" in name or ":" in name:
        raise broken()
    return name


def _content(data: Bytes, start: int, method: int, called: bytes) -> int:
    """Where the entry's content begins; its own head says the same as the list."""
    magic, flags, packing, name, extra = _HEAD.unpack(data.at(start, _HEAD.size))
    if magic != b"PK\x03\x04" or flags & _LOCKED or packing != method or data.at(start + 30, name) != called:
        raise Refused("file_two_faced")
    if method not in (STORED, DEFLATED):
        raise broken()
    return int(start + 30 + name + extra)


def _check_names(entries: list[Entry]) -> None:
    names = {entry.name.casefold().rstrip("/") for entry in entries}
    if len(names) != len(entries):
        raise Refused("file_two_faced")


def _check_sizes(data: Bytes, entries: list[Entry]) -> None:
    total = sum(entry.size for entry in entries)
    if total > min(env.MAX_UNPACKED_BYTES.number(), max(RATIO * data.size, FREE_OF_RATIO)):
        raise Refused("file_swells")
    if any(entry.folder and entry.size for entry in entries):
        raise broken()


def _check_places(entries: list[Entry], end: int) -> None:
    """One behind the other, from the first byte of the file to the list."""
    ordered = sorted(entries, key=lambda entry: entry.start)
    if not ordered or ordered[0].start:
        raise Refused("file_two_faced")
    starts = [*(entry.start for entry in ordered), end]
    for entry, (_, following) in zip(ordered, pairwise(starts), strict=True):
        gap = following - entry.data - entry.packed
        if gap and not (entry.flags & _DESCRIBED and gap in _DESCRIPTORS):
            raise Refused("file_two_faced")
