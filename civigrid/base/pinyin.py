"""How a Chinese name is typed on a keyboard, as one stored key: the whole spelling, then the initials."""

from __future__ import annotations

from functools import lru_cache

from pypinyin import Style, lazy_pinyin


@lru_cache(maxsize=8192)
def pinyin_key(name: str) -> str:
    """'东湖街道' -> 'donghujiedao dhjd'. Letters and digits stay, in lower case; lists sort by it, pickers match it."""
    full = lazy_pinyin(name, errors=_kept)
    first = lazy_pinyin(name, style=Style.FIRST_LETTER, errors=_kept)
    return f"{''.join(full)} {''.join(first)}".lower().strip()


def _kept(characters: str) -> str:
    return "".join(character for character in characters if character.isalnum())
