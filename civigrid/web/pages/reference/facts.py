"""What a thing is, line by line: the fields of its row in words. The same lines tell what changed (`past`)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Generic, TypeVar

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from civigrid.web import wording
from civigrid.web.pages.reference.links import Said
from civigrid.web.pages.reference.names import Names

R = TypeVar("R")
Say = Callable[[Any, Names], list[Said]]


@dataclass(frozen=True, slots=True)
class Field(Generic[R]):
    """One line about a row. `value` is compared between editions, `say` puts it in words."""

    label: str | Promise
    value: Callable[[R], Any]
    say: Say


@dataclass(frozen=True, slots=True)
class Fact:
    label: str
    said: list[Said]


def facts(fields: Sequence[Field[R]], row: R, names: Names) -> list[Fact]:
    """The lines of a row; what is empty is left out."""
    lines = [Fact(str(field.label), field.say(field.value(row), names)) for field in fields]
    return [line for line in lines if line.said]


def text(value: Any, names: Names) -> list[Said]:
    return [Said(str(value))] if value not in (None, "") else []


def number(value: int | float, names: Names) -> list[Said]:
    return [Said(f"{value:,.0f}")] if value else []


def count(value: int, names: Names) -> list[Said]:
    """A number that is worth saying when it is nought."""
    return [Said(f"{value:,}")]


def flag(value: bool, names: Names) -> list[Said]:
    return [Said(_("yes") if value else _("no"))]


def words(values: Iterable[str], names: Names) -> list[Said]:
    return [Said(value) for value in values]


def numbers(values: Iterable[int], names: Names) -> list[Said]:
    return [Said(str(value)) for value in values]


def days(values: Iterable[date], names: Names) -> list[Said]:
    return [Said(day.isoformat()) for day in sorted(values)]


def coded(kind: str) -> Say:
    """Says a code in the words of `wording`; no code says nothing."""
    return lambda value, names: [Said(wording.of(kind, value))] if value else []


def unit(value: int | None, names: Names) -> list[Said]:
    return [names.unit(value)] if value else []


def units(value: Iterable[int], names: Names) -> list[Said]:
    return names.units(value)


def unit_code(value: str, names: Names) -> list[Said]:
    return [names.unit_of(value)] if value else []


def region(value: str, names: Names) -> list[Said]:
    return [names.region(value)]


def some_region(value: str, names: Names) -> list[Said]:
    return [names.region(value)] if value else []


def regions(value: Iterable[str], names: Names) -> list[Said]:
    return [names.region(each) for each in value]


def grid(value: str, names: Names) -> list[Said]:
    return [names.grid(value)] if value else []


def matter_code(value: str, names: Names) -> list[Said]:
    return [names.matter_of(value)]


def matter(value: int, names: Names) -> list[Said]:
    return [names.matter(value)]


def calendar(value: str, names: Names) -> list[Said]:
    return [names.calendar(value)] if value else []


def limit(value: tuple[int | None, Any], names: Names) -> list[Said]:
    """(how many, of what unit); nothing where there is no limit."""
    how_many, of = value
    return [Said(f"{how_many} {wording.of('limit unit', of)}")] if how_many is not None else []
