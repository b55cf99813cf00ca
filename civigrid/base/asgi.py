"""The words of ASGI that every door speaks, and an answer that is complete."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass, field
from typing import Any

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

BODYLESS = {204, 304}


class TooLarge(Exception):
    """The body is larger than the server reads."""


class Gone(Exception):
    """The client went away before its request was complete."""


@dataclass
class Answer:
    """What the handler gave back: `body` where all of it was there, `stream` where it comes piece by piece."""

    status: int = 500
    headers: list[tuple[bytes, bytes]] = field(default_factory=list)
    body: bytes = b""
    stream: Any = None

    def start(self, status: str, headers: list[tuple[str, str]], _exc_info: Any = None) -> Callable[[bytes], Any]:
        """WSGI's start_response."""
        self.status = int(status[:3])
        self.headers = [(name.lower().encode("latin1"), value.encode("latin1")) for name, value in headers]
        return self.write

    def write(self, data: bytes) -> None:
        """What WSGI's start_response gives: bytes before those of the result."""
        self.body += data


async def respond(answer: Answer, scope: Scope, send: Send) -> None:
    """Sends an answer that is complete. HEAD and the statuses without a body get the headers only."""
    headers = answer.headers
    if answer.status not in BODYLESS and not any(name == b"content-length" for name, _ in headers):
        headers = [*headers, (b"content-length", str(len(answer.body)).encode())]
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    bare = scope["method"] == "HEAD" or answer.status in BODYLESS
    await send({"type": "http.response.body", "body": b"" if bare else answer.body})
