"""自行处置: reported, put right and over in one go; some are looked at by somebody else, and nobody knows which."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from civigrid.base import crypto, db
from civigrid.base.errors import Outcome, Refused
from civigrid.cases import queries
from civigrid.cases.models import Case, Clock, Task
from civigrid.cases.rules import Checking, Exhibit, Settling, sampled
from civigrid.catalog.models import MatterVersion, Pack
from civigrid.directory.rules import Actor
from civigrid.flow import settling
from civigrid.flow.settling import Settlement, settle
from civigrid.intake import queries as reports
from civigrid.intake.models import Disposition, Pending, Report
from civigrid.intake.rules import Channel, RawReport, ReportKind
from tests.cases.town import COMMUNITY, NOW, OTHER_TOWN, Town, build
from tests.flow.stories import AFTER, BEFORE, KEPT, PAPER, Told, good, no

WORDS = "机床厂宿舍2号楼一层楼道堆放纸箱,已联系住户当场清理"


@pytest.fixture
def town(db: None) -> Town:
    return make()


def make(share: float = 0.0) -> Town:
    with db.system():
        town = build()
        Pack.objects.update(self_settled_checked=share)
    return town


@pytest.fixture
def all_sampled(db: None) -> Town:
    return make(1.0)


def settlement(key: str = "1", *, exhibits: tuple[Exhibit, ...] = (BEFORE, AFTER), **changes: object) -> Settlement:
    raw = RawReport(
        channel=Channel.FIELD, key=key, source="07", kind=ReportKind.FIELD, text=f"{WORDS} {key}", matter_code="S01",
        region_code=COMMUNITY,
    )  # fmt: skip
    return Settlement(replace(raw, **changes), "已清理", exhibits)  # type: ignore[arg-type]


def settled(town: Town, *items: Settlement, who: str = "网格员小吴") -> list[Outcome]:
    return settle(actor=town[who], items=items, now=NOW, kept=KEPT)


class Settled(Told):
    """A case that began with a settlement."""

    def __init__(self, town: Town) -> None:
        [done] = settled(town, settlement())
        assert done.ok
        self.town, self.now, self.number = town, NOW, str(done.made)


def test_it_is_stored_and_over_at_once(town: Town) -> None:
    case = Settled(town)
    row = case.row
    assert (case.state, row.outcome, row.level) == (("evaluate", "self_settled", ""), "solved", "community")
    assert (row.closed_by, row.closed_unit, row.closed_at) == (0, 0, NOW), "closed by the machine"
    assert (row.handled_by, row.handled_units) == ([town["网格员小吴"].account_id], [town.units["town"]])
    assert case.told() == ["opened", "settled"]
    with db.system():
        assert not Task.objects.exists()
        assert not Clock.objects.filter(stopped_at=None).exists()
        assert not Pending.objects.exists()
        assert Disposition.objects.values_list("kind", "reason").get() == ("opened", "self_settled")
        found = queries.access_case(case.number, now=NOW)
    assert found is not None
    assert [each.kind for each in found.evidence] == ["before", "after"]


@pytest.mark.parametrize(
    ("item", "who", "code"),
    [
        (settlement(exhibits=(AFTER,)), "网格员小吴", "evidence_needed before_photo"),
        (settlement(exhibits=(BEFORE, PAPER)), "网格员小吴", "evidence_needed after_photo"),
        (replace(settlement(), text=" "), "网格员小吴", "words_needed"),
        (settlement(matter_code="C01"), "网格员小吴", "not_to_be_settled"),
        (settlement(matter_code="X99"), "网格员小吴", "unknown_matter"),
        (settlement(region_code=OTHER_TOWN), "网格员小吴", "not_your_area"),
        (settlement(region_code=""), "网格员小吴", "not_your_area"),
        (settlement(), "采集员小周", "not_your_role settle"),
        (settlement(), "社区书记", "not_your_area"),
    ],
)
def test_what_is_refused_is_not_stored(town: Town, item: Settlement, who: str, code: str) -> None:
    assert no(settled(town, item, who=who)) == code
    with db.system():
        assert not Report.objects.exists()
        assert not Case.objects.exists()


def test_one_that_is_refused_does_not_stop_the_others_and_none_is_doubled(town: Town) -> None:
    items = [settlement("1"), settlement("2", exhibits=()), settlement("3")]
    first, refused, third = settled(town, *items)
    assert (first.ok, refused.ok, third.ok) == (True, False, True)
    assert [done.made for done in settled(town, items[2], items[0])] == [third.made, first.made]
    with db.system():
        assert (Report.objects.count(), Case.objects.count()) == (2, 2)


def test_what_is_refused_at_its_very_end_leaves_nothing_behind(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its report and its case are written by then; the others of the batch are stored all the same."""
    real = settling.cases.settle

    def refusing(forms: Sequence[Settling], *, actor: Actor, now: datetime) -> list[Outcome]:
        done = {form.number: made for form, made in zip(forms, real(forms, actor=actor, now=now), strict=True)}
        no = Refused("not_your_area")
        return [Outcome.refused(form.number, no) if form.text == "不在本片" else done[form.number] for form in forms]

    monkeypatch.setattr(settling.cases, "settle", refusing)
    items = [settlement("1"), replace(settlement("2"), text="不在本片"), settlement("3")]
    outcomes = settled(town, *items)
    assert [(done.id, done.ok, done.code) for done in outcomes] == [
        (0, True, ""), (1, False, "not_your_area"), (2, True, ""),
    ]  # fmt: skip
    with db.system():
        assert sorted(Report.objects.values_list("key", flat=True)) == ["1", "3"]
        assert Case.objects.filter(side="self_settled").count() == Case.objects.count() == 2


