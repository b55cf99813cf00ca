"""What this door reads: a report's story, a case, lists of cases. Always inside the client's scope."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from civigrid.api.problems import Problem
from civigrid.api.schemas import (
    CaseLineOut,
    CaseOut,
    CasesOut,
    ClockOut,
    DispositionOut,
    EntryOut,
    EvidenceOut,
    HappeningOut,
    NamedOut,
    ReportOut,
    SaidOut,
    TaskOut,
)
from civigrid.base import db
from civigrid.cases import queries as cases
from civigrid.cases.queries import CaseView, ClockView, TaskView
from civigrid.cases.rules import Stage, allowed
from civigrid.catalog import queries as catalog
from civigrid.directory import queries as directory
from civigrid.directory.rules import Actor
from civigrid.flow import timeline
from civigrid.intake import queries as reports_of

NOWHERE = NamedOut(code="", name="", name_en="")
# facts of the record that are ids of rows; told by their codes, or not at all
_IDS = frozenset({"person", "account", "post", "standard", "row", "report"})


def report(*, actor: Actor, now: datetime, report_id: int = 0, key: str = "") -> ReportOut:
    """One that this client sent; 404 for every other, whoever sent it."""
    with db.system():
        found = reports_of.sent(actor.account_id, report_id=report_id, key=key)
        if found is None:
            raise Problem(404, "not_found")
        names = _Names(_today(now))
    told = timeline.of_report(found.id)
    return ReportOut(
        id=found.id,
        key=found.key,
        received_at=found.received_at,
        erased=found.erased_at is not None,
        disposition=DispositionOut.model_validate(found.disposed) if found.disposed else None,
        timeline=[
            HappeningOut(at=each.at, what=each.what, number=each.number, facts=names.facts(each.facts), text=each.text)
            for each in told
        ],
    )


def case(number: str, *, actor: Actor, now: datetime) -> CaseOut:
    """404 for what does not exist and what is out of scope alike."""
    with db.scoped(actor.scope):
        found = cases.access_case(number, now=now)
        if found is None:
            raise Problem(404, "not_found")
        return _case(found, actor, now)


def listed(
    *, actor: Actor, now: datetime, stage: Stage | None, waits_for: str | None, after: str, limit: int
) -> CasesOut:
    with db.scoped(actor.scope):
        lines = cases.queue(actor, now=now, stage=stage, waits_for=waits_for, after=after, limit=limit + 1)
    more = len(lines) > limit
    items = [CaseLineOut.model_validate(line) for line in lines[:limit]]
    return CasesOut(items=items, next=lines[limit - 1].cursor if more else None)


def version(number: str, *, actor: Actor, now: datetime) -> int | None:
    """The case's version now; None where the client does not see it any more."""
    with db.scoped(actor.scope):
        found = cases.access_case(number, now=now)
    return found.facts.version if found else None


class _Names:
    """The codes and names of a day's units and matters. Inside a transaction."""

    def __init__(self, on: date) -> None:
        self.units, self.matters = directory.units(on), catalog.matters(on)

    def unit(self, unit_id: Any) -> NamedOut:
        return _named(self.units.get(unit_id))

    def matter(self, matter_id: Any) -> NamedOut:
        return _named(self.matters.get(matter_id))

    def facts(self, facts: Mapping[str, Any]) -> dict[str, Any]:
        """What a line says, with codes for ids; who a line names is left out."""
        return {name: self._fact(name, value) for name, value in facts.items() if name not in _IDS}

    def _fact(self, name: str, value: Any) -> Any:
        if name == "unit":
            return self.unit(value).code
        return self.matter(value).code if name == "matter" else value


def _named(row: Any) -> NamedOut:
    return NamedOut(code=row.code, name=row.name, name_en=row.name_en) if row else NOWHERE


def _today(now: datetime) -> date:
    city = catalog.city_or_none()
    return now.astimezone(city.zone if city else None).date()


def _case(found: CaseView, actor: Actor, now: datetime) -> CaseOut:
    facts, names = found.facts, _Names(_today(now))
    place, place_en = found.place
    return CaseOut(
        number=facts.number,
        version=facts.version,
        family=facts.family,
        stage=facts.stage,
        side=facts.side,
        level=facts.level,
        waits_for=facts.waits_for,
        source=found.source,
        urgency=found.urgency,
        confidential=found.confidential,
        matter=names.matter(facts.matter_id),
        region=NamedOut(code=facts.region_code, name=place, name_en=place_en),
        opened_at=found.opened_at,
        closed_at=found.closed_at,
        outcome=found.outcome,
        verbs=allowed(actor, facts),
        clocks=_clocks((found.clock, found.answer), now),
        tasks=[_task(task, names, now) for task in found.tasks],
        reports=[SaidOut.model_validate(each) for each in found.reports],
        evidence=[EvidenceOut.model_validate(each) for each in found.evidence],
        timeline=[
            EntryOut(seq=line.entry.seq, at=line.entry.at, verb=line.entry.verb, facts=names.facts(line.entry.facts))
            for line in found.entries
        ],
    )


def _task(task: TaskView, names: _Names, now: datetime) -> TaskOut:
    return TaskOut(
        id=task.id,
        unit=names.unit(task.unit_id),
        kind=task.kind,
        state=task.state,
        result=task.result,
        dispatched_at=task.dispatched_at,
        accepted_at=task.accepted_at,
        finished_at=task.finished_at,
        clocks=_clocks((task.arrival, task.clock), now),
    )


def _clocks(clocks: Iterable[ClockView | None], now: datetime) -> list[ClockOut]:
    return [_clock(clock, now) for clock in clocks if clock]


def _clock(clock: ClockView, now: datetime) -> ClockOut:
    stands = clock.stands(now)
    runs = clock.stopped_at is None and not stands
    return ClockOut(
        kind=clock.kind,
        started_at=clock.started_at,
        due_at=clock.due_at,
        stopped_at=clock.stopped_at,
        light=clock.light,
        stands=stands,
        remaining_seconds=int((clock.due_at - now).total_seconds()) if runs else None,
    )
