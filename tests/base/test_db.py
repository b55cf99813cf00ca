"""The roles: what a transaction may see, and that there is no other way in."""

from datetime import UTC, datetime
from itertools import combinations

import pytest
from django.db import ProgrammingError, connection, transaction
from django.test.utils import CaptureQueriesContext

from civigrid.base import db, ledger
from civigrid.base.bulk import execute
from civigrid.base.permissions import EVERYWHERE, NOWHERE, Scope
from civigrid.cases.models import Case
from civigrid.intake.models import Report

NOW = datetime(2026, 11, 22, 8, tzinfo=UTC)


def who() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        return str(cursor.fetchone()[0])


@pytest.mark.django_db
def test_each_door_takes_its_role_and_gives_it_back() -> None:
    with db.system():
        assert who() == "civigrid_system"
    with db.scoped(NOWHERE):
        assert who() == "civigrid_web"
    assert who() == "civigrid"


@pytest.mark.django_db
def test_a_query_outside_the_doors_fails() -> None:
    with (
        pytest.raises(ProgrammingError, match="permission denied"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("SELECT 1 FROM cases_case")


@pytest.mark.django_db
def test_nesting_is_refused() -> None:
    with db.system(), pytest.raises(RuntimeError), db.scoped(NOWHERE):
        pass


@pytest.mark.django_db
def test_a_transaction_that_asks_nothing_costs_nothing() -> None:
    with CaptureQueriesContext(connection) as asked, db.system():
        pass
    assert [each["sql"] for each in asked if "SAVEPOINT" not in each["sql"]] == []


@pytest.mark.django_db
def test_the_role_outlives_an_inner_step_that_was_undone() -> None:
    with db.system():
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            assert who() == "civigrid_system"
            raise ZeroDivisionError
        assert who() == "civigrid_system"


@pytest.mark.django_db
def test_a_transaction_is_narrowed_and_stays_so() -> None:
    with db.narrowing(NOWHERE) as narrow:
        assert who() == "civigrid_system"
        narrow()
        assert who() == "civigrid_web"
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM cases_case")
            assert cursor.fetchone() == (0,)
        with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
            execute("SELECT * FROM intake_contact")
    assert who() == "civigrid"


@pytest.mark.django_db
def test_narrowed_before_anything_was_asked_it_never_sees_more() -> None:
    with db.narrowing(NOWHERE) as narrow:
        narrow()
        with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
            execute("SELECT * FROM intake_contact")


@pytest.mark.django_db
def test_to_the_driver_too_it_is_narrowed_at_once() -> None:
    with db.narrowing(NOWHERE) as narrow:
        assert who() == "civigrid_system"
        narrow()
        assert connection.connection.execute("SELECT current_user::text").fetchone() == ("civigrid_web",)


@pytest.mark.django_db
def test_nothing_that_can_be_undone_narrows() -> None:
    with db.narrowing(NOWHERE) as narrow:
        with pytest.raises(RuntimeError, match="inside a savepoint"), transaction.atomic():
            narrow()
        narrow()
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            raise ZeroDivisionError
        assert who() == "civigrid_web"


@pytest.mark.django_db
def test_who_speaks_to_the_driver_has_the_role_too() -> None:
    with db.scoped(NOWHERE):
        assert execute("SELECT current_user::text") == [("civigrid_web",)]
    with db.system():
        assert execute("SELECT current_user::text") == [("civigrid_system",)]


@pytest.mark.django_db
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


# a city of two districts, four towns and five communities: child -> parent
PARENT = {
    "3101": "", "310105": "3101", "310106": "3101",
    "310105013": "310105", "310105014": "310105", "310106013": "310106", "310106014": "310106",
    "310105013001": "310105013", "310105013002": "310105013", "310105014001": "310105014",
    "310106013001": "310106013", "310106014001": "310106014",
}  # fmt: skip
UNITS = ((), (1,), (2,), (1, 2), (3,))


def within(region: str, ancestor: str) -> bool:
    """By walking up the tree, not by comparing digits as the database does."""
    while region != ancestor and region:
        region = PARENT[region]
    return region == ancestor


def visible(region: str, units: tuple[int, ...], scope: Scope) -> bool:
    return any(within(region, prefix) for prefix in scope.regions) or any(unit in units for unit in scope.units)


@pytest.fixture
def cases(request: pytest.FixtureRequest) -> dict[str, tuple[str, tuple[int, ...]]]:
    """A case for every region (and for none) and every set of units: number -> where and whose."""
    made = {f"{region or 'none'}-{units}": (region, units) for region in ["", *PARENT] for units in UNITS}
    request.getfixturevalue("db")
    with db.system():
        reports = Report.objects.bulk_create(
            Report(channel="test", key=number, source="s", kind="help", urgency=1, digest=b"", received_at=NOW)
            for number in made
        )
        rows = Case.objects.bulk_create(
            Case(number=report.key, family="grid", stage="handle", source="s", first_report=report, urgency=1,
                 region_code=made[report.key][0], unit_ids=list(made[report.key][1]), opened_at=NOW)
            for report in reports
        )  # fmt: skip
        ledger.append([ledger.Line("case", row.pk, "open", text="x") for row in rows], now=NOW)
    return made


SCOPES = [
    NOWHERE,
    EVERYWHERE,
    *(Scope((region,)) for region in PARENT),
    *(Scope((), (unit,)) for unit in (1, 2, 3, 9)),
    *(Scope(pair) for pair in combinations(["310105013", "310106013", "310106014001"], 2)),
    Scope(("310105014",), (1,)),
    Scope(("310106",), (2, 3)),
]


def test_row_security_shows_each_scope_its_cases_and_no_other(cases: dict[str, tuple[str, tuple[int, ...]]]) -> None:
    for scope in SCOPES:
        expected = {number for number, (region, units) in cases.items() if visible(region, units, scope)}
        with db.scoped(scope):
            seen = set(Case.objects.values_list("number", flat=True))
            lines = count("SELECT count(*) FROM ledger_line")
            texts = count("SELECT count(*) FROM ledger_text")
        assert seen == expected, scope
        assert lines == texts == len(expected), scope
        in_memory = {
            number for number, (region, units) in cases.items() if scope.holds(region_code=region, unit_ids=units)
        }
        assert in_memory == expected, scope


def test_the_scopes_of_that_test_see_some_and_not_all(cases: dict[str, tuple[str, tuple[int, ...]]]) -> None:
    """Else it would prove nothing: a case without a region is seen by its units and from everywhere only."""
    seen = {scope: sum(visible(region, units, scope) for region, units in cases.values()) for scope in SCOPES}
    assert seen[NOWHERE] == 0 and seen[EVERYWHERE] == len(cases) == 65
    assert seen[Scope(("3101",))] == 60 and seen[Scope(("310105013",))] == 15 and seen[Scope((), (9,))] == 0


def test_a_scope_ends_with_its_transaction(cases: dict[str, tuple[str, tuple[int, ...]]]) -> None:
    with db.scoped(Scope(("3101",))):
        assert Case.objects.count() == 60
    with db.scoped(NOWHERE):
        assert Case.objects.count() == 0


def count(statement: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return int(cursor.fetchone()[0])
