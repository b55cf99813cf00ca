"""A form that is sent twice – a second click, a line that broke – and was done gets the first answer again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http.response import HttpResponseBase

from civigrid.base import idempotency
from civigrid.web import errors


class _Again(Exception):
    """The form must be filled in anew. Such a page is not kept beside its key: it holds a case, or who called."""

    def __init__(self, page: HttpResponseBase) -> None:
        super().__init__()
        self.page = page


def once(request: Any, work: Callable[[], HttpResponseBase]) -> HttpResponseBase:
    """`work()`, or the answer kept of when it succeeded: the form's hidden `key` is an Idempotency-Key.

    While the first one is still at work, or where a key came with another form, a page says so.
    """
    key = request.POST.get("key", "")
    try:
        answer = idempotency.once(
            request, lambda: _done(work()), account_id=request.actor.account_id, now=request.now, key=key
        )
    except _Again as again:
        return again.page
    if answer.headers.get("Content-Type") == "application/json" and not errors.wants_json(request):
        return errors.answer(request, answer.status_code, errors.TWICE)
    return answer


def _done(answer: HttpResponseBase) -> HttpResponseBase:
    if answer.status_code >= 400:
        raise _Again(answer)
    return answer
