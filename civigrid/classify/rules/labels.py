"""What the stage hands on: a label, how it was found and how sure it is."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from civigrid.base.errors import Refused
from civigrid.classify.rules.matcher import Candidate
from civigrid.directory.rules import Actor, Role
from civigrid.intake.rules import Place

MARGIN = 0.1  # how far the best candidate must lead the second for nobody to be asked
MAY_CORRECT = frozenset({Role.INTAKE, Role.DUTY_CHIEF, Role.DISPATCHER, Role.OFFICE})


class How(StrEnum):
    GIVEN = "given"  # the sender or an officer named the matter
    UNKNOWN_CODE = "unknown_code"  # a code the catalogue does not have
    WORDS = "words"  # found by the catalogue's own words
    MODEL = "model"  # found by the model of the city's own past, with the catalogue's words
    NO_WORDS = "no_words"  # nothing in the text is in the catalogue
    PERSON = "person"  # a person named it, or said that it is right


class Finding(NamedTuple):
    """What a text is about: matters with confidence, best first, and the words that speak for the first."""

    candidates: tuple[Candidate, ...] = ()
    how: How = How.NO_WORDS
    because: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LabelRow:
    """One report's label. `matter_id` is the best candidate even when not `sure`; then a person is asked.

    `candidates`: (matter id, confidence) pairs, best first; confidence is a probability where a model took part
    (`model_id`), and only ranks where the catalogue's words stood alone. `because`: the words of the text that speak
    for the matter, the strongest first. `urgency` is the report's own or, where the text has an emergency word, the
    highest; `emergency` says which ("" for none). `by_account` and `by_post` are 0 for the machine.
    """

    report_id: int
    matter_id: int | None
    confidence: float
    sure: bool
    how: How
    candidates: tuple[Candidate, ...] = ()
    urgency: int = 3
    emergency: str = ""
    because: tuple[str, ...] = ()
    model_id: int | None = None
    by_account: int = 0
    by_post: int = 0
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Correction:
    """A person says what a report is about, whatever the machine said."""

    report_id: int
    matter_id: int


def judged(
    report_id: int,
    found: Finding,
    *,
    given: int | None,
    unknown_code: bool,
    bar: float,
    urgency: int,
    emergency: str,
    model_id: int | None = None,
    at: datetime | None = None,
) -> LabelRow:
    """The label by the matter the sender named (`given`), else by what was found in the text.

    Sure is what was named, and a candidate at `bar` or above with a clear lead over the second. A code the catalogue
    does not have is never sure: the sender meant something by it that nobody here knows.
    """
    if given is not None:
        return LabelRow(report_id, given, 1.0, True, How.GIVEN, (Candidate(given, 1.0),), urgency, emergency, at=at)
    how = How.UNKNOWN_CODE if unknown_code else found.how
    if not found.candidates:
        return LabelRow(report_id, None, 0.0, False, how, (), urgency, emergency, model_id=model_id, at=at)
    best = found.candidates[0]
    return LabelRow(
        report_id,
        best.matter_id,
        best.confidence,
        how is not How.UNKNOWN_CODE and is_sure(found.candidates, bar),
        how,
        found.candidates,
        urgency,
        emergency,
        found.because,
        model_id,
        at=at,
    )


def is_sure(candidates: tuple[Candidate, ...], bar: float) -> bool:
    """Whether nobody need be asked. `candidates`: at least one, best first."""
    second = candidates[1].confidence if len(candidates) > 1 else 0.0
    return candidates[0].confidence >= bar and candidates[0].confidence - second >= MARGIN


def may_correct(
    correction: Correction, actor: Actor, *, places: Iterable[Place] | None, matters: Collection[int]
) -> None:
    """Refuses who has no business with the report, and a matter that is not in today's catalogue.

    `places` are those of the report's cases, or its own where it has none yet; None where the actor has just settled
    its case, which takes more.
    """
    if actor.role not in MAY_CORRECT:
        raise Refused("not_your_role")
    if places is not None and not any(
        actor.scope.holds(region_code=place.region_code, unit_ids=place.unit_ids) for place in places
    ):
        raise Refused("out_of_scope")
    if correction.matter_id not in matters:
        raise Refused("unknown_matter", value=correction.matter_id)
