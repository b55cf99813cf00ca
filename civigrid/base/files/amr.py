"""AMR and AMR-WB, as telephones record speech (RFC 4867, section 5): a line of its name, then frames of 20 ms.

A frame's first byte tells its size. There is no room for anything else; a last frame that did not arrive whole is cut.
"""

from __future__ import annotations

from collections.abc import Mapping

from civigrid.base.files.reader import Bytes, broken

NARROW, WIDE = "audio/amr", "audio/amr-wb"
_MAGIC = {b"#!AMR\n": NARROW, b"#!AMR-WB\n": WIDE}
# bytes of a frame with its first one, by frame type; another type is reserved
_SIZES: Mapping[str, Mapping[int, int]] = {
    NARROW: {0: 13, 1: 14, 2: 16, 3: 18, 4: 20, 5: 21, 6: 27, 7: 32, 8: 6, 15: 1},
    WIDE: {0: 18, 1: 24, 2: 33, 3: 37, 4: 41, 5: 47, 6: 51, 7: 59, 8: 61, 9: 6, 14: 1, 15: 1},
}
_PADDING = 0x83  # bits of the first byte that are zero


def check(data: Bytes) -> str:
    """Its media type. Refused: file_broken."""
    magic = next((each for each in _MAGIC if data.at(0, min(len(each), data.size)) == each), b"")
    if not magic:
        raise broken()
    sizes = _SIZES[_MAGIC[magic]]
    place = len(magic)
    while place < data.size:
        data.step()
        (first,) = data.at(place, 1)
        size = sizes.get(first >> 3)
        if size is None or first & _PADDING:
            raise broken()
        if place + size > data.size:
            break
        place += size
    if place == len(magic):
        raise broken()
    data.cut(place)
    return _MAGIC[magic]
