"""Several questions in one statement."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from civigrid.base import db
from civigrid.base.questions import Question, Row, ask


def rows(found: Sequence[Row]) -> Any:
    return list(found)


NUMBERS = Question("SELECT n, n * n AS square FROM generate_series(1, %s) n", [3], rows)
WORDS = Question("SELECT %s::text AS word, NULL AS nothing", ["100% {城格} \"'\\"], rows)
NONE = Question("SELECT 1 AS one WHERE false", [], rows)


@pytest.mark.django_db
def test_each_reads_its_own_rows_in_their_order() -> None:
    with db.system():
        assert ask(NUMBERS, NONE, WORDS) == [[(1, 1), (2, 4), (3, 9)], [], [("100% {城格} \"'\\", None)]]


@pytest.mark.django_db
def test_it_is_one_statement_and_none_without_a_question() -> None:
    with db.system():
        db.take_role()
        with CaptureQueriesContext(connection) as asked:
            ask(NUMBERS, WORDS)
            assert ask() == []
        assert len(asked) == 1


def test_it_refuses_to_run_outside_a_transaction(fresh_db: str) -> None:
    with pytest.raises(RuntimeError, match="outside a transaction"):
        ask(NUMBERS)
