"""A batch of twenty costs as many statements as one, whatever is done to the time of its cases."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from civigrid.base import db
from civigrid.base.errors import Outcome
from civigrid.cases import actions
from civigrid.cases.models import Case, ClockEvent, Task
from civigrid.cases.rules import (
    Answering,
    Arriving,
    AskWithdrawn,
    Deciding,
    ExtensionAsked,
    Lifting,
    Resuming,
    Supervising,
    SuspensionAsked,
    TaskAcceptance,
)
from tests.cases.town import NOW, Town, build, opened
from tests.flow.stories import good
from tests.flow.timed import CHEN, CHIEF, WANG

Make = Callable[[str, int, int], object]
UNTIL = date(2027, 3, 1)
# who, verb, form; in an order in which each is possible
STEPS: Sequence[tuple[str, str, Make]] = (
    (CHEN, "accept_task", TaskAcceptance),
    (CHEN, "arrive", lambda n, v, t: Arriving(n, v, t, "on_site", "已到场")),
    (CHEN, "ask_extension", lambda n, v, t: ExtensionAsked(n, v, t, 2, "大雨")),
    (CHEN, "withdraw_ask", lambda n, v, _: AskWithdrawn(n, v, "extension")),
    (CHEN, "ask_extension", lambda n, v, t: ExtensionAsked(n, v, t, 1, "大雨")),
    (WANG, "decide_extension", lambda n, v, _: Deciding(n, v, True, "")),
    (CHIEF, "supervise", lambda n, v, _: Supervising(n, v, 3, "请说明", 2)),
    (CHEN, "answer_supervision", lambda n, v, t: Answering(n, v, t, "周五完工")),
    (CHIEF, "lift", lambda n, v, _: Lifting(n, v, "已答复")),
    (CHEN, "ask_suspension", lambda n, v, _: SuspensionAsked(n, v, UNTIL, "待迁改")),
    (WANG, "decide_suspension", lambda n, v, _: Deciding(n, v, True, "")),
    (CHIEF, "decide_suspension", lambda n, v, _: Deciding(n, v, True, "")),
    (CHEN, "resume", lambda n, v, _: Resuming(n, v, "可以施工")),
)


@pytest.fixture
def town(db: None) -> Town:
    return make_town()


def make_town() -> Town:
    with db.system():
        return build()


def walked(town: Town, number: int) -> list[int]:
    """Statements of each step on so many cases."""
    with db.system():
        numbers = opened(town, number, matter_id=town.matters["A01"], standard_version_id=town.standards["A01-usual"])
    counts = []
    for who, verb, make in STEPS:
        with db.system(), CaptureQueriesContext(connection) as asked:
            done = act(town, numbers, who, verb, make)
        good(done)
        counts.append(len(asked))
    return counts


def act(town: Town, numbers: Sequence[str], who: str, verb: str, make: Make) -> list[Outcome]:
    versions = dict(Case.objects.filter(number__in=numbers).values_list("number", "version"))
    tasks = dict(Task.objects.filter(case__number__in=numbers).values_list("case__number", "id"))
    forms = [make(number, versions[number], tasks[number]) for number in numbers]
    return getattr(actions, verb)(forms, actor=town[who], now=NOW)  # type: ignore[no-any-return]


def test_twenty_as_one(town: Town) -> None:
    walked(town, 1)  # afterwards the lists and the calendars are in memory
    one, twenty = walked(town, 1), walked(town, 20)
    assert one == twenty
    assert max(one) <= 18  # the role, and two that are this test's own
    with db.system():
        kinds = ClockEvent.objects.values_list("kind", flat=True)
        # 22 cases: an extension and a pause on the promise and on the unit's time
        assert {kind: list(kinds).count(kind) for kind in set(kinds)} == {
            "stop": 44, "extend": 44, "pause": 44, "resume": 44
        }  # fmt: skip
