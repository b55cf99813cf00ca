"""What goes wrong is said in the caller's language, with a stable code for programs, and shows nothing of the inside."""

from __future__ import annotations

import errno
import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, ClassVar

import pytest
from django.core.exceptions import PermissionDenied
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.test import Client, override_settings
from django.urls import path
from psycopg_pool import PoolTimeout

from civigrid import urls
from civigrid.web import errors
from civigrid.web.middleware import alone, public
from tests.web.people import LI, client

pytestmark = pytest.mark.usefixtures("city")


@alone
def broken(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("the secret is 4711")


@alone
def database_away(request: HttpRequest) -> HttpResponse:
    raise OperationalError("connection to 10.1.2.3 refused")


@alone
def pool_empty(request: HttpRequest) -> HttpResponse:
    raise PoolTimeout("no connection after 10 sec")


@alone
def no_room(request: HttpRequest) -> HttpResponse:
    raise OSError(errno.ENOSPC, "No space left on device: /tmp/4711")


@alone
def not_allowed(request: HttpRequest) -> HttpResponse:
    raise PermissionDenied


@public
def takes_forms(request: HttpRequest) -> HttpResponse:
    return HttpResponse(str(len(request.POST)))


class Broken:
    """The program's addresses and some that fail."""

    urlpatterns: ClassVar = [
        *urls.urlpatterns,
        path("broken", broken),
        path("away", database_away),
        path("pool", pool_empty),
        path("no-room", no_room),
        path("not-allowed", not_allowed),
        path("takes-forms", takes_forms),
    ]
    handler400, handler403, handler404, handler500 = urls.handler400, urls.handler403, urls.handler404, urls.handler500


@contextmanager
def failing(**settings: Any) -> Iterator[None]:
    with override_settings(ROOT_URLCONF=Broken, **settings):
        yield


PAGES = [("/broken", 500, "服务器出错"), ("/away", 503, "服务暂时不可用"), ("/pool", 503, "服务暂时不可用"),
         ("/no-room", 507, "存储空间已满"), ("/not-allowed", 403, "当前岗位无权办理"), ("/nothing-here", 404, "没有找到")]  # fmt: skip


@pytest.mark.parametrize(("address", "status", "title"), PAGES)
def test_a_page_in_chinese(address: str, status: int, title: str) -> None:
    with failing():
        answer = Client(raise_request_exception=False, headers={"Accept": "text/html"}).get(address)
    text = answer.content.decode()
    assert answer.status_code == status
    assert title in text
    assert 'lang="zh-Hans"' in text
    assert answer.headers["X-Request-ID"] in text
    assert "4711" not in text
    assert "10.1.2.3" not in text


@pytest.mark.parametrize(("address", "status", "title"), PAGES)
def test_the_same_in_english(address: str, status: int, title: str) -> None:
    with failing():
        answer = Client(raise_request_exception=False, headers={"Accept": "text/html", "Accept-Language": "en"}).get(
            address
        )
    text = answer.content.decode()
    assert str(errors.WORDS[status].code) not in text
    assert 'lang="en"' in text
    assert not any("\u4e00" <= sign <= "\u9fff" for sign in text)


@pytest.mark.parametrize(("address", "status", "title"), PAGES)
def test_programs_get_json_with_a_stable_code(address: str, status: int, title: str) -> None:
    with failing():
        answer = Client(raise_request_exception=False, headers={"Accept": "application/json"}).get(address)
    said = json.loads(answer.content)["error"]
    assert (answer.status_code, said["code"]) == (status, errors.WORDS[status].code)
    assert title in said["message"]
    assert said["request"] == answer.headers["X-Request-ID"]


def test_out_of_service_tells_when_to_come_back() -> None:
    with failing():
        answer = Client(raise_request_exception=False).get("/away")
    assert answer.headers["Retry-After"] == errors.RETRY_SECONDS


def test_every_code_is_its_own() -> None:
    codes = [words.code for words in [*errors.WORDS.values(), errors.CSRF, errors.TWICE]]
    assert len(set(codes)) == len(codes)


def test_a_form_from_elsewhere_is_refused() -> None:
    li = client(LI)
    strict = Client(enforce_csrf_checks=True, headers={"Accept": "text/html"})
    strict.cookies = li.cookies
    answer = strict.post("/large-text/", {"next": "/"})
    assert answer.status_code == 403
    assert "表单已失效" in answer.content.decode()


def test_a_form_too_large_is_413() -> None:
    with failing(DATA_UPLOAD_MAX_MEMORY_SIZE=1000):
        answer = Client(headers={"Accept": "text/html"}).post("/takes-forms", {"x": "y" * 2000})
    assert answer.status_code == 413
    assert "提交的内容过大" in answer.content.decode()


@pytest.mark.parametrize(
    "path",
    [
        "/cases/%00/",
        "/cases/%ff%fe/",
        "/cases/' OR 1=1/",
        "/cases/" + "9" * 4000 + "/",
        "/places/?q=%00",
        "/catalog/?q=<script>",
    ],
)
def test_hostile_addresses_are_answered_calmly(path: str) -> None:
    answer = client(LI).get(path)
    assert answer.status_code in {200, 400, 404}
    assert "<script>" not in answer.content.decode().replace("<script src=", "")


@pytest.mark.parametrize("host", ["evil.example", "localhost\x00", "a" * 300])
def test_a_host_that_is_not_served_is_a_bad_request(host: str) -> None:
    assert client().get("/accounts/login/", headers={"Host": host}).status_code == 400
