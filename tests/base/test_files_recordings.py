"""Film and sound: what is taken, that no place is left in them, and that what is hostile is refused."""

from __future__ import annotations

import os
import struct
import tracemalloc
import wave
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from civigrid.base import env, files, words
from civigrid.base.errors import Refused
from tests.base import crafted as made
from tests.base.crafted import AAC_FRAME, GPS, MP3_FRAME, PICTURE, SECRET, box, chunk, element, film, full, numbers


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(env.HOME.name, str(tmp_path))
    return tmp_path


def everything(home: Path) -> list[Path]:
    return [path for path in (home / "files").rglob("*") if path.is_file() and path.name != ".lock"]


def kept(data: bytes) -> tuple[str, bytes]:
    found = files.put(data)
    return found.media_type, files.path_of(found.sha256).read_bytes()


def refused(data: files.Source, **options: str) -> str:
    with pytest.raises(Refused) as no:
        files.put(data, **options)
    assert str(words.REFUSALS[no.value.code]) % no.value.facts
    return no.value.code


OPUS_LONG = (
    made.page(b"OpusHead" + bytes(11), flags=2)
    + made.page(made.comments(b"OpusTags", b"PICTURE=" + SECRET * 100)[: 255 * 4], number=1, cut=True)
    + made.page(made.comments(b"OpusTags", b"PICTURE=" + SECRET * 100)[255 * 4 :], b"\xaa" * 9, number=2, flags=1)
)
VORBIS = (
    made.page(b"\x01vorbis" + bytes(23), flags=2)
    + made.page(made.comments(b"\x03vorbis", b"LOCATION=" + SECRET, ending=b"\1"), b"\x05vorbis setup", number=1)
    + made.page(b"\xaa" * 70, number=2)
)
FRAGMENTS = box(b"moof", full(b"mfhd", numbers(1)), box(b"traf", full(b"tfhd", numbers(1)), place := made.place()))


def nested(kind: bytes, depth: int) -> bytes:
    inside = SECRET
    for _ in range(depth):
        inside = box(kind, inside)
    return inside


TAKEN: list[tuple[str, bytes, str]] = [
    ("a plain film", film(), "video/mp4"),
    ("a telephone's", film(made.place()), "video/mp4"),
    ("an iPhone's", film(made.apple_place(), made.place(), brand=b"qt  "), "video/quicktime"),
    ("one with XMP", film(before=[made.xmp()], after=[made.xmp(), box(b"free", SECRET)]), "video/mp4"),
    ("an old telephone's", film(made.place(), brand=b"3gp4"), "video/3gpp"),
    ("an action camera's", film(tracks=(b"vide", b"soun", b"meta")), "video/mp4"),
    ("one with wide tables", film(tracks=(b"vide", b"camm"), wide=True), "video/mp4"),
    ("one with small tables", film(tracks=(b"vide", b"meta"), small=True), "video/mp4"),
    ("a drone's", film(tracks=(b"vide", b"sbtl")), "video/mp4"),
    ("one with a name in a track", film(made.trak(b"vide", made.stbl(0, ()), made.place())), "video/mp4"),
    ("fragments", film(after=[FRAGMENTS, box(b"mdat", PICTURE)]), "video/mp4"),
    ("something nobody knows", film(box(b"abcd", SECRET), after=[box(b"efgh", SECRET)]), "video/mp4"),
    ("boxes in boxes without end", film(nested(b"moov", 3000), nested(b"trak", 2)), "video/mp4"),
    ("a list that ends with a zero", film(made.place() + bytes(4)), "video/mp4"),
    ("sound in boxes", film(made.place(), brand=b"M4A ", tracks=(b"soun",)), "audio/mp4"),
    ("speech of an old telephone", film(brand=b"3gp4", tracks=(b"soun",)), "audio/3gpp"),
    ("a browser's film", made.webm(made.tags(), open_end=True), "video/webm"),
    ("a film for browsers", made.webm(made.tags(), element(0x1941A469, SECRET)), "video/webm"),
    ("a browser's sound", made.webm(kinds=(2,)), "audio/webm"),
    ("MP3", MP3_FRAME * 5, "audio/mpeg"),
    ("MP3 of speech", made.SLOW_FRAME * 5, "audio/mpeg"),
    ("MP3 with tags", made.id3() + MP3_FRAME * 5 + made.id3_behind(), "audio/mpeg"),
    ("MP3 with two tags and a footer", made.id3() + made.id3(version=4, flags=0x10) + MP3_FRAME * 5, "audio/mpeg"),
    ("MP3 whose end is missing", MP3_FRAME * 5 + MP3_FRAME[:100], "audio/mpeg"),
    ("AAC", AAC_FRAME * 4, "audio/aac"),
    ("WAV", made.wav(), "audio/wav"),
    ("WAV with tags", made.wav(chunk(b"LIST", b"INFOICMT" + SECRET), chunk(b"bext", SECRET * 3)), "audio/wav"),
    ("Opus", made.opus(b"LOCATION=" + SECRET, b"COMMENT=" + SECRET), "audio/ogg"),
    ("Opus with a long tag", OPUS_LONG, "audio/ogg"),
    ("Vorbis", VORBIS, "audio/ogg"),
    ("AMR", made.amr(), "audio/amr"),
    ("AMR whose end is missing", made.amr()[:-7], "audio/amr"),
    ("wide AMR", b"#!AMR-WB\n" + (b"\x04" + b"\xaa" * 17) * 3, "audio/amr-wb"),
]


