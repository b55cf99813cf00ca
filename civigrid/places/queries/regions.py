"""Regions as they are on a day, and their names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from civigrid.base import stamps
from civigrid.places.models import RegionVersion
from civigrid.places.queries.stamp import AREA
from civigrid.places.rules import Level, Nameable, Named, NamedPlaces, RegionKind


@dataclass(frozen=True, slots=True)
class RegionRow:
    """A region as it is on a day. `aliases`: other names people use; `predecessors`: abolished codes it took over."""

    code: str
    name: str
    name_en: str
    level: Level
    kind: RegionKind
    aliases: tuple[str, ...]
    predecessors: tuple[str, ...]
    pinyin: str


@stamps.kept(AREA)
def regions(on: date) -> dict[str, RegionRow]:
    """The regions that exist on a day, by code, from the top down."""
    found = RegionVersion.objects.filter(valid__contains=on).select_related("region").order_by("region__code")
    return {version.region.code: region_row(version) for version in found}


@stamps.kept(AREA)
def named_places(on: date) -> NamedPlaces:
    """The matcher of the names of towns, communities and villages that exist on a day."""
    named = {Level.TOWN, Level.COMMUNITY}
    return NamedPlaces(
        [
            Nameable(row.code, tuple(name for name in (row.name, row.name_en, *row.aliases) if name))
            for row in regions(on).values()
            if row.level in named
        ]
    )


def find_named(texts: Sequence[str], on: date) -> list[Named]:
    """The place each text names, in the order of `texts`."""
    places = named_places(on)
    return [places.find(text) for text in texts]


def region_row(version: RegionVersion) -> RegionRow:
    return RegionRow(
        code=version.region.code,
        name=version.name,
        name_en=version.name_en,
        level=Level(version.level),
        kind=RegionKind(version.kind),
        aliases=tuple(version.aliases),
        predecessors=tuple(version.predecessors),
        pinyin=version.pinyin,
    )
