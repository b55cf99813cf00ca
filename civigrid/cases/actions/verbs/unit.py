"""The verbs of a unit that has a task."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from civigrid.base.errors import Outcome
from civigrid.cases.actions.change import Batch, Change, perform
from civigrid.cases.actions.verbs.parts import (
    arrive_clock,
    at_work,
    clock_of,
    finished,
    handled_by,
    known_exhibits,
    moment,
    submitted,
)
from civigrid.cases.actions.writing import write
from civigrid.cases.queries.held import Held
from civigrid.cases.rules import (
    Handling,
    Result,
    ReturnReason,
    Side,
    TaskAcceptance,
    TaskKind,
    TaskReturn,
    TaskState,
    Told,
    Verb,
    after_task,
    demand,
    may,
    one_of,
    to_handle,
    words,
)
from civigrid.directory.rules import Actor


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
        case=handled_by(held.case, task, batch),
        task_id=task.id,
        task={"state": TaskState.ACCEPTED.value, "account_id": batch.actor.account_id, "accepted_at": moment(batch)},
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
        {**side, **handled_by(case, task, batch), "unit_ids": at_work(case, without=task.id)},
        task_id=task.id,
        task=finished(TaskState.RETURNED, reason, batch),
        stops=clock_of(held, task.id),
    )


def handle(forms: Sequence[Handling], *, actor: Actor, now: datetime) -> list[Outcome]:
    """处置反馈: what was done, with a result, words and evidence. The task clock stops when it leaves the unit: where a
    reviewer is there, with his signature.
    """
    return perform(forms, _handle, write, actor=actor, now=now)


def _handle(form: Handling, held: Held, batch: Batch) -> Change:
    case, task = held.case, held.case.task(form.task_id)
    may(Verb.HANDLE, batch.actor, case, task)
    result = one_of(Result, form.result)
    exhibits = known_exhibits(form.exhibits, batch)
    demand(to_handle(batch.lists.check_by(case.matter_id), Result(result)), exhibits, batch.files)
    signs = bool(batch.lists.reviewers(task.unit_id) - {batch.actor.account_id})
    state = TaskState.SUBMITTED if signs else TaskState.HANDLED
    return Change(
        Told.SUBMITTED if signs else Told.HANDLED,
        after_task(case, task, state),
        {"task": task.id, "unit": task.unit_id, "result": result, "files": len(exhibits)},
        words(form.text, needed=True),
        {"side": Side.NONE.value, **handled_by(case, task, batch)},
        task_id=task.id,
        task=submitted(result, batch) if signs else finished(state, result, batch),
        stops=arrive_clock(held, task.id) if signs else clock_of(held, task.id),
        exhibits=exhibits,
    )
