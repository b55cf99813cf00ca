"""A case on its pages: from the report to its closing, and everything that must not work on the way."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from civigrid.base import db, ledger
from civigrid.base.bulk import execute
from tests.web.people import (
    CHEN,
    CHENG,
    LI,
    LIU,
    WANG,
    XU,
    ZHENG,
    ZHOU,
    client,
    form,
    photo,
    report,
    see,
    steps_to_handling,
)

pytestmark = pytest.mark.usefixtures("city")


def offered(who: str, number: str) -> set[str]:
    """The verbs the case page offers to a person."""
    return {act.verb.value for act in client(who).get(f"/cases/{number}/").context["acts"]}


def test_a_case_goes_its_whole_way_and_the_page_tells_it() -> None:
    number = report()
    task = steps_to_handling(number)
    done = client(CHEN).post(
        f"/cases/{number}/handle/{task}/",
        form(number, result="solved", text="新井盖已装好", after=photo(), before=photo("before.jpg")),
    )
    assert done.headers["Location"] == f"/cases/{number}/"
    client(CHENG).post(f"/cases/{number}/sign_off/{task}/", form(number))
    checked = form(number, result="passed", after=photo("check.jpg"))
    assert client(ZHOU).post(f"/cases/{number}/check/", checked).status_code == 303
    assert client(ZHENG).post(f"/cases/{number}/close/", form(number, outcome="solved", sure="on")).status_code == 303
    assert see(number).facts.closed

    page = client(LI).get(f"/cases/{number}/")
    told = [line.entry.verb for line in reversed(page.context["entries"])]
    assert told[0] == "opened"
    assert told[-5:] == ["task_accepted", "submitted", "handled", "checked", "closed"]
    text = page.content.decode()
    assert "新井盖已装好" in text
    assert "承办人小陈" in text
    assert "已解决" in text
    assert len(see(number).evidence) == 3


def test_each_person_is_offered_his_step_and_no_other() -> None:
    number = report()
    assert offered(LI, number) >= {"accept", "refuse_acceptance"}
    assert "dispatch" not in offered(WANG, number)
    task = steps_to_handling(number)
    assert offered(CHEN, number) == {"handle", "return_task", "arrive"}
    assert offered(CHENG, number) == {"handle", "return_task", "arrive"}
    client(CHEN).post(f"/cases/{number}/handle/{task}/", form(number, result="solved", text="好了", after=photo()))
    assert offered(CHENG, number) == {"sign_off", "send_back"}
    client(CHENG).post(f"/cases/{number}/sign_off/{task}/", form(number))
    assert offered(CHEN, number) == set(), "whoever handled does not check"
    assert offered(ZHOU, number) == {"check"}


def test_an_outsider_finds_nothing() -> None:
    number = report()
    task = steps_to_handling(number)
    for who in (LIU, XU):
        assert client(who).get(f"/cases/{number}/").status_code == 404
        assert (
            client(who).post(f"/cases/{number}/handle/{task}/", form(number, result="solved", text="x")).status_code
            == 404
        )
        assert number not in client(who).get("/cases/?stage=all").content.decode()
    assert see(number).facts.stage == "handle"


def test_a_step_of_another_post_is_refused_whatever_is_sent() -> None:
    number = report()
    answer = client(WANG).post(f"/cases/{number}/accept/", form(number))
    assert answer.status_code == 403
    assert see(number).facts.stage == "accept"


def test_somebody_was_faster() -> None:
    number = report()
    slow = form(number)
    client(LI).post(f"/cases/{number}/accept/", form(number))
    stage = see(number).facts.stage
    answer = client("zhao-intake").post(f"/cases/{number}/accept/", slow)
    assert answer.status_code == 409
    assert "本次提交未保存" in answer.content.decode()
    assert see(number).facts.stage == stage


def refusal(number: str) -> dict[str, object]:
    return form(number, reason="N2", text="不在本市管辖范围，已告知来电人", sure="on")


@pytest.mark.parametrize("reason", ["N2", ""])
def test_what_was_typed_is_not_lost_where_somebody_was_faster(reason: str) -> None:
    """Whether or not what was sent would have been in order: its form may not be on the page any more."""
    number = report()
    slow = {**refusal(number), "reason": reason}
    client(LI).post(f"/cases/{number}/refuse_acceptance/", refusal(number))
    answer = client("zhao-intake").post(f"/cases/{number}/refuse_acceptance/", slow)
    text = answer.content.decode()
    assert answer.status_code == 409
    assert answer.context["acts"] == []
    assert text.count('role="alert"') == 1
    assert "本次提交未保存" in text
    assert "其他人刚刚改动过该件" in text
    assert [typed for _, typed in answer.context["lost"].typed] == [slow["text"]]
    assert len([line for line in see(number).entries if line.entry.verb == "refused"]) == 1


def test_a_step_that_is_over_says_so_and_gives_the_words_back() -> None:
    """The version is of now, the step is not: a form sent from an old tab of another page."""
    number = report()
    steps_to_handling(number)
    for reason in ("N2", ""):
        answer = client(LI).post(f"/cases/{number}/refuse_acceptance/", {**refusal(number), "reason": reason})
        text = answer.content.decode()
        assert answer.status_code == 422
        assert text.count('role="alert"') == 1
        assert "本次提交未保存" in text
        assert "不在本市管辖范围，已告知来电人</textarea>" in text
    assert see(number).facts.stage == "handle"


def test_a_refused_case_ends_on_the_bar_where_it_was_refused() -> None:
    number = report()
    client(LI).post(f"/cases/{number}/refuse_acceptance/", refusal(number))
    page = client(LI).get(f"/cases/{number}/")
    states = {stage.value: state for stage, state in page.context["bar"]}
    assert states.pop("collect") == "done"
    assert states.pop("accept") == "ended"
    assert set(states.values()) == {"ahead"}
    text = page.content.decode()
    assert 'aria-current="step"' not in text
    assert "后续环节未进行" in text
    assert "时限在立案时确定" not in text


def test_a_form_sent_twice_is_done_once_and_answered_alike() -> None:
    number = report()
    twice = form(number)
    li = client(LI)
    first, second = (li.post(f"/cases/{number}/accept/", twice) for _ in range(2))
    assert (first.status_code, second.status_code) == (303, 303)
    assert first.headers["Location"] == second.headers["Location"]
    assert [line.entry.verb for line in see(number).entries].count("accepted") == 1


def test_a_form_with_errors_comes_back_filled_in_and_can_be_put_right() -> None:
    number = report()
    task = steps_to_handling(number)
    chen = client(CHEN)
    sent = form(number, result="", text="换了新井盖")
    answer = chen.post(f"/cases/{number}/handle/{task}/", sent)
    assert answer.status_code == 422
    [act] = [act for act in answer.context["acts"] if act.verb == "handle"]
    assert act.form.errors.keys() == {"result"}
    assert act.form["text"].value() == "换了新井盖"
    again = {**sent, "result": "solved", "after": photo(), "key": act.form["key"].value()}
    assert chen.post(f"/cases/{number}/handle/{task}/", again).status_code == 303


def test_of_a_form_sent_twice_only_the_address_it_led_to_is_kept() -> None:
    """A page that came back with errors holds the case: it is not left lying beside the key for two days."""
    number = report()
    li = client(LI)
    assert li.post(f"/cases/{number}/refuse_acceptance/", form(number, reason="N2", text="不在本市")).status_code == 422
    assert li.post(f"/cases/{number}/accept/", form(number)).status_code == 303
    with db.system():
        kept = execute("SELECT status, body FROM base_repeated_request WHERE key <> ''", ())
    assert [(status, bytes(body)) for status, body in kept] == [(303, b"")]


def test_what_ends_a_case_must_be_confirmed() -> None:
    number = report()
    answer = client(LI).post(f"/cases/{number}/refuse_acceptance/", form(number, reason="N2", text="不在本市"))
    assert answer.status_code == 422
    assert see(number).facts.stage == "accept"
    client(LI).post(f"/cases/{number}/refuse_acceptance/", form(number, reason="N2", text="不在本市", sure="on"))
    assert see(number).facts.side == "not_accepted"


def test_what_people_wrote_is_shown_as_text() -> None:
    number = report("<script>alert(1)</script> {{ 7*7 }} ' OR 1=1 --")
    page = client(LI).get(f"/cases/{number}/").content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_deleted_words_say_so() -> None:
    number = report()
    task = steps_to_handling(number)
    client(CHEN).post(
        f"/cases/{number}/handle/{task}/", form(number, result="solved", text="王某某家门口", after=photo())
    )
    case = see(number)
    with db.system():
        ledger.forget("case", [case.facts.id], now=datetime.now(UTC))
    page = client(LI).get(f"/cases/{number}/").content.decode()
    assert "王某某" not in page
    assert "已按规定删除" in page
