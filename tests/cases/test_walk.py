"""Random people do random things to a case: every walk stays on the standard's way, whoever handled never closes it."""

from collections.abc import Callable
from datetime import date
from functools import partial
from itertools import pairwise
from typing import Any

from django.utils.translation import override
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from civigrid.base import db, files, ledger, stamps
from civigrid.base.errors import Done, Outcome
from civigrid.cases import actions
from civigrid.cases.models import Case, Clock, Task
from civigrid.cases.queries.held import hold
from civigrid.cases.rules import (
    OPEN,
    Acceptance,
    Answering,
    Arrival,
    Arriving,
    AskKind,
    AskWithdrawn,
    Assignment,
    BackTo,
    CaseFacts,
    Checking,
    CheckResult,
    Closing,
    Deciding,
    Dispatching,
    ExtensionAsked,
    Filing,
    Found,
    HandingDown,
    Handling,
    Lifting,
    Raising,
    Refusal,
    Reopening,
    Resuming,
    SendingBack,
    Settling,
    SigningOff,
    Stage,
    Supervising,
    Supervision,
    SuspensionAsked,
    TaskAcceptance,
    TaskKind,
    TaskReturn,
    TaskState,
    Verb,
    Verification,
    VerificationAsked,
    Voiding,
    VoidReason,
    allowed,
)
from civigrid.cases.words import REFUSALS
from civigrid.catalog.models import Pack
from civigrid.directory.rules import Actor
from tests.cases.replayed import stored_is_replayed
from tests.cases.town import NOW, OUTSIDER, Town, opened
from tests.flow.stories import AFTER, BEFORE, KEPT, PAPER

Make = Callable[[Town, str, int, int, st.DataObject], Any]
EVIDENCE = (BEFORE, AFTER, PAPER)
WORDS = st.sampled_from(["", "情况如下"])
DAYS = (date(2026, 11, 23), date(2026, 11, 25), date(2027, 3, 1), date(2028, 1, 1))


def section(town: Town, data: st.DataObject) -> int | None:
    chosen = data.draw(st.sampled_from(["crew", "pipes", ""]))
    return town.units.get(chosen)


def person(town: Town, data: st.DataObject) -> int | None:
    chosen = data.draw(st.sampled_from(["班组小钱", "管网班组", "承办人小陈", ""]))
    return town[chosen].account_id if chosen else None


def some(data: st.DataObject, *values: Any) -> Any:
    return data.draw(st.sampled_from(values))


