"""What the sender of a report is told of it, from the records: codes, moments and what may be known outside.

A list of what is told, not of what is left out: a line that nobody thought of is not shown. No name of a person, no
remark inside the administration, and nothing of another reporter but how many there are.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from civigrid.cases.rules.codes import TaskKind, Told


class Happened(StrEnum):
    RECEIVED = "received"
    DISPOSED = "disposed"  # `kind` and `reason` of a disposition that has no case
    OPENED = "opened"
    ACCEPTED = "accepted"
    NOT_ACCEPTED = "not_accepted"  # `reason`, and what the sender was told
    SENT = "sent"  # to `unit`
    JOINED = "joined"  # with `others`; `unit` where one is at work already
    SPLIT = "split"  # from the case with that number
    EXTENDED = "extended"  # by `amount` of the unit `limit`
    PAUSED = "paused"  # it waits for something, until `until`
    RESUMED = "resumed"
    DONE = "done"  # by `unit`, to be checked
    CLOSED = "closed"  # with `outcome` and the answer
    VOIDED = "voided"
    REOPENED = "reopened"
    TRANSFERRED = "transferred"  # to `unit`, which is none of the city's own
    TRANSFER_RECEIVED = "transfer_received"
    TRANSFER_REFUSED = "transfer_refused"
    TRANSFER_ANSWERED = "transfer_answered"


@dataclass(frozen=True, slots=True)
class Happening:
    """One thing that happened to a report, in the case `number` ("" before there is one). `text` was written for the
    sender; None where it was deleted by rule.
    """

    at: datetime
    what: Happened
    number: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)
    text: str | None = ""


@dataclass(frozen=True, slots=True)
class Said:
    """A line of a record."""

    at: datetime
    verb: str
    facts: Mapping[str, Any]
    text: str | None = ""


@dataclass(frozen=True, slots=True)
class Stay:
    """A report's time in a case: from the beginning (`began`), or from when it joined `others`. `former` is the number
    of the case it was joined from.
    """

    number: str
    joined_at: datetime
    began: bool
    others: int = 0
    former: str = ""


# what is told of a case's lines: the code, the facts that may be known, whether the words were written for the sender
TOLD: Mapping[str, tuple[Happened, tuple[str, ...], bool]] = {
    Told.ACCEPTED: (Happened.ACCEPTED, (), False),
    Told.REFUSED: (Happened.NOT_ACCEPTED, ("reason",), True),
    Told.DISPATCHED: (Happened.SENT, ("unit",), False),
    Told.HANDLED: (Happened.DONE, ("unit",), False),
    Told.CLOSED: (Happened.CLOSED, ("outcome",), False),
    Told.SETTLED: (Happened.CLOSED, ("outcome",), False),
    Told.TRANSFERRED: (Happened.TRANSFERRED, ("unit",), False),
    Told.VOIDED: (Happened.VOIDED, (), False),
    Told.REOPENED: (Happened.REOPENED, (), False),
    Told.EXTENDED: (Happened.EXTENDED, ("amount", "limit"), False),
    Told.SUSPENDED: (Happened.PAUSED, ("until",), False),
    Told.RESUMED: (Happened.RESUMED, (), False),
}
# the same of the lines of the report's own record
OWN: Mapping[str, tuple[Happened, tuple[str, ...], bool]] = {
    "received": (Happened.RECEIVED, (), False),
    "case_ended": (Happened.CLOSED, ("outcome",), True),
    "disposed": (Happened.DISPOSED, ("kind", "reason"), True),
    "transferred": (Happened.TRANSFERRED, ("unit",), False),
    "transfer_received": (Happened.TRANSFER_RECEIVED, (), False),
    "transfer_refused": (Happened.TRANSFER_REFUSED, (), False),
    "transfer_answered": (Happened.TRANSFER_ANSWERED, (), True),
}
# what the target of a transfer said of the case; who was called beside it is not its sender's business
RECEIPTS: Mapping[str, tuple[Happened, bool]] = {
    "received": (Happened.TRANSFER_RECEIVED, False),
    "refused": (Happened.TRANSFER_REFUSED, False),
    "answered": (Happened.TRANSFER_ANSWERED, True),
}
CAME = frozenset({Told.JOINED, Told.TOOK_IN, Told.CHASED, Told.SUPPLEMENTED, Told.SENDER_WITHDREW})


def timeline(
    report_id: int, own: Sequence[Happening], stays: Sequence[Stay], records: Mapping[str, Sequence[Said]]
) -> list[Happening]:
    """`own` is what the report's own record tells; `records` are those of the cases, by number. In the order of time."""
    answers = {(each.number, each.at): each.text for each in own if each.what is Happened.CLOSED}
    found = [each for each in own if each.what is not Happened.CLOSED]
    for stay in stays:
        for each in _during(report_id, stay, records[stay.number]):
            answer = answers.get((each.number, each.at), each.text) if each.what is Happened.CLOSED else each.text
            found.append(Happening(each.at, each.what, each.number, each.facts, answer))
    return sorted(found, key=lambda each: each.at)


