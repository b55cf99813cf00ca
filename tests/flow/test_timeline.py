"""What a sender is told of his report: the demonstration's three demands in one, and two who report one flood."""

from datetime import datetime, timedelta

import pytest

from civigrid.base import db
from civigrid.cases.models import Case, Task
from civigrid.cases.rules import (
    Acceptance,
    Checking,
    Closing,
    Dispatching,
    Filing,
    Further,
    Handling,
    Happened,
    Joining,
    Refusal,
    Splitting,
    Stage,
    TaskAcceptance,
)
from civigrid.directory.rules import MACHINE
from civigrid.flow import erasure, pipeline, timeline, verbs
from civigrid.intake import actions as intake
from civigrid.intake.rules import Channel, ContactDetails, Disposed, DispositionKind, EraseReason, RawReport
from tests.cases.town import NOW, Town, at_stage, build

THREE = "湖景花园3号楼电梯三天两头停,物业费还要涨,楼下烧烤店放音响到一点多,孩子没法睡。"
FLOOD = "东湖路下穿隧道积水,车都熄火了。"
FLOOD_AGAIN = "隧道淹了 过不去"
FIRST_ANSWER, SECRET = "隧道积水已抽排完毕,已恢复通行。", "此件涉及上次考核,注意"


@pytest.fixture
def town(db: None) -> Town:
    return make()


def make() -> Town:
    with db.system():
        return build()


def received(text: str, key: str, at: datetime = NOW, **more: object) -> int:
    raw = RawReport(channel=Channel.DESK, key=key, source="01", text=text, **more)  # type: ignore[arg-type]
    with db.system():
        [done] = pipeline.receive([raw], now=at)
        pipeline.process([int(done.made)], now=at)
        return int(done.made)


def number_of(report_id: int) -> str:
    with db.system():
        return Case.objects.filter(first_report_id=report_id).order_by("id").values_list("number", flat=True)[0]


def version(number: str) -> int:
    with db.system():
        return Case.objects.get(number=number).version


def told(report_id: int) -> list[tuple[str, str]]:
    return [(each.what.value, each.number) for each in timeline.of_report(report_id)]


class Walk:
    """A case through everybody's hands, minute by minute."""

    def __init__(self, town: Town, number: str, now: datetime = NOW) -> None:
        self.town, self.number, self.now = town, number, now

    def do(self, verb: str, who: str, item: type, **values: object) -> None:
        self.now += timedelta(minutes=1)
        items = [item(self.number, version(self.number), **values)]
        [done] = getattr(verbs, verb)(actor=self.town[who], items=items, now=self.now)
        assert done.ok, done

    def to_unit(self, matter: str, unit: str) -> None:
        self.do("accept", "受理员小李", Acceptance)
        with db.system():
            stage = Case.objects.get(number=self.number).stage
        assert stage in ("file", "dispatch")
        if stage == "file":
            self.do("file", "值班长", Filing, matter_id=self.town.matters[matter])
        self.do("dispatch", "派遣员老王", Dispatching, unit_id=self.town.units[unit], text=SECRET)

    def to_end(self, handler: str, answer: str) -> None:
        with db.system():
            task = Task.objects.filter(case__number=self.number).latest("id").pk
        self.do("accept_task", handler, TaskAcceptance, task_id=task)
        self.do("handle", handler, Handling, task_id=task, result="solved", text=SECRET)
        self.do("check", "采集员小周", Checking, result="passed")
        self.do("close", "值班长", Closing, outcome="solved", text=SECRET, answer=answer)


def test_three_demands_are_one_list(town: Town) -> None:
    report_id = received(THREE, "3")
    lift = number_of(report_id)
    walk = Walk(town, lift)
    walk.do("accept", "受理员小李", Acceptance)
    for matter in ("H01", "G01"):
        walk.do("also", "受理员小李", Further, matter_id=town.matters[matter], text="另有一件")
    with db.system():
        numbers = list(Case.objects.order_by("id").values_list("number", flat=True))
    assert len(numbers) == 3
    found = timeline.of_report(report_id)
    assert [each.what for each in found].count(Happened.OPENED) == 3
    assert {each.number for each in found} == {"", *numbers}
    assert found[0].what is Happened.RECEIVED
    fee = Walk(town, numbers[1], walk.now)
    fee.do("file", "值班长", Filing, matter_id=town.matters["H01"])
    fee.do("dispatch", "派遣员老王", Dispatching, unit_id=town.units["parks"], text=SECRET)
    sent = next(each for each in timeline.of_report(report_id) if each.what is Happened.SENT)
    assert (sent.number, sent.facts) == (numbers[1], {"unit": town.units["parks"]})
    # one refused: the others go on, and the report is not refused
    noise = Walk(town, numbers[2], fee.now)
    noise.do("refuse_acceptance", "值班长", Refusal, reason="N6", text="属邻里纠纷,可申请调解")
    assert told(report_id)[-1] == ("not_accepted", numbers[2])
    assert timeline.of_report(report_id)[-1].text == "属邻里纠纷,可申请调解"
    with db.system():
        from civigrid.intake.models import Disposition

        became = Disposition.objects.get(report_id=report_id)
    assert (became.kind, became.numbers) == ("opened", numbers)


