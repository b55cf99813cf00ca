"""The pages of the city's own data in a real browser: the picker by keyboard and input method, and every page by axe."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE, Windows
from tests.browser.looks import REFERENCE
from tests.browser.test_every_page import AXE, TOO_WIDE, faults, looked
from tests.web.people import LI, SHEN

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser reference")]


def field(page: Page) -> Any:
    return page.locator("#find-q")


def options(page: Page) -> Any:
    return page.locator(".picker__list [role=option]")


def typed(page: Page, text: str) -> None:
    """Sign by sign, as fingers do."""
    field(page).click()
    field(page).press_sequentially(text, delay=20)


@pytest.mark.skipif(not AXE.exists(), reason="axe-core is missing: make install-dev")
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_page_is_accessible_and_fits(windows: Windows, language: str) -> None:
    context = windows.context(SHEN, language=language)
    page, blocked, wrong = context.new_page(), [], []
    page.on("console", lambda message: blocked.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: blocked.append(str(error)))
    for where in REFERENCE:
        wrong += [f"{where} {fault}" for fault in looked(page, where, language)]
    assert wrong == []
    assert blocked == []


@pytest.mark.skipif(not AXE.exists(), reason="axe-core is missing: make install-dev")
def test_the_open_list_of_a_picker_is_accessible(windows: Windows) -> None:
    page = windows.open(LI, "/directory/")
    typed(page, "wc")
    expect(options(page).first).to_be_visible()
    page.keyboard.press("ArrowDown")
    assert faults(page) == []
    page.set_viewport_size(PHONE)
    assert page.evaluate(TOO_WIDE) <= 0


def test_a_picker_by_keyboard(windows: Windows) -> None:
    page = windows.open(LI, "/directory/")
    typed(page, "sgaj")
    expect(options(page).first).to_contain_text("市公安局")
    expect(options(page).first).to_contain_text("2005")
    expect(field(page)).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("ArrowDown")
    expect(options(page).first).to_have_attribute("aria-selected", "true")
    expect(field(page)).to_have_attribute("aria-activedescendant", str(options(page).first.get_attribute("id")))
    page.keyboard.press("Escape")
    expect(field(page)).to_have_attribute("aria-expanded", "false")
    expect(field(page)).to_have_value("sgaj")
    page.keyboard.press("ArrowDown")
    expect(options(page).first).to_be_visible()
    page.keyboard.press("ArrowUp")
    expect(options(page).last).to_have_attribute("aria-selected", "true")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/directory/units/2005/$"))
    expect(page.get_by_role("heading", level=1)).to_have_text("市公安局")


def test_enter_without_a_choice_searches(windows: Windows) -> None:
    page = windows.open(LI, "/directory/")
    typed(page, "shiwu")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/directory/\?q=shiwu"))
    expect(page.locator(".tree")).to_contain_text("文昌街道社会事务办")


def test_a_picker_rests_while_an_input_method_composes(windows: Windows) -> None:
    """The letters 'wen' stand in the field before 文昌 is chosen; Enter and arrows belong to the method's own list."""
    page = windows.open(LI, "/directory/")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "/pick/" in request.url else None)
    field(page).click()
    method = page.context.new_cdp_session(page)
    method.send("Input.imeSetComposition", {"text": "wen", "selectionStart": 3, "selectionEnd": 3})
    expect(field(page)).to_have_value("wen")
    page.wait_for_timeout(500)
    assert asked == []
    for key in ("ArrowDown", "Enter"):
        field(page).evaluate(
            "(field, key) => field.dispatchEvent(new KeyboardEvent('keydown', "
            "{key, isComposing: true, bubbles: true, cancelable: true}))",
            key,
        )
    expect(options(page)).to_have_count(0)
    method.send("Input.insertText", {"text": "文昌"})
    expect(field(page)).to_have_value("文昌")
    expect(options(page).first).to_contain_text("文昌街道")
    assert len(asked) == 1
    assert page.url.endswith("/directory/")


def test_a_picker_narrows_a_list(windows: Windows) -> None:
    page = windows.open(SHEN, "/catalog/standards/")
    box = page.locator("#find-matter")
    box.press_sequentially("bllj", delay=20)
    options(page).filter(has_text="暴露垃圾").first.click()
    expect(box).to_have_value("E0102 暴露垃圾")
    page.get_by_role("main").get_by_role("search").get_by_role("button").click()
    expect(page).to_have_url(re.compile("%E6%9A%B4|暴露"))  # the choice stands in the address
    expect(page.locator("table tbody tr").first).to_contain_text("暴露垃圾")
    expect(page.locator("#find-matter")).to_have_value("E0102 暴露垃圾")


def test_a_picker_says_that_nothing_fits_and_that_it_cannot_ask(windows: Windows) -> None:
    page = windows.open(LI, "/directory/")
    typed(page, "vvvv")
    expect(page.locator(".picker__remark")).to_be_visible()
    page.route("**/pick/**", lambda route: route.abort())
    field(page).fill("")
    typed(page, "wc")
    expect(page.locator("civigrid-picker [role=status]").first).not_to_be_empty()
    expect(options(page)).to_have_count(0)


def test_without_scripts_a_picker_is_a_field_of_its_form(windows: Windows) -> None:
    context = windows.chromium.new_context(java_script_enabled=False, base_url=windows.site.url, locale="zh-CN")
    windows.contexts.append(context)
    context.add_cookies(windows.context(SHEN).cookies())
    page = context.new_page()
    page.goto("/directory/posts/")
    page.fill("#find-unit", "市公安局")
    page.get_by_role("main").get_by_role("search").get_by_role("button").click()
    expect(page.locator("#find-unit")).to_have_value("2005 市公安局")
    expect(page.locator("table tbody tr").first).to_be_visible()


def test_a_tree_folds_by_keyboard(windows: Windows) -> None:
    page = windows.open(LI, "/places/")
    first = page.locator(".tree summary").first
    first.focus()
    expect(page.locator(".tree details").first).not_to_have_attribute("open", "")
    page.keyboard.press("Enter")
    expect(page.locator(".tree details").first).to_have_attribute("open", "")
    expect(page.locator(".tree details li").first).to_be_visible()


def test_the_day_of_the_lists_is_chosen_on_the_page_and_stays(windows: Windows) -> None:
    page = windows.open(LI, "/directory/?kind=company")
    page.fill("#on", "2001-01-01")
    page.locator(".day-form button").click()
    expect(page.locator(".as-of")).to_contain_text("2001-01-01")
    assert "kind=company" in page.url
    page.locator(".tabs a").first.click()
    expect(page.locator(".as-of")).to_contain_text("2001-01-01")
    page.locator(".as-of a").click()
    expect(page.locator(".as-of")).to_have_count(0)
    expect(page.locator(".tree")).to_be_visible()
