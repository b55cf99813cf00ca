"""What a browser does with live updates: one line for all tabs, what breaks it, and what a page keeps meanwhile."""

from __future__ import annotations

import os
import re
import signal
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Site, Windows, free_port
from tests.web import people
from tests.web.people import LI

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser live")]
PATIENCE = 30_000  # ms: a server takes its time to start where others compute too
NO_WORKER = "delete window.SharedWorker"
HIDEABLE = """
    Object.defineProperty(document, 'hidden', {get: () => Boolean(window.away)});
    window.look = (away) => { window.away = away; document.dispatchEvent(new Event('visibilitychange')); };
"""
STREAMS = """
    window.streams = [];
    window.EventSource = class extends EventTarget {
        static CLOSED = 2;
        constructor() { super(); this.readyState = 1; window.streams.push(this); }
        say(kind) { this.dispatchEvent(new MessageEvent(kind, { data: '{}' })); }
        fail() { this.readyState = 2; this.onerror?.(); }
        close() { this.readyState = 2; }
    };
"""
COUNT = "() => performance.getEntriesByType('resource').filter(each => each.name === location.href).length"


def live(page: Page, state: str = "hello") -> Page:
    expect(page.locator("html")).to_have_attribute("data-live-state", state, timeout=PATIENCE)
    return page


def shows(page: Page, number: str) -> None:
    expect(page.get_by_role("link", name=number)).to_have_count(1, timeout=PATIENCE)


def opened(context: Any, address: str = "/cases/?stage=accept") -> Page:
    page: Page = context.new_page()
    page.goto(address)
    return page


@pytest.fixture
def second(site: Site) -> Iterator[Site]:
    """A program of its own on the same database, to be killed."""
    found = Site(f"http://127.0.0.1:{free_port()}", site.inside, site.another)
    found.program = site.another(found.url)  # type: ignore[attr-defined]
    yield found
    _end(found.program)  # type: ignore[attr-defined]


def _end(program: subprocess.Popen[bytes]) -> None:
    """At once, with its workers."""
    with suppress(ProcessLookupError):
        os.killpg(program.pid, signal.SIGKILL)
    program.wait(20)


def test_without_shared_workers_one_tab_leads_seven(windows: Windows) -> None:
    context = windows.context(LI)
    context.add_init_script(NO_WORKER)
    streams: list[str] = []
    context.on(
        "request",
        lambda request: streams.append(request.url) if request.url.partition("?")[0].endswith("/live") else None,
    )
    tabs = [opened(context) for _ in range(7)]
    for tab in tabs:
        live(tab)
    number = windows.report("第七个窗口也要看到")
    for tab in tabs:
        shows(tab, number)
    assert len(streams) == 1, "six would use up the browser's connections"
    told = context.request.get("/metrics").text()
    assert re.search(r"^civigrid_live_screens [1-9]", told, re.M), "open screens are counted"
    assert re.search(r'^civigrid_queue_waiting{queue="reports"} 0$', told, re.M)
    assert re.search(r"^civigrid_disk_free_bytes [1-9]", told, re.M) and "unread_gauges_total{" not in told
    tabs[0].close()
    for tab in tabs[1:]:
        live(tab)
    number = windows.report("领头的窗口关了")
    for tab in tabs[1:]:
        shows(tab, number)
    assert len(streams) == 2
    assert "last=" in streams[1], "the next one goes on where it stood"


def test_where_streams_do_not_pass_tabs_ask_and_go_back_to_the_stream(windows: Windows) -> None:
    context = windows.context(LI)
    context.add_init_script(NO_WORKER)
    blocked = lambda url: url.partition("?")[0].endswith("/live")  # noqa: E731
    context.route(blocked, lambda route: route.abort())
    page = context.new_page()
    page.clock.install()
    page.goto("/cases/?stage=accept")
    for _ in range(8):
        page.clock.run_for(1000)
    live(page, "asking")
    number = windows.report("没有长连接")
    for _ in range(12):
        page.clock.run_for(1000)
        page.wait_for_timeout(50)
    shows(page, number)
    context.unroute(blocked)
    for _ in range(70):
        page.clock.run_for(1000)
        page.wait_for_timeout(20)
    live(page, "hello")


def test_who_signs_out_sees_the_entrance_in_his_other_tabs(windows: Windows) -> None:
    context = windows.context(LI)
    context.add_init_script(NO_WORKER)
    context.route(lambda url: url.partition("?")[0].endswith("/live"), lambda route: route.abort())
    page = opened(context)
    live(page, "asking")
    other = opened(context, "/about/")
    other.locator(".top details.drop summary").click()
    other.get_by_role("button", name="退出登录").click()
    expect(page.locator("[name=password]")).to_be_visible(timeout=PATIENCE)


