"""The real program on a port of its own for all browser tests of a worker, and one headless Chromium a module."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from civigrid.base.crypto import Keys
from tests.conftest import Server, clone, point_at
from tests.web import people

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or ""
QUIET = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage",
]  # fmt: skip
DESK, PHONE = {"width": 1366, "height": 768}, {"width": 390, "height": 844}
WAIT = 20_000  # ms: two browsers and a database may share two busy cores
Inside = Callable[[], AbstractContextManager[None]]


class Site:
    """Where the program answers; `inside()` lets a test use its database, `another()` starts one more on a port."""

    def __init__(self, url: str, inside: Inside, another: Callable[[str], subprocess.Popen[bytes]]) -> None:
        self.url, self.inside, self.another = url, inside, another
        self.numbers: list[str] = []


@pytest.fixture(scope="session")
def site(
    server: Server, django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    if not CHROMIUM:
        pytest.skip("Chromium is missing: as root, apt-get install chromium fonts-noto-cjk")
    name, home = "browser_city", Path(tmp_path_factory.mktemp("home"))
    keys = Keys.make(home / "keys.json")
    clone(server, name)

    @contextmanager
    def inside() -> Iterator[None]:
        with pytest.MonkeyPatch.context() as patch, django_db_blocker.unblock():
            patch.setenv("CIVIGRID_HOME", str(home))
            patch.setenv("CIVIGRID_KEYS_FILE", str(keys.path))
            patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # Playwright keeps a loop in this thread
            patch.setattr(settings, "SECRET_KEY", keys.site_secret)
            point_at(server, name)
            try:
                yield
            finally:
                point_at(server, "civigrid")

    with inside():
        people.load_city()

    def another(url: str) -> subprocess.Popen[bytes]:
        program = _start(url, f"postgresql://civigrid@/{name}?host={server.folder}", home)
        _wait(url, program)
        return program

    found = Site(f"http://127.0.0.1:{free_port()}", inside, another)
    program = another(found.url)
    try:
        yield found
    finally:
        program.terminate()
        program.wait(20)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _start(url: str, database: str, home: Path) -> subprocess.Popen[bytes]:
    env = {
        **os.environ,
        "DATABASE_URL": database,
        "CIVIGRID_HOME": str(home),
        "CIVIGRID_KEYS_FILE": "",
        "CIVIGRID_LOG_LEVEL": "WARNING",
    }
    command = [
        sys.executable,
        "-m",
        "granian",
        "--interface",
        "asgi",
        "--port",
        url.rpartition(":")[2],
        "civigrid.asgi:application",
    ]
    # a session of its own: whoever kills it kills its workers too
    return subprocess.Popen(command, env=env, stdout=subprocess.DEVNULL, start_new_session=True)


def _wait(url: str, program: subprocess.Popen[bytes]) -> None:
    for _ in range(200):
        assert program.poll() is None, "the program ended"
        try:
            urllib.request.urlopen(f"{url}/healthz", timeout=2)
            return
        except OSError:
            time.sleep(0.1)
    raise AssertionError("the program does not answer")


@pytest.fixture(scope="module")  # it keeps an event loop in this thread, which the tests of other modules must not meet
def chromium(site: Site) -> Iterator[Any]:
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=WAIT)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield browser
        browser.close()


class Windows:
    """Browsers of people: each has its own cookies; several tabs of one person share them."""

    def __init__(self, chromium: Any, site: Site) -> None:
        self.chromium, self.site = chromium, site
        self.contexts: list[Any] = []

    def context(self, username: str = "", *, language: str = "zh-hans", size: dict[str, int] = DESK) -> Any:
        context = self.chromium.new_context(
            viewport=size, locale="en" if language == "en" else "zh-CN", base_url=self.site.url
        )
        context.set_default_timeout(WAIT)
        cookies = {settings.LANGUAGE_COOKIE_NAME: language}
        if username:
            with self.site.inside():
                cookies[settings.SESSION_COOKIE_NAME] = (
                    people.client(username).cookies[settings.SESSION_COOKIE_NAME].value
                )
        context.add_cookies([{"name": name, "value": value, "url": self.site.url} for name, value in cookies.items()])
        self.contexts.append(context)
        return context

    def open(self, username: str = "", address: str = "/", **how: Any) -> Any:
        page = self.context(username, **how).new_page()
        page.goto(address)
        return page

    def report(self, text: str = "井盖没了，底下是个黑洞") -> str:
        with self.site.inside():
            return people.report(text)


@pytest.fixture
def windows(chromium: Any, site: Site) -> Iterator[Windows]:
    found = Windows(chromium, site)
    yield found
    for context in found.contexts:
        context.close()