@pytest.mark.parametrize(("data", "media_type"), [each[1:] for each in TAKEN], ids=[each[0] for each in TAKEN])
def test_what_is_taken_is_told_by_its_content_and_has_no_place_in_it(data: bytes, media_type: str) -> None:
    found, content = kept(data)
    assert found == media_type
    assert SECRET not in content
    assert SECRET[:9] not in content
    assert kept(content) == (media_type, content), "what was cleaned is clean"


@pytest.mark.parametrize("data", [each[1] for each in TAKEN], ids=[each[0] for each in TAKEN])
def test_pictures_and_sound_stay_where_they_were(data: bytes) -> None:
    """No offset moves: whatever is still there stands where it stood."""
    _, content = kept(data)
    assert len(content) <= len(data)
    for mark in (PICTURE, MP3_FRAME, AAC_FRAME, b"\xbb" * 200, b"\x3c" + b"\xaa" * 31, b"\1\2\3\4" * 40):
        assert content.count(mark) == data.count(mark)
        assert content.find(mark) == data.find(mark)


def test_what_told_the_place_is_free_space_of_the_same_length() -> None:
    data = film(made.place(), made.apple_place())
    _, content = kept(data)
    assert len(content) == len(data)
    at = data.index(b"udta")
    assert content[at : at + 4] == b"free"
    assert not any(content[at + 4 : at + 4 + len(made.place()) - 8])


def test_a_track_of_places_is_gone_with_its_samples() -> None:
    data = film(tracks=(b"vide", b"meta"))
    _, content = kept(data)
    assert GPS in data
    assert content.count(b"trak") == 1
    assert content[data.index(GPS) :][: len(GPS)] == bytes(len(GPS))


def test_python_plays_the_wav_that_was_cleaned(tmp_path: Path) -> None:
    _, content = kept(made.wav(chunk(b"LIST", b"INFOICMT" + SECRET)))
    (tmp_path / "a.wav").write_bytes(content)
    with wave.open(str(tmp_path / "a.wav")) as sound:
        assert (sound.getframerate(), sound.readframes(200)) == (8000, b"\1\2\3\4" * 40)


def test_the_sums_of_changed_pages_are_right() -> None:
    """By the slow way of the standard, not by the one that wrote them."""
    _, content = kept(OPUS_LONG)
    for part in content.split(b"OggS")[1:]:
        whole = b"OggS" + part
        assert struct.unpack("<L", whole[22:26])[0] == made.ogg_sum(whole[:22] + bytes(4) + whole[26:])


def test_a_void_fits_whatever_it_replaces() -> None:
    for size in (*range(300), 16_370, 16_384, 20_000):
        filler = element(0x1254C367, bytes(size))
        found, content = kept(made.webm(filler, element(0x4444, b"x" * size)))
        assert found == "video/webm"
        assert kept(content)[1] == content


def with_size(data: bytes, kind: bytes, size: int) -> bytes:
    at = data.index(kind) - 4
    return data[:at] + struct.pack(">L", size) + data[at + 4 :]


def big(kind: bytes, size: int) -> bytes:
    return struct.pack(">L4sQ", 1, kind, size)