def test_two_who_report_one_flood(town: Town) -> None:
    first = received(FLOOD, "9")
    second = received(FLOOD_AGAIN, "10", NOW + timedelta(minutes=8), contact=ContactDetails(phone="13800000010"))
    number, joined = number_of(first), number_of(second)
    walk = Walk(town, number, NOW + timedelta(minutes=10))
    walk.to_unit("C01", "roads")
    joiner = Walk(town, joined, walk.now)
    joiner.do("join", "值班长", Joining, into=number, text=SECRET)
    assert told(second) == [("received", ""), ("opened", joined), ("joined", number)]
    assert timeline.of_report(second)[-1].facts == {"others": 1, "unit": town.units["roads"]}
    walk.now = joiner.now
    walk.to_end("联络员小赵", FIRST_ANSWER)
    assert told(second)[-2:] == [("done", number), ("closed", number)]
    for report_id in (first, second):
        end = timeline.of_report(report_id)[-1]
        assert (end.what, end.text, end.facts) == (Happened.CLOSED, FIRST_ANSWER, {"outcome": "solved"})
    assert told(first) == [
        ("received", ""), ("opened", number), ("accepted", number), ("sent", number), ("done", number),
        ("closed", number),
    ]  # fmt: skip


def test_what_was_split_is_told_and_its_way_goes_on(town: Town) -> None:
    first, second = received(FLOOD, "9"), received("学府路路灯不亮已经三天了", "11")
    number, joined = number_of(first), number_of(second)
    Walk(town, joined).do("join", "值班长", Joining, into=number)
    walk = Walk(town, number, NOW + timedelta(minutes=5))
    walk.do("split", "值班长", Splitting, former=joined, text=SECRET)
    Walk(town, joined, walk.now).do("accept", "受理员小李", Acceptance)
    assert told(second) == [
        ("received", ""), ("opened", joined), ("joined", number), ("split", number), ("accepted", joined),
    ]  # fmt: skip
    Walk(town, number, walk.now + timedelta(minutes=5)).do("accept", "受理员小李", Acceptance)
    assert len(told(second)) == 5  # what befalls the other case is not his any more
    assert "split" not in [what for what, _ in told(first)]


def test_a_copy_is_told_with_how_many_others(town: Town) -> None:
    text = "湖景花园小区门口的路灯已经有三个晚上没有亮了,老人出门很不方便"
    first, copy = received(text, "1"), received(text, "2", NOW + timedelta(minutes=1))
    number = number_of(first)
    assert told(copy) == [("received", ""), ("joined", number)]
    assert timeline.of_report(copy)[-1].facts == {"others": 1}
    walk = Walk(town, number, NOW + timedelta(minutes=2))
    walk.do("split", "值班长", Splitting, report_id=copy, text=SECRET)
    assert told(copy)[2:] == [("split", number), ("opened", number_of(copy))]


def test_no_word_from_inside_and_no_name_is_in_it(town: Town) -> None:
    first, second = received(FLOOD, "9"), received(FLOOD_AGAIN, "10", contact=ContactDetails(phone="13800000010"))
    number, joined = number_of(first), number_of(second)
    Walk(town, joined).do("join", "值班长", Joining, into=number, text=SECRET)
    walk = Walk(town, number, NOW + timedelta(minutes=2))
    walk.to_unit("C01", "roads")
    walk.to_end("联络员小赵", FIRST_ANSWER)
    for own, other in ((first, FLOOD_AGAIN), (second, FLOOD)):
        shown = repr(timeline.of_report(own))
        for hidden in (SECRET, other, "13800000010", *(actor.name for actor in town.people.values())):
            assert hidden not in shown
        for actor in town.people.values():
            assert f"'account': {actor.account_id}" not in shown


def test_an_answer_without_a_case(town: Town) -> None:
    [report_id] = [_taken("我从外省回来上班,以前交的社保怎么转?")]
    said = [Disposed(report_id, DispositionKind.ANSWERED)]
    with db.system():
        intake.dispose(said, now=NOW, actor=town["受理员小李"])
    [came, answered] = timeline.of_report(report_id)
    assert (came.what, answered.what) == (Happened.RECEIVED, Happened.DISPOSED)
    assert answered.facts == {"kind": "answered", "reason": ""}


def _taken(text: str) -> int:
    raw = RawReport(channel=Channel.DESK, key="18", source="01", text=text)
    with db.system():
        [done] = pipeline.receive([raw], now=NOW)
    return int(done.made)


def test_an_erased_report_keeps_its_way_and_loses_the_answer(town: Town) -> None:
    report_id = received(FLOOD, "9")
    number = number_of(report_id)
    with db.system():
        at_stage([number], Stage.CLOSE)
    Walk(town, number).do("close", "值班长", Closing, outcome="solved", answer=FIRST_ANSWER)
    erasure.erase([report_id], actor=MACHINE, reason=EraseReason.EXPIRED, now=NOW + timedelta(days=900))
    end = timeline.of_report(report_id)[-1]
    assert (end.what, end.text) == (Happened.CLOSED, None)


def test_a_report_that_is_not_there_has_no_way(town: Town) -> None:
    assert timeline.of_report(10**9) == []
