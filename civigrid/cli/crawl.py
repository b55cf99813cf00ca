"""Fetches every page a person can reach by links, as a browser without scripts would. Used by `civigrid demo --check`."""

from __future__ import annotations

import re
import time
import urllib.error
import urllib.parse
import urllib.request
from collections import deque
from dataclasses import dataclass, field
from html.parser import HTMLParser
from http.cookiejar import CookieJar

SKIPPED = re.compile(r"^/(static/|live|accounts/logout|accounts/2fa/recovery-codes/download)")
# Pages of one kind differ only in this part: some of each kind are fetched, not all thousands
ONE_OF_MANY = re.compile(r"(?<=/)(?=[^/]*\d)[\w.-]{2,}(?=/|$)")
LOGIN = "/accounts/login/"
FEWEST = 3  # pages everybody has: a walk that finds fewer did not get in


@dataclass(slots=True)
class Found:
    pages: int = 0
    failures: list[str] = field(default_factory=list)
    slowest: tuple[float, str] = (0.0, "")


class _Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.links: list[str] = []
        self.token = ""
        self.address = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "a" and given.get("href"):
            self.links.append(given["href"] or "")
        if tag == "input" and given.get("name") == "csrfmiddlewaretoken":
            self.token = given.get("value") or ""


class Visitor:
    """One person's browser: cookies, sign-in, and a walk over the links."""

    def __init__(self, base: str, *, timeout: float = 30) -> None:
        self.base = base.rstrip("/")
        self.timeout = timeout
        self.open = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar())).open

    def get(self, path: str) -> tuple[int, _Links]:
        return self._fetch(self._request(path, {"Accept": "text/html"}))

    def post(self, path: str, fields: dict[str, str]) -> tuple[int, _Links]:
        body = urllib.parse.urlencode(fields).encode()
        return self._fetch(self._request(path, {"Referer": self.base + path}, body))

    def _request(self, path: str, headers: dict[str, str], body: bytes | None = None) -> urllib.request.Request:
        return urllib.request.Request(self.base + path, body, headers)  # noqa: S310  # our own server's address

    def sign_in(self, username: str, password: str) -> bool:
        """Whether the first page is then this person's and not the sign-in page again."""
        _, page = self.get(LOGIN)
        self.post(LOGIN, {"csrfmiddlewaretoken": page.token, "login": username, "password": password})
        status, first = self.get("/")
        return status == 200 and not self._turned_away("/", first)

    def walk(self, *starts: str, of_a_kind: int = 3, limit: int = 500) -> Found:
        """Breadth first over the links of the same site; at most `of_a_kind` pages that differ only in a number."""
        found, seen, kinds = Found(), set(starts), dict[str, int]()
        queue = deque(starts)
        while queue and found.pages < limit:
            path = queue.popleft()
            began = time.perf_counter()
            status, page = self.get(path)
            found.pages += 1
            found.slowest = max(found.slowest, (round(time.perf_counter() - began, 3), path))
            if status != 200 or self._turned_away(path, page):
                found.failures.append(f"{status} {path}")
            fresh = self._new(path, page.links, seen)
            queue.extend(link for link in fresh if _few(link, kinds, of_a_kind))
        if queue:
            found.failures.append(f"more than {limit} pages")
        if found.pages < FEWEST:
            found.failures.append(f"only {found.pages} pages")
        return found

    def _turned_away(self, path: str, page: _Links) -> bool:
        return page.address.startswith(LOGIN) and not path.startswith(LOGIN)

    def _new(self, path: str, links: list[str], seen: set[str]) -> list[str]:
        fresh = []
        for link in links:
            target = self._inside(path, link)
            if target is not None and target not in seen:
                seen.add(target)
                fresh.append(target)
        return fresh

    def _inside(self, path: str, link: str) -> str | None:
        address = urllib.parse.urljoin(self.base + path, link)
        target = address.removeprefix(self.base).split("#")[0]
        if not address.startswith(self.base + "/") or SKIPPED.match(target):
            return None
        return target

    def _fetch(self, request: urllib.request.Request) -> tuple[int, _Links]:
        page = _Links()
        try:
            with self.open(request, timeout=self.timeout) as answer:
                page.address = answer.geturl().removeprefix(self.base)
                if answer.headers.get_content_type() == "text/html":
                    page.feed(answer.read().decode("utf-8", "replace"))
                return int(answer.status), page
        except urllib.error.HTTPError as error:
            return error.code, page
        except OSError:
            return 0, page


def _few(target: str, kinds: dict[str, int], most: int) -> bool:
    """Whether a page is the only one of its kind, or one of the first `most`; counts it."""
    kind = ONE_OF_MANY.sub("*", target.split("?")[0]) + ("?" if "?" in target else "")
    kinds[kind] = kinds.get(kind, 0) + 1
    return kinds[kind] <= most or ("*" not in kind and "?" not in kind)
