"""Several questions in one statement: what frames every page is of several areas, and each of them knows its own rows.

An area gives a `Question`; `ask` puts them together, and each reads the rows that are its own. Rows travel as JSON: numbers
and words come as they are, a moment as text (`datetime.fromisoformat`).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.db import connection

from civigrid.base.db import require_transaction

T = TypeVar("T")
Row = Sequence[Any]

_ASKED = "SELECT {place}, coalesce(json_agg(row_to_json(asked)), '[]')::text FROM ({statement}) asked"


@dataclass(frozen=True, slots=True)
class Question(Generic[T]):
    """`statement`: a SELECT whose columns all have names, with `%s` for its `values`; `read` makes of its rows the answer."""

    statement: str
    values: Sequence[Any]
    read: Callable[[list[Row]], T]


def ask(*questions: Question[Any]) -> list[Any]:
    """The answers in their order, in the open transaction. One statement; none without a question."""
    require_transaction()
    if not questions:
        return []
    asked = " UNION ALL ".join(
        _ASKED.format(place=place, statement=question.statement) for place, question in enumerate(questions)
    )
    with connection.cursor() as cursor:
        cursor.execute(asked, [value for question in questions for value in question.values])
        told = dict(cursor.fetchall())
    return [question.read(_rows(told[place])) for place, question in enumerate(questions)]


def _rows(text: str) -> list[Row]:
    return [tuple(row.values()) for row in json.loads(text)]
