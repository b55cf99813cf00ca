"""Sealing the contacts anew after a new key was made."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from civigrid.base import crypto, db
from civigrid.base.permissions import EVERYWHERE
from civigrid.directory.rules import Actor, Role
from civigrid.flow import vault
from civigrid.intake import actions
from civigrid.intake.models import Contact
from civigrid.intake.rules import Channel, ContactDetails, RawReport

NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
LI = Actor(account_id=7, post_id=8, unit_id=9, role=Role.INTAKE, scope=EVERYWHERE, name="受理员小李")


@pytest.mark.django_db
def test_after_a_rotation_the_old_key_is_not_needed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    keys = crypto.Keys.make(tmp_path / "keys.json")
    monkeypatch.setattr(crypto, "keys", lambda: keys)
    monkeypatch.setattr(vault, "CHUNK", 2)
    people = [ContactDetails(phone=f"0001234567{n}", name="来电人") for n in range(5)]
    raws = [RawReport(Channel.DESK, f"{n}", "01", text="停水", contact=person) for n, person in enumerate(people)]
    with db.system():
        made = [outcome.made for outcome in actions.record(raws, now=NOW)]
    keys = keys.rotate()
    assert vault.reseal() == 5
    assert vault.reseal() == 0
    with db.system():
        found = [actions.reveal_contact(each, "call_back", actor=LI, now=NOW) for each in made]
        sealed = {crypto.key_id(bytes(blob)) for blob in Contact.objects.values_list("sealed", flat=True)}
    assert found == people
    assert sealed == {keys.current}
