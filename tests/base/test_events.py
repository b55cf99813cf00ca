"""Events: commit order is reading order."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest
from django.db import connection

from civigrid.base import db, events, readers
from civigrid.base.events import Event
from civigrid.base.permissions import Scope

NOW = datetime(2026, 11, 22, 8, tzinfo=UTC)


def emit(*topics: str, now: datetime = NOW) -> None:
    with db.system():
        events.emit([Event(topic) for topic in topics], now=now)


def read(cursor: int = 0) -> list[str]:
    with db.system():
        events.number()
        return [event.topic for event in events.after(cursor, 10_000)]


@pytest.mark.django_db
def test_an_event_is_read_as_it_was_written() -> None:
    with db.system():
        events.emit([Event("case", "310105", (3, 4), "A-1", "handle"), Event("notice")], now=NOW)
        assert events.after(0, 10) == []
        assert events.number() == 2
        first, second = events.after(0, 10)
        assert (first.topic, first.region_code, first.unit_ids, first.number, first.stage, first.at) == (
            "case",
            "310105",
            (3, 4),
            "A-1",
            "handle",
            NOW,
        )
        assert (second.topic, second.region_code, second.unit_ids, second.pos) == ("notice", "", (), first.pos + 1)
        assert events.newest() == second.pos
        assert events.after(first.pos, 10) == [second]
        assert events.after(0, 1) == [first]


@pytest.mark.django_db
def test_nothing_new_is_one_statement_and_no_lock(django_assert_num_queries: Any) -> None:
    with db.system():
        db.take_role()
        with django_assert_num_queries(1):
            assert events.number() == 0
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()")
            assert cursor.fetchone() == (0,)


@pytest.mark.django_db
def test_what_a_reader_has_still_to_read() -> None:
    with db.system():
        assert readers.behind("search") == (0, None)
        events.emit([Event("case", "310105", (), str(n)) for n in range(3)], now=NOW)
        assert readers.behind("search") == (3, NOW)
        events.number()
        assert readers.behind("search") == (3, NOW)
        readers.read_to("search", events.newest())
        assert readers.behind("search") == (0, None)
        events.emit([Event("case", "310105", (), "4")], now=NOW + timedelta(hours=1))
        assert readers.behind("search") == (1, NOW + timedelta(hours=1))
        assert readers.behind("another")[0] == 4


@pytest.mark.django_db
def test_a_thousand_events_are_one_statement(django_assert_num_queries: Any) -> None:
    with db.system():
        db.take_role()
        with django_assert_num_queries(1):
            events.emit([Event("case", "310105", (n,), str(n)) for n in range(1000)], now=NOW)


@pytest.mark.django_db
def test_codes_only() -> None:
    with db.system(), pytest.raises(ValueError, match="line end"):
        events.emit([Event("case\nbrief")], now=NOW)


@pytest.mark.django_db
def test_a_page_sees_events_of_its_scope_and_cannot_number_them() -> None:
    with db.system():
        events.emit([Event("here", "310105"), Event("there", "310106"), Event("ours", "310106", (7,))], now=NOW)
        events.number()
    with db.scoped(Scope(("310105",), (7,))):
        assert [event.topic for event in events.after(0, 10)] == ["here", "ours"]


@pytest.mark.django_db
def test_old_events_go_and_an_older_reader_is_told(django_db_blocker: Any) -> None:
    with db.system():
        events.emit([Event(f"old{n}") for n in range(3)], now=NOW - timedelta(days=8))
        events.emit([Event("new")], now=NOW - timedelta(days=6))
        assert events.prune(now=NOW) == 3
        (kept,) = events.after(0, 10)
        assert kept.topic == "new"
        assert events.too_old(kept.pos - 2) and events.too_old(0) and events.too_old(kept.pos + 1)
        assert not events.too_old(kept.pos - 1) and not events.too_old(kept.pos)


@pytest.mark.django_db
def test_numbers_go_on_when_all_events_were_old() -> None:
    with db.system():
        events.emit([Event("a"), Event("b")], now=NOW - timedelta(days=30))
        events.prune(now=NOW)
        last = events.newest()
        events.emit([Event("c")], now=NOW)
        events.number()
        assert [event.topic for event in events.after(last, 10)] == ["c"]
        assert events.after(last, 10)[0].pos > last > 0


@pytest.mark.django_db
def test_before_the_first_event_nobody_is_too_late() -> None:
    with db.system():
        assert events.newest() == 0 and not events.too_old(0) and events.too_old(5)


def test_who_commits_late_is_read_late_and_never_skipped(fresh_db: str) -> None:
    began, early_read, errors = threading.Event(), threading.Event(), []

    def late() -> None:
        try:
            with db.system():
                events.emit([Event("late")], now=NOW)  # has the smaller id
                began.set()
                assert early_read.wait(10)
        except BaseException as error:
            errors.append(error)
        finally:
            connection.close()

    writer = threading.Thread(target=late)
    writer.start()
    assert began.wait(10)
    emit("early")
    assert read() == ["early"]
    with db.system():
        cursor = events.newest()
    early_read.set()
    writer.join(10)
    assert not errors
    assert read(cursor) == ["late"]
    assert read() == ["early", "late"]


def follow(seen: list[int], topics: list[str], stop: Callable[[], bool]) -> None:
    """A reader like the live hub's: numbers, then reads on from where it stopped."""
    cursor = 0
    while True:
        last_round = stop()
        with db.system():
            events.number()
        with db.system():
            for event in events.after(cursor, 1000):
                cursor = event.pos
                seen.append(event.pos)
                topics.append(event.topic)
        if last_round:
            return


def test_sixteen_late_committers_two_readers_and_a_foreign_transaction(server: Any, fresh_db: str) -> None:
    """0 skipped, 0 doubled, the same order for both readers."""
    turns, writers, errors = 12, 16, []
    stop = threading.Event()
    foreign = psycopg.connect(host=str(server.folder), user="postgres", dbname=fresh_db)
    foreign.execute("CREATE TEMP TABLE held AS SELECT txid_current()")  # open all the time, holds back old snapshots

    def guarded(work: Callable[[], None]) -> None:
        try:
            work()
        except BaseException as error:
            errors.append(error)
        finally:
            connection.close()

    def write(writer: int) -> None:
        pause = threading.Event()
        for turn in range(turns):
            with db.system():
                events.emit([Event(f"{writer}-{turn}-a"), Event(f"{writer}-{turn}-b")], now=NOW)
                pause.wait((writer * 7 + turn * 3) % 11 / 1000)

    seen: list[tuple[list[int], list[str]]] = [([], []), ([], [])]
    readers = [threading.Thread(target=guarded, args=(lambda s=s: follow(*s, stop.is_set),)) for s in seen]  # type: ignore[misc]
    threads = [threading.Thread(target=guarded, args=(lambda n=n: write(n),)) for n in range(writers)]  # type: ignore[misc]
    for thread in [*readers, *threads]:
        thread.start()
    for thread in threads:
        thread.join(60)
    stop.set()
    for reader in readers:
        reader.join(60)
    foreign.close()
    assert errors == []
    expected = sorted(f"{w}-{t}-{x}" for w in range(writers) for t in range(turns) for x in "ab")
    for positions, topics in seen:
        assert sorted(topics) == expected
        assert positions == sorted(set(positions))
    assert seen[0] == seen[1]
