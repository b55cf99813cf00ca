"""Live events: who gets which, what a screen gets that was away, and what a thousand screens cost."""

from __future__ import annotations

import asyncio
import json
import re
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.test import Client

from civigrid.base import db, events
from civigrid.base.events import Event, Numbered
from civigrid.base.permissions import EVERYWHERE, Scope
from civigrid.directory import actions as directory
from civigrid.web.live import hub as hubs
from civigrid.web.live.hub import Hub, Screen, Seat
from civigrid.web.live.source import Database, seated
from civigrid.web.middleware import IDLE_SECONDS
from civigrid.web.sessions import SessionStore
from tests.web.people import CHEN, LI, client, report

NOW = datetime(2026, 11, 22, 8, tzinfo=UTC)
EAST, WEST = Scope(regions=("9901",)), Scope(regions=("9902",))


@dataclass
class Events:
    """A source in memory that counts what it is asked."""

    rows: list[Numbered] = field(default_factory=list)
    asked: int = 0
    pruned: int = 0
    away: bool = False
    gone: set[Seat] = field(default_factory=set)
    moved: dict[Seat, Scope] = field(default_factory=dict)

    def happen(self, region: str = "9901", units: tuple[int, ...] = (), count: int = 1) -> None:
        for _ in range(count):
            pos = len(self.rows) + 1
            self.rows.append(Numbered(pos, NOW, "case.filed", region, units, f"N{pos}", "file"))

    def newest(self) -> int:
        return len(self.rows)

    def after(self, pos: int, limit: int) -> Sequence[Numbered]:
        self.asked += 1
        if self.away:
            raise ConnectionError
        return [row for row in self.rows if row.pos > pos][:limit]

    def missed(self, pos: int, upto: int, limit: int) -> Sequence[Numbered] | None:
        if pos < self.pruned or pos > len(self.rows):
            return None
        found = [row for row in self.rows if pos < row.pos <= upto]
        return found if len(found) <= limit else None

    def scopes(self, seats: Iterable[Seat]) -> dict[Seat, Scope]:
        return {seat: self.moved.get(seat, EAST) for seat in seats if seat not in self.gone}


@dataclass
class Browser:
    """What one screen was told."""

    name: str
    heard: list[bytes] = field(default_factory=list)
    stuck: bool = False
    screen: Screen = field(init=False)

    def __post_init__(self) -> None:
        self.screen = Screen(Seat(self.name, 1, 1), self.send)

    async def send(self, wire: bytes) -> None:
        if self.stuck:
            await asyncio.Event().wait()
        self.heard.append(wire)

    @property
    def kinds(self) -> list[str]:
        return [line[7:] for line in b"".join(self.heard).decode().splitlines() if line.startswith("event: ")]

    @property
    def numbers(self) -> list[str]:
        data = [
            json.loads(line[6:]) for line in b"".join(self.heard).decode().splitlines() if line.startswith("data: ")
        ]
        return [each["number"] for each in data if each.get("number")]


async def inline(work: Any, *args: Any) -> Any:
    await asyncio.sleep(0)
    return work(*args)


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hubs, "POLL_SECONDS", 0.001)
    monkeypatch.setattr(hubs, "RETRY", 0.002)


def play(story: Any) -> None:
    """Runs a story beside a hub's loop."""

    async def run() -> None:
        source = Events()
        hub = Hub(source, inline)
        loop = asyncio.ensure_future(hub.run())
        try:
            await asyncio.wait_for(story(source, hub), 5)
        finally:
            loop.cancel()

    asyncio.run(run())


async def settle() -> None:
    await asyncio.sleep(0.03)


def test_a_screen_hears_what_lies_in_its_scope_and_nothing_else() -> None:
    async def story(source: Events, hub: Hub) -> None:
        east, west, unit = Browser("east"), Browser("west"), Browser("unit")
        await hub.join(east.screen, EAST, None)
        await hub.join(west.screen, WEST, None)
        await hub.join(unit.screen, Scope(units=(7,)), None)
        source.happen("9901")
        source.happen("9902", units=(7,))
        source.happen("9903")
        await settle()
        assert (east.numbers, west.numbers, unit.numbers) == (["N1"], ["N2"], ["N2"])

    play(story)


