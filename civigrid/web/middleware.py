"""What happens around every page: one clock reading, one request id and one log line; then who acts, in which city.

`request.now` is the only "now" of a request (aware UTC). `request.actor` is the account acting under its current post,
None where nobody signed in or the person has no post. `request.city` is the loaded city, None before a pack is.
"""

from __future__ import annotations

import logging
import re
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from typing import Any

from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY, logout
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.views import redirect_to_login
from django.contrib.sessions.backends.base import SessionBase
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from civigrid.base import env, logs, metrics, stamps
from civigrid.base.errors import Refused
from civigrid.catalog import queries as catalog
from civigrid.catalog.queries import CityRow
from civigrid.directory import queries as directory
from civigrid.directory.rules import Actor
from civigrid.web import access, accounts, errors, sessions

Handler = Callable[[HttpRequest], HttpResponse]
View = Callable[..., HttpResponse]

IDLE_SECONDS = env.IDLE_MINUTES.number() * 60
SEEN_EVERY = 300  # how often an active session is written, in seconds
_REQUEST_ID = re.compile(r"[A-Za-z0-9-]{8,64}")
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
LATENCY = metrics.Histogram("civigrid_request_seconds", "How long requests took.", ["route", "method", "status"])
log = logging.getLogger("civigrid.access")


def alone(view: View) -> View:
    """Marks a view that answers without sign-in and without the database."""
    view.needs = "alone"  # type: ignore[attr-defined]
    return view


def public(view: View) -> View:
    """Marks a view that answers without sign-in."""
    view.needs = "nothing"  # type: ignore[attr-defined]
    return view


def without_post(view: View) -> View:
    """Marks a view that needs a signed-in person but no post."""
    view.needs = "account"  # type: ignore[attr-defined]
    return view


def request_log(get_response: Handler) -> Handler:
    """Outermost: the request's id and clock, one access line and its counters. Query strings are never logged."""

    def middleware(request: Any) -> HttpResponse:
        started = time.perf_counter()
        request.now = datetime.now(UTC)
        request.id = _request_id(request)
        request.actor = request.city = None
        with logs.about(request=request.id):
            response = get_response(request)
            seconds = time.perf_counter() - started
            account = getattr(request.actor, "account_id", 0)
            with logs.about(request=request.id, account=account):
                log.info(
                    "request",
                    extra={
                        "method": request.method,
                        "path": request.path,
                        "status": response.status_code,
                        "ms": round(seconds * 1000),
                    },
                )
        LATENCY.observe(seconds, route=_route(request), method=_method(request), status=str(response.status_code))
        response["X-Request-ID"] = request.id
        return response

    return middleware


def _request_id(request: HttpRequest) -> str:
    given = request.headers.get("X-Request-ID", "")
    return given if _REQUEST_ID.fullmatch(given) else uuid.uuid4().hex


def _method(request: HttpRequest) -> str:
    return request.method if request.method in METHODS else "other"


def _route(request: HttpRequest) -> str:
    match = request.resolver_match
    return match.view_name or match.route if match else "none"


def acting(get_response: Handler) -> Handler:
    """Innermost: finds city, account and post, by one statement where the rest is in memory, and sends away who may not
    go on."""

    def middleware(request: Any) -> HttpResponse:
        response = get_response(request)
        if request.actor:  # nobody reads a case by going back after the next person sat down
            response.headers.setdefault("Cache-Control", "private, no-store")
        return response

    def process_view(request: Any, view: View, args: Any, kwargs: Any) -> HttpResponse | None:
        if "\0" in request.path or "%00" in request.META["QUERY_STRING"]:
            raise BadRequest("a null character in the address")  # PostgreSQL could not store or look for it
        needs = getattr(view, "needs", "post")
        if needs == "alone":
            return None
        with entering(request.session, now=request.now):
            load(request)
        if needs == "nothing" or request.actor:
            return None
        if not request.user.is_authenticated:
            return (
                errors.answer(request, 401)
                if errors.wants_json(request)
                else redirect_to_login(request.get_full_path())
            )
        return None if needs == "account" else HttpResponseRedirect(reverse("post"))

    middleware.process_view = process_view  # type: ignore[attr-defined]
    return middleware


@contextmanager
def entering(session: sessions.SessionStore, *, now: datetime) -> Iterator[None]:
    """A system transaction in which it is known who stands behind the session."""
    came = sessions.enter(session, now=now)
    with access.system(), accounts.known(came.account):
        stamps.carry(came.stamps)
        yield


def load(request: Any) -> None:
    """Sets request.city and request.actor, and the city's zone for all times shown. In a system transaction."""
    request.city = _city()
    if request.city:
        timezone.activate(request.city.zone)
    if not request.user.is_authenticated:
        return
    if idle(request.session, request.now):
        logout(request)
        return
    chosen = request.session.get("post")
    request.actor = who(request, request.user, now=request.now, today=timezone.localdate(request.now))
    settled = request.actor.post_id if request.actor else 0
    if settled != chosen:  # the first post of a new session, or one that ended and must be chosen anew
        request.session["post"] = settled
    if "X-Live" not in request.headers:  # a screen that refreshes itself is nobody at work
        _note_seen(request)


def who(request: HttpRequest, user: AbstractBaseUser | AnonymousUser, *, now: datetime, today: date) -> Actor | None:
    """The person of this session under the session's post; the first one where none was chosen yet."""
    chosen = request.session.get("post")
    if not user.is_authenticated or chosen == 0 or idle(request.session, now):
        return None
    posts = [post for post in directory.posts_of(user.pk, today) if chosen in (None, post.id)]
    return directory.actor_of(posts[0], today) if posts else None


def signed_in(session: SessionBase, account: AbstractBaseUser | None, *, now: datetime) -> bool:
    """Whether a page asked for with this session, which is `account`'s, would find somebody: the password is still the one
    he came with, he was not switched off, and he did something lately. Writes nothing, as Django's own way would."""
    if account is None or not account.is_active or session.get(SESSION_KEY) != str(account.pk):
        return False
    came_with = str(session.get(HASH_SESSION_KEY, ""))
    return constant_time_compare(came_with, account.get_session_auth_hash()) and not idle(session, now)


def idle(session: SessionBase, now: datetime) -> bool:
    """Nobody did anything in it for too long."""
    stamp = int(now.timestamp())
    return stamp - int(session.get("seen", stamp)) > IDLE_SECONDS


def _note_seen(request: Any) -> None:
    stamp = int(request.now.timestamp())
    if stamp - request.session.get("seen", 0) >= SEEN_EVERY:
        request.session["seen"] = stamp


def _city() -> CityRow | None:
    try:
        return catalog.city()
    except Refused:  # no pack was loaded yet
        return None
