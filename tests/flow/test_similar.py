"""Which cases a person is shown beside a report: near in place and time, in his area, nobody's secret."""

from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from civigrid.base import db
from civigrid.cases import actions, queries
from civigrid.cases.models import Case
from civigrid.cases.rules import Joining
from civigrid.catalog import queries as catalog
from civigrid.directory.rules import MACHINE, Actor
from civigrid.flow import erasure, similar, verbs
from civigrid.intake.rules import EraseReason
from civigrid.link.rules import Thing
from civigrid.locate.models import Spot
from tests.cases.town import CITY, COMMUNITY, NOW, OTHER_TOWN, OUTSIDER, TOWN, Town, build, reports, sure

LON, LAT = 120.0, 30.0
METRE = 1 / 111_320
LAMP = "学府路与文昌街路口的路灯不亮"


@pytest.fixture
def town(db: None) -> Town:
    return make()


def make() -> Town:
    with db.system():
        return build()


def case(town: Town, text: str = LAMP, *, north_m: float | None = 0.0, hours: float = 0.0, **changes: object) -> str:
    """A case whose report came so many hours ago, with a point so many metres north of the middle, or none."""
    at = NOW - timedelta(hours=hours)
    with db.system():
        [report_id] = reports(1, title="", text=text, received_at=at)
        new = sure(town, report_id, received_at=at, **changes)
        [done] = actions.open_cases([new], now=at, actor=MACHINE, city=catalog.city())
        if north_m is not None:
            pin(report_id, north_m, at)
    return str(done.made)


def pin(report_id: int, north_m: float, at: datetime) -> None:
    Spot.objects.create(
        report_id=report_id, precision="point", how="point", region_code=COMMUNITY, lon=LON, lat=LAT + north_m * METRE,
        at=at,
    )  # fmt: skip


def draft(town: Town, text: str = LAMP, *, point: bool = True, region: str = COMMUNITY, matter: str = "C01") -> Thing:
    """What somebody is writing down just now."""
    matter_id = town.matters[matter] if matter else None
    where = {"lon": LON, "lat": LAT} if point else {}
    return Thing(0, NOW, "", text, region_code=region, matter_id=matter_id, **where)  # type: ignore[arg-type]


def shown(town: Town, new: Thing, who: str | Actor = "受理员小李", now: datetime = NOW) -> list[str]:
    actor = town[who] if isinstance(who, str) else who
    return [each.near.number for each in similar.similar(new, actor=actor, now=now)]


def test_the_nearest_comes_first_and_says_why(town: Town) -> None:
    far, near = case(town, north_m=120, hours=3), case(town, "路灯坏了没人修", north_m=14, hours=2)
    found = similar.similar(draft(town), actor=town["受理员小李"], now=NOW)
    assert [each.near.number for each in found] == [near, far]
    assert {each.code.value: each.value for each in found[0].because} | {"wording": 0} == {
        "distance": 14, "hours": 2, "same_matter": 1, "wording": 0,
    }  # fmt: skip
    assert found[0].joinable
    assert found[0].near.excerpt == "路灯坏了没人修"


def test_what_is_too_far_or_too_old_is_not_there(town: Town) -> None:
    case(town, north_m=400, region_code=OTHER_TOWN)
    case(town, hours=8 * 24, north_m=0)
    assert shown(town, draft(town)) == []


def test_a_person_sees_only_his_area(town: Town) -> None:
    here, there = case(town), case(town, region_code=OTHER_TOWN, unit_id=town.units["parks"], duty_row_version_id=None)
    assert set(shown(town, draft(town))) == {here, there}
    assert shown(town, draft(town), "街道值班长") == [here]
    assert shown(town, draft(town), "外镇值班长") == [there]
    assert shown(town, draft(town), OUTSIDER) == []


def test_row_security_says_the_same_whatever_the_first_statement_found(town: Town) -> None:
    here, there = case(town), case(town, region_code=OTHER_TOWN)
    with db.system():
        ids = list(Case.objects.order_by("id").values_list("id", "first_report_id"))
    with db.scoped(town["街道值班长"].scope):
        assert [each.number for each in queries.near_cases(ids, now=NOW)] == [here]
    assert there


def test_secrets_and_what_went_elsewhere_are_nobodys_suggestion(town: Town) -> None:
    case(town, confidential=True)
    number, into = case(town), case(town)
    items = [Joining(number, 1, into)]
    [done] = verbs.join(actor=town["值班长"], items=items, now=NOW)
    assert done.ok
    assert shown(town, draft(town)) == [into]
    gone = case(town)
    with db.system():
        erased = Case.objects.get(number=gone).first_report_id
    erasure.erase([erased], actor=MACHINE, reason=EraseReason.EXPIRED, now=NOW)
    assert shown(town, draft(town)) == [into]


def test_what_was_closed_lately_is_shown_as_closed(town: Town) -> None:
    lately, long_ago, opened = case(town, hours=20 * 24), case(town, hours=36 * 24), case(town, north_m=90)
    with db.system():
        for number, days in ((lately, 10), (long_ago, 31)):
            Case.objects.filter(number=number).update(
                stage="evaluate", outcome="solved", closed_by=0, closed_at=NOW - timedelta(days=days)
            )
    found = similar.similar(draft(town), actor=town["受理员小李"], now=NOW)
    assert [(each.near.number, each.joinable) for each in found] == [(opened, True), (lately, False)]
    assert found[1].near.outcome == "solved"
    assert "hours" not in {each.code.value for each in found[1].because}


def test_a_place_that_is_only_told_is_looked_for_by_region_then_by_matter(town: Town) -> None:
    told = case(town, north_m=None)
    elsewhere = case(town, "垃圾没人收", north_m=None, region_code=OTHER_TOWN)
    unknown = case(town, north_m=None, region_code=CITY)
    assert shown(town, draft(town, point=False)) == [told]
    assert set(shown(town, draft(town, point=False, region=TOWN))) == {told}
    assert set(shown(town, draft(town, point=False, region=CITY))) >= {told, unknown}
    assert shown(town, draft(town, point=False, region=CITY, matter="")) == [unknown]
    assert elsewhere not in shown(town, draft(town, point=False, region=CITY))


def test_a_point_and_a_place_that_was_told_find_each_other(town: Town) -> None:
    told = case(town, "东湖路下穿隧道积水,车都熄火了。", north_m=None)
    assert shown(town, draft(town, "隧道淹了 过不去")) == [told]


def test_the_newest_place_counts(town: Town) -> None:
    number = case(town, region_code=OTHER_TOWN)
    with db.system():
        pin(Case.objects.get(number=number).first_report_id, 5_000, NOW)
    assert shown(town, draft(town)) == []


def test_a_case_is_not_like_itself_and_the_page_asks_by_its_first_report(town: Town) -> None:
    number, other = case(town), case(town, north_m=20)
    with db.scoped(town["受理员小李"].scope):
        view = queries.access_case(number, now=NOW)
    assert view is not None
    found = similar.similar_to(view, actor=town["受理员小李"], now=NOW)
    assert [each.near.number for each in found] == [other]


def test_two_statements_find_them_however_many_there_are(town: Town) -> None:
    def statements() -> int:
        with CaptureQueriesContext(connection) as asked:
            similar.similar(draft(town), actor=town["受理员小李"], now=NOW)
        return sum("cases_case" in each["sql"] for each in asked.captured_queries)

    case(town)
    statements()  # the names of the day are read once
    assert statements() == 2
    for _ in range(10):
        case(town)
    assert statements() == 2
