"""Errors as programs read them: RFC 9457 (application/problem+json), with a code that never changes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

MEDIA_TYPE = "application/problem+json"


def problem(
    status: int, code: str, title: str, *, request: str = "", field: str = "", errors: Sequence[Any] = (), **more: Any
) -> dict[str, Any]:
    """The members of a problem. `title` is for people, in their language; `field` is where the fault is; `errors` are
    the single faults, where there are several."""
    members = {"field": field, "errors": list(errors), "request": request, **more}
    said = {name: value for name, value in members.items() if value}
    return {"type": f"urn:civigrid:problem:{code}", "title": title, "status": status, "code": code, **said}
