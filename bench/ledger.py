"""Appending 60,000 lines and verifying 300,000: `python -m bench.ledger`."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import psycopg

from bench.frame import Database, Figure, main, middle, timed

if TYPE_CHECKING:
    from civigrid.base.ledger import Line

LINES, PER_STREAM, ROUNDS = 60_000, 3, 5
WORDS = "幸福路与建设路路口井盖破损，夜间没有灯光，行人经过很危险，请尽快派人处理。"


def figures(database: Database) -> list[Figure]:
    """Every third line carries words, as the first line of a case does; every stream is new in its round."""
    from civigrid.base import db, ledger

    appended, verified = [], []
    for turn in range(ROUNDS):
        lines = batch(turn)

        def write(lines: list[ledger.Line] = lines) -> None:
            with db.system():
                ledger.append(lines, now=datetime.now(UTC))

        appended.append(timed(write))
    for _ in range(3):

        def walk() -> None:
            with db.system():
                report = ledger.verify()
            assert report.ok and report.lines == ROUNDS * LINES, report

        verified.append(timed(walk))
    with database.admin() as admin:
        copied, read = raw_copy(admin), raw_read(admin)
    return [
        Figure("ledger append", LINES / middle(appended[1:]), "lines/s", least=40_000, ceiling=copied,
               ceiling_is="lines/s, COPY of the same rows without chain or row security"),
        Figure("ledger verify", ROUNDS * LINES / middle(verified), "lines/s", least=250_000, ceiling=read,
               ceiling_is="lines/s, COPY out of the same rows, unread"),
    ]  # fmt: skip


def batch(turn: int) -> list[Line]:
    from civigrid.base.ledger import Line

    first = turn * LINES
    return [
        Line(
            "case", (first + n) // PER_STREAM + 1, "dispatch", {"unit": n, "row": 12, "stage": "handle"},
            WORDS if n % PER_STREAM == 0 else "", account=12, post=34,
        )
        for n in range(LINES)
    ]  # fmt: skip


def raw_copy(admin: psycopg.Connection[tuple[object, ...]]) -> float:
    """Lines a second when the rows of one round are only copied in, durably, with their primary keys."""
    tables = {
        name: f"SELECT * FROM {name} WHERE stream <= {LINES // PER_STREAM}" for name in ("ledger_line", "ledger_text")
    }
    rows = {}
    for name, query in tables.items():
        admin.execute(f"CREATE TABLE raw_{name} (LIKE {name} INCLUDING INDEXES)")
        with admin.cursor().copy(f"COPY ({query}) TO STDOUT (FORMAT binary)") as out:
            rows[name] = [bytes(chunk) for chunk in out]

    def copy() -> None:
        with admin.transaction():
            for name, chunks in rows.items():
                with admin.cursor().copy(f"COPY raw_{name} FROM STDIN (FORMAT binary)") as into:
                    for chunk in chunks:
                        into.write(chunk)

    seconds = []
    for _ in range(3):
        admin.execute("TRUNCATE raw_ledger_line, raw_ledger_text")
        seconds.append(timed(copy))
    return LINES / middle(seconds)


def raw_read(admin: psycopg.Connection[tuple[object, ...]]) -> float:
    """Lines a second when all rows are only read in order and thrown away."""

    def read() -> None:
        query = "SELECT kind, stream, seq, at, hash, body FROM ledger_line ORDER BY kind, stream, seq"
        with admin.cursor().copy(f"COPY ({query}) TO STDOUT") as out:
            assert sum(1 for _ in out) == ROUNDS * LINES

    return ROUNDS * LINES / middle([timed(read) for _ in range(3)])


if __name__ == "__main__":
    sys.exit(main(["ledger", *sys.argv[1:]]))
