"""Where a page of a list ended: `<number>.<id>` of its last line, so that the next one begins behind it whatever came meanwhile."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from civigrid.base.errors import Refused

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LONGEST = 18  # digits: every number of so many fits into a bigint


def of_moment(at: datetime, row_id: int) -> str:
    """A line that is sorted by a moment."""
    return f"{(at - EPOCH) // timedelta(microseconds=1)}.{row_id}"


def moment(cursor: str) -> tuple[datetime, int]:
    """What `of_moment` wrote; Refused("bad_cursor") for what no line gave."""
    micros, row_id = numbers(cursor)
    try:
        return EPOCH + timedelta(microseconds=micros), row_id
    except OverflowError as error:
        raise Refused("bad_cursor") from error


def numbers(cursor: str) -> tuple[int, int]:
    """What a line is sorted by, and its id; zeros for "", the first page; Refused("bad_cursor") for what no line gave."""
    parts = (cursor or "0.0").split(".")
    if len(parts) != 2 or not all(map(_fits, parts)):
        raise Refused("bad_cursor")
    return int(parts[0]), int(parts[1])


def _fits(part: str) -> bool:
    return part.isascii() and part.isdecimal() and len(part) <= _LONGEST
