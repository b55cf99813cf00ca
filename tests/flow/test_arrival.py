"""到场 and 先行联系: a clock of its own beside the one to finish by."""

import pytest

from civigrid.base import db
from civigrid.base.files import Kept
from civigrid.cases.models import Clock
from civigrid.cases.rules import EvidenceKind, Exhibit
from civigrid.flow import clocks
from tests.cases.town import Town, build
from tests.flow.stories import BEFORE, good, no
from tests.flow.timed import CHEN, Timed, beijing

FOUR_HOURS = beijing("2026-11-23 15:30")  # three from 9:00 to lunch, and one after 14:30


@pytest.fixture
def town(db: None) -> Town:
    return make_town()


def make_town() -> Town:
    with db.system():
        return build()


@pytest.fixture
def case(town: Town) -> Timed:
    return Timed.taken(town)


def test_it_starts_with_the_dispatch_and_stops_on_the_spot(case: Timed) -> None:
    clock = case.clock("arrive", of_task=True)
    assert (clock.limit_value, clock.limit_unit, clock.due_at) == (4, "work_hours", FOUR_HOURS)
    case.at("2026-11-23 10:00")
    good(case.arrive(shown=[BEFORE]))
    clock = case.clock("arrive", of_task=True)
    assert (clock.stopped_at, clock.light, clock.next_at) == (case.now, "green", None)
    assert case.task.arrived_at == case.now
    [line] = case.lines("arrived")
    assert line.facts["how"] == "on_site"
    assert case.clock(of_task=True).stopped_at is None  # the work itself goes on


def test_its_lights_are_swept_and_told_like_any_other(case: Timed) -> None:
    case.at("2026-11-23 14:45")
    assert case.clock("arrive", of_task=True).light == "yellow"
    case.at("2026-11-23 15:31")
    assert case.clock("arrive", of_task=True).light == "red"
    assert [line.facts["clock"] for line in (*case.lines("warned"), *case.lines("overdue"))] == ["arrive", "arrive"]
    assert case.clock().light == "green"
    case.now = beijing("2026-11-23 16:00")
    good(case.arrive(how="contacted", text="已电话联系来电人，约定明早到场"))
    assert case.clock("arrive", of_task=True).light == "red"  # late is late


def test_words_or_a_photo_are_needed_and_once_is_enough(case: Timed) -> None:
    assert no(case.arrive()) == "words_needed"
    assert no(case.arrive(how="flown", text="x")).startswith("unknown_code")
    good(case.arrive(text="已到现场"))
    assert no(case.arrive(text="又到现场")) == "arrived_already"
    assert no(case.arrive("公园小孙", text="路过")) in ("unknown_case", "not_your_task")


def test_who_handles_has_arrived(case: Timed) -> None:
    good(case.handle(CHEN))
    assert case.clock("arrive", of_task=True).stopped_at == case.now
    case.at("2026-12-20 09:00")
    assert case.lines("overdue")[0].facts["task"] is None  # the promise; nothing of the arrival


def test_where_a_reviewer_signs_the_arrival_does_not_wait_for_him(town: Town) -> None:
    case = Timed(town, matter="A01", unit_id=town.units["water"])
    good(case.take("水司承办人"))
    good(case.handle("水司承办人"))
    assert case.clock("arrive", of_task=True).stopped_at == case.now
    assert case.clock(of_task=True).stopped_at is None


def test_a_standard_without_an_arrival_starts_none(town: Town) -> None:
    case = Timed(town)
    with db.system():
        assert set(Clock.objects.filter(case__number=case.number).values_list("kind", flat=True)) == {"finish"}
    good(case.take(CHEN))
    good(case.arrive(text="已到现场"))  # it may be said all the same


def test_a_dispatch_by_hand_starts_it_and_support_units_have_none(town: Town) -> None:
    case = Timed(town, matter="A01", source="01", unit_id=None)
    good(case.accept())
    good(case.file(matter="A01"))
    good(case.dispatch(unit="roads"))
    clock = case.clock("arrive", of_task=True)
    assert clock.due_at == FOUR_HOURS
    assert clocks.sweep(now=beijing("2026-11-23 14:45")) == 1


def test_a_file_that_never_came_is_refused(case: Timed) -> None:
    lost = Exhibit(Kept("f" * 64, 1, "image/jpeg").sha256, EvidenceKind.BEFORE)
    assert no(case.arrive(shown=[lost])) == "unknown_file"
