"""Who asks: a bearer token stands for an account under one post, and for what it may do here."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from datetime import datetime

from civigrid.api.limits import buckets
from civigrid.api.problems import Problem
from civigrid.base import db
from civigrid.catalog import queries as catalog
from civigrid.directory import actions as accounts
from civigrid.directory import queries as directory
from civigrid.directory.rules import SECRET, Granted, TokenScope, secret_digest

KEPT_SECONDS = 5.0  # how long a process remembers a token: so long one that was revoked still opens
MOST = 10_000
_BEARER = {"WWW-Authenticate": 'Bearer realm="civigrid"'}


class Doorkeeper:
    """Remembers for a moment whom a token stands for, so that a busy program costs no look-up."""

    def __init__(self) -> None:
        self._known: OrderedDict[bytes, tuple[Granted, float]] = OrderedDict()
        self._lock = threading.Lock()

    def known(self, header: str) -> Granted | None:
        """Who it is, where that is remembered; never asks the database."""
        with self._lock:
            found = self._known.get(secret_digest(_secret(header)))
        return found[0] if found and time.monotonic() - found[1] < KEPT_SECONDS else None

    def ask(self, header: str, *, now: datetime) -> Granted:
        """The same from the database. Problem 401 for a token that opens nothing. Opens its own transaction."""
        secret = _secret(header)
        if not secret:
            raise Problem(401, "token_needed", headers=_BEARER)
        found = _granted(secret_digest(secret), now) if SECRET.fullmatch(secret) else None
        if found is None:
            headers = {"WWW-Authenticate": f'{_BEARER["WWW-Authenticate"]}, error="invalid_token"'}
            raise Problem(401, "token_refused", headers=headers)
        self._keep(secret_digest(secret), found)
        return found

    def _keep(self, digest: bytes, granted: Granted) -> None:
        with self._lock:
            self._known[digest] = (granted, time.monotonic())
            if len(self._known) > MOST:
                self._known.popitem(last=False)

    def forget(self) -> None:
        with self._lock:
            self._known.clear()


doorkeeper = Doorkeeper()


def _secret(header: str) -> str:
    """What stands behind "Bearer"; "" where something else is said."""
    scheme, _, secret = header.partition(" ")
    return secret.strip() if scheme.lower() == "bearer" else ""


def _granted(digest: bytes, now: datetime) -> Granted | None:
    with db.system():
        city = catalog.city_or_none()
        on = now.astimezone(city.zone if city else None).date()
        found = directory.granted(digest, on=on, now=now)
        if found:
            accounts.note_token_used(found.token_id, on=on)
        return found


def check(granted: Granted, *scopes: TokenScope, now: datetime) -> Granted:
    """Raises Problem where the token is over, has none of the scopes, or asks too often."""
    if granted.expires_at <= now:
        raise Problem(401, "token_refused", headers=_BEARER)
    buckets.take(granted.token_id)
    if granted.scopes.isdisjoint(scopes):
        raise Problem(403, "scope_needed", scope=" / ".join(scopes))
    return granted


def enter(header: str, *scopes: TokenScope, now: datetime) -> Granted:
    """Who may come in with one of these scopes. Raises Problem: 401, 403, 429."""
    return check(doorkeeper.known(header) or doorkeeper.ask(header, now=now), *scopes, now=now)
