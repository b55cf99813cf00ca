"""Evidence by how a matter is checked."""

import pytest

from civigrid.base import db
from civigrid.cases.rules import CheckResult, EvidenceKind, Exhibit, Need, Result, to_check, to_handle
from civigrid.catalog.rules import CheckBy
from tests.cases.town import Town, build
from tests.flow.stories import AFTER, BEFORE, PAPER, PDF, Told, good, no


@pytest.fixture
def town(db: None) -> Town:
    return make()


def make() -> Town:
    with db.system():
        return build()


def accepted(town: Town, matter: str) -> Told:
    case = Told(town, matter=matter)
    good(case.take("承办人小陈"))
    return case


NOT_A_PICTURE = Exhibit(PDF.sha256, EvidenceKind.AFTER)


@pytest.mark.parametrize(
    ("matter", "result", "exhibits", "missing"),
    [
        ("V01", "solved", [], "after_photo"),
        ("V01", "partly", [BEFORE], "after_photo"),
        ("V01", "solved", [NOT_A_PICTURE], "after_photo"),
        ("V01", "solved", [AFTER], ""),
        ("V01", "unfounded", [], ""),
        ("S01", "solved", [PAPER], "after_photo"),
        ("P01", "solved", [AFTER], "paper"),
        ("P01", "statutory", [], "paper"),
        ("P01", "explained", [], ""),
        ("P01", "planned", [PAPER], ""),
        ("K01", "solved", [], ""),
        ("C01", "solved", [], ""),
    ],
)
def test_what_feedback_must_bring(town: Town, matter: str, result: str, exhibits: list[Exhibit], missing: str) -> None:
    case = accepted(town, matter)
    done = case.handle("承办人小陈", result, exhibits)
    if missing:
        assert no(done) == f"evidence_needed {missing}"
        assert case.row.stage == "handle"
    else:
        good(done)


@pytest.mark.parametrize(
    ("matter", "result", "text", "exhibits", "tries", "missing"),
    [
        ("V01", "passed", "", [], 0, "check_photo"),
        ("V01", "failed", "仍有破损", [PAPER], 0, "check_photo"),
        ("V01", "passed", "", [AFTER], 0, ""),
        ("V01", "impossible", "暴雨封路", [], 0, ""),
        ("K01", "passed", "", [], 0, "call_said"),
        ("K01", "passed", "本人接听, 表示已解决", [], 0, ""),
        ("K01", "impossible", "无人接听", [], 2, "call_tries"),
        ("K01", "impossible", "三次无人接听", [], 3, ""),
        ("P01", "passed", "", [], 0, ""),
        ("C01", "passed", "", [], 0, ""),
    ],
)
def test_what_a_check_must_bring(
    town: Town, matter: str, result: str, text: str, exhibits: list[Exhibit], tries: int, missing: str
) -> None:
    case = accepted(town, matter)
    good(case.handle("承办人小陈", "solved", [AFTER, PAPER]))
    done = case.check("采集员小周", result, text, exhibits, tries)
    if missing:
        assert no(done) == f"evidence_needed {missing}"
        assert case.row.stage == "check"
    else:
        good(done)


def test_the_table_asks_for_one_thing_at_most_and_only_where_it_says() -> None:
    asked = {(by, result): to_handle(by, result) for by in CheckBy for result in Result}
    assert {key for key, needs in asked.items() if needs} == {
        (by, result)
        for by, results in (
            (CheckBy.SITE, {Result.SOLVED, Result.PARTLY}),
            (CheckBy.PHOTO, {Result.SOLVED, Result.PARTLY}),
            (CheckBy.PAPERS, {Result.SOLVED, Result.PARTLY, Result.PLANNED, Result.STATUTORY}),
        )
        for result in results
    }
    assert to_check(CheckBy.SITE, CheckResult.IMPOSSIBLE) == ()
    assert to_check(CheckBy.CALL, CheckResult.IMPOSSIBLE) == (Need.CALL_TRIES,)