def moved(start: int, number: int = 2) -> bytes:
    """A film whose track of data has its samples at `start`."""
    return film(made.trak(b"meta", made.stbl(start, (40,) * number)))


def table(old: bytes, new: bytes) -> bytes:
    data = film(tracks=(b"vide", b"meta"))
    at = data.rindex(old)
    return data[:at] + new + data[at + len(new) :]


SOUND = struct.pack("<4sL", b"data", 160)
ZIPPED = made.zipped({"a.html": "<script>"})
REFUSED: list[tuple[str, bytes, str]] = [
    ("a cut film", film()[:-20], "file_broken"),
    ("a film cut in its pictures", film()[:60], "file_broken"),
    ("a head alone", film()[:16], "file_broken"),
    ("no pictures and no sound", film(tracks=(b"meta",)), "file_broken"),
    ("no media", box(b"ftyp", b"isom", bytes(4)) + box(b"moov"), "file_broken"),
    ("two films", film() + film(), "file_broken"),
    ("a photo of another kind", film(brand=b"heic").replace(b"mp42", b"mif1"), "file_type"),
    ("an unknown brand", film(brand=b"xxxx").replace(b"mp42", b"xxxx"), "file_type"),
    ("a box larger than the file", with_size(film(), b"moov", 0x7FFFFFFF), "file_broken"),
    ("a box smaller than its head", with_size(film(), b"mdat", 7), "file_broken"),
    ("a box of size minus one", with_size(film(), b"mdat", 0xFFFFFFFF), "file_broken"),
    ("a box of 2**63", film() + big(b"free", 1 << 63), "file_broken"),
    ("a box of 15", film() + big(b"free", 15), "file_broken"),
    ("a child larger than its parent", with_size(film(), b"mdia", 5000), "file_broken"),
    ("bytes behind", film() + b"abc", "file_broken"),
    ("an open box in the middle", with_size(film(), b"stsd", 0) + box(b"free"), "file_broken"),
    ("a zip behind", film() + ZIPPED, "file_two_faced"),
    ("a zip in free space", film(after=[box(b"free", ZIPPED)]), "file_two_faced"),
    ("a document in front", film(before=[box(b"free", b"%PDF-1.7")]), "file_two_faced"),
    ("a page in front", film(before=[box(b"free", b"<!DOCTYPE html>")]), "file_two_faced"),
    ("a page behind", film(after=[box(b"free", b"<script>alert(1)</script>")]), "file_two_faced"),
    ("pictures elsewhere", film(made.trak(b"vide", made.stbl(0, ()), here=False)), "file_acts"),
    ("a film elsewhere", film(box(b"rmra")), "file_acts"),
    ("a packed list", film(box(b"cmov")), "file_acts"),
    ("places between the pictures", film(box(b"gps ", bytes(20))), "file_tells_place"),
    ("fragments of data", film(tracks=(b"vide", b"meta"), after=[FRAGMENTS]), "file_tells_place"),
    ("samples in the tables", moved(400), "file_broken"),
    ("samples outside", moved(1 << 30), "file_broken"),
    ("samples of 4 GB", table(numbers(0, 2, 36, 36), numbers(0xFFFFFFFF, 0xFFFFFFFF)), "file_broken"),
    ("4 billion sizes", table(numbers(0, 2, 36, 36), numbers(0, 0xFFFFFFFF)), "file_broken"),
    ("4 billion chunks", table(b"stco" + bytes(4), b"stco" + bytes(4) + numbers(0xFFFFFFFF)), "file_broken"),
    ("4 billion runs", table(b"stsc" + bytes(4), b"stsc" + bytes(4) + numbers(0xFFFFFFFF)), "file_broken"),
    ("no runs", table(b"stsc" + bytes(4), b"stsc" + bytes(8)), "file_broken"),
    ("100 tracks", film(tracks=(b"vide",) * 100), "file_broken"),
    ("a Matroska film", made.webm(doctype=b"matroska"), "file_type"),
    ("a WebM without pictures", made.webm(clusters=0), "file_broken"),
    ("a WebM without tracks", made.webm(kinds=()), "file_broken"),
    ("a WebM with data", made.webm(kinds=(1, 33)), "file_tells_place"),
    ("a cut WebM", made.webm()[:-10], "file_broken"),
    ("a cut recording", made.webm(open_end=True)[:-10], "file_broken"),
    ("a WebM with bytes behind", made.webm() + b"\0\0\0\0", "file_broken"),
    ("a WebM with a page behind", made.webm() + b"<script>", "file_two_faced"),
    ("a WebM with a zip behind", made.webm() + ZIPPED, "file_two_faced"),
    ("a huge element", made.webm().replace(element(0x2AD7B1, b"\x0f\x42\x40")[:11], b"\x2a\xd7\xb1\x01" + b"\xfe" * 7), "file_broken"),
    ("EBML alone", element(0x1A45DFA3, element(0x4282, b"webm")), "file_broken"),
    ("a number without an end", b"\x1a\x45\xdf\xa3\x00" + bytes(40), "file_broken"),
    ("one frame", MP3_FRAME, "file_broken"),
    ("a tag without sound", made.id3(), "file_broken"),
    ("a tag of 256 MB", made.id3(size=(1 << 28) - 1) + MP3_FRAME * 5, "file_broken"),
    ("a tag of no number", made.id3()[:6] + b"\xff" * 4 + MP3_FRAME * 5, "file_broken"),
    ("noise behind the frames", MP3_FRAME * 5 + b"noise" * 9, "file_broken"),
    ("frames of another kind behind", MP3_FRAME * 5 + AAC_FRAME * 5, "file_broken"),
    ("a page behind MP3", MP3_FRAME * 5 + b"<html>", "file_two_faced"),
    ("a zip behind MP3", MP3_FRAME * 5 + ZIPPED, "file_two_faced"),
    ("UTF-16", b"\xff\xfea\0b\0" + bytes(50), "file_type"),
    ("a cut WAV", made.wav()[:-2], "file_broken"),
    ("a WAV with bytes behind", made.wav() + b"ab", "file_broken"),
    ("a WAV of size minus one", made.wav()[:4] + b"\xff" * 4 + made.wav()[8:], "file_broken"),
    ("a chunk larger than its file", made.wav().replace(SOUND, SOUND[:4] + b"\0\0\0\x80"), "file_broken"),
    ("a WAV without format", made.wav().replace(b"fmt ", b"xxxx"), "file_broken"),
    ("a WAV with a short format", made.wav(chunk(b"fmt ", b"12")), "file_broken"),
    ("a WAV without sound", made.wav().replace(b"data", b"xxxx"), "file_broken"),
    ("an AVI", b"RIFF" + struct.pack("<L", 40) + b"AVI " + bytes(36), "file_type"),
    ("a cut Ogg", made.opus()[:-3], "file_broken"),
    ("an Ogg with a wrong sum", made.opus().replace(b"\xbb", b"\xbc"), "file_broken"),
    ("an Ogg without comments", made.page(b"OpusHead" + bytes(11), flags=2), "file_broken"),
    ("an Ogg with other comments", made.opus().replace(b"OpusTags", b"OpusTagz"), "file_broken"),
    ("an Ogg film", made.page(b"\x80theora" + bytes(30), flags=2), "file_type"),
    ("two streams", made.opus() + made.opus(), "file_broken"),
    ("a page of another stream", made.opus() + made.page(b"\xaa", serial=8), "file_broken"),
    ("an Ogg with a zip", made.opus() + made.page(ZIPPED), "file_two_faced"),
    ("AMR without sound", b"#!AMR\n" + bytes(10), "file_broken"),
    ("AMR of a reserved kind", made.amr() + b"\x74" + bytes(40), "file_broken"),
    ("AMR with a page behind", made.amr() + b"<script>alert(1)</script>", "file_two_faced"),
    ("AMR of several voices", b"#!AMR_MC1.0\n" + bytes(40), "file_type"),
]  # fmt: skip


