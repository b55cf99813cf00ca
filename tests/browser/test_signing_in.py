"""Signing in with two steps in a real browser: each of its pages by axe, at both widths and by touch."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from playwright.sync_api import Page

from civigrid.base import db
from civigrid.directory import actions as directory
from tests.browser.conftest import Windows
from tests.browser.looks import BETWEEN, FIRST_STEP, TWO_STEPS
from tests.browser.test_every_page import AXE, looked
from tests.web import people
from tests.web.test_sign_in import LOGIN, code_of

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser pages")]
LYU = "lv-auditadmin"  # nobody else's browser is hers


@pytest.fixture
def codes(site: Any) -> list[str]:
    """Lyu signs in with two steps from now on; her recovery codes."""
    with site.inside():
        with db.system():
            directory.set_password([LYU], people.PASSWORD, now=datetime.now(UTC))
        lyu = people.client()
        lyu.post(LOGIN, {"login": LYU, "password": people.PASSWORD})
        lyu.post("/accounts/reauthenticate/", {"password": people.PASSWORD})
        activate = "/accounts/2fa/totp/activate/"
        lyu.post(activate, {"code": code_of(lyu.get(activate).context["form"].secret)})
        found: list[str] = lyu.get("/accounts/2fa/recovery-codes/").context["unused_codes"]
    return found


def sign_in(page: Page, username: str) -> None:
    page.goto(LOGIN)
    page.locator("[name=login]").fill(username)
    page.locator("[name=password]").fill(people.PASSWORD)
    page.locator("main button").first.click()


def sure(page: Page, where: str) -> None:
    """Says the password once more on the way there."""
    page.goto(where)
    page.locator("[name=password]").fill(people.PASSWORD)
    page.locator("main button").first.click()


@pytest.mark.skipif(not AXE.exists(), reason="axe-core is missing: make install-dev")
def test_its_pages_can_be_used_by_everybody(windows: Windows, codes: list[str]) -> None:
    for language in ("zh-hans", "en"):
        page, wrong = windows.context(language=language).new_page(), []
        sign_in(page, LYU)
        page.wait_for_url("**/accounts/2fa/authenticate/**")
        wrong += [f"{where} {fault}" for where in BETWEEN for fault in looked(page, where, language)]
        page.locator("[name=code]").fill(codes.pop())
        page.locator("main button").first.click()
        page.wait_for_url(windows.site.url + "/")
        sure(page, TWO_STEPS[2])
        wrong += [f"{where} {fault}" for where in TWO_STEPS for fault in looked(page, where, language)]
        beginner = windows.context(language=language).new_page()
        sign_in(beginner, people.JIANG)
        sure(beginner, FIRST_STEP[0])
        wrong += [f"{where} {fault}" for where in FIRST_STEP for fault in looked(beginner, where, language)]
        assert wrong == []
