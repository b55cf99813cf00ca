"""Sessions in the database (SESSION_ENGINE): Django's own, with each query under the system role, and each with its
account beside it, so that one statement finds both.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseSessions

from civigrid.directory import queries as directory
from civigrid.directory.queries import Entered
from civigrid.web import access


class SessionStore(DatabaseSessions):
    """Rows of directory_session; see `civigrid.web.access` for why each call opens the system role."""

    _session_cache: dict[str, Any]

    @classmethod
    def get_model_class(cls) -> Any:
        return directory.session_model()

    def create_model_instance(self, data: dict[str, Any]) -> Any:
        row: Any = super().create_model_instance(data)
        row.account_id = data.get(SESSION_KEY)
        return row

    def bring(self, data: str | None) -> None:
        """What was read of it already; None: there is no such session, and its key is never used again."""
        if hasattr(self, "_session_cache"):
            return
        if data is None:
            self._session_key = None
        self._session_cache = self.decode(data) if data else {}

    def load(self) -> dict[str, Any]:
        with access.system():
            return super().load()

    def exists(self, session_key: str) -> bool:
        with access.system():
            return super().exists(session_key)

    def save(self, must_create: bool = False) -> None:
        with access.system():
            super().save(must_create=must_create)

    def delete(self, session_key: str | None = None) -> None:
        with access.system():
            super().delete(session_key)

    @classmethod
    def clear_expired(cls) -> None:
        with access.system():
            super().clear_expired()


def enter(session: SessionStore, *, now: datetime) -> Entered:
    """Who stands behind the session, and its data put into it. One statement; in no transaction and under no role."""
    key = session.session_key or ""
    came = directory.entered(key if key.isascii() and key.isalnum() else "", now)  # no other is ever given out
    session.bring(came.session)
    return came


def standing(keys: set[str], *, now: datetime) -> list[tuple[SessionStore, Any]]:
    """Those of `keys` whose session did not run out, each with its data and its account. Inside the caller's transaction."""
    rows = SessionStore.get_model_class().objects.filter(session_key__in=keys, expire_date__gt=now)
    return [(_read(row), row.account) for row in rows.select_related("account")]


def _read(row: Any) -> SessionStore:
    session = SessionStore(row.session_key)
    session.bring(row.session_data)
    return session


__all__ = ["SessionStore", "enter", "standing"]
