"""The verbs of a case. Each decides by the rules what becomes of one case; `perform` does the rest.

All take a batch of forms and return one Outcome a form in order: done, refused(code) or stale.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from civigrid.base.errors import Outcome, Refused
from civigrid.cases.actions.change import Batch, Change, Offer, perform
from civigrid.cases.actions.writing import write
from civigrid.cases.queries.held import Held, RunningClock
from civigrid.cases.rules import (
    Acceptance,
    CaseFacts,
    Checking,
    CheckResult,
    Closing,
    Dispatching,
    Exhibit,
    Filing,
    Handling,
    Refusal,
    Result,
    ReturnReason,
    Side,
    Stage,
    TaskAcceptance,
    TaskFacts,
    TaskKind,
    TaskReturn,
    TaskState,
    Told,
    Verb,
    after_accept,
    after_check,
    after_task,
    may,
    one_of,
    still_waits,
    words,
)
from civigrid.directory.rules import Actor
from civigrid.intake.rules import NotAccepted


def accept(forms: Sequence[Acceptance], *, actor: Actor, now: datetime) -> list[Outcome]:
    """受理: the intake officer takes the case on."""
    return perform(forms, _accept, write, actor=actor, now=now)


def _accept(_: Acceptance, held: Held, batch: Batch) -> Change:
    case = held.case
    may(Verb.ACCEPT, batch.actor, case)
    return Change(Told.ACCEPTED, after_accept(case.family, waits_for=case.waits_for))


def refuse_acceptance(forms: Sequence[Refusal], *, actor: Actor, now: datetime) -> list[Outcome]:
    """不予受理, with one of the reasons of `intake.rules.NotAccepted`; the case is over. Flow disposes its reports."""
    return perform(forms, _refuse, write, actor=actor, now=now)


def _refuse(form: Refusal, held: Held, batch: Batch) -> Change:
    may(Verb.REFUSE, batch.actor, held.case)
    return Change(
        Told.REFUSED,
        Stage.EVALUATE,
        {"reason": one_of(NotAccepted, form.reason)},
        words(form.text, needed=False),
        {"side": Side.NOT_ACCEPTED.value, "waits_for": "", **_closed(batch)},
        stops=held.clocks,
    )


def file(forms: Sequence[Filing], *, actor: Actor, now: datetime) -> list[Outcome]:
    """立案: the matter and the standard are settled; the case clock runs by that standard from the opening on."""
    return perform(forms, _file, write, actor=actor, now=now)


def _file(form: Filing, held: Held, batch: Batch) -> Change:
    may(Verb.FILE, batch.actor, held.case)
    matter = batch.lists.matter(form.matter_id)
    standard = batch.lists.standard_for(matter.id, form.standard_version_id)
    settled = {"family": matter.family.value, "matter_id": matter.id, "standard_version_id": standard.version_id}
    return Change(
        Told.FILED,
        Stage.DISPATCH,
        {"matter": matter.id, "standard": standard.version_id},
        words(form.text, needed=False),
        {**settled, "waits_for": still_waits(held.case.waits_for)},
        promise=standard if standard.version_id != held.case.standard_version_id else None,
    )


def dispatch(
    forms: Sequence[Dispatching], *, barred: Mapping[str, frozenset[int]], actor: Actor, now: datetime
) -> list[Outcome]:
    """派遣: to a unit, by a row of the duty list or by hand; each unit's task has its own clock from now.

    `barred`: the units that a case's reports complain of with their line, by its number. They never get it.
    """

    def decide(form: Dispatching, held: Held, batch: Batch) -> Change:
        return _dispatch(form, held, batch, barred.get(form.number, frozenset()))

    return perform(forms, decide, write, actor=actor, now=now)


def _dispatch(form: Dispatching, held: Held, batch: Batch, barred: frozenset[int]) -> Change:
    case = held.case
    may(Verb.DISPATCH, batch.actor, case)
    if case.standard_version_id is None:
        raise Refused("no_standard")
    standard, row_id = batch.lists.standard(case.standard_version_id), form.duty_row_version_id
    if row_id is not None:
        batch.lists.duty_row(row_id, matter_id=case.matter_id, unit_id=form.unit_id)
    support = [unit for unit in dict.fromkeys(form.support_ids) if unit != form.unit_id and not _busy(case, unit)]
    units = [batch.lists.unit(unit_id).id for unit_id in (form.unit_id, *support)]
    if not barred.isdisjoint(units):
        raise Refused("target_is_unit")
    kinds = [TaskKind.LEAD, *[TaskKind.SUPPORT] * len(support)]
    return Change(
        Told.DISPATCHED,
        Stage.HANDLE,
        text=words(form.text, needed=row_id is None),
        case={
            "side": Side.NONE.value,
            "waits_for": "",
            "duty_row_version_id": row_id,
            "unit_ids": _with(_at_work(case), *units),
        },
        offers=tuple(Offer(unit, kind, standard, row_id) for unit, kind in zip(units, kinds, strict=True)),
    )


def accept_task(forms: Sequence[TaskAcceptance], *, actor: Actor, now: datetime) -> list[Outcome]:
    """签收: the unit takes its task on."""
    return perform(forms, _accept_task, write, actor=actor, now=now)


def _accept_task(form: TaskAcceptance, held: Held, batch: Batch) -> Change:
    task = held.case.task(form.task_id)
    may(Verb.ACCEPT_TASK, batch.actor, held.case, task)
    return Change(
        Told.TASK_ACCEPTED,
        held.case.stage,
        {"task": task.id, "unit": task.unit_id},
        case=_handled(held.case, task, batch),
        task_id=task.id,
        task={"state": TaskState.ACCEPTED.value, "account_id": batch.actor.account_id, "accepted_at": _at(batch)},
    )


def return_task(forms: Sequence[TaskReturn], *, actor: Actor, now: datetime) -> list[Outcome]:
    """退单, with a reason and words. The task clock stops, the case clock never does."""
    return perform(forms, _return_task, write, actor=actor, now=now)


def _return_task(form: TaskReturn, held: Held, batch: Batch) -> Change:
    case, task = held.case, held.case.task(form.task_id)
    may(Verb.RETURN_TASK, batch.actor, case, task)
    reason = one_of(ReturnReason, form.reason)
    side = {"side": Side.RETURNED.value} if task.kind is TaskKind.LEAD else {}
    return Change(
        Told.TASK_RETURNED,
        after_task(case, task, TaskState.RETURNED),
        {"task": task.id, "unit": task.unit_id, "reason": reason},
        words(form.text, needed=True),
        {**side, **_handled(case, task, batch), "unit_ids": _at_work(case, without=task.id)},
        task_id=task.id,
        task=_finished(TaskState.RETURNED, reason, batch),
        stops=_clock_of(held, task.id),
    )


def handle(forms: Sequence[Handling], *, actor: Actor, now: datetime) -> list[Outcome]:
    """处置反馈: what was done, with a result, words and evidence. The task clock stops."""
    return perform(forms, _handle, write, actor=actor, now=now)


def _handle(form: Handling, held: Held, batch: Batch) -> Change:
    case, task = held.case, held.case.task(form.task_id)
    may(Verb.HANDLE, batch.actor, case, task)
    result = one_of(Result, form.result)
    exhibits = _exhibits(form.exhibits, batch)
    return Change(
        Told.HANDLED,
        after_task(case, task, TaskState.HANDLED),
        {"task": task.id, "unit": task.unit_id, "result": result, "files": len(exhibits)},
        words(form.text, needed=True),
        {"side": Side.NONE.value, **_handled(case, task, batch)},
        task_id=task.id,
        task=_finished(TaskState.HANDLED, result, batch),
        stops=_clock_of(held, task.id),
        exhibits=exhibits,
    )


def check(forms: Sequence[Checking], *, actor: Actor, now: datetime) -> list[Outcome]:
    """核查, by who did not handle. Not passed: the lead unit gets a new task with a clock of its own."""
    return perform(forms, _check, write, actor=actor, now=now)


def _check(form: Checking, held: Held, batch: Batch) -> Change:
    case = held.case
    may(Verb.CHECK, batch.actor, case)
    result = CheckResult(one_of(CheckResult, form.result))
    failed = result is CheckResult.FAILED
    exhibits = _exhibits(form.exhibits, batch)
    checked = {"checked_by": batch.actor.account_id, "checked_unit": batch.actor.unit_id}
    return Change(
        Told.CHECKED,
        after_check(result),
        {"result": result.value, "files": len(exhibits)},
        words(form.text, needed=result is not CheckResult.PASSED),
        {"side": Side.REWORKED.value} if failed else checked,
        offers=(_again(case, batch),) if failed else (),
        exhibits=exhibits,
    )


def close(forms: Sequence[Closing], *, actor: Actor, now: datetime) -> list[Outcome]:
    """结案, by who did not handle. Every clock stops."""
    return perform(forms, _close, write, actor=actor, now=now)


def _close(form: Closing, held: Held, batch: Batch) -> Change:
    may(Verb.CLOSE, batch.actor, held.case)
    outcome = one_of(Result, form.outcome)
    return Change(
        Told.CLOSED,
        Stage.EVALUATE,
        {"outcome": outcome},
        words(form.text, needed=False),
        {"outcome": outcome, **_closed(batch)},
        stops=held.clocks,
    )


def _at(batch: Batch) -> str:
    return batch.now.isoformat()


def _closed(batch: Batch) -> dict[str, object]:
    return {"closed_by": batch.actor.account_id, "closed_unit": batch.actor.unit_id, "closed_at": _at(batch)}


def _finished(state: TaskState, result: str, batch: Batch) -> dict[str, object]:
    return {"state": state.value, "account_id": batch.actor.account_id, "result": result, "finished_at": _at(batch)}


def _handled(case: CaseFacts, task: TaskFacts, batch: Batch) -> dict[str, list[int]]:
    """Who acts on a task, for his unit and for the task's, has handled the case and may never check or close it."""
    return {
        "handled_by": _with(sorted(case.handled_by), batch.actor.account_id),
        "handled_units": _with(sorted(case.handled_units), task.unit_id, batch.actor.unit_id),
    }