@pytest.mark.parametrize(("data", "code"), [each[1:] for each in REFUSED], ids=[each[0] for each in REFUSED])
def test_what_is_hostile_is_refused_and_nothing_is_kept(home: Path, data: bytes, code: str) -> None:
    assert refused(data) == code
    assert everything(home) == []


WHOLE = [data for name, data, _ in TAKEN if "missing" not in name]


@settings(max_examples=1500, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_mutilated_recording_is_taken_clean_or_refused(home: Path, data: st.DataObject) -> None:
    """Nothing but Refused ever comes out, and what is taken is taken again as it is."""
    start = data.draw(st.sampled_from(WHOLE))
    changed = bytearray(start)
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(changed) - 1))
        what = data.draw(st.sampled_from(["byte", "cut", "insert", "number"]))
        if what == "byte":
            changed[at] = data.draw(st.integers(0, 255))
        elif what == "cut":
            del changed[at : at + data.draw(st.integers(1, 40))]
        elif what == "insert":
            changed[at:at] = data.draw(st.binary(min_size=1, max_size=20))
        else:
            changed[at : at + 4] = struct.pack(">L", data.draw(st.sampled_from([0, 1, 7, 0x7FFFFFFF, 0xFFFFFFFF])))
        if not changed:
            changed = bytearray(b"\0")
    try:
        found, content = kept(bytes(changed))
    except Refused as no:
        assert no.code in words.REFUSALS
        return
    assert kept(content) == (found, content)


