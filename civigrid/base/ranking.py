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
from typing import Generic, TypeVar

from civigrid.base.pinyin import syllables

T = TypeVar("T")

LONGEST = 60  # signs of what was typed that are looked at
ENOUGH = 2  # letters from which on a spelling inside a name or another name is worth showing


class Rank(IntEnum):
    """How well something fits what was typed, the best first."""

    CODE = 0
    CODE_START = 1
    NAME = 2
    NAME_START = 3
    NAME_PART = 4
    INITIALS = 5
    SPELLED = 6
    SPELLED_INSIDE = 7
    ALIAS = 8


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


def best(things: Iterable[Findable[T]], text: str, limit: int) -> list[T]:
    """The rows that fit `text` best, at most `limit`; of two that fit alike the one with the shorter name, then in the
    order of `things`. Nothing typed fits nothing.
    """
    words = typed(text).split()
    if not words:
        return []
    fitting = (
        (found, len(thing.names[0].name) if thing.names else 0, place, thing.row)
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
    if ranks:
        return min(ranks)
    return Rank.ALIAS if any(_nicknamed(alias, word) for alias in thing.aliases) else None


def _named(spelling: Spelling, word: str) -> Rank | None:
    if spelling.name.startswith(word):
        return Rank.NAME if spelling.name == word else Rank.NAME_START
    if not word.isascii() or word.isdigit():
        return Rank.NAME_PART if word in spelling.name else None
    if spelling.initials.startswith(word):
        return Rank.INITIALS
    for at, letter in enumerate(spelling.initials):
        if letter == word[0] and (not at or len(word) >= ENOUGH) and _spelled(word, spelling.parts, at):
            return Rank.SPELLED_INSIDE if at else Rank.SPELLED
    return None


def _nicknamed(alias: Spelling, word: str) -> bool:
    found = _named(alias, word)
    return found is not None and (found <= Rank.NAME_PART or len(word) >= ENOUGH)


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
