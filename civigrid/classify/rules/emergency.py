"""Words that mean danger to life now. Rules, never a model: a person must be able to read why.

They say the same in every city, so they are not pack data. A pattern names what is happening, not what it is about:
火灾隐患 (a fire hazard) or 消防通道 (a fire lane) alone are no emergency.
"""

from __future__ import annotations

import re
from enum import StrEnum


class Emergency(StrEnum):
    """What kind of help is called first; the advice shown is keyed by it."""

    GAS = "gas"
    LIFT = "lift"
    LIFE = "life"
    FIRE = "fire"
    WATER = "water"
    COLLAPSE = "collapse"
    ELECTRIC = "electric"


_PATTERNS = {
    Emergency.GAS: r"(煤气|燃气|天然气|液化气)(味|泄漏|泄露|漏气)|闻到.{0,6}(煤|燃|天然)气|gas leak|smell.{1,6}gas",
    Emergency.LIFT: r"(困|关|卡)在.{0,3}电梯|电梯.{0,4}(困人|困住|被困)|(trapped|stuck) in (a|an|the) (lift|elevator)",
    Emergency.LIFE: r"(?<!生)活不下去|不想活了|(要|想)(自杀|跳楼|跳河|轻生)|在楼顶.{0,8}(跳|不活)|kill myself|want to die",
    Emergency.FIRE: r"(?<!曾)(着|起|失)火了|正在(燃烧|冒烟)|(楼|屋|房|店).{0,4}(浓烟|冒烟)|(is|are) on fire",
    Emergency.WATER: r"有人(落水|溺水|被淹|被冲走)|(隧道|涵洞|下穿).{0,6}(淹|积水.{0,8}(熄火|被困|过不去))|drowning",
    Emergency.COLLAPSE: r"(楼|墙|桥|房子?|路面?)(正在|突然|马上要)?(坍塌|倒塌|垮塌)了|有人被(埋|压)|has collapsed",
    Emergency.ELECTRIC: r"(有人|小孩|孩子)触电|电线(断|掉)(落|下|了)|live wire",
}
_ANY = re.compile("|".join(f"(?P<{kind.value}>{pattern})" for kind, pattern in _PATTERNS.items()), re.IGNORECASE)


def urgency(text: str) -> tuple[int, str]:
    """(1, the kind of emergency) where the text names one, else (3, "")."""
    found = _ANY.search(text)
    if found is None:
        return 3, ""
    return 1, next(kind.value for kind in Emergency if found.group(kind.value) is not None)
