"""Where a report is about. Values in, values out."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum


class Precision(StrEnum):
    """The finest place known. OUTSIDE is a point beyond the city's border."""

    GRID = "grid"
    POINT = "point"  # in the city, but in none of its grids, or it has none
    COMMUNITY = "community"
    TOWN = "town"
    CITY = "city"
    NONE = "none"
    OUTSIDE = "outside"


class SpotHow(StrEnum):
    POINT = "point"  # the point lies in a grid
    CODE = "code"  # the sender gave the region's code
    WORDS = "words"  # a region is named in the text
    NONE = "none"


@dataclass(frozen=True, slots=True)
class SpotRow:
    """One report's place. lon/lat in degrees, EPSG:4326; `words` are those of the text that named the region."""

    report_id: int
    precision: Precision
    how: SpotHow
    region_code: str = ""
    grid_id: int | None = None
    lon: float | None = None
    lat: float | None = None
    place_kind: str = ""
    words: str = ""


@dataclass(frozen=True, slots=True)
class Border:
    """The rectangle around the city's grids, in degrees. A point beyond it, and in no grid, is outside the city."""

    west: float
    south: float
    east: float
    north: float

    def holds(self, lon: float, lat: float) -> bool:
        return self.west <= lon <= self.east and self.south <= lat <= self.north


@dataclass(frozen=True, slots=True)
class Asked:
    """What a report says about its place, and what was looked up for it.

    `grid_id` and `grid_region` are those of its point; `given` is the region the sender named, "" where unknown;
    `named` the codes the text may mean, with the `words`; `kind` the kind of place.
    """

    report_id: int
    lon: float | None = None
    lat: float | None = None
    grid_id: int | None = None
    grid_region: str = ""
    given: str = ""
    named: tuple[str, ...] = ()
    words: str = ""
    kind: str = ""


_PRECISION = {12: Precision.COMMUNITY, 9: Precision.TOWN}


def spot(asked: Asked, *, root: str, border: Border | None) -> SpotRow:
    """The finest place that is sure: the point's grid, the code given, the place named.

    Where none is known, or the point is outside, `region_code` is the city's own (`root`): its people look after it.
    """
    if asked.lon is None or asked.lat is None:
        return _by_region(asked, root)
    if asked.grid_id is not None:
        known = SpotRow(asked.report_id, Precision.GRID, SpotHow.POINT, asked.grid_region, asked.grid_id)
        return replace(known, lon=asked.lon, lat=asked.lat, place_kind=asked.kind)
    if border is not None and not border.holds(asked.lon, asked.lat):
        return SpotRow(asked.report_id, Precision.OUTSIDE, SpotHow.POINT, root, lon=asked.lon, lat=asked.lat)
    known = _by_region(asked, root)
    return replace(known, precision=Precision.POINT, how=SpotHow.POINT, lon=asked.lon, lat=asked.lat)


def _by_region(asked: Asked, root: str) -> SpotRow:
    code, how = (asked.given, SpotHow.CODE) if asked.given else (common(asked.named), SpotHow.WORDS)
    if len(code) <= len(root):
        how = SpotHow.CODE if asked.given else SpotHow.NONE
        precision = Precision.CITY if asked.given else Precision.NONE
        return SpotRow(asked.report_id, precision, how, root, place_kind=asked.kind, words=asked.words)
    precision = _PRECISION.get(len(code), Precision.CITY)
    return SpotRow(asked.report_id, precision, how, code, place_kind=asked.kind, words=asked.words)


def common(codes: Sequence[str]) -> str:
    """The finest region that holds all of `codes`: the one, else the town they share, else ""."""
    if len(codes) == 1:
        return codes[0]
    towns = {code[:9] for code in codes}
    return towns.pop() if len(towns) == 1 else ""


class KindWords:
    """Which kind of place a text tells of, by the pack's words; "" where it tells of none, or of two."""

    def __init__(self, kinds: Mapping[str, Sequence[str]]) -> None:
        self.codes = frozenset(kinds)
        words = {word: code for code, found in kinds.items() for word in found if word}
        self._code = {word.casefold(): code for word, code in words.items()}
        longest_first = sorted(self._code, key=lambda word: -len(word))
        self._any = re.compile("|".join(map(re.escape, longest_first))) if longest_first else None

    def find(self, text: str) -> str:
        if self._any is None:
            return ""
        found = {self._code[word] for word in self._any.findall(text.casefold())}
        return found.pop() if len(found) == 1 else ""
