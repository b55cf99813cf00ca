"""Files in pieces: what is on disk is never sent twice, what is not said to be there is cut, and each is one person's."""

from __future__ import annotations

import errno
import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.db import connection

from civigrid.base import db, env, files, uploads, words
from civigrid.base.errors import Refused
from civigrid.base.files import keep
from civigrid.base.models import Upload as Row
from civigrid.base.uploads import Owner, Upload
from tests.base.crafted import film, place
from tests.base.test_files import DOCUMENT, photo

NOW = datetime.now(UTC)
CHEN, LIU = Owner(17, 18), Owner(37, 38)
FILM = film(place())


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(env.HOME.name, str(tmp_path))
    return tmp_path


def begin(size: int = len(FILM), owner: Owner = CHEN, now: datetime = NOW, **said: str) -> str:
    return uploads.begin(owner=owner, size=size, now=now, **said).token


def append(token: str, offset: int, *chunks: bytes, owner: Owner = CHEN, now: datetime = NOW) -> int:
    return uploads.append(token, offset, chunks, owner=owner, now=now).offset


def find(token: str, owner: Owner = CHEN, now: datetime = NOW) -> Upload:
    return uploads.find(token, owner=owner, now=now)


def finish(token: str, owner: Owner = CHEN, now: datetime = NOW) -> files.Kept:
    kept = uploads.finish(token, owner=owner, now=now).kept
    assert kept
    return kept


def sent(data: bytes, **said: str) -> str:
    token = begin(len(data), **said)
    append(token, 0, data)
    return token


def parts(home: Path) -> list[Path]:
    return list((home / "files" / "uploads").glob("*"))


def no(work: object, *args: object, **more: object) -> Refused:
    with pytest.raises(Refused) as refused:
        work(*args, **more)  # type: ignore[operator]
    assert str(words.REFUSALS[refused.value.code]) % refused.value.facts
    return refused.value


@pytest.mark.django_db
class TestPieces:
    def test_a_film_arrives_in_pieces_and_is_kept_like_any_other(self, home: Path) -> None:
        token, offset = begin(name="漏水.mp4", media_type="video/mp4"), 0
        while offset < len(FILM):
            offset = append(token, offset, FILM[offset : offset + 100], FILM[offset + 100 : offset + 130])
            assert find(token).offset == offset
        kept = finish(token)
        assert kept == files.put(FILM)
        assert kept.media_type == "video/mp4"
        assert parts(home) == []
        assert (find(token).kept, find(token).whole, find(token).name) == (kept, True, "漏水.mp4")

    @pytest.mark.parametrize("data", [photo(), DOCUMENT, FILM], ids=["photo", "document", "film"])
    def test_finishing_twice_is_finishing_once(self, data: bytes) -> None:
        token = sent(data)
        assert finish(token) == finish(token) == files.put(data)

    @pytest.mark.parametrize("offset", [0, 29, 31, len(FILM)])
    def test_another_offset_is_refused_with_the_right_one(self, offset: int) -> None:
        token = begin()
        append(token, 0, FILM[:30])
        refused = no(append, token, offset, FILM[30:])
        assert (refused.code, refused.facts) == ("upload_offset", {"offset": 30})
        append(token, 30, FILM[30:])
        finish(token)

    def test_nothing_goes_behind_the_end(self) -> None:
        token = begin()
        append(token, 0, FILM[:-10])
        assert no(append, token, len(FILM) - 10, FILM[-10:], b"x").code == "upload_too_long"
        assert find(token).offset == len(FILM) - 10
        append(token, len(FILM) - 10, FILM[-10:])
        assert no(append, token, len(FILM), b"x").code == "upload_too_long"
        assert finish(token) == files.put(FILM)
        assert no(append, token, 0, b"x").facts == {"offset": len(FILM)}

    def test_what_is_not_whole_is_not_finished(self) -> None:
        token = begin()
        append(token, 0, FILM[:10])
        assert no(finish, token).code == "upload_unfinished"
        append(token, 10, FILM[10:])
        finish(token)

    def test_why_a_file_was_not_taken_is_said_again(self, home: Path) -> None:
        """The answer may be lost on the line that broke so often already."""
        token = sent(b"MZ" + bytes(100))
        for work in (finish, find, finish):
            assert no(work, token).code == "file_type"
        assert parts(home) == []
        token = sent(DOCUMENT, media_type="image/jpeg")
        assert no(finish, token).facts == no(find, token).facts == {"called": "image/jpeg", "found": files.PDF}


class Killed(BaseException):
    """The process dies."""


