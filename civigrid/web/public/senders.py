"""Who asks, where nobody signs in: a browser by a cookie of its own, a network address, and the slip he may look at.

Nothing of it names a person. The browser's cookie ends with the browser; the slip's after half an hour without use.
"""

from __future__ import annotations

import hashlib
import ipaddress
import re
import secrets
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core import signing
from django.http.response import HttpResponseBase

from civigrid.base import env, tallies
from civigrid.base.tallies import Cost
from civigrid.base.uploads import Owner, Room
from civigrid.web.enclosed import MOST_FILES

BROWSER, SLIP = "civigrid_sender", "civigrid_slip"
SLIP_SECONDS = 30 * 60
FORM_SECONDS = 7 * 86400  # so long a page may have been open
HOUR, MINUTE, DAY = timedelta(hours=1), timedelta(minutes=1), timedelta(days=1)
_TOKEN = re.compile(r"[A-Za-z0-9_-]{22}")


def browser(request: Any) -> str:
    """The browser's own random name; a new one where it has none yet."""
    given = request.COOKIES.get(BROWSER, "")
    if not hasattr(request, "browser"):
        request.browser = given if _TOKEN.fullmatch(given) else secrets.token_urlsafe(16)
    return str(request.browser)


def remember(request: Any, response: HttpResponseBase) -> None:
    """Gives the browser its name, where it does not have it."""
    if request.COOKIES.get(BROWSER) != browser(request):
        response.set_cookie(BROWSER, browser(request), **_cookie())


def _cookie() -> dict[str, Any]:
    return {"samesite": "Lax", "secure": settings.HTTPS, "httponly": True}


def address(request: Any) -> str:
    """Where the request came from: what the outermost proxy that is trusted saw. Of IPv6 the network, which is one home's."""
    proxies = env.TRUSTED_PROXIES.number()
    passed = [each.strip() for each in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if each.strip()]
    seen = passed[-proxies] if proxies and len(passed) >= proxies else request.META.get("REMOTE_ADDR", "")
    try:
        found = ipaddress.ip_address(seen)
    except ValueError:
        return "unknown"
    if isinstance(found, ipaddress.IPv6Address):
        return str(found.ipv4_mapped or ipaddress.ip_network((found, 64), strict=False).network_address)
    return str(found)


def owner(request: Any) -> Owner:
    """Whose uploads they are: nobody's account, a number of the browser's own."""
    digest = hashlib.sha256(browser(request).encode()).digest()
    return Owner(-1 - (int.from_bytes(digest[:8]) >> 1), 0)


def room() -> Room:
    """For files that no report took yet."""
    return Room(3 * MOST_FILES, env.PUBLIC_FORM_BYTES.number())


def spend_report(request: Any) -> None:
    """Refused("too_often", until=...)"""
    costs = [
        Cost("report", browser(request), env.PUBLIC_REPORTS_PER_HOUR.number(), HOUR),
        Cost("report from", address(request), env.PUBLIC_ADDRESS_REPORTS_PER_HOUR.number(), HOUR),
    ]
    tallies.spend(costs, now=request.now)


def spend_look(request: Any) -> None:
    """Refused("too_often", until=...)"""
    most = env.PUBLIC_LOOKS_PER_MINUTE.number()
    costs = [
        Cost("look", browser(request), most, MINUTE),
        Cost("look from", address(request), 10 * most, MINUTE),
    ]
    tallies.spend(costs, now=request.now)


def spend_bytes(request: Any, size: int) -> None:
    """Refused("too_often", until=...)"""
    costs = [
        Cost("bytes from", address(request), env.PUBLIC_ADDRESS_BYTES_PER_HOUR.number(), HOUR, size),
        Cost("bytes", "", env.PUBLIC_BYTES_PER_DAY.number(), DAY, size),
    ]
    tallies.spend(costs, now=request.now)


def tries(request: Any, report_id: int) -> list[Cost]:
    """What an attempt at a report's number costs, before it is known whether the code is right; 0 is no number at all."""
    return [
        Cost("try", str(report_id or f"none from {address(request)}"), env.PUBLIC_TRIES_PER_HOUR.number(), HOUR),
        Cost("try from", address(request), env.PUBLIC_ADDRESS_TRIES_PER_HOUR.number(), HOUR),
    ]


def new_key() -> str:
    """The key of a form that is shown: it makes a second sending harmless, and the report's query code. Signed, so that
    nobody chooses one that somebody else might have.
    """
    return signing.dumps(secrets.token_urlsafe(16), salt="form")


def read_key(signed: str) -> str:
    """ "" for what is none of ours or too old."""
    try:
        return str(signing.loads(signed, salt="form", max_age=FORM_SECONDS))
    except signing.BadSignature:
        return ""


def show_slip(response: HttpResponseBase, report_id: int, key: str = "") -> None:
    """The browser may look at that report; `key`: of the form it just came from, whose code is shown once more."""
    signed = signing.dumps({"report": report_id, "key": key}, salt="slip")
    response.set_cookie(SLIP, signed, path="/report/", max_age=SLIP_SECONDS, **_cookie())


def slip(request: Any) -> tuple[int, str]:
    """The report this browser may look at, and the key of its form where it was just sent; (0, "") for none."""
    try:
        said = signing.loads(request.COOKIES.get(SLIP, ""), salt="slip", max_age=SLIP_SECONDS)
    except signing.BadSignature:
        return 0, ""
    return int(said["report"]), str(said["key"])


def forget_slip(response: HttpResponseBase) -> None:
    response.delete_cookie(SLIP, path="/report/", samesite="Lax")


def same(report_id: int) -> str:
    """A report close by, as the form names it."""
    return signing.dumps(report_id, salt="same")


def read_same(signed: str) -> int:
    """0 for what is none of ours."""
    try:
        return int(signing.loads(signed, salt="same", max_age=FORM_SECONDS))
    except (signing.BadSignature, TypeError, ValueError):
        return 0
