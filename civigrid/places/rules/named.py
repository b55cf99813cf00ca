"""Regions found by name in a text. Values in, values out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from civigrid.places.rules.regions import Level, level_of

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
