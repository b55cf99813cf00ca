"""The actor's scope as a condition the planner can use. Row security says the same once more, whatever this says."""

from __future__ import annotations

from typing import Any

from civigrid.base.permissions import Scope

Where = tuple[str, list[Any]]


def in_scope(scope: Scope, alias: str = "c") -> Where:
    """A prefix becomes a range, which an index on the code serves and `^@ ANY (...)` does not."""
    if scope.everywhere:
        return "true", []
    parts = [f"({alias}.region_code >= %s AND {alias}.region_code < %s)" for _ in scope.regions]
    values: list[Any] = [end for prefix in scope.regions for end in (prefix, after(prefix))]
    if scope.units:
        parts.append(f"{alias}.unit_ids && %s::bigint[]")
        values.append(list(scope.units))
    return (f"({' OR '.join(parts)})", values) if parts else ("false", [])


def after(prefix: str) -> str:
    """The first text that is after every text with that prefix (region codes are digits)."""
    return prefix[:-1] + chr(ord(prefix[-1]) + 1)
