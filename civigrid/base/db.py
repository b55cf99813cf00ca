"""The only doors into the database: `system()` and `scoped(scope)`.

The application logs in as `civigrid`, which has no rights of its own. Each of these opens the one transaction of a
request or a batch and takes a role for it, so a query outside them fails with "permission denied": there is no way to
read a table by accident, and no way to forget the scope. Nesting is refused, because the inner one would silently
change the outer one's rights; only the transaction of a test case may stand around them.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import psycopg
from django.db import DatabaseError, connection, transaction

from civigrid.base import disk
from civigrid.base.permissions import Scope

T = TypeVar("T")

LOGIN, OWNER, WEB, SYSTEM = "civigrid", "civigrid_owner", "civigrid_web", "civigrid_system"

_ENTER = (
    "SELECT set_config('role', %s, true), set_config('civigrid.regions', %s, true), "
    "set_config('civigrid.units', %s, true), {stamps}"
)
# with the role the stamps (`base.stamps`), which nearly every transaction asks for: a statement less
_WITH_STAMPS = _ENTER.format(stamps="(SELECT json_object_agg(name, value)::text FROM base_stamp)")
_BEFORE_TABLES = _ENTER.format(stamps="NULL")
DISK_FULL = "53100"
RETRIED = ("40P01", "40001")  # deadlock, serialization failure: the database asks to try again


@contextmanager
def system(*, made: bool = True) -> Iterator[None]:
    """One transaction with every row: flow, workers, live hub, sign-in. Never for rendering a page. `made` False: for who
    asks whether the tables are made yet.
    """
    with _role(SYSTEM, "{}", "{}", made=made):
        yield


@contextmanager
def scoped(scope: Scope) -> Iterator[None]:
    """One transaction that sees the rows of `scope` and may write nothing."""
    with _role(*_scoped(scope)):
        yield


def _scoped(scope: Scope) -> tuple[str, str, str]:
    return WEB, _array(scope.regions), _array(map(str, scope.units))


def _array(words: Any) -> str:
    # region prefixes are digits and unit ids are numbers, so nothing in them needs quoting but the empty prefix
    return "{" + ",".join(word or '""' for word in words) + "}"


@contextmanager
def narrowing(scope: Scope) -> Iterator[Callable[[], None]]:
    """One transaction that begins as `system()` and, from the call of what it yields, goes on as `scoped(scope)`: a search
    finds by an index that no page may read, and what it found is read as the page may. There is no way back, and so it is
    refused inside a savepoint: to roll that back would be one.
    """
    with _role(SYSTEM, "{}", "{}") as held:
        depth = len(connection.atomic_blocks)

        def narrow() -> None:
            if len(connection.atomic_blocks) != depth:
                raise RuntimeError("narrowed inside a savepoint: narrow in the transaction itself")
            held.change(*_scoped(scope))
            held.take()

        yield narrow


class _Held:
    """The role of the open transaction: taken with its first statement, because many a transaction asks nothing at all
    where what it needs is in memory."""

    def __init__(self, *wanted: str, made: bool) -> None:
        self.statement = _WITH_STAMPS if made else _BEFORE_TABLES
        self.wanted, self.taken, self.stamps = wanted, False, ""

    def __call__(self, execute: Callable[..., T], *statement: Any) -> T:
        self.take()
        return execute(*statement)

    def take(self) -> None:
        if not self.taken:
            self.taken = True
            with connection.cursor() as cursor:
                cursor.execute(self.statement, self.wanted)
                self.stamps = cursor.fetchone()[3] or "{}"

    def change(self, *wanted: str) -> None:
        self.wanted, self.taken = wanted, False


@contextmanager
def _role(*wanted: str, made: bool = True) -> Iterator[_Held]:
    held = _Held(*wanted, made=made)
    with transaction.atomic(durable=True), connection.execute_wrapper(held):
        yield held
        if held.taken and len(connection.atomic_blocks) > 1:  # a test case's transaction goes on: give the role back
            held.change("none", "{}", "{}")
            held.take()


def take_role() -> None:
    """For who speaks to the driver without Django's cursor: the role of the open transaction is taken by now."""
    held = _held()
    if held:
        held.take()


def stamps_seen() -> str:
    """The stamps as they were when the role of the open transaction was taken, as JSON; "" outside the doors."""
    take_role()
    held = _held()
    return held.stamps if held else ""


def _held() -> _Held | None:
    return next((each for each in connection.execute_wrappers if isinstance(each, _Held)), None)


def require_transaction() -> None:
    """Actions join the open transaction and refuse to run outside one."""
    if not connection.in_atomic_block:
        raise RuntimeError(
            "an action was called outside a transaction: call it through civigrid.flow or base.db.system()"
        )


def joined() -> Any:
    """What every action opens: the caller's transaction, no savepoint. Use as `with db.joined():`."""
    require_transaction()
    return transaction.atomic(savepoint=False)


def retrying(work: Callable[[], T], *, times: int = 3) -> T:
    """Runs `work` (which opens its own transaction) again when the database asks for it: deadlock or serialization."""
    for attempt in range(times):
        try:
            return work()
        except DatabaseError as error:
            if sqlstate(error) not in RETRIED or attempt == times - 1 or connection.in_atomic_block:
                raise
            time.sleep(0.02 * (attempt + 1))
    raise AssertionError("unreachable")


def disk_full(error: BaseException) -> bool:
    """Whether the disk of the database, or this program's own, has no room left."""
    return sqlstate(error) == DISK_FULL or disk.full(error)


def sqlstate(error: BaseException) -> str:
    """The five-character code PostgreSQL gave, or ""."""
    cause = error.__cause__ if isinstance(error.__cause__, psycopg.Error) else error
    return getattr(cause, "sqlstate", None) or ""