def test_nothing_is_asked_while_nobody_listens_and_the_past_is_not_told() -> None:
    async def story(source: Events, hub: Hub) -> None:
        source.happen(count=3)
        await settle()
        assert source.asked == 0
        late = Browser("late")
        await hub.join(late.screen, EAST, None)
        await settle()
        assert late.kinds == ["hello"]
        hub.leave(late.screen)
        await settle()
        asked = source.asked
        await settle()
        assert source.asked == asked

    play(story)


def test_a_screen_that_was_away_gets_what_it_missed_in_order_and_once() -> None:
    async def story(source: Events, hub: Hub) -> None:
        other = Browser("other")
        await hub.join(other.screen, EAST, None)
        source.happen(count=4)
        await settle()
        back = Browser("back")
        source.happen(count=2)
        await hub.join(back.screen, EAST, 1)
        await settle()
        source.happen()
        await settle()
        assert back.numbers == ["N2", "N3", "N4", "N5", "N6", "N7"]

    play(story)


def test_after_a_restart_the_database_knows_what_was_missed() -> None:
    async def story(source: Events, hub: Hub) -> None:
        source.happen(count=5)
        back = Browser("back")
        await hub.join(back.screen, EAST, 2)
        assert back.numbers == ["N3", "N4", "N5"]

    play(story)


@pytest.mark.parametrize(("last", "pruned"), [(1, 3), (99, 0), (0, 0)])
def test_who_was_away_too_long_is_told_to_read_anew(last: int, pruned: int) -> None:
    async def story(source: Events, hub: Hub) -> None:
        source.pruned = pruned
        source.happen(count=300)
        back = Browser("back")
        await hub.join(back.screen, EAST, last)
        assert back.kinds == ["reset"]
        assert b"id: 300" in back.heard[0]

    play(story)


def test_a_flood_is_told_as_one() -> None:
    async def story(source: Events, hub: Hub) -> None:
        screen = Browser("screen")
        await hub.join(screen.screen, WEST, None)
        source.happen(count=5000)
        await settle()
        assert screen.kinds == ["hello", "many"]
        source.happen("9902")
        await settle()
        assert screen.numbers == ["N5001"]

    play(story)


def test_one_question_serves_a_thousand_screens() -> None:
    async def story(source: Events, hub: Hub) -> None:
        browsers = [Browser(str(number)) for number in range(1000)]
        for browser in browsers:
            await hub.join(browser.screen, EAST, None)
        source.asked = 0
        source.happen()
        while source.asked < 3:
            await asyncio.sleep(0.005)
        await asyncio.sleep(0.05)
        assert {tuple(browser.numbers) for browser in browsers} == {("N1",)}
        assert source.asked < 100
        assert hub.count() == 1000

    play(story)


def test_a_screen_that_does_not_read_holds_up_nobody_and_fills_no_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hubs, "BACKLOG", 10)

    async def story(source: Events, hub: Hub) -> None:
        stuck, well = Browser("stuck"), Browser("well")
        await hub.join(stuck.screen, EAST, None)
        await hub.join(well.screen, EAST, None)
        stuck.stuck = True
        for _ in range(30):
            source.happen()
            await asyncio.sleep(0.003)
        await settle()
        assert len(well.numbers) == 30
        assert len(stuck.screen.lying) <= 11

    play(story)


def test_a_lost_database_is_waited_for_and_nothing_is_missed() -> None:
    async def story(source: Events, hub: Hub) -> None:
        screen = Browser("screen")
        await hub.join(screen.screen, EAST, None)
        source.away = True
        await settle()
        source.happen(count=2)
        source.away = False
        await settle()
        assert screen.numbers == ["N1", "N2"]

    play(story)


def test_who_signed_out_hears_goodbye_and_whose_scope_changed_is_moved(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hubs, "RECHECK_SECONDS", 0.005)

    async def story(source: Events, hub: Hub) -> None:
        out, moved = Browser("out"), Browser("moved")
        await hub.join(out.screen, EAST, None)
        await hub.join(moved.screen, EAST, None)
        source.gone, source.moved = {out.screen.seat}, {moved.screen.seat: WEST}
        await settle()
        source.happen("9901")
        source.happen("9902")
        await settle()
        assert out.kinds == ["hello", "goodbye"]
        assert moved.numbers == ["N2"]

    play(story)


@pytest.mark.usefixtures("city")
def test_the_door_knows_who_connects_by_the_session() -> None:
    li = client(LI)
    li.get("/")
    cookies = f"other=1; civigrid_session={li.cookies['civigrid_session'].value}"
    found = seated(cookies)
    assert found is not None
    seat, scope = found
    assert scope == EVERYWHERE
    assert Database.scopes([seat]) == {seat: EVERYWHERE}
    li.post("/accounts/logout/")
    assert seated(cookies) is None
    assert Database.scopes([seat]) == {}


