"""May two reports be about one thing? A score for a person to look at, with its reasons; it joins nothing.

place decay x time decay x (0.1 + same matter) x wording. Measured on 1,049 pairs that dispatchers of Boston marked
(`bench/link.py`). No learnt score did better there, nor on judged messages of a Chinese hotline with the labels there
are: the formula stays fixed until people have confirmed a thousand pairs (`LinkHow.PERSON`).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from civigrid.link.rules.wording import Wording

RADIUS_M = 300  # candidates with a point: of marked pairs 84 % lie so near and within a week
DAYS_OPEN, DAYS_CLOSED = 7, 30
FLOOR = 0.01  # below it nothing is shown
SHOWN = 3
COMPARED = 60  # of the candidates that many are compared word by word

NEAR_M, SOON_H = 50.0, 24.0  # where the decays are at 1/e
CLOSED_H = 240.0  # what was solved and came back comes back within weeks
SOON_WORDS_H = 72.0  # without two points the words carry more, and what is told without a point is told later
WORDS_ALONE = 0.2  # what a pair without two points weighs beside one with them
SAME_GRID, SAME_COMMUNITY, SAME_TOWN = 0.5, 0.3, 0.05
COMMUNITY, TOWN = 12, 9  # digits of their codes
SAME_CLASS, UNKNOWN, ANYWAY = 0.5, 0.5, 0.1  # 12 % of the marked pairs are of two types: it never decides alone
EARTH_M = 111_320.0  # metres of a degree of latitude
PER_DEGREE, ROW = 200, 100_000  # a cell is 0.005 degrees wide and high; its number is row x ROW + column


class Likeness(StrEnum):
    """Why a case is suggested. Each has a value: metres, hours, or a share of 1."""

    DISTANCE = "distance"
    SAME_GRID = "same_grid"
    SAME_COMMUNITY = "same_community"
    SAME_TOWN = "same_town"
    HOURS = "hours"
    SAME_MATTER = "same_matter"
    SAME_CLASS = "same_class"
    WORDING = "wording"


@dataclass(frozen=True, slots=True)
class Thing:
    """What is compared. `id` is the report's, 0 of one not stored yet; lon/lat degrees; `major` the matter's class.
    Of things with one `group` (a case's number) only the likeliest is shown. `at` of what is `closed` is when that was.
    """

    id: int
    at: datetime
    title: str = ""
    text: str = ""
    place_text: str = ""
    lon: float | None = None
    lat: float | None = None
    region_code: str = ""
    grid_id: int | None = None
    matter_id: int | None = None
    major: str = ""
    group: str = ""
    closed: bool = False

    @property
    def words(self) -> str:
        return " ".join(part for part in (self.title, self.text, self.place_text) if part)


@dataclass(frozen=True, slots=True)
class Because:
    """A reason and its measure."""

    code: Likeness
    value: float = 1.0


@dataclass(frozen=True, slots=True)
class Suggestion:
    """`id` of the report that is like it, in which `group`; `score` from 0 to 1."""

    id: int
    group: str
    score: float
    because: tuple[Because, ...]


def suggest(new: Thing, others: Sequence[Thing], *, top: int = SHOWN, floor: float = FLOOR) -> list[Suggestion]:
    """The likeliest of `others`, the best first, at most `top` of those not below `floor`."""
    wording = Wording(new.title, new.words)
    rough = sorted(others, key=lambda each: -_rough(new, each, wording))[:COMPARED]
    alike = wording.alike([(each.title, each.words) for each in rough])
    found = [_suggestion(new, each, share) for each, share in zip(rough, alike, strict=True)]
    best: dict[str | int, Suggestion] = {}
    for each in sorted(found, key=lambda each: -each.score):
        best.setdefault(each.group or each.id, each)
    return [each for each in best.values() if each.score >= floor][:top]


def _rough(new: Thing, other: Thing, wording: Wording) -> float:
    """The score without a look at how often the words are used."""
    share = wording.shared(other.words)
    place, _ = _place(new, other, share)
    return place * _matter(new, other)[0] * (ANYWAY + share)


def _suggestion(new: Thing, other: Thing, wording: float) -> Suggestion:
    place, where = _place(new, other, wording)
    matter, what = _matter(new, other)
    score = place * (ANYWAY + matter) / (1 + ANYWAY) * (ANYWAY + (1 - ANYWAY) * wording)
    when = () if other.closed else (Because(Likeness.HOURS, hours(new, other)),)
    reasons = (*where, *when, *what, Because(Likeness.WORDING, round(wording, 2)))
    return Suggestion(other.id, other.group, score, reasons)


def _place(new: Thing, other: Thing, wording: float) -> tuple[float, tuple[Because, ...]]:
    """How near in place and time. Without two points: the finest region they share, or what the words say."""
    metres = distance(new, other)
    if metres is not None:
        soon = CLOSED_H if other.closed else SOON_H
        near = math.exp(-metres / NEAR_M) * math.exp(-hours(new, other) / soon)
        return near, (Because(Likeness.DISTANCE, round(metres)),)
    region, where = _region(new, other)
    soon = CLOSED_H if other.closed else SOON_WORDS_H
    return WORDS_ALONE * max(region, wording) * math.exp(-hours(new, other) / soon), where


def _region(new: Thing, other: Thing) -> tuple[float, tuple[Because, ...]]:
    if new.grid_id is not None and new.grid_id == other.grid_id:
        return SAME_GRID, (Because(Likeness.SAME_GRID),)
    if _share(new, other, COMMUNITY):
        return SAME_COMMUNITY, (Because(Likeness.SAME_COMMUNITY),)
    if _share(new, other, TOWN):
        return SAME_TOWN, (Because(Likeness.SAME_TOWN),)
    return 0.0, ()


def _share(new: Thing, other: Thing, digits: int) -> bool:
    return len(new.region_code) >= digits and new.region_code[:digits] == other.region_code[:digits]


def _matter(new: Thing, other: Thing) -> tuple[float, tuple[Because, ...]]:
    if new.matter_id is None or other.matter_id is None:
        return UNKNOWN, ()
    if new.matter_id == other.matter_id:
        return 1.0, (Because(Likeness.SAME_MATTER),)
    if new.major and new.major == other.major:
        return SAME_CLASS, (Because(Likeness.SAME_CLASS),)
    return 0.0, ()


def hours(new: Thing, other: Thing) -> float:
    """Between the two, whichever came first."""
    return round(abs((new.at - other.at).total_seconds()) / 3600, 1)


def distance(new: Thing, other: Thing) -> float | None:
    """Metres between the points, flat as a town is; None where one of them has none."""
    if new.lon is None or new.lat is None or other.lon is None or other.lat is None:
        return None
    east = (new.lon - other.lon) * math.cos(math.radians(new.lat))
    return math.hypot(east, new.lat - other.lat) * EARTH_M


def cells(lon: float, lat: float, *, radius_m: float = RADIUS_M) -> list[int]:
    """The cells of the index on points that a circle touches: nine at most between the polar circles."""
    up = radius_m / EARTH_M
    aside = up / max(math.cos(math.radians(lat)), 0.1)
    rows = range(_cell(lat - up), _cell(lat + up) + 1)
    columns = range(_cell(lon - aside), _cell(lon + aside) + 1)
    return [row * ROW + column for row in rows for column in columns]


def _cell(degrees: float) -> int:
    return math.floor(degrees * PER_DEGREE)
