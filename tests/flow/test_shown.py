"""Who may open what came with a report: the people of its case, and never those it complains of."""

from __future__ import annotations

from hashlib import sha256

import pytest

from civigrid.base import db, files
from civigrid.base.files import Kept
from civigrid.cases import actions as cases
from civigrid.cases.models import Case, Evidence
from civigrid.catalog import queries as catalog
from civigrid.directory.rules import MACHINE
from civigrid.flow import pipeline, shown
from civigrid.intake.rules import Channel, RawAttachment, RawReport
from tests.cases.town import NOW, OUTSIDER, Town, build, sure

PHOTO = Kept(sha256(b"photo").hexdigest(), 5, "image/jpeg")
OTHER = Kept(sha256(b"other").hexdigest(), 5, "image/jpeg")


@pytest.fixture
def town(db: None) -> Town:
    return make_town()


def make_town() -> Town:
    with db.system():
        return build()


def report(key: str = "a", target: str = "", kept: Kept = PHOTO) -> int:
    raw = RawReport(
        Channel.PUBLIC, key, "01", text="路灯不亮", target_text=target, attachments=(RawAttachment(kept.sha256),)
    )
    with db.system():
        [outcome] = pipeline.receive([raw], now=NOW, kept=[kept])
    return int(outcome.made)


def opened(town: Town, report_id: int, **changes: object) -> None:
    with db.system():
        cases.open_cases([sure(town, report_id, **changes)], now=NOW, actor=MACHINE, city=catalog.city())


def openers(town: Town, kept: Kept = PHOTO) -> set[str]:
    return {name for name, actor in town.people.items() if shown.may_open(kept.sha256, actor=actor, now=NOW) == kept}


EVERYBODY_AT_WORK = {
    "受理员小李", "值班长", "值班长老郑", "派遣员老王", "派遣员小孟", "采集员小周", "回访员小何", "社治委老沈", "分管副市长",
    "联络员小赵", "承办人小陈", "街道派遣员", "街道值班长", "总网格长", "网格员小吴",
}  # fmt: skip


def test_the_people_of_the_case_and_nobody_else(town: Town) -> None:
    report_id = report()
    assert openers(town) == set(), "before there is a case only those who see every report"
    opened(town, report_id)
    assert openers(town) == EVERYBODY_AT_WORK
    assert shown.may_open(PHOTO.sha256, actor=OUTSIDER, now=NOW) is None


def test_a_unit_complained_of_never(town: Town) -> None:
    """It sees the case, because the case lies in its region; it does not see who stood where with a camera."""
    opened(town, report(target="town单位"))
    assert openers(town) == EVERYBODY_AT_WORK - {"街道派遣员", "街道值班长", "总网格长", "网格员小吴"}


def test_somebody_elses_report_with_the_same_file_opens_it(town: Town) -> None:
    opened(town, report(target="town单位"))
    opened(town, report("b"))
    assert openers(town) == EVERYBODY_AT_WORK


def test_a_target_nobody_knows_hides_nothing(town: Town) -> None:
    opened(town, report(target="楼上的邻居"))
    assert openers(town) == EVERYBODY_AT_WORK


def test_evidence_is_opened_by_whoever_sees_its_case(town: Town) -> None:
    opened(town, report(target="town单位"))
    with db.system():
        files.record([OTHER], now=NOW)
        Evidence.objects.create(case=Case.objects.get(), file_id=OTHER.sha256, kind="after", by_account=1, at=NOW)
    assert openers(town, OTHER) == EVERYBODY_AT_WORK


@pytest.mark.parametrize("name", ["", "0" * 64, "../../etc/passwd"])
def test_what_is_not_there(town: Town, name: str) -> None:
    assert shown.may_open(name, actor=town["值班长"], now=NOW) is None
