"""Every no of this door as one kind of thing: a status, a stable code, and words in the caller's language."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.db import InterfaceError, OperationalError
from django.http import Http404
from psycopg_pool import PoolTimeout

from civigrid.api.words import say
from civigrid.base import db
from civigrid.base.errors import Refused
from civigrid.base.problems import MEDIA_TYPE, problem

RETRY_SECONDS = 5
STATUS = {
    "bad_json": 400,
    "bad_cursor": 400,
    "not_your_role": 403,
    "unknown_case": 404,
    "no_such_report": 404,
    "upload_gone": 404,
    "stale": 409,
    "file_too_large": 413,
    "upload_too_many": 429,
    "upload_too_much": 429,
    "not_kept": 500,
    "storage_closed": 503,
    "no_city": 503,
    "no_calendar": 503,
    "storage_full": 507,
}  # any other refusal: 422
UNSAID = frozenset({"faults", "field"})  # facts that the problem tells in other members
log = logging.getLogger("civigrid.api")


class Problem(Exception):
    """`headers` go with the answer; `faults` are the single ones, where there are several."""

    def __init__(
        self, status: int, code: str, *, headers: Mapping[str, str] | None = None, faults: Any = (), **facts: Any
    ) -> None:
        super().__init__(status, code, facts)
        self.status, self.code, self.facts = status, code, facts
        self.headers, self.faults = dict(headers or {}), list(faults)

    def render(self, request: str) -> tuple[dict[str, str], bytes]:
        """Headers and body, in the language of the moment."""
        several = [told(each) for each in self.faults] if len(self.faults) > 1 else []
        title = say(self.code, self.facts)
        body = problem(
            self.status, self.code, title, request=request, field=str(self.facts.get("field", "")), errors=several
        )
        headers = {"Content-Type": MEDIA_TYPE, "Cache-Control": "no-store", **self.headers}
        return headers, json.dumps(body, ensure_ascii=False).encode("utf-8", "replace")


def told(no: Refused) -> dict[str, Any]:
    """One fault: where, what, in words."""
    return {"field": str(no.facts.get("field", "")), "code": no.code, "title": say(no.code, no.facts)}


def of_refusal(no: Refused) -> Problem:
    facts = {name: value for name, value in no.facts.items() if name != "faults"}
    status = STATUS.get(no.code, 422)
    headers = {"Retry-After": str(RETRY_SECONDS)} if status == 503 else {}
    return Problem(status, no.code, headers=headers, faults=no.facts.get("faults", ()), **facts)


def of(error: Exception) -> Problem:
    """What to answer to an error, whatever it is; one that nobody foresaw is written to the log."""
    if isinstance(error, Problem):
        return error
    if isinstance(error, Refused):
        return of_refusal(error)
    if isinstance(error, Http404):
        return Problem(404, "not_found")
    if isinstance(error, RequestDataTooBig):
        return Problem(413, "too_large")
    if db.disk_full(error):
        return Problem(507, "storage_full")
    if isinstance(error, OperationalError | InterfaceError | PoolTimeout):
        return Problem(503, "unavailable", headers={"Retry-After": str(RETRY_SECONDS)})
    log.error("a request failed", exc_info=error)
    return Problem(500, "server_error")
