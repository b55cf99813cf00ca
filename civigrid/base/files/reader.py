"""A file as its checkers read it: any place, never more than asked for, and nothing that is not there.

A hostile file says sizes that are not so, so every read is held against the real size, and a walk takes only so many
steps. What must not be kept is overwritten with zeros in place: nothing after it moves.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import IO

from civigrid.base.errors import Refused

CHUNK = 1 << 18
MOST_STEPS = 4_000_000  # boxes, frames, pages, entries of one file
_ZEROS = bytes(CHUNK)


def broken() -> Refused:
    """For what is cut off, damaged, or says of itself what cannot be."""
    return Refused("file_broken")


class Bytes:
    """An open file (read and write). Places and sizes are bytes; whatever leads outside is Refused("file_broken")."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self.size = file.seek(0, os.SEEK_END)
        self._steps = 0

    def step(self, steps: int = 1) -> None:
        """Counts what a walk does; a file that makes it do too much is not one that a person sends."""
        self._steps += steps
        if self._steps > MOST_STEPS:
            raise broken()

    def at(self, place: int, size: int) -> bytes:
        """Exactly `size` bytes; only for small pieces."""
        if place < 0 or size < 0 or place + size > self.size:
            raise broken()
        self._file.seek(place)
        return self._file.read(size)

    def number(self, place: int, size: int) -> int:
        """A whole number, the high byte first."""
        return int.from_bytes(self.at(place, size), "big")

    def pieces(self, start: int, end: int, size: int = CHUNK) -> Iterator[bytes]:
        """The bytes from `start` to `end` in pieces of at most `size`."""
        for place in range(start, end, size):
            yield self.at(place, min(size, end - place))

    def write(self, place: int, data: bytes) -> None:
        """Over what is there; the file never grows."""
        if place < 0 or place + len(data) > self.size:
            raise broken()
        self._file.seek(place)
        self._file.write(data)

    def blank(self, start: int, end: int) -> None:
        """Zeros from `start` to `end`."""
        for place in range(start, end, CHUNK):
            self.write(place, _ZEROS[: end - place])

    def cut(self, size: int) -> None:
        """What is behind `size` goes."""
        self._file.truncate(size)
        self.size = size
