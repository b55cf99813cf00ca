"""Finding words in texts without a dictionary: two signs in a row suffice, in Chinese as in Latin letters and digits.

What is looked for and what it is looked for in are folded alike: compatibility forms (１ -> 1, Ａ -> a), no spaces, Latin
letters small. An index holds every pair of signs that stand beside each other (bigrams) and, of a case's number, every
four; whatever is longer is made sure of in the text itself.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from civigrid.base.errors import Refused

LONGEST_QUERY = 100  # characters that are read
MOST_TERMS = 6
OF_NUMBER = 4  # signs of a number's piece
LONGEST_INDEXED = 50_000  # characters of a case that are looked in
_RUN = re.compile(r"[^\W_]+")
_SMALL = str.maketrans({chr(code): chr(code + 32) for code in range(ord("A"), ord("Z") + 1)})
_NUMBER = re.compile(r"[0-9a-z-]+")


@dataclass(frozen=True, slots=True)
class Term:
    """One word of what is looked for, folded. `pairs`: its bigrams; `pieces`: those of a number it may be part of.

    `sure`: the index alone says whether it is there.
    """

    text: str
    pairs: tuple[str, ...]
    pieces: tuple[str, ...]

    @property
    def sure(self) -> bool:
        return len(self.text) == 2 and len(self.pairs) == 1


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a text; `hit` where it is what was looked for."""

    text: str
    hit: bool = False


def folded(text: str) -> str:
    """As it is compared. The database says the same: `lower(... COLLATE "C")` of NFKC without white space."""
    return "".join(unicodedata.normalize("NFKC", text).translate(_SMALL).split())


_sign = lru_cache(8_192)(folded)  # of one sign: a page folds thousands, mostly the same


def bigrams(text: str) -> set[str]:
    """The pairs of letters, characters or digits beside each other in a folded text."""
    return {run[at : at + 2] for run in _RUN.findall(text) for at in range(len(run) - 1)}


def pieces(number: str) -> set[str]:
    """A case's number cut into fours, wherever they begin."""
    text = folded(number)
    return {text[at : at + OF_NUMBER] for at in range(len(text) - OF_NUMBER + 1)}


def terms(query: str) -> tuple[Term, ...]:
    """What is looked for: each word must be there. Refused("too_short") where nothing has two signs in a row,
    Refused("too_many_words") beyond six.
    """
    words = dict.fromkeys(filter(None, map(folded, query[:LONGEST_QUERY].split())))
    if len(words) > MOST_TERMS:
        raise Refused("too_many_words", most=MOST_TERMS)
    found = tuple(_term(word) for word in words)
    if not any(term.pairs for term in found):
        raise Refused("too_short")
    return found


def _term(word: str) -> Term:
    numbered = len(word) >= OF_NUMBER and _NUMBER.fullmatch(word) is not None
    return Term(word, tuple(sorted(bigrams(word))), tuple(sorted(pieces(word))) if numbered else ())


def marked(text: str, found: Sequence[Term], *, around: int = 0) -> list[Piece]:
    """The text in pieces, what was looked for apart from the rest; with `around`, only so many signs before the first hit
    and three times as many after it.
    """
    hits = _merged(_hits(text, found))
    start, end = _window(text, hits, around)
    pieces: list[Piece] = [Piece("…")] if start else []
    at = start
    for first, last in hits:
        if first >= end:
            break
        pieces += [Piece(text[at:first]), Piece(text[first:last], hit=True)]
        at = last
    pieces += [Piece(text[at:end]), Piece("…" if end < len(text) else "")]
    return [piece for piece in pieces if piece.text]


def _window(text: str, hits: Sequence[tuple[int, int]], around: int) -> tuple[int, int]:
    if not around:
        return 0, len(text)
    first, last = hits[0] if hits else (0, 0)
    start = max(first - around, 0)
    return start, min(max(start + 4 * around, last), len(text))


def _hits(text: str, found: Sequence[Term]) -> Iterator[tuple[int, int]]:
    """Where the terms stand, as places of the text as it was written."""
    signs = [(sign, place) for place, written in enumerate(text) for sign in _sign(written)]
    flat = "".join(sign for sign, _ in signs)
    for term in found:
        at = flat.find(term.text)
        while at >= 0:
            end = at + len(term.text)
            yield signs[at][1], signs[end - 1][1] + 1
            at = flat.find(term.text, end)


def _merged(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    for first, last in sorted(spans):
        if found and first <= found[-1][1]:
            found[-1] = found[-1][0], max(last, found[-1][1])
        else:
            found.append((first, last))
    return found
