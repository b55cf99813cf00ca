"""Levels and kinds of regions and grids, and which grid a point lies in. Values in, values out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt
import shapely

NOWHERE = -1  # the id of a point that no grid holds


class Level(StrEnum):
    """The levels of the national code, and how many of its digits say them (GB/T 2260, GB/T 10114)."""

    PROVINCE = "province"
    PREFECTURE = "prefecture"
    COUNTY = "county"
    TOWN = "town"
    COMMUNITY = "community"


DIGITS = {Level.PROVINCE: 2, Level.PREFECTURE: 4, Level.COUNTY: 6, Level.TOWN: 9, Level.COMMUNITY: 12}
GRID_DIGITS = 15


class RegionKind(StrEnum):
    """What a town or a community is; higher levels have none."""

    NONE = ""
    STREET = "street"  # 街道
    TOWN = "town"  # 镇
    TOWNSHIP = "township"  # 乡
    ZONE = "zone"  # 类似乡级: development zones
    RESIDENTS = "residents"  # 居委会
    VILLAGE = "village"  # 村委会
    SIMILAR = "similar"  # 类似居委会


KINDS_OF = {
    Level.TOWN: {RegionKind.STREET, RegionKind.TOWN, RegionKind.TOWNSHIP, RegionKind.ZONE},
    Level.COMMUNITY: {RegionKind.RESIDENTS, RegionKind.VILLAGE, RegionKind.SIMILAR},
}


class GridKind(StrEnum):
    ORDINARY = "ordinary"
    SPECIAL = "special"  # 专属: parks, campuses, water; no rule of size


@dataclass(frozen=True, slots=True)
class NewRegion:
    """A region as a city pack gives it; the code says its level. `predecessors`: abolished codes it took over."""

    code: str
    name: str
    kind: RegionKind = RegionKind.NONE
    name_en: str = ""
    aliases: tuple[str, ...] = ()
    predecessors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NewGrid:
    """A grid as a city pack gives it; its community is in its code. `shape`: polygon as WKB, EPSG:4326."""

    code: str
    name: str
    kind: GridKind
    shape: bytes
    name_en: str = ""
    residents: int = 0

    @property
    def region_code(self) -> str:
        return self.code[: DIGITS[Level.COMMUNITY]]


def with_predecessors(codes: Iterable[str], predecessors: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    """Region prefixes and the abolished codes that regions below them took over, where no prefix covers them yet."""
    wanted = sorted(codes)
    old = {each for code, former in predecessors.items() if code.startswith(tuple(wanted)) for each in former}
    return (*wanted, *sorted(each for each in old if not each.startswith(tuple(wanted))))


def level_of(code: str) -> Level | None:
    """The level a national code stands for, by its length; None where no level has that many digits."""
    return next((level for level, digits in DIGITS.items() if digits == len(code)), None)


def parent_of(code: str) -> str:
    """The code one level up; "" above a province."""
    shorter = [digits for digits in DIGITS.values() if digits < len(code)]
    return code[: max(shorter, default=0)]


class GridIndex:
    """Which grid holds a point, for many points at once. Built once per edition of the grids, then only read."""

    def __init__(self, codes: Sequence[str], ids: Sequence[int], shapes: Sequence[shapely.Geometry]) -> None:
        """`shapes`: polygons in EPSG:4326, in the order of `codes` and `ids`."""
        order = sorted(range(len(codes)), key=codes.__getitem__)
        self.codes = tuple(codes[each] for each in order)
        self._ids = np.array([ids[each] for each in order], dtype=np.int64)
        self._shapes = np.array([shapes[each] for each in order], dtype=object)
        self._tree = shapely.STRtree(self._shapes)

    def __len__(self) -> int:
        return len(self.codes)

    def locate(self, lons: npt.ArrayLike, lats: npt.ArrayLike) -> npt.NDArray[np.int64]:
        """Ids of the grids that hold the points (degrees), -1 for those outside all.

        A point on a border that grids share belongs to the one with the lowest code, whoever asks and however often.
        """
        points = shapely.points(np.asarray(lons, dtype=float), np.asarray(lats, dtype=float))
        asked, held = self._tree.query(points, predicate="intersects")
        first = np.full(len(points), len(self.codes), dtype=np.int64)
        np.minimum.at(first, asked, held)
        return np.append(self._ids, NOWHERE)[first]


# 社区 and 街道 may be left off a name; what follows one that is shorter must not make it a road or a school
_SUFFIXES = {
    Level.COMMUNITY: ("社区居民委员会", "村民委员会", "社区居委会", "村委会", "社区", "村"),
    Level.TOWN: ("街道办事处", "经济开发区", "开发区", "人民政府", "街道办", "街道", "镇", "乡"),
}
_ANOTHER_THING = (
    "大道", "公路", "大桥", "公园", "花园", "广场", "小学", "中学", "学校", "医院", "市场", "小区", "家园", "水库",
    "路", "街", "巷", "弄", "道", "桥", "河", "湖", "站", "山",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Named:
    """A place a text names. No code: it names none; several: it names one of these and a person must say which."""

    codes: tuple[str, ...] = ()
    words: str = ""

    @property
    def sure(self) -> bool:
        return len(self.codes) == 1


@dataclass(frozen=True, slots=True)
class Nameable:
    """A region and every name it goes by."""

    code: str
    names: tuple[str, ...]


class NamedPlaces:
    """Finds towns, communities and villages by name in a text: with and without 社区, 村, 街道; longest name first.

    What is left of a community's name when it is only two characters (上坝 of 上坝村) is too often another word: it
    counts only in a text that also names the community's town.
    """

    def __init__(self, regions: Sequence[Nameable]) -> None:
        self._codes: dict[str, set[str]] = defaultdict(set)
        self._stems: set[str] = set()
        for region in regions:
            for name in region.names:
                self._add(name.lower(), region.code)
        self._by_start: dict[str, list[str]] = defaultdict(list)
        for name in sorted(self._codes, key=lambda each: (-len(each), each)):
            self._by_start[name[:2]].append(name)

    def _add(self, name: str, code: str) -> None:
        level = level_of(code)
        suffixes = _SUFFIXES.get(level, ()) if level else ()
        stem = next((name.removesuffix(each) for each in suffixes if name.endswith(each)), name)
        self._codes[name].add(code)
        if stem == name and _chinese(name):
            for suffix in suffixes:
                self._codes[name + suffix].add(code)
        elif len(stem) >= 2:
            self._codes[stem].add(code)
            self._stems.add(stem)

    def find(self, text: str) -> Named:
        """The finest place named: a community before a town; of several of one name, those inside a town also named.

        Where a text names a community and a town it does not lie in, both are given and neither is sure.
        """
        hits = self._hits(text.lower())
        finest = max((len(code) for codes, _ in hits for code in codes), default=0)
        fine = {code for codes, _ in hits for code in codes if len(code) == finest}
        coarse = {code for codes, _ in hits for code in codes if len(code) < finest}
        inside = {code for code in fine if code.startswith(tuple(coarse))}
        found = inside or fine | coarse
        return Named(tuple(sorted(found)), "、".join(words for codes, words in hits if codes & found))

    def _hits(self, text: str) -> list[tuple[set[str], str]]:
        found, at = [], 0
        while at < len(text) - 1:
            name = next((each for each in self._by_start.get(text[at : at + 2], ()) if self._is_at(each, text, at)), "")
            if name:
                found.append((self._codes[name], name))
            at += len(name) or 1
        towns = tuple(code for codes, _ in found for code in codes if level_of(code) is Level.TOWN)
        return [(codes, name) for codes, name in found if not self._is_weak(name) or _inside(codes, towns)]

    def _is_at(self, name: str, text: str, at: int) -> bool:
        if not text.startswith(name, at):
            return False
        before, after = text[at - 1 : at], text[at + len(name) :]
        if not _chinese(name):
            return not (before.isalnum() or after[:1].isalnum())
        return name not in self._stems or not after.startswith(_ANOTHER_THING)

    def _is_weak(self, name: str) -> bool:
        return len(name) == 2 and name in self._stems and not any(level_of(c) is Level.TOWN for c in self._codes[name])


def _inside(codes: Iterable[str], towns: tuple[str, ...]) -> bool:
    return any(code.startswith(towns) for code in codes)


def _chinese(text: str) -> bool:
    return not text.isascii()
