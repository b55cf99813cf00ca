"""From ASGI to Django's WSGI handler in a pool of threads.

Django's own ASGI handler hops between event loop and thread several times per request and runs middleware in both; this
one reads the body, runs the whole request in one thread, and writes the answer. An answer that streams is taken from
its iterator piece by piece, in a thread, as fast as the client reads.
"""

from __future__ import annotations

import asyncio
import contextvars
import io
import logging
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import IO, Any, TypeVar

from civigrid.base import disk
from civigrid.base.asgi import Answer as Answer
from civigrid.base.asgi import Gone, TooLarge
from civigrid.base.asgi import Message as Message
from civigrid.base.asgi import Receive as Receive
from civigrid.base.asgi import Scope as Scope
from civigrid.base.asgi import Send as Send
from civigrid.base.asgi import respond as respond

T = TypeVar("T")

SPOOL_BYTES = 256 * 1024  # a larger body goes to a temporary file
log = logging.getLogger("civigrid.web.bridge")


class Bridge:
    """`handler` is a WSGI application, `after` runs in the request's thread once an answer starts to stream.

    `waiting` requests at most stand in line for a thread; the next one is told to come back (503).
    """

    def __init__(
        self,
        handler: Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]],
        *,
        threads: int,
        max_body: int,
        refuse: Callable[[Scope, int], Answer],
        after: Callable[[], object] = lambda: None,
        waiting: int = 2000,
    ) -> None:
        self.handler, self.max_body, self.refuse, self.after = handler, max_body, refuse, after
        self.room = threads + waiting
        self.running = 0
        self.pool = ThreadPoolExecutor(threads, thread_name_prefix="page")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self.running >= self.room:
            await respond(self.refuse(scope, 503), scope, send)
            return
        self.running += 1
        try:
            await self._serve(scope, receive, send)
        finally:
            self.running -= 1

    def close(self) -> None:
        self.pool.shutdown(wait=False, cancel_futures=True)

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            body, size = await self._read(scope, receive)
        except TooLarge:
            await respond(self.refuse(scope, 413), scope, send)
            return
        except OSError as error:
            if not disk.full(error):
                raise
            await respond(self.refuse(scope, 507), scope, send)
            return
        except Gone:
            return
        with body:
            answer = await self._thread(self._run, environ(scope, body, size))
            if answer.stream is None:
                await respond(answer, scope, send)
            else:
                await self._stream(answer, scope, send)

    async def _thread(self, work: Callable[..., T], *args: Any) -> T:
        context = contextvars.copy_context()
        return await asyncio.get_running_loop().run_in_executor(self.pool, lambda: context.run(work, *args))

    async def _read(self, scope: Scope, receive: Receive) -> tuple[IO[bytes], int]:
        """The whole body, in memory or in a temporary file, and its size."""
        said = dict(scope["headers"]).get(b"content-length", b"0")
        if said.isdigit() and int(said) > self.max_body:
            raise TooLarge
        body: IO[bytes] = io.BytesIO()
        size = 0
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                body.close()
                raise Gone
            chunk = message.get("body", b"")
            size += len(chunk)
            if size > self.max_body:
                body.close()
                raise TooLarge
            if size > SPOOL_BYTES:
                body = await self._thread(_append_on_disk, body, chunk)
            else:
                body.write(chunk)
            if not message.get("more_body"):
                body.seek(0)
                return body, size

    def _run(self, env: dict[str, Any]) -> Answer:
        """In a thread: one request from start to end."""
        answer = Answer()
        try:
            result = self.handler(env, answer.start)
            if getattr(result, "streaming", False):
                answer.stream = result
                self.after()
                return answer
            try:
                answer.body += b"".join(result)
            finally:
                getattr(result, "close", _nothing)()
        except Exception:
            log.exception("the request handler itself failed")
            return Answer(500, [(b"content-type", b"text/plain; charset=utf-8")], b"500\n")
        return answer

    async def _stream(self, answer: Answer, scope: Scope, send: Send) -> None:
        try:
            await send({"type": "http.response.start", "status": answer.status, "headers": answer.headers})
            if scope["method"] != "HEAD":
                pieces: Iterator[bytes] = iter(answer.stream)
                while (piece := await self._thread(next, pieces, None)) is not None:
                    await send({"type": "http.response.body", "body": piece, "more_body": True})
            await send({"type": "http.response.body", "body": b""})
        finally:
            await self._thread(answer.stream.close)


def _nothing() -> None:
    pass


def _append_on_disk(body: IO[bytes], chunk: bytes) -> IO[bytes]:
    if isinstance(body, io.BytesIO):
        start = body.getvalue()
        body = tempfile.TemporaryFile()  # noqa: SIM115 (closed with the request)
        body.write(start)
    body.write(chunk)
    return body


def environ(scope: Scope, body: IO[bytes], size: int) -> dict[str, Any]:
    """PEP 3333's environ. A header whose name has an underscore is dropped: it could pass for another one."""
    server, client = scope.get("server") or ("localhost", 80), scope.get("client") or ("", 0)
    env: dict[str, Any] = {
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": scope.get("root_path", "").encode().decode("latin1"),
        "PATH_INFO": scope["path"].encode("utf-8", "surrogatepass").decode("latin1"),
        "QUERY_STRING": scope.get("query_string", b"").decode("latin1"),
        "SERVER_NAME": server[0],
        "SERVER_PORT": str(server[1] or 0),
        "SERVER_PROTOCOL": f"HTTP/{scope.get('http_version', '1.1')}",
        "REMOTE_ADDR": client[0],
        "REMOTE_PORT": str(client[1]),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.get("scheme", "http"),
        "wsgi.input": body,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    for raw_name, raw_value in scope["headers"]:
        name, value = raw_name.decode("latin1"), raw_value.decode("latin1")
        if "_" in name:
            continue
        key = name.upper().replace("-", "_")
        key = key if key in {"CONTENT_TYPE", "CONTENT_LENGTH"} else f"HTTP_{key}"
        env[key] = env[key] + ("; " if key == "HTTP_COOKIE" else ",") + value if key in env else value
    env["CONTENT_LENGTH"] = str(size)
    return env
