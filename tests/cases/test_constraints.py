"""Whoever handles never closes: kept by the database, whatever the code does."""

import pytest
from django.db import IntegrityError, connection, transaction

from civigrid.base import db
from civigrid.cases.models import Ask, Case, Task
from tests.cases.town import NOW, Town, opened

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "broken",
    [
        "closed_by = 7, handled_by = '{5,7}'",
        "closed_unit = 7, handled_units = '{5,7}'",
        "checked_by = 7, handled_by = '{7}'",
        "checked_unit = 7, handled_units = '{7}'",
        # the other way round: a checker who handles afterwards
        "checked_by = 7, checked_unit = 3, handled_by = array_append(handled_by, 7)",
    ],
)
def test_sql_cannot_break_it(town: Town, broken: str) -> None:
    with db.system():
        (number,) = opened(town)
        with pytest.raises(IntegrityError, match="did_not_handle"), transaction.atomic():
            execute(f"UPDATE cases_case SET {broken} WHERE number = %s", number)
        execute(
            "UPDATE cases_case SET closed_by = 8, closed_unit = 9, checked_by = 8, handled_by = '{5,7}' WHERE number = %s",
            number,
        )
        assert Case.objects.get(number=number).closed_by == 8


def test_nor_in_two_steps(town: Town) -> None:
    with db.system():
        (number,) = opened(town)
        execute("UPDATE cases_case SET closed_by = 7 WHERE number = %s", number)
        with pytest.raises(IntegrityError, match="closer_did_not_handle"), transaction.atomic():
            execute("UPDATE cases_case SET handled_by = '{7}' WHERE number = %s", number)


def test_nor_with_a_null_among_the_handlers(town: Town) -> None:
    """`7 = ANY ('{NULL,7}')` is true; `8 = ANY ('{NULL,7}')` is unknown, and unknown is not a yes."""
    with db.system():
        (number,) = opened(town)
        with pytest.raises(IntegrityError), transaction.atomic():
            execute("UPDATE cases_case SET closed_by = 7, handled_by = '{NULL,7}' WHERE number = %s", number)


def test_one_clock_of_a_case_and_one_of_a_task(town: Town) -> None:
    with db.system():
        (number,) = opened(town)
        for which in ("IS NULL", "IS NOT NULL"):
            with pytest.raises(IntegrityError, match="cases_clock_once"), transaction.atomic():
                execute(
                    "INSERT INTO cases_clock (case_id, task_id, kind, calendar_version_id, limit_value, limit_unit, started_at, "
                    "warn_at, due_at, light, provisional) SELECT case_id, task_id, kind, calendar_version_id, 1, 'days', "
                    "started_at, warn_at, due_at, 'green', false FROM cases_clock k JOIN cases_case c ON c.id = case_id "
                    f"WHERE task_id {which} AND number = %s",
                    number,
                )


def test_what_befell_a_clock_is_never_changed(town: Town) -> None:
    with db.system():
        opened(town)
        execute("INSERT INTO cases_clock_event (clock_id, kind, at) SELECT id, 'stop', started_at FROM cases_clock")
        for statement in ("UPDATE cases_clock_event SET kind = 'x'", "DELETE FROM cases_clock_event"):
            with pytest.raises(Exception, match="permission denied"), transaction.atomic():
                execute(statement)


@pytest.mark.parametrize(("endorsed_by", "decided_by"), [(7, None), (None, 7), (8, 7), (7, 8), (8, 8)])
def test_who_applies_does_not_decide_and_one_person_is_not_two(
    town: Town, endorsed_by: int | None, decided_by: int | None
) -> None:
    with db.system():
        (number,) = opened(town)
        task = Task.objects.get(case__number=number)
        columns = {"case_id": task.case_id, "task": task, "kind": "suspension", "state": "granted", "by_unit": 1}
        Ask.objects.create(**columns, by_account=7, asked_at=NOW, endorsed_by=8, decided_by=9)
        with pytest.raises(IntegrityError, match="another_decides"), transaction.atomic():
            Ask.objects.create(
                **columns, by_account=7, asked_at=NOW, endorsed_by=endorsed_by, decided_by=decided_by
            )  # fmt: skip


def test_one_application_of_a_kind_waits_at_a_time(town: Town) -> None:
    with db.system():
        (number,) = opened(town)
        task = Task.objects.get(case__number=number)
        columns = {"case_id": task.case_id, "task": task, "by_account": 7, "by_unit": 1, "asked_at": NOW}
        Ask.objects.create(**columns, kind="extension", state="asked")
        Ask.objects.create(**columns, kind="suspension", state="endorsed")
        Ask.objects.create(**columns, kind="extension", state="withdrawn")
        with pytest.raises(IntegrityError, match="cases_ask_one_pending"), transaction.atomic():
            Ask.objects.create(**columns, kind="suspension", state="asked")


def execute(statement: str, *values: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
