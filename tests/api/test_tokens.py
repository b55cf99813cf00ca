"""Tokens: given by one administrator and to none, shown once, kept as a hash, over at their end."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from civigrid.api import auth, limits
from civigrid.api.auth import doorkeeper
from civigrid.base import db, ledger
from civigrid.base.errors import Outcome
from civigrid.directory import actions, queries
from civigrid.directory.models import Account
from civigrid.directory.rules import LONGEST_TOKEN, MACHINE, Actor, NewToken, Role, TokenScope, secret_digest
from tests.api.programs import HE, Program, guard, program, said, today, token
from tests.web.people import JIANG, LI

pytestmark = pytest.mark.usefixtures("city")

NOW = datetime.now(UTC)


def actor(username: str) -> Actor:
    with db.system():
        account = queries.account_by_username(username)
        assert account is not None
        found = queries.actor_for(account.id, None, today())
    assert found is not None
    return found


def give(username: str = LI, by: Actor | None = None, **more: Any) -> Outcome:
    values: dict[str, Any] = {
        "name": "供水平台", "digest": secrets.token_bytes(32), "scopes": frozenset({TokenScope.READ_CASES}),
        "expires_at": NOW + timedelta(days=1), **more,
    }  # fmt: skip
    with db.system():
        by = by or guard()
        [outcome] = actions.give_tokens([NewToken(username, **values)], on=today(), now=NOW, actor=by)
    return outcome


def test_without_a_token_nothing_is_answered() -> None:
    for header in ("", "Bearer", "Bearer ", "Basic bGk6eA==", "cgt_x"):
        answer = Program("").get("/cases", **({"Authorization": header} if header else {}))
        assert (answer.status_code, answer.json()["code"]) == (401, "token_needed")
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    for secret in ("cgt_" + "x" * 43, "nonsense", "' OR 1=1 --"):
        assert Program(secret).get("/cases").json()["code"] == "token_refused"


def test_a_session_opens_nothing_here() -> None:
    from tests.web.people import client

    answer = client(LI).get("/api/v1/cases")
    assert (answer.status_code, answer.json()["code"]) == (401, "token_needed")


def test_the_secret_is_nowhere_in_the_database() -> None:
    secret = token()
    with db.system():
        rows = queries.tokens()
    assert secret not in repr(rows)
    assert (rows[0].username, rows[0].name, rows[0].seen_on) == (LI, "燃气平台", None)


def test_the_day_it_was_used_is_kept_and_no_more() -> None:
    gas = program()
    gas.get("/cases")
    with db.system():
        [row] = queries.tokens()[:1]
    assert row.seen_on == today()


def test_a_revoked_one_opens_nothing_after_seconds() -> None:
    gas = program()
    assert gas.get("/cases").status_code == 200
    with db.system():
        [row] = queries.tokens()[:1]
        [done] = actions.revoke_tokens([row.id], now=NOW, actor=guard())
        [again] = actions.revoke_tokens([row.id], now=NOW, actor=guard())
    assert (done.ok, again.code) == (True, "unknown_token")
    doorkeeper.forget()  # what five seconds do
    assert gas.get("/cases").json()["code"] == "token_refused"


def test_a_process_remembers_it_for_seconds_only(monkeypatch: pytest.MonkeyPatch) -> None:
    gas = program()
    gas.get("/cases")
    with db.system():
        actions.revoke_tokens([queries.tokens()[0].id], now=NOW, actor=guard())
    assert gas.get("/cases").status_code == 200
    monkeypatch.setattr(auth, "KEPT_SECONDS", -1.0)
    assert gas.get("/cases").status_code == 401


def test_one_that_is_over_opens_nothing_even_where_it_is_remembered() -> None:
    granted = auth.enter(f"Bearer {token(days=1)}", TokenScope.READ_CASES, now=NOW)
    with pytest.raises(auth.Problem) as refused:
        auth.check(granted, TokenScope.READ_CASES, now=NOW + timedelta(days=2))
    assert refused.value.status == 401


def test_the_three_administrators_are_apart() -> None:
    assert give(by=actor(JIANG)).code == "not_your_role"  # who makes accounts gives no rights
    assert give(by=actor(LI)).code == "not_your_role"
    assert give(by=MACHINE).code == "not_your_role"
    assert give(HE).code == "not_to_oneself"
    assert give(JIANG).code == "no_token_for_administrators"


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"scopes": frozenset()}, "token_without_scope"),
        ({"name": " "}, "bad_token_name"),
        ({"name": "a\nb"}, "bad_token_name"),
        ({"expires_at": NOW}, "bad_token_time"),
        ({"expires_at": NOW + LONGEST_TOKEN + timedelta(seconds=1)}, "bad_token_time"),
        ({"role": Role.LEADER}, "no_such_post"),
        ({"unit_code": "0000"}, "no_such_post"),
        ({"username": "nobody"}, "no_such_post"),
    ],
)
def test_what_is_no_token(more: dict[str, Any], code: str) -> None:
    assert give(**more).code == code


def test_giving_and_revoking_stand_in_the_accounts_record() -> None:
    made = give().made
    with db.system():
        actions.revoke_tokens([made], now=NOW, actor=guard())
        account = queries.account_by_username(LI)
        assert account is not None
        lines = ledger.read("account", account.id)[-2:]
    assert [(line.verb, line.facts["token"]) for line in lines] == [("token.given", made), ("token.revoked", made)]
    assert {line.account for line in lines} == {actor(HE).account_id}
    assert lines[0].facts["scopes"] == "cases:read"


def test_too_often_is_told_with_how_long_to_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CIVIGRID_API_PER_MINUTE", "3")
    gas, water = program(), program("zheng-chief")
    assert [gas.get("/cases").status_code for _ in range(4)] == [200, 200, 200, 429]
    late = gas.get("/cases")
    assert (late.json()["code"], late.headers["Retry-After"]) == ("too_many_requests", "20")
    assert water.get("/cases").status_code == 200


def test_the_bucket_fills_again(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [0.0]
    monkeypatch.setenv("CIVIGRID_API_PER_MINUTE", "60")
    monkeypatch.setattr(limits.time, "monotonic", lambda: clock[0])
    buckets = limits.Buckets()
    for _ in range(60):
        buckets.take(1)
    with pytest.raises(limits.Problem):
        buckets.take(1)
    clock[0] = 1.0
    buckets.take(1)
    clock[0] = 1000.0
    buckets.take(1, cost=100)  # a large batch is let in, and paid for afterwards
    clock[0] = 1030.0
    with pytest.raises(limits.Problem):
        buckets.take(1)


def test_without_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CIVIGRID_API_PER_MINUTE", "0")
    buckets = limits.Buckets()
    for _ in range(10_000):
        buckets.take(1)


def test_a_post_that_ended_is_nobodys() -> None:
    secret = token()
    with db.system():
        later = queries.granted(secret_digest(secret), on=today() - timedelta(days=40_000), now=NOW)
    assert later is None


def test_a_batch_costs_more_than_one_request(monkeypatch: pytest.MonkeyPatch) -> None:
    import json

    monkeypatch.setenv("CIVIGRID_API_PER_MINUTE", "2")
    gas = program()
    rows = b"".join(json.dumps(said(key=f"b{number}")).encode() + b"\n" for number in range(150))
    assert gas.post("/reports/batch", rows, kind="application/x-ndjson").status_code == 200
    assert gas.get("/cases").status_code == 429


def test_an_account_that_was_switched_off_opens_nothing() -> None:
    secret = token()
    with db.system():
        Account.objects.filter(username=LI).update(is_active=False)
    assert Program(secret).get("/cases").json()["code"] == "token_refused"
