"""Danger, transfers and the sender's own second word, on the pages of the desk."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from civigrid.base import db
from civigrid.base.permissions import EVERYWHERE
from civigrid.directory import queries as directory
from civigrid.directory.rules import Actor, Role
from civigrid.flow import registration
from civigrid.flow.registration import Registration
from civigrid.intake import queries as intake
from civigrid.intake.rules import Channel, Choice, ContactDetails, Decision, RawReport
from tests.web.people import CHEN, LI, LIU, WANG, XU, ZHENG, client, form, report, see, today

pytestmark = pytest.mark.usefixtures("city")

GAS = "楼道里一股煤气味,我都头晕了,在江岸华庭5栋。"
DESK = Actor(1, 1, 0, Role.INTAKE, EVERYWHERE)


def heard(text: str, choice: Choice = Choice.PROCESS, number: str = "", key: str = "k") -> str:
    """A call at the desk; the number of its case."""
    raw = RawReport(Channel.DESK, f"outside-{key}", "01", text=text, contact=ContactDetails(phone="13900001234"))
    item = Registration(raw, Decision(choice, number=number))
    [outcome] = registration.register([item], actor=DESK, now=datetime.now(UTC))
    assert outcome.ok, outcome
    return str(outcome.made.disposed.numbers[0])


def page(who: str, number: str) -> str:
    return client(who).get(f"/cases/{number}/").content.decode()


def calls() -> list[int]:
    with db.system():
        return [row.id for row in intake.calls_asked()]


def target() -> int:
    with db.system():
        unit = directory.unit_by_code("9909", today())
    assert unit
    return unit.id


def test_danger_stands_on_top_and_the_desk_marks_its_calls() -> None:
    number = heard(GAS)
    shown = page(LI, number)
    assert "燃气泄漏" in shown or "Gas leak" in shown
    assert shown.index('class="notice notice--error danger"') < shown.index('id="stages"')
    assert f'href="/cases/{number}/"' in client(LI).get("/").content.decode()  # on every page, until somebody called
    first, second = calls()
    done = client(LI).post(f"/calls/{first}/called/", {"ago": "3"})
    assert (done.status_code, done.headers["Location"]) == (303, f"/cases/{number}/")
    assert calls() == [second]
    assert [line.entry.verb for line in see(number).entries] == ["opened", "called"]
    assert client(WANG).post(f"/calls/{second}/called/", {"ago": "-1; DROP"}).status_code == 303
    assert calls() == []
    assert "called" not in client(LI).get("/").content.decode()


@pytest.mark.parametrize("who", [CHEN, LIU, XU])
def test_nobody_else_is_told_or_marks_it(who: str) -> None:
    heard(GAS)
    [first, _] = calls()
    assert "notice--error" not in client(who).get("/").content.decode()
    assert client(who).post(f"/calls/{first}/called/").status_code == 404
    for unknown in (999999999, 10**30):
        assert client(LI).post(f"/calls/{unknown}/called/").status_code == 404
    assert client(LI).get(f"/calls/{first}/called/").status_code == 405


def test_a_case_goes_to_another_city_and_comes_back() -> None:
    number = report()
    sent = form(number, unit=target(), text="路段属邻市", sure="on")
    assert client(LI).post(f"/cases/{number}/transfer/", sent).status_code == 303
    assert see(number).facts.side == "transferred"
    page_now = client(LI).get(f"/cases/{number}/")
    assert {act.verb.value for act in page_now.context["acts"]} == {"receipt"}
    assert client(LI).post(f"/cases/{number}/receipt/", form(number, state="refused")).status_code == 422
    back = form(number, state="refused", text="该路段属云汀市")
    assert client(LI).post(f"/cases/{number}/receipt/", back).status_code == 303
    assert (see(number).facts.stage, see(number).facts.side) == ("accept", "returned")
    assert "邻市12345" in page(LI, number)


def test_a_form_without_its_target_is_refused_where_it_stands() -> None:
    number = report()
    for wrong in ({"unit": ""}, {"unit": "x"}, {"unit": "4001"}, {"text": " "}, {"sure": ""}):
        sent = {**form(number), "unit": target(), "text": "请办", "sure": "on", **wrong}
        assert client(LI).post(f"/cases/{number}/transfer/", sent).status_code == 422
    assert see(number).facts.side == ""


def test_what_the_sender_says_again_is_counted_and_marked() -> None:
    number = heard("湖滨路的路灯坏了三盏,晚上一片漆黑,请来修一修")
    for n in range(3):
        heard("催一下", Choice.CHASE, number, f"c{n}")
    heard("刚才说错了, 是5号楼", Choice.SUPPLEMENT, number, "s")
    shown = page(LI, number)
    assert see(number).chased == 3
    assert "刚才说错了" in shown and client(LI).get(f"/cases/{number}/").context["case"].supplemented == 1
    assert "end_withdrawn" not in page(ZHENG, number)
    heard("已经好了不用管了", Choice.WITHDRAW, number, "w")
    assert "end_withdrawn" in page(ZHENG, number) and "end_withdrawn" not in page(LI, number)
    end = client(ZHENG).post(f"/cases/{number}/end_withdrawn/", form(number, sure="on"))
    assert end.status_code == 303
    assert (see(number).facts.closed, see(number).outcome) == (True, "withdrawn")
