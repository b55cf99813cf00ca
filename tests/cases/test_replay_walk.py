"""Months of a case in which anything befalls its clocks: what is stored is always what replay gives."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from civigrid.base import db, files, ledger
from civigrid.base.errors import Outcome
from civigrid.cases import actions
from civigrid.cases.models import Ask, Case, ClockEvent
from civigrid.cases.queries.held import hold
from civigrid.cases.rules import (
    Answering,
    Arriving,
    AskWithdrawn,
    CaseFacts,
    Checking,
    Closing,
    Deciding,
    Dispatching,
    ExtensionAsked,
    Handling,
    Lifting,
    Reopening,
    Resuming,
    Side,
    Supervising,
    SuspensionAsked,
    TaskAcceptance,
    TaskReturn,
    Verb,
    allowed,
)
from civigrid.directory.rules import Actor
from tests.cases.replayed import stored_is_replayed
from tests.cases.town import NOW, Town, opened
from tests.flow.stories import AFTER, BEFORE, KEPT

Make = Callable[[Town, CaseFacts, datetime, st.DataObject], Any]


def _named(case: CaseFacts) -> tuple[str, int]:
    return case.number, case.version


def _task(case: CaseFacts) -> int:
    return next((task.id for task in reversed(case.tasks) if task.open), 0)


def _yes(data: st.DataObject) -> bool:
    return data.draw(st.integers(0, 3)) > 0


FORMS: dict[Verb, Make] = {
    Verb.DISPATCH: lambda t, c, _, __: Dispatching(*_named(c), t.units["roads"], None, (), "请处置"),
    Verb.ACCEPT_TASK: lambda _, c, __, ___: TaskAcceptance(*_named(c), _task(c)),
    Verb.RETURN_TASK: lambda _, c, __, ___: TaskReturn(*_named(c), _task(c), "T1", "非职责"),
    Verb.HANDLE: lambda _, c, __, ___: Handling(*_named(c), _task(c), "solved", "好"),
    Verb.CHECK: lambda _, c, __, data: Checking(*_named(c), "passed" if _yes(data) else "failed", "看过", (BEFORE, AFTER)),
    Verb.CLOSE: lambda _, c, __, ___: Closing(*_named(c), "solved"),
    Verb.REOPEN: lambda _, c, __, ___: Reopening(*_named(c), "not_solved", "lead", "未解决"),
    Verb.ARRIVE: lambda _, c, __, ___: Arriving(*_named(c), _task(c), "on_site", "已到场"),
    Verb.ASK_EXTENSION: lambda _, c, __, data: ExtensionAsked(*_named(c), _task(c), data.draw(st.integers(1, 5)), "雨"),
    Verb.DECIDE_EXTENSION: lambda _, c, __, data: Deciding(*_named(c), _yes(data), "同意与否"),
    Verb.ASK_SUSPENSION: lambda _, c, now, data: SuspensionAsked(
        *_named(c), (now + timedelta(days=data.draw(st.integers(1, 60)))).date(), "等规划"
    ),
    Verb.DECIDE_SUSPENSION: lambda _, c, __, data: Deciding(*_named(c), _yes(data), "同意与否"),
    Verb.RESUME: lambda _, c, __, ___: Resuming(*_named(c), "可以了"),
    Verb.WITHDRAW_ASK: lambda _, c, __, data: AskWithdrawn(*_named(c), data.draw(st.sampled_from(["extension", "suspension"]))),
    Verb.SUPERVISE: lambda _, c, __, data: Supervising(*_named(c), max(c.supervised + 1, 3), "请尽快", data.draw(st.integers(1, 3))),
    Verb.ANSWER_SUPERVISION: lambda _, c, __, ___: Answering(*_named(c), _task(c), "已安排"),
    Verb.LIFT: lambda _, c, __, ___: Lifting(*_named(c), "已解决"),
}  # fmt: skip
SELDOM = frozenset({Verb.RETURN_TASK, Verb.HANDLE, Verb.SUPERVISE, Verb.LIFT, Verb.WITHDRAW_ASK})
GIVING = {Verb.DISPATCH, Verb.HAND_DOWN, Verb.RAISE, Verb.REOPEN}  # never to whom a report complains of
ACTIONS: dict[Verb, Callable[..., list[Outcome]]] = {
    **{verb: getattr(actions, verb.value) for verb in FORMS},
    **{verb: partial(getattr(actions, verb.value), barred={}) for verb in GIVING & set(FORMS)},
}


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_stored_moments_are_the_replay(town: Town, data: st.DataObject) -> None:
    now = NOW
    with db.system():
        files.record(KEPT, now=NOW)
        standard = town.standards[data.draw(st.sampled_from(["A01-usual", "C01-urgent", "C01-usual"]))]
        (number,) = opened(town, standard_version_id=standard, duty_row_version_id=None)
        for _ in range(data.draw(st.integers(10, 25))):
            now += timedelta(minutes=data.draw(st.sampled_from([0, 1, 25, 180, 600, 1440, 1500, 4400, 20_000])))
            step(town, number, now, data)
            settle(now)
            case = Case.objects.get(number=number)
            assert stored_is_replayed(case.pk, now=now) >= 1
            standing_as_said(case, now)
        seen(number)


def settle(now: datetime) -> None:
    """What the worker does."""
    actions.resume_due(now=now, limit=100)
    actions.sweep(now=now, limit=100)


def step(town: Town, number: str, now: datetime, data: st.DataObject) -> None:
    settle(now)
    case = hold([number], on=now.date())[number].case
    able = [(who, verb) for who in town.people.values() for verb in allowed(who, case) if verb in FORMS]
    often = [pair for pair in able if pair[1] not in SELDOM]
    choices = often if often and data.draw(st.integers(0, 4)) else able
    if not choices:
        return
    verbs = sorted({verb for _, verb in choices})
    verb = data.draw(st.sampled_from(verbs))
    actor: Actor = data.draw(st.sampled_from([who for who, each in choices if each is verb]))
    (done,) = ACTIONS[verb]([FORMS[verb](town, case, now, data)], actor=actor, now=now)
    event(verb.value if done.ok else f"{verb.value}: {done.code}")


def standing_as_said(case: Case, now: datetime) -> None:
    """Suspended is who has a suspension that was granted and has not ended, and nobody else."""
    holds = Ask.objects.filter(case=case, kind="suspension", state="granted", ended_at=None)
    assert holds.filter(until_at__gt=now).exists() == (case.side == Side.SUSPENDED)
    assert not holds.filter(until_at__lte=now).exists()


def seen(number: str) -> None:
    for kind in set(ClockEvent.objects.filter(clock__case__number=number).values_list("kind", flat=True)):
        event(f"befell: {kind}")
    assert ledger.verify().ok
