"""Inside a unit: to a section or a person, and the reviewer's signature. The task stays the unit's, its clock runs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from civigrid.base.errors import Outcome, Refused
from civigrid.cases.actions.change import Batch, Change, perform
from civigrid.cases.actions.verbs.parts import at_work, clock_of, handled_by, moment
from civigrid.cases.actions.writing import write
from civigrid.cases.queries.held import Held
from civigrid.cases.rules import (
    Assignment,
    CaseFacts,
    SendingBack,
    SigningOff,
    TaskFacts,
    TaskState,
    Told,
    Verb,
    after_task,
    may,
    words,
)
from civigrid.directory.rules import Actor


def assign(forms: Sequence[Assignment], *, actor: Actor, now: datetime) -> list[Outcome]:
    """转办: the section sees the case from now on and works on the task; a person named is the one expected to."""
    return perform(forms, _assign, write, actor=actor, now=now)


def _assign(form: Assignment, held: Held, batch: Batch) -> Change:
    case, task = held.case, held.case.task(form.task_id)
    may(Verb.ASSIGN, batch.actor, case, task)
    section, person = _whom(form, task, batch)
    return Change(
        Told.ASSIGNED,
        case.stage,
        {"task": task.id, "unit": section or task.unit_id, "person": person},
        words(form.text, needed=False),
        {**handled_by(case, task, batch), "unit_ids": at_work(_assigned(case, task, section))},
        task_id=task.id,
        task={"assigned": True, "section_id": section, "assignee_id": person},
    )


def _assigned(case: CaseFacts, task: TaskFacts, section_id: int | None) -> CaseFacts:
    tasks = (replace(each, section_id=section_id) if each.id == task.id else each for each in case.tasks)
    return replace(case, tasks=tuple(tasks))


def _whom(form: Assignment, task: TaskFacts, batch: Batch) -> tuple[int | None, int | None]:
    """The section and the person. Refused where neither is named, or they do not belong to the unit."""
    if not (form.section_id or form.assignee_id):
        raise Refused("nobody_named")
    section = batch.lists.section(form.section_id, task.unit_id) if form.section_id else None
    person = batch.lists.works_in(form.assignee_id, section or task.unit_id) if form.assignee_id else None
    return section, person


def sign_off(forms: Sequence[SigningOff], *, actor: Actor, now: datetime) -> list[Outcome]:
    """审签, by a reviewer who did not handle it himself: it leaves the unit, and the task clock stops."""
    return perform(forms, _sign_off, write, actor=actor, now=now)


def _sign_off(form: SigningOff, held: Held, batch: Batch) -> Change:
    case, task = held.case, held.case.task(form.task_id)
    may(Verb.SIGN_OFF, batch.actor, case, task)
    return Change(
        Told.HANDLED,
        after_task(case, task, TaskState.HANDLED),
        {"task": task.id, "unit": task.unit_id},
        words(form.text, needed=False),
        handled_by(case, task, batch),
        task_id=task.id,
        task={"state": TaskState.HANDLED.value, "finished_at": moment(batch)},
        stops=clock_of(held, task.id),
    )


def send_back(forms: Sequence[SendingBack], *, actor: Actor, now: datetime) -> list[Outcome]:
    """审签退回, with words: it is handled again inside the unit, and nothing stops."""
    return perform(forms, _send_back, write, actor=actor, now=now)


def _send_back(form: SendingBack, held: Held, batch: Batch) -> Change:
    case, task = held.case, held.case.task(form.task_id)
    may(Verb.SEND_BACK, batch.actor, case, task)
    return Change(
        Told.SENT_BACK,
        case.stage,
        {"task": task.id, "unit": task.unit_id},
        words(form.text, needed=True),
        handled_by(case, task, batch),
        task_id=task.id,
        task={"state": TaskState.ACCEPTED.value, "result": ""},
    )
