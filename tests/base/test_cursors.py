"""Where a page of a list ended, written and read again."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from civigrid.base import cursors
from civigrid.base.errors import Refused

AT = datetime(2026, 11, 23, 17, 4, 9, 123457, tzinfo=UTC)


def test_a_moment_comes_back_to_the_microsecond() -> None:
    assert cursors.moment(cursors.of_moment(AT, 4711)) == (AT, 4711)


def test_nothing_is_before_every_line() -> None:
    assert cursors.numbers("") == (0, 0)
    assert cursors.moment("") == (cursors.EPOCH, 0)


@pytest.mark.parametrize(
    "cursor", ["1", "1.", ".1", "1.2.3", "a.1", "1.-1", "1.１", "1.²", f"1.{'9' * 19}", " 1.1", "1.1\n"]
)
def test_what_no_line_gave_is_refused(cursor: str) -> None:
    with pytest.raises(Refused, match="bad_cursor"):
        cursors.numbers(cursor)


def test_a_moment_beyond_the_calendar_is_refused() -> None:
    with pytest.raises(Refused, match="bad_cursor"):
        cursors.moment(f"{'9' * 18}.1")
