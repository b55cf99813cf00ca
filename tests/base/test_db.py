"""The roles: what a transaction may see, and that there is no other way in."""

import pytest
from django.db import ProgrammingError, connection, transaction

from civigrid.base import db
from civigrid.base.permissions import NOWHERE, Scope

pytestmark = pytest.mark.django_db


def who() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        return str(cursor.fetchone()[0])


def test_each_door_takes_its_role_and_gives_it_back() -> None:
    with db.system():
        assert who() == "civigrid_system"
    with db.scoped(NOWHERE):
        assert who() == "civigrid_web"
    assert who() == "civigrid"


def test_a_query_outside_the_doors_fails() -> None:
    with (
        pytest.raises(ProgrammingError, match="permission denied"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("SELECT 1 FROM cases_case")


def test_nesting_is_refused() -> None:
    with db.system(), pytest.raises(RuntimeError), db.scoped(NOWHERE):
        pass


def test_pages_may_not_write_and_never_see_contacts() -> None:
    with (
        pytest.raises(ProgrammingError, match="permission denied"),
        db.scoped(Scope(("",))),
        connection.cursor() as cursor,
    ):
        cursor.execute("SELECT * FROM intake_contact")
    with (
        pytest.raises(ProgrammingError, match="permission denied"),
        db.scoped(Scope(("",))),
        connection.cursor() as cursor,
    ):
        cursor.execute("DELETE FROM cases_case")


def test_actions_refuse_to_run_outside_a_transaction(fresh_db: str) -> None:
    with pytest.raises(RuntimeError, match="outside a transaction"):
        db.require_transaction()
