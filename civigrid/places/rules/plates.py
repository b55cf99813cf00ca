"""What an address or an asset is looked up by besides its name: number plates and other names, as people type them.

Values in, values out.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

LONGEST = 60  # signs of a name that are worth an index
_CHINESE_BEFORE = re.compile(r"(?<=[^\x00-\x7f])[\x00-\x7f]+$")
_LAST_WORD = re.compile(r"\S+$")


def key(text: str) -> str:
    """Letters and digits only, half-width and lower case: 'K12路 体育场站' -> 'k12路体育场站'."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(sign for sign in folded if sign.isalnum())[:LONGEST]


def parted(text: str) -> tuple[str, str]:
    """What stands before a number, and its key: '路灯杆号 HT-0019' -> ('路灯杆号', 'ht0019'). A text that does not end in
    a number has the key ""."""
    plain = unicodedata.normalize("NFKC", text).strip()
    found = (_LAST_WORD if plain.isascii() else _CHINESE_BEFORE).search(plain)
    number = key(found[0]) if found else ""
    if found is None or not any(sign.isdigit() for sign in number):
        return plain, ""
    return plain[: found.start()].strip(), number


def search_keys(name: str, others: Iterable[str]) -> list[str]:
    """What begins a search that means the thing: its other names, and the number at the end of its own."""
    return sorted({each for each in (parted(name)[1], *map(key, others)) if each})
