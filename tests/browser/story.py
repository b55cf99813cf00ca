"""What each person of a case's story does in a browser, step by step; the tests say who comes when and what is then seen."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE, Windows
from tests.web.people import CHEN, CHENG, LUO, WANG, ZHENG, ZHOU

DONE = "新井盖已装好，现场已清理。"


def act(page: Page, verb: str) -> Any:
    """The form of a verb on the case page, unfolded."""
    form = page.locator(f"form[action*='/{verb}/']")
    fold = form.locator("xpath=ancestor::details")
    if fold.count() and fold.get_attribute("open") is None:
        fold.locator("summary").click()
    return form


def stands(page: Page, stage: str) -> None:
    expect(page.locator("#stages [aria-current=step]")).to_have_text(stage)


def accept(li: Page) -> None:
    """受理员, on the page of the case."""
    act(li, "accept").get_by_role("button").click()
    expect(li.locator(".notices").filter(has_text="已完成")).to_be_visible()
    expect(li.locator("form[action*='/accept/']")).to_have_count(0)


def file(windows: Windows, number: str) -> Page:
    """值班长 files it; his page, which he keeps open."""
    page: Page = windows.open(ZHENG, f"/cases/{number}/")
    form = act(page, "file")
    expect(form.locator("[name=matter]")).not_to_have_value("")
    expect(form.locator("[name=standard] optgroup")).to_have_count(1)
    filed = form.locator("[name=matter]").input_value()
    form.locator("[name=matter]").select_option("")
    expect(form.locator("[name=standard] optgroup").nth(1)).to_be_attached()
    form.locator("[name=matter]").select_option(filed)
    expect(form.locator("[name=standard] optgroup")).to_have_count(1)
    form.locator("button").click()
    stands(page, "派遣")
    return page


def dispatch(windows: Windows, number: str) -> None:
    """派遣员 takes the row that the lists propose."""
    page = windows.open(WANG, f"/cases/{number}/")
    form = act(page, "dispatch")
    expect(form.get_by_role("radio").first).to_be_checked()
    form.locator("button").click()
    stands(page, "处置")


def handle(windows: Windows, number: str, photo: Path) -> None:
    """联络员 accepts it in the unit's inbox, 承办人 reports back with a photo from a telephone, 审核人 signs."""
    luo = windows.open(LUO, "/tasks/")
    luo.get_by_role("link", name=number).click()
    act(luo, "accept_task").get_by_role("button").click()
    expect(luo.locator("#case")).to_contain_text("在办")

    chen = windows.open(CHEN, f"/cases/{number}/", size=PHONE)
    form = act(chen, "handle")
    form.locator("button").click()
    expect(form.locator(":invalid").first).to_be_attached()  # the browser asks for what is missing
    form.locator("[name=result]").select_option("solved")
    form.locator("[name=text]").fill(DONE)
    form.locator("[name=after]").set_input_files(photo)
    form.locator("button").click()
    expect(chen.locator("#case")).to_contain_text("待审签")
    picture = chen.locator(".photos img").first
    picture.scroll_into_view_if_needed()
    expect(picture).to_have_js_property("naturalWidth", 640)
    expect(chen.locator("#actions")).to_contain_text("下一步由其他岗位办理")

    cheng = windows.open(CHENG, "/tasks/?tab=submitted")
    cheng.get_by_role("link", name=number).click()
    act(cheng, "sign_off").locator("button").click()
    stands(cheng, "核查")


def check(windows: Windows, number: str, photo: Path) -> None:
    """核查员, who is of another unit, looks on the spot."""
    page = windows.open(ZHOU, f"/cases/{number}/")
    form = act(page, "check")
    form.get_by_label("通过", exact=True).check()
    form.locator("[name=after]").set_input_files(photo)
    form.locator("button").click()
    stands(page, "结案")


def close(zheng: Page, answer: str = "") -> None:
    """值班长, on the page he kept open; `answer` goes to who reported it."""
    zheng.reload()
    form = act(zheng, "close")
    form.locator("[name=outcome]").select_option("solved")
    if answer:
        form.locator("[name=answer]").fill(answer)
    form.locator("[name=sure]").check()
    form.locator("button").click()
    stands(zheng, "评价")
