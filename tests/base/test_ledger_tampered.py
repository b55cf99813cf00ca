"""Somebody with the database's own password changes the record: `verify` finds it and names the place."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from civigrid.base import db, ledger
from civigrid.base.ledger import Line, Wrong

NOW = datetime(2026, 11, 22, 8, tzinfo=UTC)
SUPERUSER = "SET session_replication_role = replica"  # no trigger stands in the way
AT = "WHERE kind = 'case' AND stream = 2"
SWAP = (
    "UPDATE ledger_line SET seq = -seq {at} AND seq IN (2, 3)",
    "UPDATE ledger_line SET seq = CASE seq WHEN -2 THEN 3 ELSE 2 END {at} AND seq < 0",
)


@pytest.fixture
def record(fresh_db: str) -> str:
    """Three cases of five lines, the middle one with words in line 4."""
    with db.system():
        ledger.append(
            [Line("case", s, "note", {"n": n}, "漏水" if n == 4 else "") for s in (1, 2, 3) for n in range(1, 6)],
            now=NOW,
        )
        assert ledger.verify().ok
    return fresh_db


@pytest.mark.parametrize(
    ("statements", "seq", "what"),
    [
        (["UPDATE ledger_line SET body = replace(body, '\"n\":3', '\"n\":4') {at} AND seq = 3"], 3, Wrong.CHANGED),
        (["UPDATE ledger_line SET body = body || ' ' {at} AND seq = 3"], 3, Wrong.CHANGED),
        (["UPDATE ledger_line SET body = body || E'\\\\\\t\\n' {at} AND seq = 3"], 3, Wrong.CHANGED),
        (["UPDATE ledger_line SET hash = sha256('x') {at} AND seq = 3"], 3, Wrong.CHANGED),
        (["UPDATE ledger_line SET hash = 'short' {at} AND seq = 3"], 3, Wrong.CHANGED),
        (["UPDATE ledger_line SET seq = 30 {at} AND seq = 5"], 5, Wrong.MISSING),
        (["UPDATE ledger_line SET seq = 0 {at} AND seq = 1"], 1, Wrong.MISSING),
        (["DELETE FROM ledger_line {at} AND seq = 3"], 3, Wrong.MISSING),
        (["DELETE FROM ledger_line {at} AND seq = 1"], 1, Wrong.MISSING),
        (["DELETE FROM ledger_line {at} AND seq >= 4"], 3, Wrong.TAIL),
        (SWAP, 2, Wrong.COLUMNS),
        (["UPDATE ledger_line SET at = at + interval '1 microsecond' {at} AND seq = 4"], 4, Wrong.COLUMNS),
        (["UPDATE ledger_line SET stream = 4 {at}", "UPDATE ledger_head SET stream = 4 {at}"], 1, Wrong.COLUMNS),
        (["UPDATE ledger_line SET v = 2 {at} AND seq = 2"], 2, Wrong.FORMAT),
        (["UPDATE ledger_line SET alg = 'md5' {at} AND seq = 2"], 2, Wrong.FORMAT),
        (["UPDATE ledger_text SET text = '漏气' {at}"], 4, Wrong.TEXT),
        (["UPDATE ledger_text SET salt = 'other' {at}"], 4, Wrong.TEXT),
        (["DELETE FROM ledger_text {at}"], 4, Wrong.TEXT_GONE),
        (["UPDATE ledger_text SET seq = 2 {at}"], 2, Wrong.TEXT_ADDED),
        (["UPDATE ledger_text SET seq = 9 {at}"], 4, Wrong.TEXT_GONE),
        (["INSERT INTO ledger_text VALUES ('case', 9, 1, 's', 'x')"], 1, Wrong.TEXT_ADDED),
        (["DELETE FROM ledger_head {at}"], 5, Wrong.NO_HEAD),
        (["UPDATE ledger_head SET hash = sha256('x') {at}"], 5, Wrong.HEAD),
        (["UPDATE ledger_head SET seq = 4 {at}"], 5, Wrong.BEYOND),
        (["DELETE FROM ledger_line {at}"], 5, Wrong.NO_LINES),
    ],
)
def test_each_kind_of_tampering_is_found_and_named(
    server: Any, record: str, statements: list[str], seq: int, what: Wrong
) -> None:
    server.admin(SUPERUSER, *(statement.format(at=AT) for statement in statements), database=record)
    with db.system():
        report = ledger.verify()
    fault = report.faults[0]
    assert not report.ok
    assert fault.kind == "case" and fault.stream in {2, 4, 9}
    assert (fault.seq, fault.what) == (seq, what)


def test_one_fault_a_stream_and_every_stream_is_looked_at(server: Any, record: str) -> None:
    changes = "UPDATE ledger_line SET body = body || ' ' WHERE (stream, seq) IN ((1, 2), (1, 4), (3, 5))"
    server.admin(SUPERUSER, changes, database=record)
    with db.system():
        report = ledger.verify()
    assert [(fault.stream, fault.seq) for fault in report.faults] == [(1, 2), (3, 5)]
    assert (report.lines, report.streams, report.faulty) == (15, 3, 2)


def test_words_deleted_by_rule_are_no_fault_but_later_ones_are(server: Any, record: str) -> None:
    with db.system():
        ledger.forget("case", [2], now=NOW)
        ledger.append([Line("case", 2, "note", text="later")], now=NOW)
        assert ledger.verify().ok
    server.admin(SUPERUSER, f"DELETE FROM ledger_text {AT}", database=record)
    with db.system():
        report = ledger.verify()
    assert [(fault.seq, fault.what) for fault in report.faults] == [(7, Wrong.TEXT_GONE)]


def test_the_root_is_the_same_for_the_same_ledger_only(record: str) -> None:
    with db.system():
        before = ledger.verify().root
        assert ledger.verify().root == before
        ledger.append([Line("case", 1, "note")], now=NOW)
        assert ledger.verify().root != before


def test_progress_is_told(record: str) -> None:
    told: list[int] = []
    with db.system():
        ledger.verify(progress=told.append)
    assert told[-1] == 15
