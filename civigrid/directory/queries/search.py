"""Finding units and people by what is typed, and the posts of the city page by page."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q

from civigrid.base import ranking, stamps
from civigrid.base.ranking import Findable, findable
from civigrid.directory.models import Account, Post
from civigrid.directory.queries.people import PostRow, named_posts, post_row
from civigrid.directory.queries.stamp import AREA
from civigrid.directory.queries.units import UnitRow, units
from civigrid.directory.rules import Role


@dataclass(frozen=True, slots=True)
class PersonRow:
    """Somebody who holds a post; nothing more is known of him to a page than his name."""

    account_id: int
    name: str
    name_en: str


def find_units(text: str, on: date, limit: int) -> list[UnitRow]:
    """The units of a day that fit what was typed (`base.ranking`), the best first."""
    return ranking.best(_units(on), text, limit)


def find_people(text: str, on: date, limit: int) -> list[PersonRow]:
    """The people who hold a post on a day and fit what was typed."""
    return ranking.best(_people(on), text, limit)


def posts_after(
    on: date,
    *,
    limit: int,
    after: tuple[str, int] = ("", 0),
    unit_ids: Collection[int] | None = None,
    role: Role | None = None,
    account_ids: Collection[int] | None = None,
) -> list[PostRow]:
    """Posts held on a day in the order of (unit code, id), those after that key; None is any."""
    wanted = Q(unit__code__gt=after[0]) | Q(unit__code=after[0], id__gt=after[1])
    if unit_ids is not None:
        wanted &= Q(unit_id__in=unit_ids)
    if role is not None:
        wanted &= Q(role=role.value)
    if account_ids is not None:
        wanted &= Q(account_id__in=account_ids)
    found = named_posts().filter(wanted, valid__contains=on).order_by("unit__code", "id")
    return [post_row(post) for post in found[:limit]]


@stamps.kept(AREA)
def post_counts(on: date) -> dict[int, int]:
    """How many posts are held in each unit on a day; a unit without any is not among them."""
    found = Post.objects.filter(valid__contains=on).values("unit_id").annotate(number=Count("id"))
    return {row["unit_id"]: row["number"] for row in found}


@stamps.kept(AREA)
def _units(on: date) -> list[Findable[UnitRow]]:
    return [
        findable(unit, code=unit.code, names=(unit.name, unit.name_en), aliases=unit.aliases)
        for unit in units(on).values()
    ]


@stamps.kept(AREA)
def _people(on: date) -> list[Findable[PersonRow]]:
    holders = Post.objects.filter(valid__contains=on).values("account_id")
    found = Account.objects.filter(id__in=holders).values_list("id", "name", "name_en").order_by("name", "id")
    return [findable(PersonRow(*row), code="", names=row[1:]) for row in found]
