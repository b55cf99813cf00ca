"""MP4, MOV, M4V, M4A and 3GP: boxes in boxes (ISO/IEC 14496-12, Apple's QuickTime File Format).

Kept are pictures and sound and the tables that find them. Everything beside them, where telephones and cameras write
place, device and names (user data, metadata, other tracks, what nobody knows), is made `free` in place: its bytes are
zeros, and no offset moves. A film whose parts are elsewhere is refused.
"""

from __future__ import annotations

import struct
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from civigrid.base.errors import Refused
from civigrid.base.files.mp4samples import blank_samples
from civigrid.base.files.reader import Bytes, broken

QUICKTIME, MP4, GPP, SOUND, GPP_SOUND = "video/quicktime", "video/mp4", "video/3gpp", "audio/mp4", "audio/3gpp"

# what may stand in what; the others are blanked. Boxes that are keys here are walked.
KEPT: dict[bytes, frozenset[bytes]] = {
    b"": frozenset({b"ftyp", b"styp", b"moov", b"mdat", b"moof", b"mfra", b"sidx", b"ssix", b"pdin"}),
    b"moov": frozenset({b"mvhd", b"trak", b"mvex", b"iods"}),
    b"trak": frozenset({b"tkhd", b"edts", b"tref", b"mdia", b"tapt", b"load", b"clip", b"matt", b"txas", b"trgr"}),
    b"mdia": frozenset({b"mdhd", b"hdlr", b"elng", b"minf"}),
    b"minf": frozenset({b"vmhd", b"smhd", b"hmhd", b"nmhd", b"sthd", b"gmhd", b"hdlr", b"dinf", b"stbl"}),
    b"dinf": frozenset({b"dref"}),
    b"stbl": frozenset({
        b"stsd", b"stts", b"ctts", b"cslg", b"stss", b"stps", b"stsh", b"stsc", b"stsz", b"stz2", b"stco", b"co64",
        b"sdtp", b"sbgp", b"sgpd", b"subs", b"saiz", b"saio", b"padb", b"stdp",
    }),
    b"mvex": frozenset({b"mehd", b"trex", b"leva"}),
    b"moof": frozenset({b"mfhd", b"traf"}),
    b"traf": frozenset({b"tfhd", b"tfdt", b"trun", b"sbgp", b"sgpd", b"subs", b"saiz", b"saio", b"senc", b"sdtp"}),
}  # fmt: skip
TABLES = frozenset({b"stsz", b"stz2", b"stsc", b"stco", b"co64"})
PICTURES, SOUNDS = b"vide", b"soun"
TRACKS = frozenset({PICTURES, SOUNDS, b"tmcd", b"auxv"})  # drones write their way as subtitles: not among them
ELSEWHERE = frozenset({b"rmra", b"cmov"})  # a film that is somewhere else, or packed so that nobody can look
GPS_LIST = b"gps "  # dash cameras: a list of places between the pictures

_APPLE = frozenset({b"qt  "})
_GPP = (b"3gp", b"3gr", b"3gs", b"3ge", b"3gg", b"3gh", b"3g2")
_MP4 = frozenset({
    b"isom", b"iso2", b"iso3", b"iso4", b"iso5", b"iso6", b"iso7", b"iso8", b"iso9", b"mp41", b"mp42", b"avc1",
    b"hvc1", b"hev1", b"av01", b"M4V ", b"M4VH", b"M4VP", b"M4A ", b"M4B ", b"MSNV", b"mmp4", b"dash", b"XAVC", b"f4v ",
    b"F4V ",
})  # fmt: skip
_MOST_BRANDS = 64
MOST_TRACKS = 64
MOST_MEDIA = 1_000


@dataclass(frozen=True, slots=True)
class Box:
    """Starts at `start`, its content is from `body` to `end`."""

    kind: bytes
    start: int
    body: int
    end: int


@dataclass(slots=True)
class Track:
    box: Box
    handler: bytes = b""
    tables: dict[bytes, tuple[int, int]] = field(default_factory=dict)


@dataclass(slots=True)
class Film:
    """What the walk has met. `media` are the first spans of pictures and sound only, `kinds` counts all."""

    kinds: Counter[bytes] = field(default_factory=Counter)
    tracks: list[Track] = field(default_factory=list)
    media: list[tuple[int, int]] = field(default_factory=list)


