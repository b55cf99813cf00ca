"""Addresses found in a text: doors, estates, crossings, landmarks, stops, numbered poles. Values in, values out."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from civigrid.places.rules.crossings import Roads
from civigrid.places.rules.spelling import spelled
from civigrid.places.rules.things import AddressKind

SHORTEST = 3  # signs of a name: two are too often another word
MOST = 8  # places a text may mean, beyond which it means none

# what is named so closely comes before what is named only roughly
_RANK = {AddressKind.POLE: 0, AddressKind.DOOR: 1, AddressKind.CROSSING: 2}
_ROUGH = 3
_ROAD_FOLLOWS = re.compile(r"(?:路(?!口)|街|巷|弄|大道)")  # 湖景花园路 is not 湖景花园
# a door without its 号 is one only where the number ends the words for the place: 学府路3个井盖 names no door
_BARE_ENDS = re.compile(r"$|[^\w-]|[旁门附对前后边的]")
# the parts of one school, estate or hospital: whoever says only its name may mean each of them
_PART = re.compile(r"(?:[新老东西南北中]校区|总校|分校|\d+期|[东西南北]区|[新老东西南北]院区|总院|分院)$")
_PLATE = re.compile(r"[a-z]{1,6}-\d{2,}$")  # what stands on the pole itself
# every city has a People's Hospital and an Experimental School: after a sign that goes on into such a name (第一, another
# county, a sponsor) it is another one. These signs end a word before it, or are no word at all
_COMMON = re.compile(r"(?:医院|小学|中学|学校|幼儿园|广场|公园|中心|市场)(?:站|[新老东西南北中]校区|[东西南北]门)?$")
_FREE = frozenset(
    "在去到于从往至向对过经由和与跟及或边近旁靠把住是的里外内前后侧面就有将被为请看来离距天晚早午日们映称报说我这那叫"
)
_ELSEWHERE = frozenset("省市县区州")  # before any name but the city's own: a place in another
_CAMERA = re.compile(r"号?(?:点|监控|摄像|探头)")  # numbered too, and often alike


@dataclass(frozen=True, slots=True)
class KnownPlace:
    """An address as a text may mean it. `code` is "" for a crossing that only the roads tell of; `grid_code` is "" where
    it lies in none or that is not known; `asset` is the code of the asset that bears the name, "" for what is none."""

    code: str
    name: str
    kind: AddressKind
    lon: float
    lat: float
    grid_code: str = ""
    asset: str = ""


@dataclass(frozen=True, slots=True)
class Mentioned:
    """What a text names: `places` by their own name, `also` those it may mean too (the other campus, the second phase);
    several of either are never decided here. `words` are those of the text, as `spelled` writes them; `one_name` where they
    are one name and not several."""

    places: tuple[KnownPlace, ...] = ()
    also: tuple[KnownPlace, ...] = ()
    words: str = ""
    one_name: bool = True

    @property
    def all(self) -> tuple[KnownPlace, ...]:
        return (*self.places, *self.also)


@dataclass(frozen=True, slots=True)
class _Hit:
    start: int
    end: int
    name: str


NOTHING = Mentioned()


class AddressBook:
    """Built once per edition of the addresses; afterwards only read, and safe to share between threads."""

    def __init__(
        self, entries: Iterable[tuple[KnownPlace, Sequence[str]]], roads: Roads, regions: Iterable[str] = ()
    ) -> None:
        """`entries`: each place with every name it goes by; `roads` are those whose crossings may be named; `regions` the
        names of the city, its towns and communities, which stand before that of a place."""
        self._areas = frozenset(name for name in map(spelled, regions) if len(name) > 1)
        self._roads = roads
        self._named: dict[str, list[KnownPlace]] = defaultdict(list)
        self._parts: dict[str, list[KnownPlace]] = defaultdict(list)
        self._bare: set[str] = set()
        self._plates: set[str] = set()
        self._pairs: dict[frozenset[str], list[KnownPlace]] = defaultdict(list)
        self._codes: dict[str, KnownPlace] = {}
        for place, names in entries:
            if place.code:
                self._codes[place.code] = place
            for name in dict.fromkeys(map(spelled, names)):
                self._add(place, name)
        self._known = frozenset((*self._named, *self._parts, *roads.names, *self._areas))
        self._lengths = _lengths(self._known)

    def _add(self, place: KnownPlace, name: str) -> None:
        if len(name) < SHORTEST or any(_same(place, other) for other in self._named.get(name, ())):
            return
        self._named[name].append(place)
        if place.kind is AddressKind.DOOR and name.endswith("号"):
            self._bare.add(name[:-1])
            self._named[name[:-1]].append(place)
        elif place.kind is AddressKind.CROSSING:
            self._pairs[frozenset(self._roads.named(name))].append(place)
        elif place.kind is AddressKind.POLE and (plate := _PLATE.search(name)) and plate[0] != name:
            self._plates.add(plate[0])
            self._named[plate[0]].append(place)
        elif (stem := _PART.sub("", name)) != name and len(stem) >= SHORTEST:
            self._parts[stem].append(place)

    def of_code(self, code: str) -> KnownPlace | None:
        """The address of that code."""
        return self._codes.get(code)

    def find(self, text: str) -> Mentioned:
        """The places a text names, those named most closely: a numbered pole before a door, a door before a crossing,
        a crossing before an estate or a landmark. More than `MOST` are none: such a text is about no one place."""
        said = spelled(text)
        hits = self._hits(said)
        if not hits:
            return NOTHING
        crossings = self._crossings(said, hits)
        found = [*crossings, *((hit.name, self._named.get(hit.name, []), self._also(hit.name)) for hit in hits)]
        named = [each for each in found if each[1] or each[2]]
        best = min((_rank(places or also) for _, places, also in named), default=_ROUGH)
        return _mentioned([each for each in named if _rank(each[1] or each[2]) == best])

    def _also(self, name: str) -> list[KnownPlace]:
        own = self._named.get(name, ())
        return [place for place in self._parts.get(name, ()) if place not in own]

    def _hits(self, said: str) -> list[_Hit]:
        """Names in the text from its beginning on, the longest at each place."""
        found, free, lengths, known = list[_Hit](), 0, self._lengths, self._known
        for at in range(len(said) - 1):
            several = lengths.get(said[at : at + 2])
            if several is None or at < free:
                continue
            for length in several:
                name = said[at : at + length]
                if name in known and self._is_at(name, said, at, after_known=at == free):
                    free = at + len(name)
                    found.append(_Hit(at, free, name))
                    break
        return found

    def _is_at(self, name: str, said: str, at: int, *, after_known: bool) -> bool:
        """Whether the signs there are the name, and no longer word or another thing. `after_known`: a name ends there."""
        before, after = said[at - 1 : at] if at else "", said[at + len(name) :]
        if _ascii_word(name[0]) and _ascii_word(before):
            return False
        if _ascii_word(name[-1]) and _ascii_word(after[:1]):
            return False
        if name in self._bare:
            return _BARE_ENDS.match(after) is not None
        if name in self._plates:
            return _CAMERA.match(after) is None
        places = self._named.get(name) or self._parts.get(name)
        if places is None or _rank(places) < _ROUGH:
            return True
        return _ROAD_FOLLOWS.match(after) is None and (after_known or _begins(name, before))

    def _crossings(self, said: str, hits: Sequence[_Hit]) -> list[tuple[str, list[KnownPlace], list[KnownPlace]]]:
        """The crossings that two roads, one said after the other, are said to make."""
        found: list[tuple[str, list[KnownPlace], list[KnownPlace]]] = []
        for one, two in pairwise(hits):
            pair = frozenset((one.name, two.name))
            if len(pair) == 2 and pair <= self._roads.names and self._roads.cross(said, one.end, two.start, two.end):
                places = self._pairs.get(pair) or self._computed(one.name, two.name)
                found.append((said[one.start : two.end], places, []))
        return found

    def _computed(self, one: str, two: str) -> list[KnownPlace]:
        points = self._roads.meet(one, two)
        return [KnownPlace("", f"{one}×{two}", AddressKind.CROSSING, lon, lat) for lon, lat in points]


def _mentioned(found: Sequence[tuple[str, list[KnownPlace], list[KnownPlace]]]) -> Mentioned:
    places = tuple(dict.fromkeys(place for _, several, _ in found for place in several))
    also = tuple(dict.fromkeys(place for *_, several in found for place in several if place not in places))
    if not 0 < len(places) + len(also) <= MOST:
        return NOTHING
    words = list(dict.fromkeys(words for words, *_ in found))
    return Mentioned(places, also, "、".join(words), len(words) == 1)


def _rank(places: Sequence[KnownPlace]) -> int:
    return min((_RANK.get(place.kind, _ROUGH) for place in places), default=_ROUGH)


def _same(one: KnownPlace, two: KnownPlace) -> bool:
    """Whether two entries of one name are one thing: a pole is an address and an asset."""
    return one.code == two.code or (
        one.kind is two.kind is AddressKind.POLE and abs(one.lon - two.lon) + abs(one.lat - two.lat) < 5e-4
    )


def _begins(name: str, before: str) -> bool:
    """Whether a name may begin after this sign ("" at the beginning)."""
    if before in _ELSEWHERE:
        return False
    return not before.isalpha() or before.isascii() or before in _FREE or _COMMON.search(name) is None


def _ascii_word(sign: str) -> bool:
    return sign.isascii() and sign.isalnum()


def _lengths(names: Iterable[str]) -> Mapping[str, tuple[int, ...]]:
    """How long the names are that begin with two signs, the longest first."""
    found: dict[str, set[int]] = defaultdict(set)
    for name in names:
        found[name[:2]].add(len(name))
    return {start: tuple(sorted(lengths, reverse=True)) for start, lengths in found.items()}
