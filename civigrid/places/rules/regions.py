"""Levels and kinds of regions, and what their codes say. Values in, values out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """The levels of the national code, and how many of its digits say them (GB/T 2260, GB/T 10114)."""

    PROVINCE = "province"
    PREFECTURE = "prefecture"
    COUNTY = "county"
    TOWN = "town"
    COMMUNITY = "community"


DIGITS = {Level.PROVINCE: 2, Level.PREFECTURE: 4, Level.COUNTY: 6, Level.TOWN: 9, Level.COMMUNITY: 12}


class RegionKind(StrEnum):
    """What a town or a community is; higher levels have none."""

    NONE = ""
    STREET = "street"  # 街道
    TOWN = "town"  # 镇
    TOWNSHIP = "township"  # 乡
    ZONE = "zone"  # 类似乡级: development zones
    RESIDENTS = "residents"  # 居委会
    VILLAGE = "village"  # 村委会
    SIMILAR = "similar"  # 类似居委会


KINDS_OF = {
    Level.TOWN: {RegionKind.STREET, RegionKind.TOWN, RegionKind.TOWNSHIP, RegionKind.ZONE},
    Level.COMMUNITY: {RegionKind.RESIDENTS, RegionKind.VILLAGE, RegionKind.SIMILAR},
}


@dataclass(frozen=True, slots=True)
class NewRegion:
    """A region as a city pack gives it; the code says its level. `predecessors`: abolished codes it took over."""

    code: str
    name: str
    kind: RegionKind = RegionKind.NONE
    name_en: str = ""
    aliases: tuple[str, ...] = ()
    predecessors: tuple[str, ...] = ()


def with_predecessors(codes: Iterable[str], predecessors: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    """Region prefixes and the abolished codes that regions below them took over, where no prefix covers them yet."""
    wanted = sorted(codes)
    old = {each for code, former in predecessors.items() if code.startswith(tuple(wanted)) for each in former}
    return (*wanted, *sorted(each for each in old if not each.startswith(tuple(wanted))))


def level_of(code: str) -> Level | None:
    """The level a national code stands for, by its length; None where no level has that many digits."""
    return next((level for level, digits in DIGITS.items() if digits == len(code)), None)


def parent_of(code: str) -> str:
    """The code one level up; "" above a province."""
    shorter = [digits for digits in DIGITS.values() if digits < len(code)]
    return code[: max(shorter, default=0)]