@pytest.mark.parametrize(
    ("called", "data", "code"),
    [
        ("image/jpeg", film(), "file_type_differs"),
        ("application/pdf", MP3_FRAME * 5, "file_type_differs"),
        ("video/mp4", made.docx(), "file_type_differs"),
        ("application/vnd.ms-excel", made.amr(), ""),
        ("audio/3gpp", film(brand=b"3gp4"), ""),
        ("video/webm", made.webm(kinds=(2,)), ""),
        ("application/octet-stream", film(), ""),
    ],
)
def test_a_recording_under_another_name(called: str, data: bytes, code: str) -> None:
    if code:
        assert refused(data, media_type=called) == code
    else:
        files.put(data, media_type=called)


@pytest.mark.parametrize(
    ("setting", "data"),
    [(env.MAX_VIDEO_BYTES, film()), (env.MAX_AUDIO_BYTES, film(tracks=(b"soun",))), (env.MAX_AUDIO_BYTES, made.wav())],
    ids=["film", "sound in boxes", "sound"],
)
def test_each_has_a_limit_of_its_own(monkeypatch: pytest.MonkeyPatch, setting: env.Setting, data: bytes) -> None:
    monkeypatch.setenv(setting.name, str(len(data)))
    files.put(data)
    monkeypatch.setenv(setting.name, str(len(data) - 1))
    assert refused(data) == "file_too_large"


MEGABYTE = 1 << 20


def large_film(size: int) -> Iterator[bytes]:
    """A film of that many bytes whose track of places is a megabyte in the middle of its pictures."""
    head = box(b"ftyp", b"isom", bytes(4))
    media = size - 4 * MEGABYTE
    start = len(head) + 16
    yield head + struct.pack(">L4sQ", 1, b"mdat", 16 + media)
    for _ in range(media // MEGABYTE):
        yield SECRET[:16] * (MEGABYTE // 16)
    yield b"x" * (media % MEGABYTE)
    places = made.trak(b"meta", made.stbl(start, (MEGABYTE,)))
    yield box(b"moov", full(b"mvhd", bytes(96)), made.trak(b"vide", made.stbl(start, (10,))), places, made.place())


def test_a_video_of_100_megabytes_needs_30_of_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(env.MAX_VIDEO_BYTES.name, str(200 * MEGABYTE))
    tracemalloc.start()
    try:
        found = files.put(large_film(104 * MEGABYTE))
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert found.size > 100 * MEGABYTE
    assert most < 30 * MEGABYTE, most


def test_a_sparse_video_is_taken_from_the_disk(home: Path, tmp_path: Path) -> None:
    """As an upload ends: the file is there already, and is not read into memory."""
    part = tmp_path / "part"
    size = 99 * MEGABYTE
    tail = box(b"moov", full(b"mvhd", bytes(96)), made.trak(b"vide", made.stbl(60, (10,))), made.place())
    with part.open("wb") as file:
        file.write(box(b"ftyp", b"isom", bytes(4)) + struct.pack(">L4sQ", 1, b"mdat", size))
        file.seek(size - 16, os.SEEK_CUR)
        file.write(tail)
    tracemalloc.start()
    try:
        found = files.take(part, media_type="video/mp4")
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert not part.exists()
    assert files.path_of(found.sha256).stat().st_size == found.size > 98 * MEGABYTE
    assert most < 30 * MEGABYTE
