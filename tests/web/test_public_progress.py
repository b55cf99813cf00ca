"""Whoever has number and query code sees what became of his report, and nothing else; and what he may add to it."""

from __future__ import annotations

import logging
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from civigrid.base import db
from civigrid.base.errors import Refused
from civigrid.cases import queries as cases
from civigrid.cases.rules import Came
from civigrid.directory.rules import MACHINE
from civigrid.flow import residents
from civigrid.intake import actions
from civigrid.intake import queries as reports
from civigrid.intake.rules import DispositionKind, EraseReason, report_of
from tests.web import people
from tests.web.people import WANG, ZHENG, ZHOU, client, form
from tests.web.residents import Resident, picture, pin

pytestmark = pytest.mark.usefixtures("city")

ANSWER = "新井盖已装好，请放心通行。"
MATTER = {"matter": people.MANHOLE, "text": "井盖没了，底下是个黑洞"}


@pytest.fixture
def aunt() -> Resident:
    return Resident()


def reported(who: Resident, **fields: Any) -> tuple[str, str, str]:
    """Number and code of the report, and the number of its case."""
    number, code = who.report(**{**MATTER, **pin(), **fields})
    with db.system():
        [case] = cases.numbers_of([report_of(number)])[report_of(number)]
    return number, code, case


def handle(case: str) -> None:
    """立案, 派遣, 处置 and 核查, each with a remark that stays inside."""
    client(ZHENG).post(f"/cases/{case}/file/", form(case, matter=people.see(case).facts.matter_id, text="CANARY"))
    client(WANG).post(f"/cases/{case}/dispatch/", form(case, row=people.see_row(client(WANG), case), text="CANARY"))
    [task] = people.see(case).tasks
    client(people.LUO).post(f"/cases/{case}/accept_task/{task.id}/", form(case, text="CANARY"))
    assert people.handled(case, task.id, "内部：老李说先别急CANARY") == 303
    client(ZHOU).post(f"/cases/{case}/check/", form(case, result="passed", text="CANARY", after=people.photo()))


def close(case: str) -> None:
    said = {"outcome": "solved", "sure": "on", "answer": ANSWER, "text": "CANARY"}
    client(ZHENG).post(f"/cases/{case}/close/", form(case, **said))
    assert people.see(case).facts.stage == "evaluate"


def page(who: Resident) -> str:
    return who.get("/report/progress/")


def text_of(answer: Any) -> str:
    """The page without what is another one each time: tokens, and what was typed."""
    return "".join(line for line in answer.content.decode().splitlines() if "csrf" not in line and "<input" not in line)


def test_the_sender_follows_the_case_to_its_end(aunt: Resident) -> None:
    number, code, case = reported(aunt, photos=picture())
    other = Resident()
    assert other.open(number, code).headers["Location"] == "/report/progress/"
    assert number in page(other)
    assert "窨井盖" in page(other) or "井盖" in page(other)
    told = page(other)
    for step in (handle, close):
        step(case)
        told += page(other)
    assert "市政设施管理中心" in told, "the unit, by its name"
    assert ANSWER in told
    assert "CANARY" not in told
    for person in ("小李", "老王", "小罗", "小陈", "小程", "小周", "老郑"):
        assert person not in told


def test_the_result_is_seen_when_somebody_else_has_said_that_it_is_done(aunt: Resident) -> None:
    number, _code, case = reported(aunt)
    handle(case)
    shown = people.see(case).evidence
    files = [f"/report/files/{each.sha256}" for each in shown]
    assert files
    assert "data-results" not in page(aunt), "not yet"
    assert {aunt.browser.get(each).status_code for each in files} == {404}
    close(case)
    assert all(each in page(aunt) for each in files)
    answer = aunt.browser.get(files[0])
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "image/jpeg")
    other = Resident()
    reported(other, text="井盖没了，在另一个路口，与它无关")
    assert other.browser.get(files[0]).status_code == 404, "another one's result"
    assert Resident().browser.get(files[0]).status_code == 404
    assert number not in page(other)


def test_of_what_was_told_in_confidence_no_picture_is_shown(aunt: Resident) -> None:
    *_, case = reported(aunt, confidential="on")
    facts = people.see(case).facts
    assert facts.confidential, (facts.stage, facts.waits_for)
    if facts.stage == "accept":
        client(people.LI).post(f"/cases/{case}/accept/", form(case))
    handle(case)
    close(case)
    [first, *_] = people.see(case).evidence
    assert "data-results" not in page(aunt)
    assert aunt.browser.get(f"/report/files/{first.sha256}").status_code == 404


