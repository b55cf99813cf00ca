"""What a batch of texts is looked through with."""

from __future__ import annotations

from datetime import date

from civigrid.base import stamps
from civigrid.catalog import queries as catalog
from civigrid.classify.queries.trained import used
from civigrid.classify.rules import Finder, Matcher, MatterWords


@stamps.kept(catalog.AREA)
def matcher(on: date) -> Matcher:
    """The matcher of the catalogue of a day; each process builds it anew after the catalogue changed."""
    return Matcher(
        [
            MatterWords(row.id, (row.name, row.name_en, row.major, row.major_en), row.keywords, row.examples)
            for row in catalog.matters(on).values()
        ]
    )


@stamps.kept(catalog.AREA)
def _ids(on: date) -> dict[str, int]:
    return {row.code: row.id for row in catalog.matters(on).values()}


def finder(on: date) -> tuple[Finder, int | None]:
    """The catalogue's words of a day with the model in use, and that model's id; None where there is none."""
    in_use = used()
    return Finder(matcher(on), in_use[1] if in_use else None, _ids(on)), in_use[0] if in_use else None