FORMS: dict[Verb, Make] = {
    Verb.ACCEPT: lambda _, n, v, __, ___: Acceptance(n, v),
    Verb.REFUSE: lambda _, n, v, __, data: Refusal(n, v, some(data, "N1", "N8")),
    Verb.FILE: lambda t, n, v, _, data: Filing(n, v, some(data, *t.matters.values()), None, data.draw(WORDS)),
    Verb.ASK_VERIFICATION: lambda t, n, v, _, data: VerificationAsked(n, v, some(data, *t.matters.values())),
    Verb.VERIFY: lambda _, n, v, __, data: Verification(n, v, some(data, *Found), data.draw(WORDS), some(data, (), EVIDENCE)),
    Verb.DISPATCH: lambda t, n, v, _, data: Dispatching(
        n, v, some(data, *t.units.values()), None,
        tuple(data.draw(st.lists(st.sampled_from([t.units["parks"], t.units["community"]]), max_size=2))), data.draw(WORDS),
    ),
    Verb.ACCEPT_TASK: lambda _, n, v, task, __: TaskAcceptance(n, v, task),
    Verb.ASSIGN: lambda t, n, v, task, data: Assignment(n, v, task, section(t, data), person(t, data)),
    Verb.RETURN_TASK: lambda _, n, v, task, data: TaskReturn(n, v, task, "T1", data.draw(WORDS)),
    Verb.HANDLE: lambda _, n, v, task, data: Handling(n, v, task, "solved", "好", some(data, (), EVIDENCE)),
    Verb.SIGN_OFF: lambda _, n, v, task, __: SigningOff(n, v, task),
    Verb.SEND_BACK: lambda _, n, v, task, data: SendingBack(n, v, task, data.draw(WORDS)),
    Verb.CHECK: lambda _, n, v, __, data: Checking(
        n, v, some(data, *CheckResult), data.draw(WORDS), some(data, (), EVIDENCE), some(data, 0, 3)),
    Verb.CLOSE: lambda _, n, v, __, ___: Closing(n, v, "solved"),
    Verb.RAISE: lambda _, n, v, __, data: Raising(n, v, data.draw(WORDS)),
    Verb.HAND_DOWN: lambda _, n, v, __, data: HandingDown(n, v, data.draw(WORDS)),
    Verb.VOID: lambda _, n, v, __, data: Voiding(n, v, some(data, *VoidReason), data.draw(WORDS)),
    Verb.REOPEN: lambda _, n, v, __, data: Reopening(n, v, "not_solved", some(data, *BackTo), data.draw(WORDS)),
    Verb.ARRIVE: lambda _, n, v, task, data: Arriving(n, v, task, some(data, *Arrival), data.draw(WORDS), some(data, (), EVIDENCE)),
    Verb.ASK_EXTENSION: lambda _, n, v, task, data: ExtensionAsked(n, v, task, some(data, 0, 1, 3, 9), data.draw(WORDS)),
    Verb.DECIDE_EXTENSION: lambda _, n, v, __, data: Deciding(n, v, data.draw(st.booleans()), data.draw(WORDS)),
    Verb.ASK_SUSPENSION: lambda _, n, v, __, data: SuspensionAsked(n, v, some(data, *DAYS), data.draw(WORDS)),
    Verb.DECIDE_SUSPENSION: lambda _, n, v, __, data: Deciding(n, v, data.draw(st.booleans()), data.draw(WORDS)),
    Verb.WITHDRAW_ASK: lambda _, n, v, __, data: AskWithdrawn(n, v, some(data, *AskKind), data.draw(WORDS)),
    Verb.RESUME: lambda _, n, v, __, data: Resuming(n, v, data.draw(WORDS)),
    Verb.SUPERVISE: lambda _, n, v, __, data: Supervising(n, v, some(data, *Supervision), data.draw(WORDS), some(data, 0, 1, 3)),
    Verb.ANSWER_SUPERVISION: lambda _, n, v, task, data: Answering(n, v, task, data.draw(WORDS)),
    Verb.LIFT: lambda _, n, v, __, data: Lifting(n, v, data.draw(WORDS)),
}  # fmt: skip
GIVING = {Verb.DISPATCH, Verb.HAND_DOWN, Verb.RAISE, Verb.REOPEN}  # never to whom a report complains of
ACTIONS: dict[Verb, Callable[..., list[Outcome]]] = {
    **{verb: getattr(actions, verb.value) for verb in FORMS},
    **{verb: partial(getattr(actions, verb.value), barred={}) for verb in GIVING & set(FORMS)},
}
# what needs more than one case, or the stages before it; its own tests walk there
ELSEWHERE = {Verb.JOIN, Verb.SPLIT, Verb.ALSO, Verb.MOVE, Verb.TRANSFER, Verb.RECEIPT, Verb.END_WITHDRAWN}
# what carries a case on: tried more often, so that walks get far
FORWARD = {
    Verb.ACCEPT, Verb.FILE, Verb.VERIFY, Verb.DISPATCH, Verb.ACCEPT_TASK, Verb.ASSIGN, Verb.HANDLE, Verb.SIGN_OFF,
    Verb.CHECK, Verb.CLOSE, Verb.REOPEN,
}  # fmt: skip
# where a case may go from each stage, drawn from the standard's own picture; raising, handing down and supervising stay
WAYS = {
    "accept": {"accept", "file", "dispatch", "evaluate"},
    "file": {"file", "dispatch", "evaluate"},
    "dispatch": {"dispatch", "handle", "evaluate"},
    "handle": {"handle", "dispatch", "check", "evaluate"},
    "check": {"check", "close", "handle", "dispatch", "file", "evaluate"},
    "close": {"close", "evaluate"},
    "evaluate": {"dispatch", "handle", "file"},
}


def test_every_verb_is_walked() -> None:
    assert set(FORMS) == set(Verb) - ELSEWHERE


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_every_walk_is_legal(town: Town, data: st.DataObject) -> None:
    with db.system():
        files.record(KEPT, now=NOW)
        number, stages = begin(town, data)
        for _ in range(data.draw(st.integers(8, 30))):
            before = Case.objects.get(number=number)
            done = step(town, number, data)
            assert done.state is not Done.STALE
            after = Case.objects.get(number=number)
            assert after.version == before.version + done.ok
            if done.ok:
                stages.append(after.stage)
                check_now(after)
            else:
                assert done.code in REFUSALS
                said(done)
        check_walk(number, stages)


