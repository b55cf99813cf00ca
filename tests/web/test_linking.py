"""Similar cases on the case page; joining, splitting and further demands by form."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from django.conf import settings

from civigrid.base import db
from civigrid.cases.models import Case
from civigrid.catalog import queries as catalog
from tests.web import people
from tests.web.people import CHEN, LI, WANG, ZHENG, client, form, report, see, today


@pytest.fixture(autouse=True)
def city(db: None) -> Iterator[None]:
    people.load_city()
    yield


def page(who: str, number: str, language: str = "zh-hans") -> str:
    browser = client(who)
    browser.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    answer = browser.get(f"/cases/{number}/")
    assert answer.status_code == 200
    return answer.content.decode()


def section(name: str, who: str, number: str, language: str = "zh-hans") -> str:
    """A section of the case page; "" where there is none."""
    return page(who, number, language).partition(f'id="{name}"')[2].partition("</section>")[0]


def numbers_beside(name: str, who: str, number: str) -> list[str]:
    """The cases a section names."""
    return re.findall(r'<a class="number" href="/cases/([^/]+)/"', section(name, who, number))


def test_the_same_hole_told_twice_is_suggested_with_its_reasons() -> None:
    first, second = report("井盖没了，路口很危险"), report("路口的井盖不见了，有人差点掉下去")
    assert numbers_beside("similar", LI, second) == [first]
    english = section("similar", LI, second, "en")
    for reason in ("0 m apart", "within the hour", "same matter", "worded alike"):
        assert reason in english


def test_only_who_may_join_is_shown_suggestions() -> None:
    report()
    number = report()
    task = people.steps_to_handling(number)
    assert task
    assert section("similar", CHEN, number) == ""
    assert section("similar", ZHENG, number) != ""


def test_a_suggestion_is_joined_by_its_button_and_split_again() -> None:
    first, second = report(), report()
    answer = client(LI).post(f"/cases/{second}/join/", form(second, into=first))
    assert answer.status_code == 303
    ended = see(second).facts
    assert (ended.stage, ended.side) == ("evaluate", "joined")
    assert numbers_beside("related", LI, second) == [first]
    assert numbers_beside("related", LI, first) == [second]
    assert f'value="case {second}"' in page(LI, first)
    fields = form(first, part=f"case {second}", text="不是同一个井盖")
    assert client(LI).post(f"/cases/{first}/split/", fields).status_code == 303
    assert see(second).facts.stage == "accept"
    assert numbers_beside("related", LI, first) == []


def test_a_number_that_is_no_case_comes_back_with_the_form() -> None:
    number = report()
    answer = client(LI).post(f"/cases/{number}/join/", form(number, into="YT19990101-000001"))
    assert answer.status_code == 422
    assert "YT19990101-000001" in answer.content.decode()
    assert client(LI).post(f"/cases/{number}/join/", form(number)).status_code == 422


def test_a_part_nobody_offered_is_not_split() -> None:
    first, second = report(), report()
    client(LI).post(f"/cases/{second}/join/", form(second, into=first))
    for part in ("case X", "report 1", "report abc", "", "drop"):
        answer = client(LI).post(f"/cases/{first}/split/", form(first, part=part, text="x"))
        assert answer.status_code == 422


def test_splitting_is_offered_where_there_is_something_to_split() -> None:
    number, second = report(), report()
    assert f"/cases/{number}/split/" not in page(LI, number)
    client(LI).post(f"/cases/{second}/join/", form(second, into=number))
    assert f"/cases/{number}/split/" in page(LI, number)


def test_a_further_demand_opens_a_case_that_the_page_names() -> None:
    number = report("湖景花园3号楼电梯三天两头停,物业费还要涨,楼下烧烤店放音响到一点多,孩子没法睡。")
    with db.system():
        noise = next(row.id for row in catalog.matters(today()).values() if row.code == "E0508")
    fields = form(number, matter=noise, text="烧烤店噪音")
    assert client(LI).post(f"/cases/{number}/also/", fields).status_code == 303
    [further] = numbers_beside("related", LI, number)
    assert see(further).facts.matter_id == noise
    assert numbers_beside("related", LI, further) == [number]
    assert client(WANG).post(f"/cases/{number}/also/", form(number, matter=noise)).status_code == 403


def test_a_closed_case_is_shown_as_closed_and_takes_nothing() -> None:
    first = report("路口井盖没了")
    with db.system():
        Case.objects.filter(number=first).update(
            stage="evaluate", outcome="solved", closed_at=datetime.now(UTC) - timedelta(days=3), closed_by=0
        )
    second = report("路口井盖又没了")
    shown = section("similar", LI, second)
    assert first in shown
    assert f'name="into" value="{first}"' not in shown
    assert client(LI).post(f"/cases/{second}/join/", form(second, into=first)).status_code == 422