def _with(ids: Sequence[int], *more: int) -> list[int]:
    return list(dict.fromkeys((*ids, *more)))


def _at_work(case: CaseFacts, *, without: int = 0) -> list[int]:
    """The units with a task they did not give back: those that see the case."""
    return _with([task.unit_id for task in case.tasks if task.state is not TaskState.RETURNED and task.id != without])


def _busy(case: CaseFacts, unit_id: int) -> bool:
    return any(task.open and task.unit_id == unit_id for task in case.tasks)


def _clock_of(held: Held, task_id: int) -> tuple[RunningClock, ...]:
    return tuple(clock for clock in held.clocks if clock.task_id == task_id)


def _again(case: CaseFacts, batch: Batch) -> Offer:
    """返工: to the unit that led last."""
    lead = next(task for task in reversed(case.tasks) if task.kind is TaskKind.LEAD)
    if case.standard_version_id is None:
        raise Refused("no_standard")
    return Offer(lead.unit_id, TaskKind.LEAD, batch.lists.standard(case.standard_version_id))


def _exhibits(exhibits: tuple[Exhibit, ...], batch: Batch) -> tuple[Exhibit, ...]:
    if any(exhibit.sha256 not in batch.files for exhibit in exhibits):
        raise Refused("unknown_file")
    return exhibits
