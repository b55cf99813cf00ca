"""A telephone in a lift sends its report again and again."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.test import RequestFactory

from civigrid.base import db, idempotency
from civigrid.base.idempotency import LEASE, once

NOW = datetime(2026, 11, 22, 8, tzinfo=UTC)
KEY = "5f0c9a1e-3b7d-4c55"


@pytest.fixture(autouse=True)
def database(request: pytest.FixtureRequest) -> None:
    """A transaction that is rolled back; a database of its own where threads commit."""
    request.getfixturevalue("fresh_db" if "threads" in request.node.name else "db")


class Door:
    """Counts how often the work behind it was done, and answers as told."""

    def __init__(self, *answers: int) -> None:
        self.answers = list(answers or (201,))
        self.done = 0

    def __call__(self) -> HttpResponse:
        status = self.answers[min(self.done, len(self.answers) - 1)]
        self.done += 1
        return HttpResponse(f"answer {self.done}", status=status, headers={"Location": "/mine/1", "Set-Cookie": "x=1"})


def post(content: Any = "{}", *, key: str = KEY, path: str = "/report", kind: str = "application/json") -> HttpRequest:
    headers = {"Idempotency-Key": key} if key else {}
    if kind == "multipart":
        return RequestFactory().post(path, content, headers=headers)
    return RequestFactory().post(path, content, content_type=kind, headers=headers)


def send(door: Callable[[], Any], request: HttpRequest | None = None, *, account: int = 5, now: datetime = NOW) -> Any:
    return once(request or post(), door, account_id=account, now=now)


def test_the_second_gets_the_first_answer_and_nothing_is_done_twice() -> None:
    door = Door()
    first, second = send(door), send(door)
    assert door.done == 1
    assert (second.status_code, second.content, second["Location"]) == (201, b"answer 1", "/mine/1")
    assert second["Idempotency-Replayed"] == "true" and "Idempotency-Replayed" not in first
    assert "Set-Cookie" not in second.headers, "a session is not handed on"


def test_without_a_key_every_request_is_its_own() -> None:
    door = Door()
    send(door, post(key=""))
    send(door, post(key=""))
    assert door.done == 2


@pytest.mark.parametrize("key", ["short", "with space in it", "x" * 129, "城" * 10])
def test_a_malformed_key_is_refused(key: str) -> None:
    door = Door()
    answer = send(door, post(key=key))
    assert (answer.status_code, json.loads(answer.content)["code"], door.done) == (400, "repeat_bad_key", 0)


def test_the_senders_mistake_is_kept_too() -> None:
    door = Door(422)
    assert [send(door).status_code for _ in range(3)] == [422, 422, 422]
    assert door.done == 1


@pytest.mark.parametrize("status", [500, 503, 401, 408, 429])
def test_our_mistake_is_not_kept(status: int) -> None:
    door = Door(status, 201)
    assert [send(door).status_code for _ in range(3)] == [status, 201, 201]
    assert door.done == 2


def test_an_exception_frees_the_key() -> None:
    def fails() -> HttpResponse:
        raise Http404

    with pytest.raises(Http404):
        send(fails)
    assert send(Door()).status_code == 201


def test_a_stream_is_not_kept() -> None:
    assert send(lambda: StreamingHttpResponse(iter([b"x"]))).status_code == 200
    door = Door()
    send(door)
    assert door.done == 1


@pytest.mark.parametrize("other", [post('{"a":1}'), post(path="/other"), post(path="/report?x=1")])
def test_the_same_key_for_something_else_is_refused(other: HttpRequest) -> None:
    door = Door()
    send(door)
    answer = send(door, other)
    assert (answer.status_code, json.loads(answer.content)["code"], door.done) == (422, "repeat_differs", 1)


def test_another_account_with_the_same_key_is_another_request() -> None:
    door = Door()
    send(door, account=5)
    send(door, account=6)
    assert door.done == 2


def photo(content: bytes, **fields: str) -> HttpRequest:
    return post({"photo": SimpleUploadedFile("a.jpg", content), **fields}, kind="multipart")


def test_a_form_is_known_by_its_fields_and_files_not_by_its_boundary_or_token() -> None:
    door = Door()
    large = b"x" * 3_000_000  # above what Django would hand out as a body
    first = send(door, photo(large, text="漏水", csrfmiddlewaretoken="a"))
    again = send(door, photo(large, text="漏水", csrfmiddlewaretoken="b"))
    other = send(door, photo(large[:-1] + b"y", text="漏水"))
    assert (first.status_code, again.content, other.status_code, door.done) == (201, b"answer 1", 422, 1)


def test_the_work_can_still_read_its_files() -> None:
    request = photo(b"pixels")
    answer = send(lambda: HttpResponse(request.FILES["photo"].read()), request)  # type: ignore[union-attr]
    assert answer.content == b"pixels"


def test_a_twin_at_work_is_told_to_wait() -> None:
    inner: list[Any] = []

    def slow() -> HttpResponse:
        inner.append(send(Door(), now=NOW + timedelta(seconds=30)))
        return HttpResponse("done")

    assert send(slow).content == b"done"
    assert (inner[0].status_code, inner[0]["Retry-After"]) == (409, "2")
    assert json.loads(inner[0].content)["code"] == "repeat_running"


def killed(now: datetime) -> None:
    """What a process leaves that dies between claim and answer."""
    with db.system():
        digest = idempotency.digest_of(post())
        idempotency.execute(idempotency._CLAIM, (5, KEY, digest, now, now - LEASE))


def test_a_dead_claim_is_free_after_its_lease() -> None:
    killed(NOW)
    door = Door()
    assert send(door, now=NOW + LEASE - timedelta(seconds=1)).status_code == 409
    assert send(door, now=NOW + LEASE).status_code == 201
    assert send(door, now=NOW + LEASE).content == b"answer 1"


def test_who_lost_his_claim_does_not_write_over_the_next_ones() -> None:
    """The first was so slow that its lease ran out; its answer must not replace, nor its failure free, the second's."""
    for status in (201, 500):
        key = f"{KEY}-{status}"

        def slow(status: int = status, key: str = key) -> HttpResponse:
            send(lambda: HttpResponse("second"), post(key=key), now=NOW + LEASE)
            return HttpResponse("first", status=status)

        send(slow, post(key=key))
        assert send(Door(), post(key=key), now=NOW + LEASE).content == b"second"


def test_answers_are_forgotten_after_two_days() -> None:
    door = Door()
    send(door)
    with db.system():
        assert idempotency.prune(now=NOW + timedelta(hours=47)) == 0
        assert idempotency.prune(now=NOW + timedelta(hours=49)) == 1
    send(door)
    assert door.done == 2


def test_of_sixteen_threads_at_once_one_works() -> None:
    door, statuses, errors = Door(), [], []
    start = threading.Barrier(16)
    pause = threading.Event()

    def slow() -> HttpResponse:
        pause.wait(0.2)
        return door()

    def one() -> None:
        try:
            start.wait()
            statuses.append(send(slow).status_code)
        except BaseException as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=one) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert errors == [] and door.done == 1
    assert sorted(set(statuses)) in ([201], [201, 409]) and len(statuses) == 16
    assert send(door).content == b"answer 1"
