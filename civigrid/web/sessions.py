"""Sessions in the database (SESSION_ENGINE): Django's own, with each query under the system role."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib.sessions.backends.db import SessionStore as DatabaseSessions

from civigrid.web import access


class SessionStore(DatabaseSessions):
    """Rows of django_session; see `civigrid.web.access` for why each call opens the system role."""

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


def alive(keys: set[str], *, now: datetime) -> set[str]:
    """Those of `keys` whose session still stands. Inside the caller's transaction."""
    rows = SessionStore.get_model_class().objects.filter(session_key__in=keys, expire_date__gt=now)
    return set(rows.values_list("session_key", flat=True))


__all__ = ["SessionStore", "alive"]
