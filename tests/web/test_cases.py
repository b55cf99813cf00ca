"""A case on its pages: from the report to its closing, and everything that must not work on the way."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.template.loader import render_to_string
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from civigrid.base import db, ledger
from civigrid.catalog import queries as catalog
from civigrid.catalog.queries import DutyRowRow
from civigrid.web.forms import DispatchForm, Offer
from tests.web.people import (
    CHEN,
    CHENG,
    LI,
    LIU,
    LUO,
    MANHOLE,
    WANG,
    XU,
    ZHENG,
    ZHOU,
    client,
    form,
    photo,
    report,
    see,
    see_row,
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


def to_filing() -> str:
    """A case at 立案."""
    number = report("不知道说的什么事", matter="")
    if see(number).facts.stage == "accept":
        client(LI).post(f"/cases/{number}/accept/", form(number))
    assert see(number).facts.stage == "file"
    return number


def test_filing_offers_the_conditions_of_every_matter_and_takes_only_the_chosen_ones() -> None:
    number, chief = to_filing(), client(ZHENG)
    page = chief.get(f"/cases/{number}/")
    [act] = [act for act in page.context["acts"] if act.verb == "file"]
    with db.system():
        on = timezone.localdate()
        matters, standards = catalog.matters_by_code(on), catalog.standards(on)
    offered_ones = {value for _, group in act.form.fields["standard"].choices[1:] for value, _ in group}
    assert offered_ones == {row.version_id for row in standards}
    matter, other = matters[MANHOLE], matters["C0101"]
    second = next(row for row in standards if row.matter_id == matter.id and not row.is_default)
    assert f'data-matter="{matter.id}"' in page.content.decode()

    wrong = chief.post(f"/cases/{number}/file/", form(number, matter=other.id, standard=second.version_id))
    assert wrong.status_code == 422
    [act] = [act for act in wrong.context["acts"] if act.verb == "file"]
    assert matter.name in str(act.form.errors["standard"])
    assert f'value="{second.version_id}" selected data-matter="{matter.id}"' in wrong.content.decode()
    right = chief.post(f"/cases/{number}/file/", form(number, matter=matter.id, standard=second.version_id))
    assert right.status_code == 303
    assert see(number).facts.standard_version_id == second.version_id


def to_dispatch() -> str:
    number = report()
    client(LI).post(f"/cases/{number}/accept/", form(number))
    if see(number).facts.stage == "file":
        client(ZHENG).post(f"/cases/{number}/file/", form(number, matter=see(number).facts.matter_id))
    return number


def test_a_unit_beside_a_row_must_be_the_rows_lead() -> None:
    number, wang = to_dispatch(), client(WANG)
    [act] = [act for act in wang.get(f"/cases/{number}/").context["acts"] if act.verb == "dispatch"]
    row, (lead, _) = next(iter(act.form.offer.leads.items()))
    other = next(value for _, group in act.form.offer.units for value, _ in group if value != lead)
    answer = wang.post(f"/cases/{number}/dispatch/", form(number, row=row, unit=other))
    assert answer.status_code == 422
    [act] = [act for act in answer.context["acts"] if act.verb == "dispatch"]
    assert act.form.errors.keys() == {"unit"}
    assert see(number).facts.stage == "dispatch"
    assert wang.post(f"/cases/{number}/dispatch/", form(number, row=row, unit=lead)).status_code == 303
    assert see(number).tasks[0].unit_id == lead


def test_rows_that_do_not_surely_hold_the_place_are_folded() -> None:
    offer = Offer(
        rows=[("1", "全市"), ("2", "甲社区"), ("3", "乙社区")],
        leads=dict.fromkeys((1, 2, 3), (7, ())),
        far=frozenset({"2", "3"}),
    )
    text = render_to_string("parts/fields.html", {"form": DispatchForm(offer=offer)})
    near, far = text.split('<details class="more">')
    assert 'value="1"' in near
    assert 'value="hand"' in near
    assert 'value="2"' in far
    assert 'value="3"' in far
    chosen = DispatchForm({"row": "2"}, offer=offer)
    assert '<details class="more" open>' in render_to_string("parts/fields.html", {"form": chosen})


def test_the_rows_that_hold_the_place_come_first(monkeypatch: pytest.MonkeyPatch) -> None:
    number = to_dispatch()
    matter, region = see(number).facts.matter_id, see(number).facts.region_code
    [whole, *_] = [row for row in rows_of_today() if row.matter_id == matter]
    inside = replace(whole, version_id=-1, region_code=f"{region}999")
    holding = replace(whole, version_id=-2, region_code=region)
    elsewhere = replace(whole, version_id=-3, region_code="000")
    monkeypatch.setattr("civigrid.web.offers.catalog.duty_rows", lambda on: [inside, elsewhere, whole, holding])
    [act] = [act for act in client(WANG).get(f"/cases/{number}/").context["acts"] if act.verb == "dispatch"]
    assert [value for value, _ in act.form.offer.rows] == [str(whole.version_id), "-2", "-1"]
    assert act.form.offer.far == {"-1"}


def rows_of_today() -> list[DutyRowRow]:
    with db.system():
        return list(catalog.duty_rows(timezone.localdate()))


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


def test_what_ends_a_case_must_be_confirmed() -> None:
    number = report()
    answer = client(LI).post(f"/cases/{number}/refuse_acceptance/", form(number, reason="N2", text="不在本市"))
    assert answer.status_code == 422
    assert see(number).facts.stage == "accept"
    client(LI).post(f"/cases/{number}/refuse_acceptance/", form(number, reason="N2", text="不在本市", sure="on"))
    assert see(number).facts.side == "not_accepted"


def test_dispatch_by_hand_needs_unit_and_words() -> None:
    number = report()
    client(LI).post(f"/cases/{number}/accept/", form(number))
    if see(number).facts.stage == "file":
        client(ZHENG).post(f"/cases/{number}/file/", form(number, matter=see(number).facts.matter_id))
    answer = client(WANG).post(f"/cases/{number}/dispatch/", form(number, row="hand"))
    [act] = [act for act in answer.context["acts"] if act.verb == "dispatch"]
    assert act.form.errors.keys() == {"unit", "text"}
    assert see_row(client(WANG), number) != "hand"


def test_a_returned_task_goes_back_to_the_dispatcher_with_its_words() -> None:
    number = report()
    task = steps_to_handling(number)
    answer = client(LUO).post(
        f"/cases/{number}/return_task/{task}/", form(number, reason="T1", text="属供水公司井盖", sure="on")
    )
    assert answer.status_code == 303
    assert see(number).facts.stage == "dispatch"
    assert "属供水公司井盖" in client(WANG).get(f"/cases/{number}/").content.decode()


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"MZ\x90\x00", "image/jpeg"),
        (b"", "image/jpeg"),
        (b"<svg onload=alert(1)>", "image/svg+xml"),
        (b"\xff\xd8\xff broken", "image/jpeg"),
    ],
)
def test_a_file_that_is_no_photo_is_refused_and_nothing_is_done(content: bytes, kind: str) -> None:
    number = report()
    task = steps_to_handling(number)
    sent = form(number, result="solved", text="好了", after=SimpleUploadedFile("x.jpg", content, content_type=kind))
    answer = client(CHEN).post(f"/cases/{number}/handle/{task}/", sent)
    assert answer.status_code == 422
    assert see(number).facts.stage == "handle"


def test_evidence_is_shown_to_those_who_see_the_case_and_to_nobody_else() -> None:
    number = report()
    task = steps_to_handling(number)
    client(CHEN).post(f"/cases/{number}/handle/{task}/", form(number, result="solved", text="好了", after=photo()))
    [evidence] = see(number).evidence
    address = f"/files/{evidence.sha256}"
    answer = client(ZHOU).get(address)
    assert answer.headers["Content-Type"] == "image/jpeg"
    assert b"".join(answer.streaming_content)[:2] == b"\xff\xd8"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert client(LIU).get(address).status_code == 404
    assert client().get(address).status_code == 302
    assert client(ZHOU).get("/files/" + "0" * 64).status_code == 404
    assert client(ZHOU).get("/files/..%2f..%2fetc%2fpasswd").status_code == 404


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


def test_the_queue_pages_by_cursor_and_reaches_everything_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("civigrid.web.pages.queue.PAGE", 2)
    numbers = {report(f"井盖没了 {place}") for place in range(5)}
    li, seen, address = client(LI), [], "/cases/?stage=accept"
    while address:
        page = li.get(address)
        seen += [line.number for line in page.context["lines"]]
        address = page.context["next_address"]
    assert sorted(seen) == sorted(set(seen))
    assert numbers <= set(seen)


@pytest.mark.parametrize(
    "query", ["stage=nope", "after=1.x", "after=..", "waits=nope", "stage=accept&after=99999999999999999999.1"]
)
def test_a_queue_address_nobody_gave_is_not_found(query: str) -> None:
    assert client(LI).get(f"/cases/?{query}").status_code == 404


def test_the_unit_inbox_holds_its_tasks_by_state() -> None:
    number = report()
    task = steps_to_handling(number)
    chen = client(CHEN)
    assert number in chen.get("/tasks/?tab=accepted").content.decode()
    assert number not in chen.get("/tasks/?tab=offered").content.decode()
    chen.post(f"/cases/{number}/handle/{task}/", form(number, result="solved", text="好了", after=photo()))
    assert number in client(CHENG).get("/tasks/?tab=submitted").content.decode()
    client(CHENG).post(f"/cases/{number}/sign_off/{task}/", form(number))
    assert number in chen.get("/tasks/?tab=handled").content.decode()
    assert number not in client(LIU).get("/tasks/?tab=accepted").content.decode()
    assert client(LI).get("/tasks/").status_code == 404


def test_pages_ask_few_questions() -> None:
    """A list page: who acts (5 statements) and what he sees (4), however many cases there are."""
    for place in range(3):
        report(f"井盖 {place}")
    li = client(LI)
    li.get("/cases/")
    with CaptureQueriesContext(connection) as few:
        li.get("/cases/")
    for place in range(6):
        report(f"又一个井盖 {place}")
    with CaptureQueriesContext(connection) as more:
        li.get("/cases/")
    selects = [query["sql"] for query in more.captured_queries if not query["sql"].startswith(("SAVEPOINT", "RELEASE"))]
    assert len(more) == len(few)
    assert len(selects) <= 14, selects
