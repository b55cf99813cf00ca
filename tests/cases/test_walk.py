"""Random people do random things to a case: every walk stays on the standard's way, whoever handled never closes it."""

from collections.abc import Callable
from functools import partial
from itertools import pairwise
from typing import Any

from django.utils.translation import override
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from civigrid.base import db, ledger
from civigrid.base.errors import Done, Outcome
from civigrid.cases import actions
from civigrid.cases.models import Case, Clock, Task
from civigrid.cases.queries.held import hold
from civigrid.cases.rules import (
    Acceptance,
    Checking,
    Closing,
    Dispatching,
    Filing,
    Handling,
    Refusal,
    Stage,
    TaskAcceptance,
    TaskReturn,
    Verb,
    allowed,
)
from civigrid.cases.words import REFUSALS
from tests.cases.town import NOW, OUTSIDER, Town, opened

Make = Callable[[Town, str, int, int, st.DataObject], Any]

FORMS: dict[Verb, Make] = {
    Verb.ACCEPT: lambda _, n, v, __, ___: Acceptance(n, v),
    Verb.REFUSE: lambda _, n, v, __, data: Refusal(n, v, data.draw(st.sampled_from(["N1", "N8"]))),
    Verb.FILE: lambda t, n, v, _, data: Filing(n, v, data.draw(st.sampled_from([*t.matters.values()]))),
    Verb.DISPATCH: lambda t, n, v, _, data: Dispatching(
        n, v, data.draw(st.sampled_from([*t.units.values()])), None,
        tuple(data.draw(st.lists(st.sampled_from([t.units["parks"], t.units["community"]]), max_size=2))),
        data.draw(st.sampled_from(["", "手工派遣"])),
    ),
    Verb.ACCEPT_TASK: lambda _, n, v, task, __: TaskAcceptance(n, v, task),
    Verb.RETURN_TASK: lambda _, n, v, task, data: TaskReturn(n, v, task, "T1", data.draw(st.sampled_from(["", "移交"]))),
    Verb.HANDLE: lambda _, n, v, task, __: Handling(n, v, task, "solved", "好"),
    Verb.CHECK: lambda _, n, v, __, data: Checking(n, v, data.draw(st.sampled_from(["passed", "failed"])), "看过"),
    Verb.CLOSE: lambda _, n, v, __, ___: Closing(n, v, "solved"),
}  # fmt: skip
ACTIONS: dict[Verb, Callable[..., list[Outcome]]] = {
    Verb.ACCEPT: actions.accept, Verb.REFUSE: actions.refuse_acceptance, Verb.FILE: actions.file,
    Verb.DISPATCH: partial(actions.dispatch, barred={}), Verb.ACCEPT_TASK: actions.accept_task,
    Verb.RETURN_TASK: actions.return_task, Verb.HANDLE: actions.handle, Verb.CHECK: actions.check, Verb.CLOSE: actions.close,
}  # fmt: skip
# where a case may go from each stage, drawn from the standard's own picture
WAYS = {
    "accept": {"file", "dispatch", "evaluate"},
    "file": {"dispatch", "evaluate"},
    "dispatch": {"handle"},
    "handle": {"handle", "dispatch", "check"},
    "check": {"close", "handle"},
    "close": {"evaluate"},
    "evaluate": set(),
}


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_every_walk_is_legal(town: Town, data: st.DataObject) -> None:
    with db.system():
        source = data.draw(st.sampled_from(["01", "03", "04"]))
        matter = data.draw(st.sampled_from(["C01", "H01"]))
        (number,) = opened(
            town, source=source, matter_id=town.matters[matter], standard_version_id=town.standards[f"{matter}-usual"]
        )
        stages = [Case.objects.get(number=number).stage]
        for _ in range(data.draw(st.integers(8, 20))):
            done = step(town, number, data)
            assert done.state is not Done.STALE
            if done.ok:
                stages.append(Case.objects.get(number=number).stage)
            else:
                assert done.code in REFUSALS
                said(done)
        check_walk(town, number, stages)


def step(town: Town, number: str, data: st.DataObject) -> Outcome:
    """One person tries one thing: half of the time one he may do."""
    case = hold([number], on=NOW.date())[number].case
    people = [*town.people.values(), OUTSIDER]
    able = [(actor, verb) for actor in people for verb in allowed(actor, case)]
    choices = able if able and data.draw(st.booleans()) else [(actor, verb) for actor in people for verb in Verb]
    actor, verb = data.draw(st.sampled_from(choices))
    task = data.draw(st.sampled_from([each.id for each in case.tasks] or [0]))
    form = FORMS[verb](town, number, case.version, task, data)
    (done,) = ACTIONS[verb]([form], actor=actor, now=NOW)
    assert (actor, verb) in able or not done.ok, f"{actor.name} did {verb} though the page would not offer it"
    return done


def said(done: Outcome) -> None:
    """A refusal can be told in words."""
    with override("en"):
        assert str(REFUSALS[done.code]) % done.facts


def check_walk(town: Town, number: str, stages: list[str]) -> None:
    event(f"ended at {stages[-1]}")
    assert all(after in WAYS[before] for before, after in pairwise(stages))
    case = Case.objects.get(number=number)
    tasks = list(Task.objects.filter(case=case))
    handlers = {task.account_id for task in tasks if task.account_id}
    assert handlers <= set(case.handled_by)
    assert not {case.closed_by, case.checked_by} & handlers
    assert not {case.closed_unit, case.checked_unit} & {task.unit_id for task in tasks}
    assert (case.closed_at is not None) == (case.stage == Stage.EVALUATE)
    clocks = Clock.objects.filter(case=case)
    assert clocks.filter(task=None).count() == 1
    assert clocks.filter(stopped_at=None).count() == (
        0 if case.closed_at else 1 + sum(t.finished_at is None for t in tasks)
    )
    assert clocks.filter(task__isnull=False).count() == len(tasks)
    lines = ledger.read("case", case.pk)
    assert [line.seq for line in lines] == list(range(1, len(lines) + 1))
    assert case.version == len(stages)
