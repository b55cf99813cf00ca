"""A sender asks to be forgotten: every place that has a copy of what was said."""

from __future__ import annotations

import os
import threading
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection

from civigrid.base import db, env, files, ledger
from civigrid.base.files import Kept
from civigrid.base.ledger import Line
from civigrid.base.permissions import NOWHERE
from civigrid.cases import actions as cases
from civigrid.cases import queries as case_queries
from civigrid.cases.models import Case, CaseReport, Evidence
from civigrid.catalog import queries as catalog
from civigrid.directory.rules import MACHINE, Actor, Role
from civigrid.flow import erasure, pipeline, proof
from civigrid.intake import actions as intake
from civigrid.intake import queries as reports
from civigrid.intake import rules
from civigrid.intake.models import Contact
from civigrid.intake.rules import Altered, Channel, ContactDetails, EraseReason, RawAttachment, RawReport
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


def kept(name: bytes) -> Kept:
    """A document on this disk."""
    found = files.put(b"%PDF-1.7\n" + name + b"\n%%EOF\n")
    then = (NOW - timedelta(hours=2)).timestamp()
    os.utime(files.path_of(found.sha256), (then, then))
    return found


def with_files(key: str, *several: Kept) -> int:
    shown = tuple(
        RawAttachment(each.sha256, "王女士家.pdf", lon=120.1, lat=30.2, place_shared=True) for each in several
    )
    raw = RawReport(Channel.PUBLIC, key, "01", text=f"漏水 {key}", attachments=shown)
    with db.system():
        return int(pipeline.receive([raw], now=NOW, kept=several)[0].made)


def evidence(case_id: int, *several: tuple[Kept, str]) -> None:
    with db.system():
        files.record([each for each, _ in several], now=NOW)
        for each, kind in several:
            Evidence.objects.create(
                case_id=case_id, file_id=each.sha256, kind=kind, name="王女士签字.jpg", by_account=7, at=NOW
            )


def known(*several: Kept) -> list[bool]:
    """Whether each has a row; the disk must say the same."""
    with db.system():
        rows = files.known([each.sha256 for each in several])
    assert [files.path_of(each.sha256).exists() for each in several] == [each.sha256 in rows for each in several]
    return [each.sha256 in rows for each in several]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(env.HOME.name, str(tmp_path))


