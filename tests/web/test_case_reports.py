"""What a case's page shows of its reports, and to whom: a way to answer is opened for a purpose, never shown along."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import pytest

from civigrid.base import db, files, ledger
from civigrid.cases import queries as cases
from civigrid.directory.rules import MACHINE
from civigrid.flow import erasure, pipeline
from civigrid.intake.rules import Channel, ContactDetails, EraseReason, RawAttachment, RawReport, ReportKind, Urgency
from tests import democity
from tests.web.people import CHEN, LI, LIU, MANHOLE, WANG, ZHENG, client, photo, steps_to_handling

pytestmark = pytest.mark.usefixtures("city")
NOTED = {"call_back": True, "on_behalf": True, "recording": "CANARY-TAPE-77"}
PERSON = ContactDetails("13900004321", "CANARY-CALLER", "canary@example.org", "CANARY-MOTHER")
CANARIES = ("13900004321", "CANARY-CALLER", "canary@example.org", "CANARY-MOTHER")
_keys = count(1)


def called(**more: Any) -> tuple[str, int]:
    """A call becomes a case; its number and the report's id."""
    now = datetime.now(UTC)
    lon, lat = democity.inside("990181001001003")
    said = {"kind": ReportKind.COMPLAINT, "extra": NOTED, "contact": PERSON, "urgency": Urgency.URGENT, **more}
    kept = said.pop("kept", ())
    key = f"reports-{next(_keys)}"
    raw = RawReport(Channel.DESK, key, "01", text=f"井盖没了 {key}", matter_code=MANHOLE, lon=lon, lat=lat, **said)
    with db.system():
        [outcome] = pipeline.receive([raw], now=now, kept=kept)
        pipeline.process([outcome.made], now=now)
        return cases.numbers_of([outcome.made])[outcome.made][0], outcome.made


def page(who: str, number: str, language: str = "zh-hans") -> str:
    return client(who, **{"Accept-Language": language}).get(f"/cases/{number}/").content.decode()


def opened(who: str, number: str, report_id: int, purpose: str = "call_back") -> Any:
    return client(who).post(f"/cases/{number}/contact/{report_id}/", {"purpose": purpose})


def openings(report_id: int) -> list[tuple[str, object]]:
    with db.system():
        return [(line.verb, line.facts.get("purpose")) for line in ledger.read("contact", report_id)]


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("zh-hans", ("投诉", "紧急", "服务台", "录音编号", "保密")),
        ("en", ("Complaint", "Urgent", "Service desk", "Recording number", "In confidence", "Call back", "wanted")),
    ],
)
def test_the_desk_reads_all_that_was_noted(language: str, words: tuple[str, ...]) -> None:
    happened = datetime(2026, 1, 5, 4, 30, tzinfo=UTC)
    number, _ = called(occurred_at=happened, confidential=True)
    text = page(LI, number, language)
    assert [each for each in (*words, "CANARY-TAPE-77", "2026-01-05 12:30") if each not in text] == []
    assert [each for each in CANARIES if each in text] == []


def test_whoever_works_on_it_knows_that_a_call_is_wanted_and_not_who_called() -> None:
    number, report_id = called()
    steps_to_handling(number)
    client(LI).cookies.clear()
    for who in (CHEN, WANG):
        text = client(who).get(f"/cases/{number}/", headers={"Accept-Language": "en"}).content.decode()
        assert "<strong>wanted</strong>" in text
        assert "CANARY-TAPE-77" not in text
        assert "On behalf of" not in text
        assert f"/contact/{report_id}/" not in text
    quiet, _ = called(extra={}, contact=ContactDetails())
    text = page(LI, quiet, "en")
    assert "not asked for" in text
    assert "On behalf of" not in text
    assert "/contact/" not in text  # there is none to open


def test_a_contact_is_opened_for_a_purpose_once_and_written_down() -> None:
    number, report_id = called()
    answer = opened(LI, number, report_id, "ask_more")
    text = answer.content.decode()
    assert answer.status_code == 200
    assert "no-store" in answer.headers["Cache-Control"]
    assert [each for each in CANARIES if each not in text] == []
    assert openings(report_id) == [("revealed", "ask_more")]
    assert [each for each in CANARIES if each in page(LI, number)] == []
    assert client(LI).get(f"/cases/{number}/contact/{report_id}/").headers["Location"] == f"/cases/{number}/"


def test_nobody_else_opens_it_and_nobody_without_a_purpose() -> None:
    (number, report_id), (other, _) = called(), called()
    steps_to_handling(number)
    tried = [
        (opened(LI, number, report_id, ""), 422),
        (opened(ZHENG, number, report_id, "curious"), 422),
        (opened(CHEN, number, report_id), 403),
        (opened(WANG, number, report_id), 403),
        (opened(LIU, number, report_id), 404),
        (opened(LI, other, report_id), 404),  # it is not of that case
        (opened(LI, "YT-none", report_id), 404),
    ]
    assert [answer.status_code for answer, _ in tried] == [status for _, status in tried]
    assert not any(each in answer.content.decode() for answer, _ in tried for each in CANARIES)
    assert openings(report_id) == []


def test_the_files_that_came_with_it_are_shown_with_their_time() -> None:
    kept = files.put(photo("near.jpg"))
    taken = datetime.now(UTC).replace(second=0, microsecond=0) - timedelta(hours=3)
    number, _ = called(kept=(kept,), attachments=(RawAttachment(kept.sha256, "near.jpg", captured_at=taken),))
    answer = client(LI).get(f"/cases/{number}/")
    [said] = answer.context["reports"]
    assert [(each.media_type, each.row.captured_at) for each in said.files] == [("image/jpeg", taken)]
    assert f'<img src="/files/{kept.sha256}"' in answer.content.decode()
    assert client(LI).get(f"/files/{kept.sha256}").status_code == 200


def test_of_an_erased_report_nothing_is_left() -> None:
    number, report_id = called()
    erasure.erase([report_id], actor=MACHINE, reason=EraseReason.EXPIRED, now=datetime.now(UTC))
    text = page(LI, number)
    assert "CANARY-TAPE-77" not in text
    assert "/contact/" not in text
    assert opened(LI, number, report_id).status_code == 422
