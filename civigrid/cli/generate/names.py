"""Names that sound right: Chinese ones put together, and the English beside them."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import product

from pypinyin import lazy_pinyin

_NUMBER = re.compile(r"\d+")


class English:
    """Spells a Chinese name and translates its ending: 樱桃社区 -> Yingtao Community."""

    def __init__(self, endings: Mapping[str, str], parts: Mapping[str, str]) -> None:
        """`parts` stand behind a whole name: the second phase of an estate, or with # for a number, a village's group."""
        self._endings = sorted(endings.items(), key=lambda pair: -len(pair[0]))
        self._parts = [(re.compile("(.+?)" + part.replace("#", r"(\d+)")), word) for part, word in parts.items()]

    def of(self, name: str) -> str:
        for part, word in self._parts:
            if found := part.fullmatch(name):
                return f"{self.of(found[1])} {word.replace('#', found[part.groups])}"
        for ending, word in self._endings:
            if name.endswith(ending) and name != ending:
                return f"{spelled(name.removesuffix(ending))} {word}"
        return spelled(name)


@lru_cache(maxsize=65536)
def spelled(name: str) -> str:
    """樱桃 -> Yingtao, 江岸 -> Jiang'an; digits stand apart."""
    parts = _NUMBER.split(name)
    numbers = [*_NUMBER.findall(name), ""]
    words = [_joined(lazy_pinyin(part)).capitalize() for part in parts]
    return " ".join(word for pair in zip(words, numbers, strict=True) for word in pair if word)


def _joined(syllables: Sequence[str]) -> str:
    """A syllable that begins with a vowel is kept apart from the one before it."""
    return "".join(f"'{each}" if at and each[:1] in "aeo" else each for at, each in enumerate(syllables))


def dice(seed: int, *of: object) -> random.Random:
    """Draws of their own for each thing, the same on every machine: what is added elsewhere does not change them."""
    return random.Random("/".join(map(str, (seed, *of))))  # noqa: S311  # nothing here is a secret


def combined(first: Sequence[str], last: Sequence[str], draw: random.Random) -> Iterator[str]:
    """Each first part with each last one, once, in an order of its own; then again with a number behind."""
    found = [one + other for one, other in product(first, last) if one != other]
    draw.shuffle(found)
    yield from found
    for number in range(2, 1000):
        yield from (f"{name}{_CHINESE[number % 10]}" if number < 10 else f"{name}{number}" for name in found)


_CHINESE = "零一二三四五六七八九"


def fresh(pinned: Sequence[str], more: Iterator[str], count: int) -> list[str]:
    """`count` names, the pinned ones first, none twice."""
    found = dict.fromkeys(pinned[:count])
    while len(found) < count:
        name = next(more)
        if name not in pinned:
            found.setdefault(name)
    return list(found)


def shared(total: int, weights: Sequence[float], *, least: int = 0) -> list[int]:
    """`total` split by the weights, each at least `least`; the largest remainders are rounded up."""
    rest, whole = total - least * len(weights), sum(weights)
    exact = [rest * weight / whole for weight in weights]
    found = [int(each) for each in exact]
    order = sorted(range(len(weights)), key=lambda at: (found[at] - exact[at], at))
    for at in order[: rest - sum(found)]:
        found[at] += 1
    return [each + least for each in found]
