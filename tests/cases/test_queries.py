"""Queues, badges, inboxes and the page of one case."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from civigrid.base import db
from civigrid.base.errors import Refused
from civigrid.base.questions import ask
from civigrid.cases import queries
from civigrid.cases.models import Case, Clock
from civigrid.cases.rules import Light, Stage, TaskState, Verb, allowed
from civigrid.directory.rules import Actor
from tests.cases.town import NOW, OTHER_TOWN, OUTSIDER, Town, at_stage, opened


def numbers(actor: Actor, **filters: object) -> list[str]:
    with db.scoped(actor.scope):
        return [line.number for line in queries.queue(actor, now=NOW, **filters)]  # type: ignore[arg-type]


def test_a_line_says_what_where_whose_and_by_when(town: Town) -> None:
    with db.system():
        (number,) = opened(town)
    with db.scoped(town["值班长"].scope):
        (line,) = queries.queue(town["值班长"], now=NOW, stage=Stage.HANDLE)
    assert (line.number, line.stage, line.version) == (number, Stage.HANDLE, 1)
    assert (line.matter, line.matter_en) == ("C01事项", "Matter C01")
    assert (line.place, line.place_en) == ("东湖街道湖景社区", "Hujing, Donghu")
    assert (line.unit, line.unit_en) == ("roads单位", "roads")
    assert line.title.startswith("路灯不亮")
    assert "号路灯不亮" in line.excerpt
    assert (line.light, line.due_at) == (Light.GREEN, NOW + timedelta(days=3, hours=8, minutes=30))


def test_a_queue_is_worked_through_page_by_page_the_urgent_first(town: Town) -> None:
    with db.system():
        ordinary, urgent = opened(town, 5), opened(town, 3, urgency=1)
        at_stage([*ordinary, *urgent], Stage.DISPATCH)
    wang, found, after = town["派遣员老王"], [], ""
    while True:
        with db.scoped(wang.scope):
            page = queries.queue(wang, now=NOW, stage=Stage.DISPATCH, after=after, limit=3)
        if not page:
            break
        found += [line.number for line in page]
        after = page[-1].cursor
    assert found == [*urgent, *ordinary]


def test_all_cases_the_newest_first(town: Town) -> None:
    with db.system():
        made = opened(town, 5)
        at_stage(made[:1], Stage.EVALUATE)
    with db.scoped(town["值班长"].scope):
        first = queries.queue(town["值班长"], now=NOW, limit=2)
        rest = queries.queue(town["值班长"], now=NOW, after=first[-1].cursor)
    assert [line.number for line in (*first, *rest)] == made[::-1]


def test_cases_by_what_they_wait_for(town: Town) -> None:
    with db.system():
        opened(town)
        (unsure,) = opened(town, unit_id=None, waits_for="low_confidence")
        (nobodys,) = opened(town, unit_id=None, waits_for="no_duty_row")
    assert numbers(town["值班长"], stage=Stage.FILE) == [unsure, nobodys]
    assert numbers(town["值班长"], stage=Stage.FILE, waits_for="no_duty_row") == [nobodys]


def test_everybody_sees_his_own_scope(town: Town) -> None:
    with db.system():
        (here,) = opened(town)
        (there,) = opened(town, region_code=OTHER_TOWN, unit_id=town.units["parks"])
    assert set(numbers(town["值班长"])) == {here, there}
    assert numbers(town["街道值班长"]) == [here]
    assert numbers(town["外镇值班长"]) == [there]
    assert numbers(town["承办人小陈"]) == [here]
    assert numbers(town["系统管理员"]) == numbers(OUTSIDER) == []


@pytest.mark.parametrize("after", ["x", "1", "1.x", "-1.5", "1.99999999999999999999", "1.2.3", "１.２x"])
def test_a_made_up_place_in_the_list_is_refused(town: Town, after: str) -> None:
    with db.scoped(town["值班长"].scope), pytest.raises(Refused, match="bad_cursor"):
        queries.queue(town["值班长"], now=NOW, stage=Stage.FILE, after=after)


def test_badges(town: Town) -> None:
    with db.system():
        made = opened(town, 4)
        opened(town, 2, unit_id=None, waits_for="low_confidence")
        opened(town, unit_id=None, waits_for="no_duty_row")
        at_stage(made[:1], Stage.EVALUATE)
        opened(town, unit_id=town.units["crew"])
    for name, stages, waits, tasks in (
        ("值班长", {Stage.FILE: 3, Stage.HANDLE: 4}, {"low_confidence": 2, "no_duty_row": 1}, {}),
        ("外镇值班长", {}, {}, {}),
        ("承办人小陈", {Stage.HANDLE: 4}, {}, {TaskState.OFFERED: 5}),
        ("系统管理员", {}, {}, {}),
    ):
        with db.scoped(town[name].scope):
            [counts] = ask(queries.counts(town[name]))
        assert (counts.stages, counts.waits, counts.tasks) == (stages, waits, tasks), name


def test_an_inbox_holds_the_tasks_of_the_unit_and_those_below(town: Town) -> None:
    with db.system():
        own, crews = opened(town), opened(town, unit_id=town.units["crew"])
        opened(town, unit_id=town.units["parks"])
    with db.scoped(town["承办人小陈"].scope):
        lines = queries.inbox(town["承办人小陈"], now=NOW)
        assert [line.number for line in lines] == [*own, *crews]
        assert queries.inbox(town["承办人小陈"], now=NOW, after=lines[0].cursor) == lines[1:]
        assert queries.inbox(town["承办人小陈"], now=NOW, states=[TaskState.HANDLED]) == []
    assert (lines[0].state, lines[0].unit, lines[0].light) == (TaskState.OFFERED, "roads单位", Light.GREEN)
    with db.scoped(town["班组小钱"].scope):
        assert [line.number for line in queries.inbox(town["班组小钱"], now=NOW)] == crews


def test_a_page_is_one_statement(town: Town) -> None:
    with db.system():
        opened(town, 60)
    for query in (queries.queue, queries.inbox):
        with db.scoped(town["值班长"].scope):
            query(town["值班长"], now=NOW)  # the lists of the day are read once and kept
        with db.scoped(town["值班长"].scope):
            db.take_role()
            with CaptureQueriesContext(connection) as asked:
                query(town["值班长"], now=NOW)
        assert [each["sql"][:40] for each in asked if "base_stamp" not in each["sql"]] == [asked[0]["sql"][:40]]


def test_a_confidential_case_is_shown_as_one(town: Town) -> None:
    with db.system():
        (secret,) = opened(town, confidential=True)
        (usual,) = opened(town)
    with db.scoped(town["值班长"].scope):
        assert [(line.number, line.confidential) for line in queries.queue(town["值班长"], now=NOW)] == [
            (usual, False), (secret, True),
        ]  # fmt: skip
        views = [queries.access_case(number, now=NOW) for number in (secret, usual)]
    assert [view.confidential for view in views if view] == [True, False]


def test_lights_are_those_of_the_moment(town: Town) -> None:
    with db.system():
        opened(town)
        clock = Clock.objects.first()
    assert clock is not None
    chief = town["值班长"]
    with db.scoped(chief.scope):
        for now, light in ((clock.warn_at, Light.YELLOW), (clock.due_at + timedelta(seconds=1), Light.RED)):
            assert queries.queue(chief, now=now)[0].light is light


class TestOneCase:
    def test_everything_that_belongs_to_it(self, town: Town) -> None:
        with db.system():
            (number,) = opened(town)
        with db.scoped(town["值班长"].scope):
            view = queries.access_case(number, now=NOW)
        assert view is not None
        assert (view.facts.number, view.matter, view.place) == (
            number, ("C01事项", "Matter C01"), ("东湖街道湖景社区", "Hujing, Donghu"),
        )  # fmt: skip
        assert [report.id for report in view.reports] == [view.first_report_id]
        assert [(task.unit[1], task.state) for task in view.tasks] == [("roads", TaskState.OFFERED)]
        assert [(entry.entry.verb, entry.by) for entry in view.entries] == [("opened", ("", ""))]
        assert view.standard is not None and view.standard.code == "C01-usual"
        assert view.duty_row is not None and view.duty_row.code == "C01-roads"
        assert view.tasks[0].clock is not None and view.clock is not None

    def test_the_arithmetic_of_the_deadline_adds_up(self, town: Town) -> None:
        with db.system():
            (number,) = opened(town)
        with db.scoped(town["值班长"].scope):
            view = queries.access_case(number, now=NOW)
        assert view is not None and view.clock is not None
        assert [day.counted for day in view.clock.days] == [0, 390, 390, 390]
        assert view.clock.days[-1].total == 3 * 390

    def test_an_outsider_finds_nothing(self, town: Town) -> None:
        with db.system():
            (number,) = opened(town)
        for actor in (OUTSIDER, town["外镇值班长"], town["公园小孙"], town["系统管理员"]):
            with db.scoped(actor.scope):
                assert queries.access_case(number, now=NOW) is None

    def test_what_a_person_may_do_comes_from_the_facts(self, town: Town) -> None:
        with db.system():
            (number,) = opened(town)
        way = {Verb.ACCEPT, Verb.FILE, Verb.DISPATCH, Verb.ACCEPT_TASK, Verb.RETURN_TASK, Verb.CHECK, Verb.CLOSE}
        expected = {"承办人小陈": {Verb.ACCEPT_TASK, Verb.RETURN_TASK}, "值班长": set(), "派遣员老王": set()}
        for name, verbs in expected.items():
            with db.scoped(town[name].scope):
                view = queries.access_case(number, now=NOW)
            assert view is not None
            assert way.intersection(allowed(town[name], view.facts)) == verbs

    def test_a_page_takes_few_statements_however_many_reports(self, town: Town) -> None:
        with db.system():
            (number,) = opened(town)
        scope = town["值班长"].scope
        with db.scoped(scope):
            queries.access_case(number, now=NOW)
        with db.scoped(scope), CaptureQueriesContext(connection) as asked:
            queries.access_case(number, now=NOW)
        assert len(asked) <= 12


def test_the_first_report_stays_readable_to_the_unit(town: Town) -> None:
    """The unit sees what was said, through its case only."""
    with db.system():
        (number,) = opened(town)
        opened(town, unit_id=town.units["parks"])
        first = Case.objects.get(number=number).first_report_id
    with db.scoped(town["承办人小陈"].scope):
        (line,) = queries.queue(town["承办人小陈"], now=NOW)
        view = queries.access_case(number, now=NOW)
    assert line.number == number
    assert view is not None and [report.id for report in view.reports] == [first]
