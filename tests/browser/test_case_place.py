"""受理员小李 puts the pin where the thing is: on the map, by keyboard, and where there is neither map nor script."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import PHONE, Windows
from tests.web import people

DRAWN = 40_000  # ms
POINT = re.compile(r"^\d+\.\d{6}$")


def opened(windows: Windows, **how: Any) -> Any:
    page = windows.open(people.LI, f"/cases/{windows.report()}/", **how)
    expect(page.locator("#place civigrid-map")).to_have_attribute("data-state", "drawn", timeout=DRAWN)
    return page


def send(page: Any) -> None:
    page.locator("[data-place] button[class*=button--wide]").click()
    expect(page.locator("#place")).to_contain_text("A person set the place")


def test_a_click_on_the_map_fills_the_form(windows: Windows) -> None:
    page = opened(windows, language="en")
    before = page.locator("#place-facts").get_attribute("data-lon")
    box = page.locator("#place .map__canvas").bounding_box()
    page.mouse.click(box["x"] + box["width"] / 3, box["y"] + box["height"] / 3)
    field = page.locator("[data-place] [name=lon]")
    expect(field).to_have_value(POINT)
    expect(field).not_to_have_value(str(before))
    send(page)
    expect(page.locator("#place-facts")).not_to_have_attribute("data-lon", str(before))


def test_the_keyboard_sets_it_too_and_an_address_instead_clears_it(windows: Windows) -> None:
    page = opened(windows, language="en", size=PHONE)
    page.locator("#place canvas.maplibregl-canvas").focus()
    page.keyboard.press("Enter")
    expect(page.locator("[data-place] [name=lat]")).to_have_value(POINT)
    place = page.locator("[data-place] [name=place]")
    place.fill("药王巷12")
    page.locator("[data-place] [role=option]").first.click()
    expect(place).to_have_value(re.compile("12 Yaowang Lane"))
    expect(page.locator("[data-place] [name=lat]")).to_have_value("")
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    send(page)


def test_typed_degrees_move_the_mark(windows: Windows) -> None:
    page = opened(windows, language="en")
    page.locator("[data-place] summary").click()
    page.fill("[data-place] [name=lon]", "124.0005")
    page.fill("[data-place] [name=lat]", "29.0048")
    page.keyboard.press("Tab")
    expect(page.locator("#place civigrid-map")).to_have_attribute("lat", "29.0048")
    send(page)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_without_scripts_the_form_is_all_there_is(windows: Windows, chromium: Any, language: str) -> None:
    number = windows.report()
    cookies = windows.context(people.LI, language=language).cookies()
    context = chromium.new_context(java_script_enabled=False, base_url=windows.site.url)
    windows.contexts.append(context)
    context.add_cookies(cookies)
    page = context.new_page()
    page.goto(f"/cases/{number}/")
    page.locator("[data-place] summary").click()
    page.fill("[data-place] [name=place]", "药王巷12号")
    page.locator("[data-place] button[class*=button--wide]").click()
    expect(page.locator("#place-facts")).to_contain_text("钟楼社区" if language == "zh-hans" else "Zhonglou Community")
