"""The transition table: which verb is allowed at which stage, to whom, and where it leads."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from civigrid.base.errors import Refused
from civigrid.cases.rules.asking import ASKING, WHILE_SUSPENDED
from civigrid.cases.rules.codes import (
    OPEN,
    UNTIL_DISPATCH,
    CheckResult,
    Side,
    Stage,
    TaskKind,
    TaskState,
    Told,
    Verb,
    WaitReason,
)
from civigrid.cases.rules.facts import CaseFacts, NewCase, TaskFacts
from civigrid.cases.rules.guards import ENDED_EARLY, GUARDS, Attempt
from civigrid.cases.rules.levels import at_level
from civigrid.cases.rules.verifying import before_filing
from civigrid.catalog.rules import Carry, Family
from civigrid.directory.rules import Actor, Role


@dataclass(frozen=True, slots=True)
class Step:
    """One row of the transition table. `task` are the states of the actor's own task that it needs."""

    stages: frozenset[Stage]
    roles: frozenset[Role]
    machine: bool = False
    task: frozenset[TaskState] = field(default_factory=frozenset)


OF_UNIT = frozenset({Role.LIAISON, Role.HANDLER, Role.REVIEWER})
_DESK = frozenset({Role.INTAKE, Role.DUTY_CHIEF, Role.GRID_CHIEF})
_CHIEF = frozenset({Role.DUTY_CHIEF, Role.GRID_CHIEF})  # 总网格长: of what stands at the level of his community
_UNFILED = frozenset({Stage.ACCEPT, Stage.FILE})
_UNDISPATCHED = _UNFILED | {Stage.DISPATCH}
_AT_WORK = frozenset({TaskState.OFFERED, TaskState.ACCEPTED})
_WITH_CASE = frozenset(Stage) - {Stage.COLLECT, Stage.EVALUATE}
_HANDLED = frozenset({Stage.HANDLE})
_SUPERVISORS = frozenset({Role.DUTY_CHIEF, Role.OFFICE, Role.LEADER})
_BY_ITSELF = {**GUARDS, **ASKING}

