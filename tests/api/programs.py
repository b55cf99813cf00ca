"""Programs that connect to the city: each has a token under the post of one of its people."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from django.test import Client

from civigrid.base import db
from civigrid.directory import actions, queries
from civigrid.directory.rules import TOKEN_MARK, Actor, NewToken, TokenScope, secret_digest
from tests import democity
from tests.web.people import LI, MANHOLE, today

ALL = frozenset(TokenScope)
HE = "he-secadmin"  # 安全管理员小何
_keys = count(1)


def guard() -> Actor:
    """The security administrator, who gives tokens."""
    account = queries.account_by_username(HE)
    assert account is not None
    actor = queries.actor_for(account.id, None, today())
    assert actor is not None
    return actor


def token(username: str = LI, scopes: Iterable[TokenScope] = ALL, *, days: float = 30, name: str = "燃气平台") -> str:
    """A new token's secret."""
    secret, now = f"{TOKEN_MARK}{secrets.token_urlsafe(32)}", datetime.now(UTC)
    new = NewToken(username, name, secret_digest(secret), frozenset(scopes), now + timedelta(days=days))
    with db.system():
        [given] = actions.give_tokens([new], on=today(), now=now, actor=guard())
    assert given.ok, given
    return secret


class Program:
    """A program with a token; every answer that is no 2xx must be a problem."""

    def __init__(self, secret: str, language: str = "zh-CN") -> None:
        self.client = Client(headers={"Accept-Language": language}, raise_request_exception=False)
        self.headers = {"Authorization": f"Bearer {secret}"} if secret else {}

    def get(self, address: str, **headers: str) -> Any:
        return self._checked(self.client.get(f"/api/v1{address}", headers={**self.headers, **headers}))

    def post(self, address: str, body: Any = None, *, kind: str = "application/json", **headers: str) -> Any:
        data = body if isinstance(body, bytes | str) else json.dumps(body)
        sent = self.client.post(f"/api/v1{address}", data, kind, headers={**self.headers, **headers})
        return self._checked(sent)

    @staticmethod
    def _checked(answer: Any) -> Any:
        if answer.status_code >= 400:
            assert answer.headers["Content-Type"] == "application/problem+json", answer.content[:300]
            told = answer.json()
            assert told["status"] == answer.status_code
            assert told["title"] not in ("", told["code"]), told
            assert told["request"] == answer.headers["X-Request-ID"]
        assert "Set-Cookie" not in answer.headers
        return answer


def program(username: str = LI, scopes: Iterable[TokenScope] = ALL, language: str = "zh-CN") -> Program:
    return Program(token(username, scopes), language)


def said(text: str = "井盖没了，底下是个黑洞", **more: Any) -> dict[str, Any]:
    """A report that is sure: its matter and its place are given."""
    lon, lat = democity.inside("990181001001003")
    sure = {"matter_code": MANHOLE, "lon": lon, "lat": lat}
    return {"source": "01", "kind": "complaint", "text": f"{text}（{next(_keys)}）", **sure, **more}
