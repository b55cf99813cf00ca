"""The event loop's door for single reports: who waits together is committed together, and everybody hears his own."""

from __future__ import annotations

import asyncio
import json
import secrets
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import OperationalError

from civigrid.api import auth
from civigrid.api.door import MOST, PATH, Door
from civigrid.base import db, ledger
from civigrid.base.errors import Outcome
from civigrid.base.permissions import EVERYWHERE
from civigrid.cases import queries as cases
from civigrid.directory import actions as directory
from civigrid.directory import queries as accounts
from civigrid.directory.rules import (
    TOKEN_MARK,
    Actor,
    Granted,
    NewAccount,
    NewPost,
    NewToken,
    Role,
    TokenScope,
    secret_digest,
)
from civigrid.flow import arriving
from civigrid.flow.arriving import Arrived, Parcel
from civigrid.intake import queries as reports_of
from tests.api.test_bad_input import WRONG
from tests.flow import desk

SECRET = f"{TOKEN_MARK}{'s' * 43}"
GRANTED = Granted(
    1, Actor(7, 8, 9, Role.INTAKE, EVERYWHERE), frozenset({TokenScope.WRITE_REPORTS}), datetime(2999, 1, 1, tzinfo=UTC)
)


@dataclass
class Told:
    status: int
    headers: dict[str, str]
    body: Any


