"""A film over a bad line, piece by piece, and what a person then does with it."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from django.test import Client

from civigrid.base import env, files
from tests.base.crafted import SECRET, docx, film, place
from tests.web.people import CHEN, LIU, LUO, ZHENG, ZHOU, client, form, report, see, steps_to_handling

pytestmark = pytest.mark.usefixtures("city")

FILM = film(place())
TUS = {"Tus-Resumable": "1.0.0", "Accept": "application/json"}


def begin(who: Client, size: int = len(FILM), **said: str) -> Any:
    metadata = ",".join(f"{name} {base64.b64encode(value.encode()).decode()}" for name, value in said.items())
    headers = {**TUS, "Upload-Length": str(size), **({"Upload-Metadata": metadata} if metadata else {})}
    return who.post("/uploads/", headers=headers, content_type="application/offset+octet-stream")


def patch(who: Client, address: str, offset: int | str, data: bytes, **more: str) -> Any:
    headers = {**TUS, "Upload-Offset": str(offset), **more}
    return who.patch(address, data, content_type="application/offset+octet-stream", headers=headers)


def offset(who: Client, address: str) -> int:
    answer = who.head(address, headers=TUS)
    assert (answer.status_code, answer.content) == (200, b"")
    return int(answer.headers["Upload-Offset"])


def sent(who: Client, data: bytes = FILM, name: str = "漏水.mp4") -> str:
    """An upload that has arrived; its token."""
    address = begin(who, len(data), filename=name).headers["Location"]
    assert patch(who, address, 0, data).status_code == 204
    return str(address.rsplit("/", 1)[1])


def code(answer: Any) -> tuple[int, str]:
    error = answer.json()["error"]
    assert error["message"]
    return answer.status_code, error["code"]


def test_a_film_arrives_over_a_line_that_breaks() -> None:
    chen = client(CHEN)
    made = begin(chen, filename="漏水.mp4", filetype="video/mp4")
    address = made.headers["Location"]
    assert (made.status_code, made.headers["Tus-Resumable"], made.headers["Upload-Offset"]) == (201, "1.0.0", "0")
    assert "GMT" in made.headers["Upload-Expires"]
    first = patch(chen, address, 0, FILM[:300])
    assert (first.status_code, first.headers["Upload-Offset"], first.content) == (204, "300", b"")
    again = patch(chen, address, 0, FILM[:300])
    assert (again.status_code, again.headers["Upload-Offset"]) == (409, "300")
    assert offset(chen, address) == 300
    assert chen.head(address, headers=TUS).headers["Cache-Control"] == "no-store"
    last = patch(chen, address, 300, FILM[300:])
    assert (last.status_code, last.headers["Upload-Offset"]) == (204, str(len(FILM)))
    told = chen.get(address, headers=TUS).json()
    assert told == {"token": address.rsplit("/", 1)[1], "offset": len(FILM), "size": len(FILM), "kept": True}


def test_a_form_names_what_arrived_before_it() -> None:
    number = report()
    task = steps_to_handling(number)
    chen = client(CHEN)
    token, paper = sent(chen), sent(chen, docx(), "说明.docx")
    done = chen.post(
        f"/cases/{number}/handle/{task}/",
        form(number, result="solved", text="修好了", after_uploads=[token, token], papers_uploads=paper),
    )
    assert done.status_code == 303
    assert [(each.kind, each.name, each.media_type) for each in see(number).evidence] == [
        ("after", "漏水.mp4", "video/mp4"),
        ("paper", "说明.docx", files.DOCUMENTS[1]),
    ]
    assert chen.head(f"/uploads/{token}", headers=TUS).status_code == 404, "used"
    page = client(ZHOU).get(f"/cases/{number}/").content.decode()
    assert f'<video src="/files/{see(number).evidence[0].sha256}"' in page
    assert "说明.docx" in page


def test_a_form_that_is_shown_again_still_names_its_upload() -> None:
    """Nobody sends a film twice for a missing word."""
    number = report()
    task = steps_to_handling(number)
    chen = client(CHEN)
    token = sent(chen)
    where = f"/cases/{number}/handle/{task}/"
    answer = chen.post(where, form(number, result="solved", after_uploads=token))
    assert answer.status_code == 422
    assert f'<input type="hidden" name="after_uploads" value="{token}">' in answer.content.decode()
    assert chen.post(where, form(number, result="solved", text="好", after_uploads=token)).status_code == 303


@pytest.mark.parametrize("token", ["nothing", "0" * 32, "'\"><script>", "../../x"])
def test_a_form_that_names_nothing_is_refused(token: str) -> None:
    number = report()
    task = steps_to_handling(number)
    answer = client(CHEN).post(
        f"/cases/{number}/handle/{task}/", form(number, result="solved", text="好", after_uploads=token)
    )
    assert answer.status_code == 422
    assert "<script>" not in answer.content.decode().replace("<script src", "")
    assert see(number).facts.stage == "handle"


def test_a_form_cannot_name_what_is_somebody_elses_or_unfinished() -> None:
    number = report()
    task = steps_to_handling(number)
    chen = client(CHEN)
    half = begin(chen).headers["Location"].rsplit("/", 1)[1]
    for token in (sent(client(LUO)), half):
        answer = chen.post(
            f"/cases/{number}/handle/{task}/", form(number, result="solved", text="好", after_uploads=token)
        )
        assert answer.status_code == 422
    assert see(number).evidence == ()


def test_nine_files_are_the_most_whatever_way_they_came() -> None:
    number = report()
    task = steps_to_handling(number)
    answer = client(CHEN).post(
        f"/cases/{number}/handle/{task}/",
        form(number, result="solved", text="好", after_uploads=[f"{n:032x}" for n in range(10)]),
    )
    assert answer.status_code == 422


def test_each_sees_his_own_uploads_only() -> None:
    address = begin(client(CHEN)).headers["Location"]
    for who in (LIU, ZHENG):
        other = client(who)
        assert other.head(address, headers=TUS).status_code == 404
        assert code(patch(other, address, 0, FILM)) == (404, "upload_gone")
        assert code(other.delete(address, headers=TUS)) == (404, "upload_gone")
    assert patch(client(CHEN), address, 0, FILM).status_code == 204


def test_a_cancelled_upload_is_gone() -> None:
    chen = client(CHEN)
    address = begin(chen).headers["Location"]
    assert chen.delete(address, headers=TUS).status_code == 204
    assert code(chen.get(address, headers=TUS)) == (404, "upload_gone")
    assert code(chen.delete(address, headers=TUS)) == (404, "upload_gone")


def test_why_a_file_is_not_taken_is_said_in_words_and_said_again() -> None:
    chen = client(CHEN)
    data = b"MZ" + bytes(200)
    address = begin(chen, len(data)).headers["Location"]
    assert code(patch(chen, address, 0, data)) == (422, "file_type")
    assert code(chen.get(address, headers=TUS)) == (422, "file_type")
    chinese, english = (
        chen.get(address, headers={**TUS, "Accept-Language": language}).json()["error"]["message"]
        for language in ("zh-hans", "en")
    )
    assert "MP4" in english and chinese


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({}, (400, "upload_bad")),
        ({"Upload-Length": "-1"}, (400, "upload_bad")),
        ({"Upload-Length": "9" * 16}, (400, "upload_bad")),
        ({"Upload-Length": "ten"}, (400, "upload_bad")),
        ({"Upload-Defer-Length": "1"}, (400, "upload_bad")),
        ({"Upload-Length": "0"}, (422, "file_empty")),
        ({"Upload-Length": str(200 << 20)}, (413, "file_too_large")),
        ({"Upload-Length": "9", "Upload-Metadata": "filename ###"}, (400, "upload_bad")),
        ({"Upload-Length": "9", "Upload-Metadata": "filename /w=="}, (400, "upload_bad")),
        (
            {"Upload-Length": str(50 << 20), "Upload-Metadata": "filetype aW1hZ2UvanBlZw=="},
            (413, "file_too_large"),
        ),
    ],
)
def test_what_cannot_be_begun(headers: dict[str, str], expected: tuple[int, str]) -> None:
    assert code(client(CHEN).post("/uploads/", headers={**TUS, **headers}, content_type="text/plain")) == expected


def test_too_many_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(env.MAX_OPEN_UPLOADS.name, "1")
    chen = client(CHEN)
    assert begin(chen).status_code == 201
    assert code(begin(chen)) == (429, "upload_too_many")


def test_pieces_that_do_not_fit() -> None:
    chen = client(CHEN)
    address = begin(chen).headers["Location"]
    assert code(patch(chen, address, "x", b"x")) == (400, "upload_bad")
    assert code(patch(chen, address, 5, b"x")) == (409, "upload_offset")
    assert code(patch(chen, address, 0, FILM + b"x")) == (413, "upload_too_long")
    wrong = chen.patch(address, b"x", content_type="application/json", headers={**TUS, "Upload-Offset": "0"})
    assert code(wrong) == (400, "upload_bad")
    assert offset(chen, address) == 0


def test_the_protocol_says_what_it_is() -> None:
    chen = client(CHEN)
    told = chen.options("/uploads/")
    assert (told.status_code, told.headers["Tus-Version"]) == (204, "1.0.0")
    assert told.headers["Tus-Extension"] == "creation,termination,expiration"
    assert int(told.headers["Tus-Max-Size"]) == 100 << 20
    old = chen.post("/uploads/", headers={"Tus-Resumable": "0.2.2", "Upload-Length": "9"})
    assert (old.status_code, old.headers["Tus-Version"]) == (412, "1.0.0")
    assert chen.put("/uploads/").status_code == 405


def test_a_page_of_another_site_uploads_nothing() -> None:
    careful = Client(enforce_csrf_checks=True)
    careful.cookies = client(CHEN).cookies
    assert begin(careful).status_code == 403
    address = begin(client(CHEN)).headers["Location"]
    assert patch(careful, address, 0, FILM).status_code == 403
    assert careful.delete(address, headers=TUS).status_code == 403
    page = careful.get("/")
    token = page.context["csrf_token"]
    assert patch(careful, address, 0, FILM, **{"X-CSRFToken": str(token)}).status_code == 204


def played(who: str) -> str:
    """The address of a film that is evidence."""
    number = report()
    task = steps_to_handling(number)
    chen = client(CHEN)
    chen.post(f"/cases/{number}/handle/{task}/", form(number, result="solved", text="好", after_uploads=sent(chen)))
    return f"/files/{see(number).evidence[0].sha256}"


def whole(answer: Any) -> bytes:
    return b"".join(answer.streaming_content)


def test_a_film_is_played_from_anywhere() -> None:
    address = played(CHEN)
    zhou = client(ZHOU)
    everything = zhou.get(address)
    data = whole(everything)
    assert (everything.status_code, everything.headers["Content-Type"]) == (200, "video/mp4")
    assert everything.headers["Accept-Ranges"] == "bytes"
    assert SECRET not in data and len(data) == len(FILM)
    for asked, start, end in (
        ("bytes=0-", 0, len(data)), ("bytes=100-199", 100, 200), ("bytes=-50", len(data) - 50, len(data)),
        ("bytes=100-99999999", 100, len(data)),
    ):  # fmt: skip
        part = zhou.get(address, headers={"Range": asked})
        assert whole(part) == data[start:end], asked
        assert part.headers["Content-Length"] == str(end - start)
        if end - start < len(data):
            assert part.status_code == 206
            assert part.headers["Content-Range"] == f"bytes {start}-{end - 1}/{len(data)}"


@pytest.mark.parametrize("asked", ["bytes=99999999-", "bytes=200-100", "bytes=-0"])
def test_a_range_that_is_not_there(asked: str) -> None:
    answer = client(ZHOU).get(played(CHEN), headers={"Range": asked})
    assert (answer.status_code, answer.headers["Content-Range"]) == (416, f"bytes */{len(FILM)}")


@pytest.mark.parametrize("asked", ["bytes=", "bytes=-", "bytes=0-1,5-9", "lines=1-2", "bytes=a-b", "bytes=" + "9" * 99])
def test_a_range_that_nobody_understands_is_answered_whole(asked: str) -> None:
    answer = client(ZHOU).get(played(CHEN), headers={"Range": asked})
    assert (answer.status_code, len(whole(answer))) == (200, len(FILM))


def test_a_range_of_another_edition_is_answered_whole() -> None:
    address = played(CHEN)
    answer = client(ZHOU).get(address, headers={"Range": "bytes=0-9", "If-Range": '"other"'})
    assert (answer.status_code, len(whole(answer))) == (200, len(FILM))


def test_a_copy_is_shown_only_after_asking() -> None:
    address = played(CHEN)
    first = client(ZHOU).get(address)
    assert first.headers["Cache-Control"] == "private, no-cache"
    assert "sandbox" not in first.headers["Content-Security-Policy"], "a film opened by itself is played"
    again = client(ZHOU).get(address, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.content, again.headers["ETag"]) == (304, b"", first.headers["ETag"])
    outsider = Client().get(address, headers={"If-None-Match": first.headers["ETag"]})
    assert outsider.status_code in (302, 401, 403, 404)


def test_a_document_is_saved_and_not_shown() -> None:
    number, paper = report(), docx()  # its making writes the time into it
    task = steps_to_handling(number)
    chen = client(CHEN)
    chen.post(
        f"/cases/{number}/handle/{task}/",
        form(number, result="explained", text="好", papers_uploads=sent(chen, paper, "a.docx")),
    )
    answer = client(ZHOU).get(f"/files/{see(number).evidence[0].sha256}")
    assert answer.headers["Content-Disposition"] == "attachment"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"].endswith("sandbox")
    assert whole(answer) == paper


def test_the_answer_is_json_whatever_was_asked_for() -> None:
    answer = client(CHEN).get("/uploads/" + "0" * 32)
    assert json.loads(answer.content)["error"]["code"] == "upload_gone"