def _during(report_id: int, stay: Stay, record: Sequence[Said]) -> Iterator[Happening]:
    lines = iter(record)
    if stay.began:
        yield from _opened(stay, next(lines, None))
    else:
        unit = _before(lines, report_id, stay)
        yield Happening(stay.joined_at, Happened.JOINED, stay.number, {"others": stay.others, **unit})
    for line in lines:
        if _leaves(line, report_id, stay):
            yield Happening(line.at, Happened.SPLIT, stay.number)
            return
        yield from _shown(line, stay.number)


def _opened(stay: Stay, line: Said | None) -> Iterator[Happening]:
    if line is None:
        return
    yield Happening(line.at, Happened.OPENED, stay.number, _only(line, ("matter",)))
    if "unit" in line.facts:
        yield Happening(line.at, Happened.SENT, stay.number, _only(line, ("unit",)))


def _before(lines: Iterator[Said], report_id: int, stay: Stay) -> dict[str, Any]:
    """Goes to the line with which the report came; the unit that was at work by then."""
    unit: dict[str, Any] = {}
    for line in lines:
        if line.verb in CAME and line.at == stay.joined_at and _about(line, report_id, stay):
            break
        if line.verb in (Told.OPENED, Told.DISPATCHED) and _leads(line):
            unit = _only(line, ("unit",))
    return unit


def _about(line: Said, report_id: int, stay: Stay) -> bool:
    """Whether a line that joins or splits is about this report, or the case it came with."""
    if stay.former:
        return line.facts.get("case") == stay.former
    return bool(line.facts.get("report") == report_id)


def _leaves(line: Said, report_id: int, stay: Stay) -> bool:
    return line.verb == Told.SPLIT_OFF and not stay.began and _about(line, report_id, stay)


def _shown(line: Said, number: str) -> Iterable[Happening]:
    if line.verb == Told.RECEIPT and "service" not in line.facts:
        said, told = RECEIPTS[str(line.facts["receipt"])]
        return (Happening(line.at, said, number, {}, line.text if told else ""),)
    if line.verb not in TOLD or not _leads(line):
        return ()
    what, names, public = TOLD[line.verb]
    return (Happening(line.at, what, number, _only(line, names), line.text if public else ""),)


def _leads(line: Said) -> bool:
    """Of several units the sender is told the one that leads."""
    return str(line.facts.get("kind", TaskKind.LEAD)) == TaskKind.LEAD


def own(line: Said) -> Happening | None:
    """What a line of the report's own record tells; None for what is not for its sender."""
    if line.verb not in OWN:
        return None
    what, names, public = OWN[line.verb]
    number = str(line.facts.get("number", line.facts.get("number1", "")))
    return Happening(line.at, what, number, _only(line, names), line.text if public else "")


def _only(line: Said, names: Sequence[str]) -> dict[str, Any]:
    return {name: line.facts[name] for name in names if name in line.facts}
