"""The tokens programs sign in with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from civigrid.directory.models import Token
from civigrid.directory.queries.people import actor_of, named_posts, post_row
from civigrid.directory.rules import Granted, TokenScope


@dataclass(frozen=True, slots=True)
class TokenRow:
    """A token as a list shows it; nothing in it opens anything."""

    id: int
    username: str
    unit_code: str
    role: str
    name: str
    scopes: tuple[str, ...]
    made_at: datetime
    expires_at: datetime
    revoked_at: datetime | None
    seen_on: date | None


def granted(digest: bytes, *, on: date, now: datetime) -> Granted | None:
    """Who signs in with the secret of that SHA-256; None where it is unknown, over or revoked, where its post ended and
    where its account was switched off. In a `system()` transaction.
    """
    living = Token.objects.filter(digest=digest, revoked_at__isnull=True, expires_at__gt=now)
    token = living.first()
    if token is None:
        return None
    post = named_posts().filter(id=token.post_id, valid__contains=on, account__is_active=True).first()
    if post is None:
        return None
    scopes = frozenset(TokenScope(scope) for scope in token.scopes)
    return Granted(token.pk, actor_of(post_row(post), on), scopes, token.expires_at)


def tokens() -> list[TokenRow]:
    """All that were ever given out, the newest first. In a `system()` transaction."""
    rows = Token.objects.order_by("-id").values_list(
        "id", "post__account__username", "post__unit__code", "post__role", "name", "scopes", "made_at", "expires_at",
        "revoked_at", "seen_on",
    )  # fmt: skip
    return [TokenRow(*row[:5], tuple(row[5]), *row[6:]) for row in rows]
