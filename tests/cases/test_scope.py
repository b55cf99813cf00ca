"""Row security: what a city, a town, a unit and an outsider see of a case and of all that belongs to it."""

import hashlib

import pytest
from django.db import connection

from civigrid.base import db
from civigrid.base.models import StoredFile
from civigrid.base.permissions import NOWHERE, Scope
from civigrid.cases.models import Ask, Case, Evidence, Task
from civigrid.classify.models import Label
from civigrid.intake.models import Disposition
from civigrid.link.models import Link
from civigrid.locate.models import Spot
from civigrid.route.models import Proposal
from tests.cases.town import CITY, NOW, OTHER_TOWN, TOWN, Town, opened, reports

TABLES = {
    "cases_case": "id", "cases_report": "case_id", "cases_task": "case_id", "cases_clock": "case_id",
    "cases_evidence": "case_id", "cases_ask": "case_id", "ledger_line": "stream", "ledger_text": "stream",
}  # fmt: skip
SHA = hashlib.sha256(b"photo").hexdigest()


@pytest.fixture
def cases(town: Town) -> dict[str, int]:
    """A case here by the roads unit and one in another town by the parks unit, each with everything a case can have."""
    with db.system():
        StoredFile.objects.create(sha256=SHA, size=1, media_type="image/png", stored_at=NOW)
        (here,) = opened(town)
        (there,) = opened(town, region_code=OTHER_TOWN + "001", unit_id=town.units["parks"])
        ids = dict(Case.objects.values_list("number", "id"))
        for case_id in ids.values():
            Evidence.objects.create(case_id=case_id, file_id=SHA, kind="after", by_account=1, at=NOW)
            task = Task.objects.get(case_id=case_id)
            Ask.objects.create(
                case_id=case_id, task=task, kind="extension", state="asked", by_account=1, by_unit=1, asked_at=NOW
            )
        run(
            "INSERT INTO ledger_text (kind, stream, seq, salt, text) SELECT kind, stream, seq, '', 'x' FROM ledger_line"
        )
        run("INSERT INTO cases_clock_event (clock_id, kind, at) SELECT id, 'rebase', started_at FROM cases_clock")
        # a line of something else with a visible case's number
        run("INSERT INTO ledger_line SELECT 'account', stream, 77, at, v, alg, body, hash FROM ledger_line")
    return {"here": ids[here], "there": ids[there]}


@pytest.mark.parametrize(
    ("scope", "seen"),
    [
        (Scope((CITY,)), {"here", "there"}),
        (Scope(("",)), {"here", "there"}),
        (Scope((TOWN,)), {"here"}),
        (Scope((TOWN, OTHER_TOWN)), {"here", "there"}),
        (Scope((OTHER_TOWN + "002",)), set()),
        (Scope(("110105",)), set()),
        (NOWHERE, set()),
    ],
)
def test_a_region_sees_its_own(cases: dict[str, int], scope: Scope, seen: set[str]) -> None:
    expected = {cases[name] for name in seen}
    with db.scoped(scope):
        assert {table: set(column(table, key)) for table, key in TABLES.items()} == dict.fromkeys(TABLES, expected)
        assert len(column("intake_report", "id")) == len(seen)
        assert len(column("cases_clock_event", "id")) == 2 * len(seen)


@pytest.mark.parametrize(("unit", "seen"), [("roads", {"here"}), ("parks", {"there"}), ("community", set())])
def test_a_unit_sees_its_own(town: Town, cases: dict[str, int], unit: str, seen: set[str]) -> None:
    expected = {cases[name] for name in seen}
    with db.scoped(Scope(units=(town.units[unit],))):
        assert {table: set(column(table, key)) for table, key in TABLES.items()} == dict.fromkeys(TABLES, expected)
        assert len(column("intake_report", "id")) == len(seen)


def test_two_units_on_one_case_do_not_see_each_others_task(town: Town, cases: dict[str, int]) -> None:
    with db.system():
        run("UPDATE cases_case SET unit_ids = unit_ids || %s WHERE id = %s", town.units["parks"], cases["here"])
    with db.scoped(Scope(units=(town.units["parks"],))):
        assert set(column("cases_case", "id")) == set(cases.values())
        assert set(column("cases_task", "case_id")) == {cases["there"]}


STREAM = ("classify_label", "locate_spot", "link_link", "route_proposal", "intake_disposition")


@pytest.mark.parametrize(
    ("where", "who", "seen"),
    [
        ((TOWN,), "", {"here"}),
        ((OTHER_TOWN,), "", {"there"}),
        ((CITY,), "", {"here", "there"}),
        ((OTHER_TOWN + "002",), "", set()),
        ((), "roads", {"here"}),
        ((), "parks", {"there"}),
        ((), "crew", set()),
        (("110105",), "", set()),
        ((), "", set()),
    ],
)
def test_what_the_machine_found_out_is_seen_with_the_case_only(
    town: Town, cases: dict[str, int], where: tuple[str, ...], who: str, seen: set[str]
) -> None:
    """The oracle is the table above; the reports behind the rows are known from their making, not from a query."""
    with db.system():
        first = dict(Case.objects.values_list("id", "first_report_id"))
        (loose,) = reports(1)  # of no case: nobody below the city sees what was found about it
        for report in [*first.values(), loose]:
            found(report)
    expected = sorted(first[cases[name]] for name in seen)
    with db.scoped(Scope(where, (town.units[who],) if who else ())):
        assert {table: sorted(column(table, "report_id")) for table in STREAM} == dict.fromkeys(STREAM, expected)


def found(report: int) -> None:
    """A row of every stage about a report."""
    Label.objects.create(report_id=report, urgency=3, how="none", at=NOW, confidence=0.0, sure=False)
    Spot.objects.create(report_id=report, precision="none", how="none", at=NOW)
    Link.objects.create(report_id=report, first_id=report, how="same_report", score=1.0, at=NOW)
    Proposal.objects.create(report_id=report, reason="no_duty_row", at=NOW)
    Disposition.objects.create(report_id=report, kind="opened", numbers=["X"], at=NOW)


def test_only_lines_of_cases_are_shown_with_a_case(cases: dict[str, int]) -> None:
    with db.scoped(Scope((CITY,))):
        assert set(column("ledger_line", "kind")) == {"case"}


def column(table: str, name: str) -> list[object]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {name} FROM {table}")
        return [row[0] for row in cursor.fetchall()]


def run(statement: str, *values: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
