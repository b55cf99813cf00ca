"""What the residents' pages have in common: no copy in a browser, a name for the browser, and a language and a size of text
that change without losing what was typed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy

from civigrid.base import env
from civigrid.base.errors import Refused
from civigrid.web import shell, wording
from civigrid.web.middleware import public
from civigrid.web.public import senders

TOO_OLD = gettext_lazy("The page was open for very long. Nothing is lost: press the button again.")
YEAR = 365 * 86400
View = Callable[..., HttpResponseBase]


def door(view: View) -> View:
    """A page of the residents': public, never kept by a browser."""

    @wraps(view)
    def wrapped(request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = view(request, *args, **kwargs)
        if "public" in response.headers.get("Cache-Control", ""):
            return response  # others may be given the same copy: it names no browser
        senders.remember(request, response)
        if not response.has_header("Cache-Control"):
            response["Cache-Control"] = "no-store"
        return response

    return public(wrapped)  # type: ignore[arg-type]


def page(request: Any, template: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    return render(request, f"public/{template}.html", context, status=status)


def is_open(request: Any) -> bool:
    """Whether the city takes reports here."""
    return bool(request.city) and env.PUBLIC_SOURCE.text() in request.city.sources


def closed(request: Any) -> HttpResponse:
    return page(request, "closed", {}, status=503)


def switches(request: Any) -> Callable[[HttpResponse], HttpResponse] | None:
    """Where a form was sent to change language or size of text only: they hold from here on; what is called must keep them
    with the answer. None for a form that was sent for its own sake.
    """
    language = request.POST.get("language", "")
    if language in dict(settings.LANGUAGES):
        translation.activate(language)
        request.LANGUAGE_CODE = language
        return lambda response: _kept(response, settings.LANGUAGE_COOKIE_NAME, language)
    if "size" in request.POST:
        large = "0" if request.COOKIES.get(shell.LARGE_TEXT_COOKIE) == "1" else "1"
        request.COOKIES[shell.LARGE_TEXT_COOKIE] = large
        return lambda response: _kept(response, shell.LARGE_TEXT_COOKIE, large)
    return None


def _kept(response: HttpResponse, name: str, value: str) -> HttpResponse:
    response.set_cookie(name, value, max_age=YEAR, samesite="Lax", secure=settings.HTTPS, httponly=True)
    response["Content-Language"] = translation.get_language() or ""
    return response


def why(no: Refused) -> str:
    """A rule's no, as the page says it; a moment in the city's time."""
    facts = {name: clock(value) if isinstance(value, datetime) else value for name, value in no.facts.items()}
    return wording.refusal(no.code, facts)


def clock(at: datetime) -> str:
    """A moment in the city's time."""
    return date_format(timezone.localtime(at), "Y-m-d H:i")


def retry_after(response: HttpResponse, no: Refused, now: datetime) -> HttpResponse:
    """Tells programs too how long to wait."""
    if "until" in no.facts:
        response["Retry-After"] = str(max(1, int((no.facts["until"] - now).total_seconds()) + 1))
    return response
