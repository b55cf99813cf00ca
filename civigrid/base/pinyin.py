"""How a Chinese name is typed on a keyboard, as one stored key: the whole spelling, then the initials."""

from __future__ import annotations

import re
from functools import lru_cache

from pypinyin import Style, lazy_pinyin

_PARTS = re.compile(r"[0-9]+|[^0-9]+")


def pinyin_key(name: str) -> str:
    """'东湖街道' -> 'donghujiedao dhjd'. Letters and digits stay, in lower case; lists sort by it, pickers match it."""
    spelled = [_spelled(part) for part in _PARTS.findall(name)]
    return f"{''.join(full for full, _ in spelled)} {''.join(first for _, first in spelled)}".lower().strip()


@lru_cache(maxsize=8192)
def _spelled(part: str) -> tuple[str, str]:
    """Whole and by initials. A city has few streets and many house numbers: what stands between numbers is kept."""
    first = lazy_pinyin(part, style=Style.FIRST_LETTER, errors=_kept)
    return "".join(lazy_pinyin(part, errors=_kept)), "".join(first)


def syllables(name: str) -> tuple[str, ...]:
    """'第03网格' -> ('di', '03', 'wang', 'ge'): where a name that is typed may begin, and how far each part goes."""
    return tuple(part.lower() for part in lazy_pinyin(name, errors=_kept) if part)


def _kept(characters: str) -> str:
    return "".join(character for character in characters if character.isalnum())
