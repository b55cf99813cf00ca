"""Many cases at once: each verb of the stages takes as many statements for fifty as for two."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from civigrid.base import db
from civigrid.cases.models import Task
from civigrid.cases.rules import (
    Assignment,
    Checking,
    Closing,
    Form,
    HandingDown,
    Handling,
    Raising,
    Reopening,
    SigningOff,
    TaskAcceptance,
    Verification,
    Voiding,
)
from civigrid.catalog import queries as catalog
from civigrid.flow import verbs
from tests.cases.town import NOW, Town, build, opened
from tests.flow.stories import BEFORE, KEPT, good


@pytest.fixture
def town(db: None) -> Town:
    return make()


def make() -> Town:
    with db.system():
        town = build()
        catalog.duty_rows(NOW.date())  # kept in memory from the first time on
    return town


def lead(number: str) -> int:
    with db.system():
        return Task.objects.filter(case__number=number).latest("id").pk


def test_fifty_take_as_many_statements_as_two(town: Town) -> None:
    counts: dict[str, list[int]] = {}

    def count(verb: str, who: str, items: list[Form], **more: object) -> None:
        with CaptureQueriesContext(connection) as asked:
            good(getattr(verbs, verb)(actor=town[who], items=items, now=NOW, **more))
        counts.setdefault(verb, []).append(len(asked))

    matter = {"matter_id": town.matters["V01"], "standard_version_id": town.standards["V01-usual"]}
    for size in (2, 2, 50):  # the first also reads the lists, which are kept
        with db.system():
            public = opened(town, size, source="02", duty_row_version_id=None, **matter)
            waters = opened(town, size, unit_id=town.units["water"], duty_row_version_id=None)
            desks = opened(town, size, source="03")
        count("verify", "采集员小周", [Verification(n, 1, "as_reported", "", (BEFORE,)) for n in public], kept=KEPT)
        count("hand_down", "值班长", [HandingDown(n, 1, "属街道") for n in desks])
        count("raise_case", "街道值班长", [Raising(n, 2, "超出权限") for n in desks])
        tasks = {number: lead(number) for number in waters}
        count("accept_task", "水司联络员", [TaskAcceptance(n, 1, tasks[n]) for n in waters])
        section, person = town.units["pipes"], town["管网班组"].account_id
        count("assign", "水司联络员", [Assignment(n, 2, tasks[n], section, person) for n in waters])
        count("handle", "管网班组", [Handling(n, 3, tasks[n], "solved", "好") for n in waters])
        count("sign_off", "水司审核人", [SigningOff(n, 4, tasks[n]) for n in waters])
        count("void", "值班长", [Voiding(n, 3, "test", "测试") for n in desks])
        count("check", "采集员小周", [Checking(n, 5, "passed") for n in waters])
        count("close", "值班长", [Closing(n, 6, "solved") for n in waters])
        count("reopen", "值班长", [Reopening(n, 7, "not_solved", "lead", "又坏了") for n in waters])
    assert {verb: many - two for verb, (_, two, many) in counts.items()} == dict.fromkeys(counts, 0)
