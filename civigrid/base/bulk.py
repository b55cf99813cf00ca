"""Statements with large values: thousands of rows as a few parameters.

Django's cursor writes every value into the statement's text; for arrays and bytes of megabytes that costs more than
the work itself. This one sends them beside it. PostgreSQL does not take COPY into a table with row security, so rows
go in as `INSERT ... SELECT FROM unnest(...)`; words travel as one text cut at the line ends (`lines`) or one run of
bytes with places to cut (`Packed`), because an array of text costs ten times as much to build and to read. Lists of
numbers, truths and moments are written out here for the same reason.
"""

from __future__ import annotations

import itertools
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import NoneType
from typing import Any, LiteralString

import psycopg
from django.db import connection

from civigrid.base.db import require_transaction, take_role


def execute(statement: LiteralString, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
    """Runs one statement in the open transaction with `%s` (and `%b` for bytes) bound by the server; its rows."""
    require_transaction()
    connection.validate_no_broken_transaction()
    take_role()
    started = time.perf_counter()
    with connection.wrap_database_errors, psycopg.Cursor(connection.connection) as cursor:
        cursor.execute(statement, [_bound(value) for value in values])
        rows = cursor.fetchall() if cursor.pgresult and cursor.pgresult.nfields else []
    if connection.queries_logged:  # counted like any other statement
        connection.queries_log.append({"sql": statement, "time": f"{time.perf_counter() - started:.3f}"})
    return rows


# what may be written into an array as it is printed
_PLAIN = frozenset({int, float, bool, datetime, NoneType})


def _bound(value: Any) -> Any:
    """A list of plain values or of bytes as PostgreSQL writes an array; whatever else as it is."""
    if not isinstance(value, list) or not value:
        return value
    if (kinds := set(map(type, value))) == {bytes}:
        return "{" + ",".join([f'"\\\\x{each.hex()}"' for each in value]) + "}"
    if not _PLAIN.issuperset(kinds):
        return value
    if NoneType in kinds:
        return "{" + ",".join(["NULL" if each is None else str(each) for each in value]) + "}"
    return "{" + ",".join(map(str, value)) + "}"


def lines(words: Iterable[str]) -> str:
    """Words without a line end, for `string_to_table(%s, E'\\n')`. A single "" comes out as no row: `coalesce` it."""
    column = tuple(words)
    joined = "\n".join(column)
    if joined.count("\n") > max(len(column) - 1, 0):
        raise ValueError("a code has a line end in it: rows would slip; words of people go as `Packed`")
    return joined


def numbers(values: Iterable[int]) -> str:
    """Whole numbers, for `%s::bigint[]`."""
    return "{" + ",".join(map(str, values)) + "}"


@dataclass(frozen=True, slots=True)
class Packed:
    """Byte strings of any content, at least one: `substr(data, start, size)` gives one back."""

    data: bytes
    starts: str
    sizes: str

    @classmethod
    def of(cls, parts: Sequence[bytes]) -> Packed:
        sizes = [len(part) for part in parts]
        starts = itertools.accumulate(sizes[:-1], initial=1)
        return cls(b"".join(parts), numbers(starts), numbers(sizes))
