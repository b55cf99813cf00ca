"""`POST /api/v1/reports` by the event loop: requests that wait at the same time are committed together.

A commit waits for the disk, and a small transaction costs mostly what every transaction costs. So while one group is at
work in a thread the next one gathers, and goes as one call of `flow.arriving.take`, which takes it apart where it
fails. A request that comes alone goes at once: nobody waits for company. What is read and what is answered is
`civigrid.api.creating`, the same as without this door.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import re
import time
import uuid
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeVar

from django.db import connection

from civigrid.api import auth, creating, language
from civigrid.api.creating import Read
from civigrid.api.problems import Problem, of
from civigrid.base import env, logs, metrics
from civigrid.base.asgi import Answer, Gone, Receive, Scope, Send, respond
from civigrid.base.errors import Outcome
from civigrid.directory.rules import Granted, TokenScope
from civigrid.flow import arriving

PATH = "/api/v1/reports"
HANDS = 1  # groups at work at once: with more of them each is smaller, and a smaller one costs nearly as much
MOST = 64  # reports in a group
GATHER = 0.004  # seconds that a group waits for those who were just answered
WAITING = 2_000  # requests that may wait; the next one is told to come back
ALWAYS = {"X-Content-Type-Options": "nosniff"}
_REQUEST_ID = re.compile(r"[A-Za-z0-9-]{8,64}")
GROUPS = metrics.Histogram("civigrid_api_group_seconds", "How long groups of reports took to be stored.")
REPORTS = metrics.Histogram("civigrid_api_report_seconds", "How long single reports took.", ["status"])
T = TypeVar("T")
log = logging.getLogger("civigrid.access")


@dataclass(slots=True)
class Waiting:
    """A report that waits for its group, and where its outcome is awaited."""

    found: Read
    done: asyncio.Future[Outcome]


@dataclass(slots=True)
class Asked:
    """A request: its headers, the number it is logged under, and who sent it, once that is known."""

    headers: dict[str, str]
    number: str
    account: int = 0


class Door:
    """One per process, with threads of its own: pages that are slow never hold up a report."""

    def __init__(self) -> None:
        self.pool = ThreadPoolExecutor(HANDS + 2, thread_name_prefix="report")
        self.queue: deque[Waiting] = deque()
        self.hands = HANDS
        self.wanted, self.whole = 1, asyncio.Event()  # as many as the last group had, and that they are here
        self.tasks: set[asyncio.Task[None]] = set()

    @staticmethod
    def takes(scope: Scope) -> bool:
        return bool(scope["method"] == "POST" and scope["path"] == PATH)

    def close(self) -> None:
        self.pool.shutdown(wait=False, cancel_futures=True)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        started = time.perf_counter()
        asked = _asked(scope)
        try:
            answer = await self._answer(asked, receive)
        except Gone:
            return
        seconds = time.perf_counter() - started
        REPORTS.observe(seconds, status=str(answer.status))
        with logs.about(request=asked.number, account=asked.account):
            ms = round(seconds * 1000)
            log.info("request", extra={"method": "POST", "path": PATH, "status": answer.status, "ms": ms})
        await respond(answer, scope, send)

    async def _answer(self, asked: Asked, receive: Receive) -> Answer:
        accepted = asked.headers.get("accept-language", "")
        try:
            status, told, content = await self._made(asked, await _read(receive))
        except (Gone, asyncio.CancelledError):
            raise
        except Exception as error:
            with logs.about(request=asked.number), language.speaking(accepted):
                problem = of(error)
                status, (told, content) = problem.status, problem.render(asked.number)
        named = {**told, **ALWAYS, "X-Request-ID": asked.number, "Content-Language": language.language_of(accepted)}
        return Answer(status, [(k.lower().encode(), v.encode("latin1")) for k, v in named.items()], content)

    async def _made(self, asked: Asked, body: bytes) -> tuple[int, dict[str, str], bytes]:
        """Status, headers and body of what was made. Raises what `of` tells."""
        now = datetime.now(UTC)
        granted = await self._granted(asked, now)
        asked.account = granted.actor.account_id
        _check_type(asked.headers)
        found = creating.read(body, key=asked.headers.get("idempotency-key", ""), actor=granted.actor)
        if not found.uploads:
            return creating.written(found, await self._outcome(found))
        found = await self._thread(creating.with_files, found, now=now)
        made = creating.written(found, await self._outcome(found))
        await self._thread(creating.used, found)
        return made

    async def _granted(self, asked: Asked, now: datetime) -> Granted:
        said = asked.headers.get("authorization", "")
        granted = auth.doorkeeper.known(said)
        if granted is None:
            granted = await self._thread(auth.doorkeeper.ask, said, now=now)
        return auth.check(granted, TokenScope.WRITE_REPORTS, now=now)

    async def _outcome(self, found: Read) -> Outcome:
        """What becomes of it, in whatever group it goes."""
        if len(self.queue) >= WAITING:
            raise Problem(503, "unavailable", headers={"Retry-After": "1"})
        done: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()
        self.queue.append(Waiting(found, done))
        self._count()
        self._start()
        return await done

    def _start(self) -> None:
        """Each free hand takes what waits."""
        while self.hands and self.queue:
            group = [self.queue.popleft() for _ in range(min(MOST, len(self.queue)))]
            self.hands -= 1
            task = asyncio.ensure_future(self._work(group))
            self.tasks.add(task)
            task.add_done_callback(self.tasks.discard)

    async def _work(self, group: list[Waiting]) -> None:
        try:
            parcels = [each.found.parcel for each in group]
            started = time.perf_counter()
            outcomes = await self._thread(arriving.take, parcels, now=datetime.now(UTC))
            GROUPS.observe(time.perf_counter() - started)
            for each, outcome in zip(group, outcomes, strict=True):
                if not each.done.done():  # who went away meanwhile does not hear it; his report is stored
                    each.done.set_result(outcome)
        except Exception as error:
            for each in group:
                if not each.done.done():
                    each.done.set_exception(error)
        await self._company(len(group))
        self.hands += 1
        self._start()

    async def _company(self, size: int) -> None:
        """Whoever was answered in a group comes again at once: without a moment's patience two halves of the senders would
        take turns, each waiting for the other. Nobody waits after a report that came alone."""
        if size > 1:
            self.wanted = size
            self.whole.clear()
            self._count()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self.whole.wait(), GATHER)

    def _count(self) -> None:
        if len(self.queue) >= self.wanted:
            self.whole.set()

    async def _thread(self, work: Callable[..., T], *args: Any, **more: Any) -> T:
        def run() -> T:
            try:
                return work(*args, **more)
            finally:
                connection.close()  # back to the pool

        return await asyncio.get_running_loop().run_in_executor(self.pool, run)


def _asked(scope: Scope) -> Asked:
    headers = {name.decode("latin1").lower(): value.decode("latin1") for name, value in scope["headers"]}
    given = headers.get("x-request-id", "")
    return Asked(headers, given if _REQUEST_ID.fullmatch(given) else uuid.uuid4().hex)


def _check_type(headers: dict[str, str]) -> None:
    said = headers.get("content-type", "").partition(";")[0].strip().lower()
    if said not in ("", "application/json"):
        raise Problem(415, "bad_media_type", wanted="application/json")


async def _read(receive: Receive) -> bytes:
    """The body. What is too large is heard to its end and thrown away: a client that is still sending reads no answer.

    Problem 413; beyond what the server reads of any request, at once.
    """
    limit, most = env.API_MAX_JSON_BYTES.number(), env.MAX_BODY_BYTES.number()
    body, size, more = b"", 0, True
    while more and size <= most:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Gone
        piece = message.get("body", b"")
        size, more = size + len(piece), bool(message.get("more_body"))
        body = body + piece if size <= limit else b""
    creating.check_size(size)
    return body
