"""What is wrong is told with a stable code, in the caller's language, and nothing of it is stored."""

from __future__ import annotations

import json
from typing import Any

import psycopg
import pytest
from django.db import OperationalError
from psycopg_pool import PoolTimeout

from civigrid.base import db
from civigrid.cases import queries as cases
from civigrid.flow import arriving, pipeline
from civigrid.intake import queries as reports_of
from tests.api.programs import Program, program, said

pytestmark = pytest.mark.usefixtures("city")

WRONG: dict[str, tuple[bytes, int, str, str]] = {
    "no JSON": (b"{", 400, "bad_json", ""),
    "a list": (b"[]", 422, "wrong_type", ""),
    "a word": (b"null", 422, "wrong_type", ""),
    "nothing": (b"", 400, "bad_json", ""),
    "invalid UTF-8": (b'{"source": "01", "text": "\xc3\x28"}', 400, "bad_json", ""),
    "half a surrogate": (b'{"source": "01", "text": "\\ud83d"}', 400, "bad_json", ""),
    "nested without end": (b"[" * 60_000, 400, "bad_json", ""),
    "not a number": (b'{"source": "01", "text": "x", "lon": NaN, "lat": 1}', 422, "out_of_range", "lon"),
    "a null byte": (b'{"source": "01", "text": "a\\u0000b"}', 422, "unstorable_text", "text"),
    "a null byte beside it": (b'{"source": "01", "text": "a", "extra": {"a": "\\u0000"}}', 422, "unstorable_text", "extra"),
    "text as a number": (b'{"source": "01", "text": 5}', 422, "wrong_type", "text"),
    "a truth as a number": (b'{"source": "01", "text": "x", "confidential": 1}', 422, "wrong_type", "confidential"),
    "a number as text": (b'{"source": "01", "text": "x", "lon": "121.5", "lat": 31.0}', 422, "wrong_type", "lon"),
    "off the earth": (b'{"source": "01", "text": "x", "lon": 181, "lat": 1}', 422, "out_of_range", "lon"),
    "nowhere": (b'{"source": "01", "text": "x", "lon": 0, "lat": 0}', 422, "bad_point", "lon"),
    "half a point": (b'{"source": "01", "text": "x", "lon": 121}', 422, "bad_point", "lat"),
    "in the future": (b'{"source": "01", "text": "x", "occurred_at": "2999-01-01T00:00:00Z"}', 422, "absurd_time", "occurred_at"),
    "before our time": (b'{"source": "01", "text": "x", "occurred_at": "0001-01-01T00:00:00Z"}', 422, "absurd_time", "occurred_at"),
    "no day": (b'{"source": "01", "text": "x", "occurred_at": "2026-02-30T00:00:00Z"}', 422, "bad_time", "occurred_at"),
    "a time anywhere": (b'{"source": "01", "text": "x", "occurred_at": "2026-02-20T00:00:00"}', 422, "time_without_zone", "occurred_at"),
    "a time as a number": (b'{"source": "01", "text": "x", "occurred_at": 1700000000}', 422, "bad_time", "occurred_at"),
    "an unknown source": (b'{"source": "99", "text": "x"}', 422, "unknown_code", "source"),
    "an unknown matter": (b'{"source": "01", "text": "x", "matter_code": "XX"}', 422, "unknown_code", "matter_code"),
    "an unknown kind": (b'{"source": "01", "text": "x", "kind": "shout"}', 422, "unknown_code", "kind"),
    "an unknown urgency": (b'{"source": "01", "text": "x", "urgency": 9}', 422, "unknown_code", "urgency"),
    "an unknown field": (b'{"source": "01", "text": "x", "txet": "y"}', 422, "unknown_field", "txet"),
    "no source": (b'{"text": "x"}', 422, "missing", "source"),
    "nothing said": (b'{"source": "01"}', 422, "nothing_said", "text"),
    "signs nobody sees": (b'{"source": "01", "title": "\\u200b", "text": "\\u2060\\ufeff\\u3000"}', 422, "nothing_said", "text"),
    "coordinates of nobody": (b'{"source": "01", "text": "x", "position_crs": "mars"}', 422, "unknown_code", "position_crs"),
    "too long": (json.dumps({"source": "01", "text": "x" * 20_001}).encode(), 422, "too_long", "text"),
    "a bad key": (b'{"source": "01", "text": "x", "key": "a b"}', 422, "bad_form", "key"),
    "an unknown upload": (b'{"source": "01", "text": "x", "uploads": ["' + b"0" * 32 + b'"]}', 404, "upload_gone", "uploads"),
}  # fmt: skip


def count() -> int:
    with db.system():
        return reports_of.count()


@pytest.mark.parametrize("name", WRONG)
def test_told_with_a_code_and_the_field(name: str) -> None:
    body, status, code, field = WRONG[name]
    before = count()
    answer = program().post("/reports", body)
    assert (answer.status_code, answer.json()["code"], answer.json().get("field", "")) == (status, code, field)
    assert answer.json()["type"] == f"urn:civigrid:problem:{code}"
    assert count() == before


