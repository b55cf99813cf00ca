"""The machine that looks at every page must notice when it did not get in."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from civigrid.cli.crawl import Visitor

PAGES = {
    "/": '<a href="/cases/">cases</a><a href="/places/">places</a><a href="/broken/">broken</a>',
    "/cases/": "".join(f'<a href="/cases/YT2026112200000{n}/">case</a>' for n in range(9)),
    "/places/": '<a href="https://elsewhere.example/">elsewhere</a><a href="/static/a.css">style</a>',
    **{f"/cases/YT2026112200000{n}/": "<p>a case</p>" for n in range(9)},
}
FORM = '<form method="post"><input name="csrfmiddlewaretoken" value="t"></form>'


class Site(BaseHTTPRequestHandler):
    """Knows one password; without it every page sends to the sign-in page."""

    def do_GET(self) -> None:
        if self.path == "/accounts/login/":
            self.answer(200, FORM)
        elif "in=1" not in self.headers.get("Cookie", ""):
            self.answer(302, "", Location="/accounts/login/")
        else:
            self.answer(200 if self.path in PAGES else 500, PAGES.get(self.path, "wrong"))

    def do_POST(self) -> None:
        right = b"password=right" in self.rfile.read(int(self.headers["Content-Length"]))
        self.answer(
            302, "", **({"Location": "/", "Set-Cookie": "in=1; Path=/"} if right else {"Location": "/accounts/login/"})
        )

    def answer(self, status: int, body: str, **headers: str) -> None:
        self.send_response(status)
        for name, value in {"Content-Type": "text/html", "Content-Length": str(len(body)), **headers}.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def visitor() -> Iterator[Visitor]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield Visitor(f"http://127.0.0.1:{server.server_port}")
    server.shutdown()
    server.server_close()


def test_a_wrong_password_is_noticed(visitor: Visitor) -> None:
    assert not visitor.sign_in("li", "wrong")
    assert visitor.walk("/").failures == ["200 /", "only 1 pages"]


def test_every_page_is_fetched_and_a_broken_one_told(visitor: Visitor) -> None:
    assert visitor.sign_in("li", "right")
    found = visitor.walk("/")
    assert found.failures == ["500 /broken/"]
    assert found.pages == 1 + 3 + 3  # the first, those it links, three of the nine cases


def test_a_visitor_may_look_at_fewer_pages_of_a_kind(visitor: Visitor) -> None:
    assert visitor.sign_in("li", "right")
    assert visitor.walk("/", of_a_kind=1).pages == 1 + 3 + 1


def test_a_walk_that_is_cut_short_says_so(visitor: Visitor) -> None:
    assert visitor.sign_in("li", "right")
    assert "more than 3 pages" in visitor.walk("/", limit=3).failures
