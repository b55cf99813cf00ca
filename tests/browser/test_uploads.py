"""A film goes to the server while the form is being filled in, over a line that breaks."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.base import crafted as made
from tests.browser.conftest import PHONE, Windows
from tests.web import people
from tests.web.people import CHEN

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser stories")]

MEGABYTE = 1 << 20


@pytest.fixture
def film(tmp_path: Path) -> Path:
    path = tmp_path / "漏水.mp4"
    path.write_bytes(made.film(made.place(), after=[made.box(b"mdat", made.PICTURE * (5 * MEGABYTE // 64))]))
    return path


def at_work(windows: Windows, **how: Any) -> tuple[str, Any, Any]:
    """A case that waits for its feedback: its number, the page, and the form."""
    number = windows.report()
    with windows.site.inside():
        people.steps_to_handling(number)
    page = windows.context(CHEN, language="en", **how).new_page()
    page.goto(f"/cases/{number}/")
    form = page.locator("form[action*='/handle/']")
    form.locator("[name=result]").select_option("solved")
    form.locator("[name=text]").fill("修好了")
    return number, page, form


def test_a_film_outlives_a_line_that_breaks(windows: Windows, film: Path) -> None:
    number, page, form = at_work(windows, size=PHONE)
    tried: list[str] = []

    def breaking(route: Any) -> None:
        tried.append(route.request.method)
        if route.request.method == "PATCH" and tried.count("PATCH") in (2, 3):
            route.abort("connectionreset")
        else:
            route.continue_()

    page.route("**/uploads/*", breaking)
    form.locator("[name=after]").set_input_files(film)
    expect(form.locator("[role=status]")).to_have_text("Waiting for the network …")
    expect(form.locator("[name=after_uploads]")).to_have_count(1, timeout=20_000)
    assert tried.count("PATCH") > 3
    assert form.locator("[name=after]").evaluate("input => input.files.length") == 0
    form.locator("button:not([type])").click()
    expect(page.locator(".photos video")).to_have_count(1)
    with windows.site.inside():
        [evidence] = people.see(number).evidence
    assert (evidence.name, evidence.media_type) == ("漏水.mp4", "video/mp4")


def test_a_server_that_is_away_is_not_asked_again_and_again(windows: Windows, film: Path) -> None:
    _, page, form = at_work(windows)
    tried: list[str] = []
    away = [True]

    def answer(route: Any) -> None:
        tried.append(route.request.method)
        route.fulfill(status=503, body="") if away[0] else route.continue_()

    page.route("**/uploads/**", answer)
    form.locator("[name=after]").set_input_files(film)
    expect(form.locator("[role=status]")).to_have_text("Waiting for the network …")
    page.wait_for_timeout(4000)
    assert 2 <= tried.count("POST") <= 4, "after 0, 1 and 3 seconds"
    away[0] = False
    expect(form.locator("[name=after_uploads]")).to_have_count(1, timeout=20_000)


def test_a_server_that_knows_no_uploads_is_said_and_left_alone(windows: Windows, film: Path) -> None:
    _, page, form = at_work(windows)
    tried: list[str] = []
    page.route("**/uploads/**", lambda route: (tried.append(route.request.method), route.fulfill(status=404, body="")))
    form.locator("[name=after]").set_input_files(film)
    expect(form.locator(".sending--failed [role=status]")).to_have_text("404")
    page.wait_for_timeout(1500)
    assert tried == ["POST"]


def test_a_form_waits_for_what_is_on_its_way_and_goes_without_it(windows: Windows, film: Path) -> None:
    _, page, form = at_work(windows)
    held: list[Any] = []
    page.route("**/uploads/*", lambda route: held.append(route))
    form.locator("[name=after]").set_input_files(film)
    form.locator("button:not([type])").click()
    expect(form.locator("[role=status]")).to_have_text("Still on its way: wait for it, or take it out.")
    expect(page.locator("#stages [aria-current=step]")).to_have_text("Handle")
    form.locator(".sending button").last.click()
    expect(form.locator(".sending li")).to_have_count(0)
    for route in held:
        route.abort()
    form.locator("[name=result]").select_option("explained")  # which needs no photo
    form.locator("button:not([type])").click()
    expect(page.locator("#case")).to_contain_text("Waiting for signature")


def test_what_is_not_taken_is_said_at_once(windows: Windows, tmp_path: Path) -> None:
    _, _, form = at_work(windows)
    program = tmp_path / "照片.jpg"
    program.write_bytes(b"MZ" + bytes(2 * MEGABYTE))
    form.locator("[name=after]").set_input_files(program)
    expect(form.locator(".sending--failed [role=status]")).not_to_be_empty()
    expect(form.locator("[name=after_uploads]")).to_have_count(0)


def test_paused_it_waits_and_then_goes_on(windows: Windows, film: Path) -> None:
    _, page, form = at_work(windows)
    page.route("**/uploads/*", lambda route: (page.wait_for_timeout(300), route.continue_()))
    form.locator("[name=after]").set_input_files(film)
    pause = form.locator(".sending button").first
    pause.click()
    expect(pause).to_have_text("Go on")
    page.wait_for_timeout(1500)
    expect(form.locator("[name=after_uploads]")).to_have_count(0)
    pause.click()
    expect(form.locator("[name=after_uploads]")).to_have_count(1, timeout=20_000)
