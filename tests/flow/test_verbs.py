"""A case's way through the hands of its people, and what each of them may not do."""

from django.db import connection
from django.test.utils import CaptureQueriesContext

from civigrid.base import db, events, ledger
from civigrid.cases import queries
from civigrid.cases.models import Case, Clock, ClockEvent, Evidence, Task
from civigrid.cases.rules import (
    Acceptance,
    Closing,
    Dispatching,
    EvidenceKind,
    Exhibit,
    Filing,
    Handling,
    Side,
    Stage,
    TaskAcceptance,
    TaskReturn,
    TaskState,
)
from civigrid.directory.rules import Actor
from civigrid.flow import verbs
from civigrid.intake.models import Report
from tests.cases.town import NOW, OUTSIDER, Town
from tests.flow.casestory import PHOTO, Story, codes, good, new, row, task, view


def test_the_whole_way(town: Town, story: Story) -> None:
    assert story.stage == "accept"
    good(story.accept("受理员小李"))
    assert (story.stage, row(story.number).waits_for) == ("file", "low_confidence")
    story.later(minutes=10)
    good(story.file("值班长"))
    case = row(story.number)
    assert (case.stage, case.waits_for, case.family) == ("dispatch", "", "city")
    good(story.dispatch("派遣员老王", row="C01-roads"))
    assert story.stage == "handle"
    good(story.accept_task("联络员小赵"))
    story.later(hours=5)
    good(story.handle("承办人小陈", kept=[PHOTO]))
    assert story.stage == "check"
    good(story.check("采集员小周"))
    good(story.close("值班长"))

    seen = view(town["值班长"], story.number, story.now)
    assert (seen.facts.stage, seen.outcome, seen.closed_at) == (Stage.EVALUATE, "solved", story.now)
    assert [(each.entry.verb, each.by[0]) for each in seen.entries] == [
        ("opened", ""), ("accepted", "受理员小李"), ("filed", "值班长"), ("dispatched", "派遣员老王"),
        ("task_accepted", "联络员小赵"), ("handled", "承办人小陈"), ("checked", "采集员小周"), ("closed", "值班长"),
    ]  # fmt: skip
    assert [each.entry.text for each in seen.entries if each.entry.text] == ["请尽快修复", "已更换灯头"]
    assert [(each.kind, each.name, each.by[0]) for each in seen.evidence] == [("after", "修复后.jpg", "承办人小陈")]
    assert seen.duty_row is not None and seen.clock is not None
    assert seen.clock.stopped_at == story.now
    with db.system():
        assert ledger.verify().ok
        events.number()
        assert [each.topic for each in events.after(0, 20)] == [
            f"case.{each.entry.verb}" for each in seen.entries
        ]  # one event a verb
    assert story.version == 8  # seven verbs since it was opened


def test_the_handler_can_neither_check_nor_close(town: Town, dispatched: Story) -> None:
    """小陈 also holds a checker's and a chief's post; and so does 小钱 of a crew below the unit."""
    good(dispatched.accept_task("联络员小赵"))
    good(dispatched.handle("承办人小陈"))
    for name, role_of, no in (
        ("承办人小陈", "采集员小周", "you_handled"),
        ("联络员小赵", "采集员小周", "you_handled"),
        ("班组小钱", "采集员小周", "your_unit_handled"),
    ):
        who, post = town[name], town[role_of]
        town.people["两岗"] = Actor(who.account_id, 999, who.unit_id, post.role, post.scope, unit_ids=who.unit_ids)
        assert codes(dispatched.check("两岗")) == [no]
    good(dispatched.check("采集员小周"))
    for name, no in (("承办人小陈", "you_handled"), ("班组小钱", "your_unit_handled")):
        who, chief = town[name], town["值班长"]
        town.people["两岗"] = Actor(who.account_id, 999, who.unit_id, chief.role, chief.scope, unit_ids=who.unit_ids)
        assert codes(dispatched.close("两岗")) == [no]
    assert codes(dispatched.close("承办人小陈")) == ["not_your_role"]
    good(dispatched.close("值班长"))


def test_a_communitys_own_worker_does_not_check_it(town: Town) -> None:
    story = Story(town, new(town, unit_id=town.units["community"])[0])
    good(story.accept_task("社区书记"))
    good(story.handle("社区书记"))
    assert codes(story.check("网格员小吴")) == ["your_community_handled"]
    good(story.check("采集员小周"))


