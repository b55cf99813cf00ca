"""The frame: language, size of text, posts, menu."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection

from civigrid.base import db, ledger, stamps
from civigrid.directory import queries as directory
from civigrid.web import access
from tests.web.people import CHEN, JIANG, LI, SHEN, ZHENG, client, report, today

pytestmark = pytest.mark.usefixtures("city")
TWO_POSTS = "ding-unit2002"  # liaison and handler of one bureau


def test_the_language_is_switched_and_kept_with_the_account() -> None:
    li = client(LI)
    assert "今日待办" in li.get("/").content.decode()
    answer = li.post("/language/", {"language": "en", "next": "/cases/"})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/cases/")
    page = li.get("/").content.decode()
    assert 'lang="en"' in page
    assert "My work today" in page
    with access.system(), connection.cursor() as cursor:
        cursor.execute("SELECT language FROM directory_account WHERE username = %s", [LI])
        assert cursor.fetchone() == ("en",)


@pytest.mark.parametrize("sent", [{"language": "xx"}, {}, {"language": "../en"}])
def test_an_unknown_language_is_refused(sent: dict[str, str]) -> None:
    assert client().post("/language/", sent).status_code == 400


def test_no_form_sends_people_to_another_site() -> None:
    answer = client().post("/language/", {"language": "en", "next": "https://elsewhere.example/"})
    assert answer.headers["Location"] == "/"


def test_the_page_of_elders_has_larger_text() -> None:
    li = client(LI)
    assert 'class="large"' not in li.get("/").content.decode()
    li.post("/large-text/", {"next": "/"})
    assert 'class="large"' in li.get("/").content.decode()
    li.post("/large-text/", {"next": "/"})
    assert 'class="large"' not in li.get("/").content.decode()


def test_a_person_with_two_posts_acts_under_one_and_switches() -> None:
    ding = client(TWO_POSTS)
    assert ding.get("/").context["actor"].role == "liaison"
    posts = ding.get("/post/").context["posts"]
    other = next(post for post, _, now in posts if not now)
    assert ding.post("/post/", {"post": other.id}).status_code == 303
    assert ding.get("/").context["actor"].role == "handler"
    with db.system():
        line = ledger.read("account", other.account_id)[-1]
    assert (line.verb, line.post) == ("post_switched", other.id)


def test_nobody_acts_under_a_post_that_is_not_his() -> None:
    ding, li = client(TWO_POSTS), client(LI)
    theirs = li.get("/post/").context["posts"][0][0]
    ding.post("/post/", {"post": theirs.id})
    assert ding.get("/").context["actor"].post_id != theirs.id


def test_a_session_whose_post_ended_is_asked_to_choose_and_falls_to_no_other() -> None:
    ding = client(TWO_POSTS)
    post = ding.get("/").context["actor"].post_id
    yesterday = today() - timedelta(days=2)
    with access.system(), connection.cursor() as cursor:
        cursor.execute("UPDATE directory_post SET valid = daterange('2020-01-01', %s) WHERE id = %s", [yesterday, post])
        stamps.touch(directory.AREA)
    assert ding.get("/").headers["Location"] == "/post/"
    page = ding.get("/post/")
    assert [each.id for each, _, _ in page.context["posts"]] != [post]
    assert ding.get("/cases/").headers["Location"] == "/post/"
    ding.post("/post/", {"post": page.context["posts"][0][0].id})
    assert ding.get("/").status_code == 200


@pytest.mark.parametrize(
    ("who", "sees", "sees_not"),
    [
        (LI, ["/cases/", "/parked/", "/directory/"], ["/tasks/"]),
        (CHEN, ["/cases/", "/tasks/", "/directory/"], ["/parked/"]),
        (SHEN, ["/cases/", "/parked/", "/directory/"], ["/tasks/"]),
        (JIANG, ["/directory/", "/catalog/"], ["/cases/", "/tasks/", "/parked/"]),
    ],
)
def test_the_menu_holds_what_the_post_works_with(who: str, sees: list[str], sees_not: list[str]) -> None:
    page = client(who).get("/")
    addresses = [item.address for _, items in page.context["menu"] for item in items]
    assert set(sees) <= set(addresses)
    assert not set(sees_not) & set(addresses)


def test_the_badge_counts_what_waits_for_the_post() -> None:
    before = client(LI).get("/")
    count = {item.address: item.count for _, items in before.context["menu"] for item in items}["/cases/"]
    report()
    after = client(LI).get("/")
    assert {item.address: item.count for _, items in after.context["menu"] for item in items}["/cases/"] == count + 1


def test_operators_hear_that_holidays_are_not_known_yet(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("civigrid.web.shell.NEW_YEAR_NEAR", 1)
    year = today().year + 1
    assert f"{year} 年节假日安排尚未公布" in client(ZHENG).get("/").content.decode()
    assert f"{year} 年节假日安排尚未公布" not in client(CHEN).get("/").content.decode()


def test_administrators_see_no_case() -> None:
    number = report()
    jiang = client(JIANG)
    assert jiang.get("/cases/").status_code == 404
    assert jiang.get(f"/cases/{number}/").status_code == 404
    assert number not in jiang.get("/").content.decode()
