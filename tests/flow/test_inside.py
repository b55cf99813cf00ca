"""Inside a unit: assigned on, handled by the section, signed by the reviewer; the unit's clock runs until it leaves."""

import pytest

from civigrid.base import db
from civigrid.base.questions import ask
from civigrid.cases import queries
from civigrid.cases.models import Clock
from civigrid.cases.rules import TaskState
from tests.cases.town import NOW, Town, build
from tests.flow.stories import AFTER, Told, good, no


@pytest.fixture
def town(db: None) -> Town:
    return make()


def make() -> Town:
    with db.system():
        return build()


@pytest.fixture
def case(town: Town) -> Told:
    """With the water company, which has a section and a reviewer."""
    found = Told(town, unit_id=town.units["water"], duty_row_version_id=None)
    good(found.take("水司联络员"))
    return found


def running(case: Told) -> int:
    with db.system():
        return Clock.objects.filter(case__number=case.number, task__isnull=False, stopped_at=None).count()


def in_the_inbox(case: Told, who: str, state: TaskState) -> bool:
    actor = case.town[who]
    with db.scoped(actor.scope):
        found = case.number in [line.number for line in queries.inbox(actor, now=NOW, states=[state])]
        assert ask(queries.counts(actor))[0].tasks.get(state, 0) == found
        assert (case.number in [line.number for line in queries.queue(actor, now=NOW)]) >= found
    return found


def test_the_section_gets_it_and_works_on_it(town: Town, case: Told) -> None:
    assert case.sees("管网班组") is None
    assert no(case.assign("水司承办人", "pipes")) == "not_your_role assign"
    good(case.assign("水司联络员", "pipes", "管网班组"))
    task = case.task
    assert (task.unit_id, task.section_id, task.assignee_id) == (
        town.units["water"], town.units["pipes"], town["管网班组"].account_id,
    )  # fmt: skip
    assert in_the_inbox(case, "管网班组", TaskState.ACCEPTED)
    seen = case.sees("管网班组")
    assert seen is not None
    assert (seen.tasks[0].section[1], seen.tasks[0].assignee[0]) == ("pipes", "管网班组")
    assert seen.entries[-1].person[0] == "管网班组"
    good(case.handle("管网班组"))
    assert town.units["pipes"] in case.row.handled_units


@pytest.mark.parametrize(
    ("section", "person", "code"),
    [
        ("", "", "nobody_named"),
        ("roads", "", "not_below"),
        ("water", "", "not_below"),
        ("", "承办人小陈", "not_of_the_unit"),
        ("", "管网班组", "not_of_the_unit"),  # of the section, and no section was chosen
        ("pipes", "水司承办人", "not_of_the_unit"),
    ],
)
def test_only_to_its_own_people(case: Told, section: str, person: str, code: str) -> None:
    assert no(case.assign("水司联络员", section, person)) == code


def test_assigned_anew_the_first_section_has_it_no_more(case: Told) -> None:
    good(case.assign("水司联络员", "pipes"))
    good(case.assign("水司联络员", person="水司承办人"))
    assert (case.task.section_id, case.sees("管网班组")) == (None, None)
    assert case.row.unit_ids == [case.town.units["water"]]


def test_what_leaves_the_unit_is_signed_by_another(case: Told) -> None:
    good(case.handle("水司承办人"))
    assert (case.row.stage, case.task.state, case.task.result, running(case)) == ("handle", "submitted", "solved", 1)
    assert in_the_inbox(case, "水司审核人", TaskState.SUBMITTED)
    assert no(case.sign("水司承办人")) == "not_your_role sign_off"
    assert no(case.give_back("水司承办人")) == "wrong_task_state submitted"
    assert no(case.send_back("水司审核人", " ")) == "words_needed"
    good(case.send_back("水司审核人"))
    assert (case.task.state, case.task.result, running(case)) == ("accepted", "", 1)
    good(case.handle("水司承办人", exhibits=[AFTER, AFTER]))
    case.later(hours=3)
    good(case.sign("水司审核人"))
    assert (case.row.stage, case.task.state, case.task.finished_at) == ("check", "handled", case.now)
    assert (running(case), case.task.account_id) == (0, case.town["水司承办人"].account_id)
    assert case.told()[2:] == ["submitted", "sent_back", "submitted", "handled"]
    assert {case.town[name].account_id for name in ("水司承办人", "水司审核人", "水司联络员")} == set(
        case.row.handled_by
    )


def test_the_only_reviewer_needs_nobodys_signature_for_his_own_work(case: Told) -> None:
    good(case.handle("水司审核人"))
    assert case.row.stage == "check"


def test_a_unit_without_a_reviewer_hands_in_as_ever(town: Town) -> None:
    case = Told(town)
    good(case.take("承办人小陈"))
    good(case.handle("承办人小陈"))
    assert (case.row.stage, case.task.state) == ("check", "handled")
