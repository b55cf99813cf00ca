"""Local days and minutes as instants: seconds since 1970."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, tzinfo

from civigrid.catalog.rules.calendars import MIDNIGHT

ONE_DAY = timedelta(days=1)


def dates(first: date, end: date) -> Iterator[date]:
    """From `first` to the day before `end`."""
    return (first + timedelta(days=n) for n in range((end - first).days))


def local(day: date, minute: int, tz: tzinfo) -> float:
    """The instant of a local time of day; minute 1440 is the midnight that ends the day."""
    if minute == MIDNIGHT:
        day, minute = day + ONE_DAY, 0
    return datetime(day.year, day.month, day.day, minute // 60, minute % 60, tzinfo=tz).timestamp()


def moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