def test_what_was_settled_before_is_told_again_though_it_would_be_refused_now(town: Town) -> None:
    [first] = settled(town, settlement())
    [again] = settled(town, settlement(exhibits=()))  # the photos did not come through this time
    assert (again.ok, again.code, again.made) == (True, "repeated", first.made)
    assert no(settled(town, settlement("2", exhibits=()))).startswith("evidence_needed")


def test_who_settles_a_danger_is_told_whom_to_call(town: Town) -> None:
    [done] = settled(town, settlement(text="楼道里一股煤气味,我都头晕了"))
    assert done.ok
    with db.system():
        assert {call.service for call in reports.calls_asked()} >= {"119"}


def test_some_wait_for_somebody_from_elsewhere(all_sampled: Town) -> None:
    case = Settled(all_sampled)
    assert (case.state, case.row.closed_at) == (("check", "self_settled", ""), None)
    assert no(case.check("网格员小吴")) == "you_handled"
    assert no(case.check("回访员小何")) == "inspectors_only"
    here = replace(all_sampled["采集员小周"], scope=replace(all_sampled["采集员小周"].scope, regions=(COMMUNITY,)))
    assert no(case.do("check", here, Checking, "passed")) == "your_community_handled"
    good(case.check("采集员小周"))
    row = case.row
    assert (row.stage, row.side, row.outcome, row.closed_by) == ("evaluate", "self_settled", "solved", 0)
    assert row.checked_by == all_sampled["采集员小周"].account_id
    with db.system():
        assert not Clock.objects.filter(stopped_at=None).exists()


def test_what_was_not_put_right_goes_the_usual_way(all_sampled: Town) -> None:
    case = Settled(all_sampled)
    good(case.check("采集员小周", "failed", "纸箱仍在"))
    assert (case.state, case.row.outcome) == (("dispatch", "reworked", ""), "")
    good(case.dispatch(unit="parks"))
    for step in (case.take("公园小孙"), case.handle("公园小孙"), case.check("采集员小周"), case.close()):
        good(step)
    assert case.row.closed_by == all_sampled["值班长"].account_id


def test_what_could_not_be_looked_at_the_chief_closes(all_sampled: Town) -> None:
    case = Settled(all_sampled)
    good(case.check("采集员小周", "impossible", "无法进入"))
    assert case.row.stage == "close"
    good(case.close())


def test_failed_without_a_standard_it_is_filed_first(all_sampled: Town) -> None:
    with db.system():
        MatterVersion.objects.filter(matter__code="G01").update(self_settle=True)
    [done] = settled(all_sampled, settlement(matter_code="G01"))
    case = Settled.__new__(Settled)
    case.town, case.now, case.number = all_sampled, NOW, str(done.made)
    good(case.check("采集员小周", "failed", "纸箱仍在"))
    assert case.state == ("file", "reworked", "no_standard")


def test_a_settled_case_is_reopened(town: Town) -> None:
    case = Settled(town)
    assert no(case.reopen(back_to="lead")) == "no_lead"
    good(case.reopen())
    assert (case.state, case.row.reopened, case.row.closed_by) == (("dispatch", "reopened", ""), 1, None)


def test_fifty_take_as_many_statements_as_one(town: Town) -> None:
    counts = []
    for size in (1, 2, 50):
        with CaptureQueriesContext(connection) as asked:
            good(
                [replace(each, made=None) for each in settled(town, *(settlement(f"{size}-{n}") for n in range(size)))]
            )
        counts.append(len(asked))
    assert counts[1] == counts[2]


@given(st.binary(min_size=32, max_size=32))
def test_the_share_draws_what_is_below_it(drawn: bytes) -> None:
    place = int.from_bytes(drawn[:8], "big") / 2**64
    assert not sampled(drawn, share=0.0)
    assert sampled(drawn, share=1.0)
    assert sampled(drawn, share=0.1) == (place < 0.1)


def test_about_a_tenth_is_drawn_and_another_key_draws_others(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    numbers = [f"YT20261123-{place:06d}".encode() for place in range(4000)]

    def drawn() -> set[bytes]:
        return {number for number in numbers if sampled(crypto.keyed_hash("self-settled sample", number), share=0.1)}

    first = drawn()
    assert 320 < len(first) < 480
    other = replace(crypto.keys(), index_key=b"k" * 32)
    monkeypatch.setattr(crypto, "keys", lambda: other)
    assert len(first & drawn()) < 100
