"""WAV: chunks in a RIFF. Kept are the sound and its format; every other chunk becomes `JUNK` of the same length."""

from __future__ import annotations

from civigrid.base.files.reader import Bytes, broken

WAV = "audio/wav"
KEPT = (b"fmt ", b"fact", b"data")
_SMALLEST_FORMAT = 16


def check(data: Bytes) -> str:
    """Its media type. Refused: file_broken."""
    if data.at(0, 4) != b"RIFF" or data.at(8, 4) != b"WAVE" or _size(data, 4) + 8 != data.size:
        raise broken()
    found: list[bytes] = []
    place = 12
    while place < data.size:
        data.step()
        kind, size = data.at(place, 4), _size(data, place + 4)
        end = place + 8 + size
        if end > data.size or (kind == b"fmt " and size < _SMALLEST_FORMAT):
            raise broken()
        if kind in KEPT:
            found.append(kind)
        else:
            data.write(place, b"JUNK")
            data.blank(place + 8, end)
        place = end + (size & 1)
    if found.count(b"fmt ") != 1 or found.count(b"data") != 1 or len(found) > len(KEPT):
        raise broken()
    return WAV


def _size(data: Bytes, place: int) -> int:
    return int.from_bytes(data.at(place, 4), "little")
