"""Which edition of the reference data is in force, so that every process may keep it in memory.

An action that changes reference data calls `touch(name)` in its transaction; a query decorated with `kept(name)`
keeps what it read together with the stamp it was read under. Every transaction is told all stamps with its role, so a
reload reaches every process with its next transaction: no restart, and no message that could be lost. A stamp is
random and never a count: an edition that was rolled back cannot lend its number to another.

A transaction sees what others commit while it runs. So the stamp is read again after the rows: where it moved, what
was read may be of two editions, is not kept, and is read once more. Of many threads that miss the same answer one
reads it and the others wait for it.
"""

from __future__ import annotations

import json
import threading
from collections import OrderedDict
from collections.abc import Callable
from functools import wraps
from typing import Generic, ParamSpec, TypeVar
from weakref import WeakValueDictionary

from django.db import connection

from civigrid.base import db

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
    _held.stamps, _held.touched = None, _transaction()


def stamp(name: str) -> str:
    """The edition of `name` this transaction sees; "" where nothing was loaded yet."""
    transaction = _transaction()
    known = transaction is not None and getattr(_held, "stamps", None) is not None and _held.transaction is transaction
    if not known and not _first_look(transaction):
        _look(transaction)
    found: str = _held.stamps.get(name, "")
    return found


def seen() -> dict[str, str]:
    """The stamps this thread looked at last."""
    return dict(getattr(_held, "stamps", None) or {})


def carry(stamps: dict[str, str]) -> None:
    """Goes on in this transaction with what another one of the same request saw a moment ago: a statement less. Rows that
    are of a newer edition are noticed as ever, because the stamp is read again after the rows.
    """
    if stamps:
        _held.stamps, _held.transaction = stamps, _transaction()


def _look(transaction: object | None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, value FROM base_stamp")
        _held.stamps = dict(cursor.fetchall())
    _held.transaction = transaction


def _first_look(transaction: object | None) -> bool:
    """What the database told with the role, where this transaction touched no stamp since."""
    told = "" if transaction is None or _held.__dict__.get("touched") is transaction else db.stamps_seen()
    if told:
        _held.stamps, _held.transaction = json.loads(told), transaction
    return bool(told)


def kept(name: str) -> Callable[[Callable[P, T]], Callable[P, T]]:
    """Decorates a query of reference rows: its answer is kept per stamp and arguments, and shared: never change it."""

    def decorate(query: Callable[P, T]) -> Callable[P, T]:
        answers: _Answers[T] = _Answers()

        @wraps(query)
        def read(*args: P.args, **kwargs: P.kwargs) -> T:
            edition = stamp(name)
            if not edition:
                return query(*args, **kwargs)
            asked = args, tuple(sorted(kwargs.items()))
            found = answers.get((edition, asked))
            if found is None:
                with answers.flight(asked):
                    found = answers.get((edition, asked)) or once_settled(asked, *args, **kwargs)
            return found[0]

        def once_settled(asked: object, *args: P.args, **kwargs: P.kwargs) -> tuple[T]:
            for _ in range(2):
                edition = stamp(name)
                answer = (query(*args, **kwargs),)
                _look(_transaction())
                if stamp(name) == edition:
                    answers.keep((edition, asked), answer)
                    break
            return answer

        return read

    return decorate


class _Answers(Generic[T]):
    """The newest answers of one query, each in a tuple: None is an answer too."""

    def __init__(self) -> None:
        self._answers: OrderedDict[object, tuple[T]] = OrderedDict()
        self._flights: WeakValueDictionary[object, threading.RLock] = WeakValueDictionary()
        self._lock = threading.Lock()

    def get(self, key: object) -> tuple[T] | None:
        with self._lock:
            found = self._answers.get(key)
            if found is not None:
                self._answers.move_to_end(key)
            return found

    def keep(self, key: object, answer: tuple[T]) -> None:
        with self._lock:
            self._answers[key] = answer
            while len(self._answers) > EDITIONS:
                self._answers.popitem(last=False)

    def flight(self, asked: object) -> threading.RLock:
        """Held by whoever reads the answer; it is gone when nobody reads or waits."""
        with self._lock:
            return self._flights.setdefault(asked, threading.RLock())


def _transaction() -> object | None:
    """The outermost transaction that is the program's own: a test case's stands around many."""
    blocks = connection.atomic_blocks
    return next((block for block in blocks if not getattr(block, "_from_testcase", False)), None)
