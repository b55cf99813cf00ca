"""What this door says when it says no, by code."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from civigrid.flow import refusals

REFUSALS: dict[str, str | Promise] = {
    "token_needed": _("Sign in with a token: Authorization: Bearer …"),
    "token_refused": _("The token is unknown, over or revoked, or its post has ended."),
    "scope_needed": _("The token is not for this: it needs the scope %(scope)s."),
    "too_many_requests": _("Too many requests. Wait %(seconds)s seconds."),
    "too_large": _("This is too large: at most %(limit)s bytes are taken."),
    "too_many_rows": _("There are too many lines: at most %(limit)s are taken at once."),
    "not_found": _("Nothing is here for you: it does not exist, or your post does not see it."),
    "method_not_allowed": _("The address does not take this kind of request."),
    "bad_media_type": _("The body must be %(wanted)s."),
    "bad_key": _("A key has 1 to 128 printable ASCII signs without a space."),
    "no_uploads_here": _("Reports with files are sent one by one."),
    "unavailable": _("The database cannot be reached, or too many are waiting. Nothing was half-saved: send it again."),
    "server_error": _("The server made a mistake, and recorded it under the number of this request."),
}


def say(code: str, facts: Mapping[str, Any]) -> str:
    """The words for a problem or a rule's no, in the language of the moment."""
    words = REFUSALS.get(code)
    if words is None:
        return refusals.refusal(code, facts)
    text = str(words)
    return text % defaultdict(str, facts) if "%(" in text else text
