"""The history of one thing: its versions with their periods, as `base.versions` wrote them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Edition(Generic[T]):
    """What a thing was from `since` to the day before `until`; until None: it still is."""

    since: date
    until: date | None
    row: T

    @property
    def last(self) -> date | None:
        """The last day it was valid."""
        return self.until - timedelta(days=1) if self.until else None

    def holds(self, on: date) -> bool:
        return self.since <= on and (self.until is None or on < self.until)


def editions(versions: Iterable[Any], row: Callable[[Any], T]) -> list[Edition[T]]:
    """Versions (rows with a `valid` range that is not empty) as editions, the newest first."""
    found = [Edition(version.valid.lower, version.valid.upper, row(version)) for version in versions]
    return sorted(found, key=lambda edition: edition.since, reverse=True)


def edition_on(history: Iterable[Edition[T]], on: date) -> Edition[T] | None:
    """The edition of a day; None where there was none."""
    return next((edition for edition in history if edition.holds(on)), None)
