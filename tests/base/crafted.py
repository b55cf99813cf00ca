"""Films, sounds and documents made by hand: as small as they can be and still be what they say."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Mapping, Sequence

SECRET = b"+31.2304+121.4737/"  # how telephones write a place
PICTURE, GPS = b"PICTURE!" * 8, SECRET * 4


def box(kind: bytes, *parts: bytes) -> bytes:
    body = b"".join(parts)
    return struct.pack(">L4s", 8 + len(body), kind) + body


def full(kind: bytes, *parts: bytes, flags: int = 0) -> bytes:
    return box(kind, struct.pack(">L", flags), *parts)


def numbers(*values: int, width: str = "L") -> bytes:
    return struct.pack(f">{len(values)}{width}", *values)


def stbl(start: int, sizes: Sequence[int], *, wide: bool = False, small: bool = False) -> bytes:
    """All samples in one chunk that starts there."""
    place = full(b"co64", numbers(1), numbers(start, width="Q")) if wide else full(b"stco", numbers(1, start))
    size = full(b"stsz", numbers(0, len(sizes), *sizes))
    if small:
        size = full(b"stz2", numbers(16, len(sizes)), numbers(*sizes, width="H"))
    chunk = full(b"stsc", numbers(1, 1, len(sizes), 1))
    return box(b"stbl", full(b"stsd", numbers(0)), full(b"stts", numbers(0)), chunk, size, place)


def trak(handler: bytes, table: bytes, *more: bytes, here: bool = True) -> bytes:
    dinf = box(b"dinf", full(b"dref", numbers(1), full(b"url ", flags=int(here))))
    minf = box(b"minf", full(b"nmhd"), dinf, table)
    hdlr = full(b"hdlr", numbers(0), handler, bytes(12), b"name\0")
    return box(b"trak", full(b"tkhd", bytes(80)), *more, box(b"mdia", full(b"mdhd", bytes(20)), hdlr, minf))


def film(
    *moov: bytes,
    brand: bytes = b"isom",
    tracks: Sequence[bytes] = (b"vide", b"soun"),
    before: Sequence[bytes] = (),
    after: Sequence[bytes] = (),
    **how: bool,
) -> bytes:
    """ftyp, mdat, moov. Each track has two samples; those of a track of data are GPS."""
    head = box(b"ftyp", brand, bytes(4), brand, b"mp42" if brand not in (b"qt  ", b"3gp4") else brand) + b"".join(
        before
    )
    start, media, made = len(head) + 8, b"", []
    for handler in tracks:
        sample = GPS if handler not in (b"vide", b"soun") else PICTURE
        made.append(trak(handler, stbl(start + len(media), (len(sample) // 2,) * 2, **how)))
        media += sample
    return head + box(b"mdat", media) + box(b"moov", full(b"mvhd", bytes(96)), *made, *moov) + b"".join(after)


def place() -> bytes:
    """A telephone's user data: where the film was made."""
    return box(b"udta", box(b"\xa9xyz", numbers(len(SECRET), 0x15C7, width="H"), SECRET), bytes(4))


def apple_place() -> bytes:
    key = b"mdtacom.apple.quicktime.location.ISO6709"
    keys = full(b"keys", numbers(1, len(key) + 4), key)
    item = box(b"\0\0\0\1", box(b"data", numbers(1, 0), SECRET))
    return box(b"meta", full(b"hdlr", numbers(0), b"mdta", bytes(12)), keys, box(b"ilst", item))


def xmp() -> bytes:
    return box(b"uuid", bytes.fromhex("be7acfcb97a942e89c71999491e3afac"), b"<x:xmpmeta exif:GPSLatitude='" + SECRET)


