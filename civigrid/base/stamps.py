"""Which edition of the reference data is in force, so that every process may keep it in memory.

An action that changes reference data calls `touch(name)` in its transaction; a query decorated with `kept(name)`
keeps what it read together with the stamp it was read under. One statement per transaction reads all stamps, so a
reload reaches every process with its next transaction: no restart, and no message that could be lost. A stamp is
random and never a count: an edition that was rolled back cannot lend its number to another.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from django.db import connection

P = ParamSpec("P")
T = TypeVar("T")

EDITIONS = 6  # how many answers one query keeps: today's, yesterday's for a late page, the edition before a reload

_TOUCH = (
    "INSERT INTO base_stamp (name, value) VALUES (%s, gen_random_uuid()::text) "
    "ON CONFLICT (name) DO UPDATE SET value = excluded.value"
)
_held = threading.local()


def touch(*names: str) -> None:
    """Inside the transaction that changes the rows: whoever reads after its commit reads them anew."""
    with connection.cursor() as cursor:
        cursor.executemany(_TOUCH, [(name,) for name in names])
    _held.stamps = None


def stamp(name: str) -> str:
    """The edition of `name` this transaction sees; "" where nothing was loaded yet."""
    transaction = _transaction()
    if transaction is None or getattr(_held, "stamps", None) is None or _held.transaction is not transaction:
        with connection.cursor() as cursor:
            cursor.execute("SELECT name, value FROM base_stamp")
            _held.stamps = dict(cursor.fetchall())
        _held.transaction = transaction
    found: str = _held.stamps.get(name, "")
    return found


def kept(name: str) -> Callable[[Callable[P, T]], Callable[P, T]]:
    """Decorates a query of reference rows: its answer is kept per stamp and arguments, and shared: never change it."""

    def decorate(query: Callable[P, T]) -> Callable[P, T]:
        answers: OrderedDict[object, T] = OrderedDict()
        lock = threading.Lock()

        @wraps(query)
        def read(*args: P.args, **kwargs: P.kwargs) -> T:
            edition = stamp(name)
            if not edition:
                return query(*args, **kwargs)
            key = (edition, args, tuple(sorted(kwargs.items())))
            with lock:
                if key in answers:
                    answers.move_to_end(key)
                    return answers[key]
            answer = query(*args, **kwargs)
            with lock:
                answers[key] = answer
                while len(answers) > EDITIONS:
                    answers.popitem(last=False)
            return answer

        return read

    return decorate


def _transaction() -> object | None:
    """The outermost transaction that is the program's own: a test case's stands around many."""
    blocks = connection.atomic_blocks
    return next((block for block in blocks if not getattr(block, "_from_testcase", False)), None)
