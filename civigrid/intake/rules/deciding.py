"""What a person at the desk may decide about a report, and what may follow what."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from civigrid.base.errors import Refused
from civigrid.directory.rules import Actor, Role
from civigrid.intake.rules.codes import (
    LEAST_DIGITS,
    LONGEST_WORDS,
    Choice,
    DispositionKind,
    Invalid,
    Missing,
    NotAccepted,
    ReportKind,
    Urgency,
)
from civigrid.intake.rules.said import unstorable

MAY_REGISTER = frozenset({Role.INTAKE, Role.DUTY_CHIEF})
# who asks, thanks or suggests may have his answer at once; a demand is never answered away
ANSWERABLE = frozenset({ReportKind.CONSULT, ReportKind.PRAISE, ReportKind.SUGGESTION})
IN_DANGER = frozenset({Choice.PROCESS, Choice.CHASE, Choice.SUPPLEMENT})
OF_A_CASE = frozenset({Choice.CHASE, Choice.SUPPLEMENT, Choice.WITHDRAW})
NEEDS_WORDS = frozenset({Choice.ANSWER, Choice.REFUSE, Choice.TRANSFER, Choice.WAIT})
REASONS: Mapping[Choice, type[StrEnum]] = {
    Choice.REFUSE: NotAccepted,
    Choice.WAIT: Missing,
    Choice.INVALID: Invalid,
}
BECOMES: Mapping[Choice, DispositionKind] = {
    Choice.ANSWER: DispositionKind.ANSWERED,
    Choice.CHASE: DispositionKind.CHASED,
    Choice.SUPPLEMENT: DispositionKind.SUPPLEMENTED,
    Choice.WITHDRAW: DispositionKind.WITHDRAWN,
    Choice.REFUSE: DispositionKind.NOT_ACCEPTED,
    Choice.TRANSFER: DispositionKind.TRANSFERRED,
    Choice.WAIT: DispositionKind.WAITING,
    Choice.INVALID: DispositionKind.INVALID,
}
AT_WORK = frozenset({DispositionKind.OPENED, DispositionKind.JOINED})
_ALL = frozenset(DispositionKind)
# what may follow a disposition; one of the same kind always may: the numbers of its cases change. What is at work
# changes by what people do to its case; a transfer comes back, or its case runs again. Everything else stays as it is.
TURNS: Mapping[DispositionKind, frozenset[DispositionKind]] = {
    DispositionKind.WAITING: _ALL,
    **dict.fromkeys(
        AT_WORK,
        AT_WORK | {DispositionKind.NOT_ACCEPTED, DispositionKind.INVALID, DispositionKind.TRANSFERRED},
    ),
    DispositionKind.NOT_ACCEPTED: AT_WORK | {DispositionKind.NOT_ACCEPTED},
    DispositionKind.TRANSFERRED: AT_WORK | {DispositionKind.TRANSFERRED, DispositionKind.WAITING},
    **{
        kind: frozenset({kind})
        for kind in (
            DispositionKind.ANSWERED, DispositionKind.CHASED, DispositionKind.SUPPLEMENTED, DispositionKind.WITHDRAWN,
            DispositionKind.INVALID,
        )
    },
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Decision:
    """`text`: the answer, the reason in words, what is missing. `reason`: a code of `REASONS`. `unit_id`: the target of
    a transfer. `number`: the caller's own case.
    """

    choice: Choice
    text: str = ""
    reason: str = ""
    unit_id: int = 0
    number: str = ""


@dataclass(frozen=True, slots=True)
class Subject:
    """What is decided about. `emergency`: the kind of danger its words name, "" for none."""

    kind: str
    urgency: int
    emergency: str = ""

    @property
    def danger(self) -> bool:
        return bool(self.emergency) or self.urgency == Urgency.CRITICAL


def may_register(actor: Actor) -> None:
    if actor.role not in MAY_REGISTER:
        raise Refused("not_your_role")


def may_redecide(actor: Actor) -> None:
    """What has no case is at the desk of the whole city."""
    if actor.role not in MAY_REGISTER or not actor.scope.everywhere:
        raise Refused("not_your_role")


def check_decision(decision: Decision, subject: Subject, actor: Actor) -> Decision:
    """The decision as it is kept. Refused(code) where the report does not allow it, or it does not say what it must."""
    if decision.choice not in set(Choice):
        raise Refused("unknown_code", field="choice", value=str(decision.choice)[:40])
    choice = Choice(decision.choice)
    words_too = _suits(choice, subject, actor)
    reasons = REASONS.get(choice)
    if reasons and decision.reason not in set(reasons):
        raise Refused("reason_needed", value=decision.reason[:40])
    if choice in OF_A_CASE and not decision.number:
        raise Refused("number_needed")
    text = said_words(decision.text, needed=choice in NEEDS_WORDS or words_too)
    return replace(decision, choice=choice, text=text, reason=decision.reason if reasons else "")


def _suits(choice: Choice, subject: Subject, actor: Actor) -> bool:
    """Whether it needs words for this report. Whoever may be in danger is helped; that it is none, the chief says."""
    if subject.danger and choice not in IN_DANGER:
        if choice is not Choice.INVALID:
            raise Refused("danger_goes_on")
        if actor.role is not Role.DUTY_CHIEF:
            raise Refused("chief_decides")
        return True
    if choice is Choice.ANSWER and subject.kind not in ANSWERABLE:
        raise Refused("not_answered_at_once")
    return False


def check_besides(choice: str, *, more: bool) -> None:
    """Refused where a report that opens no case asks for `more` of them, or to be joined to one."""
    if more and choice != Choice.PROCESS:
        raise Refused("nothing_beside")


def said_words(text: str, *, needed: bool) -> str:
    """What somebody wrote, as it is kept."""
    said = text.replace("\r\n", "\n").replace("\r", "\n").strip()
    if unstorable(said):
        raise Refused("unstorable_text", field="text")
    if needed and not said:
        raise Refused("words_needed")
    if len(said) > LONGEST_WORDS:
        raise Refused("too_long", field="text", length=len(said), longest=LONGEST_WORDS)
    return said


def may_turn(before: DispositionKind | None, after: DispositionKind) -> bool:
    """Whether a report whose disposition is `before` (None: it has none yet) may get that one."""
    return before is None or after in TURNS[before]


def check_undecided(before: DispositionKind | None, *, pending: bool) -> None:
    """Refused("decided_already") where a person has nothing to decide any more: it neither waits nor is to be processed."""
    if not pending and before is not DispositionKind.WAITING:
        raise Refused("decided_already")


def check_target(unit_id: int, *, takes: Collection[int], barred: Collection[int]) -> None:
    """Refused where reports are not transferred to that unit, or it is the one complained of."""
    if unit_id not in takes:
        raise Refused("takes_no_transfers")
    if unit_id in barred:
        raise Refused("target_is_unit")


def own_number(digits: str) -> str:
    """The digits of a telephone number that can be one person's. A service's short number and a row of equal digits,
    which stand where somebody had none, are nobody's: they would make strangers one person.
    """
    if len(digits) < LEAST_DIGITS or len(set(digits)) == 1:
        raise Refused("not_a_number")
    return digits
