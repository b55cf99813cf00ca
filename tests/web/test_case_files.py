"""The files of a case: what is taken, and who may open it."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.web.people import (
    CHEN,
    LIU,
    ZHOU,
    client,
    form,
    photo,
    report,
    see,
    steps_to_handling,
)

pytestmark = pytest.mark.usefixtures("city")


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"MZ\x90\x00", "image/jpeg"),
        (b"", "image/jpeg"),
        (b"<svg onload=alert(1)>", "image/svg+xml"),
        (b"\xff\xd8\xff broken", "image/jpeg"),
    ],
)
def test_a_file_that_is_no_photo_is_refused_and_nothing_is_done(content: bytes, kind: str) -> None:
    number = report()
    task = steps_to_handling(number)
    sent = form(number, result="solved", text="好了", after=SimpleUploadedFile("x.jpg", content, content_type=kind))
    answer = client(CHEN).post(f"/cases/{number}/handle/{task}/", sent)
    assert answer.status_code == 422
    assert see(number).facts.stage == "handle"


def test_evidence_is_shown_to_those_who_see_the_case_and_to_nobody_else() -> None:
    number = report()
    task = steps_to_handling(number)
    client(CHEN).post(f"/cases/{number}/handle/{task}/", form(number, result="solved", text="好了", after=photo()))
    [evidence] = see(number).evidence
    address = f"/files/{evidence.sha256}"
    answer = client(ZHOU).get(address)
    assert answer.headers["Content-Type"] == "image/jpeg"
    assert b"".join(answer.streaming_content)[:2] == b"\xff\xd8"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert client(LIU).get(address).status_code == 404
    assert client().get(address).status_code == 302
    assert client(ZHOU).get("/files/" + "0" * 64).status_code == 404
    assert client(ZHOU).get("/files/..%2f..%2fetc%2fpasswd").status_code == 404
