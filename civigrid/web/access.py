"""Where the web's own rows (sessions, accounts, authenticators) are read and written: always under the system role.

Sign-in pages run wholly inside one `base.db.system()`; a session loaded or an account looked up there joins it, anywhere
else it opens its own. Pages that show the city's rows never come here: they read inside `base.db.scoped(...)`.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from civigrid.base import db

_open: ContextVar[bool] = ContextVar("civigrid_web_system", default=False)


@contextmanager
def system() -> Iterator[None]:
    """`base.db.system()`, or the one this request already stands in."""
    if _open.get():
        yield
        return
    token = _open.set(True)
    try:
        with db.system():
            yield
    finally:
        _open.reset(token)