def begin(town: Town, data: st.DataObject) -> tuple[str, list[str]]:
    """Of any source and matter; of what a grid worker may settle at once, now and then one that he has."""
    matter = some(data, "A01", "C01", "H01", "V01", "P01", "K01", "S01")
    (number,) = opened(
        town, source=some(data, "01", "02", "03", "04", "07", "08"), matter_id=town.matters[matter],
        standard_version_id=town.standards[f"{matter}-usual"], unit_id=some(data, town.units["roads"], town.units["water"]),
        duty_row_version_id=None,
    )  # fmt: skip
    stages = [Case.objects.get(number=number).stage]
    if stages[0] == "file" and data.draw(st.booleans()):
        Pack.objects.update(self_settled_checked=some(data, 0.0, 1.0))  # the draw itself depends on the number
        stamps.touch("catalog")
        (done,) = actions.settle([Settling(number, 1, "已清理", EVIDENCE)], actor=town["网格员小吴"], now=NOW)
        assert done.ok
        stages = [Case.objects.get(number=number).stage]
        event("settled at once")
    return number, stages


def step(town: Town, number: str, data: st.DataObject) -> Outcome:
    """One person tries one thing: mostly one he may do."""
    case = hold([number], on=NOW.date())[number].case
    people = [*town.people.values(), OUTSIDER]
    able = [(actor, verb) for actor in people for verb in allowed(actor, case) if verb in FORMS]
    choices = able if able and data.draw(st.integers(0, 3)) else [(actor, verb) for actor in people for verb in FORMS]
    if able and choices is able and case.stage is not Stage.EVALUATE and data.draw(st.integers(0, 3)):
        choices = [pair for pair in able if pair[1] in FORWARD] or able
    actor, verb = data.draw(st.sampled_from(choices))
    task = data.draw(st.sampled_from([each.id for each in case.tasks] or [0]))
    form = FORMS[verb](town, number, case.version, task, data)
    (done,) = ACTIONS[verb]([form], actor=actor, now=NOW)
    assert (actor, verb) in able or not done.ok, f"{actor.name} did {verb} though the page would not offer it"
    if done.ok:
        event(verb.value)
        sees_still(actor, verb, number)
    return done


def sees_still(actor: Actor, verb: Verb, number: str) -> None:
    """Whoever did something sees what became of it, unless he gave the case away."""
    case = hold([number], on=NOW.date())[number].case
    assert verb in (Verb.RETURN_TASK, Verb.ASSIGN) or _sees(actor, case)


def _sees(actor: Actor, case: CaseFacts) -> bool:
    return actor.scope.holds(region_code=case.region_code, unit_ids=case.unit_ids)


def said(done: Outcome) -> None:
    """A refusal can be told in words."""
    with override("en"):
        assert str(REFUSALS[done.code]) % done.facts


def check_now(case: Case) -> None:
    """What holds after every step."""
    tasks = list(Task.objects.filter(case=case))
    at_work = [task for task in tasks if TaskState(task.state) in OPEN]
    assert sum(task.kind == TaskKind.LEAD for task in at_work) <= 1
    assert not at_work or case.stage in (Stage.HANDLE, Stage.DISPATCH)  # a lead gave it back, and others help on
    assert all((task.finished_at is None) == (task in at_work) for task in tasks)
    seeing = {unit for task in tasks if task.state != TaskState.RETURNED for unit in (task.unit_id, task.section_id)}
    assert seeing - {None} == set(case.unit_ids)
    handlers = {task.account_id for task in tasks if task.account_id}
    assert handlers <= set(case.handled_by)
    assert not {case.closed_by, case.checked_by} & set(case.handled_by)
    assert not {case.closed_unit, case.checked_unit} & {*case.handled_units, *(task.unit_id for task in tasks)}
    assert (case.closed_at is not None) == (case.closed_by is not None) == (case.stage == Stage.EVALUATE)
    assert case.reopened <= 2
    finish = Clock.objects.filter(case=case, kind="finish")
    running = set(finish.filter(stopped_at=None).values_list("task_id", flat=True))
    promised = set() if case.closed_at else {None}
    assert running == {*promised, *(task.pk for task in at_work)}


def check_walk(number: str, stages: list[str]) -> None:
    event(f"ended at {stages[-1]}")
    assert all(after in WAYS[before] for before, after in pairwise(stages))
    case = Case.objects.get(number=number)
    check_now(case)
    finish = Clock.objects.filter(case=case, kind="finish")
    assert finish.filter(task=None).count() == 1
    assert finish.filter(task__isnull=False).count() == Task.objects.filter(case=case).count()
    stored_is_replayed(case.pk, now=NOW)
    lines = ledger.read("case", case.pk)
    assert [line.seq for line in lines] == list(range(1, len(lines) + 1))
    assert ledger.verify().ok
