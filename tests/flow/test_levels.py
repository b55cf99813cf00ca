"""The levels of the desk: whose a case is, up, down, and what was taken back from the towns. Returns end some day."""

import pytest

from civigrid.base import db
from civigrid.cases import queries
from civigrid.cases.rules import Stage
from tests.cases.town import CITY, NOW, TOWN, Town, build
from tests.flow.stories import Told, good, no


@pytest.fixture
def town(db: None) -> Town:
    return make()


def make() -> Town:
    with db.system():
        return build()


def test_a_source_says_where_it_starts(town: Town) -> None:
    levels = {source: Told(town, source=source).row.level for source in ("01", "07", "08")}
    assert levels == {"01": "city", "07": "community", "08": "town"}


def test_the_community_settles_what_is_its_own_and_raises_the_rest(town: Town) -> None:
    own, other = Told(town, source="07"), Told(town, source="07")
    assert no(own.file("外镇值班长")) == "unknown_case"
    good(own.file("总网格长", "C01"))
    good(own.dispatch("总网格长", "roads", "C01-roads"))
    assert no(other.up("总网格长", " ")) == "words_needed"
    good(other.up("总网格长"))
    assert (other.row.level, other.row.side, other.row.stage) == ("town", "raised", "file")
    assert no(other.file("总网格长", "C01")) == "other_level town"
    good(other.up("街道值班长"))
    assert (other.row.level, no(other.up("值班长"))) == ("city", "top_level")
    assert no(other.file("街道值班长", "C01")) == "other_level city"
    good(other.file("值班长", "C01"))
    assert other.told() == ["opened", "raised", "raised", "filed"]


def test_a_higher_desk_may_act_on_what_is_below_it(town: Town) -> None:
    good(Told(town, source="07").file("街道值班长", "C01"))
    good(Told(town, source="07").file("值班长", "C01"))


def test_the_city_hands_down_to_the_town(town: Town) -> None:
    case = Told(town, source="03")
    assert no(case.down("街道值班长")) == "other_level city"
    assert no(case.down(text="")) == "words_needed"
    good(case.down())
    assert (case.row.level, no(case.down())) == ("town", "not_of_the_city")
    good(case.file("街道值班长", "C01"))
    good(case.dispatch("街道派遣员", "roads"))


def test_not_where_the_town_is_not_known(town: Town) -> None:
    assert no(Told(town, source="03", region_code=CITY).down()) == "town_unknown"


def test_what_was_taken_back_from_the_towns_no_town_gets(town: Town) -> None:
    case = Told(town, matter="P01", source="03", unit_id=None)
    assert no(case.down()) == "withdrawn_from_towns"
    good(case.file(matter="P01"))
    for unit in ("town", "community"):
        assert no(case.dispatch(unit=unit)) == "withdrawn_from_towns"
    good(case.dispatch(unit="roads", row="P01-roads"))
    elsewhere = Told(town, matter="P01", source="03", unit_id=None, region_code=CITY)
    good(elsewhere.file(matter="P01"))
    good(elsewhere.dispatch(unit="town"))


def test_by_a_row_that_only_helps_nobody_leads(town: Town) -> None:
    case = Told(town, matter="K01", source="08", unit_id=None)
    good(case.accept("街道值班长"))
    assert no(case.dispatch("街道派遣员", "town", "K01-town")) == "row_assists"
    good(case.dispatch("街道派遣员", "town"))


def test_a_desk_sees_its_own_level_first(town: Town) -> None:
    """The page of a desk begins with what stands at its level, whatever is more urgent elsewhere."""
    towns = [Told(town, source="08", urgency=3).number for _ in range(2)]
    citys = [Told(town, source="01", urgency=urgency).number for urgency in (3, 1)][::-1]
    for name, first in (("值班长", [*citys, *towns]), ("街道值班长", [*towns, *citys]), ("采集员小周", None)):
        actor, found, after = town[name], [], ""
        with db.scoped(actor.scope):
            while page := queries.queue(actor, now=NOW, stage=Stage.ACCEPT, after=after, limit=1):
                found.append(page[0].number)
                after = page[0].cursor
        assert found == (first or [citys[0], *towns, citys[1]]), name


def test_the_third_unit_keeps_it(town: Town) -> None:
    case = Told(town)
    good(case.give_back("承办人小陈"))
    good(case.dispatch(unit="parks"))
    good(case.give_back("公园小孙"))
    good(case.dispatch(unit="roads"))
    good(case.take("承办人小陈"))
    assert no(case.give_back("承办人小陈")) == "designated 2"
    seen = case.sees("承办人小陈")
    assert seen is not None
    good(case.handle("承办人小陈"))


def test_a_posts_level_is_that_of_its_widest_region(town: Town) -> None:
    assert {name: len(town[name].scope.regions[0]) for name in ("值班长", "街道值班长", "总网格长")} == {
        "值班长": len(CITY), "街道值班长": len(TOWN), "总网格长": 12,
    }  # fmt: skip
