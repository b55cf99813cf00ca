"""Whole stories in a real browser."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import expect

from tests.browser import story
from tests.browser.conftest import PHONE, Windows
from tests.web.people import LI, PASSWORD, ZHENG

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser stories")]
ANSWER = "新井盖已装好，请放心通行。"


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    path = tmp_path / "处置后.jpg"
    Image.new("RGB", (640, 480), (120, 150, 120)).save(path, "JPEG")
    return path


def test_a_case_is_solved_by_its_people(windows: Windows, photo: Path) -> None:
    number = windows.report()
    li = windows.open("", "/cases/")
    li.fill("[name=login]", LI)
    li.fill("[name=password]", PASSWORD)
    li.get_by_role("main").get_by_role("button", name="登录").click()
    li.get_by_role("link", name=number).click()
    story.accept(li)
    zheng = story.file(windows, number)
    story.dispatch(windows, number)
    story.handle(windows, number, photo)
    story.check(windows, number, photo)
    story.close(zheng)
    expect(zheng.locator(".timeline li")).to_have_count(9)


def test_a_call_goes_all_the_way_and_the_caller_sees_the_end(windows: Windows, photo: Path) -> None:
    """登记, 受理, 立案, 派遣, 接单, 处置, 审签, 核查, 结案; then the caller reads it with the number and the code he was told."""
    li = windows.open(LI, "/desk/register/")
    li.locator("[name=phone]").fill("13900007001")
    li.locator("[name=text]").fill("药王巷口的井盖没了，底下是个黑洞，有孩子路过")
    li.locator("#matters button").first.click()
    expect(li.locator("[name=matter]")).not_to_have_value("")
    li.locator("[name=place]").fill("学府路")
    li.locator("#places button").first.click()
    expect(li.locator("#unpin")).to_be_visible()
    li.keyboard.press("Control+Enter")
    said = li.locator("[data-saved]")
    number = said.locator("a.number").inner_text()
    slip = [said.locator(f"[data-slip-{part}]").inner_text() for part in ("number", "code")]

    said.locator("a.number").click()
    story.accept(li)
    zheng = story.file(windows, number)
    story.dispatch(windows, number)
    story.handle(windows, number, photo)
    story.check(windows, number, photo)
    story.close(zheng, ANSWER)

    caller = windows.open("", "/report/progress/", size=PHONE)
    caller.locator("[name=number]").fill(slip[0])
    caller.locator("[name=code]").fill(slip[1].lower())
    caller.locator("#slip .button--wide").click()
    told = caller.locator(".case-told")
    expect(told.locator(".case-told__stands")).to_have_text("已解决")
    expect(told).to_contain_text(ANSWER)
    expect(told.locator("[data-results] img")).to_have_count(2)  # by who did it, and by who checked it
    picture = told.locator("[data-results] img").first
    picture.scroll_into_view_if_needed()
    expect(picture).to_have_js_property("naturalWidth", 640)
    expect(caller.locator("main")).not_to_contain_text(story.DONE)  # which was said inside


def test_errors_come_back_into_the_form_without_leaving_the_page(windows: Windows) -> None:
    number = windows.report()
    li = windows.open(LI, f"/cases/{number}/")
    form = story.act(li, "refuse_acceptance")
    form.locator("[name=text]").fill("不在本市管辖范围")
    form.evaluate("form => form.noValidate = true")
    form.locator("button").click()
    form = story.act(li, "refuse_acceptance")
    expect(form.locator("[name=reason]")).to_have_attribute("aria-invalid", "true")
    expect(form.locator("[name=text]")).to_have_value("不在本市管辖范围")
    expect(form.locator("[name=reason]")).to_be_focused()


def test_somebody_was_faster(windows: Windows) -> None:
    number = windows.report()
    context = windows.context(LI)
    context.route("**/live*", lambda route: route.abort())
    slow = context.new_page()
    slow.goto(f"/cases/{number}/")
    quick = windows.open("zhao-intake", f"/cases/{number}/")
    story.act(quick, "accept").get_by_role("button").click()
    expect(quick.locator(".notices").filter(has_text="已完成")).to_be_visible()
    story.act(slow, "accept").get_by_role("button").click()
    expect(slow.locator(".lost")).to_contain_text("本次提交未保存")


def test_a_change_arrives_in_the_other_window_by_itself(windows: Windows) -> None:
    li = windows.open(LI, "/cases/?stage=accept")
    expect(li.locator("html")).to_have_attribute("data-live-state", "hello")
    number = windows.report("井盖没了，请快来")
    expect(li.get_by_role("link", name=number)).to_be_visible()

    case = windows.open(ZHENG, f"/cases/{number}/")
    expect(case.locator("html")).to_have_attribute("data-live-state", "hello")
    expect(case.locator("#stages [aria-current=step]")).to_have_text("受理")
    li.get_by_role("link", name=number).click()
    story.act(li, "accept").get_by_role("button").click()
    expect(case.locator("#stages [aria-current=step]")).not_to_have_text("受理")
    expect(case.locator("#stages [data-state=now]")).to_have_count(1)  # what it is coloured by moves too
    expect(case.locator("#stages [data-state=now]")).not_to_have_text("受理")


def test_a_form_somebody_is_filling_in_is_never_taken_away(windows: Windows) -> None:
    number = windows.report()
    writing = windows.open(LI, f"/cases/{number}/")
    expect(writing.locator("html")).to_have_attribute("data-live-state", "hello")
    story.act(writing, "refuse_acceptance").locator("[name=text]").fill("还在写")
    quick = windows.open("zhao-intake", f"/cases/{number}/")
    story.act(quick, "accept").get_by_role("button").click()
    expect(writing.locator("#changed")).to_be_visible()
    expect(writing.locator("form[action*=refuse_acceptance] [name=text]")).to_have_value("还在写")


def test_a_seventh_tab_works(windows: Windows) -> None:
    """Browsers keep six connections to a site; one shared stream leaves five for everything else."""
    context = windows.context(LI)
    tabs = [context.new_page() for _ in range(7)]
    for tab in tabs:
        tab.goto("/cases/?stage=accept")
    number = windows.report("第七个窗口也要看到")
    for tab in tabs:
        expect(tab.get_by_role("link", name=number)).to_be_visible()


def test_where_streams_do_not_pass_the_page_asks(windows: Windows) -> None:
    context = windows.context(LI)
    context.add_init_script("delete window.SharedWorker")
    page = context.new_page()
    page.goto("/cases/?stage=accept")
    expect(page.locator("html")).to_have_attribute("data-live-state", "hello")
    number = windows.report("没有长连接")
    expect(page.get_by_role("link", name=number)).to_be_visible(timeout=15_000)


def test_the_keyboard_walks_the_queue_and_rests_while_one_types(windows: Windows) -> None:
    numbers = [windows.report(f"井盖 {place}") for place in range(2)]
    page = windows.open(LI, "/cases/?stage=accept")
    focused = page.locator("[data-line]:focus")
    page.keyboard.press("j")
    first = focused.inner_text()
    page.keyboard.press("j")
    assert focused.inner_text() != first
    page.keyboard.press("k")
    assert focused.inner_text() == first
    page.evaluate(
        "document.activeElement.dispatchEvent(new KeyboardEvent('keydown', {key: 'j', isComposing: true, bubbles: true}))"
    )
    assert focused.inner_text() == first
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_be_visible()
    page.keyboard.press("j")
    page.keyboard.press("Escape")
    expect(page.locator("#keys")).not_to_be_visible()
    page.locator(f"[data-line]:has-text('{first}')").focus()
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text(first)
    assert len(numbers) == 2


def test_everything_can_be_reached_with_the_tab_key(windows: Windows) -> None:
    page = windows.open(LI, "/")
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#page")).to_be_focused()


def test_the_language_switch_keeps_the_place(windows: Windows) -> None:
    page = windows.open(LI, "/cases/?stage=accept")
    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Cases")
    expect(page).to_have_url(re.compile(r"/cases/\?stage=accept$"))
    page.get_by_role("button", name="中文").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("案件")


def test_without_scripts_everything_still_works(windows: Windows) -> None:
    number = windows.report()
    context = windows.chromium.new_context(java_script_enabled=False, base_url=windows.site.url, locale="zh-CN")
    windows.contexts.append(context)
    context.add_cookies(windows.context(LI).cookies())
    page = context.new_page()
    page.goto(f"/cases/{number}/")
    page.locator("form[action*='/accept/'] button").click()
    expect(page.locator(".notices").filter(has_text="已完成")).to_be_visible()
