"""Values that JSON allows and a database does not, and disks that fill up: told with a code, never a 500, never half."""

from __future__ import annotations

import errno
import json
import tempfile
from typing import Any

import pytest

from civigrid.api import batch
from civigrid.base import db
from civigrid.intake import queries as reports_of
from tests.api.programs import program, said

pytestmark = pytest.mark.usefixtures("city")

NDJSON = "application/x-ndjson"
EXTRA = {
    "beyond a double": b"1e400",
    "not a number": b"NaN",
    "infinite": b"-Infinity",
    "an integer of five thousand digits": b"9" * 5_000,
    "very deep": b"[" * 150 + b"]" * 150,
    "too deep": b"[" * 5_000 + b"]" * 5_000,
    "half a surrogate": b'"\\udc00"',
    "a null byte in a name": b'{"a\\u0000": 1}',
}


def stored() -> int:
    with db.system():
        return reports_of.count()


@pytest.mark.parametrize("name", EXTRA)
def test_beside_a_report(name: str) -> None:
    gas, before = program(), stored()
    body = b'{"source": "01", "text": "x", "extra": {"a": %s}}' % EXTRA[name]
    answer = gas.post("/reports", body)
    assert answer.status_code in (201, 400, 422), (answer.status_code, answer.content)
    assert stored() == before + (answer.status_code == 201)


def test_in_lines_each_costs_itself_alone() -> None:
    gas, before = program(), stored()
    bad = [
        b'{"source": "01", "text": "x", "key": "k%d", "extra": {"a": %s}}\n' % each
        for each in enumerate(EXTRA.values())
    ]
    good = json.dumps(said(key="good")).encode()
    answer = gas.post("/reports/batch", b"".join(bad) + good, kind=NDJSON)
    found = [json.loads(line) for line in answer.content.splitlines()]
    assert found[-1]["status"] == "accepted"
    assert {each.get("code") for each in found} <= {
        None,
        "bad_json",
        "unstorable_text",
        "out_of_range",
        "wrong_type",
        "too_long",
    }, found
    assert stored() == before + sum(each["status"] == "accepted" for each in found)


class Full(tempfile.SpooledTemporaryFile):  # type: ignore[type-arg]
    """A disk with no room for what is too large for memory."""

    def write(self, data: Any) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")


def test_no_room_to_read_the_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    gas, before = program(), stored()
    monkeypatch.setattr(batch.tempfile, "SpooledTemporaryFile", Full)
    answer = gas.post("/reports/batch", json.dumps(said(key="a")), kind=NDJSON)
    assert (answer.status_code, answer.json()["code"]) == (507, "storage_full")
    assert stored() == before
