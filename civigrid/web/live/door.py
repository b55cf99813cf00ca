"""`/live`: the ASGI door of the hub, and `/live/since` for browsers that streams do not reach."""

from __future__ import annotations

import asyncio
import random
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs

from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse

from civigrid.base.metrics import Gauge
from civigrid.web.bridge import Answer, Message, Receive, Scope, Send, respond
from civigrid.web.live.hub import AT_ONCE, Hub, Screen
from civigrid.web.live.source import Database, seated
from civigrid.web.live.tip import TIP

HEADERS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),
    (b"x-content-type-options", b"nosniff"),
]
SIGN_IN = Answer(401, [(b"content-type", b"application/json")], b'{"error": {"code": "sign_in_needed"}}')


class Door:
    """One per process. Its threads are few and its own: waiting pages never hold up the screens."""

    def __init__(self, threads: int = 4) -> None:
        self.pool = ThreadPoolExecutor(threads, thread_name_prefix="live")
        self.hub = Hub(Database(), self._thread, TIP)
        self.loop: asyncio.Task[None] | None = None

    async def _thread(self, work: Any, *args: Any) -> Any:
        return await asyncio.get_running_loop().run_in_executor(self.pool, _and_give_back, work, *args)

    def open(self) -> None:
        self.loop = asyncio.ensure_future(self.hub.run())

    def close(self) -> None:
        if self.loop:
            self.loop.cancel()
        self.pool.shutdown(wait=False, cancel_futures=True)

    def figures(self, _now: datetime) -> list[Gauge]:
        """For /metrics."""
        return [Gauge("civigrid_live_screens", "Open screens this process keeps up to date.", {(): self.hub.count()})]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = dict(scope["headers"])
        who = await self._thread(seated, headers.get(b"cookie", b"").decode("latin1"))
        if who is None or scope["method"] != "GET":
            await respond(SIGN_IN, scope, send)
            return
        seat, seen = who
        await send({"type": "http.response.start", "status": 200, "headers": HEADERS})
        wait = random.randint(1000, 5000)  # noqa: S311  # after a restart not all browsers come back at once
        await send(_part(f"retry: {wait}\n\n".encode()))
        screen = Screen(seat, lambda wire: send(_part(wire)))
        try:
            await self.hub.join(screen, seen, _last(scope, headers))
            while (await receive())["type"] != "http.disconnect":
                pass
        finally:
            self.hub.leave(screen)


def _and_give_back(work: Any, *args: Any) -> Any:
    """The thread's database connection goes back to the pool."""
    try:
        return work(*args)
    finally:
        connection.close()


def _part(wire: bytes) -> Message:
    return {"type": "http.response.body", "body": wire, "more_body": True}


def _last(scope: Scope, headers: dict[bytes, bytes]) -> int | None:
    """Where the browser was: its own header when it reconnects by itself, `?last=` when a script connects anew."""
    asked = parse_qs(scope.get("query_string", b"")).get(b"last", [b""])[0]
    return _position(headers.get(b"last-event-id", asked))


def _position(said: bytes) -> int | None:
    return int(said) if said.isdigit() and len(said) < 19 else None


def since(request: HttpRequest) -> HttpResponse:
    """{"pos", "kind": "change" | "many" | "reset" | "hello", "events": [...]} behind `?pos=`; the newest position without it."""
    last = _position(request.GET.get("pos", "").encode())
    newest = Database.newest()
    rows = Database.missed(last, newest, AT_ONCE) if last is not None else []
    if rows is None:
        return JsonResponse({"pos": newest, "kind": "reset", "events": []})
    seen = request.actor.scope  # type: ignore[attr-defined]
    told = [row for row in rows if seen.holds(region_code=row.region_code, unit_ids=row.unit_ids)]
    return JsonResponse(
        {
            "pos": newest,
            "kind": "change" if last is not None else "hello",
            "events": [{"pos": row.pos, "topic": row.topic, "number": row.number, "stage": row.stage} for row in told],
        }
    )
