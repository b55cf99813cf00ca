"""What this door answers: every field of it, for `openapi.json`. Codes are those of the rules; times are ISO 8601."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from ninja import Schema
from pydantic import ConfigDict, Field

from civigrid.cases.rules import ClockKind, DeskLevel, Happened, Light, Side, Stage, TaskKind, TaskState, Verb
from civigrid.catalog.rules import Family
from civigrid.intake.rules import DispositionKind


class Told(Schema):
    """What every answer is made from: rows of the areas, by the names of their attributes."""

    model_config = ConfigDict(from_attributes=True)


class FaultOut(Told):
    field: str
    code: str
    title: str


class ProblemOut(Told):
    """RFC 9457. `code` is stable and for programs, `title` is for people, in the language they asked for."""

    type: str
    title: str
    status: int
    code: str
    field: str | None = None
    errors: list[FaultOut] | None = None
    request: str | None = None


class DispositionOut(Told):
    """What became of a report; `numbers` are those of its cases."""

    kind: DispositionKind
    reason: str
    numbers: list[str]


class CreatedOut(Told):
    """`disposition` null: it is stored, and is processed within moments."""

    id: int
    key: str
    repeated: bool = Field(description="It was stored before under the same key; nothing new was made.")
    disposition: DispositionOut | None


class LineOut(Told):
    """What became of a line of a batch. `failed`: of no fault of its own; send it again."""

    line: int
    key: str | None = None
    status: Literal["accepted", "repeated", "refused", "failed"]
    id: int | None = None
    code: str | None = None
    field: str | None = None
    title: str | None = None


class HappeningOut(Told):
    """One thing that happened, as the sender of the report is told it. `text` null: it was deleted by rule."""

    at: datetime
    what: Happened
    number: str
    facts: dict[str, Any]
    text: str | None


class ReportOut(Told):
    """A report this client sent. Neither its words nor its contact are told again."""

    id: int
    key: str
    received_at: datetime
    erased: bool
    disposition: DispositionOut | None
    timeline: list[HappeningOut]


class NamedOut(Told):
    """A thing of the city's lists; empty where it is not known."""

    code: str
    name: str
    name_en: str


class ClockOut(Told):
    """`remaining_seconds` on the wall clock until it is due, below 0 when it is overdue; null when it has stopped or stands
    still."""

    kind: ClockKind
    started_at: datetime
    due_at: datetime
    stopped_at: datetime | None
    light: Light | None
    stands: bool
    remaining_seconds: int | None


class TaskOut(Told):
    id: int
    unit: NamedOut
    kind: TaskKind
    state: TaskState
    result: str
    dispatched_at: datetime
    accepted_at: datetime | None
    finished_at: datetime | None
    clocks: list[ClockOut]


class SaidOut(Told):
    """A report of the case, as its page shows it."""

    id: int
    kind: str
    title: str
    text: str
    place_text: str
    received_at: datetime


class EntryOut(Told):
    """A line of the record: what was done and when, without who did it and what he wrote."""

    seq: int
    at: datetime
    verb: str
    facts: dict[str, Any]


class EvidenceOut(Told):
    sha256: str
    media_type: str
    kind: str
    task_id: int | None
    at: datetime


class CaseOut(Told):
    """`verbs`: what the client's post may do to it now. `version` goes with every one of them."""

    number: str
    version: int
    family: Family
    stage: Stage
    side: Side
    level: DeskLevel
    waits_for: str
    source: str
    urgency: int
    confidential: bool
    matter: NamedOut
    region: NamedOut
    opened_at: datetime
    closed_at: datetime | None
    outcome: str
    verbs: list[Verb]
    clocks: list[ClockOut]
    tasks: list[TaskOut]
    reports: list[SaidOut]
    evidence: list[EvidenceOut]
    timeline: list[EntryOut]


class CaseLineOut(Told):
    """A case in a list."""

    number: str
    version: int
    family: Family
    stage: Stage
    side: Side
    waits_for: str
    source: str
    urgency: int
    matter: str
    matter_en: str
    region_code: str
    place: str
    place_en: str
    place_text: str
    unit: str
    unit_en: str
    title: str
    excerpt: str
    opened_at: datetime
    due_at: datetime | None
    light: Light | None


class CasesOut(Told):
    """`next` is the `after` of the next page; null on the last one."""

    items: list[CaseLineOut]
    next: str | None


class DoneOut(Told):
    """`version` null: the case is now where the client's post does not see it."""

    number: str
    version: int | None


class UploadOut(Told):
    """`upload` is what a report or a verb names the file by, once, within a day."""

    upload: str
    media_type: str
    size: int
