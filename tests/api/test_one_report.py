"""A program sends one report: it is stored once, understood and at work when the answer comes."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from civigrid.api import creating
from civigrid.api.auth import doorkeeper
from civigrid.base import db
from civigrid.flow import arriving
from civigrid.intake import queries as reports_of
from tests.api.programs import program, said
from tests.web.people import see

NOW = datetime.now(UTC)
pytestmark = pytest.mark.usefixtures("city")


def test_a_report_becomes_a_case() -> None:
    gas = program()
    sent = said()
    answer = gas.post("/reports", sent, **{"Idempotency-Key": "leak-17"})
    assert answer.status_code == 201, answer.content
    made = answer.json()
    assert (made["key"], made["repeated"], made["disposition"]["kind"]) == ("leak-17", False, "opened")
    [number] = made["disposition"]["numbers"]
    assert see(number).reports[0].text == sent["text"]
    assert answer.headers["Location"] == f"/api/v1/reports/{made['id']}"
    story = gas.get(f"/reports/{made['id']}").json()
    assert (story["key"], story["disposition"]) == ("leak-17", made["disposition"])
    assert [each["what"] for each in story["timeline"]] == ["received", "opened"]
    assert story["timeline"][1]["facts"] == {"matter": "C0114"}
    assert gas.get("/reports?key=leak-17").json() == story


def test_sent_twice_it_is_stored_once() -> None:
    gas, sent = program(), said()
    first = gas.post("/reports", sent, **{"Idempotency-Key": "leak-18"}).json()
    again = gas.post("/reports", {**sent, "key": "leak-18"})
    assert (again.status_code, again.json()) == (200, {**first, "repeated": True})
    other = gas.post("/reports", said("路灯不亮"), **{"Idempotency-Key": "leak-18"})
    assert (other.status_code, other.json()["code"], other.json()["field"]) == (422, "key_reused", "key")
    with db.system():
        assert reports_of.by_ids([first["id"]])[0].key.endswith(":leak-18")


def test_two_programs_may_use_the_same_key() -> None:
    one, two = program(), program("zheng-chief")
    ids = {each.post("/reports", said(), **{"Idempotency-Key": "1"}).json()["id"] for each in (one, two)}
    assert len(ids) == 2


def test_without_a_key_one_is_made() -> None:
    made = program().post("/reports", said()).json()
    assert len(made["key"]) == 32


def statements(work: Callable[[], object]) -> int:
    """What the server is asked, BEGIN and COMMIT included; not what gives the test its role back."""
    with CaptureQueriesContext(connection) as counted:
        work()
    return sum("set_config('role', 'none'" not in each["sql"] for each in counted)


def test_what_a_report_costs_alone_and_in_company() -> None:
    """A group costs as many statements as one alone, so that under load each of them costs few: the budget is 15.

    The token and the city's lists are known from the first request on.
    """
    gas = program()
    gas.post("/reports", said())
    alone = statements(lambda: gas.post("/reports", said("路灯坏了")))
    assert alone == 15
    parcels = [
        creating.read(json.dumps(said("树倒了")).encode(), key="", actor=doorkeeper.ask(header, now=NOW).actor).parcel
        for header in [gas.headers["Authorization"]]
        for _ in range(16)
    ]
    group = statements(lambda: arriving.take(parcels, now=NOW))
    assert group <= alone + 1
    assert group / len(parcels) < 2
