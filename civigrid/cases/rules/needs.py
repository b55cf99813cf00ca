"""What a step must bring, by how its matter is checked: one table. The form says it beforehand, the verb asks for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum

from civigrid.base.errors import Refused
from civigrid.cases.rules.codes import CheckResult, EvidenceKind, Result
from civigrid.cases.rules.facts import Exhibit
from civigrid.cases.rules.verifying import SEEN, Found
from civigrid.catalog.rules import CheckBy

CALLS = 3  # so often somebody is called, at different times, before he counts as not reached


class Need(StrEnum):
    """What is missing where a step is refused with `evidence_needed`."""

    BEFORE_PHOTO = "before_photo"
    AFTER_PHOTO = "after_photo"
    PAPER = "paper"
    CHECK_PHOTO = "check_photo"
    CALL_SAID = "call_said"  # who was reached and what he said
    CALL_TRIES = "call_tries"  # that nobody was reached, so often


_DONE = frozenset({Result.SOLVED, Result.PARTLY})
_HANDLED: Mapping[CheckBy, tuple[frozenset[Result], Need]] = {
    CheckBy.SITE: (_DONE, Need.AFTER_PHOTO),
    CheckBy.PHOTO: (_DONE, Need.AFTER_PHOTO),
    CheckBy.PAPERS: (_DONE | {Result.PLANNED, Result.STATUTORY}, Need.PAPER),
}
_LOOKED = frozenset({CheckResult.PASSED, CheckResult.FAILED})
_CHECKED: Mapping[tuple[CheckBy, bool], Need] = {
    (CheckBy.SITE, True): Need.CHECK_PHOTO,
    (CheckBy.CALL, True): Need.CALL_SAID,
    (CheckBy.CALL, False): Need.CALL_TRIES,
}
BROUGHT_AS: Mapping[Need, EvidenceKind] = {
    Need.BEFORE_PHOTO: EvidenceKind.BEFORE,
    Need.AFTER_PHOTO: EvidenceKind.AFTER,
    Need.CHECK_PHOTO: EvidenceKind.AFTER,
    Need.PAPER: EvidenceKind.PAPER,
}
_PICTURES = ("image/", "video/")


def to_handle(check_by: CheckBy, result: Result) -> tuple[Need, ...]:
    results, need = _HANDLED.get(check_by, (frozenset(), Need.PAPER))
    return (need,) if result in results else ()


def to_check(check_by: CheckBy, result: CheckResult) -> tuple[Need, ...]:
    """Whoever says how it is was there, or spoke with somebody; whoever could not, says how often he tried."""
    need = _CHECKED.get((check_by, result in _LOOKED))
    return (need,) if need else ()


def to_verify(found: Found) -> tuple[Need, ...]:
    return (Need.BEFORE_PHOTO,) if found in SEEN else ()


TO_SETTLE = (Need.BEFORE_PHOTO, Need.AFTER_PHOTO)


def demand(
    needs: Sequence[Need], exhibits: Sequence[Exhibit], media: Mapping[str, str], *, text: str = "", tries: int = 0
) -> None:
    """Refused("evidence_needed", need=...) for the first that was not brought. `media`: file -> media type."""
    for need in needs:
        if not _brought(need, exhibits, media, text, tries):
            raise Refused("evidence_needed", need=need.value)


def _brought(need: Need, exhibits: Sequence[Exhibit], media: Mapping[str, str], text: str, tries: int) -> bool:
    if need is Need.CALL_SAID:
        return bool(text)
    if need is Need.CALL_TRIES:
        return tries >= CALLS
    files = [media.get(each.sha256, "") for each in exhibits if each.kind is BROUGHT_AS[need]]
    return bool(files) if need is Need.PAPER else any(each.startswith(_PICTURES) for each in files)
