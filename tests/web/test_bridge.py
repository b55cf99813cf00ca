"""The bridge from ASGI to threads: bodies, limits, streams, HEAD, headers, and clients that go away."""

from __future__ import annotations

import asyncio
import errno
import tempfile
import threading
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import pytest

from civigrid.web.bridge import SPOOL_BYTES, Answer, Bridge

Handler = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


def refuse(scope: Any, status: int) -> Answer:
    return Answer(status, [(b"content-type", b"text/plain")], b"refused")


def ask(
    handler: Handler, *, method: str = "GET", path: str = "/", headers: Iterable[tuple[bytes, bytes]] = (), body: Iterable[bytes] = (b"",),
    gone: bool = False, max_body: int = 10_000_000, query: bytes = b"", **more: Any,
) -> tuple[int, dict[str, str], bytes]:  # fmt: skip
    """One request through a bridge of its own: status, headers, body."""
    pieces = list(body)
    sent: list[Any] = []

    async def receive() -> dict[str, Any]:
        if pieces:
            piece = pieces.pop(0)
            return {"type": "http.request", "body": piece, "more_body": bool(pieces) or gone}
        return {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {
        "type": "http", "method": method, "path": path, "query_string": query, "headers": list(headers), "scheme": "http",
        "server": ("localhost", 80), "client": ("127.0.0.1", 5000), "http_version": "1.1",
    }  # fmt: skip
    bridge = Bridge(handler, threads=2, max_body=max_body, refuse=refuse, **more)
    asyncio.run(bridge(scope, receive, send))
    bridge.close()
    if not sent:
        return 0, {}, b""
    named = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
    return sent[0]["status"], named, b"".join(message.get("body", b"") for message in sent[1:])


def echo(environ: dict[str, Any], start: Callable[..., Any]) -> list[bytes]:
    start("200 OK", [("Content-Type", "text/plain")])
    return [environ["wsgi.input"].read()]


def says(name: str) -> Handler:
    def handler(environ: dict[str, Any], start: Callable[..., Any]) -> list[bytes]:
        start("200 OK", [])
        return [str(environ.get(name, "none")).encode()]

    return handler


def test_a_body_comes_through_whole_small_and_large() -> None:
    assert ask(echo, method="POST", body=[b"a", b"b", b"c"])[2] == b"abc"
    large = [bytes([number]) * 50_000 for number in range(20)]
    assert sum(map(len, large)) > SPOOL_BYTES
    assert ask(echo, method="POST", body=large)[2] == b"".join(large)


def test_the_length_is_what_came_not_what_was_said() -> None:
    assert ask(says("CONTENT_LENGTH"), method="POST", body=[b"12345"])[2] == b"5"
    assert ask(says("CONTENT_LENGTH"), method="POST", headers=[(b"content-length", b"3")], body=[b"12345"])[2] == b"5"


@pytest.mark.parametrize("headers", [[(b"content-length", b"2000")], []])
def test_a_body_too_large_is_refused_before_the_handler(headers: list[tuple[bytes, bytes]]) -> None:
    called = []
    status, _, body = ask(
        lambda *a: called.append(1) or [], method="POST", headers=headers, body=[b"x" * 600] * 4, max_body=1000
    )  # type: ignore[func-returns-value]
    assert (status, body, called) == (413, b"refused", [])


def test_a_client_that_goes_away_while_sending_runs_nothing() -> None:
    called = []
    assert ask(lambda *a: called.append(1) or [], method="POST", body=[b"half"], gone=True)[0] == 0  # type: ignore[func-returns-value]
    assert called == []


def test_head_and_empty_answers_have_no_body_but_their_length() -> None:
    def page(environ: dict[str, Any], start: Callable[..., Any]) -> list[bytes]:
        start("200 OK", [("Content-Length", "5")])
        return [b"hello"]

    assert ask(page, method="HEAD") == (200, {"content-length": "5"}, b"")

    def nothing(environ: dict[str, Any], start: Callable[..., Any]) -> list[bytes]:
        start("304 Not Modified", [])
        return [b"ignored"]

    assert ask(nothing) == (304, {}, b"")


def test_what_the_environment_says() -> None:
    assert ask(says("PATH_INFO"), path="/案件/")[2].decode() == "/案件/".encode().decode("latin1")
    assert ask(says("QUERY_STRING"), query=b"a=%20b")[2] == b"a=%20b"
    assert ask(says("REMOTE_ADDR"))[2] == b"127.0.0.1"
    assert ask(says("HTTP_COOKIE"), headers=[(b"cookie", b"a=1"), (b"cookie", b"b=2")])[2] == b"a=1; b=2"
    assert ask(says("HTTP_X_ONE"), headers=[(b"x-one", b"1"), (b"x-one", b"2")])[2] == b"1,2"


def test_a_header_cannot_pass_for_another_by_an_underscore() -> None:
    assert ask(says("HTTP_X_FORWARDED_PROTO"), headers=[(b"x_forwarded_proto", b"https")])[2] == b"none"


def test_a_handler_that_fails_is_a_500_and_the_next_request_runs() -> None:
    def broken(environ: dict[str, Any], start: Callable[..., Any]) -> list[bytes]:
        raise RuntimeError("inside")

    assert ask(broken)[0] == 500
    assert ask(echo, method="POST", body=[b"on"])[2] == b"on"


class Stream:
    """As Django's streaming answers are."""

    streaming = True

    def __init__(self, *, fails: bool = False) -> None:
        self.closed = False
        self.fails = fails

    def __iter__(self) -> Iterator[bytes]:
        yield b"one "
        if self.fails:
            raise RuntimeError("in the middle")
        yield b""
        yield b"two"

    def close(self) -> None:
        self.closed = True


def test_an_answer_streams_and_is_closed() -> None:
    stream, threads = Stream(), []

    def handler(environ: dict[str, Any], start: Callable[..., Any]) -> Any:
        start("200 OK", [])
        return stream

    status, _, body = ask(handler, after=lambda: threads.append(threading.current_thread().name))
    assert (status, body, stream.closed) == (200, b"one two", True)
    assert threads[0].startswith("page"), "the request's thread gives back what it holds before the stream begins"


def test_a_stream_that_breaks_is_closed() -> None:
    stream = Stream(fails=True)

    def handler(environ: dict[str, Any], start: Callable[..., Any]) -> Any:
        start("200 OK", [])
        return stream

    with pytest.raises(RuntimeError):
        ask(handler)
    assert stream.closed


def test_a_full_house_says_come_back() -> None:
    assert ask(echo, waiting=-2)[0] == 503


def test_a_disk_without_room_for_a_large_body_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def full() -> Any:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(tempfile, "TemporaryFile", full)
    status, _, said = ask(echo, method="POST", body=[b"x" * (SPOOL_BYTES + 1)])
    assert (status, said) == (507, b"refused")


def test_what_a_handler_writes_by_itself_comes_first() -> None:
    def handler(environ: dict[str, Any], start: Callable[..., Any]) -> list[bytes]:
        start("200 OK", [])(b"first, ")
        return [b"second"]

    assert ask(handler)[2] == b"first, second"
