"""The history of a thing as lines: each edition with its days, and what changed field by field."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, TypeVar

from civigrid.base.editions import Edition
from civigrid.web.pages.reference.facts import Field
from civigrid.web.pages.reference.links import Said
from civigrid.web.pages.reference.names import Names

R = TypeVar("R")


class How(StrEnum):
    """What began with an edition."""

    FIRST = "first"
    CHANGED = "changed"
    AGAIN = "again"  # after days on which the thing did not exist


@dataclass(frozen=True, slots=True)
class Change:
    label: str
    old: list[Said]
    new: list[Said]


@dataclass(frozen=True, slots=True)
class Line:
    """One edition. `last` is its last day, None while it holds; `shown`: it is the one the page shows."""

    since: date
    last: date | None
    how: How
    shown: bool
    changes: list[Change]


def past(fields: Sequence[Field[R]], history: Sequence[Edition[R]], names: Names) -> list[Line]:
    """The lines of a history (newest first, as it comes)."""
    older: list[Edition[R] | None] = [*history[1:], None]
    return [
        Line(
            since=edition.since,
            last=edition.last,
            how=_how(edition, before),
            shown=edition.holds(names.asked.on),
            changes=_changes(fields, before.row, edition.row, names) if before else [],
        )
        for edition, before in zip(history, older, strict=False)
    ]


def _how(edition: Edition[Any], before: Edition[Any] | None) -> How:
    if before is None:
        return How.FIRST
    return How.CHANGED if before.until == edition.since else How.AGAIN


def _changes(fields: Sequence[Field[R]], old: R, new: R, names: Names) -> list[Change]:
    return [
        Change(str(field.label), field.say(field.value(old), names), field.say(field.value(new), names))
        for field in fields
        if field.value(old) != field.value(new)
    ]
