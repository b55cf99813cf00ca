"""The map in a real browser: drawn by WebGL in software, and as a drawing where there is none."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from civigrid.base import db
from civigrid.places import queries as places
from tests.browser import looks
from tests.browser.conftest import CHROMIUM, DESK, PHONE, QUIET, Site, Windows
from tests.browser.test_every_page import TOO_WIDE, TOUCH, faults
from tests.web import people
from tests.web.people import LI, SHEN

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser map")]
WITH_WEBGL = [flag for flag in QUIET if flag != "--disable-gpu"] + [
    "--use-angle=swiftshader", "--enable-unsafe-swiftshader", "--ignore-gpu-blocklist",
]  # fmt: skip
WITHOUT_WEBGL = [*QUIET, "--disable-3d-apis"]
DRAWN = 30_000  # ms: software draws slowly where others compute too
STILL = """() => document.querySelector('civigrid-map').ready
    .then(map => map.loaded() ? null : new Promise(done => map.once('idle', () => done(null))))"""
AT = "point => document.querySelector('civigrid-map').ready.then(map => map.project(point))"
NAMES = """layer => document.querySelector('civigrid-map').ready
    .then(map => map.queryRenderedFeatures({layers: [layer]}).map(each => each.properties.name))"""


@dataclass(frozen=True)
class Spot:
    """A grid, and a point inside it."""

    code: str
    name: str
    point: tuple[float, float]


@pytest.fixture(scope="module")
def grids(site: Site) -> list[Spot]:
    with site.inside(), db.system():
        on = people.today()
        rows, shapes = places.grids(on), places.shapes(on)
        points = {each: shape.representative_point() for each, shape in shapes.items()}
        return [Spot(row.code, row.name, (points[each].x, points[each].y)) for each, row in rows.items()]


@pytest.fixture(scope="module")
def painter(chromium: Any) -> Iterator[Any]:
    browser = chromium.browser_type.launch(executable_path=CHROMIUM, args=WITH_WEBGL)
    yield browser
    browser.close()


@pytest.fixture(scope="module")
def plain(chromium: Any) -> Iterator[Any]:
    browser = chromium.browser_type.launch(executable_path=CHROMIUM, args=WITHOUT_WEBGL)
    yield browser
    browser.close()


@pytest.fixture
def drawing(painter: Any, site: Site) -> Iterator[Windows]:
    """Windows with WebGL."""
    yield from opened(painter, site)


@pytest.fixture
def drawn(plain: Any, site: Site) -> Iterator[Windows]:
    """Windows without."""
    yield from opened(plain, site)


def opened(browser: Any, site: Site) -> Iterator[Windows]:
    windows = Windows(browser, site)
    yield windows
    for context in windows.contexts:
        context.close()


def the_map(windows: Windows, address: str, **how: Any) -> Page:
    page = windows.open(LI, address, **how)
    expect(page.locator("civigrid-map")).to_have_attribute("data-state", "drawn", timeout=DRAWN)
    page.evaluate(STILL)
    return page


def click_at(page: Page, point: tuple[float, float]) -> None:
    page.evaluate(STILL)
    box, at = page.locator("civigrid-map").bounding_box(), page.evaluate(AT, list(point))
    assert box is not None
    page.mouse.click(box["x"] + at["x"], box["y"] + at["y"])


def colours(page: Page) -> dict[tuple[int, int, int], int]:
    """How many pixels of the map have which colour."""
    picture = Image.open(io.BytesIO(page.locator("civigrid-map canvas").screenshot())).convert("RGB")
    return {colour: count for count, colour in picture.getcolors(picture.width * picture.height) or []}


def test_the_map_is_drawn_with_land_borders_and_names(drawing: Windows) -> None:
    page = the_map(drawing, "/map/")
    found = colours(page)
    whole = sum(found.values())
    assert found.get((0xE9, 0xED, 0xF1), 0) > whole / 100, "what lies outside"
    assert found.get((0xE9, 0xED, 0xF1), 0) < whole * 0.8
    assert len(found) > 50, "lines and letters have soft edges"
    names = page.evaluate(NAMES, "town-name")
    assert set(names) & {"文昌街道", "东湖街道", "双桥镇"}


def test_pointing_at_a_grid_opens_its_panel_and_the_address_can_be_shared(drawing: Windows, grids: list[Spot]) -> None:
    grid = grids[0]
    page = the_map(drawing, f"/map/?area={grid.code[:12]}")
    click_at(page, grid.point)
    expect(page.locator("#area-name")).to_have_text(grid.name)
    expect(page.locator("#announce")).to_have_text(grid.name)
    expect(page).to_have_url(re.compile(rf"area={grid.code}.*#map=[\d./]+"))
    page.reload()
    expect(page.locator("#area-name")).to_have_text(grid.name)
    page.go_back()
    expect(page.locator("#area-name")).not_to_have_text(grid.name)


def test_an_area_named_beside_the_map_is_shown_on_it(drawing: Windows, grids: list[Spot]) -> None:
    page = the_map(drawing, "/map/")
    before = page.evaluate(AT, list(grids[0].point))
    page.locator(f"#area a[data-area='{grids[0].code[:9]}']").click()
    expect(page.locator("#area-name")).to_be_focused()
    expect(page).to_have_url(re.compile(grids[0].code[:9]))
    page.evaluate(STILL)
    assert page.evaluate(AT, list(grids[0].point)) != before


def test_the_keyboard_moves_the_map_and_opens_what_is_in_the_middle(drawing: Windows, grids: list[Spot]) -> None:
    grid = grids[-1]
    page = the_map(drawing, f"/map/#map=15/{grid.point[1]}/{grid.point[0]}")
    page.locator("civigrid-map canvas").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#area-name")).to_have_text(grid.name)
    page.keyboard.press("+")
    expect(page).to_have_url(re.compile(r"#map=16/"))


def test_layers_are_switched_off_and_on(drawing: Windows) -> None:
    page = the_map(drawing, "/map/")
    page.locator(".map__legend summary").click()
    seen = "() => document.querySelector('civigrid-map').ready.then(map => map.getLayoutProperty('grid-border', 'visibility'))"
    page.get_by_label("网格", exact=True).uncheck()
    assert page.evaluate(seen) == "none"
    page.get_by_label("网格", exact=True).check()
    assert page.evaluate(seen) == "visible"


def test_a_mark_may_be_moved_where_a_form_wants_it(drawing: Windows, grids: list[Spot]) -> None:
    page = the_map(drawing, "/map/")
    page.evaluate(
        """([lon, lat]) => {
            const old = document.querySelector('civigrid-map');
            const map = old.cloneNode(false);
            for (const [name, value] of [['lon', lon], ['lat', lat], ['pin', 'move'], ['data-state', '']]) {
                map.setAttribute(name, value);
            }
            map.removeAttribute('hash');
            map.addEventListener('map:pin', ({detail}) => { map.dataset.told = `${detail.lon} ${detail.lat}`; });
            old.replaceWith(map);
        }""",
        list(grids[0].point),
    )
    the = page.locator("civigrid-map")
    expect(the).to_have_attribute("data-state", "drawn", timeout=DRAWN)
    expect(page.locator(".maplibregl-marker")).to_have_count(1)
    lon, lat = grids[0].point
    click_at(page, (lon + 0.0005, lat))
    expect(the).to_have_attribute("data-told", re.compile(r"^\d"))
    told = [float(each) for each in str(the.get_attribute("data-told")).split()]
    assert told == pytest.approx([lon + 0.0005, lat], abs=2e-5)
    assert [float(str(the.get_attribute(each))) for each in ("lon", "lat")] == told


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_everybody_can_use_the_map(drawing: Windows, grids: list[Spot], language: str) -> None:
    blocked: list[str] = []
    page = drawing.context(SHEN, language=language).new_page()
    page.on("console", lambda message: blocked.append(message.text) if message.type in {"error", "warning"} else None)
    page.on("pageerror", lambda error: blocked.append(str(error)))
    page.goto(f"/map/?area={grids[0].code}")
    expect(page.locator("civigrid-map")).to_have_attribute("data-state", "drawn", timeout=DRAWN)
    page.locator(".map__legend summary").click()
    assert look(page) == []
    assert [each for each in blocked if "GPU stall" not in each and "GL Driver" not in each] == []


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_everybody_can_use_the_drawing(drawn: Windows, language: str) -> None:
    page = drawn.context(SHEN, language=language).new_page()
    for address in looks.MAP:
        page.goto(address)
        expect(page.locator("svg.drawing")).to_be_visible()
        assert look(page) == [], address


def look(page: Page) -> list[str]:
    wrong = []
    for size in (DESK, PHONE):
        page.set_viewport_size(size)  # type: ignore[arg-type]
        wrong += [f"{size['width']}: {fault}" for fault in faults(page)]
        if (over := page.evaluate(TOO_WIDE)) > 0:
            wrong.append(f"{size['width']}: {over} px too wide")
    return wrong + [f"hard to touch {each}" for each in page.evaluate(TOUCH)]


def test_without_webgl_the_drawing_stands_in_its_place(drawn: Windows, grids: list[Spot]) -> None:
    page = drawn.open(LI, "/map/")
    expect(page.locator("civigrid-map svg.drawing")).to_be_visible()
    page.locator(f"svg.drawing a[href$='{grids[0].code[:9]}'] path").click()
    expect(page).to_have_url(re.compile(f"view=drawing&area={grids[0].code[:9]}"))
    expect(page.locator("#area-name")).to_be_visible()
    page.locator(f"svg.drawing a[href$='{grids[0].code[:12]}']").focus()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(f"view=drawing&area={grids[0].code[:12]}"))


def test_without_scripts_too(windows: Windows) -> None:
    context = windows.chromium.new_context(java_script_enabled=False, base_url=windows.site.url, locale="zh-CN")
    windows.contexts.append(context)
    context.add_cookies(windows.context(LI).cookies())
    page = context.new_page()
    page.goto("/map/")
    expect(page.locator("svg.drawing")).to_be_visible()
    expect(page).to_have_url(re.compile("view=drawing"))


def test_where_the_map_comes_to_no_end_a_drawing_is_offered(drawing: Windows) -> None:
    context = drawing.context(LI)
    context.route("**/map-style.js", lambda route: route.abort())
    page = context.new_page()
    page.goto("/map/")
    page.locator(".map__plain a").click()
    expect(page.locator("svg.drawing")).to_be_visible()


def test_the_large_text_makes_larger_names(drawing: Windows) -> None:
    context = drawing.context(LI, size=PHONE)
    context.add_cookies([{"name": "civigrid_large", "value": "1", "url": drawing.site.url}])
    page = context.new_page()
    page.goto("/map/")
    expect(page.locator("civigrid-map")).to_have_attribute("data-state", "drawn", timeout=DRAWN)
    size = "() => document.querySelector('civigrid-map').ready.then(map => map.getLayoutProperty('place-name', 'text-size'))"
    assert page.evaluate(size) == 15
    assert page.evaluate(TOO_WIDE) <= 0
