"""What a person who types a few signs most likely looks for: one pure rule for every search box and picker.

Chinese, English, pinyin (also with blanks, also the first letters only, also mixed: `wenchjd`), codes and other names
are all understood. Several words must all be found, in any order.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import IntEnum
from heapq import nsmallest
from itertools import accumulate
from typing import Generic, TypeVar

from civigrid.base.pinyin import syllables

T = TypeVar("T")

LONGEST = 60  # signs of what was typed that are looked at
ENOUGH = 2  # letters from which on a spelling inside a name or another name is worth showing


class Rank(IntEnum):
    """How well something fits what was typed, the best first: what is meant whole (SOUND: its spelling or its initials, all
    of them), before what begins so, before what has it inside; whole SYLLABLES before beginnings of them."""

    CODE = 0
    NAME = 1
    ALIAS = 2
    SOUND = 3
    CODE_START = 4
    NAME_START = 5
    SYLLABLES = 6
    INITIALS = 7
    SPELLED = 8
    ALIAS_START = 9
    NAME_PART = 10
    SYLLABLES_INSIDE = 11
    SPELLED_INSIDE = 12
    ALIAS_PART = 13


_WRITTEN = frozenset({Rank.NAME, Rank.NAME_START, Rank.NAME_PART})
_OF_ALIAS = {Rank.NAME: Rank.ALIAS, Rank.SOUND: Rank.ALIAS_START, Rank.NAME_START: Rank.ALIAS_START}


@dataclass(frozen=True, slots=True)
class Spelling:
    """A name, how it sounds, and the first letters of that; of an English name the words are the parts."""

    name: str
    parts: tuple[str, ...]
    initials: str


@dataclass(frozen=True, slots=True)
class Findable(Generic[T]):
    """One thing with all it may be looked for by; made by `findable`, ranked by `rank` and `best`."""

    row: T
    code: str
    names: tuple[Spelling, ...]
    aliases: tuple[Spelling, ...] = ()


def findable(row: T, *, code: str, names: Iterable[str], aliases: Iterable[str] = ()) -> Findable[T]:
    """`names`: what it is called, in Chinese and in English; empty ones are left out."""
    return Findable(
        row, typed(code), tuple(map(_spelling, filter(None, names))), tuple(map(_spelling, filter(None, aliases)))
    )


def typed(text: str) -> str:
    """What was typed in the form everything is compared in: one width of letters, lower case, single blanks."""
    return " ".join(unicodedata.normalize("NFKC", text[: LONGEST * 4]).casefold().split())[:LONGEST]


def best(things: Iterable[Findable[T]], text: str, limit: int, *, in_order: bool = False) -> list[T]:
    """The rows that fit `text` best, at most `limit`; of two that fit alike the one with the shorter name (not where
    they are `in_order`), then in the order of `things`. Nothing typed fits nothing.
    """
    words = typed(text).split()
    if not words:
        return []
    fitting = (
        (found, len(thing.names[0].name) if thing.names and not in_order else 0, place, thing.row)
        for place, thing in enumerate(things)
        if (found := rank(thing, words)) is not None
    )
    return [row for *_, row in nsmallest(limit, fitting, key=lambda each: each[:3])]


def rank(thing: Findable[T], words: Sequence[str]) -> Rank | None:
    """How `thing` fits words in the form of `typed`: together, or else each of them, and then as the worst of them."""
    together = _rank(thing, "".join(words))
    if together is not None or len(words) == 1:
        return together
    each = [_rank(thing, word) for word in words]
    found = [one for one in each if one is not None]
    return max(found) if len(found) == len(each) else None


def _rank(thing: Findable[T], word: str) -> Rank | None:
    if thing.code.startswith(word):
        return Rank.CODE if thing.code == word else Rank.CODE_START
    ranks = [found for spelling in thing.names if (found := _named(spelling, word)) is not None]
    ranks += [found for alias in thing.aliases if (found := _nicknamed(alias, word)) is not None]
    return min(ranks, default=None)


def _named(spelling: Spelling, word: str) -> Rank | None:
    if spelling.name.startswith(word):
        return Rank.NAME if spelling.name == word else Rank.NAME_START
    if not word.isascii() or word.isdigit():
        return Rank.NAME_PART if word in spelling.name else None
    if word in (spelling.initials, "".join(spelling.parts)):
        return Rank.SOUND
    if spelling.initials.startswith(word):
        return Rank.INITIALS
    for at, letter in enumerate(spelling.initials):
        if letter == word[0] and (not at or len(word) >= ENOUGH) and _spelled(word, spelling.parts, at):
            return _sounding(word, spelling.parts, at)
    return None


def _sounding(letters: str, parts: Sequence[str], at: int) -> Rank:
    whole = letters in accumulate(parts[at:])
    if at:
        return Rank.SYLLABLES_INSIDE if whole else Rank.SPELLED_INSIDE
    return Rank.SYLLABLES if whole else Rank.SPELLED


def _nicknamed(alias: Spelling, word: str) -> Rank | None:
    """As `_named`, of another name; one letter that is not how it is written fits too many."""
    found = _named(alias, word)
    if found is None or (found not in _WRITTEN and len(word) < ENOUGH):
        return None
    return _OF_ALIAS.get(found, Rank.ALIAS_PART)


def _spelled(letters: str, parts: Sequence[str], at: int) -> bool:
    """Whether the letters are beginnings of the parts from `at` on, none of them left out: `wenchjd`, `wcjd`."""
    reached = {0}
    for part in parts[at:]:
        reached = {place + taken for place in reached for taken in range(1, _alike(part, letters, place) + 1)}
        if len(letters) in reached or not reached:
            break
    return len(letters) in reached


def _alike(part: str, letters: str, place: int) -> int:
    """How many signs of `part` stand in `letters` from `place` on."""
    length = 0
    while length < len(part) and letters.startswith(part[: length + 1], place):
        length += 1
    return length


def _spelling(name: str) -> Spelling:
    said = typed(name)
    parts = tuple(said.split()) if said.isascii() else syllables(said)
    return Spelling(said.replace(" ", ""), parts, "".join(part[0] for part in parts))
