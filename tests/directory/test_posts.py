"""Posts are held once a day, whoever writes them."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.db import IntegrityError
from django.db.backends.postgresql.psycopg_any import DateRange

from civigrid.base import db
from civigrid.base.errors import Refused
from civigrid.directory import actions
from civigrid.directory.models import Account, Post, Unit
from civigrid.directory.rules import NewPost, Role

NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
TODAY, TOMORROW = date(2026, 11, 20), date(2026, 11, 21)
pytestmark = pytest.mark.django_db


@pytest.fixture
def li() -> Account:
    with db.system():
        for code in ("centre", "roads"):
            Unit.objects.create(code=code)
        return Account.objects.create(username="li", name="受理员小李", made_at=NOW)


def post(li: Account, unit: str, role: Role, since: date, until: date | None) -> None:
    with db.system():
        unit_id = Unit.objects.get(code=unit).pk
        Post.objects.create(account=li, unit_id=unit_id, role=role.value, valid=DateRange(since, until))


def save(*rows: NewPost, on: date) -> list[str]:
    with db.system():
        return [outcome.code for outcome in actions.save_posts(rows, on=on, now=NOW)]


def test_two_posts_alike_are_never_held_on_one_day(li: Account) -> None:
    post(li, "centre", Role.INTAKE, TODAY, None)
    post(li, "centre", Role.DUTY_CHIEF, TODAY, None)
    post(li, "roads", Role.INTAKE, TODAY, None)
    with pytest.raises(IntegrityError, match="held_once"):
        post(li, "centre", Role.INTAKE, TOMORROW, None)


def test_a_post_that_ended_may_be_held_again(li: Account) -> None:
    post(li, "centre", Role.INTAKE, TODAY, TOMORROW)
    post(li, "centre", Role.INTAKE, TOMORROW, None)


def test_a_list_that_names_a_post_twice_is_refused(li: Account) -> None:
    rows = [NewPost("li", "centre", Role.INTAKE, (region,)) for region in ("330101", "330102")]
    with pytest.raises(Refused, match="post_twice"):
        save(*rows, on=TODAY)


def test_other_regions_on_the_same_day_and_the_next(li: Account) -> None:
    first, second = (NewPost("li", "centre", Role.INTAKE, (region,)) for region in ("330101", "330102"))
    assert save(first, on=TODAY) == ["opened"]
    assert save(second, on=TODAY) == ["changed"]
    assert save(second, on=TODAY) == ["same"]
    assert save(first, on=TOMORROW) == ["changed"]
    with db.system():
        assert sorted(post.regions for post in Post.objects.filter(valid__contains=TOMORROW)) == [["330101"]]