@pytest.mark.django_db
class TestCrashes:
    def test_a_piece_that_broke_off_never_came(self, home: Path) -> None:
        token = begin()
        append(token, 0, FILM[:50])

        def breaking() -> Iterator[bytes]:
            yield FILM[50:90]
            raise Killed

        with pytest.raises(Killed):
            uploads.append(token, 50, breaking(), owner=CHEN, now=NOW)
        [part] = parts(home)
        assert part.stat().st_size == 90
        assert find(token).offset == 50
        append(token, 50, FILM[50:])
        assert finish(token) == files.put(FILM)

    def test_a_tail_that_no_row_knows_is_cut(self, home: Path) -> None:
        token = begin()
        append(token, 0, FILM[:50])
        with parts(home)[0].open("ab") as part:
            part.write(b"torn" * 1000)
        assert find(token).offset == 50
        append(token, 50, FILM[50:])
        with parts(home)[0].open("ab") as part:
            part.write(b"torn" * 1000)
        assert finish(token) == files.put(FILM)

    def test_the_bytes_are_on_disk_before_the_row_says_so(self, monkeypatch: pytest.MonkeyPatch) -> None:
        token, order = begin(), list[str]()
        sync, execute = os.fsync, uploads.execute
        monkeypatch.setattr(os, "fsync", lambda handle: (order.append("sync"), sync(handle))[1])
        monkeypatch.setattr(
            uploads, "execute", lambda what, values: (order.append(what.split()[0]), execute(what, values))[1]
        )
        append(token, 0, FILM[:50])
        assert order == ["SELECT", "sync", "UPDATE", "SELECT"]

    def test_what_the_disk_lost_is_sent_again(self, home: Path) -> None:
        """As after a restore: rows come back, parts do not."""
        token = begin()
        append(token, 0, FILM[:50])
        parts(home)[0].unlink()
        assert find(token).offset == 0
        append(token, 0, FILM)
        assert finish(token) == files.put(FILM)

    def test_a_full_disk_is_said_and_nothing_is_lost(self, monkeypatch: pytest.MonkeyPatch) -> None:
        token = begin()
        append(token, 0, FILM[:50])

        def full(_: int) -> None:
            raise OSError(errno.ENOSPC, "No space left on device")

        with monkeypatch.context() as patched:
            patched.setattr(os, "fsync", full)
            assert no(append, token, 50, FILM[50:]).code == "storage_full"
            assert no(begin).code == "storage_full"
        assert find(token).offset == 50
        append(token, 50, FILM[50:])
        finish(token)

    def test_a_full_disk_at_the_end_is_no_verdict_about_the_file(self, monkeypatch: pytest.MonkeyPatch) -> None:
        token = sent(FILM)

        def full(*_: object, **__: object) -> None:
            raise Refused("storage_full")

        with monkeypatch.context() as patched:
            patched.setattr(files, "take", full)
            assert no(finish, token).code == "storage_full"
        finish(token)


