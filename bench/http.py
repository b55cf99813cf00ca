"""One report over HTTP, durable, located, routed and opened, against pgbench writing the same rows: `python -m bench.http`.

The real program runs as `civigrid serve --web-only`, one process. 16 kept connections of this process each send a report with
its matter, hear the answer (which comes after the commit) and send the next. Then pgbench, 16 clients, writes the rows that
one such report left in every table, one commit each, into the same database on the same server. They take turns.

Statements are those the server logs: BEGIN, COMMIT and what sets the role included.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
import secrets
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

from bench import live, rows
from bench.frame import Database, Figure, logged, main

CLIENTS, SECONDS, TURNS, ALONE = 16, float(os.environ.get("BENCH_SECONDS", "6")), 3, 50
MOST_SQL, LEAST_RATIO = 15, 0.35
_TPS = re.compile(r"tps = ([\d.]+)")
_numbers = count(1)


def figures(database: Database) -> list[Figure]:
    os.environ["CIVIGRID_API_PER_MINUTE"] = "0"
    token = prepare()
    with live.program(database) as port:
        senders = [Sender(port, token) for _ in range(CLIENTS)]
        asyncio.run(crowd(senders, 2))
        tables = one(database, senders[0])
        with pgbench(database, tables) as writes:
            writes(1)
            turns = [(asyncio.run(crowd(senders, SECONDS)), writes(SECONDS)) for _ in range(TURNS)]
        alone, together = counted(database, senders)
    http, ceiling = (statistics.median(each) for each in zip(*turns, strict=True))
    written = sum(len(table.rows) for table in tables)
    return [
        Figure("rows that one report leaves", written, f"rows in {len(tables)} tables"),
        Figure("pgbench, the same rows one commit each", ceiling, "transactions/s"),
        Figure(f"reports over HTTP, {CLIENTS} clients", http, "reports/s", key="http_per_s"),
        Figure("its share of what pgbench reaches", http / ceiling, "", least=LEAST_RATIO, key="http_ratio"),
        Figure("statements of a report that comes alone", alone, "statements", most=MOST_SQL, key="http_sql"),
        Figure(f"statements a report, {CLIENTS} clients", together, "statements"),
    ]


def prepare() -> str:
    """The demo city, and a token for its intake officer."""
    from civigrid.base import db
    from civigrid.directory import actions, queries
    from civigrid.directory.rules import TOKEN_MARK, NewToken, TokenScope, secret_digest
    from civigrid.flow import packs

    now = datetime.now(UTC)
    packs.load(live.PACK, now=now - timedelta(days=3))
    secret = f"{TOKEN_MARK}{secrets.token_urlsafe(32)}"
    scopes, until = frozenset({TokenScope.WRITE_REPORTS}), now + timedelta(days=1)
    new = NewToken("li-intake", "bench", secret_digest(secret), scopes, until)
    with db.system():
        by = queries.account_by_username("he-secadmin")
        assert by is not None
        actor = queries.actor_for(by.id, None, now.date())
        assert actor is not None
        [given] = actions.give_tokens([new], on=now.date(), now=now, actor=actor)
    assert given.ok, given
    return secret


@dataclass(slots=True)
class Sender:
    """A kept connection that sends one report at a time."""

    port: int
    token: str

    async def go(self, until: float) -> int:
        """How many reports it sent by then; stops where one was not taken."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        sent = 0
        while time.perf_counter() < until:
            writer.write(self.request())
            await self.answer(reader)
            sent += 1
        writer.close()
        return sent

    async def once(self) -> int:
        """The id of one report."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        writer.write(self.request())
        answer = await self.answer(reader)
        writer.close()
        return int(json.loads(answer)["id"])

    def request(self) -> bytes:
        n = next(_numbers)
        said = {
            "key": f"bench-{n}", "source": "04", "text": f"路灯不亮，第{n}号", "matter_code": "C0118",
            "lon": 124.0 + n % 1000 * 1e-6, "lat": 29.0 + n // 1000 * 1e-6,
        }  # fmt: skip
        body = json.dumps(said).encode()
        return (
            f"POST /api/v1/reports HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {self.token}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        ).encode() + body

    async def answer(self, reader: asyncio.StreamReader) -> bytes:
        head = await reader.readuntil(b"\r\n\r\n")
        size = re.search(rb"content-length: (\d+)", head, re.I)
        body = await reader.readexactly(int(size[1])) if size else b""
        if not head.startswith(b"HTTP/1.1 201") or b'"opened"' not in body:
            raise SystemExit(f"a report was not opened: {head.decode()}{body.decode()}")
        return body


async def crowd(senders: list[Sender], seconds: float) -> float:
    """Reports a second of all of them together."""
    started = time.perf_counter()
    sent = await asyncio.gather(*(sender.go(started + seconds) for sender in senders))
    return sum(sent) / (time.perf_counter() - started)


def one(database: Database, sender: Sender) -> list[rows.Table]:
    """Every row that a report which comes alone leaves."""
    report_id = asyncio.run(sender.once())
    with database.admin() as admin:
        found = admin.execute("SELECT xmin::text FROM intake_report WHERE id = %s", (report_id,)).fetchone()
        assert found is not None
        return rows.left_by(admin, found[0])


@contextmanager
def pgbench(database: Database, tables: list[rows.Table]) -> Iterator[Callable[[float], float]]:
    """A function that writes for so many seconds and tells the transactions a second."""
    from civigrid.base.pg import wheel

    cluster = database.cluster
    binary = wheel.programs_for(cluster.runner, cluster.version, cluster.places.home) / "pgbench"
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder) / "rows.sql"
        script.write_text(rows.script(tables))
        starts = count(0, 1_000_000)

        def write(seconds: float) -> float:
            words = ["-n", "-M", "prepared", "-c", str(CLIENTS), "-j", "2", "-T", str(max(int(seconds), 1))]
            begin = ["-D", f"i={next(starts)}", "-f", str(script)]
            done = subprocess.run([str(binary), *words, *begin], env=_login(database), capture_output=True, text=True)
            found = _TPS.search(done.stdout)
            if done.returncode or not found:
                raise SystemExit(f"pgbench: {done.stderr[-2000:]}")
            return float(found[1])

        yield write


def _login(database: Database) -> dict[str, str]:
    """As the program logs in, and with the role that it takes for reports."""
    from civigrid.base import db

    host = str(database.cluster.socket)
    return {
        **os.environ,
        "PGHOST": host,
        "PGUSER": db.LOGIN,
        "PGDATABASE": database.name,
        "PGOPTIONS": f"-c role={db.SYSTEM}",
    }


def counted(database: Database, senders: list[Sender]) -> tuple[float, float]:
    """Statements of a report that comes alone, and of one in a crowd. What the program asks by itself meanwhile (whether
    there is news for the screens) is counted in as long a time without reports, and taken off. What is asked anew every ten
    seconds (whose token it is, the load of the units: eight statements) is asked before.
    """

    async def alone() -> int:
        for _ in range(ALONE):
            await senders[0].once()
        return ALONE

    async def together() -> int:
        until = time.perf_counter() + 1
        return sum(await asyncio.gather(*(sender.go(until) for sender in senders)))

    def each(send: Callable[[], Coroutine[Any, Any, int]]) -> float:
        asyncio.run(senders[0].once())
        first, started = statements(), time.perf_counter()
        sent = asyncio.run(send())
        seconds = time.perf_counter() - started
        then = statements()
        time.sleep(seconds)
        return ((then - first) - (statements() - then)) / sent

    with logged(database) as statements:
        return each(alone), each(together)


if __name__ == "__main__":
    sys.exit(main(["http", *sys.argv[1:]]))
