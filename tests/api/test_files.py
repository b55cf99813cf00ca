"""Files come first and whole; a report or a verb names them, once."""

from __future__ import annotations

from typing import Any

import pytest

from civigrid.base.errors import Refused
from civigrid.base.files import keep
from civigrid.directory.rules import TokenScope
from tests.api.programs import program, said
from tests.api.test_cases import photo
from tests.web.people import ZHENG

pytestmark = pytest.mark.usefixtures("city")


def upload(who: Any, data: bytes = b"", **more: Any) -> Any:
    return who.post("/files?name=%E4%BA%95%E7%9B%96.jpg", data or photo(), kind="image/jpeg", **more)


def test_a_report_with_a_photo_may_be_sent_again() -> None:
    """Its upload was used up the first time: the second is told what became of the first."""
    gas = program()
    sent = upload(gas)
    assert (sent.status_code, sent.json()["media_type"]) == (201, "image/jpeg")
    body = said(key="with-photo", uploads=[sent.json()["upload"]])
    first = gas.post("/reports", body)
    again = gas.post("/reports", body)
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json()["id"] == first.json()["id"]
    other = gas.post("/reports", {**body, "key": "another"})
    assert (other.status_code, other.json()["code"]) == (404, "upload_gone")


def test_an_upload_is_its_senders_alone() -> None:
    token = upload(program()).json()["upload"]
    stolen = program(ZHENG).post("/reports", said(uploads=[token]))
    assert (stolen.status_code, stolen.json()["code"]) == (404, "upload_gone")


@pytest.mark.parametrize(
    ("data", "status", "code"),
    [(b"MZ\x90\x00" + b"\0" * 100, 422, "file_type"), (b"\xff\xd8\xff\xe0" + b"x" * 50, 422, "photo_broken")],
)
def test_what_is_no_file_of_ours(data: bytes, status: int, code: str) -> None:
    answer = upload(program(), data)
    assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_too_large_and_a_full_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    gas = program()
    monkeypatch.setenv("CIVIGRID_MAX_PHOTO_BYTES", "100")
    large = upload(gas)
    assert (large.status_code, large.json()["code"]) == (413, "file_too_large")
    monkeypatch.undo()

    def full(*args: object, **more: object) -> None:
        raise Refused("storage_full")

    monkeypatch.setattr(keep, "storage", full)
    answer = upload(gas)
    assert (answer.status_code, answer.json()["code"]) == (507, "storage_full")


def test_whoever_acts_on_cases_may_send_evidence() -> None:
    assert upload(program(scopes={TokenScope.ACT_ON_CASES})).status_code == 201
    denied = upload(program(scopes={TokenScope.READ_CASES}))
    assert (denied.status_code, denied.json()["code"]) == (403, "scope_needed")
