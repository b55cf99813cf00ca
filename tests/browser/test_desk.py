"""受理员小李 registers while the telephone rings: by keyboard, in both languages, and nothing he typed is lost."""

from __future__ import annotations

from typing import Any

import pytest
from django.conf import settings
from playwright.sync_api import Page, expect

from tests.browser import looks
from tests.browser.conftest import DESK, PHONE, Windows
from tests.browser.looks import FORM
from tests.browser.test_every_page import AXE, TOO_WIDE, TOUCH, faults, waiting
from tests.web import people
from tests.web.people import CHEN, LI

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser stories")]


def choose(page: Page, name: str, typed: str) -> None:
    page.locator(f"[name={name}]").press_sequentially(typed)
    page.locator(f"civigrid-picker:has([name={name}]) [role=option]").first.click()


def test_a_call_becomes_two_cases_by_keyboard_alone(windows: Windows) -> None:
    page = windows.open(LI, FORM)
    expect(page.locator("[name=phone]")).to_be_focused()
    page.keyboard.type("13900006001")
    expect(page.locator("#caller h2")).to_be_visible()
    page.locator("[name=text]").fill("学府路井盖没了，旁边的路灯也不亮，井盖下是黑洞")
    page.locator("#matters button").first.click()
    expect(page.locator("[name=matter]")).not_to_have_value("")
    page.locator("#further summary").click()
    choose(page, "also_1", "路灯")
    page.locator("[name=place]").fill("学府路")
    page.locator("#places button").first.click()
    expect(page.locator("#unpin")).to_be_visible()
    page.keyboard.press("Control+Enter")
    said = page.locator("[data-saved]")
    expect(said.locator("a.number")).to_have_count(2)
    expect(page.locator("[name=phone]")).to_be_focused()
    expect(page.locator("[name=text]")).to_have_value("")
    page.wait_for_load_state()  # its scripts ran
    assert page.evaluate("sessionStorage.getItem('civigrid-desk')") is None
    numbers = said.locator("a.number").all_inner_texts()
    page.goto(f"/cases/{numbers[0]}/")
    expect(page.locator("#page")).to_contain_text(numbers[1])


