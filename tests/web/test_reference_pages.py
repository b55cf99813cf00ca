"""The office looks things up: lists, trees, searches and pages of the city's own data, and who may not."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.web.people import CHEN, JIANG, LI, LIU, SHEN, client

pytestmark = pytest.mark.usefixtures("city")
GRID, COMMUNITY, TOWN = "990181001001001", "990181001001", "990181001"
EVERYBODY = (
    "/places/", f"/places/{TOWN}/", f"/places/{COMMUNITY}/", "/places/grids/", f"/places/grids/{GRID}/",
    f"/places/grids/{GRID}/?tab=addresses", f"/places/grids/{GRID}/?tab=assets", "/places/addresses/",
    "/places/assets/", "/places/assets/?unknown=1", "/places/layers/", "/directory/", "/directory/?kind=company",
    "/directory/units/4001/", "/directory/units/2020/", "/catalog/", "/catalog/matters/E0102/", "/catalog/standards/",
    "/catalog/standards/E0102-1/", "/catalog/duty/", f"/catalog/duty/?view=matrix&town={TOWN}",
    "/catalog/duty/?view=rows", "/catalog/calendars/", "/catalog/calendars/G/", "/catalog/calendars/24/?year=2027",
)  # fmt: skip
OFFICE = ("/directory/posts/", "/catalog/packs/")
PICKED = ("regions", "grids", "units", "matters", "addresses", "assets")
STATEMENTS = 5 + 8 + 2  # who acts, what the page reads, and giving the role back inside a test


def text(who: Client, where: str, **headers: str) -> str:
    answer = who.get(where, headers=headers)
    assert answer.status_code == 200, where
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def leads(who: Client, where: str) -> list[str]:
    """What the lines of a list are about, in their order."""
    answer = who.get(where)
    assert answer.status_code == 200, where
    if nodes := answer.context.get("nodes"):
        return [node.said.text for node in nodes]
    rows = answer.context["table"].rows
    return [" ".join(said.text for column, cell in row for said in cell.said if column.kind == "lead") for row in rows]


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("where", [*EVERYBODY, *OFFICE])
def test_the_office_reads_every_page(where: str, language: str) -> None:
    shen = client(SHEN)
    shen.cookies["civigrid_language"] = language
    page = text(shen, where)
    assert "None" not in page
    assert "{{" not in page
    assert "%(" not in page


@pytest.mark.parametrize("who", [LI, LIU, CHEN, JIANG])
def test_reference_data_is_open_to_every_post(who: str) -> None:
    reader = client(who)
    assert {reader.get(where).status_code for where in EVERYBODY} == {200}
    assert {reader.get(f"/pick/{kind}/?q=a").status_code for kind in PICKED} == {200}


@pytest.mark.parametrize("who", [LI, LIU])
def test_people_and_loadings_are_not(who: str) -> None:
    """小刘, a handler of another unit, is turned away; nothing on the open pages says who holds which post."""
    reader = client(who)
    assert {reader.get(where).status_code for where in [*OFFICE, "/pick/posts/?q=li"]} == {403}
    assert "值班长老郑" not in text(reader, "/directory/units/1008/")
    assert "值班长老郑" in text(client(SHEN), "/directory/units/1008/")
    assert [tab.words for tab in reader.get("/directory/").context["tabs"]] == ["单位"]
    assert "/catalog/packs/" not in reader.get("/catalog/").content.decode()


def test_administrators_see_posts_as_before() -> None:
    assert "受理员小李" in text(client(JIANG), "/directory/posts/?q=小李")


@pytest.mark.parametrize("where", [*EVERYBODY, *OFFICE, "/places/addresses/?q=xue", "/places/grids/?q=xuefu"])
def test_a_page_asks_few_questions(where: str) -> None:
    shen = client(SHEN)
    shen.get(where)
    with CaptureQueriesContext(connection) as asked:
        shen.get(where)
    selects = [query["sql"] for query in asked if not query["sql"].startswith(("SAVEPOINT", "RELEASE"))]
    assert len(selects) <= STATEMENTS, selects


@pytest.mark.parametrize(
    ("where", "typed", "first"),
    [
        ("/places/", "文昌", "文昌街道"),
        ("/places/", "wcjd", "文昌街道"),
        ("/places/", "wen chang jie", "文昌街道"),
        ("/places/", "老城区", "文昌街道"),
        ("/places/", "Wenchang", "文昌街道"),
        ("/places/", COMMUNITY, "学府社区"),
        ("/places/grids/", "学府 03", "文昌街道学府社区第03网格"),
        ("/places/grids/", GRID, "文昌街道学府社区第01网格"),
        ("/directory/", "市公安", "市公安局"),
        ("/directory/", "sgaj", "市公安局"),
        ("/directory/", "4001", "市政设施管理中心(路灯)"),
        ("/directory/posts/", "xiaoli", "受理员小李"),
        ("/directory/posts/", "slyxl", "受理员小李"),
        ("/catalog/", "暴露", "暴露垃圾"),
        ("/catalog/", "bllj", "暴露垃圾"),
        ("/catalog/", "垃圾满溢", "暴露垃圾"),
        ("/catalog/", "E0102", "暴露垃圾"),
    ],
)
def test_a_search_understands_chinese_pinyin_initials_and_codes(where: str, typed: str, first: str) -> None:
    assert leads(client(SHEN), f"{where}?q={typed}")[0] == first


def test_the_tree_of_regions_counts_grids_and_residents() -> None:
    page = client(LI).get("/places/")
    figures = page.context["figures"]
    towns = [dict(node.figures) for node in page.context["nodes"]]
    numbers = [[int(value.replace(",", "")) for value in town.values()] for town in towns]
    assert figures["grids"] == str(sum(grids for grids, _residents in numbers))
    assert figures["residents"] == f"{sum(residents for _grids, residents in numbers):,}"
    assert all(node.below for node in page.context["nodes"]), "each town has its communities below it"


def test_a_community_lists_its_grids_and_names_the_unit_that_looks_after_it() -> None:
    page = client(LI).get(f"/places/{COMMUNITY}/")
    assert len(page.context["table"].rows) == int(page.context["figures"]["grids"])
    assert [unit.text for unit in page.context["units"]] == ["学府社区居民委员会"]


def test_grids_are_narrowed_by_region_and_kind_and_ordered() -> None:
    shen = client(SHEN)
    all_ = shen.get("/places/grids/").context["total"]
    special = shen.get("/places/grids/?kind=special").context["total"]
    ordinary = shen.get("/places/grids/?kind=ordinary").context["total"]
    assert (special > 0, special + ordinary) == (True, all_)
    within = shen.get("/places/grids/?region=文昌街道")
    assert all(row[0][1].said[0].text.startswith(TOWN) for row in within.context["table"].rows)
    assert 'value="990181001 文昌街道"' in within.content.decode(), "the picker's field says what was understood"
    largest = shen.get("/places/grids/?sort=residents").context["table"].rows
    residents = [int(row[4][1].said[0].text.replace(",", "")) for row in largest]
    assert residents == sorted(residents, reverse=True)


def pages(who: Client, where: str) -> Iterator[list[str]]:
    """The keys of a list, page by page, as somebody who presses “next”."""
    while where:
        answer = who.get(where)
        assert answer.status_code == 200
        yield [
            "|".join(said.text for _column, cell in row for said in cell.said) for row in answer.context["table"].rows
        ]
        where = answer.context["pager"].next_address


@pytest.mark.parametrize("where", ["/directory/posts/", "/catalog/duty/?view=rows", "/catalog/standards/", "/catalog/"])
def test_long_lists_come_page_by_page_and_whole(where: str) -> None:
    lines = list(pages(client(SHEN), where))
    everything = [key for page in lines for key in page]
    assert max(map(len, lines)) <= 100
    assert len(set(everything)) == len(everything) > 50


def test_filters_stay_in_the_address_of_the_next_page() -> None:
    shen = client(SHEN)
    first = shen.get("/directory/posts/?unit=1000&role=handler")
    assert {row[1][1].said[0].text for row in first.context["table"].rows} == {"承办人"}
    if after := first.context["pager"].next_address:
        assert "role=handler" in after
        assert "unit=1000" in after


def test_posts_of_a_unit_and_those_below_it() -> None:
    rows = client(SHEN).get("/directory/posts/?unit=市城市管理局").context["table"].rows
    units = {row[2][1].said[0].text for row in rows}
    assert {"市城市管理局(综合行政执法局)", "市政设施管理中心(路灯)"} <= units
    assert "市公安局" not in units


def test_a_unit_says_what_its_duty_is() -> None:
    table, _pager = client(LI).get("/directory/units/4001/").context["duties"]
    lines = [[" ".join(said.text for said in cell.said) for _column, cell in row] for row in table.rows]
    assert ["主办", "无主井盖"] in [line[:2] for line in lines]
    assert [line[0] for line in lines] == sorted(
        (line[0] for line in lines), key=["主办", "协办", "主管", "兜底"].index
    )


def test_a_matter_shows_its_standards_and_whose_duty_it_is_where() -> None:
    page = client(LI).get("/catalog/matters/E0102/")
    duty = {" ".join(said.text for said in row[0][1].said): row for row in page.context["duties"].rows}
    city_road = next(row for where, row in duty.items() if "市管道路" in where)
    assert [said.text for said in city_road[1][1].said] == ["市环境卫生服务中心"]
    assert {row[0][1].said[0].text for row in page.context["standards"].rows} >= {"E0102-1", "E0102-2"}


def test_the_matrix_says_who_is_responsible_where() -> None:
    shen = client(SHEN)
    whole = shen.get("/catalog/duty/")
    line = next(line for line in whole.context["lines"] if line.matter.code == "E0102")
    fields = {words: [lead.said.text for lead in field] for words, field in line.fields}
    assert fields["市管道路"] == ["市环境卫生服务中心"]
    assert fields["背街小巷"] == ["城市建设管理办、村镇建设办"], "what the offices of all towns are called"
    town = shen.get(f"/catalog/duty/?view=matrix&town={TOWN}")
    line = next(line for line in town.context["lines"] if line.matter.code == "E0102")
    fields = {words: [lead.said.text for lead in field] for words, field in line.fields}
    assert fields["背街小巷"] == ["文昌街道城市建设管理办"]


def test_the_matrix_keeps_the_order_of_the_pack() -> None:
    page = client(SHEN).get("/catalog/duty/")
    listed = [kind["name"] for kind in page.wsgi_request.city.place_kinds.values()]
    columns = [words for words in page.context["columns"] if words in listed]
    assert len(columns) > 2
    assert columns == sorted(columns, key=listed.index)
    assert listed[0] == "市管道路", "as city.yaml begins"


def test_units_found_are_counted() -> None:
    shen = client(SHEN)
    assert shen.get("/directory/?q=vvvv").context["total"] == 0
    found = shen.get("/directory/?q=城管").context
    assert found["total"] == len(found["nodes"]) > 0


def test_rows_of_the_duty_list_are_narrowed_by_all_they_say() -> None:
    shen = client(SHEN)
    total = shen.get("/catalog/duty/?view=rows").context["total"]
    led = shen.get("/catalog/duty/?unit=4002&part=lead").context
    regulated = shen.get("/catalog/duty/?unit=2020&part=regulator").context
    village = shen.get("/catalog/duty/?matter=暴露垃圾&place=V&area=990181101").context
    assert 0 < led["total"] < total
    assert 0 < regulated["total"] < total
    assert {row[4][1].said[0].text for row in led["table"].rows} == {"市环境卫生服务中心"}
    assert {row[3][1].said[0].text for row in village["table"].rows} == {"村庄"}
    assert shen.get("/catalog/duty/?matter=没有这样的事项").context["total"] == 0


def test_a_year_of_the_offices_calendar() -> None:
    page = client(LI).get("/catalog/calendars/G/?year=2026")
    days = {day.isoformat(): (weekday, words) for day, weekday, words, _hours in page.context["special"]}
    assert days["2026-10-01"] == ("周四", "法定节假日")
    assert days["2026-02-14"] == ("周六", "调休上班")
    assert page.context["provisional"] is False
    hours = dict(page.context["hours"])
    assert hours["06-01 – 09-30"][0] == "08:30–12:00 15:00–18:00", "a longer lunch in summer"
    legend = {kind: number for kind, _mark, _words, number in page.context["legend"]}
    assert sum(legend.values()) == 365


def test_a_year_whose_holidays_are_not_published_is_marked() -> None:
    li = client(LI)
    assert "2030 年节假日安排尚未公布" in text(li, "/catalog/calendars/G/?year=2030")
    assert "尚未公布" not in text(li, "/catalog/calendars/24/?year=2030"), "who works every day needs no plan"


@pytest.mark.parametrize("year", ["20260", "26", "1900", "二〇二六", "-2026", "２０２６", "2026'--"])
def test_a_year_that_is_none(year: str) -> None:
    assert client(LI).get(f"/catalog/calendars/G/?year={year}").status_code == 404


def test_empty_lists_say_so_and_lead_back() -> None:
    shen = client(SHEN)
    assert "没有与“vvvv”匹配的内容" in text(shen, "/directory/posts/?q=vvvv")
    page = shen.get("/catalog/standards/?matter=vvvv").content.decode()
    assert "没有符合条件的内容" in page
    assert 'href="/catalog/standards/"' in page


HOSTILE = (
    "%00",
    "a" * 10_000,
    "😀",
    "'; DROP TABLE directory_unit; --",
    "<script>alert(1)</script>",
    "%25",
    "\\",
    "%ff%fe",
    "ｗｃ",
)


@pytest.mark.parametrize("typed", HOSTILE)
@pytest.mark.parametrize(
    "where",
    [
        "/places/?q=", "/places/grids/?q=", "/places/grids/?region=", "/places/grids/?after=", "/places/addresses/?q=",
        "/places/addresses/?after=", "/places/assets/?owner=", "/directory/?q=", "/directory/posts/?q=",
        "/directory/posts/?after=", "/directory/posts/?unit=", "/catalog/?q=", "/catalog/duty/?matter=",
        "/catalog/duty/?town=", "/catalog/standards/?matter=", "/catalog/packs/?after=", "/catalog/?on=",
        "/catalog/calendars/G/?year=", "/pick/units/?q=", "/pick/addresses/?q=", "/pick/posts/?q=",
    ],
)  # fmt: skip
def test_hostile_queries_are_answered_calmly(where: str, typed: str) -> None:
    answer = client(SHEN).get(where + typed)
    assert answer.status_code in {200, 400, 404}
    assert b"<script>alert" not in answer.content


@pytest.mark.parametrize("code", ["%00", "9" * 3000, "😀", "' OR 1=1 --", "<script>", "..", "%ff"])
@pytest.mark.parametrize(
    "where",
    ["/places/{}/", "/places/grids/{}/", "/places/addresses/{}/", "/directory/units/{}/", "/catalog/matters/{}/",
     "/catalog/standards/{}/", "/catalog/duty/{}/", "/catalog/calendars/{}/", "/pick/{}/"],
)  # fmt: skip
def test_hostile_codes_are_not_found(where: str, code: str) -> None:
    assert client(SHEN).get(where.format(code)).status_code in {400, 404}
