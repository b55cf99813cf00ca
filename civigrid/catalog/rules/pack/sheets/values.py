"""What offices write for limits, levels, yes and no; each as the CSV files say it."""

from __future__ import annotations

import re
import unicodedata

from civigrid.catalog.rules.lists import LimitUnit, Urgency

YES, NO = "yes", "no"

_UNITS = {
    LimitUnit.MINUTES: ("分", "分钟", "min", "minute", "minutes"),
    # hours without another word run through the night as these do
    LimitUnit.URGENT_HOURS: ("紧急工作时", "紧急工时", "紧急时", "紧时", "小时", "h", "hour", "hours", "urgent_hours"),
    LimitUnit.WORK_HOURS: ("工作时", "工时", "工作小时", "work_hours"),
    LimitUnit.WORK_DAYS: ("工作日", "工日", "work_days"),
    LimitUnit.DAYS: ("日", "天", "自然日", "日历日", "日历天", "days"),
}
_UNIT_OF = {word: unit for unit, words in _UNITS.items() for word in words}
_LIMIT = re.compile(
    r"(?:≤|<=?|不超过|限)?(?P<value>\d{1,4}|[一二两三四五六七八九十]{1,3}|半)个?(?P<unit>[a-z_一-鿿]*?)(?:以内|之内|内)?"
)
_HALF_HOURS = re.compile(r"(\d{1,3})\.5(?:个)?小时")
_DATE = re.compile(r"\d{4}-\d\d-\d\d( [\d:.]+)?|\d\d:\d\d:\d\d(\.\d+)?")
_DIGITS = {"一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}
_LEVELS = {
    Urgency.CRITICAL: ("特急", "特别紧急", "i", "1", "critical"),
    Urgency.URGENT: ("紧急", "ii", "2", "urgent"),
    Urgency.ORDINARY: ("一般", "普通", "iii", "3", "ordinary"),
}
_LEVEL_OF = {word: level for level, words in _LEVELS.items() for word in words}
_LEVEL_OF |= {"一级": Urgency.CRITICAL, "二级": Urgency.URGENT, "三级": Urgency.ORDINARY}
_FLAGS = {
    **dict.fromkeys(("是", "有", "可", "可以", "允许", "yes", "y", "true", "1", "√", "✓", "✔"), YES),
    **dict.fromkeys(("否", "无", "不可", "不可以", "不允许", "no", "n", "false", "0", "×", "✗", "x"), NO),
}
NOTHING = frozenset({"-", "--", "—", "——", "–", "/", "\\", "无", "―"})  # marks of a cell that is empty on purpose


def plain(text: str) -> str:
    """For comparing: half-width, small letters, no blanks. Ⅲ becomes iii."""
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())


def given(text: str) -> str:
    """The text; "" for the marks of an empty cell."""
    return "" if plain(text) in NOTHING else text


def limit(text: str, unit: LimitUnit | None = None) -> tuple[int, LimitUnit] | None:
    """A number and what it counts: 4工时, 2紧急工作时, 三个工作日, 1.5小时; `unit` is for a number alone. None is neither."""
    said = plain(text)
    if half := _HALF_HOURS.fullmatch(said):
        return int(half[1]) * 60 + 30, LimitUnit.MINUTES
    found = _LIMIT.fullmatch(said)
    if found is None:
        return None
    counted = limit_unit(found["unit"]) if found["unit"] else unit
    if found["value"] == "半":
        return (30, LimitUnit.MINUTES) if found["unit"] == "小时" else None
    return (_number(found["value"]), counted) if counted else None


def limit_unit(text: str) -> LimitUnit | None:
    return _UNIT_OF.get(plain(text))


def _number(text: str) -> int:
    if text.isdecimal():
        return int(text)
    tens, ten, ones = text.rpartition("十")
    return (_DIGITS.get(tens, 1) * 10 if ten else 0) + _DIGITS.get(ones, 0)


def level(text: str) -> Urgency | None:
    """特急, Ⅰ级, 特急(Ⅰ), 1 ...; None where it is none of them, or two."""
    said = re.sub(r"[()【】\[\]、,/]", " ", unicodedata.normalize("NFKC", text).casefold())
    words = [word if word in _LEVEL_OF else word.removesuffix("级") for word in _parts(said)]
    levels = {_LEVEL_OF.get(word) for word in words}
    return levels.pop() if len(levels) == 1 else None


def _parts(said: str) -> list[str]:
    """The words of a level, also where nothing stands between 特急 and Ⅰ."""
    return [part for word in said.split() for part in re.findall(r"[a-z]+级?|\d+级?|[^a-z\d]+", word)]


def is_date(text: str) -> bool:
    """Whether a spreadsheet took it for a day or a time of day: 1-2 becomes the second of January."""
    return bool(_DATE.fullmatch(text))


def flag(text: str) -> str | None:
    """yes or no; None where it is neither."""
    return _FLAGS.get(plain(text))
