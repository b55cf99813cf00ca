"""What a process keeps in memory of the reference data while other processes load a new edition."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from civigrid.base import db, stamps
from civigrid.places import queries as places
from tests.loading import SUNDAY, TODAY, load
from tests.packfiles import files

NAME = "tests"


class Asked:
    """A query that counts how often it was asked, and does something else meanwhile."""

    def __init__(self, meanwhile: object = None) -> None:
        self.times = 0
        self.meanwhile = meanwhile or (lambda: None)
        self.read = stamps.kept(NAME)(self._read)

    def _read(self, what: str) -> str | None:
        self.times += 1
        self.meanwhile()  # type: ignore[operator]
        return what or None


def touched() -> None:
    """Another process changes the rows, and commits."""

    def touch() -> None:
        try:
            with db.system():
                stamps.touch(NAME)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        pool.submit(touch).result(20)


@pytest.mark.django_db
def test_an_answer_is_read_once_an_edition_also_where_it_is_none() -> None:
    asked = Asked()
    with db.system():
        stamps.touch(NAME)
        assert [asked.read("a"), asked.read(""), asked.read("a"), asked.read("")] == ["a", None, "a", None]
        assert asked.times == 2
        stamps.touch(NAME)
        asked.read("a")
        assert asked.times == 3


@pytest.mark.django_db
def test_a_hit_asks_the_database_nothing() -> None:
    asked = Asked()
    with db.system():
        stamps.touch(NAME)
        asked.read("a")
        connection.force_debug_cursor = True
        before = len(connection.queries_log)
        asked.read("a")
        connection.force_debug_cursor = False
        assert list(connection.queries_log)[before:] == []


def test_what_was_read_while_the_edition_moved_is_read_again_and_not_kept(fresh_db: str) -> None:
    touched()
    moves = iter([touched, lambda: None])
    asked = Asked(lambda: next(moves, lambda: None)())
    with db.system():
        asked.read("a")
        assert asked.times == 2  # once while it moved, once after
        asked.read("a")
        assert asked.times == 2  # and the second is kept, under the edition that is there now
    with db.system():
        asked.read("a")
    assert asked.times == 2


def test_one_that_moves_without_end_is_answered_and_never_kept(fresh_db: str) -> None:
    touched()
    asked = Asked(touched)
    with db.system():
        assert asked.read("a") == "a"
        assert asked.times == 2
        assert asked.read("a") == "a"
        assert asked.times == 4


def test_of_many_threads_one_reads_and_the_others_wait(fresh_db: str) -> None:
    touched()
    asked, start = Asked(lambda: time.sleep(0.3)), threading.Barrier(6)

    def one(what: str) -> str | None:
        try:
            with db.system():
                start.wait(20)
                return asked.read(what)
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        assert sorted(pool.map(one, "aaabbb")) == list("aaabbb")
    assert asked.times == 2


def test_one_that_fails_is_read_by_the_next(fresh_db: str) -> None:
    touched()
    fails = iter([True])

    def failing() -> None:
        if next(fails, False):
            raise ZeroDivisionError

    asked = Asked(failing)
    with db.system():
        with pytest.raises(ZeroDivisionError):
            asked.read("a")
        assert asked.read("a") == "a"


def test_codes_and_shapes_of_the_grids_are_of_one_edition(fresh_db: str) -> None:
    """A grid gets another code between the reading of the grids and that of their shapes."""
    load()
    other = files()
    other["grids.geojson"] = other["grids.geojson"].replace(b"990181001001002", b"990181001001003")

    def reload() -> None:
        try:
            load(other, SUNDAY)
        finally:
            connection.close()

    with db.system():
        assert [row.code[-4:] for row in places.grids(TODAY).values()] == ["1001", "1002", "1001"]
        with ThreadPoolExecutor(1) as pool:
            pool.submit(reload).result(30)
        index = places.grid_index(TODAY)
        assert [code[-4:] for code in index.codes] == ["1001", "1003", "1001"]
        rows = places.grids(TODAY)  # the transaction goes on with what is there now
        assert [rows[grid].code[-4:] for grid in index.locate([124.015], [29.005]).tolist()] == ["1003"]
