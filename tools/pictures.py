"""The pictures that the READMEs show: as far as the screen goes, in few colours, so that they are small enough to be kept."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page

FOLDER = Path(__file__).parents[1] / "docs" / "pictures"
COLOURS = 64
SETTLED = 2500  # ms after which the names on a map, and what a page offers while one types, stand still
SIZES = {"desk": (1366, 768), "phone": (390, 844)}


@dataclass(frozen=True)
class Picture:
    """What `who` ("": nobody signed in) sees at `address`; `first`: of its first line; `typed`: into the field of that name;
    `touched`: then on the first of these.
    """

    name: str
    who: str
    address: str
    size: str = "desk"
    first: bool = False
    typed: tuple[tuple[str, str], ...] = ()
    touched: str = ""


PICTURES = (
    Picture("report", "", "/report/", "phone", typed=(("text", "楼道里煤气味很重"),)),
    Picture(
        "register", "li-intake", "/desk/register/", typed=(("text", "学府路路面坑洼，坑很深"), ("place", "学府路")),
        touched="#places button",
    ),
    Picture("case", "shen-office", "/office/cases/?stage=handle", first=True),
    Picture("inbox", "chen-handler4001", "/tasks/", "phone"),
    Picture("map", "shen-office", "/map/"),
    Picture("day", "shen-office", "/office/day/?date={before}"),
)  # fmt: skip


def take(browser: Browser, url: str, password: str) -> Iterator[Path]:
    """Each in both languages; where they were written."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for language in ("zh-hans", "en"):
        for picture in PICTURES:
            width, height = SIZES[picture.size]
            context = browser.new_context(viewport={"width": width, "height": height}, locale=language)
            page = context.new_page()
            if picture.who:
                sign_in(page, url, picture.who, password)
            context.add_cookies([{"name": "civigrid_language", "value": language, "url": url}])
            _open(page, url, picture)
            target = FOLDER / f"{picture.name}.{language[:2]}.png"
            seen = Image.open(BytesIO(page.screenshot()))
            seen.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE).save(target, optimize=True)
            context.close()
            yield target


def _open(page: Page, url: str, picture: Picture) -> None:
    page.goto(url + picture.address.format(before=datetime.now(UTC).date() - timedelta(days=1)))
    if picture.first:
        page.goto(url + str(page.locator("[data-line]").first.get_attribute("href")))
    for name, text in picture.typed:
        page.locator(f"[name={name}]").fill(text)
    if picture.touched:
        page.locator(picture.touched).first.click()
    if picture.typed:
        page.wait_for_timeout(SETTLED)
    settle(page)


def settle(page: Page) -> None:
    """Waits for the map of the page, where it has one."""
    if page.locator("civigrid-map").count():
        page.wait_for_selector("civigrid-map[data-state]")
        page.wait_for_timeout(SETTLED)


def sign_in(page: Page, url: str, username: str, password: str) -> None:
    page.goto(f"{url}/accounts/login/")
    page.fill("[name=login]", username)
    page.fill("[name=password]", password)
    page.click("main button")
    page.wait_for_url(f"{url}/")
