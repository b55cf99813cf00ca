"""Finding matters by what is typed."""

from __future__ import annotations

from datetime import date

from civigrid.base import ranking, stamps
from civigrid.base.ranking import Findable, findable
from civigrid.catalog.queries.lists import MatterRow, matters
from civigrid.catalog.queries.stamp import AREA


def find_matters(text: str, on: date, limit: int) -> list[MatterRow]:
    """The matters of a day that fit what was typed (`base.ranking`), the best first; keywords are its other names."""
    return ranking.best(_matters(on), text, limit)


@stamps.kept(AREA)
def _matters(on: date) -> list[Findable[MatterRow]]:
    return [
        findable(matter, code=matter.code, names=(matter.name, matter.name_en), aliases=matter.keywords)
        for matter in matters(on).values()
    ]
