"""A resident reports on her telephone and sees what became of it; her pages are open to everybody."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests import democity
from tests.browser.conftest import DESK, PHONE, Windows
from tests.browser.looks import PUBLIC
from tests.browser.test_every_page import AXE, TOO_WIDE, TOUCH, faults
from tests.web import people
from tests.web.people import CHEN, CHENG, LUO, WANG, ZHENG, ZHOU

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser stories")]
GRID = "990181001001003"
ANSWER = "新井盖已装好，请放心通行。"


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    path = tmp_path / "井盖.jpg"
    Image.effect_noise((1800, 1400), 90).save(path, "JPEG", quality=95)  # large enough to go in pieces
    return path


def worked_on(case: str) -> None:
    """What the desk, the unit and the inspector do, each in his own browser."""
    steps: tuple[tuple[str, str, dict[str, Any]], ...] = (
        (ZHENG, "file", {"matter": people.see(case).facts.matter_id}),
        (WANG, "dispatch", {"row": ""}),
    )
    for who, verb, fields in steps:
        if "row" in fields:
            fields["row"] = people.see_row(people.client(who), case)
        people.client(who).post(f"/cases/{case}/{verb}/", people.form(case, **fields))
    [task] = people.see(case).tasks
    people.client(LUO).post(f"/cases/{case}/accept_task/{task.id}/", people.form(case))
    solved = {"result": "solved", "text": "CANARY", "after": people.photo()}
    people.client(CHEN).post(f"/cases/{case}/handle/{task.id}/", people.form(case, **solved))
    people.client(CHENG).post(f"/cases/{case}/sign_off/{task.id}/", people.form(case))
    people.client(ZHOU).post(f"/cases/{case}/check/", people.form(case, result="passed", after=people.photo()))
    people.client(ZHENG).post(f"/cases/{case}/close/", people.form(case, outcome="solved", sure="on", answer=ANSWER))


def fill_in(page: Page, photo: Path) -> None:
    page.locator("[name=text]").fill("井盖没了，底下是个黑洞，请快来")
    page.locator("#offers input[value=C0114]").check()
    page.locator("[name=photos]").set_input_files(photo)
    expect(page.locator("[name=photos_uploads]")).to_have_count(1, timeout=20_000)
    page.locator("#here").click()
    expect(page.locator("#unpin")).to_be_visible()
    expect(page.locator("#map-room civigrid-map")).to_be_visible()


def test_a_resident_reports_with_a_photo_and_sees_it_through(windows: Windows, photo: Path) -> None:
    context = windows.context(size=PHONE)
    context.grant_permissions(["geolocation"])
    lon, lat = democity.inside(GRID)
    context.set_geolocation({"longitude": lon, "latitude": lat, "accuracy": 8})
    page = context.new_page()
    page.goto("/report/")
    fill_in(page, photo)
    page.locator("[name=name]").fill("陈阿姨")
    context.set_offline(True)
    page.locator(".button--send").click()
    expect(page.locator("#away")).not_to_be_empty()
    context.set_offline(False)
    page.wait_for_timeout(3100)
    page.locator(".button--send").click()
    number = page.locator(".receipt__facts dd").first.inner_text()
    code = page.locator(".receipt__code").inner_text()
    page.wait_for_load_state()  # its scripts ran
    assert page.evaluate("sessionStorage.length") == 0

    elsewhere = windows.open("", "/report/progress/", size=PHONE)
    elsewhere.locator("[name=number]").fill(number.replace("-", ""))
    elsewhere.locator("[name=code]").fill(code.lower().replace("-", " "))
    elsewhere.locator("#slip .button--wide").click()
    case = elsewhere.locator(".case-told .number").first.inner_text()
    expect(elsewhere.locator(".photos img")).to_have_js_property("naturalWidth", 1800)
    assert code not in elsewhere.content()
    assert code not in elsewhere.url
    with windows.site.inside():
        worked_on(case)
    elsewhere.reload()
    expect(elsewhere.locator(".story")).to_contain_text(ANSWER)
    assert "CANARY" not in elsewhere.content()
    page.goto("/report/progress/")
    expect(page.locator(".case-told__stands")).not_to_be_empty()


@pytest.mark.skipif(not AXE.exists(), reason="axe-core is missing: make install-dev")
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_pages_are_open_to_everybody(windows: Windows, language: str) -> None:
    """The form with everything it can offer, receipt, question and progress: axe, width, touch, and large text."""
    context, wrong = windows.context(language=language, size=PHONE), []
    page = context.new_page()
    shown = []
    page.on("load", lambda page: shown.append(urlsplit(page.url).path))
    page.goto("/report/")
    page.locator(".button--send").click()
    expect(page.locator("#faults")).to_be_visible()
    page.locator("[name=text]").fill("煤气泄漏了，井盖也没了")
    expect(page.locator("#advice a[href='tel:119']")).to_be_visible()
    expect(page.locator("#offers input").first).to_be_visible()
    wrong += looked_at(page)
    page.locator("[name=place]").fill("学府路口")
    page.locator(".button--send").click()
    expect(page.locator(".receipt__code")).to_be_visible()
    wrong += looked_at(page)
    page.goto("/report/progress/")
    wrong += looked_at(page)
    context.clear_cookies(name="civigrid_slip")
    page.goto("/report/progress/")
    wrong += looked_at(page)
    page.locator("[name=number]").fill("20260101000001")
    page.locator("[name=code]").fill("AAAA-BBBB-CCCC")
    page.locator("#slip .button--wide").click()
    expect(page.locator("[role=alert]").first).to_be_visible()  # refused
    wrong += looked_at(page)
    context.add_cookies([{"name": "civigrid_large", "value": "1", "url": windows.site.url}])
    page.goto("/report/")
    small = "all => all.filter(each => each.offsetParent && each.innerText && parseFloat(getComputedStyle(each).fontSize) < 18).length"
    assert page.locator(".public *").evaluate_all(small) == 0
    assert wrong + looked_at(page) == []
    assert set(shown) == set(PUBLIC)


def looked_at(page: Page) -> list[str]:
    wrong = []
    for size in (PHONE, DESK):
        page.set_viewport_size(size)
        wrong += [f"{page.url} {size['width']}: {fault}" for fault in faults(page)]
        if (over := page.evaluate(TOO_WIDE)) > 0:
            wrong.append(f"{page.url} {size['width']}: {over} px too wide")
    page.set_viewport_size(PHONE)
    return wrong + [f"{page.url}: hard to touch {each}" for each in page.evaluate(TOUCH)]


def test_typed_words_outlive_language_and_reload(windows: Windows) -> None:
    page = windows.open("", "/report/", size=PHONE)
    page.locator("[name=text]").fill("路灯不亮")
    page.locator("[name=phone]").fill("13800001111")
    page.locator("button[name=language]").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.locator("[name=text]")).to_have_value("路灯不亮")
    expect(page.locator("[name=phone]")).to_have_value("13800001111")
    page.goto("/report/")
    expect(page.locator("[name=text]")).to_have_value("路灯不亮")
    expect(page.locator("[name=phone]")).to_have_value("")


def test_the_enter_key_asks_for_the_progress_and_switches_nothing(windows: Windows) -> None:
    page = windows.open("", "/report/progress/", size=PHONE)
    page.locator("[name=number]").fill("20261123-000001")
    page.locator("[name=code]").fill("AAAA-BBBB-CCCC-DDDD")
    page.locator("[name=code]").press("Enter")
    expect(page.locator("[role=alert]").first).to_be_visible()
    expect(page.locator("button[name=size]")).to_have_attribute("aria-pressed", "false")
    page.goto("/report/")
    page.locator("[name=text]").fill("路灯不亮")
    page.locator("[name=place]").press("Enter")
    page.wait_for_timeout(300)
    expect(page.locator("[name=text]")).to_have_value("路灯不亮")
    expect(page.locator("button[name=size]")).to_have_attribute("aria-pressed", "false")
    expect(page.locator("#faults")).to_have_count(0)


def test_a_fault_is_said_as_long_as_it_is_true(windows: Windows) -> None:
    """Beside its field and in the summary: gone when it was mended, whichever way, and back with what was refused."""
    page = windows.open("", "/report/", size=PHONE)
    page.locator("[name=call_back]").check()
    page.locator(".button--send").click()
    faults = page.locator("#faults")
    expect(faults).to_be_focused()
    expect(faults.locator("li:visible")).to_have_count(3)
    expect(page.locator(".field__error:visible")).to_have_count(3)
    page.locator("[name=text]").fill("井盖没了")
    expect(faults.locator("li:visible")).to_have_count(2)
    expect(page.locator("[name=text]")).not_to_have_attribute("aria-invalid", "true")
    expect(page.locator("#id_text_error")).to_be_hidden()
    page.locator("[name=text]").fill(" ")
    expect(page.locator("#id_text_error")).to_be_visible()
    expect(page.locator("[name=text]")).to_have_attribute("aria-invalid", "true")
    page.locator("[name=text]").fill("井盖没了，请快来")
    page.locator("[name=call_back]").uncheck()
    expect(faults.locator("li:visible")).to_have_count(1)
    page.locator("[name=place]").fill("学府路")
    page.locator("#places button").first.click()  # a pin, and words that nobody typed
    page.locator("[name=place]").fill("")
    expect(page.locator("#unpin")).to_be_visible()
    expect(faults).to_be_hidden()
    expect(page.locator(".field__error:visible")).to_have_count(0)
    page.locator("#unpin").click()
    expect(faults.locator("li:visible")).to_have_count(1)
    page.locator("[name=kind]").select_option("consult")  # a question has no place
    expect(faults).to_be_hidden()
    page.locator("[name=phone]").fill("1")
    page.locator(".button--send").click()
    expect(page.locator("#faults li:visible")).to_have_count(1)  # of this sending, none of the one before
    expect(page.locator("#id_phone_error")).to_be_visible()
    page.locator("[name=call_back]").check()
    page.locator("[name=call_back]").uncheck()
    expect(page.locator("#id_phone_error")).to_be_visible()  # no number of one person is none without a call, too
    page.locator("[name=phone]").fill("")
    page.locator(".button--send").click()
    expect(page.locator(".receipt__code")).to_be_visible()