def test_who_types_is_at_work(windows: Windows) -> None:
    """His session does not run out under his hands; a page that only reads itself anew keeps none open."""
    page = windows.context(LI).new_page()
    page.clock.install()
    page.goto(f"/cases/{windows.report()}/")
    live(page, "hello")
    told: list[str] = []
    page.on(
        "request",
        lambda sent: told.append(sent.url) if "x-live" not in sent.headers and "/live/since" in sent.url else None,
    )
    words = page.locator("form[action*=refuse_acceptance] [name=text]")
    words.locator("xpath=ancestor::details").locator("summary").click()
    words.press_sequentially("写")
    assert told == []
    page.clock.run_for(5 * 60_000)
    assert told == []
    with page.expect_response(lambda answer: "/live/since" in answer.url) as heard:
        words.press_sequentially("得很慢")
    assert heard.value.ok
    assert len(told) == 1


def test_after_a_stream_that_passed_the_next_is_tried_as_soon_as_the_server_answers(windows: Windows) -> None:
    """Also where it is back before the first question, which then tells of no absence."""
    context = windows.context(LI)
    context.add_init_script(NO_WORKER)
    context.add_init_script(STREAMS)
    page = opened(context)
    page.wait_for_function("() => streams.length === 1")
    page.evaluate("() => { streams[0].say('hello'); streams[0].fail(); }")
    page.wait_for_function("() => streams.length === 2", timeout=PATIENCE)
    page.evaluate("() => streams[1].fail()")
    live(page, "asking")
    page.wait_for_timeout(6000)
    assert page.evaluate("() => streams.length") == 2, "one that never passed is left alone for a minute"


def test_nothing_is_lost_while_the_server_is_away(windows: Windows, second: Any) -> None:
    there = Windows(windows.chromium, second)
    try:
        page = there.open(LI, "/cases/?stage=accept")
        live(page)
        before = windows.report("重启之前")
        shows(page, before)
        _end(second.program)
        live(page, "away")
        while_away = [windows.report(f"重启期间 {each}") for each in range(2)]
        second.program = second.another(second.url)
        live(page)
        for number in (before, *while_away):
            shows(page, number)
        after = windows.report("重启之后")
        shows(page, after)
    finally:
        for context in there.contexts:
            context.close()


def test_what_happens_between_reading_a_page_and_its_first_word_is_not_lost(windows: Windows) -> None:
    context = windows.context(LI)
    first = live(opened(context))
    made: list[str] = []

    def slow(route: Any) -> None:
        """The page is read; before its script connects, something happens."""
        answer = route.fetch()
        made.append(windows.report("就在此刻"))
        route.fulfill(response=answer)

    page = context.new_page()
    page.route("**/cases/?stage=file", slow, times=1)
    page.goto("/cases/?stage=file")
    shows(first, made[0])
    expect(page.locator(".tabs a").first.locator(".count")).to_have_text(
        first.locator(".tabs a").first.locator(".count").inner_text(), timeout=PATIENCE
    )


def test_a_tab_that_nobody_sees_waits_until_somebody_does(windows: Windows) -> None:
    context = windows.context(LI)
    context.add_init_script(HIDEABLE)
    page = live(opened(context))
    page.wait_for_timeout(500)
    page.evaluate("() => look(true)")
    before = page.evaluate(COUNT)
    number = windows.report("没人在看")
    page.wait_for_timeout(6000)
    assert page.evaluate(COUNT) == before
    page.evaluate("() => look(false)")
    shows(page, number)


def test_an_update_touches_nothing_but_what_changed(windows: Windows) -> None:
    for each in range(2):
        windows.report(f"先到的 {each}")
    page = live(windows.open(LI, "/map/cases/?area=990181"))
    page.wait_for_timeout(300)
    page.keyboard.press("j")
    page.keyboard.press("j")
    line = page.locator("[data-line]:focus")
    focused = line.inner_text()
    page.locator("details.drop").first.evaluate("each => { each.open = true; }")
    page.evaluate(
        "() => { document.querySelector('.side').mark = document.querySelector('#on-map').mark = 'the same'; }"
    )
    page.locator(".side").evaluate("side => { side.scrollTop = 5; }")
    number = windows.report("后到的")
    shows(page, number)
    assert line.inner_text() == focused
    assert (
        page.evaluate("() => [document.querySelector('.side').mark, document.querySelector('#on-map').mark]")
        == ["the same"] * 2
    )
    assert page.locator("details.drop").first.get_attribute("open") is not None
    flashed = page.evaluate(
        "() => [...document.querySelectorAll('.fresh')].map(each => each.querySelector('[data-line]')?.innerText)"
    )
    assert flashed == [number]


def test_another_language_keeps_what_was_typed(windows: Windows) -> None:
    number = windows.report()
    page = windows.open(LI, f"/cases/{number}/")
    form = page.locator("form[action*=refuse_acceptance]")
    form.locator("xpath=ancestor::details").locator("summary").click()
    form.locator("[name=text]").fill("还在写的理由")
    page.get_by_role("button", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.locator("form[action*=refuse_acceptance] [name=text]")).to_have_value("还在写的理由")
    expect(page.locator("form[action*=refuse_acceptance] [name=text]")).to_be_visible()
    page.reload()
    expect(page.locator("form[action*=refuse_acceptance] [name=text]")).to_have_value("")
    with windows.site.inside():
        people.client(LI).post("/language/", {"language": "zh-hans"})
