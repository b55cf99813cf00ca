"""The hub: one reader of events, many screens. No timer, task or query belongs to a single screen."""

from __future__ import annotations

import asyncio
import json
import logging
import time
from collections import deque
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from civigrid.base.events import Numbered
from civigrid.base.permissions import Scope
from civigrid.web.live.tip import Tip

POLL_SECONDS = 0.1
BEAT_SECONDS = 15
RECHECK_SECONDS = 30
AT_ONCE = 200  # more events than this at one time are told as one "many": screens then read anew what they show
KEPT = 5000  # messages a screen that was away a moment is given from memory
BACKLOG = 1000  # messages a screen that does not read may leave lying before it is told to read anew
RETRY = 3.0
log = logging.getLogger("civigrid.web.live")


@dataclass(frozen=True, slots=True)
class Seat:
    """Who sits before a screen: the session it was opened in, and the post."""

    session: str
    account_id: int
    post_id: int


class Source(Protocol):
    """What the hub needs of the database; every method runs in a thread and opens its own transaction."""

    def newest(self) -> int: ...

    def after(self, pos: int, limit: int) -> Sequence[Numbered]:
        """Numbers what is committed and reads on."""

    def missed(self, pos: int, upto: int, limit: int) -> Sequence[Numbered] | None:
        """The events in (pos, upto]; None where some are no longer kept or there are more than `limit`."""

    def scopes(self, seats: Iterable[Seat]) -> dict[Seat, Scope]:
        """What each seat may see now; one that may see nothing more (signed out, post ended) is left out."""


@dataclass(frozen=True, slots=True)
class Message:
    """One event as it goes over the wire, and for whom."""

    pos: int
    wire: bytes
    region_code: str = ""
    unit_ids: tuple[int, ...] = ()
    for_all: bool = False

    def concerns(self, scope: Scope) -> bool:
        return self.for_all or scope.holds(region_code=self.region_code, unit_ids=self.unit_ids)


@dataclass(eq=False, slots=True)
class Screen:
    """One connection; `send` writes to it."""

    seat: Seat
    send: Callable[[bytes], Awaitable[None]]
    lying: list[bytes] = field(default_factory=list)
    busy: bool = False

    def push(self, wire: bytes) -> None:
        if len(self.lying) >= BACKLOG:
            self.lying.clear()
            wire = frame("reset", 0)
        self.lying.append(wire)

    async def flush(self) -> None:
        """Writes what lies there; whoever comes meanwhile only adds to it."""
        if self.busy:
            return
        self.busy = True
        try:
            while self.lying:
                wire = b"".join(self.lying)
                self.lying.clear()
                await self.send(wire)
        finally:
            self.busy = False


def frame(kind: str, pos: int, **data: str) -> bytes:
    """One server-sent event. Without a position the browser keeps the one it has."""
    head = f"id: {pos}\n" if pos else ""
    return f"{head}event: {kind}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n".encode()


GOODBYE = frame("goodbye", 0)


def told(event: Numbered) -> Message:
    wire = frame("change", event.pos, topic=event.topic, number=event.number, stage=event.stage)
    return Message(event.pos, wire, event.region_code, event.unit_ids)