def test_every_wrong_answer_is_the_same(aunt: Resident) -> None:
    """A wrong code, another report's code, a number nobody has, one with another date, nonsense, an old one."""
    number, code, _ = reported(aunt)
    _, others, _ = reported(Resident(), text="井盖没了，在另一个路口")
    wrong = [
        (number, "2222-2222-2222-2222"), (number, others), ("20990101-999999", code), (f"20200101{number[8:]}", code),
        ("", ""), ("abc", "<script>"), (number, ""), ("9" * 30, code), (number + "0", code), ("\u0660" * 14, code),
    ]  # fmt: skip
    answers = [Resident().open(*each) for each in wrong]
    assert {answer.status_code for answer in answers} == {422}
    assert len({text_of(answer) for answer in answers}) == 1
    with pytest.raises(Refused, match="no_such_slip"):
        residents.opened(number, code, now=datetime.now(UTC) + timedelta(days=731))


def test_however_it_is_typed_the_right_code_opens(aunt: Resident) -> None:
    number, code, _ = reported(aunt)
    for typed in (code, code.lower(), code.replace("-", " "), f" {code.replace('-', '')} "):
        assert Resident().open(number.replace("-", ""), typed).status_code == 303


def test_a_number_is_not_tried_out(aunt: Resident, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CIVIGRID_PUBLIC_TRIES_PER_HOUR", "2")
    number, code, _ = reported(aunt)
    for _ in range(3):
        assert Resident().open(number, code).status_code == 303, "right ones do not count"
    for _ in range(2):
        assert Resident().open(number, "2222-2222-2222-2222").status_code == 422
    held = Resident().open(number, code)
    assert held.status_code == 429
    assert int(held.headers["Retry-After"]) > 3000
    assert number in held.content.decode(), "what was typed is still there"
    assert number in page(aunt), "who has a good slip goes on looking"


def test_an_address_does_not_try_out_numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CIVIGRID_PUBLIC_ADDRESS_TRIES_PER_HOUR", "3")
    found = [Resident().open(f"20261123-00000{each}", "2222-2222-2222-2222").status_code for each in range(5)]
    assert found == [422, 422, 422, 429, 429]


def test_the_code_is_in_no_address_and_no_log(aunt: Resident, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        number, code, _ = reported(aunt, phone="13800001111", name="陈阿姨")
        aunt.open(number, code)
        told = page(aunt)
    said = "\n".join(str(record.__dict__) for record in caplog.records)
    assert all(secret not in said for secret in (code, code.replace("-", ""), "13800001111", "陈阿姨"))
    assert all(secret not in told for secret in (code, "13800001111", "陈阿姨")), "nor on the page"


def test_a_slip_opens_one_report_and_is_forgotten(aunt: Resident) -> None:
    number, _, _ = reported(aunt, photos=picture())
    stranger = Resident()
    with db.system():
        [file] = reports.files_shown([report_of(number)])
    where = f"/report/files/{file.sha256}"
    assert aunt.browser.get(where).status_code == 200
    assert stranger.browser.get(where).status_code == 404
    reported(stranger, text="井盖没了，在另一个路口")
    assert stranger.browser.get(where).status_code == 404
    assert aunt.browser.get(f"/report/files/{'0' * 64}").status_code == 404
    aunt.post("/report/leave/")
    assert number not in page(aunt)
    aunt.browser.cookies["civigrid_slip"] = "made.up:cookie"
    assert number not in page(aunt)


def test_chasing_adding_and_taking_back(aunt: Resident) -> None:
    number, _, case = reported(aunt)
    assert aunt.add("chase", case).status_code == 303
    assert aunt.add("supplement", case, "洞口已经有人摔倒").status_code == 303
    seen = people.see(case)
    assert (seen.chased, seen.supplemented) == (1, 1)
    assert "洞口已经有人摔倒" in page(aunt)
    assert aunt.add("withdraw", case, "").status_code == 303
    assert people.see(case).came[report_of(number)].withdrawn_at is not None
    told = aunt.browser.get("/report/progress/").context
    assert [act["verb"] for _, acts in told["cases"] for act in acts] == ["supplement"]
    with db.system():
        later = reports.said_later(report_of(number))
        kinds = {each.kind for each in reports.disposed(later).values()}
        assert {reports.by_ids(later)[0].channel} == {"public"}
    assert kinds == {DispositionKind.CHASED, DispositionKind.SUPPLEMENTED, DispositionKind.WITHDRAWN}


def test_danger_in_an_addition_is_called_for_at_once(aunt: Resident) -> None:
    number, _, case = reported(aunt)
    assert aunt.add("supplement", case, "刚才有人掉进井里了，救命").status_code == 303
    with db.system():
        [later] = reports.said_later(report_of(number))
        assert reports.disposed([later])[later].kind is DispositionKind.OPENED
        assert later in {call.report_id for call in reports.calls_asked()}
    assert 'href="tel:119"' in page(aunt).split("<h1>")[0]


def test_twice_the_same_form_adds_once(aunt: Resident) -> None:
    _, _, case = reported(aunt)
    acts = [act for _, acts in aunt.browser.get("/report/progress/").context["cases"] for act in acts]
    key = next(act["key"] for act in acts if act["verb"] == "chase")
    for _ in range(2):
        assert aunt.post("/report/progress/chase/", key=key, number=case, text="").status_code == 303
    assert people.see(case).chased == 1


def test_nobody_adds_to_what_is_not_his(aunt: Resident) -> None:
    reported(aunt)
    _, _, others = reported(Resident(), text="井盖没了，在另一个路口")
    key = aunt.key()
    for number in (others, "YT20261122000001", "x"):
        answer = aunt.post("/report/progress/supplement/", key=key, number=number, text="我的话")
        assert answer.status_code == 422
        assert "我的话" in answer.content.decode()
    assert people.see(others).supplemented == 0
    assert Resident().post("/report/progress/chase/", key=key, number=others).headers["Location"] == "/report/progress/"
    assert aunt.post("/report/progress/delete/", key=key, number=others).status_code == 404
    assert aunt.post("/report/progress/supplement/", key=key, number="", text=" ").status_code == 422


def test_who_is_not_content_is_read_by_a_person(aunt: Resident) -> None:
    number, _, case = reported(aunt)
    handle(case)
    close(case)
    assert aunt.add("unsolved", case, "井盖还在响").status_code == 303
    with db.system():
        waiting = {row.report_id for row in reports.waiting()}
        [later] = reports.said_later(report_of(number))
        [said] = reports.by_ids([later])
    assert later in waiting
    assert case in said.text, "whoever reads it knows which case is meant"
    assert aunt.post("/report/progress/chase/", key=aunt.key(), number=case).status_code == 422


def test_additions_are_limited_too(aunt: Resident, monkeypatch: pytest.MonkeyPatch) -> None:
    _, _, case = reported(aunt)
    monkeypatch.setenv("CIVIGRID_PUBLIC_REPORTS_PER_HOUR", "1")
    answer = aunt.add("supplement", case, "再补充一句")
    assert answer.status_code == 429
    assert "再补充一句" in answer.content.decode()


def test_of_others_the_sender_learns_how_many(aunt: Resident) -> None:
    """What joins by itself, and what somebody else said of it."""
    text = "学府路口的井盖没有了，洞很深，晚上骑车非常危险，请尽快处理"
    _, _, case = reported(Resident(), text=text, name="老赵CANARY", phone="13900002222")
    number, _, joined = reported(aunt, text=text)
    assert joined == case
    told = page(aunt)
    assert "CANARY" not in told
    assert "13900002222" not in told
    with db.system():
        assert reports.disposed([report_of(number)])[report_of(number)].kind is DispositionKind.JOINED
    assert len(people.see(case).came) == 2
    assert {each.how for each in people.see(case).came.values()} == {Came.REPORTED}


def test_what_is_looked_at_first_is_said(aunt: Resident) -> None:
    """核实: the sender knows why nothing is filed yet."""
    aunt.report(text="路灯不亮", matter="C0118", **pin())
    aunt.browser.cookies["civigrid_language"] = "en"
    assert "Somebody looks at it on the spot" in page(aunt)


def test_english_is_complete(aunt: Resident) -> None:
    _, _, case = reported(aunt)
    handle(case)
    aunt.browser.cookies["civigrid_language"] = "en"
    told = page(aunt)
    assert "Checked; the answer is being written" in told
    assert "Promised by" in told
    assert "Municipal Facilities Centre" in told


def test_a_report_that_was_deleted_says_so(aunt: Resident) -> None:
    number, _, _ = reported(aunt, text="井盖没了，我叫陈某某CANARY")
    with db.system():
        actions.erase([report_of(number)], now=datetime.now(UTC), actor=MACHINE, reason=EraseReason.EXPIRED)
    aunt.browser.cookies["civigrid_language"] = "en"
    told = page(aunt)
    assert "CANARY" not in told
    assert "Deleted by rule" in told


def test_dispatchers_see_nothing_new(aunt: Resident) -> None:
    """A slip is no sign-in: it opens none of the office's pages."""
    _, _, case = reported(aunt)
    assert aunt.browser.get(f"/cases/{case}/").status_code == 302
    assert aunt.browser.get("/").status_code == 302
    assert client(WANG).get(f"/cases/{case}/").status_code == 200
