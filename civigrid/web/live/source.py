"""What the hub asks the database, each in a short transaction of its own, in a thread."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, date, datetime
from functools import wraps
from http.cookies import CookieError, SimpleCookie
from typing import ParamSpec, TypeVar

from django.conf import settings
from django.contrib.auth import get_user
from django.http import HttpRequest

from civigrid.base import events
from civigrid.base.errors import Refused
from civigrid.base.events import Numbered
from civigrid.base.permissions import Scope
from civigrid.catalog import queries as catalog
from civigrid.directory import queries as directory
from civigrid.directory.rules import Actor
from civigrid.web import access, middleware, sessions
from civigrid.web.live.hub import Seat

P = ParamSpec("P")
T = TypeVar("T")


def alone(work: Callable[P, T]) -> Callable[P, T]:
    """One transaction under the system role."""

    @wraps(work)
    def run(*args: P.args, **kwargs: P.kwargs) -> T:
        with access.system():
            return work(*args, **kwargs)

    return run


class Database:
    """`hub.Source` on the events table."""

    @staticmethod
    @alone
    def newest() -> int:
        events.number()
        return events.newest()

    @staticmethod
    @alone
    def after(pos: int, limit: int) -> Sequence[Numbered]:
        events.number()
        return events.after(pos, limit)

    @staticmethod
    @alone
    def missed(pos: int, upto: int, limit: int) -> Sequence[Numbered] | None:
        if events.too_old(pos):
            return None
        rows = [row for row in events.after(pos, limit + 1) if row.pos <= upto]
        return rows if len(rows) <= limit else None

    @staticmethod
    @alone
    def scopes(seats: Iterable[Seat]) -> dict[Seat, Scope]:
        wanted, now = set(seats), datetime.now(UTC)
        standing = sessions.standing({seat.session for seat in wanted}, now=now)
        here = {each.session_key for each, account in standing if middleware.signed_in(each, account, now=now)}
        today = _today(now)
        posts = {(seat.account_id, seat.post_id) for seat in wanted if seat.session in here}
        actors = {post: directory.actor_for(*post, today) for post in posts}
        found = {seat: actors.get((seat.account_id, seat.post_id)) for seat in wanted if seat.session in here}
        return {seat: actor.scope for seat, actor in found.items() if actor}


def seated(cookies: str) -> tuple[Seat, Scope] | None:
    """Who connects with these cookies; None where nobody is signed in or has a post. For `/live`, which is no Django view."""
    session, now = sessions.SessionStore(_cookie(cookies, settings.SESSION_COOKIE_NAME)), datetime.now(UTC)
    request = HttpRequest()
    request.session = session
    with middleware.entering(session, now=now):
        actor = middleware.who(request, get_user(request), now=now, today=_today(now))
    return (seat_of(actor, session.session_key or ""), actor.scope) if actor else None


def seat_of(actor: Actor, session: str) -> Seat:
    return Seat(session, actor.account_id, actor.post_id)


def _cookie(cookies: str, name: str) -> str:
    try:
        morsel = SimpleCookie(cookies).get(name)
    except CookieError:
        return ""
    return morsel.value if morsel else ""


def _today(now: datetime) -> date:
    try:
        return now.astimezone(catalog.city().zone).date()
    except Refused:
        return now.date()
