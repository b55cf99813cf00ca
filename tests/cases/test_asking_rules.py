"""Who may do what with a case's time: tables, no database."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from civigrid.base.errors import Refused
from civigrid.base.permissions import EVERYWHERE
from civigrid.cases.rules import (
    AskFacts,
    AskKind,
    AskState,
    CaseFacts,
    Side,
    Stage,
    Supervision,
    TaskFacts,
    TaskKind,
    TaskState,
    Verb,
    allowed,
    may,
    pending,
    rungs,
    suspension,
)
from civigrid.catalog.rules import Family
from civigrid.directory.rules import Actor, Role

ROADS, CREW, CENTRE, PARKS = 10, 11, 1, 20
NOW = datetime(2026, 11, 23, 1, tzinfo=UTC)
TASK = TaskFacts(5, ROADS, TaskKind.LEAD, TaskState.ACCEPTED, frozenset({ROADS, CREW}))
CASE = CaseFacts(1, "YT1", 1, Family.CITY, Stage.HANDLE, "990181002001", (ROADS,), tasks=(TASK,))
EXTENSION = AskFacts(1, AskKind.EXTENSION, AskState.ASKED, TASK.id, by_account=7, by_unit=ROADS, asked_at=NOW, amount=2)
SUSPENSION = replace(EXTENSION, id=2, kind=AskKind.SUSPENSION, amount=None, until_at=NOW)
TIME = {
    Verb.ARRIVE, Verb.ASK_EXTENSION, Verb.DECIDE_EXTENSION, Verb.ASK_SUSPENSION, Verb.DECIDE_SUSPENSION, Verb.WITHDRAW_ASK,
    Verb.RESUME, Verb.SUPERVISE, Verb.ANSWER_SUPERVISION, Verb.LIFT,
}  # fmt: skip


def who(role: Role, *, unit: int = CENTRE, account: int = 100) -> Actor:
    return Actor(account, 1, unit, role, EVERYWHERE, unit_ids=(ROADS, CREW) if unit == ROADS else (unit,))


def code(verb: Verb, actor: Actor, case: CaseFacts, task: TaskFacts | None = None) -> str:
    try:
        may(verb, actor, case, task)
    except Refused as no:
        return no.code
    return ""


UNIT = {"arrive", "ask_extension", "ask_suspension"}
# what a person of each post may do with the time of a plain case at work
PLAIN: dict[Role, set[str]] = {
    Role.LIAISON: UNIT, Role.HANDLER: UNIT, Role.REVIEWER: UNIT, Role.DISPATCHER: {"ask_suspension"},
    Role.DUTY_CHIEF: {"supervise"}, Role.OFFICE: {"supervise"}, Role.LEADER: {"supervise"},
}  # fmt: skip


@pytest.mark.parametrize("role", Role)
def test_each_post_and_a_plain_case(role: Role) -> None:
    unit = ROADS if role in (Role.LIAISON, Role.HANDLER, Role.REVIEWER) else CENTRE
    found = {verb.value for verb in allowed(who(role, unit=unit), CASE) if verb in TIME}
    assert found == PLAIN.get(role, set())


@pytest.mark.parametrize("stage", [stage for stage in Stage if stage is not Stage.HANDLE])
def test_elsewhere_only_supervision(stage: Stage) -> None:
    case = replace(CASE, stage=stage, asks=(EXTENSION, SUSPENSION), supervised=Supervision.REMIND)
    found = {verb for role in Role for verb in allowed(who(role, unit=PARKS), case) if verb in TIME}
    assert found == (set() if stage in (Stage.COLLECT, Stage.EVALUATE) else {Verb.SUPERVISE, Verb.LIFT})


@pytest.mark.parametrize(
    ("changes", "no"),
    [
        ({}, ""),
        ({"urgency": 1}, "urgent_not_extended"),
        ({"urgency": 2}, "urgent_not_extended"),
        ({"asks": (EXTENSION,)}, "asked_already"),
        ({"asks": (replace(EXTENSION, state=AskState.GRANTED),)}, "granted_once"),
        ({"asks": (replace(EXTENSION, state=AskState.GRANTED),), "reopened": 1}, ""),  # another run of the case
        ({"asks": (replace(EXTENSION, state=AskState.REFUSED),)}, "refused_once"),
        ({"asks": (replace(EXTENSION, state=AskState.REFUSED, task_id=4),)}, ""),  # another unit was refused
        ({"asks": (replace(EXTENSION, state=AskState.WITHDRAWN),)}, ""),
        ({"asks": (SUSPENSION,)}, ""),
        ({"side": Side.SUSPENDED}, "suspended"),
    ],
)
def test_when_a_unit_may_ask_for_more_time(changes: dict[str, object], no: str) -> None:
    case = replace(CASE, **changes)  # type: ignore[arg-type]
    assert code(Verb.ASK_EXTENSION, who(Role.HANDLER, unit=ROADS), case, TASK) == no


def test_who_helps_asks_for_nothing() -> None:
    support = replace(TASK, id=6, unit_id=PARKS, kind=TaskKind.SUPPORT, line=frozenset({PARKS}))
    case, parks = replace(CASE, tasks=(TASK, support)), who(Role.HANDLER, unit=PARKS)
    assert code(Verb.ASK_EXTENSION, parks, case, support) == "lead_only"
    assert code(Verb.ASK_SUSPENSION, parks, case) == "not_your_task"
    assert code(Verb.ARRIVE, parks, case, support) == ""


@pytest.mark.parametrize(
    ("state", "no"),
    [(TaskState.OFFERED, "wrong_task_state"), (TaskState.SUBMITTED, "wrong_task_state"), (TaskState.ACCEPTED, "")],
)
def test_a_unit_asks_while_it_works(state: TaskState, no: str) -> None:
    case = replace(CASE, tasks=(replace(TASK, state=state),))
    assert code(Verb.ASK_SUSPENSION, who(Role.HANDLER, unit=ROADS), case) == no


@pytest.mark.parametrize(
    ("actor", "no"),
    [
        (who(Role.DISPATCHER), ""),
        (who(Role.DUTY_CHIEF), ""),
        (who(Role.DISPATCHER, account=7), "another_decides"),
        (who(Role.DISPATCHER, unit=CREW), "your_unit_asked"),
        (who(Role.HANDLER, unit=PARKS), "not_your_role"),
    ],
)
def test_who_decides_on_an_extension(actor: Actor, no: str) -> None:
    assert code(Verb.DECIDE_EXTENSION, actor, replace(CASE, asks=(EXTENSION,))) == no


ENDORSED = replace(SUSPENSION, state=AskState.ENDORSED, endorsed_by=8)


@pytest.mark.parametrize(
    ("ask", "actor", "no"),
    [
        (SUSPENSION, who(Role.DISPATCHER), ""),
        (SUSPENSION, who(Role.DUTY_CHIEF), "dispatcher_first"),
        (ENDORSED, who(Role.DUTY_CHIEF), ""),
        (ENDORSED, who(Role.DISPATCHER), "chief_decides"),
        (ENDORSED, who(Role.DUTY_CHIEF, account=8), "another_decides"),
        (ENDORSED, who(Role.DUTY_CHIEF, account=7), "another_decides"),
        (ENDORSED, who(Role.DUTY_CHIEF, unit=ROADS), "your_unit_asked"),
        (EXTENSION, who(Role.DISPATCHER), "nothing_asked"),
    ],
)
def test_a_suspension_takes_two_more_persons(ask: AskFacts, actor: Actor, no: str) -> None:
    assert code(Verb.DECIDE_SUSPENSION, actor, replace(CASE, asks=(ask,))) == no


def test_an_application_ends_with_its_task() -> None:
    case = replace(CASE, asks=(EXTENSION,))
    assert pending(case, AskKind.EXTENSION) == EXTENSION
    over = replace(case, tasks=(replace(TASK, state=TaskState.RETURNED), replace(TASK, id=6)))
    assert pending(over, AskKind.EXTENSION) is None
    assert pending(case, AskKind.SUSPENSION) is None


def test_the_suspension_that_holds() -> None:
    granted = replace(SUSPENSION, state=AskState.GRANTED)
    assert suspension(replace(CASE, asks=(replace(granted, ended_at=NOW), EXTENSION))) is None
    assert suspension(replace(CASE, asks=(granted,))) == granted


@pytest.mark.parametrize("verb", Verb)
def test_what_goes_on_while_a_case_is_suspended(verb: Verb) -> None:
    """Whoever could do it otherwise is told that it is suspended, but for what does not touch the work."""
    case = replace(CASE, side=Side.SUSPENDED, answer_awaited=True, supervised=Supervision.ORDER)
    people = [who(role, unit=unit) for role in Role for unit in (ROADS, PARKS)]
    codes = {code(verb, actor, case, TASK) for actor in people}
    goes_on = {Verb.RESUME, Verb.SUPERVISE, Verb.ANSWER_SUPERVISION, Verb.LIFT, Verb.MOVE, Verb.ALSO, Verb.SPLIT}
    assert ("" in codes) == (verb in goes_on)
    assert ("suspended" in codes) <= (verb not in goes_on)


@pytest.mark.parametrize(
    ("role", "now", "up"),
    [
        (Role.DUTY_CHIEF, 0, [1, 2, 3]),
        (Role.DUTY_CHIEF, 2, [3]),
        (Role.DUTY_CHIEF, 3, []),
        (Role.OFFICE, 3, [4]),
        (Role.LEADER, 0, [1, 2, 3, 4]),
        (Role.LEADER, 4, []),
    ],
)
def test_the_ladder_goes_up(role: Role, now: int, up: list[int]) -> None:
    assert rungs(who(role), replace(CASE, supervised=Supervision(now))) == up