def check(data: Bytes) -> str:
    """Its media type, with everything that tells a place blanked in place.

    Refused: file_broken, file_type (another use of boxes), file_acts (parts of it are elsewhere), file_tells_place.
    """
    film = Film()
    wanted = _wanted(data)
    for box in boxes(data, 0, data.size):
        film.kinds[box.kind] += box.kind in KEPT[b""]
        _take(data, Box(b"", 0, 0, data.size), box, film)
    if film.kinds[b"moov"] != 1 or film.kinds[b"ftyp"] != 1 or not film.media:
        raise broken()
    handlers = {track.handler for track in film.tracks}
    for track in film.tracks:
        if track.handler not in TRACKS:
            _remove(data, track, film)
    if PICTURES in handlers:
        return wanted
    if SOUNDS not in handlers:
        raise broken()
    return GPP_SOUND if wanted == GPP else SOUND


def boxes(data: Bytes, start: int, end: int) -> Iterator[Box]:
    """The boxes from `start` to `end`, without a gap."""
    inside = start > 0
    while start < end:
        data.step()
        if inside and end - start == 4 and not any(data.at(start, 4)):
            return  # QuickTime may end a list with a zero
        box = _box(data, start, end)
        yield box
        start = box.end


def _box(data: Bytes, start: int, end: int) -> Box:
    if end - start < 8:
        raise broken()
    size, kind = struct.unpack(">L4s", data.at(start, 8))
    body = start + 8
    if size == 1:
        size, body = data.number(body, 8), body + 8
    elif size == 0 and end == data.size:
        size = end - start
    if size < body - start or start + size > end:
        raise broken()
    return Box(kind, start, body, start + size)


def _wanted(data: Bytes) -> str:
    """What the brands in its first box say it is."""
    box = _box(data, 0, data.size)
    if box.kind != b"ftyp" or box.end - box.body < 8:
        raise broken()
    said = data.at(box.body, min(box.end - box.body, 4 * _MOST_BRANDS))
    brands = [said[:4], *(said[place : place + 4] for place in range(8, len(said), 4))]
    for brand in brands:
        if brand in _APPLE:
            return QUICKTIME
        if brand.startswith(_GPP):
            return GPP
        if brand in _MP4:
            return MP4
    raise Refused("file_type")


def _take(data: Bytes, parent: Box, box: Box, film: Film, track: Track | None = None) -> None:
    """One box: blanked, walked or noted."""
    if box.kind in ELSEWHERE:
        raise Refused("file_acts")
    if box.kind == GPS_LIST:
        raise Refused("file_tells_place")
    if box.kind not in KEPT[parent.kind]:
        _free(data, box)
        return
    if box.kind == b"trak":
        track = Track(box)
        film.tracks.append(track)
        if len(film.tracks) > MOST_TRACKS:
            raise broken()
    if box.kind in KEPT:
        for each in boxes(data, box.body, box.end):
            _take(data, box, each, film, track)
    else:
        _note(data, parent, box, film, track)


def _note(data: Bytes, parent: Box, box: Box, film: Film, track: Track | None) -> None:
    if box.kind == b"mdat":
        film.media += [(box.body, box.end)] * (len(film.media) < MOST_MEDIA)
    elif box.kind == b"dref":
        _here(data, box)
    elif track and box.kind == b"hdlr" and parent.kind == b"mdia":
        track.handler = data.at(box.body + 8, 4) if box.end - box.body >= 12 else b""
    elif track and box.kind in TABLES:
        track.tables[box.kind] = box.body, box.end


def _here(data: Bytes, dref: Box) -> None:
    """All pictures and sounds are in this file and nowhere else."""
    for entry in boxes(data, dref.body + 8, dref.end):
        if entry.end - entry.body < 4 or not data.at(entry.body + 3, 1)[0] & 1:
            raise Refused("file_acts")


def _free(data: Bytes, box: Box) -> None:
    data.write(box.start + 4, b"free")
    data.blank(box.body, box.end)


def _remove(data: Bytes, track: Track, film: Film) -> None:
    """A track beside pictures and sound: its samples, then itself."""
    if film.kinds[b"moof"] or film.kinds[b"mdat"] > MOST_MEDIA:
        raise Refused("file_tells_place")  # in fragments its samples stand anywhere
    blank_samples(data, track.tables, film.media)
    _free(data, track.box)
