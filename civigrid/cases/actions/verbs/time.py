"""到场, 延期 and 挂账: what stops a clock, makes its limit longer or lets it stand still, and who must agree."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from civigrid.base.errors import Outcome, Refused
from civigrid.cases.actions.asks import spoken
from civigrid.cases.actions.change import AskStep, Batch, Change, NewAsk, perform
from civigrid.cases.actions.replaying import Befell
from civigrid.cases.actions.verbs.parts import arrive_clock, handled_by, known_exhibits, moment
from civigrid.cases.actions.writing import write
from civigrid.cases.queries.held import Held, RunningClock
from civigrid.cases.rules import (
    LONGEST_SUSPENSION,
    Arrival,
    Arriving,
    AskFacts,
    AskKind,
    AskState,
    AskWithdrawn,
    CaseFacts,
    ClockEvent,
    ClockEventKind,
    ClockKind,
    Deciding,
    ExtensionAsked,
    Resuming,
    Side,
    SuspensionAsked,
    Told,
    Verb,
    a_working_day_left,
    begins,
    lead_of,
    may,
    may_withdraw,
    one_of,
    pending,
    suspension,
    words,
)
from civigrid.catalog import queries as catalog
from civigrid.catalog.queries import StandardRow
from civigrid.directory.rules import Actor


def arrive(forms: Sequence[Arriving], *, actor: Actor, now: datetime) -> list[Outcome]:
    """到场 or 先行联系, in words or with a photo: the clock for it stops."""
    return perform(forms, _arrive, write, actor=actor, now=now)


def _arrive(form: Arriving, held: Held, batch: Batch) -> Change:
    case, task = held.case, held.case.task(form.task_id)
    may(Verb.ARRIVE, batch.actor, case, task)
    exhibits = known_exhibits(form.exhibits, batch)
    return Change(
        Told.ARRIVED,
        case.stage,
        {"task": task.id, "unit": task.unit_id, "how": one_of(Arrival, form.how), "files": len(exhibits)},
        words(form.text, needed=not exhibits),
        handled_by(case, task, batch),
        task_id=task.id,
        task={"arrived_at": moment(batch)},
        stops=arrive_clock(held, task.id),
        exhibits=exhibits,
    )


def ask_extension(forms: Sequence[ExtensionAsked], *, actor: Actor, now: datetime) -> list[Outcome]:
    """延期申请: a working day before the end at the latest, once, by the original limit at most."""
    return perform(forms, _ask_extension, write, actor=actor, now=now)


def _ask_extension(form: ExtensionAsked, held: Held, batch: Batch) -> Change:
    case, task = held.case, held.case.task(form.task_id)
    may(Verb.ASK_EXTENSION, batch.actor, case, task)
    standard = _extendable(case, batch)
    if not 1 <= form.amount <= standard.limit_value:
        raise Refused("extension_too_long", most=standard.limit_value)
    if not all(_in_time(clock, batch) for clock in _extended(held, task.id)):
        raise Refused("too_late_to_extend")
    return Change(
        Told.EXTENSION_ASKED,
        case.stage,
        {"task": task.id, "unit": task.unit_id, "amount": form.amount, "limit": standard.limit_unit.value},
        words(form.text, needed=True),
        handled_by(case, task, batch),
        ask=NewAsk(AskKind.EXTENSION, task.id, amount=form.amount),
    )


def _extendable(case: CaseFacts, batch: Batch) -> StandardRow:
    if case.standard_version_id is None:
        raise Refused("no_standard")
    standard = batch.lists.standard(case.standard_version_id)
    if not standard.extend:
        raise Refused("standard_forbids_extension")
    return standard


def _in_time(clock: RunningClock, batch: Batch) -> bool:
    calendar = catalog.calendar_version(clock.calendar_version_id).calendar
    return a_working_day_left(clock.due_at, calendar, batch.lists.zone, now=batch.now)


def _extended(held: Held, task_id: int) -> tuple[RunningClock, ...]:
    """The promise, and the time of the unit that leads."""
    found = held.clock_of(None), held.clock_of(task_id)
    return tuple(clock for clock in found if clock)


def decide_extension(forms: Sequence[Deciding], *, actor: Actor, now: datetime) -> list[Outcome]:
    """延期审批, by another person who is not of the unit: granted, the case's clock and the task's run longer."""
    return perform(forms, _decide_extension, write, actor=actor, now=now)


def _decide_extension(form: Deciding, held: Held, batch: Batch) -> Change:
    case = held.case
    may(Verb.DECIDE_EXTENSION, batch.actor, case)
    ask = _waiting(case, AskKind.EXTENSION)
    facts = {"task": ask.task_id, "amount": ask.amount, "limit": _extendable(case, batch).limit_unit.value}
    if not form.granted:
        return _refused(Told.EXTENSION_REFUSED, form, ask, case, facts)
    event = ClockEvent(ClockEventKind.EXTEND, batch.now, amount=ask.amount or 0)
    return Change(
        Told.EXTENDED,
        case.stage,
        facts,
        words(form.text, needed=False),
        befell=tuple(Befell(clock.id, event) for clock in _extended(held, ask.task_id)),
        asked=AskStep(ask.id, AskState.GRANTED),
    )


def _waiting(case: CaseFacts, kind: AskKind) -> AskFacts:
    ask = pending(case, kind)
    if ask is None:
        raise Refused("nothing_asked")
    return ask


def _refused(told: Told, form: Deciding, ask: AskFacts, case: CaseFacts, facts: Mapping[str, object]) -> Change:
    text = words(form.text, needed=True)
    return Change(told, case.stage, facts, text, asked=AskStep(ask.id, AskState.REFUSED))


def ask_suspension(forms: Sequence[SuspensionAsked], *, actor: Actor, now: datetime) -> list[Outcome]:
    """挂账申请, by the unit that leads or the dispatcher: until a day within a year, once."""
    return perform(forms, _ask_suspension, write, actor=actor, now=now)


def _ask_suspension(form: SuspensionAsked, held: Held, batch: Batch) -> Change:
    case = held.case
    may(Verb.ASK_SUSPENSION, batch.actor, case)
    task, until = lead_of(case), begins(form.until, batch.lists.zone)
    if not batch.now < until <= batch.now + LONGEST_SUSPENSION:
        raise Refused("suspension_within_a_year")
    return Change(
        Told.SUSPENSION_ASKED,
        case.stage,
        {"task": task.id, "unit": batch.actor.unit_id, "until": spoken(until)},
        words(form.text, needed=True),
        ask=NewAsk(AskKind.SUSPENSION, task.id, until_at=until),
    )


def decide_suspension(forms: Sequence[Deciding], *, actor: Actor, now: datetime) -> list[Outcome]:
    """挂账审批, by two more persons: the dispatcher endorses, the duty chief grants; then the clocks stand still."""
    return perform(forms, _decide_suspension, write, actor=actor, now=now)


def _decide_suspension(form: Deciding, held: Held, batch: Batch) -> Change:
    case = held.case
    may(Verb.DECIDE_SUSPENSION, batch.actor, case)
    ask = _waiting(case, AskKind.SUSPENSION)
    until = ask.until_at or batch.now
    facts: dict[str, object] = {"task": ask.task_id, "until": spoken(until)}
    if not form.granted:
        return _refused(Told.SUSPENSION_REFUSED, form, ask, case, facts)
    if until <= batch.now:
        raise Refused("suspension_over")
    text = words(form.text, needed=False)
    if ask.state is AskState.ASKED:
        return Change(Told.SUSPENSION_ENDORSED, case.stage, facts, text, asked=AskStep(ask.id, AskState.ENDORSED))
    event = ClockEvent(ClockEventKind.PAUSE, batch.now, until=until)
    return Change(
        Told.SUSPENDED,
        case.stage,
        facts,
        text,
        {"side": Side.SUSPENDED.value},
        befell=tuple(Befell(clock.id, event) for clock in _standing(held)),
        asked=AskStep(ask.id, AskState.GRANTED),
    )


def _standing(held: Held) -> tuple[RunningClock, ...]:
    """A supervision is answered all the same."""
    return tuple(clock for clock in held.clocks if clock.kind is not ClockKind.ANSWER)


def resume(forms: Sequence[Resuming], *, actor: Actor, now: datetime) -> list[Outcome]:
    """恢复 before the day, with words: the clocks run again from now."""
    return perform(forms, _resume, write, actor=actor, now=now)


def _resume(form: Resuming, held: Held, batch: Batch) -> Change:
    case = held.case
    may(Verb.RESUME, batch.actor, case)
    granted = suspension(case)
    event = ClockEvent(ClockEventKind.RESUME, batch.now)
    return Change(
        Told.RESUMED,
        case.stage,
        {"since": spoken(batch.now)},
        words(form.text, needed=True),
        {"side": Side.NONE.value},
        befell=tuple(Befell(clock.id, event) for clock in _standing(held)),
        asked=AskStep(granted.id, granted.state, ended=True) if granted else None,
    )


def withdraw_ask(forms: Sequence[AskWithdrawn], *, actor: Actor, now: datetime) -> list[Outcome]:
    """撤回申请: one's own or one's unit's, while nobody has decided."""
    return perform(forms, _withdraw, write, actor=actor, now=now)


def _withdraw(form: AskWithdrawn, held: Held, batch: Batch) -> Change:
    case = held.case
    may(Verb.WITHDRAW_ASK, batch.actor, case)
    ask = _waiting(case, AskKind(one_of(AskKind, form.kind)))
    if not may_withdraw(batch.actor, ask):
        raise Refused("nothing_asked")
    return Change(
        Told.ASK_WITHDRAWN,
        case.stage,
        {"what": ask.kind.value},
        words(form.text, needed=False),
        asked=AskStep(ask.id, AskState.WITHDRAWN),
    )
