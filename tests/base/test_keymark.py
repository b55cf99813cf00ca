"""A program started with another city's keys does not start."""

from __future__ import annotations

from pathlib import Path

import pytest

from civigrid.base import crypto, db, keymark, migrate
from civigrid.base.crypto import Keys, KeyTrouble
from civigrid.cli import boot

pytestmark = pytest.mark.django_db


def use(keys: Keys, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crypto, "keys", lambda: keys)


def require() -> None:
    with db.system():
        keymark.require()


def test_the_first_keys_are_remembered_and_others_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ours, theirs = Keys.make(tmp_path / "ours.json"), Keys.make(tmp_path / "theirs.json")
    use(ours, monkeypatch)
    require()
    use(theirs, monkeypatch)
    with pytest.raises(KeyTrouble, match="not the one this database was used with"):
        require()
    use(ours.rotate(), monkeypatch)
    require()  # a rotation keeps the file's identity


def test_new_keys_are_adopted_only_on_purpose(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    use(Keys.make(tmp_path / "ours.json"), monkeypatch)
    require()
    use(Keys.make(tmp_path / "theirs.json"), monkeypatch)
    with db.system():
        keymark.adopt()
    require()


def test_a_backup_of_an_older_database_wants_its_keys_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(migrate, "require_ready", lambda *, or_older: "behind" if or_older else pytest.fail("refused"))
    use(Keys.make(tmp_path / "ours.json"), monkeypatch)
    boot.check(keys=True, ready=True, or_older=True)
    use(Keys.make(tmp_path / "theirs.json"), monkeypatch)
    with pytest.raises(KeyTrouble):
        boot.check(keys=True, ready=True, or_older=True)