async def ask(door: Door, body: bytes, **headers: str) -> Told:
    """One request; the body comes in two pieces."""
    pieces = [body[: len(body) // 2], body[len(body) // 2 :]]
    sent: list[Any] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": pieces.pop(0), "more_body": bool(pieces)}

    async def send(message: Any) -> None:
        sent.append(message)

    named = {"authorization": f"Bearer {SECRET}", **{name.replace("_", "-"): value for name, value in headers.items()}}
    scope = {
        "type": "http", "method": "POST", "path": PATH,
        "headers": [(name.encode(), value.encode()) for name, value in named.items()],
    }  # fmt: skip
    await door(scope, receive, send)
    found = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
    return Told(sent[0]["status"], found, json.loads(sent[1]["body"]))


def together(*bodies: bytes, **headers: str) -> list[Told]:
    """All at once, by one door."""

    async def run() -> list[Told]:
        door = Door()
        try:
            return await asyncio.gather(*(ask(door, body, **headers) for body in bodies))
        finally:
            door.close()

    return asyncio.run(run())


def report(number: int, **more: object) -> bytes:
    return json.dumps({"source": "06", "text": f"路灯不亮 {number}", "key": f"k{number}", **more}).encode()


@pytest.fixture
def known() -> Iterator[None]:
    """The door remembers whose token it is."""
    auth.doorkeeper._keep(secret_digest(SECRET), GRANTED)
    yield
    auth.doorkeeper.forget()


@pytest.fixture
def groups(monkeypatch: pytest.MonkeyPatch, known: None) -> list[int]:
    """How many reports each call was about; the first call waits for all requests to be there."""
    found: list[int] = []
    first = threading.Event()

    def take(parcels: Sequence[Parcel], *, now: datetime) -> list[Outcome]:
        found.append(len(parcels))
        if len(found) == 1:
            first.wait(0.2)
        return [
            Outcome(place, made=Arrived(int(each.raw.key.partition("k")[2] or 0))) for place, each in enumerate(parcels)
        ]

    monkeypatch.setattr(arriving, "take", take)
    return found


def test_who_waits_goes_together_and_hears_his_own(groups: list[int]) -> None:
    answers = together(*[report(number) for number in range(200)])
    assert [each.status for each in answers] == [201] * 200
    assert [each.body["id"] for each in answers] == list(range(200))
    assert groups[0] == 1, "nobody waits for company"
    assert (sum(groups), max(groups), len(groups)) == (200, MOST, 1 + -(-199 // MOST))


def test_a_database_that_is_gone_is_told_to_everybody(monkeypatch: pytest.MonkeyPatch, known: None) -> None:
    def take(parcels: Sequence[Parcel], *, now: datetime) -> list[Outcome]:
        raise OperationalError("gone")

    monkeypatch.setattr(arriving, "take", take)
    for told in together(*[report(number) for number in range(5)]):
        assert (told.status, told.body["code"], told.headers["retry-after"]) == (503, "unavailable", "5")


def test_too_many_waiting_are_told_to_come_back(monkeypatch: pytest.MonkeyPatch, groups: list[int]) -> None:
    monkeypatch.setattr("civigrid.api.door.WAITING", 3)
    answers = together(*[report(number) for number in range(10)])
    assert sorted(each.status for each in answers) == [201] * 4 + [503] * 6


@pytest.mark.parametrize("name", [name for name in WRONG if "upload" not in name])
def test_what_is_malformed_is_told_as_by_the_view(name: str, groups: list[int]) -> None:
    """Whatever the shape alone shows; what the city's lists show, the same call says to both."""
    body, status, code, field = WRONG[name]
    [told] = together(body)
    if told.status == 201:  # it got as far as the one call that both make
        assert groups == [1]
        return
    assert (told.status, told.body["code"], told.body.get("field", "")) == (status, code, field)
    assert groups == []
    assert (told.headers["content-type"], told.headers["cache-control"]) == ("application/problem+json", "no-store")


def test_the_rest_of_the_door(groups: list[int]) -> None:
    [large] = together(b"x" * 100_000)
    assert (large.status, large.body["code"]) == (413, "too_large")
    [said] = together(b"x" * 10_000_000, accept_language="en")
    assert (said.status, said.headers["content-language"]) == (413, "en")
    [form] = together(report(1), content_type="application/x-www-form-urlencoded")
    assert (form.status, form.body["code"]) == (415, "bad_media_type")
    [number] = together(report(1), x_request_id="abcdefgh-1")
    assert number.headers["x-request-id"] == "abcdefgh-1"
    assert groups == [1]


def test_a_token_for_something_else(monkeypatch: pytest.MonkeyPatch) -> None:
    reader = Granted(1, GRANTED.actor, frozenset({TokenScope.READ_CASES}), GRANTED.expires_at)
    auth.doorkeeper._keep(secret_digest(SECRET), reader)
    [told] = together(report(1))
    assert (told.status, told.body["code"]) == (403, "scope_needed")
    [told] = together(report(1), authorization="Basic x")
    assert (told.status, told.body["code"]) == (401, "token_needed")
    auth.doorkeeper.forget()


def test_all_the_way_to_cases(fresh_db: str) -> None:
    """With a real database: 40 reports at once by two programs, one key twice; the record is whole afterwards."""
    secrets_of = [_program("gas-platform"), _program("water-platform")]

    async def run() -> list[Told]:
        door = Door()
        sent = [
            ask(door, report(number % 19, lon=120.005, lat=30.005), authorization=f"Bearer {secret}")
            for number in range(20)
            for secret in secrets_of
        ]
        try:
            return await asyncio.gather(*sent)
        finally:
            door.close()

    auth.doorkeeper.forget()
    answers = asyncio.run(run())
    assert sorted(each.status for each in answers) == [200] * 2 + [201] * 38
    assert all(each.body["disposition"]["kind"] in ("opened", "joined") for each in answers)
    with db.system():
        assert reports_of.count() == 38
        ids = [each.body["id"] for each in answers]
        numbers = cases.numbers_of(ids)
        assert {each.body["id"]: each.body["disposition"]["numbers"] for each in answers} == {
            report_id: list(numbers[report_id]) for report_id in set(ids)
        }
        assert ledger.verify().ok


def _program(username: str) -> str:
    """A token of a new account; the city is loaded with the first."""
    secret, now = f"{TOKEN_MARK}{secrets.token_urlsafe(32)}", datetime.now(UTC)
    today = now.date() - timedelta(days=2)
    if username == "gas-platform":
        desk.load()
    with db.system():
        people = [NewAccount(name, name) for name in ("gas-platform", "water-platform", "he-secadmin")]
        directory.save_accounts(people, now=now)
        posts = [NewPost(each.username, "3001", Role.INTAKE, ("",)) for each in people[:2]]
        posts.append(NewPost("he-secadmin", "3001", Role.SECURITY_ADMIN, ()))
        directory.save_posts(posts, on=today, now=now)
        guard = accounts.account_by_username("he-secadmin")
        assert guard is not None
        actor = accounts.actor_for(guard.id, None, today)
        assert actor is not None
        scopes = frozenset({TokenScope.WRITE_REPORTS})
        new = NewToken(username, "平台", secret_digest(secret), scopes, now + timedelta(days=1))
        [given] = directory.give_tokens([new], on=today, now=now, actor=actor)
    assert given.ok, given
    return secret


def test_only_single_reports_come_here() -> None:
    assert Door.takes({"method": "POST", "path": PATH})
    for method, path in (("GET", PATH), ("POST", f"{PATH}/batch"), ("POST", f"{PATH}/"), ("PUT", PATH)):
        assert not Door.takes({"method": method, "path": path})
