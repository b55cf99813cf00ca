"""Searching and narrowing over HTTP: 受理员小李 finds, the outsider does not, the address keeps what was asked."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from civigrid.flow import searching
from tests.web import people
from tests.web.people import CHEN, JIANG, LI, LIU, LUO, MANHOLE, SHEN, XU, ZHENG, client, report, see, steps_to_handling

pytestmark = pytest.mark.usefixtures("city")


def indexed() -> None:
    while searching.follow():
        pass


def numbers(answer: object) -> list[str]:
    return [hit.line.number for hit in answer.context["hits"]]  # type: ignore[attr-defined]


def listed(who: str, **query: str) -> list[str]:
    indexed()
    answer = client(who).get("/office/cases/", query)
    assert answer.status_code == 200
    return [line.number for line in answer.context["lines"]]


def statements(asked: CaptureQueriesContext) -> list[str]:
    """What the database was asked, without what begins and ends a transaction."""
    return [each["sql"] for each in asked if not each["sql"].startswith(("SELECT set_config", "SAVEPOINT", "RELEASE"))]


def test_where_nothing_was_indexed_yet_nothing_is_found() -> None:
    assert numbers(client(LI).get("/office/search/", {"q": "路灯"})) == []


def test_two_signs_lead_to_the_case_with_the_words_marked() -> None:
    number = report("沿湖路三个<b>路灯</b>不亮")
    indexed()
    answer = client(LI).get("/office/search/", {"q": "路灯"})
    assert numbers(answer) == [number]
    assert "&lt;b&gt;<mark>路灯</mark>&lt;/b&gt;" in answer.content.decode()
    assert 'value="路灯"' in answer.content.decode()


def test_a_whole_number_leads_to_its_case_before_any_index_knows_it() -> None:
    number = report()
    answer = client(LI).get("/office/search/", {"q": f" {number.lower()} "})
    assert answer.headers["Location"] == f"/cases/{number}/"
    outside = client(LIU).get("/office/search/", {"q": number})
    assert outside.status_code == 200
    assert numbers(outside) == []


def test_nobody_finds_by_words_what_is_not_his() -> None:
    number = report("只有路政才看的暗号甲乙丙")
    steps_to_handling(number)
    indexed()
    for who, sees in [(LI, True), (CHEN, True), (LIU, False)]:
        assert (number in numbers(client(who).get("/office/search/", {"q": "暗号甲乙"}))) is sees
    assert client(JIANG).get("/office/search/", {"q": "暗号"}).status_code == 404


@pytest.mark.parametrize(
    "query", ["灯", "", "a b", "。", "一一 二二 三三 四四 五五 六六 七七", "x" * 500, "'; DROP TABLE--", "%"]
)
def test_whatever_is_typed_gets_an_answer(query: str) -> None:
    answer = client(LI).get("/office/search/", {"q": query})
    assert answer.status_code == 200
    assert numbers(answer) == []


def test_what_is_too_short_is_said() -> None:
    assert 'role="alert"' in client(LI).get("/office/search/", {"q": "灯"}).content.decode()


def test_filters_narrow_and_the_next_page_keeps_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("civigrid.web.office.found.PAGE", 2)
    told = [report(f"翻页的词第{n}回") for n in range(3)]
    indexed()
    page = client(LI).get("/office/search/", {"q": "翻页", "matter": MANHOLE, "state": "open"})
    assert numbers(page) == told[:0:-1]
    then = parse_qs(urlsplit(page.context["next_address"]).query)
    assert then["matter"] == [MANHOLE]
    assert numbers(client(LI).get(page.context["next_address"])) == told[:1]
    assert numbers(client(LI).get("/office/search/", {"q": "翻页", "state": "closed"})) == []


@pytest.mark.parametrize(
    "query",
    [
        {"stage": "nowhere"}, {"state": "maybe"}, {"family": "x"}, {"unit": "不存在的单位xyz"}, {"matter": "qqqqzzzz"},
        {"place": "qqqqzzzz"}, {"date": "never"}, {"from": "2026-13-01"}, {"to": "0001-01-01"}, {"from": "昨天"},
    ],
)  # fmt: skip
def test_what_fits_nothing_shows_nothing_and_says_so(query: dict[str, str]) -> None:
    report()
    answer = client(LI).get("/office/cases/", query)
    assert answer.status_code == 200
    assert not answer.context["lines"]
    assert 'role="alert"' in answer.content.decode()


@pytest.mark.parametrize("after", ["x", "1", "1.2.3", "9" * 30 + ".1", "-1.2", "1.²"])
def test_a_cursor_nobody_gave_is_no_page(after: str) -> None:
    for where in ("/office/cases/", "/office/reports/"):
        assert client(LI).get(where, {"after": after}).status_code == 404
    assert client(LI).get("/office/search/", {"q": "路灯", "after": after}).status_code == 404


def test_the_list_is_narrowed_by_everything_a_case_has() -> None:
    number, waits = report("列表一"), report("列表二")
    steps_to_handling(number)
    unit = "4001"
    today = people.today().isoformat()
    assert listed(LI)[:2] == [waits, number]
    assert listed(LI, unit=unit) == [number]
    assert number not in listed(LI, unit="none")
    assert waits in listed(LI, unit="none")
    assert listed(LI, stage="handle") == [number]
    assert waits in listed(LI, stage=see(waits).facts.stage.value)
    assert listed(LI, state="closed") == []
    assert set(listed(LI, matter=MANHOLE)) == {number, waits}
    assert set(listed(LI, place="990181001")) == {number, waits}
    assert listed(LI, place="990181002") == []
    assert listed(LI, date="dispatched", **{"from": today, "to": today}) == [number]
    assert set(listed(LI, date="opened", **{"from": today})) == {number, waits}
    assert listed(LI, date="opened", to="2001-01-01") == []
    assert listed(LI, date="overdue", to=today) == []
    assert listed(LIU) == []
    assert listed(LUO) == [number]


def test_pages_of_every_order_join_without_a_gap(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("civigrid.web.office.lists.PAGE", 2)
    told = [report(f"次序{n}") for n in range(5)]
    steps_to_handling(told[1])
    steps_to_handling(told[3])
    indexed()
    for query in ({}, {"date": "opened", "from": "2020-01-01"}, {"date": "due", "from": "2020-01-01"}, {"unit": "4001"},
                  {"date": "dispatched", "from": "2020-01-01"}):  # fmt: skip
        seen: list[str] = []
        answer = client(LI).get("/office/cases/", query)
        while True:
            seen += [line.number for line in answer.context["lines"]]
            if not answer.context["next_address"]:
                break
            answer = client(LI).get(answer.context["next_address"])
        assert len(seen) == len(set(seen))
        assert {told[1], told[3]} <= set(seen)
        if not query or query.get("date") == "opened":
            assert seen[:5] == told[::-1]


def test_reports_are_listed_by_what_became_of_them() -> None:
    number = report("上报列表的话")
    answer = client(SHEN).get("/office/reports/", {"became": "opened"})
    assert answer.context["lines"][0].numbers == (number,)
    assert not client(SHEN).get("/office/reports/", {"became": "answered"}).context["lines"]
    assert client(SHEN).get("/office/reports/", {"source": "zz"}).context["lines"] == []
    assert client(CHEN).get("/office/reports/").status_code == 404
    assert client(XU).get("/office/reports/").status_code == 404


def test_a_list_takes_eight_statements_and_a_search_too() -> None:
    for n in range(3):
        steps_to_handling(report(f"计数的词{n}"))
    indexed()
    for who in (ZHENG, LI, LUO):
        one = client(who)
        for where in ("/cases/?stage=all", "/office/cases/", "/office/cases/?unit=4001", "/office/search/?q=计数"):
            one.get(where)
            with CaptureQueriesContext(connection) as asked:
                assert one.get(where).status_code == 200
            assert len(statements(asked)) <= 8, (who, where, statements(asked))
