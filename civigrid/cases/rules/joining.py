"""并案, 拆案 and 一诉多求: what a person says, and which two cases may become one."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from civigrid.base.errors import Refused
from civigrid.cases.rules.facts import CaseFacts, Form


@dataclass(frozen=True, slots=True)
class Joining(Form):
    """The case ends; its reports go on in the open case `into`."""

    into: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class Splitting(Form):
    """Undoes the joining of the case `former`; or, where that is "", takes out one report that came by itself."""

    former: str = ""
    report_id: int = 0
    text: str = ""


@dataclass(frozen=True, slots=True)
class Further(Form):
    """A further demand of a report of the case, to be a case of its own. Report 0 is the case's first one."""

    matter_id: int
    report_id: int = 0
    text: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """A report of a case, the oldest first. `former` is the number of the case it was joined from, "" where it came by
    itself; `joining_id` that joining's.
    """

    report_id: int
    former: str = ""
    joining_id: int | None = None


def may_join(case: CaseFacts, into: CaseFacts, *, barred: Collection[int]) -> None:
    """Refused(code) where `case` may not end in `into`. `barred`: the units that reports of `case` complain of."""
    if into.id == case.id:
        raise Refused("into_itself")
    if into.closed:
        raise Refused("into_closed", number=into.number)
    if case.confidential or into.confidential:
        raise Refused("confidential_apart")
    if not frozenset(barred).isdisjoint(into.unit_ids):
        raise Refused("target_is_unit")


def joining_of(former: str, joinings: Mapping[str, int]) -> int:
    """The joining that splitting undoes, of those by which cases ended in this one, by number. Refused("not_joined")
    where `former` is none of them.
    """
    if former not in joinings:
        raise Refused("not_joined", number=former[:40])
    return joinings[former]


def may_leave(report_id: int, parts: Collection[Part]) -> None:
    """Refused(code) where one report may not be taken out alone: the case began with it, or it came with others."""
    found = [part for part in parts if part.report_id == report_id]
    if not found:
        raise Refused("not_in_case")
    if found[0].joining_id is not None:
        raise Refused("came_with_case", number=found[0].former)
    if next(iter(parts)).report_id == report_id:
        raise Refused("began_with_it")


def demanded(report_id: int, parts: Collection[Part]) -> int:
    """The report whose further demand it is. Refused("not_in_case") for one of another case."""
    if not report_id:
        return next(iter(parts)).report_id
    if report_id not in {part.report_id for part in parts}:
        raise Refused("not_in_case")
    return report_id
