"""WebM: elements in elements (EBML, RFC 8794; Matroska, RFC 9559).

Kept are pictures, sound and what finds them. Tags, titles, attachments and whatever nobody knows become `Void` of the
same length. Recorders in browsers do not know how long their film will be and leave the size of segment and clusters
open; such a cluster ends where the next element of the segment begins.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from civigrid.base.errors import Refused
from civigrid.base.files.reader import Bytes, broken

FILM, SOUND = "video/webm", "audio/webm"

EBML, DOCTYPE, SEGMENT = 0x1A45DFA3, 0x4282, 0x18538067
SEEK, INFO, TRACKS, CLUSTER, CUES = 0x114D9B74, 0x1549A966, 0x1654AE6B, 0x1F43B675, 0x1C53BB6B
TAGS, ATTACHMENTS, CHAPTERS, VOID, CRC = 0x1254C367, 0x1941A469, 0x1043A770, 0xEC, 0xBF
TRACK, TRACK_TYPE, TRACK_NAME = 0xAE, 0x83, 0x536E
SCALE, DURATION, MUXER, WRITER = 0x2AD7B1, 0x4489, 0x4D80, 0x5741
IN_SEGMENT = frozenset({SEEK, INFO, TRACKS, CLUSTER, CUES, TAGS, ATTACHMENTS, CHAPTERS})
IN_CLUSTER = frozenset({0xE7, 0xA3, 0xA0, 0xA7, 0xAB, 0xAF, 0x5854, VOID, CRC})
PICTURES, SOUNDS = 1, 2
_MOST_HEAD = 4096


@dataclass(frozen=True, slots=True)
class Element:
    """Starts at `start`, its content is from `body` to `end`; `open` where its end was not said."""

    id: int
    start: int
    body: int
    end: int
    open: bool = False


def check(data: Bytes) -> str:
    """Its media type, with what tells a place blanked in place. Refused: file_broken, file_type, file_tells_place."""
    head = _element(data, 0, data.size)
    if head.id != EBML or head.open or head.end - head.body > _MOST_HEAD:
        raise broken()
    said = [each for each in _elements(data, head.body, head.end) if each.id == DOCTYPE]
    if [data.at(each.body, each.end - each.body).rstrip(b"\0") for each in said] != [b"webm"]:
        raise Refused("file_type")
    segment = _element(data, head.end, data.size)
    if segment.id != SEGMENT or segment.end != data.size:
        raise broken()
    return _segment(data, segment)


def _segment(data: Bytes, segment: Element) -> str:
    kinds: set[int] = set()
    clusters, place = 0, segment.body
    while place < segment.end:
        each = _element(data, place, segment.end)
        if each.id == CLUSTER:
            clusters += 1
            place = _cluster_end(data, each)
            continue
        if each.open:
            raise broken()
        kinds |= _take(data, each)
        place = each.end
    if not clusters or not kinds:
        raise broken()
    return FILM if PICTURES in kinds else SOUND


def _take(data: Bytes, element: Element) -> set[int]:
    """One element of the segment: kept, cleaned or blanked. The kinds of its tracks, where it is their list."""
    if element.id == TRACKS:
        return _tracks(data, element)
    if element.id == INFO:
        _info(data, element)
    elif element.id not in (SEEK, CUES):
        _void(data, element)
    return set()


def _info(data: Bytes, info: Element) -> None:
    """Scale and duration stay; who made it is two fields that must be there and may be empty."""
    for each in _elements(data, info.body, info.end):
        if each.id in (MUXER, WRITER):
            data.blank(each.body, each.end)
        elif each.id not in (SCALE, DURATION):
            _void(data, each)


def _tracks(data: Bytes, tracks: Element) -> set[int]:
    kinds = set()
    for track in _elements(data, tracks.body, tracks.end):
        if track.id == TRACK:
            kinds.add(_track(data, track))
        else:
            _void(data, track)
    if not kinds <= {PICTURES, SOUNDS}:
        raise Refused("file_tells_place")  # a track of data between pictures and sound
    return kinds


def _track(data: Bytes, track: Element) -> int:
    kinds = []
    for each in _elements(data, track.body, track.end):
        if each.id == TRACK_TYPE:
            kinds.append(int.from_bytes(data.at(each.body, min(each.end - each.body, 8)), "big"))
        elif each.id in (TRACK_NAME, CRC):  # a sum over what is blanked would be wrong
            _void(data, each)
    if len(kinds) != 1:
        raise broken()
    return kinds[0]


def _cluster_end(data: Bytes, cluster: Element) -> int:
    if not cluster.open:
        return cluster.end
    place = cluster.body
    while place < cluster.end:
        each = _element(data, place, cluster.end)
        if each.id in IN_SEGMENT:
            break
        if each.id not in IN_CLUSTER or each.open:
            raise broken()
        place = each.end
    return place


def _elements(data: Bytes, start: int, end: int) -> Iterator[Element]:
    while start < end:
        each = _element(data, start, end)
        if each.open:
            raise broken()
        yield each
        start = each.end


def _element(data: Bytes, start: int, end: int) -> Element:
    data.step()
    width = _width(data, start, end, most=4)
    number = data.number(start, width)
    place = start + width
    width = _width(data, place, end, most=8)
    size = data.number(place, width) & (1 << 7 * width) - 1
    body = place + width
    if size == (1 << 7 * width) - 1:
        return Element(number, start, body, end, open=True)
    if body + size > end:
        raise broken()
    return Element(number, start, body, body + size)


def _width(data: Bytes, place: int, end: int, *, most: int) -> int:
    """How many bytes the number at `place` has: one more than its first byte has zeros in front."""
    if place >= end:
        raise broken()
    width = 9 - data.at(place, 1)[0].bit_length()
    if width > most or place + width > end:
        raise broken()
    return width


def _void(data: Bytes, element: Element) -> None:
    """Nothing, as long as the element was (at least the two bytes each has)."""
    room = element.end - element.start - 1
    width = next(width for width in range(1, 9) if 0 <= room - width < (1 << 7 * width) - 1)
    size = room - width | 1 << 7 * width
    data.write(element.start, bytes([VOID]) + size.to_bytes(width, "big"))
    data.blank(element.start + 1 + width, element.end)