def _set_anew(li: Client) -> None:
    with db.system():
        directory.set_password([LI], "another-Password-2", now=datetime.now(UTC))


def _switched_off(li: Client) -> None:
    with db.system():
        get_user_model()._default_manager.filter(username=LI).update(is_active=False)


def _left_alone(li: Client) -> None:
    kept = SessionStore(li.session.session_key)
    kept["seen"] = int(time.time()) - IDLE_SECONDS - 60
    kept.save()


@pytest.mark.parametrize("happens", [_set_anew, _switched_off, _left_alone])
@pytest.mark.usefixtures("city")
def test_a_stream_ends_where_a_page_would_send_to_the_sign_in(happens: Callable[[Client], None]) -> None:
    li, chen = client(LI), client(CHEN)
    seats = [_seat(li), _seat(chen)]
    assert set(Database.scopes(seats)) == set(seats)
    happens(li)
    assert set(Database.scopes(seats)) == {seats[1]}
    assert li.get("/").status_code == 302


def _seat(someone: Client) -> Seat:
    someone.get("/")
    found = seated(f"civigrid_session={someone.session.session_key}")
    assert found is not None
    return found[0]


@pytest.mark.parametrize(
    "cookies",
    [
        "",
        "civigrid_session=",
        "civigrid_session=nobody",
        "civigrid_session=\x00",
        'civigrid_session="abcdefgh\\000"',
        ";;;=",
        "a" * 5000,
    ],
)
@pytest.mark.usefixtures("city")
def test_a_cookie_that_opens_nothing(cookies: str) -> None:
    assert seated(cookies) is None


@pytest.mark.usefixtures("city")
def test_where_streams_do_not_pass_browsers_ask() -> None:
    li, chen = client(LI), client(CHEN)
    start = li.get("/live/since").json()
    assert start["kind"] == "hello"
    with db.system():
        events.emit([Event("case.filed", region_code="990181001", number="N1", stage="file")], now=NOW)
    news = li.get(f"/live/since?pos={start['pos']}").json()
    assert (news["kind"], [event["number"] for event in news["events"]]) == ("change", ["N1"])
    assert chen.get(f"/live/since?pos={start['pos']}").json()["events"] == [], "out of his scope"
    assert li.get(f"/live/since?pos={news['pos']}").json()["events"] == []
    assert li.get("/live/since?pos=999999999").json()["kind"] == "reset"
    assert li.get("/live/since?pos=nonsense").json()["kind"] == "hello"


def test_what_the_server_says_is_taken_over() -> None:
    """An attribute that the scripts keep as the page's own is none that a template fills in: the stage bar stood still
    while its case moved on, because `data-state` was both.
    """
    web = Path(hubs.__file__).parents[1]
    [line] = [row for row in (web / "static/js/live-morph.js").read_text().splitlines() if row.startswith("const OWN")]
    own = set(re.findall(r'"([a-z-]+)"', line)) - {"open"}  # a fold is the reader's once the page is there
    assert "data-dirty" in own
    staff = [path for path in (web / "templates").rglob("*.html") if path.parent.name != "public"]
    filled = {name: path.name for path in staff for name in own if f" {name}" in path.read_text()}
    assert filled == {}


@pytest.mark.usefixtures("city")
def test_all_of_a_case_that_changes_is_read_anew() -> None:
    """Its marks (chased, waits, urgent), its stages, its facts and what may be done."""
    number = report()
    page = client(LI).get(f"/cases/{number}/").content.decode()
    found = set(re.findall(rf'id="([a-z]+)" data-live="[^"]*" data-live-number="{number}"', page))
    assert found >= {"head", "stages", "case", "clock", "similar"}


@pytest.mark.usefixtures("city")
def test_a_call_that_must_be_made_comes_to_pages_that_are_open() -> None:
    """Its place stands on every page, also while there is none, and a reading anew takes it over."""
    place = '<div id="calls">'
    assert place in client(LI).get("/cases/").content.decode()
    number = report("煤气泄漏了，味道很大", matter="")
    page = client(LI).get("/cases/").content.decode()
    assert number in page.partition(place)[2].partition("</div>")[0]
    assert '"#calls"' in (Path(hubs.__file__).parents[1] / "static/js/live.js").read_text()
