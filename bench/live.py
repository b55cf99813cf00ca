"""1,000 open screens beside 1,000 POSTs a second: `python -m bench.live`.

The real program runs as `civigrid serve --web-only`, one process. The load comes from this process over loopback: 1,000
connections to /live of signed-in people, and POSTs to /large-text/ at fixed moments, over 200 kept connections, through
the thread bridge and Django's whole middleware with its check of the form's token; that page asks the database nothing.
Meanwhile events commit, five a second, each for all screens. A POST's time counts from the moment it was due.
"""

from __future__ import annotations

import asyncio
import os
import re
import resource
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from bench.frame import Database, Figure, main

SCREENS, POSTS_PER_SECOND, SECONDS, CONNECTIONS = 1000, 1000, 10, 200
WHOLE_CITY = ("li-intake", "zheng-chief", "wang-dispatch", "sun-dispatch", "zhou-inspector", "qian-caller")
EVENTS_PER_SECOND, WARM_UP = 5, 2
TOKEN = "a" * 32
BODY = f"csrfmiddlewaretoken={TOKEN}&next=/".encode()
REQUEST = (
    f"POST /large-text/ HTTP/1.1\r\nHost: localhost\r\nCookie: civigrid_csrf={TOKEN}\r\n"
    f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(BODY)}\r\n\r\n"
).encode() + BODY
NUMBER = re.compile(rb'"number": "(\d+)"')
PACK = Path(__file__).resolve().parents[1] / "packs" / "demo"


def figures(database: Database) -> list[Figure]:
    cookies = people()
    with program(database) as port:
        load = Load(port, cookies)
        asyncio.run(load.run())
    posts, heard = sorted(load.posts), sorted(load.heard)
    return [
        Figure("screens open", load.open, "", least=SCREENS),
        Figure(
            "POSTs answered 303",
            sum(status == 303 for status in load.statuses) / SECONDS,
            "a second",
            least=0.98 * POSTS_PER_SECOND,
        ),
        Figure("POST, middle", part(posts, 0.5), "ms"),
        Figure("POST, p99", part(posts, 0.99), "ms", most=250),
        Figure("events told to every screen", len(heard) / (SCREENS * load.events), "", least=1.0, most=1.0),
        Figure("event, commit to screen, middle", part(heard, 0.5), "ms"),
        Figure("event, commit to screen, p99", part(heard, 0.99), "ms", most=500),
    ]


def part(values: list[float], share: float) -> float:
    return round(values[min(int(share * len(values)), len(values) - 1)] * 1000, 1) if values else float("inf")


def people() -> list[str]:
    """Session cookies of people of the demonstration's city who see all of it."""
    from django.contrib.auth import get_user_model
    from django.test import Client

    from civigrid.flow import packs
    from civigrid.web import access

    packs.load(PACK, now=datetime.now(UTC))
    with access.system():
        accounts = list(get_user_model()._default_manager.filter(username__in=WHOLE_CITY))
    found = []
    for account in accounts:
        browser = Client()
        browser.force_login(account)
        found.append(browser.cookies["civigrid_session"].value)
    return found


@contextmanager
def program(database: Database) -> Iterator[int]:
    _many_files()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    env = {
        **os.environ,
        "DATABASE_URL": database.cluster.url(database.name),
        "CIVIGRID_LOG_LEVEL": "WARNING",
        "CIVIGRID_WEB_PROCESSES": "1",
    }
    server = subprocess.Popen(
        [sys.executable, "-m", "civigrid.cli", "serve", "--web-only", "--port", str(port)], env=env
    )
    try:
        _wait(port, server)
        yield port
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(20)


def _wait(port: int, server: subprocess.Popen[bytes]) -> None:
    for _ in range(300):
        if server.poll() is not None:
            raise SystemExit("the web server did not start")
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=2)
            return
        except OSError:
            time.sleep(0.1)
    raise SystemExit("the web server does not answer")


