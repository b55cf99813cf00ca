"""Who sent a report: kept apart, read with a purpose, erased, expired."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import ProgrammingError

from civigrid.base import crypto, db, ledger
from civigrid.base.errors import Refused
from civigrid.directory.rules import MACHINE, Actor
from civigrid.intake import actions, queries
from civigrid.intake.models import Contact, Report
from civigrid.intake.rules import (
    ContactDetails,
    EraseReason,
)
from tests.intake.recorded import CHANGES, CHEN, HERE, LI, MA, NOW, lines, made, raw, record


@pytest.mark.django_db
class TestContacts:
    def test_a_contact_is_sealed_and_found_by_its_number(self) -> None:
        ids = made(
            raw("a", contact=ContactDetails("0001 2345", "王女士")),
            raw("b", "又", contact=ContactDetails("00012345")),
            raw("c", "三"),
        )
        with db.system():
            sealed = [bytes(contact.sealed) for contact in Contact.objects.order_by("report_id")]
            numbers = dict(Contact.objects.values_list("report_id", "phone_index"))
        assert len(sealed) == 2
        assert not any("王女士".encode() in blob or b"2345" in blob for blob in sealed)
        assert bytes(numbers[ids[0]]) == bytes(numbers[ids[1]])
        assert ids[2] not in numbers

    def test_unmasking_is_written_down_with_its_purpose(self) -> None:
        (report_id,) = made(raw("a", contact=ContactDetails("00012345", "王女士")))
        with db.system():
            contact = actions.reveal_contact(report_id, "call_back", actor=LI, now=NOW, places=HERE)
            (entry,) = ledger.read("contact", report_id)
        assert contact == ContactDetails("00012345", "王女士")
        assert (entry.verb, entry.facts, entry.account, entry.post) == ("revealed", {"purpose": "call_back"}, 7, 8)

    def test_the_handler_never_learns_who_complained(self) -> None:
        (report_id,) = made(raw("a", contact=ContactDetails("00012345", "王女士")))
        with pytest.raises(Refused, match="not_your_role"), db.system():
            actions.reveal_contact(report_id, "call_back", actor=CHEN, now=NOW, places=HERE)
        assert lines(report_id, "contact") == []

    def test_no_contact_no_answer(self) -> None:
        (report_id,) = made(raw("a"))
        with pytest.raises(Refused, match="no_contact"), db.system():
            actions.reveal_contact(report_id, "call_back", actor=LI, now=NOW, places=HERE)

    def test_a_sealed_contact_does_not_open_in_another_row(self) -> None:
        first, second = made(
            raw("a", contact=ContactDetails("00012345")), raw("b", "又", contact=ContactDetails("00099999"))
        )
        with db.system(), pytest.raises(crypto.CannotUnseal):
            Contact.objects.filter(report_id=second).update(sealed=Contact.objects.get(report_id=first).sealed)
            actions.reveal_contact(second, "call_back", actor=LI, now=NOW, places=HERE)


@pytest.mark.django_db
class TestErase:
    def test_what_was_said_goes_and_that_it_was_said_stays(self) -> None:
        (report_id,) = made(
            raw(
                "a",
                title="标题",
                place_text="某处",
                target_text="某局",
                matter_code="C01",
                lon=120.5,
                lat=30.5,
                extra={"x": 1},
                contact=ContactDetails("00012345"),
            )
        )
        with db.system():
            (outcome,) = actions.erase([report_id], now=NOW, actor=MA, reason=EraseReason.REQUESTED)
            (row,) = queries.by_ids([report_id])
            assert Contact.objects.count() == 0
        assert outcome.ok
        assert (row.title, row.text, row.place_text, row.target_text, row.matter_code) == ("", "", "", "", "")
        assert (row.extra, row.lon, row.lat) == ({}, None, None)
        assert (row.erased_at, row.source, row.received_at) == (NOW, "02", NOW)
        assert lines(report_id)[-1] == "erased"

    def test_twice_is_refused_and_unknown_too(self) -> None:
        (report_id,) = made(raw("a"))
        with db.system():
            actions.erase([report_id], now=NOW, actor=MA, reason=EraseReason.REQUESTED)
            outcomes = actions.erase([report_id, 10**9], now=NOW, actor=MA, reason=EraseReason.REQUESTED)
        assert [outcome.code for outcome in outcomes] == ["nothing_to_erase", "nothing_to_erase"]

    def test_an_erased_report_sent_again_is_still_known(self) -> None:
        (report_id,) = made(raw("a"))
        with db.system():
            actions.erase([report_id], now=NOW, actor=MA, reason=EraseReason.REQUESTED)
        assert record(raw("a"))[0].code == "repeated"

    @pytest.mark.parametrize("actor", [LI, CHEN, MACHINE], ids=["an officer", "a handler", "the machine"])
    def test_who_does_not_decide_erases_nothing(self, actor: Actor) -> None:
        (report_id,) = made(raw("a"))
        with db.system():
            (outcome,) = actions.erase([report_id], now=NOW, actor=actor, reason=EraseReason.REQUESTED)
            (row,) = queries.by_ids([report_id])
        assert (outcome.code, row.text) == ("not_your_role", "井盖没了!!危险")

    def test_what_an_error_quoted_goes_too(self) -> None:
        (report_id,) = made(raw("a"))
        with db.system():
            for _ in range(3):
                actions.fail([report_id], ["cannot read 王女士"], now=NOW)
            actions.erase([report_id], now=NOW, actor=MA, reason=EraseReason.UNLAWFUL)
            (parked,) = queries.parked()
        assert parked.error == ""

    @pytest.mark.parametrize("changed", CHANGES, ids=lambda each: "+".join(each))
    def test_nothing_but_erasure_changes_a_report(self, changed: dict[str, object]) -> None:
        (report_id,) = made(raw("a", title="标题", matter_code="C01", lon=120.5, lat=30.5, extra={"x": 1}))
        with pytest.raises(ProgrammingError, match="never changed"), db.system():
            Report.objects.filter(id=report_id).update(**changed)

    def test_an_erased_report_does_not_speak_again(self) -> None:
        (report_id,) = made(raw("a"))
        with db.system():
            actions.erase([report_id], now=NOW, actor=MA, reason=EraseReason.REQUESTED)
        for change in ({"text": "别的话"}, {"erased_at": None}, {"erased_at": NOW + timedelta(days=1)}):
            with pytest.raises(ProgrammingError, match="never changed"), db.system():
                Report.objects.filter(id=report_id).update(**change)

    def test_no_report_is_deleted(self) -> None:
        (report_id,) = made(raw("a"))
        with pytest.raises(ProgrammingError, match="permission denied"), db.system():
            Report.objects.filter(id=report_id)._raw_delete("default")
