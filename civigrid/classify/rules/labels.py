"""What the stage hands on: a label, how it was found and how sure it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from civigrid.classify.rules.matcher import Candidate

MARGIN = 0.1  # how far the best candidate must lead the second for nobody to be asked


class How(StrEnum):
    GIVEN = "given"  # the sender or an officer named the matter
    UNKNOWN_CODE = "unknown_code"  # a code the catalogue does not have
    WORDS = "words"  # found by the catalogue's own words
    NO_WORDS = "no_words"  # nothing in the text is in the catalogue


@dataclass(frozen=True, slots=True)
class LabelRow:
    """One report's label. `matter_id` is the best candidate even when not `sure`; then a person is asked.

    `candidates`: (matter id, confidence) pairs, best first. `urgency` is the report's own or, where the text has an
    emergency word, the highest; `emergency` says which ("" for none).
    """

    report_id: int
    matter_id: int | None
    confidence: float
    sure: bool
    how: How
    candidates: tuple[Candidate, ...] = ()
    urgency: int = 3
    emergency: str = ""


def judged(
    report_id: int,
    found: Sequence[Candidate],
    *,
    given: int | None,
    unknown_code: bool,
    bar: float,
    urgency: int,
    emergency: str,
) -> LabelRow:
    """The label by the matter the sender named (`given`), else by the candidates of the text, best first.

    Sure is what was named, and a candidate at `bar` or above with a clear lead over the second. A code the catalogue
    does not have is never sure: the sender meant something by it that nobody here knows.
    """
    if given is not None:
        return LabelRow(report_id, given, 1.0, True, How.GIVEN, (Candidate(given, 1.0),), urgency, emergency)
    how = How.UNKNOWN_CODE if unknown_code else How.WORDS if found else How.NO_WORDS
    if not found:
        return LabelRow(report_id, None, 0.0, False, how, (), urgency, emergency)
    best = found[0]
    lead = best.confidence - (found[1].confidence if len(found) > 1 else 0.0)
    sure = how is How.WORDS and best.confidence >= bar and lead >= MARGIN
    return LabelRow(report_id, best.matter_id, best.confidence, sure, how, tuple(found), urgency, emergency)
