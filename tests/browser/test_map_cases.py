"""Open cases on the map in a real browser: they appear by themselves, open their list, and are there without WebGL too."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Windows
from tests.browser.test_map import DRAWN, STILL, click_at, drawing, drawn, painter, plain, the_map
from tests.web import people
from tests.web.people import LI, LUO

__all__ = ["drawing", "drawn", "painter", "plain"]
pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser map")]
SIGN = """() => document.querySelector('civigrid-map').ready
    .then(map => map.queryRenderedFeatures({layers: ['cases']})[0]?.geometry.coordinates)"""


def cases_on(page: Page) -> int:
    the = page.locator("civigrid-map")
    expect(the).to_have_attribute("data-cases", re.compile(r"\d"), timeout=DRAWN)
    return int(str(the.get_attribute("data-cases")))


def test_a_new_case_appears_on_the_map_and_opens_from_it(drawing: Windows) -> None:
    drawing.report()
    page = the_map(drawing, "/map/")
    before = cases_on(page)
    expect(page.locator("html")).to_have_attribute("data-live-state", "hello")
    listed = int(page.locator("#area .facts a").first.inner_text())  # also those that have no point
    drawing.report("地图上的新案件")
    expect(page.locator("civigrid-map")).to_have_attribute("data-cases", str(before + 1), timeout=DRAWN)
    expect(page.locator("#area .facts a").first).to_have_text(str(listed + 1), timeout=DRAWN)
    page.evaluate(STILL)
    page.wait_for_timeout(300)
    click_at(page, tuple(page.evaluate(SIGN)))
    expect(page.locator("#cases-title")).to_be_focused()
    page.locator("#cases-here").get_by_role("link", name="YT").first.click()  # other tests' cases may stand there too
    expect(page).to_have_url(re.compile("/cases/YT[0-9]+/"))


def test_filters_and_heat_change_the_map_and_the_address(drawing: Windows) -> None:
    drawing.report()
    page = the_map(drawing, "/map/")
    cases_on(page)
    page.locator("[name=heat]").select_option("open")
    expect(page.locator("civigrid-map")).to_have_attribute("data-heat", re.compile("[1-9]"), timeout=DRAWN)
    expect(page).to_have_url(re.compile("heat=open"))
    expect(page.locator("#heat-key .swatch").first).to_be_visible()
    expect(page.locator(".map-figures .swatch").first).to_be_visible()
    page.locator(".map-filters__more summary").click()
    page.locator("[name=family]").select_option("dispute")
    expect(page.locator("civigrid-map")).to_have_attribute("data-cases", "0", timeout=DRAWN)
    expect(page.locator("#area .facts a").first).to_have_text("0")


def test_without_webgl_signs_are_links_and_new_ones_come(drawn: Windows) -> None:
    drawn.report()
    page = drawn.open(LI, "/map/?heat=open")
    expect(page.locator("svg.drawing .drawing__signs a").first).to_be_visible()
    expect(page.locator("svg.drawing path.heated").first).to_be_attached()
    count = "() => [...document.querySelectorAll('.drawing__signs a')].reduce((sum, each) => sum + parseInt(each.ariaLabel), 0)"
    before = page.evaluate(count)
    expect(page.locator("html")).to_have_attribute("data-live-state", "hello")
    drawn.report("没有WebGL也看得到")
    for _ in range(60):
        if page.evaluate(count) != before:
            break
        page.wait_for_timeout(250)
    assert page.evaluate(count) == before + 1
    page.locator(".drawing__signs a").first.focus()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/map/cases/"))
    expect(page.locator("#on-map [data-line]").first).to_be_visible()


def test_the_inbox_is_worked_by_keyboard(windows: Windows) -> None:
    numbers = []
    for _ in range(2):
        number = windows.report()
        with windows.site.inside():
            people.client(LI).post(f"/cases/{number}/accept/", people.form(number))
            if people.see(number).facts.stage == "file":
                filed = people.form(number, matter=people.see(number).facts.matter_id)
                people.client(people.ZHENG).post(f"/cases/{number}/file/", filed)
            row = people.see_row(people.client(people.WANG), number)
            people.client(people.WANG).post(f"/cases/{number}/dispatch/", people.form(number, row=row))
        numbers.append(number)
    page = windows.open(LUO, "/tasks/")
    expect(page.get_by_role("link", name=numbers[1])).to_be_visible()
    page.get_by_role("link", name=numbers[0]).focus()
    page.keyboard.press("x")
    expect(page.locator("tr", has_text=numbers[0]).get_by_role("checkbox")).to_be_checked()
    page.get_by_role("link", name=numbers[1]).focus()
    page.keyboard.press("a")
    expect(page.locator(".notices .notice--success")).to_contain_text(numbers[1])
    expect(page.get_by_role("link", name=numbers[1])).to_have_count(0)
    expect(page.get_by_role("link", name=numbers[0])).to_be_visible()
