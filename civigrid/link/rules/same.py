"""Is the same thing already reported? Only identical reports join by themselves: everything else a person decides.

On real pairs no automatic method reached a precision at which it may join (best average precision .12), so this stage
joins copies only, and says by which rule. A form without words is no copy: of 5,308 requests of Boston, 2011, that have
the type, address and point of another one opened within 24 hours, dispatchers marked 654 as duplicates.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

TELLING = 20  # Chinese characters or Latin words that two people do not choose alike by chance
SAME_PLACE_WITHIN = timedelta(hours=24)  # few words of one's own are the same only when place and time agree as well
OWN = 4  # signs below which a text says nothing of its own

_SIGNS = re.compile(r"[\u3400-\u9fff]|[a-z0-9]+")


class LinkHow(StrEnum):
    SAME_REPORT = "same_report"  # words, place, matter and point are those of an earlier one
    PERSON = "person"  # a person joined their cases
    SENDER = "sender"  # its sender chose the case it is about
    PARTED = "parted"  # a person took them apart again


@dataclass(frozen=True, slots=True)
class LinkRow:
    """`first_id` is the first report of the thing, never a case. `score` is 1 for identity."""

    report_id: int
    first_id: int
    how: LinkHow
    score: float = 1.0


@dataclass(frozen=True, slots=True)
class Said:
    """What decides whether two reports are one. `text` and `place` as compared; a title is often the matter's name."""

    report_id: int
    digest: bytes
    text: str
    place: str
    at: datetime

    @property
    def telling(self) -> bool:
        return _signs(self.text) >= TELLING


def same_report(new: Said, first: Said) -> bool:
    """For two reports of one digest: copies of a telling text; or a few words of one's own, one place, within a day."""
    if new.telling:
        return True
    return bool(new.place) and _signs(new.text) >= OWN and abs(new.at - first.at) <= SAME_PLACE_WITHIN


def _signs(words: str) -> int:
    return len(_SIGNS.findall(words))


def links(batch: Sequence[Said], known: Mapping[bytes, Said]) -> list[LinkRow | None]:
    """For each of `batch`, in its order, the earlier report it repeats, or None.

    `known` are the first reports of open cases, by digest. A report of the batch that repeats nothing becomes first
    for those after it.
    """
    firsts = dict(known)
    return [_link(each, firsts) for each in batch]


def _link(said: Said, firsts: dict[bytes, Said]) -> LinkRow | None:
    first = firsts.get(said.digest)
    if first is not None and first.report_id != said.report_id and same_report(said, first):
        return LinkRow(said.report_id, first.report_id, LinkHow.SAME_REPORT)
    firsts[said.digest] = said
    return None