def test_a_failed_check_sends_it_back_with_a_clock_of_its_own(town: Town, dispatched: Story) -> None:
    good(dispatched.accept_task("承办人小陈"))
    dispatched.later(days=4)
    good(dispatched.handle("承办人小陈"))
    assert codes(dispatched.check("采集员小周", "failed")) == ["words_needed"]
    good(dispatched.check("采集员小周", "failed", "灯仍不亮"))
    case = row(dispatched.number)
    assert (case.stage, case.side, case.checked_by) == ("handle", Side.REWORKED, None)
    seen = view(town["值班长"], dispatched.number, dispatched.now)
    first, second = seen.tasks
    assert (first.state, second.state, second.unit_id) == ("handled", "offered", first.unit_id)
    assert first.clock is not None and second.clock is not None and seen.clock is not None
    assert (first.clock.stopped_at, first.clock.light) == (dispatched.now, "red")
    assert (second.clock.started_at, second.clock.light) == (dispatched.now, "green")
    assert (seen.clock.stopped_at, seen.clock.started_at) == (None, NOW)  # the promise to the resident runs on
    assert [(each.entry.verb, each.by[0]) for each in seen.entries[-2:]] == [
        ("checked", "采集员小周"),
        ("dispatched", ""),
    ]
    good(dispatched.accept_task("联络员小赵"))
    good(dispatched.handle("联络员小赵"))
    good(dispatched.check("采集员小周"))
    good(dispatched.close("值班长", "partly"))


def test_what_cannot_be_checked_goes_to_the_chief(dispatched: Story) -> None:
    good(dispatched.accept_task("承办人小陈"))
    good(dispatched.handle("承办人小陈"))
    assert codes(dispatched.check("采集员小周", "impossible")) == ["words_needed"]
    good(dispatched.check("采集员小周", "impossible", "暴雨, 无法到场"))
    assert dispatched.stage == "close"


def test_a_unit_gives_a_task_back_and_another_gets_it(town: Town, dispatched: Story) -> None:
    first = task(dispatched.number)
    dispatched.later(hours=2)
    assert codes(dispatched.return_task("承办人小陈", text=" ")) == ["words_needed"]
    assert codes(dispatched.return_task("承办人小陈", "T9")) == ["unknown_code"]
    assert codes(dispatched.return_task("公园小孙")) == ["unknown_case"]
    good(dispatched.return_task("承办人小陈", "T1", "该路段已移交公园"))
    case = row(dispatched.number)
    assert (case.stage, case.side) == ("dispatch", Side.RETURNED)
    good(dispatched.dispatch("派遣员老王", "parks"))
    case = row(dispatched.number)
    assert (case.stage, case.side, case.duty_row_version_id) == ("handle", "", None)
    assert case.unit_ids == [town.units["parks"]]
    with db.system():
        clocks = {clock.task_id: clock for clock in Clock.objects.filter(case=case)}
        assert ClockEvent.objects.filter(clock=clocks[first], kind="stop").count() == 1
    assert (clocks[first].stopped_at, clocks[first].next_at) == (dispatched.now, None)
    assert clocks[task(dispatched.number)].started_at == dispatched.now
    assert (clocks[None].stopped_at, clocks[None].started_at) == (None, NOW)
    # who gave it back has acted on it
    good(dispatched.accept_task("公园小孙"))
    good(dispatched.handle("公园小孙"))
    assert town["承办人小陈"].account_id in row(dispatched.number).handled_by


def sees(actor: Actor, number: str) -> bool:
    with db.scoped(actor.scope):
        lists = [line.number for line in queries.queue(actor, now=NOW)] + [
            line.number for line in queries.inbox(actor, now=NOW, states=list(TaskState))
        ]
        seen = queries.access_case(number, now=NOW) is not None
        assert seen == (number in lists)
        assert Case.objects.filter(number=number).exists() is seen
        assert Task.objects.filter(case__number=number).exists() is seen
        assert Report.objects.exists() is seen
        return seen


def test_a_unit_that_gave_its_task_back_sees_the_case_no_more(town: Town, dispatched: Story) -> None:
    chen, sun = town["承办人小陈"], town["公园小孙"]
    assert (sees(chen, dispatched.number), sees(sun, dispatched.number)) == (True, False)
    good(dispatched.return_task("承办人小陈", "T1", "该路段已移交公园"))
    assert (sees(chen, dispatched.number), sees(sun, dispatched.number)) == (False, False)
    assert row(dispatched.number).unit_ids == []
    assert codes(dispatched.accept_task("承办人小陈")) == ["unknown_case"]
    with db.system():
        events.number()
        assert events.after(0, 20)[-1].unit_ids == (town.units["roads"],)  # told that it is gone
    good(dispatched.dispatch("派遣员老王", "parks"))
    assert (sees(chen, dispatched.number), sees(sun, dispatched.number)) == (False, True)
    good(dispatched.return_task("公园小孙", "T1", "是路灯所的"))
    good(dispatched.dispatch("派遣员老王", "roads"))  # and to the first one again
    assert (sees(chen, dispatched.number), sees(sun, dispatched.number)) == (True, False)


