"""延期, 挂账, 督办 and 到场: what is said with them, and who may. Beside the table of steps, as in `guards`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from civigrid.base.errors import Refused
from civigrid.cases.rules.codes import PENDING, AskKind, AskState, Side, Supervision, TaskKind, TaskState, Verb
from civigrid.cases.rules.facts import AskFacts, CaseFacts, Exhibit, Form, TaskFacts
from civigrid.cases.rules.guards import Attempt
from civigrid.catalog.rules import Urgency
from civigrid.directory.rules import Actor, Role

MOST_ANSWER_DAYS = 3  # 督办单: to be answered in so many working days
WHILE_SUSPENDED = frozenset(
    {Verb.RESUME, Verb.SUPERVISE, Verb.ANSWER_SUPERVISION, Verb.LIFT, Verb.MOVE, Verb.ALSO, Verb.SPLIT}
)
_UNIT = frozenset({Role.LIAISON, Role.HANDLER, Role.REVIEWER})
_ABOVE = frozenset({Role.OFFICE, Role.LEADER})


@dataclass(frozen=True, slots=True)
class Arriving(Form):
    """`how` is a code of `Arrival`."""

    task_id: int
    how: str
    text: str
    exhibits: tuple[Exhibit, ...] = ()


@dataclass(frozen=True, slots=True)
class ExtensionAsked(Form):
    """`amount`: by how much longer, in the unit of the limit."""

    task_id: int
    amount: int
    text: str


@dataclass(frozen=True, slots=True)
class SuspensionAsked(Form):
    """The clocks run again from the beginning of the day `until`."""

    until: date
    text: str


@dataclass(frozen=True, slots=True)
class Deciding(Form):
    granted: bool
    text: str


@dataclass(frozen=True, slots=True)
class AskWithdrawn(Form):
    """`kind` is a code of `AskKind`."""

    kind: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class Resuming(Form):
    text: str


@dataclass(frozen=True, slots=True)
class Supervising(Form):
    """`rung` is a value of `Supervision`; `days`: working days to answer in, of those that ask for an answer."""

    rung: int
    text: str
    days: int = MOST_ANSWER_DAYS


@dataclass(frozen=True, slots=True)
class Answering(Form):
    task_id: int
    text: str


@dataclass(frozen=True, slots=True)
class Lifting(Form):
    text: str


def pending(case: CaseFacts, kind: AskKind) -> AskFacts | None:
    """The application of that kind that waits for somebody. One about a task that is over waits for nobody."""
    waiting = [each for each in case.asks if each.kind is kind and each.state in PENDING]
    open_tasks = {task.id for task in case.tasks if task.open}
    return next((each for each in waiting if each.task_id in open_tasks), None)


def suspension(case: CaseFacts) -> AskFacts | None:
    """The one that holds now."""
    granted = [each for each in case.asks if each.kind is AskKind.SUSPENSION and each.state is AskState.GRANTED]
    return next((each for each in granted if each.ended_at is None), None)


def lead_of(case: CaseFacts) -> TaskFacts:
    """The open task of the unit that leads. Refused("no_lead") where there is none."""
    for task in case.tasks:
        if task.kind is TaskKind.LEAD and task.open:
            return task
    raise Refused("no_lead")


def rungs(actor: Actor, case: CaseFacts) -> list[Supervision]:
    """How far the person may take the supervision of a case; only ever up."""
    most = Supervision.LEADER if actor.role in _ABOVE else Supervision.ORDER
    return [rung for rung in Supervision if case.supervised < rung <= most]


def _once(kind: AskKind) -> Callable[[Attempt], None]:
    """One application at a time; a case gets it once in a run, and what was refused a unit is not asked again."""

    def guard(tried: Attempt) -> None:
        task = lead_of(tried.case)
        _leads(tried, task)
        if task.state is not TaskState.ACCEPTED and (task.state is TaskState.SUBMITTED or tried.actor.role in _UNIT):
            raise Refused("wrong_task_state", state=task.state.value)
        if pending(tried.case, kind):
            raise Refused("asked_already")
        in_this_run = [each for each in tried.case.asks if each.kind is kind and each.run == tried.case.reopened]
        if any(each.state is AskState.GRANTED for each in in_this_run):
            raise Refused("granted_once", what=kind.value)
        if any(each.state is AskState.REFUSED and each.task_id == task.id for each in in_this_run):
            raise Refused("refused_once", what=kind.value)

    return guard


def _leads(tried: Attempt, task: TaskFacts) -> None:
    """A unit applies for what it leads."""
    if tried.actor.role in _UNIT and {task.unit_id, task.section_id}.isdisjoint(tried.actor.unit_ids):
        raise Refused("not_your_task")


def _extendable(tried: Attempt) -> None:
    if tried.case.urgency != Urgency.ORDINARY:
        raise Refused("urgent_not_extended")
    if tried.task and tried.task.kind is not TaskKind.LEAD:
        raise Refused("lead_only")
    _once(AskKind.EXTENSION)(tried)


def _another(kind: AskKind) -> Callable[[Attempt], None]:
    """Decided by another person, who is not of the unit whose task it is."""

    def guard(tried: Attempt) -> None:
        ask = pending(tried.case, kind)
        if ask is None:
            raise Refused("nothing_asked")
        if tried.actor.account_id in (ask.by_account, ask.endorsed_by):
            raise Refused("another_decides")
        task = tried.case.task(ask.task_id)
        if tried.actor.unit_id in task.line | {task.unit_id, task.section_id}:
            raise Refused("your_unit_asked")

    return guard


def _two_persons(tried: Attempt) -> None:
    """The dispatcher first, then the duty chief."""
    _another(AskKind.SUSPENSION)(tried)
    ask = pending(tried.case, AskKind.SUSPENSION)
    second = ask is not None and ask.state is AskState.ENDORSED
    if second != (tried.actor.role is Role.DUTY_CHIEF):
        raise Refused("chief_decides" if second else "dispatcher_first")


def may_withdraw(actor: Actor, ask: AskFacts) -> bool:
    """His own, or that of a colleague of his unit."""
    return ask.by_account == actor.account_id or (actor.role in _UNIT and ask.by_unit in actor.unit_ids)


def _own_ask(tried: Attempt) -> None:
    asks = [ask for kind in AskKind if (ask := pending(tried.case, kind))]
    if not any(may_withdraw(tried.actor, ask) for ask in asks):
        raise Refused("nothing_asked")


def _suspended(tried: Attempt) -> None:
    if tried.case.side is not Side.SUSPENDED:
        raise Refused("not_suspended")
    _leads(tried, lead_of(tried.case))


def _not_arrived(tried: Attempt) -> None:
    if tried.task and tried.task.arrived:
        raise Refused("arrived_already")


def _rung_left(tried: Attempt) -> None:
    if not rungs(tried.actor, tried.case):
        raise Refused("top_rung")


def _answers(tried: Attempt) -> None:
    if not tried.case.answer_awaited:
        raise Refused("no_answer_awaited")
    if tried.task and tried.task.kind is not TaskKind.LEAD:
        raise Refused("lead_only")


def _lifts(tried: Attempt) -> None:
    if not tried.case.supervised:
        raise Refused("not_supervised")
    if tried.case.supervised is Supervision.LEADER and tried.actor.role not in _ABOVE:
        raise Refused("leaders_own")


ASKING: Mapping[Verb, Callable[[Attempt], None]] = {
    Verb.ARRIVE: _not_arrived,
    Verb.ASK_EXTENSION: _extendable,
    Verb.DECIDE_EXTENSION: _another(AskKind.EXTENSION),
    Verb.ASK_SUSPENSION: _once(AskKind.SUSPENSION),
    Verb.DECIDE_SUSPENSION: _two_persons,
    Verb.WITHDRAW_ASK: _own_ask,
    Verb.RESUME: _suspended,
    Verb.SUPERVISE: _rung_left,
    Verb.ANSWER_SUPERVISION: _answers,
    Verb.LIFT: _lifts,
}