def test_in_the_callers_language() -> None:
    body = b'{"source": "01", "text": "x", "lon": 181, "lat": 1}'
    english = program(language="en-GB,en;q=0.9").post("/reports", body)
    assert english.json()["title"] == "The number is too small or too large."
    assert english.headers["Content-Language"] == "en"
    for asked in ("zh-CN", "de", "", "*;q=0.5"):
        assert (
            Program(program().headers["Authorization"][7:], asked).post("/reports", body).headers["Content-Language"]
            == "zh-hans"
        )


def test_several_faults_are_told_at_once() -> None:
    told = program().post("/reports", {"source": "01", "text": 5, "kind": "shout"}).json()
    assert [(each["field"], each["code"]) for each in told["errors"]] == [
        ("kind", "unknown_code"),
        ("text", "wrong_type"),
    ]
    assert all(each["title"] for each in told["errors"])


def test_one_fault_is_told_once() -> None:
    """Of a value that may be one of two things the library names both; the caller has one field."""
    told = program().post("/reports", {"source": "01", "text": "x", "position_crs": "mars"}).json()
    assert "errors" not in told
    assert "mars" in told["title"]


def test_what_was_asked_in_the_address_is_told() -> None:
    told = program().get("/cases?stage=nonsense")
    assert (told.status_code, told.json()["field"]) == (422, "stage")
    assert "nonsense" in told.json()["title"]


@pytest.mark.parametrize(
    "text", ["<script>alert(1)</script><b>x</b>", "'; DROP TABLE intake_report; --", "𠮷野家🙂\u202e"]
)
def test_html_sql_and_rare_signs_are_text(text: str) -> None:
    gas = program()
    made = gas.post("/reports", {**said(), "text": text}).json()
    [number] = made["disposition"]["numbers"]
    assert gas.get(f"/cases/{number}").json()["reports"][-1]["text"] == text


def test_a_body_of_ten_megabytes() -> None:
    before = count()
    answer = program().post("/reports", b'{"source": "01", "text": "' + b"x" * 10_000_000 + b'"}')
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")
    assert "65536" in answer.json()["title"]
    assert count() == before


def test_the_limit_is_a_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CIVIGRID_API_MAX_JSON_BYTES", "100")
    assert program().post("/reports", said()).json()["code"] == "too_large"


def test_keys() -> None:
    gas = program()
    assert gas.post("/reports", said(), **{"Idempotency-Key": "has a space"}).json()["code"] == "bad_key"
    assert gas.post("/reports", said(), **{"Idempotency-Key": "x" * 129}).json()["code"] == "bad_key"
    assert gas.post("/reports", said(key="a"), **{"Idempotency-Key": "b"}).json()["code"] == "keys_differ"


def test_a_form_is_no_json() -> None:
    answer = program().post("/reports", "source=01", kind="application/x-www-form-urlencoded")
    assert (answer.status_code, answer.json()["code"]) == (415, "bad_media_type")


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (OperationalError("the server closed the connection unexpectedly"), 503, "unavailable"),
        (PoolTimeout("couldn't get a connection after 10 sec"), 503, "unavailable"),
        (psycopg.errors.DiskFull("could not extend file"), 507, "storage_full"),
    ],
    ids=["gone", "pool", "disk"],
)
def test_what_is_no_fault_of_the_sender(
    monkeypatch: pytest.MonkeyPatch, error: Exception, status: int, code: str
) -> None:
    def receive(*args: Any, **more: Any) -> Any:
        raise error

    gas, before = program(), count()
    monkeypatch.setattr(arriving.pipeline, "receive_rows", receive)
    answer = gas.post("/reports", said())
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert ("Retry-After" in answer.headers) == (status == 503)
    assert "server closed" not in answer.content.decode()
    monkeypatch.undo()
    assert count() == before


def test_a_mistake_of_ours_is_a_500_that_tells_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("civigrid.api.creating.written", lambda *_: 1 / 0)
    answer = program().post("/reports", said())
    assert (answer.status_code, answer.json()["code"]) == (500, "server_error")
    assert "division" not in answer.content.decode()


def test_a_report_that_cannot_be_processed_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """The conveyor tries again and then shows it to an operator; its sender need not care."""

    def process(*args: Any, **more: Any) -> Any:
        raise ValueError("a stage stumbles over it")

    gas = program()
    monkeypatch.setattr(arriving.pipeline, "process_rows", process)
    made = gas.post("/reports", said(), **{"Idempotency-Key": "odd-1"})
    assert (made.status_code, made.json()["disposition"]) == (201, None)
    monkeypatch.undo()
    with db.system():
        pipeline.process([made.json()["id"]], now=pipeline_now())
        assert cases.numbers_of([made.json()["id"]])
    again = gas.get("/reports?key=odd-1").json()
    assert again["disposition"]["kind"] == "opened"


def pipeline_now() -> Any:
    from datetime import UTC, datetime

    return datetime.now(UTC)
