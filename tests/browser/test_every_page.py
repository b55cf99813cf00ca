"""Every page, in both languages: accessible by axe's rules, nothing cut off at either width, nothing blocked."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import pytest
from django.urls import resolve
from playwright.sync_api import Error, Page

from civigrid.base import db
from civigrid.directory import queries as directory
from civigrid.intake import actions as intake
from civigrid.intake.rules import Channel, RawReport
from tests.browser.conftest import DESK, PHONE, Windows
from tests.browser.looks import PAGES, STANDS
from tests.web import people
from tests.web.people import CHEN, JIANG, LI, SHEN, WANG, ZHENG, today

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser pages")]
AXE = Path(__file__).resolve().parents[2] / "node_modules" / "axe-core" / "axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]
TOUCH = """() => [...document.querySelectorAll('button, summary, select, .button, .side a, .tabs a, .chip, input:not([type=hidden])')]
    .filter(each => each.offsetParent && !['checkbox', 'radio'].includes(each.type))
    .filter(each => each.getBoundingClientRect().height < 43.5)
    .map(each => each.outerHTML.slice(0, 120))"""
TOO_WIDE = "() => document.documentElement.scrollWidth - window.innerWidth"


@pytest.fixture(scope="module")
def cases(site: Any) -> dict[str, str]:
    """A case at each step, a report that waits for a decision, and what stands behind figures of the day."""
    with site.inside():
        found = {"accept": people.report(), "file": people.report("喂喂喂", matter="")}
        client = people.client(LI)
        client.post(f"/cases/{found['file']}/accept/", people.form(found["file"]))
        for step in ("dispatch", "handle", "sign", "check"):
            found[step] = at_step(step)
        parked()
        where = {step: f"/cases/{number}/" for step, number in found.items()} | figures()
        where["decide"] = f"/desk/reports/{waiting()}/"
        where["told"] = f"/office/reports/{people.see(found['check']).reports[0].id}/"
    for name, address in where.items():
        assert name == "sign" or resolve(urlsplit(address).path).url_name == STANDS[name], address
    return where


def at_step(step: str) -> str:
    number = people.report()
    people.client(LI).post(f"/cases/{number}/accept/", people.form(number))
    if people.see(number).facts.stage == "file":
        matter = people.see(number).facts.matter_id
        people.client(ZHENG).post(f"/cases/{number}/file/", people.form(number, matter=matter))
    if step == "dispatch":
        return number
    row = people.see_row(people.client(WANG), number)
    people.client(WANG).post(f"/cases/{number}/dispatch/", people.form(number, row=row))
    [task] = people.see(number).tasks
    people.client(people.LUO).post(f"/cases/{number}/accept_task/{task.id}/", people.form(number))
    if step == "sign":
        said = people.form(number, result="solved", text="新井盖已装好", after=people.photo())
        people.client(CHEN).post(f"/cases/{number}/handle/{task.id}/", said)
    if step == "check":
        people.handled(number, task.id)
    return number


def parked() -> None:
    """A report the machine could not process."""
    with db.system():
        raw = RawReport(Channel.DESK, str(uuid4()), "01", text="这件机器处理不了")
        [stored] = intake.record([raw], now=datetime.now(UTC))
        for _ in range(3):
            intake.fail([stored.made], ["boom"], now=datetime.now(UTC))


def waiting() -> int:
    """A report of the desk that waits for what is missing; another one went to others, who say nothing yet."""
    said = {"source": "01", "kind": "complaint", "urgency": "3", "words": "问清楚在哪里"}
    waits = {"choice": "wait", "reason_wait": "place", "text": "路口的灯不亮"}
    answer = people.client(LI).post("/desk/register/", {**said, **waits, "key": str(uuid4())})
    with db.system():
        unit = directory.unit_by_code("9909", today())
    assert unit
    went = {"choice": "transfer", "unit": unit.id, "text": "邻市的路坏了", "key": str(uuid4())}
    assert people.client(LI).post("/desk/register/", {**said, **went}).status_code == 303
    return int(parse_qs(urlsplit(answer.headers["Location"]).query)["saved"][0])


def figures() -> dict[str, str]:
    """Addresses behind the day sheet's figures."""
    sheet = people.client(SHEN).get("/office/day/").context["sheet"]
    found = [tile.figure.address for tile in sheet.tiles]
    return {
        name: next(each for each in found if each.startswith(path))
        for name, path in (("figure", "/office/reports/"), ("grouped", "/office/cases/"))
    }


def faults(page: Page) -> list[str]:
    """What axe finds, one line each."""
    if not page.evaluate("typeof axe !== 'undefined'"):
        page.evaluate(AXE.read_text())
    found = page.evaluate("tags => axe.run(document, {runOnly: tags, resultTypes: ['violations']})", TAGS)
    return [
        f"{each['id']}: {node['html'][:160]} ({node['any'][0]['message'] if node['any'] else each['help']})"
        for each in found["violations"]
        for node in each["nodes"]
    ]


def looked(page: Page, where: str, language: str) -> list[str]:
    """What is wrong with a page: axe's rules in Chinese at the desk's width and in English at a telephone's (they cost half
    a second each), and at both widths what is cut off or too small to touch.
    """
    page.set_viewport_size(DESK)
    page.goto(where)
    if urlsplit(page.url).path != urlsplit(where).path:
        return [f"was answered by {page.url}"]
    left: list[str] = []
    page.once("framenavigated", lambda frame: left.append(frame.url))
    try:
        wrong = [fault for size in (DESK, PHONE) for fault in looked_at(page, size, language)]
        return wrong + [f"hard to touch {each}" for each in page.evaluate(TOUCH)]
    except Error as error:  # a page that goes elsewhere under the reader's eyes: say where to
        return [f"{error.message}; it went to {left}"]


def looked_at(page: Page, size: Any, language: str) -> Iterator[str]:
    page.set_viewport_size(size)
    if (size is DESK) == (language == "zh-hans"):
        yield from (f"{size['width']}: {fault}" for fault in faults(page))
    if (over := page.evaluate(TOO_WIDE)) > 0:
        yield f"{size['width']}: {over} px too wide"


@pytest.mark.skipif(not AXE.exists(), reason="axe-core is missing: make install-dev")
@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("who", PAGES)
def test_page(windows: Windows, cases: dict[str, str], who: str, language: str) -> None:
    context = windows.context(who, language=language)
    page, blocked, wrong = context.new_page(), [], []
    page.on(
        "console",
        lambda message: blocked.append(message.text) if message.type == "error" and "404" not in message.text else None,
    )
    page.on("pageerror", lambda error: blocked.append(str(error)))
    for address in PAGES[who]:
        where = address.format(**cases)
        wrong += [f"{where} {fault}" for fault in looked(page, where, language)]
    assert wrong == []
    assert blocked == []


@pytest.mark.parametrize("who", [LI, JIANG])
def test_the_large_text_fits_too(windows: Windows, cases: dict[str, str], who: str) -> None:
    context = windows.context(who, size=PHONE)
    context.add_cookies([{"name": "civigrid_large", "value": "1", "url": windows.site.url}])
    page = context.new_page()
    for address in PAGES[who]:
        page.goto(address.format(**cases))
        assert page.evaluate("getComputedStyle(document.body).fontSize") in {"20px", "16px"}
        assert page.evaluate(TOO_WIDE) <= 0, address
