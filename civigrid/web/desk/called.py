"""Which form this browser sent last: its key, in a cookie that the registration form alone is sent, for half an hour.

The caller's query code is made of it while he is still on the line; it is in no address and no page that is kept.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core import signing
from django.http.response import HttpResponseBase
from django.urls import reverse

COOKIE = "civigrid_called"
SECONDS = 30 * 60


def remember(response: HttpResponseBase, key: str) -> None:
    signed = signing.dumps(key, salt=COOKIE)
    path = reverse("desk_register")
    response.set_cookie(
        COOKIE, signed, path=path, max_age=SECONDS, secure=settings.HTTPS, httponly=True, samesite="Lax"
    )


def key(request: Any) -> str:
    """ "" where none was sent lately."""
    try:
        return str(signing.loads(request.COOKIES.get(COOKIE, ""), salt=COOKIE, max_age=SECONDS))
    except signing.BadSignature:
        return ""