@pytest.mark.usefixtures("home")
class TestFiles:
    def test_what_came_with_a_report_goes_with_it(self, town: Town) -> None:
        photo, paper = kept(b"photo"), kept(b"paper")
        first = with_files("a", photo, paper)
        case_of(town, first)
        assert known(photo, paper) == [True, True]
        erasure.erase([first], actor=MA, reason=EraseReason.REQUESTED, now=NOW)
        assert known(photo, paper) == [False, False]
        with db.system():
            rows = reports.attachments([first])[first]
            line = next(each for each in ledger.read("report", first) if each.verb == "erased")
            assert ledger.verify().ok
        assert "王女士" not in repr(rows)
        assert [(row.sha256, row.lon, row.lat) for row in rows] == [(None, None, None)] * 2
        assert line.facts == {"reason": "requested", "files": 2}
        assert proof.verify().ok

    def test_a_file_stays_while_another_report_has_it(self, town: Town) -> None:
        photo, own = kept(b"photo"), kept(b"own")
        first, second = with_files("a", photo, own), with_files("b", photo)
        erasure.erase([first], actor=MA, reason=EraseReason.REQUESTED, now=NOW)
        assert known(photo, own) == [True, False]
        erasure.erase([second], actor=MA, reason=EraseReason.REQUESTED, now=NOW)
        assert known(photo) == [False]

    def test_a_file_stays_while_a_case_of_others_has_it(self, town: Town) -> None:
        photo = kept(b"photo")
        first, other = with_files("a", photo), said("b")
        evidence(case_of(town, other), (photo, "before"))
        erasure.erase([first], actor=MA, reason=EraseReason.UNLAWFUL, now=NOW)
        assert known(photo) == [True]

    @pytest.mark.parametrize(
        ("reason", "left"),
        [
            (EraseReason.REQUESTED, [True, True, False]),
            (EraseReason.UNLAWFUL, [False, False, False]),
            (EraseReason.EXPIRED, [False, False, False]),
        ],
    )
    def test_evidence_goes_as_the_law_says(self, town: Town, reason: EraseReason, left: list[bool]) -> None:
        """Names always, papers always; the pictures of the place stay as the proof of what was done, where the sender
        asked, and go where nothing may be kept."""
        before, after, paper = kept(b"before"), kept(b"after"), kept(b"paper")
        first = said("a")
        case_id = case_of(town, first)
        evidence(case_id, (before, "before"), (after, "after"), (paper, "paper"))
        erasure.erase([first], actor=MA if reason is not EraseReason.EXPIRED else MACHINE, reason=reason, now=NOW)
        assert known(before, after, paper) == left
        with db.system():
            rows = list(Evidence.objects.order_by("id"))
            told = {each.verb: each.facts for each in ledger.read("case", case_id)}
            number = Case.objects.get().number
            seen = case_queries.access_case(number, now=NOW)
            assert ledger.verify().ok
        assert [(row.name, row.erased_at) for row in rows] == [("", NOW)] * 3
        assert [row.file_id is not None for row in rows] == left
        assert told["files_erased"] == {"files": left.count(False)}
        assert "forget" in told
        assert seen is not None and [bool(each.sha256) for each in seen.evidence] == left

    def test_evidence_stays_while_another_report_of_the_case_stands(self, town: Town) -> None:
        paper = kept(b"paper")
        first, second = said("a"), said("b")
        case_id = case_of(town, first, second)
        evidence(case_id, (paper, "paper"))
        erasure.erase([first], actor=MA, reason=EraseReason.UNLAWFUL, now=NOW)
        assert known(paper) == [True]
        with db.system():
            assert Evidence.objects.get().name == "王女士签字.jpg"
            assert "files_erased" not in {each.verb for each in ledger.read("case", case_id)}

    def test_who_does_not_decide_erases_no_file(self, town: Town) -> None:
        photo = kept(b"photo")
        first = with_files("a", photo)
        evidence(case_of(town, first), (photo, "before"))
        erasure.erase([first], actor=town["受理员小李"], reason=EraseReason.REQUESTED, now=NOW)
        assert known(photo) == [True]

    def test_a_file_that_somebody_is_just_sending_again_stays_on_the_disk(self, town: Town) -> None:
        photo = kept(b"photo")
        first = with_files("a", photo)
        again = files.put(files.path_of(photo.sha256).read_bytes())
        os.utime(files.path_of(again.sha256), (NOW.timestamp(), NOW.timestamp()))
        erasure.erase([first], actor=MA, reason=EraseReason.REQUESTED, now=NOW)
        assert files.path_of(photo.sha256).exists()
        with db.system():
            files.record([again], now=NOW)
        assert known(photo) == [True]
        with db.system():
            files.forget([photo.sha256])
        assert files.sweep_orphans(now=NOW + timedelta(hours=25)) == 1


def test_a_file_that_is_just_recorded_again_survives_its_erasure(fresh_db: str, home: None) -> None:
    """Two transactions at once: whoever comes second waits, and the row is there in the end."""
    make_town()
    photo = kept(b"photo")
    first = with_files("a", photo)
    holding, go = threading.Event(), threading.Event()

    def hold() -> None:
        with db.system():
            files.record([photo], now=NOW)
            intake.record(
                [RawReport(Channel.PUBLIC, "b", "01", text="又漏", attachments=(RawAttachment(photo.sha256),))], now=NOW
            )
            holding.set()
            go.wait(10)
        connection.close()

    thread = threading.Thread(target=hold)
    thread.start()
    assert holding.wait(10)
    threading.Timer(0.3, go.set).start()
    erasure.erase([first], actor=MA, reason=EraseReason.REQUESTED, now=NOW)
    thread.join()
    assert known(photo) == [True]
