"""Days of the city: what a date of an address means, and when it begins and ends."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta, tzinfo

from civigrid.catalog import queries as catalog

FIRST_YEAR, LAST_YEAR = 1990, 2199  # beyond them a day is a slip of the pen
DAY = timedelta(days=1)


def day_of(text: str) -> date | None:
    """A day written as 2026-11-22; None for anything else."""
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    return found if len(text) == 10 and FIRST_YEAR <= found.year <= LAST_YEAR else None


def begins(on: date) -> datetime:
    """The first moment of a day in the city."""
    return datetime.combine(on, time(), zone())


def span(on: date) -> tuple[datetime, datetime]:
    """From the first moment of a day to that of the next one."""
    return begins(on), begins(on + DAY)


def zone() -> tzinfo:
    return catalog.city().zone
