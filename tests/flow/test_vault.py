"""Sealing the contacts anew after a new key was made."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from procrastinate.contrib.django import app

from civigrid.base import crypto, db, ledger
from civigrid.base.errors import Refused
from civigrid.base.permissions import EVERYWHERE
from civigrid.cases import actions as cases
from civigrid.catalog import queries as catalog
from civigrid.directory.rules import MACHINE, Actor, Role
from civigrid.flow import jobs, vault
from civigrid.intake import actions
from civigrid.intake.models import Contact
from civigrid.intake.rules import CONTACT_KEPT, Channel, ContactDetails, RawReport
from tests.cases.town import COMMUNITY, NOW, Town, build, sure

LI = Actor(account_id=7, post_id=8, unit_id=9, role=Role.INTAKE, scope=EVERYWHERE, name="受理员小李")


@pytest.fixture
def town(db: None) -> Town:
    return make_town()


def make_town() -> Town:
    with db.system():
        return build()


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
    found = [vault.reveal(each, "call_back", actor=LI, now=NOW) for each in made]
    with db.system():
        sealed = {crypto.key_id(bytes(blob)) for blob in Contact.objects.values_list("sealed", flat=True)}
    assert found == people
    assert sealed == {keys.current}


PERSON = ContactDetails(phone="00012345670", name="来电人")


def received(*keys: str, region: str = "") -> list[int]:
    raws = [RawReport(Channel.DESK, key, "01", text=key, region_code=region, contact=PERSON) for key in keys]
    with db.system():
        return [outcome.made for outcome in actions.record(raws, now=NOW)]


def test_a_contact_is_opened_where_the_case_is_at_work(town: Town) -> None:
    """受理员小李 has the whole city; 外镇值班长 another town; 承办人小陈 is of the unit complained of."""
    (report_id,) = received("k")
    with db.system():
        new_case = sure(town, report_id)
        cases.open_cases([new_case], now=NOW, actor=MACHINE, city=catalog.city())
    assert vault.reveal(report_id, "call_back", actor=town["受理员小李"], now=NOW) == PERSON
    assert vault.reveal(report_id, "call_back", actor=town["街道值班长"], now=NOW) == PERSON
    for person, code in (
        ("外镇值班长", "out_of_scope"),
        ("承办人小陈", "not_your_role"),
        ("系统管理员", "not_your_role"),
    ):
        with pytest.raises(Refused, match=code):
            vault.reveal(report_id, "call_back", actor=town[person], now=NOW)
    with db.system():
        opened = [entry.account for entry in ledger.read("contact", report_id)]
    assert opened == [town["受理员小李"].account_id, town["街道值班长"].account_id]


def test_before_there_is_a_case_the_region_it_was_sent_in_with_counts(town: Town) -> None:
    (here,), (nowhere,) = received("k", region=COMMUNITY), received("l")
    assert vault.reveal(here, "ask_more", actor=town["街道值班长"], now=NOW) == PERSON
    for report_id, person in ((here, "外镇值班长"), (nowhere, "街道值班长"), (10**9, "受理员小李")):
        with pytest.raises(Refused, match="out_of_scope"):
            vault.reveal(report_id, "ask_more", actor=town[person], now=NOW)


@pytest.mark.django_db
def test_the_nightly_job_lets_old_contacts_go(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vault, "CHUNK", 2)
    ids = received(*(str(number) for number in range(5)))
    jobs.expire_contacts(int((NOW + CONTACT_KEPT - timedelta(days=1)).timestamp()))
    with db.system():
        assert Contact.objects.count() == 5
    jobs.expire_contacts(int((NOW + CONTACT_KEPT).timestamp()))
    with db.system():
        assert Contact.objects.count() == 0
        assert {entry.verb for lines in ledger.read_many("contact", ids).values() for entry in lines} == {"expired"}


def test_the_nightly_job_is_planned() -> None:
    planned = {task.task.name: task.cron for task in app.periodic_registry.periodic_tasks.values()}
    assert planned["flow.expire_contacts"] == "57 2 * * *"