class Hub:
    """`join` gives a screen what it missed and then everything new; `run` is the one loop that feeds all."""

    def __init__(
        self, source: Source, thread: Callable[..., Awaitable[object]] = asyncio.to_thread, tip: Tip | None = None
    ) -> None:
        self.source, self.thread, self.tip = source, thread, tip or Tip()
        self.screens: dict[Scope, set[Screen]] = {}
        self.recent: deque[Message] = deque(maxlen=KEPT)
        self.somebody = asyncio.Event()
        self._starting = asyncio.Lock()
        self._flushing: set[asyncio.Task[None]] = set()

    @property
    def pos(self) -> int:
        """How far everything was told; -1 while nobody listens."""
        return self.tip.pos

    @pos.setter
    def pos(self, pos: int) -> None:
        self.tip.pos = pos

    def count(self) -> int:
        return sum(map(len, self.screens.values()))

    async def join(self, screen: Screen, scope: Scope, last: int | None) -> None:
        """From here on `screen` is fed. `last` is the position it had before, None on its first connection."""
        async with self._starting:
            if self.pos < 0:
                self.pos = await self.thread(self.source.newest)  # type: ignore[assignment]
        screen.busy = True  # what comes meanwhile lies until the past is told
        upto = self.pos
        self.screens.setdefault(scope, set()).add(screen)
        self.somebody.set()
        screen.lying[:0] = await self._past(scope, last, upto)
        screen.busy = False
        await screen.flush()

    def leave(self, screen: Screen) -> None:
        for scope, screens in list(self.screens.items()):
            screens.discard(screen)
            if not screens:
                del self.screens[scope]

    async def _past(self, scope: Scope, last: int | None, upto: int) -> list[bytes]:
        if last is None or last == upto:
            return [frame("hello", upto)]
        if 0 < upto - last <= len(self.recent):
            missed: Iterable[Message] | None = [each for each in self.recent if last < each.pos <= upto]
        else:
            rows = await self.thread(self.source.missed, last, upto, AT_ONCE)
            missed = None if rows is None else map(told, rows)  # type: ignore[call-overload]
        if missed is None:
            return [frame("reset", upto)]
        return [*(each.wire for each in missed if each.concerns(scope)), frame("hello", upto)]

    async def run(self) -> None:
        """Until cancelled. A lost database is waited for: screens keep their place and miss nothing."""
        beat = recheck = time.monotonic()
        while True:
            await self.somebody.wait()
            try:
                await self._poll()
                if (now := time.monotonic()) - beat >= BEAT_SECONDS:
                    beat = now
                    self._tell_all(frame("beat", self.pos))
                if now - recheck >= RECHECK_SECONDS:
                    recheck = now
                    await self._recheck()
                await asyncio.sleep(POLL_SECONDS)
            except Exception as error:
                log.warning("live events cannot be read and are tried again: %s", type(error).__name__)
                await asyncio.sleep(RETRY)

    async def _poll(self) -> None:
        if not self.screens:
            self.pos = -1
            self.recent.clear()
            self.somebody.clear()
            return
        rows: Sequence[Numbered] = await self.thread(self.source.after, self.pos, AT_ONCE + 1)  # type: ignore[assignment]
        if len(rows) > AT_ONCE:
            newest: int = await self.thread(self.source.newest)  # type: ignore[assignment]
            self.recent.clear()  # what was not read is not there to be given again
            self._tell([Message(newest, frame("many", newest), for_all=True)])
        else:
            messages = [told(row) for row in rows]
            self.recent.extend(messages)
            self._tell(messages)

    def _tell(self, messages: Sequence[Message]) -> None:
        if not messages:
            return
        for scope, screens in self.screens.items():
            wire = b"".join(each.wire for each in messages if each.concerns(scope))
            if wire:
                self._give(screens, wire)
        self.pos = messages[-1].pos

    def _tell_all(self, wire: bytes) -> None:
        for screens in self.screens.values():
            self._give(screens, wire)

    def _give(self, screens: Iterable[Screen], wire: bytes) -> None:
        for screen in screens:
            screen.push(wire)
            if not screen.busy:
                task = asyncio.ensure_future(screen.flush())
                self._flushing.add(task)
                task.add_done_callback(self._flushed)

    def _flushed(self, task: asyncio.Task[None]) -> None:
        self._flushing.discard(task)
        if not task.cancelled():
            task.exception()  # the connection is gone; its own coroutine sees that and leaves

    async def _recheck(self) -> None:
        """Who signed out or lost the post is told goodbye and no more, whose scope changed is moved. One look at the database for all."""
        seats = {screen.seat for screens in self.screens.values() for screen in screens}
        now: dict[Seat, Scope] = await self.thread(self.source.scopes, seats)  # type: ignore[assignment]
        for scope, screens in list(self.screens.items()):
            for screen in list(screens):
                if now.get(screen.seat) == scope:
                    continue
                self.leave(screen)
                if screen.seat in now:
                    self.screens.setdefault(now[screen.seat], set()).add(screen)
                else:
                    self._give([screen], GOODBYE)
