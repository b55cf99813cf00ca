"""The kind of place, by words. Values in, values out."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence


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
