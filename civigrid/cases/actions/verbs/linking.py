"""并案, 拆案, 一诉多求: two cases become one, one becomes two again, and one report asks for more than one thing.

A joined case ends and keeps its reports; the other case has them too, through a `cases_joining` row that remembers where
the first one stood. Splitting undoes that row. Nothing is deleted, and what was joined can always be split.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import cache, partial

from civigrid.base.errors import Outcome, Refused
from civigrid.cases.actions.change import Batch, Change, Decided, perform
from civigrid.cases.actions.joined import end_in, go_on, leave
from civigrid.cases.actions.opening import open_cases
from civigrid.cases.actions.verbs.parts import closed_by
from civigrid.cases.actions.writing import write
from civigrid.cases.queries.held import Held
from civigrid.cases.queries.joined import joinings, parts
from civigrid.cases.rules import (
    CaseFacts,
    Further,
    Joining,
    NewCase,
    Part,
    Side,
    Splitting,
    Stage,
    Told,
    Verb,
    demanded,
    joining_of,
    may,
    may_join,
    may_leave,
    words,
)
from civigrid.directory.rules import Actor

NO_UNITS: frozenset[int] = frozenset()


def join_cases(
    forms: Sequence[Joining], *, barred: Mapping[str, frozenset[int]], actor: Actor, now: datetime
) -> list[Outcome]:
    """并案: each case ends in an open one. `barred`: the units its reports complain of with their line, by number.

    A case that another one of the batch ends in does not itself end in it.
    """
    ends: dict[str, str] = {}

    def decide(form: Joining, held: Held, batch: Batch) -> Change:
        if form.number in ends.values() or form.into in ends:
            raise Refused("into_closed", number=form.into)
        change = _join(form, held, batch)
        ends[form.number] = form.into
        return change

    return perform(
        forms, decide, _write_joined, actor=actor, now=now, beside=[form.into for form in forms], barred=barred
    )


def _join(form: Joining, held: Held, batch: Batch) -> Change:
    case, into, barred = held.case, _seen(form.into, batch), batch.barred.get(form.number, NO_UNITS)
    may(Verb.JOIN, batch.actor, case)
    may_join(case, into, barred=barred)
    batch.lists.may_have(into.level, into.region_code, barred)
    return Change(
        Told.MERGED,
        Stage.EVALUATE,
        {"into": form.into},
        words(form.text, needed=False),
        {"side": Side.JOINED.value, "waits_for": "", **closed_by(batch)},
        stops=held.clocks,
        cancels=tuple(task.id for task in case.tasks if task.open),
    )


def _seen(number: str, batch: Batch) -> CaseFacts:
    """The other case, where the actor sees it too."""
    held = batch.held.get(number)
    if held is None or not batch.actor.scope.holds(region_code=held.case.region_code, unit_ids=held.case.unit_ids):
        raise Refused("unknown_other_case", number=number[:40])
    return held.case


def _write_joined(decided: Sequence[Decided], batch: Batch) -> None:
    write(decided, batch)
    end_in([(each.case, batch.held[str(each.change.facts["into"])].case) for each in decided], batch)


def split(forms: Sequence[Splitting], *, fresh: Mapping[int, NewCase], actor: Actor, now: datetime) -> list[Outcome]:
    """拆案: a case that was joined goes on where it stood; a report that came by itself opens a case of its own, `fresh`
    by report.
    """
    numbers = [form.number for form in forms]
    known = cache(lambda: (parts(numbers), joinings(numbers)))  # asked when the cases are locked
    named = [form.former for form in forms if form.former]

    def decide(form: Splitting, held: Held, batch: Batch) -> Change:
        found, joined = known()
        return _split(form, held, batch, found[form.number], joined[form.number])

    def done(decided: Sequence[Decided], batch: Batch) -> None:
        _write_split(decided, batch, fresh, known()[1])

    return perform(forms, decide, done, actor=actor, now=now, beside=named)


def _split(form: Splitting, held: Held, batch: Batch, found: Sequence[Part], joined: Mapping[str, int]) -> Change:
    may(Verb.SPLIT, batch.actor, held.case)
    text = words(form.text, needed=True)
    if not form.former:
        may_leave(form.report_id, found)
        return Change(Told.SPLIT_OFF, held.case.stage, {"report": form.report_id}, text)
    joining_of(form.former, joined)
    _seen(form.former, batch)
    return Change(Told.SPLIT_OFF, held.case.stage, {"case": form.former}, text)


def _write_split(
    decided: Sequence[Decided], batch: Batch, fresh: Mapping[int, NewCase], joined: Mapping[str, Mapping[str, int]]
) -> None:
    alone = [each for each in decided if "report" in each.change.facts]
    back = [each for each in decided if "report" not in each.change.facts]
    write([*back, *_opened(fresh, alone, batch)], batch)
    go_on([_undone(each, batch, joined) for each in back], batch)


def _undone(each: Decided, batch: Batch, joined: Mapping[str, Mapping[str, int]]) -> tuple[int, CaseFacts, str]:
    """The joining, the case that goes on, and the number of the one it had ended in."""
    former, number = str(each.change.facts["case"]), each.case.number
    return joining_of(former, joined[number]), batch.held[former].case, number


def _opened(fresh: Mapping[int, NewCase], alone: Sequence[Decided], batch: Batch) -> list[Decided]:
    """The reports leave, a case opens for each, and each line says which."""
    leave([(each.case.id, int(each.change.facts["report"])) for each in alone], batch.now)
    new = [replace(fresh[int(each.change.facts["report"])], of=each.case.number) for each in alone]
    return _with_numbers(alone, new, batch)


def _with_numbers(decided: Sequence[Decided], new: Sequence[NewCase], batch: Batch) -> list[Decided]:
    made = open_cases(new, now=batch.now, actor=batch.actor, city=batch.lists.city)
    return [
        replace(each, change=replace(each.change, facts={**each.change.facts, "case": str(done.made)}))
        for each, done in zip(decided, made, strict=True)
    ]


def also(forms: Sequence[Further], *, fresh: Mapping[int, NewCase], actor: Actor, now: datetime) -> list[Outcome]:
    """一诉多求: a further case for a report of each case, with a matter of its own. `fresh` by report."""
    numbers = [form.number for form in forms]
    known = cache(lambda: parts(numbers))

    def decide(form: Further, held: Held, batch: Batch) -> Change:
        may(Verb.ALSO, batch.actor, held.case)
        matter = batch.lists.matter(form.matter_id)
        if matter.id == held.case.matter_id:
            raise Refused("same_demand")
        report_id = demanded(form.report_id, known()[form.number])
        return Change(
            Told.ALSO, held.case.stage, {"report": report_id, "matter": matter.id}, words(form.text, needed=False)
        )

    return perform(forms, decide, partial(_write_also, fresh), actor=actor, now=now)


def _write_also(fresh: Mapping[int, NewCase], decided: Sequence[Decided], batch: Batch) -> None:
    new = [_further(each, fresh) for each in decided]
    write(_with_numbers(decided, new, batch), batch)


def _further(each: Decided, fresh: Mapping[int, NewCase]) -> NewCase:
    facts, case = each.change.facts, each.case
    return replace(fresh[int(facts["report"])], of=case.number, matter_id=int(facts["matter"]))
