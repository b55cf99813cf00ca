"""POSTs that may be sent twice: the second gets the first one's answer.

A phone in a lift, a peer behind a broken line: they repeat a request with the same `Idempotency-Key` until they hear an
answer. The key is claimed in a transaction of its own, the work is done, the answer is kept. Kept are success and the
sender's own mistakes (of a page's form success alone, see `web.once`); after an error of ours the key is free again. A
claim whose process died is free after `LEASE`; the work may then have been done, which is why intake knows its reports by
their own key and every form carries the version of its case.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from django.http import HttpRequest, JsonResponse
from django.http.response import HttpResponse, HttpResponseBase

from civigrid.base import db
from civigrid.base.bulk import execute
from civigrid.base.words import REFUSALS

KEPT = timedelta(hours=48)
LEASE = timedelta(seconds=60)
RETRY_AFTER = 2  # seconds

_KEY = re.compile(r"[\x21-\x7e]{8,128}")
_HEADERS = (
    "Content-Type",
    "Location",
    "HX-Redirect",
    "HX-Location",
    "HX-Trigger",
    "HX-Refresh",
    "HX-Retarget",
    "HX-Reswap",
)
_SENT_AGAIN = (401, 408, 425, 429)  # the same request is right later: never kept
_FORMS = ("multipart/form-data", "application/x-www-form-urlencoded")
_UNCOUNTED = "csrfmiddlewaretoken"  # a new page has a new one

_CLAIM = """
INSERT INTO base_repeated_request AS request (account_id, key, digest, headers, body, made_at)
VALUES (%s, %s, %b, '{}', '', %s::timestamptz)
ON CONFLICT (account_id, key) DO UPDATE SET digest = excluded.digest, made_at = excluded.made_at
WHERE request.status IS NULL AND request.made_at <= %s::timestamptz
RETURNING 1
"""
_FIND = "SELECT digest, status, headers::text, body FROM base_repeated_request WHERE account_id = %s AND key = %s"
_KEEP = """
UPDATE base_repeated_request SET status = %s, headers = %s::jsonb, body = %b
WHERE account_id = %s AND key = %s AND made_at = %s AND status IS NULL
"""
_FREE = "DELETE FROM base_repeated_request WHERE account_id = %s AND key = %s AND made_at = %s AND status IS NULL"
_PRUNE = """
WITH gone AS (DELETE FROM base_repeated_request WHERE made_at < %s RETURNING 1) SELECT count(*) FROM gone
"""


@dataclass(frozen=True, slots=True)
class _Claim:
    """Whose key, and since when it is ours: a later claim of the same key is not this one."""

    account_id: int
    key: str
    made_at: datetime

    @property
    def place(self) -> tuple[int, str, datetime]:
        return self.account_id, self.key, self.made_at


def once(
    request: HttpRequest, work: Callable[[], HttpResponseBase], *, account_id: int, now: datetime, key: str = ""
) -> HttpResponseBase:
    """`work()`, or its kept answer; without an Idempotency-Key always `work()`. Opens its own transactions.

    A page's form has no header to put it in: its view passes the hidden field's value as `key`.

    Answers itself: 400 for a malformed key, 409 with Retry-After while a twin is at work, 422 when the key was used
    for another request. `account_id` is 0 for a door without sign-in; its keys must be hard to guess.
    """
    key = key or request.headers.get("Idempotency-Key", "")
    if not key:
        return work()
    if not _KEY.fullmatch(key):
        return _refusal(400, "repeat_bad_key")
    claim = _Claim(account_id, key, now)
    digest = digest_of(request)
    with db.system():
        ours = execute(_CLAIM, (account_id, key, digest, now, now - LEASE))
        found = [] if ours else execute(_FIND, (account_id, key))
    return _worked(work, claim) if ours else _answered_before(found, digest)


def prune(*, now: datetime) -> int:
    """Forgets answers older than 48 hours, in the open transaction; how many."""
    return int(execute(_PRUNE, (now - KEPT,))[0][0])


def digest_of(request: HttpRequest) -> bytes:
    """SHA-256 of what is asked: method, address and content; of forms their fields and files."""
    digest = sha256(f"{request.method} {request.get_full_path()}\n".encode())
    if request.content_type not in _FORMS:
        digest.update(request.body)
        return digest.digest()
    for name, values in sorted(request.POST.lists()):
        if name != _UNCOUNTED:
            digest.update(repr((name, values)).encode())
    for name, files in sorted(request.FILES.lists()):
        for file in files:
            content = sha256()
            for chunk in file.chunks():
                content.update(chunk)
            file.seek(0)
            digest.update(repr((name, file.name, content.digest())).encode())
    return digest.digest()


def _worked(work: Callable[[], HttpResponseBase], claim: _Claim) -> HttpResponseBase:
    try:
        response = work()
    except BaseException:
        _free(claim)
        raise
    if isinstance(response, HttpResponse) and response.status_code < 500 and response.status_code not in _SENT_AGAIN:
        headers = {name: response.headers[name] for name in _HEADERS if name in response.headers}
        with db.system():
            execute(_KEEP, (response.status_code, json.dumps(headers), response.content, *claim.place))
    else:
        _free(claim)
    return response


def _free(claim: _Claim) -> None:
    with db.system():
        execute(_FREE, claim.place)


def _answered_before(found: list[tuple[Any, ...]], digest: bytes) -> HttpResponse:
    if not found:  # freed since we asked for it
        return _refusal(409, "repeat_running")
    before, status, headers, body = found[0]
    if before != digest:
        return _refusal(422, "repeat_differs")
    if status is None:
        return _refusal(409, "repeat_running")
    return HttpResponse(body, status=status, headers={**json.loads(headers), "Idempotency-Replayed": "true"})


def _refusal(status: int, code: str) -> HttpResponse:
    headers = {"Retry-After": str(RETRY_AFTER)} if status == 409 else {}
    return JsonResponse({"code": code, "message": str(REFUSALS[code])}, status=status, headers=headers)