STEPS: dict[Verb, Step] = {
    Verb.ACCEPT: Step(frozenset({Stage.ACCEPT}), _DESK, machine=True),
    Verb.REFUSE: Step(_UNFILED, _DESK),
    Verb.FILE: Step(frozenset({Stage.FILE}), _CHIEF, machine=True),
    Verb.ASK_VERIFICATION: Step(_UNFILED, _DESK),
    Verb.VERIFY: Step(frozenset({Stage.FILE}), frozenset({Role.INSPECTOR, Role.GRID_WORKER})),
    Verb.DISPATCH: Step(frozenset({Stage.DISPATCH}), frozenset({Role.DISPATCHER, Role.GRID_CHIEF}), machine=True),
    Verb.ACCEPT_TASK: Step(frozenset({Stage.HANDLE}), OF_UNIT, task=frozenset({TaskState.OFFERED})),
    Verb.RETURN_TASK: Step(frozenset({Stage.HANDLE}), OF_UNIT, task=_AT_WORK),
    Verb.HANDLE: Step(frozenset({Stage.HANDLE}), OF_UNIT, task=frozenset({TaskState.ACCEPTED})),
    Verb.CHECK: Step(frozenset({Stage.CHECK}), frozenset({Role.INSPECTOR, Role.CALLER, Role.GRID_WORKER})),
    Verb.ASSIGN: Step(frozenset({Stage.HANDLE}), frozenset({Role.LIAISON}), task=frozenset({TaskState.ACCEPTED})),
    Verb.SIGN_OFF: Step(frozenset({Stage.HANDLE}), frozenset({Role.REVIEWER}), task=frozenset({TaskState.SUBMITTED})),
    Verb.SEND_BACK: Step(frozenset({Stage.HANDLE}), frozenset({Role.REVIEWER}), task=frozenset({TaskState.SUBMITTED})),
    Verb.CLOSE: Step(frozenset({Stage.CLOSE}), _CHIEF),
    Verb.RAISE: Step(_UNDISPATCHED, _DESK | {Role.DISPATCHER}),
    Verb.HAND_DOWN: Step(_UNDISPATCHED, frozenset({Role.DUTY_CHIEF, Role.DISPATCHER})),
    # not the unit that has it: where it finds the place wrong it returns its task, for the place decides whose duty it is
    Verb.MOVE: Step(_UNDISPATCHED | {Stage.HANDLE}, _DESK | {Role.DISPATCHER}),
    Verb.VOID: Step(_UNDISPATCHED | {Stage.HANDLE}, frozenset({Role.DUTY_CHIEF})),
    Verb.REOPEN: Step(frozenset({Stage.EVALUATE}), frozenset({Role.DUTY_CHIEF, Role.CALLER})),
    Verb.JOIN: Step(_UNDISPATCHED | {Stage.HANDLE}, _DESK | {Role.DISPATCHER}),
    Verb.SPLIT: Step(_WITH_CASE, _DESK | {Role.DISPATCHER}),
    Verb.ALSO: Step(_WITH_CASE, _DESK),
    Verb.TRANSFER: Step(_UNDISPATCHED, _DESK | {Role.DISPATCHER}),
    Verb.RECEIPT: Step(frozenset({Stage.EVALUATE}), _DESK | {Role.DISPATCHER}),
    Verb.END_WITHDRAWN: Step(_WITH_CASE, _CHIEF),
    Verb.ARRIVE: Step(_HANDLED, OF_UNIT, task=_AT_WORK),
    Verb.ASK_EXTENSION: Step(_HANDLED, OF_UNIT, task=frozenset({TaskState.ACCEPTED})),
    Verb.DECIDE_EXTENSION: Step(_HANDLED, frozenset({Role.DISPATCHER, Role.DUTY_CHIEF, Role.GRID_CHIEF})),
    Verb.ASK_SUSPENSION: Step(_HANDLED, OF_UNIT | {Role.DISPATCHER}),
    Verb.DECIDE_SUSPENSION: Step(_HANDLED, frozenset({Role.DISPATCHER, Role.DUTY_CHIEF})),
    Verb.WITHDRAW_ASK: Step(_HANDLED, OF_UNIT | {Role.DISPATCHER}),
    Verb.RESUME: Step(_HANDLED, OF_UNIT | {Role.DISPATCHER, Role.DUTY_CHIEF}),
    Verb.SUPERVISE: Step(_WITH_CASE, _SUPERVISORS),
    Verb.ANSWER_SUPERVISION: Step(_HANDLED, OF_UNIT, task=OPEN),
    Verb.LIFT: Step(_WITH_CASE, _SUPERVISORS),
}
# a check, or what ends a case
_INDEPENDENT = frozenset({
    Verb.CHECK, Verb.CLOSE, Verb.VOID, Verb.REFUSE, Verb.TRANSFER, Verb.END_WITHDRAWN, Verb.JOIN,
})  # fmt: skip


def may(verb: Verb, actor: Actor, case: CaseFacts, task: TaskFacts | None = None) -> None:
    """Raises Refused(code) where `actor` may not do `verb` to `case` now. Verbs on a task need the task.

    Whoever may not see a case learns nothing of it: the code is the one for a number that does not exist.
    """
    step = STEPS[verb]
    if not actor.scope.holds(region_code=case.region_code, unit_ids=case.unit_ids):
        raise Refused("unknown_case")
    if not (step.machine if actor.is_machine else actor.role in step.roles):
        raise Refused("not_your_role", verb=verb.value)
    if case.stage not in step.stages:
        raise Refused("wrong_stage", stage=case.stage.value)
    if step.task:
        _own(actor, task, step.task)
    if verb in _INDEPENDENT:
        _independent(actor, case)
    at_level(verb, actor, case)
    if case.side is Side.SUSPENDED and verb not in WHILE_SUSPENDED:
        raise Refused("suspended")
    if verb in _BY_ITSELF:
        _BY_ITSELF[verb](Attempt(actor, case, task))


def _own(actor: Actor, task: TaskFacts | None, states: frozenset[TaskState]) -> None:
    if task is None:
        raise Refused("unknown_task")
    if {task.unit_id, task.section_id}.isdisjoint(actor.unit_ids):
        raise Refused("not_your_task")
    if task.state not in states:
        raise Refused("wrong_task_state", state=task.state.value)


