"""Advisory locks of the open transaction: who wants the same waits for whoever has it."""

from __future__ import annotations

from collections.abc import Collection

from civigrid.base.bulk import execute, numbers

_ONE = "SELECT pg_advisory_xact_lock(%s::bigint)"
_SEVERAL = "SELECT pg_advisory_xact_lock(%s::int, key) FROM unnest(%s::int[]) AS key"


def wait_lock(number: int) -> None:
    """Takes the lock for this transaction, after whoever has it."""
    execute(_ONE, (number,))


def wait_locks(kind: int, keys: Collection[int]) -> None:
    """Takes the locks of these keys (32 bits, signed) of one kind for this transaction, each after whoever has it; in their
    order, so that two who want several never wait for each other."""
    if keys:
        execute(_SEVERAL, (kind, numbers(sorted(set(keys)))))
