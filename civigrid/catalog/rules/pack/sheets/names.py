"""Units, matters, kinds of place and regions by the names offices write for them, as the codes the CSV files have."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from civigrid.catalog.rules.lists import UNKNOWN_OWNER, NewMatter
from civigrid.catalog.rules.pack.local import COMMUNITY, TOWN, is_local
from civigrid.catalog.rules.pack.sheets.values import plain
from civigrid.directory.rules import NewUnit
from civigrid.places.rules import DIGITS, Level, NewRegion

Codes = tuple[str, ...]  # none: no such name; one: this is meant; more: it may be any of them

_TOWN = DIGITS[Level.TOWN]
_OF_TOWNS = re.compile(
    r"(?:各|属地|所在|所属|辖区)?(?:乡镇\(街道\)|乡镇街道|镇\(街道\)|镇\(街\)|镇/街道?|镇街道?|街镇|街道|乡镇|镇)?"
)
_OFFICE = re.compile(r"(?:town/|镇\(街\)|镇街|街镇|街道|镇)(\d\d)")
_COMMUNITIES = frozenset(
    {"社区", "村社区", "村(社区)", "社区(村)", "村/社区", "村居", "村(居)", "村(居)委会", "居(村)委会", "居村委会"}
    | {"各社区", "所在社区", "属地社区"}
)
_WHOLE_CITY = frozenset({"全市", "全区", "全县", "全域", "市域", "全市范围", "不限", "各镇街", "各镇(街)"})
_ANY_KIND = frozenset({"不限", "任意", "全部", "所有", "各类"})
_NOBODY_KNOWS = frozenset({"unknown", "不明", "权属不明", "权属不清", "产权不明", "无主", "未知", "不详"})
_NAME = re.compile(r"(?:(?<=town)/|\([^)]*\)|[^、,;/|\n])+")  # what stands in brackets belongs together
_HALF_WIDTH = str.maketrans("，；｜（）", ",;|()")
_PUNCTUATION = re.compile(r"[^\w]|_")
_NUMBERING = re.compile(r"^(?:第?[一二三四五六七八九十百\d]+[章节类、.)]*)")


class _Index:
    """Codes by names; where a better kind of name is found, a lesser one is not looked at."""

    def __init__(self, kinds: int) -> None:
        self._kinds: list[dict[str, dict[str, None]]] = [defaultdict(dict) for _ in range(kinds)]

    def add(self, kind: int, names: Iterable[str], code: str) -> None:
        for name in names:
            if name:
                self._kinds[kind][plain(name)][code] = None

    def find(self, name: str) -> Codes:
        said = plain(name)
        return next((tuple(kind[said]) for kind in self._kinds if said in kind), ())


class Names:
    """Built once for a pack, from the lists that are already read."""

    def __init__(
        self,
        matters: Iterable[NewMatter],
        units: Iterable[NewUnit],
        regions: Iterable[NewRegion],
        place_kinds: Mapping[str, Mapping[str, Any]],
        root: str = "",
    ) -> None:
        self._root, by_code = root, {region.code: region for region in regions}
        self._matters, self._regions, self._kinds, self._units = _Index(3), _Index(3), _Index(2), _Index(4)
        self._majors: dict[str, str] = {}
        self._major_of: dict[str, str] = {}
        self._index_matters(matters)
        self._index_units(list(units), by_code)
        for region in by_code.values():
            self._regions.add(0, [region.code], region.code)
            self._regions.add(1, [region.name, region.name_en], region.code)
            self._regions.add(2, region.aliases, region.code)
        for code, kind in place_kinds.items():
            self._kinds.add(0, [code], code)
            self._kinds.add(1, [kind.get("name", ""), kind.get("name_en", "")], code)

    def _index_matters(self, matters: Iterable[NewMatter]) -> None:
        for matter in matters:
            self._majors[_bare(matter.major)] = matter.major
            self._major_of[matter.code] = _bare(matter.major)
            self._matters.add(0, [_bare(matter.code)], matter.code)
            self._matters.add(1, [_bare(matter.major + matter.name)], matter.code)
            self._matters.add(2, [_bare(matter.name), _bare(matter.name_en)], matter.code)

    def _index_units(self, units: list[NewUnit], regions: Mapping[str, NewRegion]) -> None:
        for unit in units:
            self._units.add(0, [unit.code], unit.code)
            self._units.add(1, [unit.name, unit.name_en], unit.code)
            self._units.add(3, unit.aliases, unit.code)
        for name, office in _offices(units, regions):
            self._units.add(2, [name], office)

    def unit(self, text: str) -> Codes:
        """Also `town/03` for 镇街综合执法队, where every town that has office 03 calls it so; `community` for 社区."""
        said = plain(text)
        if said == COMMUNITY:
            return (COMMUNITY,)
        if found := self._units.find(said):
            return found
        if office := _OFFICE.fullmatch(said):
            return (TOWN + office[1],)
        if said in _COMMUNITIES:
            return (COMMUNITY,)
        shared = self._units.find(_OF_TOWNS.sub("", said, count=1))
        return shared if shared and is_local(shared[0]) else ()

    def units(self, text: str) -> list[tuple[str, Codes]]:
        """Each name of a cell with what it may mean; a name that holds a separator is found whole first."""
        if whole := self.unit(text):
            return [(text, whole)]
        return [(name, self.unit(name)) for name in _apart(text) or [text]]

    def owners(self, text: str) -> list[tuple[str, Codes]]:
        if not text:
            return [("", ("",))]
        return [(name, (UNKNOWN_OWNER,) if plain(name) in _NOBODY_KNOWS else codes) for name, codes in self.units(text)]

    def place_kinds(self, text: str) -> list[tuple[str, Codes]]:
        return _each(text, _ANY_KIND, self._kinds)

    def regions(self, text: str) -> list[tuple[str, Codes]]:
        found = _each(text, _WHOLE_CITY, self._regions)
        # the city by its name is the whole city; by its code it is the region that is meant
        return [
            (name, ("",) if codes == (self._root,) and plain(name) != self._root else codes) for name, codes in found
        ]

    def matter(self, text: str, major: str = "") -> Codes:
        """By code, by `major·minor`, or by minor class; `major` chooses among minor classes of one name."""
        found = self._matters.find(_bare(text))
        below = tuple(code for code in found if self._major_of[code] == _bare(major)) if major else ()
        return below or found

    def major(self, text: str) -> str:
        """The major class that a sheet or a line between the rows is named after; "" for none."""
        return self._majors.get(_bare(text)) or self._majors.get(_bare(_NUMBERING.sub("", plain(text))), "")


def _offices(units: list[NewUnit], regions: Mapping[str, NewRegion]) -> list[tuple[str, str]]:
    """Names that all offices of one number have once the town's own is taken off, with `town/` and the number."""
    towns: dict[str, set[str]] = defaultdict(set)
    called: dict[tuple[str, str], set[str]] = defaultdict(set)
    for unit in units:
        town, number = unit.code[:_TOWN], unit.code[_TOWN:]
        if town in regions and len(number) == 2 and number.isdigit():
            towns[number].add(town)
            for name in (unit.name, *unit.aliases):
                called[_without(name, regions[town]), number].add(town)
    return [(name, TOWN + number) for (name, number), having in called.items() if name and having == towns[number]]


def _without(name: str, town: NewRegion) -> str:
    prefix = next((each for each in (town.name, *town.aliases) if each and name.startswith(each)), "")
    return name[len(prefix) :]


def _each(text: str, everything: frozenset[str], index: _Index) -> list[tuple[str, Codes]]:
    if not text or plain(text) in everything:
        return [("", ("",))]
    if whole := index.find(text):
        return [(text, whole)]
    return [(name, index.find(name)) for name in _apart(text) or [text]]


def _apart(text: str) -> list[str]:
    """The names in a cell."""
    names = (name.strip() for name in _NAME.findall(text.translate(_HALF_WIDTH)))
    return list(dict.fromkeys(filter(None, names)))


def _bare(text: str) -> str:
    return _PUNCTUATION.sub("", plain(text))