def _many_files() -> None:
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(65_536, hard), hard))


class Screen(asyncio.Protocol):
    """A browser's stream."""

    def __init__(self, load: Load) -> None:
        self.load = load
        self.greeted = False

    def data_received(self, data: bytes) -> None:
        now = time.perf_counter()
        if not self.greeted and b"event: hello" in data:
            self.greeted = True
            self.load.open += 1
        for number in NUMBER.findall(data):
            self.load.heard.append(now - self.load.committed[int(number)])


class Sender(asyncio.Protocol):
    """A kept connection that sends one POST at a time."""

    def __init__(self, load: Load) -> None:
        self.load = load
        self.due = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        self.load.free.append(self)

    def send(self, due: float) -> None:
        self.due = due
        self.transport.write(REQUEST)

    def data_received(self, data: bytes) -> None:
        self.load.answered(self, int(data[9:12]))


@dataclass
class Load:
    port: int
    cookies: list[str]
    open: int = 0
    events: int = 0
    posts: list[float] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)
    heard: list[float] = field(default_factory=list)
    committed: dict[int, float] = field(default_factory=dict)
    free: list[Sender] = field(default_factory=list)
    waiting: list[float] = field(default_factory=list)

    async def run(self) -> None:
        await self._screens()
        loop = asyncio.get_running_loop()
        await asyncio.gather(
            *(loop.create_connection(lambda: Sender(self), "127.0.0.1", self.port) for _ in range(CONNECTIONS))
        )
        await self._post(WARM_UP)
        self.posts.clear()
        self.statuses.clear()
        speaker = threading.Thread(target=self._speak)
        speaker.start()
        await self._post(SECONDS)
        await loop.run_in_executor(None, speaker.join)
        await asyncio.sleep(1.5)

    async def _screens(self) -> None:
        loop = asyncio.get_running_loop()
        for number in range(SCREENS):
            transport, _ = await loop.create_connection(lambda: Screen(self), "127.0.0.1", self.port)
            cookie = self.cookies[number % len(self.cookies)]
            transport.write(
                f"GET /live HTTP/1.1\r\nHost: localhost\r\nCookie: civigrid_session={cookie}\r\n\r\n".encode()
            )
            if number % 50 == 49:
                await asyncio.sleep(0.1)
        for _ in range(200):
            if self.open >= SCREENS:
                return
            await asyncio.sleep(0.1)

    async def _post(self, seconds: float) -> None:
        """Sends at fixed moments whether or not answers come: who is late stays late in the figures."""
        start = time.perf_counter()
        for number in range(int(seconds * POSTS_PER_SECOND)):
            due = start + number / POSTS_PER_SECOND
            if (early := due - time.perf_counter()) > 0:
                await asyncio.sleep(early)
            if self.free:
                self.free.pop().send(due)
            else:
                self.waiting.append(due)
        for _ in range(100):
            if len(self.free) == CONNECTIONS:
                return
            await asyncio.sleep(0.1)

    def answered(self, sender: Sender, status: int) -> None:
        self.posts.append(time.perf_counter() - sender.due)
        self.statuses.append(status)
        if self.waiting:
            sender.send(self.waiting.pop(0))
        else:
            self.free.append(sender)

    def _speak(self) -> None:
        from django.db import connection

        from civigrid.base import db, events
        from civigrid.base.events import Event

        for number in range(SECONDS * EVENTS_PER_SECOND):
            with db.system():
                events.emit(
                    [Event("case.filed", region_code="990181001", number=str(number), stage="file")],
                    now=datetime.now(UTC),
                )
                self.committed[number] = time.perf_counter()  # a little before the commit: never too kind
            self.events += 1
            time.sleep(1 / EVENTS_PER_SECOND)
        connection.close()


if __name__ == "__main__":
    sys.exit(main(["live", *sys.argv[1:]]))
