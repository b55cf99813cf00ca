"""What the door offers is what was agreed, and holds whatever is sent to it."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from django.test.client import ClientHandler
from django.urls import reverse
from hypothesis import HealthCheck, Phase, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from civigrid.api.openapi import described
from tests.api.programs import token
from tests.web.people import LI, ZHENG, report

pytestmark = pytest.mark.usefixtures("city")

SNAPSHOT = Path(__file__).with_name("openapi.json")
RENEW = "RENEW=1 pytest tests/api/test_openapi.py -k agreed"


def test_it_is_as_agreed() -> None:
    """Programs of others rest on it: look at every difference before you write it anew."""
    if os.environ.get("RENEW"):
        SNAPSHOT.write_bytes(described() + b"\n")
    agreed = json.loads(SNAPSHOT.read_text()) if SNAPSHOT.exists() else {}
    assert json.loads(described()) == agreed, f"the API changed; if that is meant: {RENEW}"


def test_it_is_served_without_a_token_and_names_no_other_host() -> None:
    from tests.api.programs import Program

    answer = Program("").get("/openapi.json")
    assert (answer.status_code, answer.content) == (200, described())
    assert b"://" not in described()


def test_every_problem_has_its_shape() -> None:
    told = json.loads(described())
    for methods in told["paths"].values():
        for operation in methods.values():
            assert operation["responses"]["default"] == {"$ref": "#/components/responses/Problem"}
            assert all(200 <= int(status) < 300 for status in operation["responses"] if status != "default")


def app(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
    """The program as WSGI, inside the test's transaction: Django's own handler would close its connection."""
    handler = ClientHandler(enforce_csrf_checks=True)
    answer = handler(environ)
    start(f"{answer.status_code} {answer.reason_phrase}", list(answer.items()))
    return [b"".join(answer)]  # type: ignore[call-overload]


@schemathesis.serializer("application/x-ndjson")
def lines(context: Any, value: Any) -> bytes:
    """Whatever was made up, and a line that is JSON."""
    return f"{value}\n{json.dumps(value)}\n".encode("utf-8", "surrogatepass")


SCHEMA = schemathesis.openapi.from_dict(json.loads(described()))
SCHEMA.app = app
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]


@pytest.fixture
def secrets(city: None) -> list[str]:
    return [token(LI), token(ZHENG)]


@pytest.fixture
def number(city: None) -> str:
    return report()


@SCHEMA.parametrize()
@settings(
    max_examples=10,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
def test_whatever_is_sent(case: Any, secrets: list[str], number: str) -> None:
    """Never a mistake of ours, and always an answer of the shape that was promised."""
    for secret in secrets:
        if "number" in case.path_parameters:
            case.path_parameters["number"] = number
        answer = case.call(headers={"Authorization": f"Bearer {secret}"})
        case.validate_response(answer, checks=CHECKS)


def test_no_address_takes_the_name_of_a_page() -> None:
    assert reverse("file", args=["0" * 64]) == f"/files/{'0' * 64}"
    assert reverse("api:file", args=["YT1"]) == "/api/v1/cases/YT1/file"
