"""A sender asks to be forgotten: every place that has a copy of what was said."""

from __future__ import annotations

import pytest

from civigrid.base import db, ledger
from civigrid.base.ledger import Line
from civigrid.base.permissions import NOWHERE
from civigrid.cases import actions as cases
from civigrid.cases.models import Case, CaseReport
from civigrid.catalog import queries as catalog
from civigrid.directory.rules import MACHINE, Actor, Role
from civigrid.flow import erasure, proof
from civigrid.intake import actions as intake
from civigrid.intake import queries as reports
from civigrid.intake import rules
from civigrid.intake.models import Contact
from civigrid.intake.rules import Altered, Channel, ContactDetails, EraseReason, RawReport
from civigrid.locate.models import Spot
from tests.cases.town import NOW, Town, build, sure

MA = Actor(account_id=27, post_id=28, unit_id=29, role=Role.SECURITY_ADMIN, scope=NOWHERE, name="安全管理员老马")
WORDS = ("王女士", "学府路9号", "00012345")


@pytest.fixture
def town(db: None) -> Town:
    return make_town()


def make_town() -> Town:
    with db.system():
        return build()


def said(key: str) -> int:
    raw = RawReport(
        Channel.DESK, key, "01", title="王女士来电", text=f"王女士说学府路9号 {key} 漏水", place_text="学府路9号",
        target_text="王女士的邻居", matter_code="C01", lon=120.1, lat=30.2, extra={"who": "王女士"},
        contact=ContactDetails("00012345", "王女士"),
    )  # fmt: skip
    with db.system():
        return int(intake.record([raw], now=NOW)[0].made)


def case_of(town: Town, first: int, *others: int) -> int:
    """A case of these reports with a free text in its record; its id."""
    with db.system():
        cases.open_cases([sure(town, first)], now=NOW, actor=MACHINE, city=catalog.city())
        case = Case.objects.get(first_report_id=first)
        CaseReport.objects.bulk_create(CaseReport(case=case, report_id=other, joined_at=NOW) for other in others)
        ledger.append([Line("case", case.pk, "noted", text="王女士又来催", account=7)], now=NOW)
        for report_id in (first, *others):
            Spot.objects.create(
                report_id=report_id, precision="point", region_code="330101001", how="point", lon=120.1, lat=30.2,
                words="学府路9号", at=NOW,
            )  # fmt: skip
    return int(case.pk)


def texts(case_id: int) -> list[str | None]:
    with db.system():
        return [entry.text for entry in ledger.read("case", case_id) if entry.verb == "noted"]


def test_nothing_that_was_said_is_left_and_the_record_is_whole(town: Town) -> None:
    first = said("a")
    case_id = case_of(town, first)
    (outcome,) = erasure.erase([first], actor=MA, reason=EraseReason.REQUESTED, now=NOW)
    assert outcome.ok
    with db.system():
        (row,) = reports.by_ids([first])
        spot = Spot.objects.get(report_id=first)
        line = ledger.read("report", first)[-1]
        forgotten = ledger.read("case", case_id)[-1]
        assert Contact.objects.count() == 0
        assert ledger.verify().ok
    assert not [word for word in WORDS if word in repr((row, spot.__dict__))]
    assert (row.lon, row.lat, row.matter_code) == (None, None, "")
    assert (spot.lon, spot.lat, spot.words, spot.region_code) == (None, None, "", "330101001")
    assert texts(case_id) == [None]
    assert (line.verb, line.facts, line.account, line.post) == ("erased", {"reason": "requested"}, 27, 28)
    assert (forgotten.verb, forgotten.account) == ("forget", 27)
    assert proof.verify().ok


def test_a_case_keeps_its_texts_while_another_report_of_it_stands(town: Town) -> None:
    first, second = said("a"), said("b")
    case_id = case_of(town, first, second)
    erasure.erase([first], actor=MA, reason=EraseReason.REQUESTED, now=NOW)
    assert texts(case_id) == ["王女士又来催"]
    with db.system():
        assert Spot.objects.get(report_id=second).words == "学府路9号"
    erasure.erase([second], actor=MA, reason=EraseReason.REQUESTED, now=NOW)
    assert texts(case_id) == [None]


def test_who_does_not_decide_erases_nothing_anywhere(town: Town) -> None:
    first = said("a")
    case_id = case_of(town, first)
    for actor in (town["受理员小李"], town["承办人小陈"], MACHINE):
        (outcome,) = erasure.erase([first], actor=actor, reason=EraseReason.REQUESTED, now=NOW)
        assert outcome.code == "not_your_role"
    with db.system():
        assert Spot.objects.get(report_id=first).words == "学府路9号"
        assert Contact.objects.count() == 1
    assert texts(case_id) == ["王女士又来催"]


def test_the_machine_erases_what_has_expired(town: Town) -> None:
    first = said("a")
    outcomes = erasure.erase([first, 10**9], actor=MACHINE, reason=EraseReason.EXPIRED, now=NOW)
    assert [each.code for each in outcomes] == ["", "nothing_to_erase"]


def test_the_proof_walks_all_reports_and_finds_the_one(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    ids = [said(key) for key in "abcde"]
    monkeypatch.setattr(proof, "CHUNK", 2)
    told: list[int] = []
    found = proof.verify(told.append)
    assert (found.ok, found.reports, told) == (True, 5, [2, 4, 5])
    original = rules.said
    monkeypatch.setattr(
        rules, "said", lambda report: b"other" if getattr(report, "id", 0) == ids[3] else original(report)
    )
    found = proof.verify()
    assert (found.ok, found.faulty, found.altered) == (False, 1, {ids[3]: Altered.WORDS})
