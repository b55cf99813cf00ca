"""How every verb works: lock, decide row by row in memory, write what was decided in one go.

A decision is a function of the form and the locked facts; it raises `Refused` or returns a `Change`. A refused row
changes nothing and never stops the others. Writing is set-based: the number of statements does not grow with the batch.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

from civigrid.base import db
from civigrid.base.errors import Outcome, Refused
from civigrid.cases.actions.lists import Lists
from civigrid.cases.actions.replaying import Befell
from civigrid.cases.queries.held import Held, RunningClock, hold, known_files
from civigrid.cases.rules import AskKind, AskState, CaseFacts, Exhibit, Form, Stage, TaskKind, Told
from civigrid.catalog.queries import StandardRow
from civigrid.directory.rules import Actor

F = TypeVar("F", bound=Form)


@dataclass(frozen=True, slots=True)
class Offer:
    """A task for a unit, with its own clock from now by `standard`; `duty_row` is None where it goes by hand."""

    unit_id: int
    kind: TaskKind
    standard: StandardRow
    duty_row: int | None = None


@dataclass(frozen=True, slots=True)
class NewAsk:
    """An application, by whoever does the verb."""

    kind: AskKind
    task_id: int
    amount: int | None = None
    until_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class AskStep:
    """What becomes of an application. `ended`: a suspension ends now."""

    id: int
    state: AskState
    ended: bool = False


@dataclass(frozen=True, slots=True)
class Change:
    """What a verb decided about one case. `case` and `task` are the columns that get a new value (see `writing`)."""

    told: Told
    stage: Stage
    facts: Mapping[str, Any] = field(default_factory=dict)
    text: str = ""
    case: Mapping[str, Any] = field(default_factory=dict)
    task_id: int | None = None
    task: Mapping[str, Any] = field(default_factory=dict)
    offers: tuple[Offer, ...] = ()
    stops: tuple[RunningClock, ...] = ()
    cancels: tuple[int, ...] = ()  # tasks that end because the case does
    promise: StandardRow | None = None  # what the case clock runs by from now on
    restarts: bool = False  # the promise is given anew, from now
    answer_days: int = 0  # working days to answer a supervision in, from now
    befell: tuple[Befell, ...] = ()  # what else happens to clocks
    ask: NewAsk | None = None
    asked: AskStep | None = None
    exhibits: tuple[Exhibit, ...] = ()


@dataclass(frozen=True, slots=True)
class Batch:
    """What every decision of a batch may look at."""

    actor: Actor
    now: datetime
    lists: Lists
    files: Mapping[str, str]  # those of the forms that are stored -> media type
    held: Mapping[str, Held]  # by number, those of the forms and those named beside
    barred: Mapping[str, frozenset[int]] = field(
        default_factory=dict
    )  # units complained of, with their line, by number


@dataclass(frozen=True, slots=True)
class Decided:
    held: Held
    change: Change

    @property
    def case(self) -> CaseFacts:
        return self.held.case


Decide = Callable[[F, Held, Batch], Change]
Write = Callable[[Sequence[Decided], Batch], None]


def perform(
    forms: Sequence[F],
    decide: Decide[F],
    write: Write,
    *,
    actor: Actor,
    now: datetime,
    beside: Sequence[str] = (),
    barred: Mapping[str, frozenset[int]] | None = None,
) -> list[Outcome]:
    """One Outcome a form, in order: done with the case's number as `made`, refused, or stale.

    `beside`: numbers of cases that are locked with those of the forms, because what follows touches them too.
    `barred`: the units that a case's reports complain of with their line, by its number; asked for by the verbs that
    give a case to somebody.
    """
    db.require_transaction()
    lists = Lists.at(now)
    held = hold([*(form.number for form in forms), *beside], on=lists.on)
    batch = Batch(actor, now, lists, known_files(_sha256s(forms)), held, barred or {})
    decided: dict[str, Decided] = {}
    outcomes = [_decide(form, held.get(form.number), decide, batch, decided) for form in forms]
    if decided:
        write(list(decided.values()), batch)
    return outcomes


def _decide(form: F, held: Held | None, decide: Decide[F], batch: Batch, decided: dict[str, Decided]) -> Outcome:
    try:
        if held is None or not _sees(batch.actor, held.case):
            raise Refused("unknown_case")
        if form.number in decided or form.version != held.case.version:
            return Outcome.stale(form.number)
        decided[form.number] = Decided(held, decide(form, held, batch))
    except Refused as no:
        return Outcome.refused(form.number, no)
    return Outcome(form.number, made=form.number)


def _sees(actor: Actor, case: CaseFacts) -> bool:
    """Asked before the version is compared: "stale" would tell an outsider that there is such a case."""
    return actor.scope.holds(region_code=case.region_code, unit_ids=case.unit_ids)


def _sha256s(forms: Sequence[Form]) -> list[str]:
    return [exhibit.sha256 for form in forms for exhibit in getattr(form, "exhibits", ())]
