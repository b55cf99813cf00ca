"""Thousands of rows as a few parameters."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import DataError, connection
from hypothesis import given
from hypothesis import strategies as st

from civigrid.base import db
from civigrid.base.bulk import Packed, execute, lines, numbers


@pytest.mark.django_db
def test_numbers_and_words_arrive_in_order() -> None:
    with db.system():
        rows = execute(
            "SELECT number, word FROM ROWS FROM (unnest(%s::bigint[]), string_to_table(%s, E'\\n')) AS given(number, word)",
            (numbers([3, -1, 9_000_000_000]), lines(["井盖", "", "a b"])),
        )
    assert rows == [(3, "井盖"), (-1, ""), (9_000_000_000, "a b")]


@pytest.mark.django_db
def test_nothing_is_an_empty_array() -> None:
    with db.system():
        assert execute("SELECT unnest(%s::bigint[])", (numbers([]),)) == []
    assert lines([]) == ""


def test_a_line_end_in_a_code_is_refused() -> None:
    with pytest.raises(ValueError, match="line end"):
        lines(["a", "b\nc"])
    with pytest.raises(ValueError, match="line end"):
        lines(["\n"])


@given(st.lists(st.binary(max_size=20), min_size=1, max_size=20))
def test_packed_bytes_are_cut_where_they_were_joined(parts: list[bytes]) -> None:
    packed = Packed.of(parts)
    starts, sizes = ([int(n) for n in column.strip("{}").split(",")] for column in (packed.starts, packed.sizes))
    assert [packed.data[start - 1 : start - 1 + size] for start, size in zip(starts, sizes, strict=True)] == parts


@pytest.mark.django_db
@given(st.lists(st.binary(max_size=40), min_size=1, max_size=20))
def test_a_list_of_bytes_arrives_as_it_was(parts: list[bytes]) -> None:
    with db.system():
        assert [bytes(row[0]) for row in execute("SELECT unnest(%s::bytea[])", (parts,))] == parts


@pytest.mark.django_db
def test_statements_are_counted_and_errors_are_djangos(django_assert_num_queries: Any) -> None:
    with db.system(), django_assert_num_queries(2):
        execute("SELECT 1")  # and the role before it
    with pytest.raises(DataError), db.system():
        execute("SELECT 1 / %s::int", (0,))


def test_it_needs_a_transaction(fresh_db: str) -> None:
    assert not connection.in_atomic_block
    with pytest.raises(RuntimeError, match="outside a transaction"):
        execute("SELECT 1")
