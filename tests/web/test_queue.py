"""The lists of cases and tasks: paged by cursor, counted, and cheap."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.web.people import (
    CHEN,
    CHENG,
    LI,
    LIU,
    client,
    form,
    photo,
    report,
    steps_to_handling,
)

pytestmark = pytest.mark.usefixtures("city")


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
