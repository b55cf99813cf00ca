"""What units were, and who held their posts before: also of things that no longer exist."""

from __future__ import annotations

from datetime import date

from civigrid.base import stamps
from civigrid.base.editions import Edition, editions
from civigrid.directory.models import UnitVersion
from civigrid.directory.queries.people import PostRow, named_posts, post_row
from civigrid.directory.queries.stamp import AREA
from civigrid.directory.queries.units import UnitRow, unit_row


def unit_history(code: str) -> list[Edition[UnitRow]]:
    """What the unit was, the newest edition first; [] where there never was one of that code."""
    return editions(UnitVersion.objects.filter(unit__code=code, valid__isempty=False).select_related("unit"), unit_row)


def post_history(unit_id: int, on: date, limit: int) -> list[Edition[PostRow]]:
    """The posts of a unit that had ended by a day, the last to end first."""
    found = named_posts().filter(unit_id=unit_id, valid__endswith__lte=on, valid__isempty=False)
    return [
        Edition(post.valid.lower, post.valid.upper, post_row(post))
        for post in found.order_by("-valid__endswith", "id")[:limit]
    ]


@stamps.kept(AREA)
def unit_names() -> dict[int, tuple[str, str, str]]:
    """(code, name, English name) of every unit there ever was, by id; as the last version calls it."""
    found = (
        UnitVersion.objects.filter(valid__isempty=False)
        .order_by("unit_id", "-valid__startswith")
        .distinct("unit_id")
        .values_list("unit_id", "unit__code", "name", "name_en")
    )
    return {unit_id: (code, name, name_en) for unit_id, code, name, name_en in found}
