"""The time of a case on its page: arriving, applying, deciding, supervising, and the account day by day."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from civigrid.base import db
from civigrid.catalog import queries as catalog
from tests.web.people import (
    CHEN,
    CHENG,
    LI,
    LIU,
    LUO,
    SHEN,
    WANG,
    ZHENG,
    client,
    form,
    photo,
    report,
    see,
    see_row,
    today,
)

pytestmark = pytest.mark.usefixtures("city")


def at_work(standard: str) -> tuple[str, int]:
    """A manhole in the hands of the roads centre, filed under that standard: its number, and the task."""
    number = report()
    client(LI).post(f"/cases/{number}/accept/", form(number))
    with db.system():
        rows = {row.code: row for row in catalog.standards(today())}
    sent = form(number, matter=rows[standard].matter_id, standard=rows[standard].version_id)
    assert client(ZHENG).post(f"/cases/{number}/file/", sent).status_code == 303
    row = see_row(client(WANG), number)
    client(WANG).post(f"/cases/{number}/dispatch/", form(number, row=row))
    [task] = see(number).tasks
    client(LUO).post(f"/cases/{number}/accept_task/{task.id}/", form(number))
    return number, task.id


def text(who: Client, address: str) -> str:
    return who.get(address).content.decode()


def post(who: str, number: str, verb: str, *task: int, **fields: object) -> int:
    address = "/".join(["/cases", number, verb, *map(str, task), ""])
    return client(who).post(address, form(number, **fields)).status_code


def test_the_arrival_is_shown_and_recorded() -> None:
    number, task = at_work("C0114-1")
    page = client(LUO).get(f"/cases/{number}/")
    assert [clock.view.kind.value for clock in page.context["time"].clocks] == ["finish", "arrive", "finish"]
    assert post(CHEN, number, "arrive", task, how="on_site", text="") == 422
    assert post(CHEN, number, "arrive", task, how="on_site", text="", before=photo()) == 303
    assert see(number).tasks[0].arrived_at is not None
    assert client(WANG).get(f"/cases/{number}/").context["entries"][0].entry.verb == "arrived"
    assert post(CHEN, number, "arrive", task, how="on_site", text="再到") == 422


def test_an_extension_from_the_unit_to_the_desk_and_back() -> None:
    number, task = at_work("C0114-2")
    before = see(number).clock
    assert before is not None
    assert post(CHEN, number, "ask_extension", task, amount=9, text="缺材料") == 422
    assert post(CHEN, number, "ask_extension", task, amount=2, text="井盖定制需两日") == 303
    queue = client(WANG).get("/cases/?stage=handle&asks=1")
    assert [line.number for line in queue.context["lines"]] == [number]
    assert [tab.count for tab in queue.context["tabs"] if tab.here] == [1]
    assert "井盖定制需两日" in text(client(WANG), f"/cases/{number}/")
    assert post(CHEN, number, "decide_extension", decision="yes", text="") == 403
    assert post(WANG, number, "decide_extension", decision="", text="") == 422
    assert post(WANG, number, "decide_extension", decision="yes", text="情况属实") == 303
    after = see(number).clock
    assert after is not None
    assert (after.more, after.days[-1].whole) == (2, 7)
    assert after.due_at > before.due_at
    assert client(WANG).get("/cases/?stage=handle&asks=1").context["lines"] == []


def test_an_application_is_taken_back() -> None:
    number, task = at_work("C0114-2")
    assert post(CHEN, number, "ask_extension", task, amount=2, text="缺材料") == 303
    assert post(LIU, number, "withdraw_ask", kind="extension") == 404
    assert post(LUO, number, "withdraw_ask", kind="extension") == 303
    assert post(WANG, number, "decide_extension", decision="yes") == 422


def test_a_suspension_is_agreed_to_by_two_and_stands_on_the_page() -> None:
    number, _ = at_work("C0114-2")
    until = (datetime.now(UTC) + timedelta(days=60)).date()
    for who, verb, fields in (
        (CHEN, "ask_suspension", {"until": until.isoformat(), "text": "待管线迁改"}),
        (WANG, "decide_suspension", {"decision": "yes"}),
        (ZHENG, "decide_suspension", {"decision": "yes", "text": "同意"}),
    ):
        assert post(who, number, verb, **fields) == 303
    page = client(CHEN).get(f"/cases/{number}/")
    assert page.context["case"].facts.side == "suspended"
    promise = page.context["time"].clocks[0]
    assert promise.stands
    folded = [day for day in promise.days if day.until]
    assert [(day.until - day.line.day).days >= 50 for day in folded] == [True]
    assert {act.verb.value for act in page.context["timers"]} == {"resume"}
    assert page.context["acts"] == []
    assert "挂账" in text(client(WANG), "/cases/?stage=all") or "Suspended" in text(client(WANG), "/cases/?stage=all")
    assert post(CHEN, number, "resume", text="管线已迁改") == 303
    assert see(number).facts.side == ""


@pytest.mark.parametrize("until", ["", "yesterday", "2020-01-01", "2099-01-01"])
def test_no_day_for_a_suspension(until: str) -> None:
    number, _ = at_work("C0114-2")
    assert post(CHEN, number, "ask_suspension", until=until, text="待管线迁改") == 422
    assert see(number).facts.asks == ()


def test_supervision_is_seen_in_lists_answered_and_lifted() -> None:
    number, task = at_work("C0114-2")
    assert post(ZHENG, number, "supervise", rung=4, days=2, text="请说明") == 422  # not his rung
    assert post(ZHENG, number, "supervise", rung=3, days=9, text="请说明") == 422
    assert post(ZHENG, number, "supervise", rung=3, days=2, text="请说明进展") == 303
    for who, address in ((CHEN, "/tasks/?tab=accepted"), (WANG, "/cases/?stage=handle"), (CHEN, f"/cases/{number}/")):
        assert "⚑" in text(client(who), address)
    assert post(CHENG, number, "answer_supervision", task, text="明日完工") == 303
    assert post(SHEN, number, "lift", text="已答复") == 303
    assert "⚑" not in text(client(WANG), "/cases/?stage=handle")


def test_the_account_adds_up_on_the_page() -> None:
    number, _ = at_work("C0114-2")
    [promise, *_] = client(CHEN).get(f"/cases/{number}/").context["time"].clocks
    assert promise.whole
    assert sum(day.line.counted for day in promise.days) == promise.days[-1].line.total
    assert promise.days[-1].line.whole == 5
    assert all(day.hours for day in promise.days if day.line.counted)
    assert promise.days[0].why or not promise.days[0].hours  # the day it begins says why it does not count