def element(number: int, *parts: bytes, open_end: bool = False) -> bytes:
    body = b"".join(parts)
    size = b"\x01" + b"\xff" * 7 if open_end else struct.pack(">Q", 1 << 56 | len(body))
    return number.to_bytes((number.bit_length() + 7) // 8, "big") + size + body


def track(kind: int, *more: bytes) -> bytes:
    return element(0xAE, element(0xD7, b"\1"), element(0x83, bytes([kind])), *more)


def webm(
    *more: bytes, doctype: bytes = b"webm", kinds: Sequence[int] = (1, 2), open_end: bool = False, clusters: int = 2
) -> bytes:
    """As a browser records where `open_end`: it does not say how long segment and clusters are."""
    head = element(0x1A45DFA3, element(0x4286, b"\1"), element(0x4282, doctype))
    info = element(0x1549A966, element(0x2AD7B1, b"\x0f\x42\x40"), element(0x4D80, SECRET), element(0x7BA9, SECRET))
    tracks = element(0x1654AE6B, *(track(kind, element(0x536E, SECRET)) for kind in kinds))
    block = element(0xA3, b"\x81\0\0\x80" + PICTURE)
    cluster = element(0x1F43B675, element(0xE7, b"\0"), block, block, open_end=open_end)
    return head + element(0x18538067, info, tracks, *[cluster] * clusters, *more, open_end=open_end)


def tags() -> bytes:
    simple = element(0x67C8, element(0x45A3, b"LOCATION"), element(0x4487, SECRET))
    return element(0x1254C367, element(0x7373, simple))


MP3_FRAME = b"\xff\xfb\x90\x00" + b"\xaa" * 413  # MPEG-1 layer III, 128 kbit/s, 44.1 kHz: 417 bytes
SLOW_FRAME = b"\xff\xf3\x40\xc0" + b"\xaa" * 100  # MPEG-2 layer III, 32 kbit/s, 22.05 kHz: 104 bytes
AAC_FRAME = b"\xff\xf1\x50\x80" + (64 << 5 | 0x1F).to_bytes(2, "big") + b"\xfc" + b"\xaa" * 57


def id3(content: bytes = b"COMM" + SECRET, *, version: int = 3, flags: int = 0, size: int | None = None) -> bytes:
    many = len(content) if size is None else size
    safe = bytes(many >> shift & 0x7F for shift in (21, 14, 7, 0))
    footer = b"3DI" + bytes([version, 0, flags]) + safe if flags & 0x10 else b""
    return b"ID3" + bytes([version, 0, flags]) + safe + content + footer


def id3_behind() -> bytes:
    return b"TAG" + SECRET.ljust(125, b" ")


def chunk(kind: bytes, content: bytes) -> bytes:
    return kind + struct.pack("<L", len(content)) + content + b"\0" * (len(content) & 1)


def wav(*more: bytes, sound: bytes = b"\1\2\3\4" * 40) -> bytes:
    form = struct.pack("<HHLLHH", 1, 1, 8000, 16000, 2, 16)
    chunks = b"WAVE" + chunk(b"fmt ", form) + b"".join(more) + chunk(b"data", sound)
    return b"RIFF" + struct.pack("<L", len(chunks)) + chunks


def page(*packets: bytes, serial: int = 7, number: int = 0, flags: int = 0, cut: bool = False) -> bytes:
    """`cut`: the last packet goes on on the next page."""
    lacing = b""
    for place, packet in enumerate(packets):
        goes_on = cut and place == len(packets) - 1
        lacing += b"\xff" * (len(packet) // 255) + (b"" if goes_on else bytes([len(packet) % 255]))
    head = struct.pack("<4sBBQLL", b"OggS", 0, flags, 0, serial, number)
    whole = head + bytes(4) + bytes([len(lacing)]) + lacing + b"".join(packets)
    return whole[:22] + struct.pack("<L", ogg_sum(whole)) + whole[26:]


def ogg_sum(data: bytes) -> int:
    """Bit by bit, as RFC 3533 describes it."""
    found = 0
    for byte in data:
        found ^= byte << 24
        for _ in range(8):
            found = (found << 1 ^ (0x04C11DB7 if found & 0x80000000 else 0)) & 0xFFFFFFFF
    return found


def comments(begins: bytes, *said: bytes, ending: bytes = b"") -> bytes:
    listed = b"".join(struct.pack("<L", len(each)) + each for each in said)
    return begins + struct.pack("<L", 4) + b"Test" + struct.pack("<L", len(said)) + listed + ending


def opus(*said: bytes) -> bytes:
    return (
        page(b"OpusHead" + bytes(11), flags=2)
        + page(comments(b"OpusTags", *said), number=1)
        + page(b"\xaa" * 30, b"\xbb" * 300, number=2, flags=4)
    )


def amr(frames: int = 5) -> bytes:
    return b"#!AMR\n" + (b"\x3c" + b"\xaa" * 31) * frames


def zipped(parts: Mapping[str, bytes | str], *, stored: bool = False) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


OPC = "http://schemas.openxmlformats.org/package/2006"
REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
OFFICE = "application/vnd.openxmlformats-officedocument"
WORD, SHEET = f"{OFFICE}.wordprocessingml.document.main+xml", f"{OFFICE}.spreadsheetml.sheet.main+xml"


def relations(*several: str) -> str:
    return f'<Relationships xmlns="{OPC}/relationships">{"".join(several)}</Relationships>'


def relation(kind: str, target: str, mode: str = "") -> str:
    mode = f' TargetMode="{mode}"' if mode else ""
    return f'<Relationship Id="r" Type="{REL}/{kind}" Target="{target}"{mode}/>'


def types(part: str, told: str, *more: str) -> str:
    override = f'<Override PartName="/{part}" ContentType="{told}"/>'
    return f'<Types xmlns="{OPC}/content-types">{override}{"".join(more)}</Types>'


def docx_parts(**more: bytes | str) -> dict[str, bytes | str]:
    parts: dict[str, bytes | str] = {
        "[Content_Types].xml": types("word/document.xml", WORD),
        "_rels/.rels": relations(relation("officeDocument", "word/document.xml")),
        "word/document.xml": "<w:document xmlns:w='w'><w:body>路灯</w:body></w:document>",
    }
    return parts | more


def docx(parts: Mapping[str, bytes | str] | None = None, **how: bool) -> bytes:
    return zipped(docx_parts() | dict(parts or {}), **how)


def xlsx(parts: Mapping[str, bytes | str] | None = None) -> bytes:
    return zipped(
        {
            "[Content_Types].xml": types("xl/workbook.xml", SHEET),
            "_rels/.rels": relations(relation("officeDocument", "/xl/workbook.xml")),
            "xl/workbook.xml": "<workbook/>",
            "xl/worksheets/sheet1.xml": "<worksheet/>",
        }
        | dict(parts or {})
    )


def ofd(parts: Mapping[str, bytes | str] | None = None, *, root: str = "/Doc_0/Document.xml") -> bytes:
    body = f"<ofd:DocBody><ofd:DocRoot>{root}</ofd:DocRoot></ofd:DocBody>"
    told = f'<ofd:OFD xmlns:ofd="http://www.ofdspec.org/2016" DocType="OFD">{body}</ofd:OFD>'
    document = '<ofd:Document xmlns:ofd="http://www.ofdspec.org/2016"/>'
    return zipped({"OFD.xml": told, "Doc_0/Document.xml": document} | dict(parts or {}))


def listed_size(data: bytes, name: bytes, size: int) -> bytes:
    """The archive with another unpacked size of one entry in its list."""
    place = data.index(name, data.index(b"PK\x01\x02")) - 46
    return data[: place + 24] + struct.pack("<L", size) + data[place + 28 :]