def _independent(actor: Actor, case: CaseFacts) -> None:
    """Neither who acted on a task, nor anyone of a unit with a task, of a unit below it, or of its community."""
    if actor.account_id in case.handled_by:
        raise Refused("you_handled")
    if actor.unit_id in case.handled_units.union(*(task.line | {task.unit_id} for task in case.tasks)):
        raise Refused("your_unit_handled")
    communities = {task.community for task in case.tasks if task.community}
    if any(region.startswith(community) for region in actor.scope.regions for community in communities):
        raise Refused("your_community_handled")


def allowed(actor: Actor, case: CaseFacts) -> list[Verb]:
    """The verbs the person may take on this case now, and no others."""
    return [verb for verb in Verb if _fits(verb, actor, case)]


def own_tasks(verb: Verb, actor: Actor, case: CaseFacts) -> list[TaskFacts]:
    """The tasks of the case on which the person may do `verb` now."""
    return [task for task in case.tasks if _passes(verb, actor, case, task)]


def _fits(verb: Verb, actor: Actor, case: CaseFacts) -> bool:
    return bool(own_tasks(verb, actor, case)) if STEPS[verb].task else _passes(verb, actor, case, None)


def _passes(verb: Verb, actor: Actor, case: CaseFacts, task: TaskFacts | None) -> bool:
    try:
        may(verb, actor, case, task)
    except Refused:
        return False
    return True


def bar(stage: Stage, side: Side = Side.NONE, *, ended_at: Stage = Stage.ACCEPT) -> list[tuple[Stage, str]]:
    """The stage bar: each stage of the standard with "done", "now" or "ahead".

    A case that was not accepted, or was voided, "ended" at the stage where that was said; nothing after it is done.
    """
    order, early = list(Stage), side in ENDED_EARLY
    here = order.index(ended_at if early else stage)
    there = "ended" if early else "now"
    return [(each, "done" if at < here else there if at == here else "ahead") for at, each in enumerate(order)]


def ended_at(lines: Iterable[tuple[str, str]]) -> Stage:
    """Where a case that ended early stood before, by the verb and the stage ("" for none) of each line of its record."""
    said = (Stage.HANDLE if verb == Told.DISPATCHED else stage for verb, stage in lines)
    stood = [stage for stage in said if stage and stage != Stage.EVALUATE]
    return Stage(stood[-1]) if stood else Stage.ACCEPT


def opens_at(
    new: NewCase, *, family: Family, carry: Carry, has_standard: bool, verify: bool = False
) -> tuple[Stage, str]:
    """Where a new case begins, and what it waits for ("" is nothing out of the ordinary).

    An unsure report is never carried farther than a sure one of its source; past acceptance it waits to be filed.
    A confidential one is read by a person first, whatever its source. `verify`: somebody looks before it is filed.
    What a person took out of another case waits to be filed.
    """
    if new.of:
        return Stage.FILE, new.waits_for
    waits_for = new.waits_for or ("" if has_standard else WaitReason.NO_STANDARD.value)
    if carry is Carry.ACCEPT or new.confidential:
        return Stage.ACCEPT, waits_for
    if verify:
        waits_for = before_filing(waits_for)
    if waits_for:
        return Stage.FILE, waits_for
    if carry is Carry.DISPATCH and new.unit_id:
        return Stage.HANDLE, ""
    return after_accept(family, waits_for=""), ""


def after_accept(family: Family, *, waits_for: str) -> Stage:
    """A hotline case about which nothing is in doubt files itself."""
    return Stage.DISPATCH if family is Family.HOTLINE and not waits_for else Stage.FILE


def still_waits(waits_for: str) -> str:
    """What a case waits for once it is filed."""
    return waits_for if waits_for in UNTIL_DISPATCH else ""


def after_task(case: CaseFacts, task: TaskFacts, state: TaskState) -> Stage:
    """Where a case stands when `task` is `state`: a returned lead is dispatched anew, the last one done is checked."""
    if state is TaskState.RETURNED and task.kind is TaskKind.LEAD:
        return Stage.DISPATCH
    others = any(other.open for other in case.tasks if other.id != task.id)
    return Stage.HANDLE if others or state in OPEN else Stage.CHECK


def after_check(result: CheckResult) -> Stage:
    return Stage.HANDLE if result is CheckResult.FAILED else Stage.CLOSE
