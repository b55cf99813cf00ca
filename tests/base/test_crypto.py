"""The key file, sealing, and finding a number again."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from civigrid.base import crypto, env
from civigrid.base.crypto import CannotUnseal, Keys, KeyTrouble, NoKeys


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "home" / "keys.json"


def test_a_made_file_is_private_and_loads(path: Path) -> None:
    made = Keys.make(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert Keys.load(path).site_secret == made.site_secret
    assert [file.name for file in path.parent.iterdir()] == ["keys.json"]


def test_keys_are_never_shown(path: Path) -> None:
    keys = Keys.make(path)
    assert keys.site_secret not in repr(keys)


def test_an_existing_file_is_never_replaced(path: Path) -> None:
    before = Keys.make(path)
    with pytest.raises(KeyTrouble, match="Keep it"):
        Keys.make(path)
    assert Keys.load(path).site_secret == before.site_secret


def test_what_is_sealed_opens_for_its_row_only(path: Path) -> None:
    keys = Keys.make(path)
    blob = keys.seal("王女士 13800138000".encode(), row_id=7)
    assert keys.unseal(blob, row_id=7).decode() == "王女士 13800138000"
    with pytest.raises(CannotUnseal, match="row 8"):
        keys.unseal(blob, row_id=8)
    with pytest.raises(CannotUnseal):
        keys.unseal(blob, row_id=7, about="another table")


@pytest.mark.parametrize("place", [0, 2, 5, 20, -1])
def test_a_changed_value_does_not_open(path: Path, place: int) -> None:
    keys = Keys.make(path)
    blob = bytearray(keys.seal(b"secret", row_id=1))
    blob[place] ^= 1
    with pytest.raises(CannotUnseal):
        keys.unseal(bytes(blob), row_id=1)


@pytest.mark.parametrize("blob", [b"", b"x", b"\x01\x00\x01", b"\x01\x00\x01" + b"n" * 12])
def test_a_stump_does_not_open(path: Path, blob: bytes) -> None:
    with pytest.raises(CannotUnseal):
        Keys.make(path).unseal(blob, row_id=1)


def test_the_same_words_are_sealed_differently_each_time(path: Path) -> None:
    keys = Keys.make(path)
    assert keys.seal(b"x", row_id=1) != keys.seal(b"x", row_id=1)


def test_rotation_keeps_what_was_sealed_and_batches_are_sealed_anew(path: Path) -> None:
    old = Keys.make(path)
    rows = [(row_id, old.seal(f"no {row_id}".encode(), row_id=row_id)) for row_id in range(3)]
    new = old.rotate()
    rows.append((3, new.seal(b"no 3", row_id=3)))
    assert new.current == 2 and stat.S_IMODE(path.stat().st_mode) == 0o600
    changed = Keys.load(path).resealed(rows)
    assert [row_id for row_id, _ in changed] == [0, 1, 2]
    assert {crypto.key_id(blob) for _, blob in changed} == {2}
    assert [new.unseal(blob, row_id=row_id) for row_id, blob in changed] == [b"no 0", b"no 1", b"no 2"]


def test_a_running_process_opens_what_was_sealed_after_a_rotation(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(env.KEYS_FILE.name, str(path))
    Keys.make(path)
    first = crypto.seal(b"before", row_id=1)
    blob = Keys.load(path).rotate().seal(b"after", row_id=2)
    assert crypto.unseal(blob, row_id=2) == b"after"
    assert crypto.unseal(first, row_id=1) == b"before"
    assert crypto.key_id(crypto.seal(b"now", row_id=3)) == 2


def test_a_key_that_is_not_in_the_file_is_named(path: Path, tmp_path: Path) -> None:
    other = Keys.make(tmp_path / "other.json").rotate()
    with pytest.raises(CannotUnseal, match="key 2"):
        Keys.make(path).unseal(other.seal(b"x", row_id=1), row_id=1)


def test_a_file_others_can_read_is_refused_with_the_remedy(path: Path) -> None:
    Keys.make(path)
    path.chmod(0o640)
    with pytest.raises(KeyTrouble, match="chmod 600"):
        Keys.load(path)


def test_no_file_says_how_to_make_one(path: Path) -> None:
    with pytest.raises(NoKeys, match="civigrid init"):
        Keys.load(path)


def damaged(**changes: object) -> bytes:
    whole: dict[str, object] = {
        "format": 1,
        "site_secret": "s" * 64,
        "index_key": "A" * 43 + "=",
        "current": 1,
        "sealing": {"1": "A" * 43 + "="},
    }
    return json.dumps({name: value for name, value in (whole | changes).items() if value is not None}).encode()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "not JSON"),
        (b"\xff\xfe garbage", "not JSON"),
        (b"[]", "wrong shape"),
        (b"{}", "no 'format'"),
        (damaged(format=2), "format 2"),
        (damaged(site_secret=None), "no 'site_secret'"),
        (damaged(site_secret="short"), "too short"),
        (damaged(index_key="AAAA"), "a key has 3 bytes, not 32"),
        (damaged(index_key="not base64 !"), "not base64"),
        (damaged(current=2), "current key is missing"),
        (damaged(sealing={"70000": "A" * 43 + "="}, current=70000), "current key is missing"),
        (damaged(sealing=["A"]), "wrong shape"),
        (damaged(sealing={"AAAA": "A" * 43 + "="}), "wrong shape"),
    ],
)
def test_a_wrong_file_is_refused_in_words_that_show_no_key(path: Path, content: bytes, message: str) -> None:
    path.parent.mkdir()
    path.write_bytes(content)
    path.chmod(0o600)
    with pytest.raises(KeyTrouble, match=message) as refused:
        Keys.load(path)
    assert str(path) in str(refused.value) and "AAAA" not in str(refused.value)


def test_an_undamaged_file_of_that_form_loads(path: Path) -> None:
    path.parent.mkdir()
    path.write_bytes(damaged())
    path.chmod(0o600)
    assert Keys.load(path).current == 1


def test_a_full_disk_leaves_the_old_file(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    keys = Keys.make(path)

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(crypto.os, "fsync", full)
    with pytest.raises(KeyTrouble, match="No space left"):
        keys.rotate()
    assert Keys.load(path).current == 1
    assert [file.name for file in path.parent.iterdir()] == ["keys.json"]


def test_without_a_file_the_site_secret_is_random_and_long(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(env.KEYS_FILE.name, str(path))
    assert len(crypto.site_secret()) >= 50
    assert crypto.site_secret() != crypto.site_secret()
    made = Keys.make(path)
    assert crypto.site_secret() == made.site_secret


SAME = ["13800138000", "138 0013 8000", "+86 138-0013-8000", "008613800138000", "8613800138000"]
SAME += ["１３８００１３８０００", "＋８６13800138000"]


def test_one_number_in_many_spellings_is_found(path: Path) -> None:
    keys = Keys.make(path)
    assert len({keys.phone_index(spelling) for spelling in SAME}) == 1
    assert len(keys.phone_index(SAME[0])) == 32
    assert keys.phone_index("021-6234 5678") == keys.phone_index("+86 21 6234 5678")


@pytest.mark.parametrize(
    ("one", "other"), [("13800138000", "13800138001"), ("86345678", "345678"), ("12345", "+8612345678901")]
)
def test_different_numbers_stay_different(path: Path, one: str, other: str) -> None:
    keys = Keys.make(path)
    assert keys.phone_index(one) != keys.phone_index(other)


def test_what_is_no_number_matches_nothing(path: Path, tmp_path: Path) -> None:
    assert Keys.make(path).phone_index("不详") == b""


def test_another_key_gives_another_index(path: Path, tmp_path: Path) -> None:
    assert Keys.make(path).phone_index("12345") != Keys.make(tmp_path / "other").phone_index("12345")


@given(st.text())
def test_any_text_is_folded_to_ascii_digits(text: str) -> None:
    folded = crypto.plain_number(text)
    assert folded == "" or (folded.isascii() and folded.isdigit())
    assert crypto.plain_number(folded) in {folded, folded[2:], "0" + folded[4:], folded[4:]}
