"""How an address is written when two of them are compared. Values in, values out."""

from __future__ import annotations

import re
import unicodedata

_SPACE = re.compile(r"(?<![0-9a-z])\s+|\s+(?![0-9a-z])")  # kept between letters and digits: "riverside park"
_SIGNS = str.maketrans({"號": "号", "棟": "栋", "—": "-", "–": "-", "﹣": "-", "~": "-", "\u3007": "零"})
_BLOCK = re.compile(r"(?<=\d)(?:号楼|号?[栋幢座]|#楼)[栋幢座]*")
_NUMERAL = re.compile(r"第?([零一二两三四五六七八九十百]+|\d+)(?=号楼|[栋幢座组期]|单元|校区|号门)")
_DIGIT = {sign: value for value, sign in enumerate("零一二三四五六七八九")} | {"两": 2}


def spelled(text: str) -> str:
    """The text in the one way: half-width, lower case, without spaces that part nothing; 三栋, 3幢 and 第3号楼 alike.

    Names and what people write go through the same, so a name is found in whichever way both were written.
    """
    plain = unicodedata.normalize("NFKC", text).casefold().translate(_SIGNS)
    if not plain.isalnum():
        plain = _SPACE.sub("", plain.strip())
    return _BLOCK.sub("号楼", _NUMERAL.sub(_in_digits, plain))


def _in_digits(found: re.Match[str]) -> str:
    said = found[1]
    return said if said.isdecimal() else str(numeral(said))


def numeral(said: str) -> int:
    """A number below a thousand in Chinese numerals: 十二 is 12, 二十 is 20, 一二 is 12."""
    if not any(sign in said for sign in "十百"):
        return int("".join(str(_DIGIT[sign]) for sign in said))
    total, held = 0, 0
    for sign in said:
        if sign in "十百":
            total += (held or 1) * (10 if sign == "十" else 100)
            held = 0
        else:
            held = _DIGIT[sign]
    return total + held
