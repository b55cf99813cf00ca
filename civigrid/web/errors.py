"""Pages for what went wrong, in the caller's language, and the same as JSON for programs. No query, no session."""

from __future__ import annotations

import sys
from dataclasses import dataclass

from django.core.exceptions import RequestDataTooBig
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from psycopg_pool import PoolTimeout

from civigrid.base import db
from civigrid.base.problems import MEDIA_TYPE, problem
from civigrid.base.words import REFUSALS


@dataclass(frozen=True, slots=True)
class Words:
    """`code` is stable and for programs, the others are for people."""

    code: str
    title: str | Promise
    text: str | Promise
    advice: str | Promise


WORDS: dict[int, Words] = {
    400: Words(
        "bad_request",
        _("The request could not be read"),
        _("Something in the address or in what was sent does not have the form this page expects."),
        _("Go back, check what you typed, and send it again."),
    ),
    401: Words(
        "sign_in_needed",
        _("Please sign in"),
        _("This is only for people who are signed in."),
        _("Sign in and try again."),
    ),
    403: Words(
        "forbidden",
        _("Your post may not do this"),
        _("You are signed in, but the post you act under does not include this."),
        _("If you hold another post, switch to it at the top of the page. Otherwise ask your system administrator."),
    ),
    404: Words(
        "not_found",
        _("Nothing is here for you"),
        _("The address is wrong, the thing does not exist, or it lies outside the area or unit of your post."),
        _("Check the number, or look for it in your queue."),
    ),
    405: Words(
        "method_not_allowed", _("This cannot be done here"), _("The address does not take this kind of request."), ""
    ),
    409: Words(
        "stale",
        _("Somebody was faster"),
        _("The case changed after you opened this form. Nothing was saved."),
        _("Look at its present state and decide again."),
    ),
    413: Words(
        "too_large",
        _("What you sent is too large"),
        _("The file or form is larger than this server takes. Nothing was saved."),
        _("Send a smaller photo, or fewer at a time."),
    ),
    429: Words(
        "too_many_requests",
        _("Too many attempts"),
        _("There were too many attempts in a short time."),
        _("Wait a few minutes and try again."),
    ),
    500: Words(
        "server_error",
        _("The server made a mistake"),
        _("Your request was not carried out. The mistake was recorded under the number below."),
        _("Try again. If it happens again, give the number to your system administrator."),
    ),
    503: Words(
        "unavailable",
        _("Out of service for a moment"),
        _("The database cannot be reached or too many people are waiting. Nothing of yours was half-saved."),
        _("Wait a moment and reload the page. What you typed is still in the form if you go back."),
    ),
    507: Words("storage_full", _("No room is left"), REFUSALS["storage_full"], ""),
}
CSRF = Words(
    "csrf",
    _("This form is no longer valid"),
    _("The page was open too long, you signed in again since, or your browser keeps no cookies. Nothing was saved."),
    _("Go back, reload the page, and send the form again."),
)
TWICE = Words(
    "repeat",
    _("This was sent twice"),
    _("The same form is being worked on already, or was sent before with other content."),
    _("Open the case and look whether it is done."),
)
RETRY_SECONDS = "5"


def answer(request: HttpRequest, status: int, words: Words | None = None) -> HttpResponse:
    """The error page for `status`, or its JSON form where a program asked."""
    words = words or WORDS[status]
    number = getattr(request, "id", "")
    response: HttpResponse
    if request.path.startswith("/api/"):
        told = problem(status, words.code, str(words.title), request=number, detail=str(words.text))
        response = JsonResponse(told, status=status, json_dumps_params={"ensure_ascii": False}, content_type=MEDIA_TYPE)
    elif wants_json(request):
        detail = " ".join(str(part) for part in (words.text, words.advice) if part)
        body = {"error": {"code": words.code, "message": str(words.title), "detail": detail, "request": number}}
        response = JsonResponse(body, status=status, json_dumps_params={"ensure_ascii": False})
    else:
        context = {"status": status, "words": words, "number": number, "LANGUAGE_CODE": translation.get_language()}
        response = HttpResponse(render_to_string("errors/page.html", context), status=status)
    response["Cache-Control"] = "no-store"
    if status == 503:
        response["Retry-After"] = RETRY_SECONDS
    return response


def wants_json(request: HttpRequest) -> bool:
    """True for the API, and for a script that says it takes JSON and not a page."""
    accept = request.headers.get("Accept", "")
    return request.path.startswith("/api/") or ("application/json" in accept and "text/html" not in accept)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return answer(request, 413 if isinstance(exception, RequestDataTooBig) else 400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return answer(request, 403)


def forbidden_csrf(request: HttpRequest, reason: str = "") -> HttpResponse:
    return answer(request, 403, CSRF)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return answer(request, 404)


def server_error(request: HttpRequest) -> HttpResponse:
    """What Django calls with an exception nobody caught: 507 where no disk has room, 503 where the
    database was out of reach, 500 otherwise."""
    error = sys.exc_info()[1]
    if error and db.disk_full(error):
        return answer(request, 507)
    away = isinstance(error, OperationalError | InterfaceError | PoolTimeout)
    return answer(request, 503 if away else 500)
