"""核实: what the public says of some matters is looked at before it is filed."""

import pytest

from civigrid.base import db
from civigrid.base.questions import ask
from civigrid.cases import queries
from civigrid.cases.rules import Stage
from tests.cases.town import NOW, Town, build
from tests.flow.stories import AFTER, BEFORE, PAPER, Told, good, no


@pytest.fixture
def town(db: None) -> Town:
    return make()


def make() -> Town:
    with db.system():
        return build()


def test_a_residents_report_waits_until_somebody_has_looked(town: Town) -> None:
    case = Told(town, matter="V01", source="02")
    assert case.state == ("file", "", "verify"), "the machine would have dispatched it"
    assert no(case.file()) == "verify_first"
    assert no(case.verify("值班长", "as_reported")) == "not_your_role verify"
    good(case.verify("采集员小周", "as_reported"))
    assert (case.state, case.row.verified) == (("file", "", ""), "as_reported")
    assert no(case.verify("采集员小周", "as_reported")) == "nothing_to_verify"
    good(case.file())
    assert case.state == ("dispatch", "", "")
    assert case.told() == ["opened", "verified", "filed"]
    seen = case.sees("值班长")
    assert seen is not None
    assert [each.kind for each in seen.evidence] == ["before"]


def test_a_telephoned_one_is_accepted_first(town: Town) -> None:
    case = Told(town, matter="V01", source="02", confidential=True)
    assert case.state == ("accept", "", "")
    good(case.accept())
    assert case.state == ("file", "", "verify")


@pytest.mark.parametrize(
    ("source", "matter", "urgency", "stage"),
    [("04", "V01", 3, "handle"), ("02", "C01", 3, "handle"), ("02", "V01", 1, "handle"), ("02", "V01", 2, "file")],
)
def test_what_need_not_be_verified(town: Town, source: str, matter: str, urgency: int, stage: str) -> None:
    """What an inspector saw himself; what needs no look; what is critical."""
    assert Told(town, matter=matter, source=source, urgency=urgency).row.stage == stage


@pytest.mark.parametrize(
    ("found", "waits_for", "verified"),
    [
        ("otherwise", "", "otherwise"),
        ("not_found", "not_found", "not_found"),
        ("not_reached", "not_reached", "not_reached"),
    ],
)
def test_what_was_found_decides_what_the_chief_may_do(town: Town, found: str, waits_for: str, verified: str) -> None:
    case = Told(town, matter="V01", source="02")
    assert no(case.verify("采集员小周", found)) == "words_needed"
    good(case.verify("网格员小吴", found, "只有少量砂石"))
    assert (case.row.waits_for, case.row.verified) == (waits_for, verified)
    if found == "otherwise":
        good(case.file())
    else:
        assert no(case.file()) == "verify_first"


@pytest.mark.parametrize("exhibits", [[], [AFTER], [PAPER]])
def test_whoever_saw_it_has_a_photo_of_it(town: Town, exhibits: list[object]) -> None:
    case = Told(town, matter="V01", source="02")
    assert no(case.verify("采集员小周", "as_reported", exhibits=exhibits)) == "evidence_needed before_photo"  # type: ignore[arg-type]
    good(case.verify("采集员小周", "not_reached", "路封了", exhibits=[]))


def test_the_chief_files_without_and_says_why(town: Town) -> None:
    case = Told(town, matter="V01", source="02")
    good(case.file(text="照片清楚, 可直接立案"))
    seen = case.sees("值班长")
    assert seen is not None
    assert (seen.facts.stage, seen.entries[-1].entry.facts["unverified"]) == (Stage.DISPATCH, True)
    assert seen.entries[-1].entry.text == "照片清楚, 可直接立案"


def test_what_nobody_understood_is_sent_to_be_looked_at(town: Town) -> None:
    """The machine was not sure: the chief says what it seems to be, and an inspector goes."""
    case = Told(town, source="02", matter_id=None, standard_version_id=None, unit_id=None, waits_for="low_confidence")
    assert case.state == ("file", "", "low_confidence")
    assert no(case.file()) == "verify_first"
    good(case.ask())
    assert (case.state, case.row.matter_id) == (("file", "", "verify"), town.matters["V01"])
    good(case.verify("采集员小周", "as_reported"))
    good(case.file())
    good(case.dispatch())
    assert case.row.stage == "handle"


def test_a_second_look_counts_and_the_first_no_more(town: Town) -> None:
    case = Told(town, matter="V01", source="02")
    good(case.verify("采集员小周", "not_found", "未见"))
    good(case.ask("受理员小李"))
    assert (case.row.waits_for, case.row.verified) == ("verify", "")
    good(case.verify("采集员小周", "as_reported", exhibits=[BEFORE]))
    good(case.file())


def test_inspectors_find_them_in_a_queue(town: Town) -> None:
    case = Told(town, matter="V01", source="02")
    Told(town)
    for name, found in (("采集员小周", [case.number]), ("采集员小冯", [])):
        actor = town[name]
        with db.scoped(actor.scope):
            assert ask(queries.counts(actor))[0].waits.get("verify", 0) == len(found)
            lines = queries.queue(actor, now=NOW, stage=Stage.FILE, waits_for="verify")
        assert [line.number for line in lines] == found
    assert no(case.verify("采集员小冯", "as_reported")) == "unknown_case"
