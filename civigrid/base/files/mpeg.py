"""MP3 (ISO/IEC 11172-3 and 13818-3, layer III) and AAC in ADTS (ISO/IEC 13818-7): frames one after the other.

What is before and behind them (ID3, APE, lyrics) is about the recording and not of it: in front it is blanked, behind
it is cut off, and so is a last frame that did not arrive whole.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from civigrid.base.files.reader import Bytes, broken

MP3, AAC = "audio/mpeg", "audio/aac"

FEWEST = 2  # frames; fewer may be chance
_LONGEST_TAIL = 1 << 20
_KBITS = {
    3: (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    2: (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}
_RATES = {3: (44_100, 48_000, 32_000), 2: (22_050, 24_000, 16_000), 0: (11_025, 12_000, 8_000)}
_TAIL = re.compile(rb"TAG|APETAGEX|LYRICSBEGIN|\0{4}")
_HEAD = 10  # bytes of an ID3 header, and of its footer


def check(data: Bytes) -> str:
    """Its media type, with the tags gone. Refused: file_broken."""
    start = _blank_tags(data)
    first = data.at(start, 6)
    media_type, length = (AAC, _adts) if _adts(first) else (MP3, _mp3)
    end = _frames_end(data, start, length)
    _check_tail(data, end, length)
    data.cut(end)
    return media_type


def _blank_tags(data: Bytes) -> int:
    """Makes each ID3v2 tag at the beginning one of padding only; where the sound begins."""
    place = 0
    while place + _HEAD <= data.size and data.at(place, 3) == b"ID3":
        data.step()
        head = data.at(place, _HEAD)
        size = _safe(head[6:])
        if head[3] == 4 and head[5] & 0x10:
            size += _HEAD  # the footer becomes padding too
        end = place + _HEAD + size
        if end > data.size:
            raise broken()
        data.write(place + 5, b"\0" + bytes(size >> shift & 0x7F for shift in (21, 14, 7, 0)))
        data.blank(place + _HEAD, end)
        place = end
    return place


def _safe(four: bytes) -> int:
    """A number of seven bits a byte."""
    if any(byte & 0x80 for byte in four):
        raise broken()
    return int(four[0] << 21 | four[1] << 14 | four[2] << 7 | four[3])


def _frames_end(data: Bytes, start: int, length: Callable[[bytes], int]) -> int:
    """Where the last whole frame ends; all of one kind and rate."""
    kind, place, frames = _kind(data.at(start, 6)), start, 0
    while place + 6 <= data.size:
        data.step()
        head = data.at(place, 6)
        size = length(head)
        if not size or _kind(head) != kind or place + size > data.size:
            break
        place += size
        frames += 1
    if frames < FEWEST:
        raise broken()
    return place


def _kind(head: bytes) -> tuple[int, int]:
    """Version, layer and sampling rate."""
    return head[1] & 0xFE, head[2] & (0x3C if head[1] & 0x06 == 0 else 0x0C)


def _check_tail(data: Bytes, end: int, length: Callable[[bytes], int]) -> None:
    """What comes behind the frames is a tag, or the beginning of one more frame."""
    rest = data.size - end
    if rest > _LONGEST_TAIL:
        raise broken()
    head = data.at(end, min(rest, 11))
    cut_off = rest < 6 or end + length(head) > data.size
    if rest and not cut_off and not _TAIL.match(head):
        raise broken()


def _mp3(head: bytes) -> int:
    """Bytes of the frame with this header; 0 where it is none."""
    version, layer = head[1] >> 3 & 3, head[1] >> 1 & 3
    rate, kbit = head[2] >> 2 & 3, head[2] >> 4
    if head[0] != 0xFF or head[1] < 0xE0 or version == 1 or layer != 1 or rate == 3 or kbit in (0, 15):
        return 0
    bits = _KBITS[3 if version == 3 else 2][kbit] * 1000
    return (144 if version == 3 else 72) * bits // _RATES[version][rate] + (head[2] >> 1 & 1)


def _adts(head: bytes) -> int:
    """Bytes of the frame with this header; 0 where it is none."""
    if head[0] != 0xFF or head[1] & 0xF6 != 0xF0 or head[2] >> 2 & 15 > 12:
        return 0
    size = (head[3] & 3) << 11 | head[4] << 3 | head[5] >> 5
    return size if size >= 7 else 0
