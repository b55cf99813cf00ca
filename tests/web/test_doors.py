"""No page answers somebody who did not sign in, but those that say so; none loses its content policy."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import URLPattern

from civigrid import urls
from tests.browser.looks import NO_PAGES
from tests.web.people import CHEN, JIANG, LI, SHEN, client

pytestmark = pytest.mark.usefixtures("city")

SAMPLES = {
    "number": "YT20261122000001", "verb": "accept", "task_id": 1, "report_id": 1, "sha256": "0" * 64, "token": "0" * 32, "code": "990181",
    "transfer_id": 1, "kind": "units", "edition": "0123456789abcdef", "zoom": 12, "column": 3459, "row": 1703,
}  # fmt: skip
OPEN = {
    "account_login", "account_inactive", "healthz", "readyz", "metrics", "language", "large_text",
}  # fmt: skip
# the residents' door: whoever asks for what is not his gets a page that says nothing, never a sign-in
RESIDENTS = {
    "report", "report_look", "report_receipt", "report_uploads", "report_upload", "report_progress", "report_add", "report_leave",
    "report_file", "report_map", "report_drawing", "report_tile",
}  # fmt: skip
# allauth sends these to the sign-in page itself, or they are a stage of signing in
DURING_SIGN_IN = {"account_logout", "account_reauthenticate", "mfa_authenticate"}


def address(pattern: URLPattern) -> str:
    """A sample of the pattern; a new parameter without a sample fails here."""
    route = str(pattern.pattern)
    for name in pattern.pattern.converters:
        kind = "int" if isinstance(SAMPLES[name], int) else "str"
        route = route.replace(f"<{kind}:{name}>", str(SAMPLES[name]))
    assert "<" not in route, route
    return f"/{route}"


PATTERNS = [pattern for pattern in urls.urlpatterns if isinstance(pattern, URLPattern)]


@pytest.mark.parametrize("pattern", PATTERNS, ids=lambda pattern: f"{pattern.name}-{pattern.pattern}")
def test_without_sign_in(pattern: URLPattern) -> None:
    where = address(pattern)
    for method in ("get", "post"):
        answer = getattr(client(), method)(where)
        if pattern.name in OPEN | RESIDENTS:
            assert answer.status_code in {200, 400, 303, 405, *((404, 422) if pattern.name in RESIDENTS else ())}, where
        else:
            assert answer.status_code == 302, where
            assert answer.headers["Location"].startswith(
                "/" if pattern.name in DURING_SIGN_IN else "/accounts/login/"
            ), where


@pytest.mark.parametrize(
    "pattern",
    [p for p in PATTERNS if p.name not in OPEN | RESIDENTS | DURING_SIGN_IN],
    ids=lambda pattern: f"{pattern.name}-{pattern.pattern}",
)
def test_programs_without_sign_in_get_401(pattern: URLPattern) -> None:
    if str(pattern.pattern).startswith("accounts/"):
        return
    answer = Client(headers={"Accept": "application/json"}).get(address(pattern))
    assert answer.status_code == 401
    assert answer.json()["error"]["code"] == "sign_in_needed"


@pytest.mark.parametrize("pattern", [p for p in PATTERNS if p.name in NO_PAGES], ids=lambda pattern: pattern.name)
def test_what_is_said_to_be_no_page_is_none(pattern: URLPattern) -> None:
    for who in ("", LI, CHEN, SHEN, JIANG):
        answer = client(who).get(address(pattern))
        page = answer.status_code == 200 and "<html" in b"".join(answer).decode(errors="replace")
        assert not page, (who, pattern.name)


@pytest.mark.parametrize("where", ["/", "/accounts/login/", "/nothing-here/", "/cases/"])
def test_the_content_policy_is_strict_everywhere(where: str) -> None:
    policy = client(LI if where != "/accounts/login/" else "").get(where).headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "script-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy


def test_health_figures_and_readiness() -> None:
    assert client().get("/healthz").json() == {"ok": True}
    assert client().get("/readyz").json()["database"] is True
    figures = client().get("/metrics")
    assert b"civigrid_request_seconds_count" in figures.content
    assert client().get("/metrics", headers={"X-Forwarded-For": "1.2.3.4"}).status_code == 404
    assert client().get("/metrics", REMOTE_ADDR="10.0.0.7").status_code == 404


def test_a_case_number_is_no_label_of_a_figure() -> None:
    client(LI).get("/cases/YT20261122777777/")
    assert b"YT20261122777777" not in client().get("/metrics").content


def test_no_browser_keeps_a_page_of_cases() -> None:
    li = client(LI)
    assert "no-store" in li.get("/cases/").headers["Cache-Control"]
    assert "no-store" in li.get("/").headers["Cache-Control"]