def test_a_question_is_answered_and_a_lost_session_loses_nothing(windows: Windows) -> None:
    context = windows.context(LI)
    page = context.new_page()
    page.goto(FORM)
    page.locator("[name=phone]").fill("13900006002")
    page.locator("[name=kind]").select_option("consult")
    page.locator("[name=text]").fill("办事窗口几点开门")
    page.keyboard.press("Alt+2")
    expect(page.locator("[name=choice][value=answer]")).to_be_checked()
    expect(page.locator("[name=words]")).to_be_focused()
    page.keyboard.type("周一至周五九点")
    context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/accounts/login/**")
    page.locator("[name=login]").fill(LI)
    page.locator("[name=password]").fill(people.PASSWORD)
    page.locator("form button[type=submit], form .button--wide").first.click()
    page.wait_for_url(f"**{FORM}")
    expect(page.locator("#restored")).to_be_visible()
    expect(page.locator("[name=text]")).to_have_value("办事窗口几点开门")
    expect(page.locator("[name=words]")).to_have_value("周一至周五九点")
    expect(page.locator("[name=phone]")).to_have_value("")
    page.keyboard.press("Control+Enter")
    said = page.locator("[data-saved]")
    expect(said).to_be_visible()
    assert said.locator("a.number").count() == 0


def test_what_was_left_behind_is_put_away_for_the_next_call(windows: Windows) -> None:
    page = windows.open(LI, FORM)
    page.locator("[name=text]").fill("说到一半挂断了")
    page.keyboard.press("Alt+2")
    expect(page.locator("[name=choice][value=answer]")).to_be_checked()
    page.goto(FORM)
    expect(page.locator("[name=text]")).to_have_value("说到一半挂断了")
    page.locator("#forget").click()
    expect(page.locator("[name=text]")).to_have_value("")
    expect(page.locator("[name=choice][value=process]")).to_be_checked()


def test_a_tip_off_keeps_its_sender_unseen(windows: Windows) -> None:
    page = windows.open(LI, FORM)
    page.locator("[name=phone]").fill("13900006003")
    page.locator("[name=name]").fill("CANARY")
    page.locator("[name=kind]").select_option("tipoff")
    page.locator("[name=text]").fill("有人夜里往河道倒渣土")
    page.locator("#save").click()
    number = page.locator("[data-saved] a.number").inner_text()
    page.goto(f"/cases/{number}/")
    for hidden in ("CANARY", "13900006003"):
        assert hidden not in page.content()
    page.goto(FORM)
    page.locator("[name=phone]").fill("13900006003")
    expect(page.locator("#caller h2")).to_be_visible()
    assert number not in page.content()  # not even to whoever holds his telephone
    other = windows.open(CHEN, f"/cases/{number}/")
    assert "CANARY" not in other.content()


@pytest.mark.skipif(not AXE.exists(), reason="axe-core is missing: make install-dev")
def test_a_contact_stands_on_the_page_once(windows: Windows) -> None:
    page = windows.open(LI, FORM, language="en")
    for name, typed in (("phone", "13900006005"), ("on_behalf", "CANARY-MOTHER"), ("text", "楼下的井盖没了")):
        page.locator(f"[name={name}]").fill(typed)
    page.locator("#save").click()
    case = f"/cases/{page.locator('[data-saved] a.number').inner_text()}/"
    page.goto(case)
    assert "CANARY-MOTHER" not in page.content()
    page.locator(".report summary").click()
    page.locator(".report select").select_option("ask_more")
    page.locator(".report form button").click()
    expect(page.locator(".contact")).to_contain_text("13900006005")
    expect(page.locator(".contact")).to_contain_text("CANARY-MOTHER")
    expect(page.locator(".report__head")).to_be_in_viewport()
    assert looked_at(page) == []
    page.goto(case)
    expect(page.locator(".report")).to_be_visible()
    assert "CANARY-MOTHER" not in page.content()


@pytest.mark.skipif(not AXE.exists(), reason="axe-core is missing: make install-dev")
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_form_with_all_it_can_show_is_accessible(windows: Windows, language: str) -> None:
    with windows.site.inside():
        known = people.report("煤气泄漏，井盖也没了")
        assert waiting()
    context = windows.context(LI, language=language)
    page, blocked, wrong = context.new_page(), list[str](), list[str]()
    page.on(
        "console", lambda told: blocked.append(told.text) if told.type == "error" and "422" not in told.text else None
    )
    page.goto(FORM)
    page.locator("[name=phone]").fill("13900006004")
    page.locator("[name=text]").fill("煤气泄漏了，井盖也没了")
    expect(page.locator("#advice .danger")).to_be_visible()
    page.locator("[name=place]").fill("学府路")
    page.locator("#places button").first.click()
    expect(page.locator("#unpin")).to_be_visible()
    wrong += looked_at(page)
    page.keyboard.press("Alt+3")
    page.locator("#save").click()
    expect(page.locator("#faults")).to_be_focused()
    wrong += looked_at(page)
    for address in looks.DESK:
        page.goto(address)
        wrong += looked_at(page)
    assert known
    assert wrong == []
    assert blocked == []


def looked_at(page: Any) -> list[str]:
    wrong = []
    for size in (DESK, PHONE):
        page.set_viewport_size(size)
        wrong += [f"{page.url} {size['width']}: {fault}" for fault in faults(page)]
        if (over := page.evaluate(TOO_WIDE)) > 0:
            wrong.append(f"{page.url} {size['width']}: {over} px too wide")
    wrong += [f"{page.url}: hard to touch {each}" for each in page.evaluate(TOUCH)]
    page.set_viewport_size(DESK)
    return wrong


def test_a_queue_is_worked_by_keyboard_and_rests_under_the_hand(windows: Windows) -> None:
    for _ in range(2):
        windows.report()
    page = windows.open(LI, "/cases/?stage=accept")
    expect(page.locator("[data-all]")).to_be_visible()  # its keys are there
    page.keyboard.press("j")
    page.keyboard.press("x")
    expect(page.locator("#queue [name=case]").first).to_be_checked()
    before = page.locator("#queue [data-line]").all_inner_texts()
    windows.report()
    expect(page.locator("#queue-news")).to_be_visible()
    assert page.locator("#queue [data-line]").all_inner_texts() == before
    chosen = page.locator("#queue tr:has(:checked) [data-line]").inner_text()
    page.locator("#batch .button--plain").click()
    expect(page.locator(".notices")).to_contain_text(chosen)
    expect(page.locator("[data-all]")).to_be_visible()
    page.keyboard.press("j")
    page.keyboard.press("j")
    at = page.locator(":focus").inner_text()
    page.keyboard.press("o")
    page.wait_for_url(f"**/cases/{at}/")
    page.go_back()
    expect(page.locator(":focus")).to_have_text(at)
