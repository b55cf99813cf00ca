"""What the verbs beside the plain way are told: verification, work inside a unit, levels, void and reopening."""

from __future__ import annotations

from dataclasses import dataclass

from civigrid.cases.rules.facts import Exhibit, Form


@dataclass(frozen=True, slots=True)
class VerificationAsked(Form):
    """`matter_id` is what the case seems to be about."""

    matter_id: int
    text: str = ""


@dataclass(frozen=True, slots=True)
class Verification(Form):
    """`found` is a code of `Found`."""

    found: str
    text: str = ""
    exhibits: tuple[Exhibit, ...] = ()


@dataclass(frozen=True, slots=True)
class Assignment(Form):
    """To a section of the task's unit, to a person of the unit or of that section, or both."""

    task_id: int
    section_id: int | None = None
    assignee_id: int | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class SigningOff(Form):
    task_id: int
    text: str = ""


@dataclass(frozen=True, slots=True)
class SendingBack(Form):
    task_id: int
    text: str


@dataclass(frozen=True, slots=True)
class Raising(Form):
    text: str


@dataclass(frozen=True, slots=True)
class HandingDown(Form):
    text: str


@dataclass(frozen=True, slots=True)
class Voiding(Form):
    """`reason` is a code of `VoidReason`."""

    reason: str
    text: str


@dataclass(frozen=True, slots=True)
class Reopening(Form):
    """`reason` is a code of `ReopenReason`, `back_to` one of `BackTo`."""

    reason: str
    back_to: str
    text: str


@dataclass(frozen=True, slots=True)
class Settling(Form):
    """What was done at once, of a case that was opened a moment ago for it."""

    text: str
    exhibits: tuple[Exhibit, ...]