@pytest.mark.django_db
class TestWhose:
    @pytest.mark.parametrize("other", [LIU, Owner(17, 19), Owner(27, 18)], ids=["another", "post", "account"])
    def test_nobody_elses(self, other: Owner) -> None:
        token = begin()
        append(token, 0, FILM)
        for work in (find, finish):
            assert no(work, token, other).code == "upload_gone"
        assert no(append, token, 0, FILM, owner=other).code == "upload_gone"
        assert uploads.cancel([token], owner=other) == 0
        finish(token)

    @pytest.mark.parametrize("token", ["", "../../etc/passwd", "a" * 32, "A" * 32, "a" * 31, "a\0" + "a" * 30])
    def test_no_such_upload(self, token: str) -> None:
        for work in (find, finish):
            assert no(work, token).code == "upload_gone"

    def test_cancelled_is_gone(self, home: Path) -> None:
        token, other = sent(FILM), sent(DOCUMENT)
        assert uploads.cancel([token, token], owner=CHEN) == 1
        assert no(find, token).code == "upload_gone"
        assert [part.name for part in parts(home)] == [other]

    def test_a_used_upload_is_forgotten_and_its_file_stays(self) -> None:
        token = sent(FILM)
        kept = finish(token)
        uploads.cancel([token], owner=CHEN)
        assert files.path_of(kept.sha256).exists()

    def test_only_so_many_at_a_time(self, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv(env.MAX_OPEN_UPLOADS.name, "2")
        first, _ = begin(), begin()
        refused = no(begin)
        assert (refused.code, refused.facts) == ("upload_too_many", {"limit": 2})
        assert len(parts(home)) == 2
        begin(owner=LIU)
        append(first, 0, FILM)
        finish(first)
        no(begin)  # it has arrived, and still no form took it
        uploads.cancel([first], owner=CHEN)
        bad = begin()
        append(bad, 0, b"x" * len(FILM))
        no(finish, bad)
        no(begin)
        begin(now=NOW + timedelta(hours=25))

    def test_only_so_many_bytes_at_a_time_arrived_or_not(self, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv(env.MAX_UPLOADS_BYTES.name, str(2 * len(FILM) + 1))
        first = sent(FILM)
        finish(first)
        begin()
        refused = no(begin, 2)
        assert (refused.code, refused.facts) == ("upload_too_much", {"limit": 2 * len(FILM) + 1})
        assert len(parts(home)) == 1
        begin(1)
        begin(owner=LIU)
        uploads.cancel([first], owner=CHEN)
        begin()

    @pytest.mark.parametrize(
        ("size", "said", "code"),
        [
            (0, "", "file_empty"),
            (-5, "", "file_empty"),
            (101 << 20, "", "file_too_large"),
            (16 << 20, "image/jpeg", "file_too_large"),
            (101 << 20, "video/mp4", "file_too_large"),
        ],
    )
    def test_what_can_never_be_taken_is_not_begun(self, home: Path, size: int, said: str, code: str) -> None:
        assert no(begin, size, media_type=said).code == code
        assert parts(home) == []

    def test_sizes_that_fit(self) -> None:
        assert find(begin(100 << 20, media_type="video/mp4")).size == 100 << 20
        assert find(begin(15 << 20, media_type="image/jpeg")).size == 15 << 20


@pytest.mark.django_db
class TestSweep:
    def test_after_a_day_it_is_gone(self, home: Path) -> None:
        token = begin()
        append(token, 0, FILM[:9], now=NOW + timedelta(hours=2))
        assert uploads.sweep(now=NOW + timedelta(hours=25)) == 0
        assert find(token, now=NOW + timedelta(hours=25)).expires_at == NOW + timedelta(hours=26)
        assert no(find, token, now=NOW + timedelta(hours=27)).code == "upload_gone"
        assert uploads.sweep(now=NOW + timedelta(hours=27)) == 1
        assert parts(home) == []
        with db.system():
            assert not Row.objects.exists()

    def test_a_part_that_no_row_knows_is_swept(self, home: Path) -> None:
        token = begin()
        stray = home / "files" / "uploads" / ("b" * 32)
        stray.write_bytes(b"left by a crash")
        old = (NOW - timedelta(hours=25)).timestamp()
        for part in parts(home):
            os.utime(part, (old, old))
        assert uploads.sweep(now=NOW) == 0
        assert [part.name for part in parts(home)] == [token]

    def test_a_finished_file_that_nobody_used_goes_with_the_orphans(self) -> None:
        token = sent(FILM)
        kept = finish(token)
        later = NOW + timedelta(hours=25)
        assert uploads.sweep(now=later) == 1
        assert files.sweep_orphans(now=later) == 1
        assert not files.path_of(kept.sha256).exists()

    def test_a_finished_file_that_was_swept_is_gone(self) -> None:
        token = sent(FILM)
        files.path_of(finish(token).sha256).unlink()
        assert no(finish, token).code == "upload_gone"

    def test_nothing_to_sweep(self) -> None:
        assert uploads.sweep(now=NOW) == 0


def test_two_senders_of_one_upload_never_mix(fresh_db: str) -> None:
    """An old request that hung on the line arrives together with its repetition."""
    size = 70_000
    token = begin(size)
    taken: list[bytes] = []
    refused: list[object] = []

    def slowly(sign: bytes) -> Iterator[bytes]:
        for _ in range(7):
            time.sleep(0.005)  # long enough for another to write in between, if nothing held him back
            yield sign * (size // 7)

    def send(sign: bytes) -> None:
        try:
            uploads.append(token, 0, slowly(sign), owner=CHEN, now=NOW)
            taken.append(sign)
        except Refused as no:
            refused.append(no.facts["offset"])

    at_once(send, [b"a", b"b", b"c", b"d", b"e", b"f"])
    assert (len(taken), refused) == (1, [size] * 5)
    [part] = parts(files.folder().parent)
    assert part.read_bytes() == taken[0] * size


def test_the_limit_holds_for_those_who_begin_at_once(fresh_db: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(env.MAX_OPEN_UPLOADS.name, "2")
    execute, begun = uploads.execute, list[str]()

    def slow(statement: str, values: tuple[object, ...]) -> object:
        rows = execute(statement, values)
        time.sleep(0.02)  # not committed yet
        return rows

    def start(_: bytes) -> None:
        with suppress(Refused):
            begun.append(begin())

    with monkeypatch.context() as patched:
        patched.setattr(uploads, "execute", slow)
        at_once(start, [b""] * 6)
    assert len(begun) == 2


def at_once(work: Callable[[bytes], None], values: list[bytes]) -> None:
    def run(value: bytes) -> None:
        try:
            work(value)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[value]) for value in values]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_the_largest_upload_is_not_held_in_memory(fresh_db: str) -> None:
    import tracemalloc

    size = 60 << 20
    token = begin(size)
    tracemalloc.start()
    try:
        append(token, 0, *[bytes(1 << 20)] * 60)
        assert no(finish, token).code == "file_type"
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert most < 10 << 20
    assert not keep.drafts().exists() or not list(keep.drafts().iterdir())
