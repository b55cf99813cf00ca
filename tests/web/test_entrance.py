"""Who comes in is asked in one statement, before a role is taken; what is told there is no more than his key is worth."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from civigrid.base import db
from civigrid.directory import queries as directory
from civigrid.web import access
from civigrid.web.sessions import SessionStore
from tests.web.people import CHEN, LI, client

pytestmark = pytest.mark.usefixtures("city")
ASKED = "directory_entrance"


def key_of(someone: Client) -> str:
    return str(someone.session.session_key)


def rows(**which: Any) -> Any:
    return SessionStore.get_model_class().objects.filter(**which)


def now() -> datetime:
    return datetime.now(UTC)


def test_it_tells_who_stands_behind_a_key() -> None:
    came = directory.entered(key_of(client(LI)), now())
    assert came.account is not None
    assert (came.account.username, came.account.is_active) == (LI, True)
    with db.system():
        stored = get_user_model()._default_manager.get(username=LI)
    for field in stored._meta.concrete_fields:
        assert getattr(came.account, field.attname) == getattr(stored, field.attname), field.attname
    assert set(came.stamps) >= {"directory", "catalog"}


@pytest.mark.parametrize("key", ["", "no such key", "x" * 5_000, "' OR true --", "键"])
def test_a_key_that_is_none_tells_nobody(key: str) -> None:
    came = directory.entered(key, now())
    assert (came.session, came.account) == (None, None)
    assert came.stamps


@pytest.mark.parametrize("cookie", ['"abcdefgh\\000"', "x" * 4_000, "\xe9" * 9, "' OR true --"])
def test_a_cookie_that_is_no_key_leads_to_the_sign_in(cookie: str) -> None:
    answer = Client().get("/", headers={"Cookie": f"civigrid_session={cookie}"})
    assert answer.headers["Location"].startswith("/accounts/login/")


def test_a_session_that_ran_out_is_none() -> None:
    li = client(LI)
    came = directory.entered(key_of(li), now() + timedelta(hours=13))
    assert (came.session, came.account) == (None, None)
    with access.system():
        rows(session_key=key_of(li)).update(expire_date=now() - timedelta(seconds=1))
    assert li.get("/").status_code == 302


def test_who_was_switched_off_is_nobody_from_the_next_page_on() -> None:
    li = client(LI)
    assert li.get("/").status_code == 200
    with access.system():
        get_user_model()._default_manager.filter(username=LI).update(is_active=False)
    assert directory.entered(key_of(li), now()).account is None
    assert li.get("/").status_code == 302


def test_who_changed_his_password_is_signed_out_everywhere() -> None:
    li = client(LI)
    with access.system():
        get_user_model()._default_manager.filter(username=LI).update(password="!")
    assert li.get("/").status_code == 302


def test_what_was_signed_counts_and_not_the_column_beside_it() -> None:
    """Whoever could write the column still is who signed in."""
    li, chen = client(LI), client(CHEN)
    with access.system():
        other = get_user_model()._default_manager.get(username=CHEN).pk
        rows(session_key=key_of(li)).update(account_id=other)
    assert (
        li.get("/").context["actor"].name
        == client(LI).get("/").context["actor"].name
        != chen.get("/").context["actor"].name
    )
    with access.system():
        rows(session_key=key_of(li)).update(account_id=None)
    assert li.get("/").status_code == 200


def test_data_that_were_tampered_with_are_no_session() -> None:
    li = client(LI)
    with access.system():
        rows(session_key=key_of(li)).update(session_data="eyJfYXV0aF91c2VyX2lkIjoiMSJ9:1x:nobody")
    assert li.get("/").status_code == 302


def test_it_is_one_statement_and_the_page_reads_nothing_else_of_it() -> None:
    li = client(LI)
    li.get("/")
    with CaptureQueriesContext(connection) as asked:
        assert li.get("/").status_code == 200
    said = [each["sql"] for each in asked]
    assert sum(ASKED in each for each in said) == 1
    for table in ("directory_session", "directory_account", "directory_post", "catalog_city", "FROM base_stamp WHERE"):
        assert not any(f'"{table}"' in each for each in said), table


def test_sessions_know_their_account_until_it_signs_out() -> None:
    li = client(LI)
    with access.system():
        [row] = rows(session_key=key_of(li))
        assert row.account.username == LI
    li.post("/accounts/logout/")
    with access.system():
        assert not rows(account__username=LI).exists()
