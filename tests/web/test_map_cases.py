"""Open cases on the map: signs, heat, figures beside it, the lists behind them, and who sees which."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ElementTree
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from civigrid.base import db
from civigrid.base.permissions import Scope
from civigrid.cases import queries as cases
from civigrid.cases.queries import onmap
from civigrid.cases.rules.onmap import ORDER, OnMap, Standing
from civigrid.directory import queries as directory
from civigrid.flow import pipeline
from civigrid.intake.rules import Channel, RawReport, ReportKind
from civigrid.places import queries as places
from civigrid.web.map import cases as mapped
from civigrid.web.map.cases import Asked, Figures
from civigrid.web.pages import map_cases
from tests import democity
from tests.web.people import CHEN, JIANG, LI, LIU, XU, client, report, see, steps_to_handling
from tests.web.test_map_page import today

pytestmark = pytest.mark.usefixtures("city")
EVERYWHERE = "123,28,125,30"
_keys = count(1)


def signs(who: str, **query: str) -> dict[str, object]:
    answer = client(who).get("/map/cases/signs", {"zoom": "12", "box": EVERYWHERE, **query})
    assert answer.status_code == 200
    found: dict[str, object] = answer.json()
    return found


def shown(who: str, **query: str) -> list[int]:
    """Open cases on the map by their standing."""
    rows = [row[2:] for row in signs(who, **query)["signs"]]  # type: ignore[index,attr-defined]
    return [sum(column) for column in zip(*rows, strict=True)] or [0, 0, 0, 0]


def late(number: str) -> None:
    case_id = see(number).facts.id
    with db.system(), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE cases_clock SET due_at = %s WHERE case_id = %s AND task_id IS NULL",
            [datetime.now(UTC) - timedelta(hours=1), case_id],
        )


def confidential(grid: str = "990181001001003") -> str:
    now = datetime.now(UTC)
    lon, lat = democity.inside(grid)
    raw = RawReport(
        channel=Channel.DESK, key=f"map-{next(_keys)}", source="01", kind=ReportKind.TIPOFF, text="有人夜里偷倒渣土",
        matter_code="C0114", lon=lon + 0.0003, lat=lat, confidential=True,
    )  # fmt: skip
    with db.system():
        [outcome] = pipeline.receive([raw], now=now)
        pipeline.process([outcome.made], now=now)
        return cases.numbers_of([outcome.made])[outcome.made][0]


def test_signs_say_how_far_the_cases_are() -> None:
    report()
    handling, overdue = report(), report()
    steps_to_handling(handling)
    steps_to_handling(overdue)
    late(overdue)
    assert shown(LI) == [1, 1, 0, 1]
    assert shown(LI, standing="late") == [0, 0, 0, 1]
    assert shown(LI, stage="handle") == [0, 1, 0, 1]
    assert shown(LI, family="dispute") == [0, 0, 0, 0]
    assert shown(LI, box="10,10,11,11") == [0, 0, 0, 0]


def test_near_cases_are_one_sign_and_part_as_one_comes_closer() -> None:
    lon, lat = democity.inside("990181001001003")
    for aside in (0.0, 0.0004):
        now = datetime.now(UTC)
        raw = RawReport(
            channel=Channel.DESK, key=f"near-{next(_keys)}", source="01", kind=ReportKind.COMPLAINT,
            text=f"井盖松动{next(_keys)}", matter_code="C0114", lon=lon + aside, lat=lat,
        )  # fmt: skip
        with db.system():
            [outcome] = pipeline.receive([raw], now=now)
            pipeline.process([outcome.made], now=now)
    assert sum(shown(LI)) == 2
    assert len(signs(LI, zoom="10")["signs"]) == 1  # type: ignore[arg-type]
    assert len(signs(LI, zoom="18")["signs"]) == 2  # type: ignore[arg-type]


def test_a_confidential_case_stands_in_the_middle_of_its_grid_and_nothing_is_said_of_it() -> None:
    number = confidential()
    [[lon, lat, *numbers]] = signs(LI, zoom="18")["signs"]  # type: ignore[misc]
    assert sum(numbers) == 1
    with db.system():
        [grid_id] = [row.id for row in places.grids(today()).values() if row.code == "990181001001003"]
        spot = mapped.middles([grid_id], today())[grid_id]
    assert (lon, lat) == pytest.approx(spot, abs=1e-5)
    answer = client(LI).get("/map/cases/signs", {"zoom": "18", "box": EVERYWHERE}).content.decode()
    assert number not in answer and "渣土" not in answer


def test_nobody_sees_what_lies_outside_his_scope() -> None:
    number = report()
    assert sum(shown(LI)) == 1
    outside = client(LIU)
    assert sum(shown(LIU)) == 0
    assert number not in outside.get("/map/cases/", {"box": EVERYWHERE}).content.decode()
    assert outside.get("/map/").context["figures"]["990181"].open == 0
    steps_to_handling(number)
    assert sum(shown(CHEN)) == 1, "his unit has a task"
    assert number in client(CHEN).get("/map/cases/", {"box": EVERYWHERE}).content.decode()
    for where in ("/map/cases/", "/map/cases/signs?zoom=12&box=1,1,2,2", "/map/cases/heat?heat=open"):
        assert client(JIANG).get(where).status_code == 404
    assert "figures" not in client(JIANG).get("/map/").context


def test_the_numbers_are_those_of_row_security() -> None:
    """The oracle asks the table itself in the scope of who looks, without a condition of ours."""
    for grid in ("990181001001003", "990181001001002"):
        confidential(grid)
    steps_to_handling(report())
    with db.system():
        accounts = [directory.actor_for(*each, today()) for each in _posts((LI, CHEN, LIU, XU))]
    for scope in [*(actor.scope for actor in accounts if actor), Scope(regions=("990181001001",)), Scope()]:
        with db.scoped(scope), connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM cases_case WHERE stage <> 'evaluate'")
            [open_cases] = cursor.fetchone()
        now = datetime.now(UTC)
        with db.system():
            counted = sum(sum(each.cases) for each in onmap.by_grid(scope, OnMap(), now=now))
            placed = onmap.cells(scope, OnMap(), (-180.0, -90.0, 180.0, 90.0), (1.0, 1.0), now=now)
            behind = onmap.ids(scope, OnMap(), now=now)
        with db.scoped(scope):
            lines = onmap.lines(behind, now=now)
        assert counted == sum(sum(each.cases) for each in placed) == len(behind) == len(lines) == open_cases


def _posts(people: tuple[str, ...]) -> list[tuple[int, int]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT a.id, p.id FROM directory_account a JOIN directory_post p ON p.account_id = a.id WHERE username = ANY (%s)",
            [list(people)],
        )
        return list(cursor.fetchall())


def test_the_figures_beside_the_map_add_up_and_open_their_cases() -> None:
    for _ in range(3):
        report()
    page = client(LI).get("/map/?heat=open")
    figures = page.context["figures"]
    below = [figures[line.row.code] for line in page.context["area"].below]
    assert sum(each.open for each in below) == figures["990181"].open == 3
    assert sum(each.opened for each in below) == 3
    [address] = set(re.findall(r'href="(/map/cases/\?area=\d{9}&amp;[^"]*)">3<', page.content.decode()))
    assert len(client(LI).get(address.replace("&amp;", "&")).context["lines"]) == 3


def test_the_heat_of_grids_and_its_classes() -> None:
    report()
    told = client(LI).get("/map/cases/heat", {"heat": "day"}).json()
    assert told == {"classes": [[1.0, 1.0]], "grids": [["990181001001003"]]}
    per = client(LI).get("/map/cases/heat", {"heat": "day", "per": "1"}).json()
    with db.system():
        [grid] = [row for row in places.grids(today()).values() if row.code == "990181001001003"]
    assert per["classes"] == [[round(1000 / grid.residents, 1)] * 2]
    assert client(LI).get("/map/cases/heat").json() == {"classes": [], "grids": []}


@pytest.mark.parametrize("values", [[1], [1, 1, 1], [1, 2, 3, 4, 5, 6, 7, 8, 9, 10], [1] * 50 + [2], [0, 0], [1, 1000]])
def test_classes_hold_every_value_once_and_never_overlap(values: list[int]) -> None:
    what = Asked(OnMap(), "open", False, "", {}, "")
    found = mapped.heat({str(place): Figures((value, 0, 0, 0), 0, value) for place, value in enumerate(values)}, what)
    assert len(found.classes) <= mapped.CLASSES
    assert all(one[1] < other[0] for one, other in zip(found.classes, found.classes[1:], strict=False))
    for place, value in enumerate(values):
        if value:
            low, high = found.classes[found.of[str(place)]]
            assert low <= value <= high
        else:
            assert str(place) not in found.of


def test_the_list_behind_a_number_is_paged_and_short_beside_the_map(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(map_cases, "PAGE", 2)
    numbers = [report() for _ in range(3)]
    page = client(LI).get("/map/cases/", {"box": EVERYWHERE})
    assert [line.number for line in page.context["lines"]] == numbers[:0:-1]
    rest = client(LI).get(page.context["next_address"])
    assert [line.number for line in rest.context["lines"]] == numbers[:1]
    panel = client(LI).get("/map/cases/", {"box": EVERYWHERE, "short": "1"}).content.decode()
    assert "<html" not in panel
    assert all(number in panel for number in numbers)


@pytest.mark.parametrize(
    "query",
    [
        "heat=x", "family=x", "stage=x", "standing=x", "major=x", "box=1,2,3", "box=a,b,c,d", "box=nan,1,2,3", "zoom=99&box=1,1,2,2",
        "zoom=x&box=1,1,2,2", "", "box=-999,0,1,1&zoom=3",
    ],
)  # fmt: skip
def test_nonsense_is_not_found(query: str) -> None:
    assert client(LI).get(f"/map/cases/signs?{query}").status_code == 404


def test_the_drawing_has_signs_and_heat_as_links() -> None:
    for _ in range(2):
        report()
    page = client(LI).get("/map/?view=drawing&heat=open&area=990181001").content.decode()
    assert re.search(r'class="heated"', page)
    [address] = re.findall(r'<a href="(/map/cases/\?box=[^"]+)" aria-label="2: [^"]*"', page)
    assert len(client(LI).get(address.replace("&amp;", "&")).context["lines"]) == 2
    alone = client(LI).get("/map/drawing/990181001.svg?heat=open")
    ElementTree.fromstring(alone.content.decode())
    assert "no-store" in alone.headers["Cache-Control"]


def test_the_words_of_a_standing_and_their_order() -> None:
    assert ORDER == (Standing.RECEIVED, Standing.IN_HAND, Standing.CHECKING, Standing.LATE)


@pytest.mark.parametrize(
    "where",
    [
        "/map/?heat=week",
        f"/map/cases/signs?zoom=12&box={EVERYWHERE}",
        "/map/cases/heat?heat=open",
        f"/map/cases/?box={EVERYWHERE}",
    ],
)
def test_an_answer_costs_the_same_however_many_cases(where: str) -> None:
    def statements() -> int:
        with CaptureQueriesContext(connection) as asked:
            li.get(where)
        return len(asked)

    li = client(LI)
    report()
    li.get(where)
    before = statements()
    for _ in range(3):
        report()
    assert statements() == before


def test_the_signs_of_a_city_weigh_little() -> None:
    for _ in range(4):
        report()
    content = client(LI).get("/map/cases/signs", {"zoom": "18", "box": EVERYWHERE}).content
    assert len(content) < 100 + 60 * len(json.loads(content)["signs"])
