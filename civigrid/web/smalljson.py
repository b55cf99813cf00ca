"""A script's question to its page: one small JSON object, read the same way at every door."""

from __future__ import annotations

import json
from typing import Any


def read(request: Any, longest: int) -> dict[str, Any] | None:
    """None for what is no object of at most `longest` bytes, or is nested deeper than anybody reads."""
    if len(request.body) > longest:
        return None
    try:
        said = json.loads(request.body)
    except (ValueError, RecursionError):
        return None
    return said if isinstance(said, dict) else None
