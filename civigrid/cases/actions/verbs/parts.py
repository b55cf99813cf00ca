"""What the decisions of several verbs share."""

from __future__ import annotations

from collections.abc import Sequence

from civigrid.base.errors import Refused
from civigrid.cases.actions.change import Batch, Offer
from civigrid.cases.queries.held import Held, RunningClock
from civigrid.cases.rules import (
    SEEN,
    UNVERIFIED,
    CaseFacts,
    ClockKind,
    Exhibit,
    TaskFacts,
    TaskKind,
    TaskState,
)
from civigrid.directory.rules import MACHINE


def moment(batch: Batch) -> str:
    return batch.now.isoformat()


def closed_by(batch: Batch) -> dict[str, object]:
    return {"closed_by": batch.actor.account_id, "closed_unit": batch.actor.unit_id, "closed_at": moment(batch)}


def by_machine(batch: Batch) -> dict[str, object]:
    """Closed by the rule, not by a person."""
    return {"closed_by": MACHINE.account_id, "closed_unit": MACHINE.unit_id, "closed_at": moment(batch)}


def finished(state: TaskState, result: str, batch: Batch) -> dict[str, object]:
    return {"state": state.value, "account_id": batch.actor.account_id, "result": result, "finished_at": moment(batch)}


def submitted(result: str, batch: Batch) -> dict[str, object]:
    """Handled, and not yet signed."""
    return {"state": TaskState.SUBMITTED.value, "account_id": batch.actor.account_id, "result": result}


def handled_by(case: CaseFacts, task: TaskFacts, batch: Batch) -> dict[str, list[int]]:
    """Who acts on a task, for his unit and for the task's, has handled the case and may never check or close it."""
    return {
        "handled_by": united(sorted(case.handled_by), batch.actor.account_id),
        "handled_units": united(
            sorted(case.handled_units),
            task.unit_id,
            batch.actor.unit_id,
            *((task.section_id,) if task.section_id else ()),
        ),
    }


def united(ids: Sequence[int], *more: int) -> list[int]:
    return list(dict.fromkeys((*ids, *more)))


def at_work(case: CaseFacts, *, without: int = 0) -> list[int]:
    """The units with a task they did not give back: those that see the case."""
    kept = [task for task in case.tasks if task.state is not TaskState.RETURNED and task.id != without]
    return united([unit for task in kept for unit in (task.unit_id, task.section_id) if unit])


def busy(case: CaseFacts, unit_id: int) -> bool:
    return any(task.open and task.unit_id == unit_id for task in case.tasks)


def clock_of(held: Held, task_id: int) -> tuple[RunningClock, ...]:
    return tuple(clock for clock in held.clocks if clock.task_id == task_id)


def arrive_clock(held: Held, task_id: int) -> tuple[RunningClock, ...]:
    """Whoever handles has arrived, also where he forgot to say so."""
    return tuple(clock for clock in clock_of(held, task_id) if clock.kind is ClockKind.ARRIVE)


def led(case: CaseFacts) -> TaskFacts | None:
    """The lead's task that was not given back, the last one."""
    leads = (task for task in reversed(case.tasks) if task.kind is TaskKind.LEAD)
    return next((task for task in leads if task.state is not TaskState.RETURNED), None)


def offer_again(case: CaseFacts, batch: Batch) -> Offer:
    """返工: to the unit that led last. Refused where a report complains of it by now."""
    lead = led(case)
    if lead is None:
        raise Refused("no_lead")
    if lead.unit_id in batch.barred.get(case.number, ()):
        raise Refused("target_is_unit")
    if case.standard_version_id is None:
        raise Refused("no_standard")
    return Offer(lead.unit_id, TaskKind.LEAD, batch.lists.standard(case.standard_version_id))


def open_tasks(case: CaseFacts) -> tuple[int, ...]:
    return tuple(task.id for task in case.tasks if task.open)


def unverified(case: CaseFacts, batch: Batch, matter_id: int | None = None) -> bool:
    """Whether nobody has seen yet what is verified before it is filed, as the case's matter or as that one."""
    if case.verified in SEEN:
        return False
    asked = batch.lists.verifies(matter_id or case.matter_id, case.source, case.urgency)
    return asked or case.waits_for in UNVERIFIED


def known_exhibits(exhibits: tuple[Exhibit, ...], batch: Batch) -> tuple[Exhibit, ...]:
    if any(exhibit.sha256 not in batch.files for exhibit in exhibits):
        raise Refused("unknown_file")
    return exhibits