def test_a_support_unit_that_gives_back_leaves_the_lead_at_work(town: Town, story: Story) -> None:
    good(story.accept("受理员小李"))
    good(story.file("值班长"))
    good(story.dispatch("派遣员老王", "roads", support=["parks"]))
    with db.system():
        tasks = dict(Task.objects.filter(case__number=story.number).values_list("kind", "id"))
    good(story.return_task("公园小孙", task_id=tasks["support"]))
    assert (story.stage, row(story.number).unit_ids) == ("handle", [town.units["roads"]])
    assert (sees(town["承办人小陈"], story.number), sees(town["公园小孙"], story.number)) == (True, False)


def test_evidence_needs_its_file(dispatched: Story) -> None:
    good(dispatched.accept_task("承办人小陈"))
    assert codes(dispatched.handle("承办人小陈", kept=[])) == ["unknown_file"]
    with db.system():
        assert not Evidence.objects.exists()
    assert codes(dispatched.handle("承办人小陈", text="")) == ["words_needed"]
    assert codes(dispatched.handle("承办人小陈", "done")) == ["unknown_code"]
    good(dispatched.handle("承办人小陈", kept=[PHOTO]))


class TestBatches:
    def test_one_refused_and_one_stale_among_fifty(self, town: Town) -> None:
        numbers = new(town, 50, source="01")
        items = [Acceptance(number, 1) for number in numbers]
        items[7] = Acceptance("YT20261123-999999", 1)
        items[20] = Acceptance(numbers[20], 2)
        items[30] = items[29]  # the same case twice: the second finds it changed
        outcomes = verbs.accept(actor=town["受理员小李"], items=items, now=NOW)
        wrong = {place: (each.state, each.code) for place, each in enumerate(outcomes) if not each.ok}
        assert wrong == {7: ("refused", "unknown_case"), 20: ("stale", "stale"), 30: ("stale", "stale")}
        assert [each.id for each in outcomes] == [item.number for item in items]
        with db.system():
            assert Case.objects.filter(stage="file").count() == 47
            assert ledger.verify().ok

    def test_fifty_take_as_many_statements_as_one(self, town: Town) -> None:
        """The longest verbs: a dispatch makes tasks and clocks, handling stops clocks and keeps evidence."""
        counts: dict[str, list[int]] = {}
        for size in (1, 1, 50):  # the first also reads the lists, which are kept
            numbers = new(town, size, source="03")
            for verb, items, who in (
                ("file", lambda n: Filing(n, 1, town.matters["C01"], town.standards["C01-urgent"]), "值班长"),
                ("dispatch", lambda n: Dispatching(n, 2, town.units["roads"], None, (town.units["parks"],), "手工派遣"), "派遣员老王"),
                ("accept_task", lambda n: TaskAcceptance(n, 3, lead(n)), "承办人小陈"),
                ("handle", lambda n: Handling(n, 4, lead(n), "solved", "好", (Exhibit(PHOTO.sha256, EvidenceKind.AFTER),)), "承办人小陈"),
            ):  # fmt: skip
                forms = [items(number) for number in numbers]
                more = {"kept": [PHOTO]} if verb == "handle" else {}
                with CaptureQueriesContext(connection) as asked:
                    good(getattr(verbs, verb)(actor=town[who], items=forms, now=NOW, **more))
                counts.setdefault(verb, []).append(len(asked))
        assert {verb: many - one for verb, (_, one, many) in counts.items()} == dict.fromkeys(counts, 0)
        assert max(many for *_, many in counts.values()) <= 21

    def test_nothing_to_do(self, town: Town) -> None:
        assert verbs.close(actor=town["值班长"], items=[], now=NOW) == []


def lead(number: str) -> int:
    with db.system():
        return Task.objects.get(case__number=number, kind="lead").pk


class TestOutsiders:
    def test_a_stale_form_tells_an_outsider_nothing(self, town: Town, dispatched: Story) -> None:
        for version in (1, 2, 99):
            for actor in (OUTSIDER, town["外镇值班长"], town["公园小孙"], town["系统管理员"]):
                outcomes = verbs.close(actor=actor, items=[Closing(dispatched.number, version, "solved")], now=NOW)
                assert codes(outcomes) == ["unknown_case"]

    def test_an_old_form_changes_nothing(self, town: Town, dispatched: Story) -> None:
        good(dispatched.accept_task("联络员小赵"))
        late = [TaskReturn(dispatched.number, 1, task(dispatched.number), "T1", "不是我们的")]
        (outcome,) = verbs.return_task(actor=town["承办人小陈"], items=late, now=NOW)
        assert (outcome.state, outcome.code) == ("stale", "stale")
        assert row(dispatched.number).stage == "handle"
