"""The roads centre's inbox: what 联络员小罗 accepts at one touch, what is late, and what feedback must bring."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from civigrid.base import db
from civigrid.web import wording
from tests.web.people import (
    CHEN,
    CHENG,
    LI,
    LIU,
    LUO,
    WANG,
    ZHENG,
    client,
    form,
    handled,
    report,
    see,
    see_row,
    steps_to_handling,
)

pytestmark = pytest.mark.usefixtures("city")


def offered() -> str:
    """A case that waits for the roads centre to accept it."""
    number = report()
    client(LI).post(f"/cases/{number}/accept/", form(number))
    if see(number).facts.stage == "file":
        client(ZHENG).post(f"/cases/{number}/file/", form(number, matter=see(number).facts.matter_id))
    client(WANG).post(f"/cases/{number}/dispatch/", form(number, row=see_row(client(WANG), number)))
    return number


def value(number: str, *, version: int | None = None) -> str:
    case = see(number)
    return f"{number}.{case.facts.version if version is None else version}.{case.tasks[0].id}"


def accept(who: Client, key: str = "", **fields: Any) -> Any:
    return who.post("/tasks/accept/", {"key": key or str(uuid4()), **fields}, follow=True)


def late(number: str, by: timedelta) -> None:
    """Its unit's time has been over for so long."""
    task = see(number).tasks[0].id
    with db.system(), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE cases_clock SET due_at = %s, warn_at = %s WHERE task_id = %s",
            [datetime.now(UTC) - by, datetime.now(UTC) - by, task],
        )


def numbers(who: str, tab: str) -> list[str]:
    return [line.number for line in client(who).get(f"/tasks/?tab={tab}").context["tasks"]]


def state(number: str) -> str:
    return see(number).tasks[0].state.value


def test_one_touch_accepts_one_task_and_leaves_the_others() -> None:
    one, other = offered(), offered()
    page = client(LUO).get("/tasks/").content.decode()
    assert f'name="one" value="{value(one)}"' in page
    answer = accept(client(LUO), one=value(one), task=value(other))
    assert (state(one), state(other)) == ("accepted", "offered")
    [said] = [str(each) for each in answer.context["messages"]]
    assert one in said and other not in said
    assert one in numbers(LUO, "accepted")


def test_a_batch_is_accepted_at_once_and_each_refusal_says_why() -> None:
    first, second, stale = offered(), offered(), offered()
    answer = accept(client(LUO), task=[value(first), value(second), value(stale, version=0)])
    assert [state(each) for each in (first, second, stale)] == ["accepted", "accepted", "offered"]
    [done, failed] = [str(each) for each in answer.context["messages"]]
    assert first in done and second in done and stale not in done
    assert stale in failed


def test_the_same_touch_twice_is_one() -> None:
    number, key = offered(), str(uuid4())
    said = value(number)
    luo = client(LUO)
    answers = [luo.post("/tasks/accept/", {"key": key, "one": said}) for _ in range(2)]
    assert [(each.status_code, each.headers["Location"]) for each in answers] == [(303, "/tasks/?tab=offered")] * 2
    assert state(number) == "accepted"


@pytest.mark.parametrize("said", ["", "x", "1.2", "a.b.c", "N1.1." + "9" * 30, "<b>.1.1"])
def test_nonsense_accepts_nothing(said: str) -> None:
    assert accept(client(LUO), task=said).status_code == 200


def test_nobody_accepts_for_another_unit() -> None:
    number = offered()
    accept(client(LIU), one=value(number))
    assert state(number) == "offered"
    assert client(LI).post("/tasks/accept/", {"key": str(uuid4()), "one": value(number)}).status_code == 404
    assert client(LUO).get("/tasks/accept/").status_code == 405


def test_the_tabs_hold_what_they_count() -> None:
    waits, taken, signed = offered(), offered(), offered()
    for number in (taken, signed):
        accept(client(LUO), one=value(number))
    client(CHEN).post(
        f"/cases/{signed}/handle/{see(signed).tasks[0].id}/",
        form(signed, result="unfounded", text="现场未见破损"),
    )
    tabs = client(LUO).get("/tasks/").context["tabs"]
    held = {tab: numbers(LUO, tab) for tab in ("offered", "accepted", "submitted")}
    assert [tab.count for tab in tabs[:3]] == [len(each) for each in held.values()]
    assert (waits in held["offered"], taken in held["accepted"], signed in held["submitted"]) == (True, True, True)
    assert signed in numbers(CHENG, "submitted")


def test_what_is_late_stands_first_where_it_is_longest_and_is_counted() -> None:
    soon, long, fine = offered(), offered(), offered()
    late(soon, timedelta(hours=1))
    late(long, timedelta(days=2))
    page = client(LUO).get("/tasks/?tab=overdue")
    assert [line.number for line in page.context["tasks"]] == [long, soon]
    assert [line.light.value for line in page.context["tasks"]] == ["red", "red"]
    assert [tab.count for tab in page.context["tabs"] if tab.here] == [2]
    assert fine not in page.content.decode()
    cursor = page.context["tasks"][0].cursor
    assert [line.number for line in client(LUO).get(f"/tasks/?tab=overdue&after={cursor}").context["tasks"]] == [soon]
    assert numbers(LIU, "overdue") == []
    assert client(LUO).get("/tasks/?tab=overdue&after=9999999999999999999.1").status_code == 404
    assert client(LUO).get("/tasks/?tab=overdue&after=999999999999999999.1").status_code == 404


def test_the_feedback_is_told_what_to_bring_until_it_is_there() -> None:
    number = report()
    task = steps_to_handling(number)
    page = client(CHEN).get("/tasks/?tab=accepted")
    [line] = [each for each in page.context["tasks"] if each.number == number]
    assert [need.value for need in line.needs] == ["after_photo"]
    assert wording.of("need", line.needs[0]) in page.content.decode()
    handled(number, task)
    [line] = [each for each in client(CHEN).get("/tasks/?tab=handled").context["tasks"] if each.number == number]
    assert line.needs == ()


@pytest.mark.parametrize("tab", ["offered", "overdue"])
def test_a_page_costs_the_same_however_many_tasks(tab: str) -> None:
    def statements() -> int:
        with CaptureQueriesContext(connection) as asked:
            luo.get(f"/tasks/?tab={tab}")
        return len(asked)

    luo = client(LUO)
    luo.get("/tasks/")
    before = statements()
    for _ in range(3):
        offered()
    assert statements() == before


def test_an_empty_tab_says_what_belongs_there() -> None:
    page = client(LIU).get("/tasks/?tab=overdue")
    assert page.context["tasks"] == []
    assert str(page.context["empty"]) in page.content.decode()
    assert client(LIU).get("/tasks/?tab=nothing").status_code == 404
