"""Files people send: what is taken, what is kept of it, and that nothing is half-written."""

from __future__ import annotations

import errno
import io
import os
import threading
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from PIL import Image

from civigrid.base import db, env, files, words
from civigrid.base.errors import Refused
from civigrid.base.models import StoredFile

NOW = datetime.now(UTC)
DOCUMENT = b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer\n<< /Root 1 0 R >>\n%%EOF\n"


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(env.HOME.name, str(tmp_path))
    return tmp_path


def photo(kind: str = "JPEG", mode: str = "RGB", size: tuple[int, int] = (40, 20), **options: object) -> bytes:
    out = io.BytesIO()
    image = Image.new("RGB", size)
    image.paste("white", (0, 0, size[0] // 2, size[1] // 2))
    image = image.convert("L").convert(mode) if mode == "I;16" else image.convert(mode)
    image.save(out, kind, **options)  # type: ignore[arg-type]
    return out.getvalue()


def with_gps() -> bytes:
    exif = Image.Exif()
    exif[0x010F] = "SecretPhoneMaker"
    exif[0x0112] = 6  # lies on its side
    exif.get_ifd(0x8825).update({1: "N", 2: (31.0, 14.0, 0.0)})
    return photo(exif=exif.tobytes(), comment=b"SecretComment")


def everything(home: Path) -> list[Path]:
    return [path for path in (home / "files").rglob("*") if path.is_file() and path.name != ".lock"]


def refused(data: files.Source, **options: str) -> str:
    with pytest.raises(Refused) as no:
        files.put(data, **options)
    message = str(words.REFUSALS[no.value.code]) % no.value.facts
    assert message
    return no.value.code


@pytest.mark.parametrize(("kind", "media_type"), [("JPEG", "image/jpeg"), ("PNG", "image/png"), ("WEBP", "image/webp")])
def test_a_photo_is_kept_under_the_hash_of_what_is_kept(home: Path, kind: str, media_type: str) -> None:
    kept = files.put(photo(kind))
    (path,) = everything(home)
    assert path == home / "files" / kept.sha256[:2] / kept.sha256[2:4] / kept.sha256
    assert sha256(path.read_bytes()).hexdigest() == kept.sha256
    assert (kept.media_type, kept.size) == (media_type, path.stat().st_size)
    assert path.stat().st_mode & 0o777 == 0o600
    with files.open_file(kept.sha256) as file, Image.open(file) as image:
        assert (image.format, image.size) == (kind, (40, 20))


def test_place_device_and_comment_are_removed_and_the_photo_stands_upright() -> None:
    sent = with_gps()
    assert b"SecretPhoneMaker" in sent and b"SecretComment" in sent
    kept = files.put(sent)
    content = files.path_of(kept.sha256).read_bytes()
    assert b"Secret" not in content
    with Image.open(io.BytesIO(content)) as image:
        assert image.size == (20, 40)
        assert not image.getexif() and not {"exif", "comment", "icc_profile", "xmp"} & set(image.info)


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_metadata_goes_from_the_other_formats_too(kind: str) -> None:
    exif = Image.Exif()
    exif[0x010F] = "SecretPhoneMaker"
    sent = photo(kind, exif=exif.tobytes(), icc_profile=b"SecretProfile" * 20)
    assert b"Secret" in sent
    kept = files.put(sent)
    assert b"Secret" not in files.path_of(kept.sha256).read_bytes()


MODES = [("PNG", mode) for mode in ("1", "P", "L", "LA", "RGBA", "I;16")]
MODES += [("JPEG", "L"), ("JPEG", "CMYK"), ("WEBP", "RGBA")]


@pytest.mark.parametrize(("kind", "mode"), MODES)
def test_every_mode_of_a_photo_is_taken(kind: str, mode: str) -> None:
    with files.open_file(files.put(photo(kind, mode)).sha256) as file, Image.open(file) as image:
        image.load()
        assert image.size == (40, 20)


def test_a_photo_with_a_second_picture_behind_it_is_a_photo() -> None:
    """Telephones send them (MPO): the first picture is kept."""
    out = io.BytesIO()
    first, second = Image.new("RGB", (8, 8), "red"), Image.new("RGB", (4, 4), "blue")
    first.save(out, "MPO", save_all=True, append_images=[second])
    with files.open_file(files.put(out.getvalue()).sha256) as file, Image.open(file) as image:
        assert (image.format, image.size) == ("JPEG", (8, 8))


def test_bytes_behind_a_photo_are_dropped() -> None:
    kept = files.put(photo() + b"<script>alert(1)</script>" * 100)
    assert b"script" not in files.path_of(kept.sha256).read_bytes()


def test_a_document_is_kept_as_it_is() -> None:
    kept = files.put(io.BytesIO(DOCUMENT), media_type="application/pdf")
    assert files.path_of(kept.sha256).read_bytes() == DOCUMENT
    assert (kept.media_type, kept.sha256) == ("application/pdf", sha256(DOCUMENT).hexdigest())


def test_pieces_of_any_size_are_one_file() -> None:
    pieces = (DOCUMENT[n : n + 3] for n in range(0, len(DOCUMENT), 3))
    assert files.put(pieces).sha256 == files.put(DOCUMENT).sha256


def zipped() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("a.html", "<script>")
    return out.getvalue()


def moving() -> bytes:
    frames = [Image.new("RGB", (8, 8), color) for color in ("red", "blue")]
    out = io.BytesIO()
    frames[0].save(out, "WEBP", save_all=True, append_images=frames[1:])
    return out.getvalue()


REFUSED: list[tuple[bytes, str]] = [
    (b"", "file_empty"),
    (b"x", "file_type"),
    (b"GIF89a" + b"\0" * 50, "file_type"),
    (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "file_type"),
    (b"<html><script>alert(1)</script></html>", "file_type"),
    (zipped(), "file_type"),
    (b"MZ" + b"\0" * 100, "file_type"),
    (photo()[:-200], "photo_broken"),
    (photo("PNG")[:60], "photo_broken"),
    (photo("WEBP")[:40], "photo_broken"),
    (b"\xff\xd8\xff\xe0" + b"\0" * 200, "photo_broken"),
    (b"\x89PNG\r\n\x1a\n" + os.urandom(64), "photo_broken"),
    (photo() + zipped(), "file_two_faced"),
    (photo("JPEG", comment=b"%PDF-1.4 1 0 obj"), "file_two_faced"),
    (DOCUMENT + zipped(), "file_broken"),
    (DOCUMENT[:-8], "file_broken"),
    (DOCUMENT + b"<script>", "file_broken"),
    (DOCUMENT.replace(b"/Type /Catalog", b"/OpenAction << /S /JavaScript >>"), "file_acts"),
    (moving(), "photo_moves"),
]


@pytest.mark.parametrize(("data", "code"), REFUSED, ids=[f"{n}-{code}" for n, (_, code) in enumerate(REFUSED)])
def test_what_is_not_taken_is_refused_and_nothing_is_kept(home: Path, data: bytes, code: str) -> None:
    assert refused(data) == code
    assert everything(home) == []


def test_a_document_called_a_photo_is_refused_a_photo_called_another_photo_is_not() -> None:
    assert refused(DOCUMENT, media_type="image/jpeg") == "file_type_differs"
    assert refused(photo(), media_type="application/pdf") == "file_type_differs"
    assert files.put(photo("PNG"), media_type="image/jpeg").media_type == "image/png"


def test_limits_in_bytes_and_pixels_are_settings(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sent = photo(size=(200, 100))
    monkeypatch.setenv(env.MAX_PHOTO_PIXELS.name, "19999")
    assert refused(sent) == "photo_too_many_pixels"
    monkeypatch.setenv(env.MAX_PHOTO_PIXELS.name, "20000")
    files.put(sent)
    monkeypatch.setenv(env.MAX_PHOTO_BYTES.name, str(len(sent) - 1))
    assert refused(sent) == "file_too_large"
    monkeypatch.setenv(env.MAX_DOCUMENT_BYTES.name, str(len(DOCUMENT) - 1))
    assert refused(DOCUMENT) == "file_too_large"
    assert len(everything(home)) == 1


def test_a_bomb_is_refused_by_its_size_alone(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """20,000 x 20,000 pixels in 400 kB: read from the header, never decoded."""
    out = io.BytesIO()
    Image.new("1", (20_000, 20_000)).save(out, "PNG")
    loaded: list[object] = []
    monkeypatch.setattr(Image.Image, "load", loaded.append)
    assert len(out.getvalue()) < 400_000
    assert refused(out.getvalue()) == "photo_too_many_pixels"
    monkeypatch.setenv(env.MAX_PHOTO_PIXELS.name, "300000000")
    assert refused(out.getvalue()) == "photo_too_many_pixels", "Pillow's own limit gives the same answer"
    assert loaded == []


def test_the_largest_document_is_not_held_in_memory(home: Path) -> None:
    """Chunks go to disk one by one: the source must never be asked for more than is written."""
    behind: list[int] = []

    def pieces() -> object:
        yield DOCUMENT
        for _ in range(20):
            behind.append(sum(path.stat().st_size for path in everything(home)))
            yield b" " * files.CHUNK
        yield b"%%EOF"

    files.put(pieces())  # type: ignore[arg-type]
    assert behind[-1] >= 15 * files.CHUNK


@pytest.mark.parametrize(
    ("number", "code"),
    [(errno.ENOSPC, "storage_full"), (errno.EDQUOT, "storage_full"), (errno.EROFS, "storage_closed")],
)
@pytest.mark.parametrize("data", [photo(), DOCUMENT], ids=["photo", "document"])
def test_a_disk_that_says_no_leaves_nothing(
    home: Path, monkeypatch: pytest.MonkeyPatch, number: int, code: str, data: bytes
) -> None:
    def fail(_: int) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "fsync", fail)
    assert refused(data) == code
    assert everything(home) == []


def test_a_really_full_disk_leaves_nothing(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """/dev/full takes the place of the draft: the write itself fails, not a mock."""
    really = os.open
    monkeypatch.setattr(
        os,
        "open",
        lambda path, *rest: really("/dev/full", os.O_RDWR) if "drafts" in str(path) else really(path, *rest),
    )
    assert refused(photo()) == "storage_full"
    assert everything(home) == []


def test_a_read_only_home_is_said(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def closed(*_: object, **__: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(Path, "mkdir", closed)
    assert refused(photo()) == "storage_closed"


def test_the_file_is_on_disk_before_it_has_its_name(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    order: list[str] = []
    real_sync, real_rename = os.fsync, Path.rename
    monkeypatch.setattr(os, "fsync", lambda handle: (order.append("sync"), real_sync(handle)))
    monkeypatch.setattr(Path, "rename", lambda self, to: (order.append("rename"), real_rename(self, to))[1])
    files.put(DOCUMENT)
    assert order[:3] == ["sync", "rename", "sync"]


@pytest.mark.parametrize("name", ["", "../../etc/passwd", "a" * 63, "A" * 64, "a" * 64])
def test_only_kept_files_are_opened(name: str) -> None:
    with pytest.raises(Refused, match="file_missing"):
        files.open_file(name)


@pytest.mark.django_db
def test_the_row_says_what_is_kept_and_the_same_file_twice_is_one() -> None:
    with db.system():
        first = files.store(photo(), now=NOW)
        assert files.store(photo(), now=NOW + timedelta(days=1)) == first
        row = StoredFile.objects.get()
    assert (row.sha256, row.size, row.media_type, row.stored_at) == (first.sha256, first.size, first.media_type, NOW)


def age(path: Path, hours: float) -> None:
    then = (NOW - timedelta(hours=hours)).timestamp()
    os.utime(path, (then, then))


@pytest.mark.django_db
def test_after_a_day_what_has_no_row_is_swept_and_nothing_else(home: Path) -> None:
    with db.system():
        kept = files.store(photo(), now=NOW)
    orphan, young = files.put(DOCUMENT), files.put(photo("PNG"))
    draft = home / "files" / "drafts" / "left-by-a-crash"
    draft.write_bytes(b"half")
    for path in (files.path_of(kept.sha256), files.path_of(orphan.sha256), draft, home / "files" / ".lock"):
        age(path, 25)
    assert files.sweep_orphans(now=NOW) == 2
    assert set(everything(home)) == {files.path_of(kept.sha256), files.path_of(young.sha256)}
    assert files.sweep_orphans(now=NOW) == 0


@pytest.mark.django_db
def test_an_old_orphan_sent_again_is_young_again() -> None:
    kept = files.put(DOCUMENT)
    age(files.path_of(kept.sha256), 25)
    files.put(DOCUMENT)
    assert files.sweep_orphans(now=NOW) == 0


@pytest.mark.django_db
def test_sweeping_an_empty_home_is_fine() -> None:
    assert files.sweep_orphans(now=NOW) == 0


def test_the_same_photo_from_many_hands_at_once(home: Path) -> None:
    sent, kept, errors = photo(), set(), []

    def send() -> None:
        try:
            kept.add(files.put(sent))
        except BaseException as error:
            errors.append(error)

    threads: list[threading.Thread] = [threading.Thread(target=send) for _ in range(12)]
    start: Callable[[threading.Thread], None] = threading.Thread.start
    for thread in threads:
        start(thread)
    for thread in threads:
        thread.join()
    assert not errors and len(kept) == 1 and len(everything(home)) == 1
