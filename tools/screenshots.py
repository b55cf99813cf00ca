"""Pictures of the main pages, in both languages, at the width of an office screen and of a telephone.

They go to a folder outside the repository, to be looked at; with --readme those that the READMEs show go to docs/pictures.
Needs a running Civigrid with the demonstration's people.
Usage: python -m tools.screenshots [--url http://127.0.0.1:8000] [--password civigrid-demo] [--out FOLDER] [--only NAME]
       [--readme]
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, sync_playwright

from tools import pictures
from tools.pictures import SIZES, settle, sign_in

CHROMIUM = "/usr/bin/chromium"
QUIET = [
    "--no-sandbox", "--use-angle=swiftshader", "--enable-unsafe-swiftshader", "--ignore-gpu-blocklist", "--disable-quic",
    "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
# who looks at what; "first" opens the first line of the list before
VISITS: dict[str, tuple[str, ...]] = {
    "li-intake": ("/", "/cases/", "first", "/desk/register/", "/desk/reports/", "/desk/transfers/"),
    "zheng-chief": ("/", "/cases/?stage=file", "first", "/parked/", "/cases/?stage=all"),
    "wang-dispatch": ("/cases/", "first"),
    "chen-handler4001": ("/", "/tasks/", "/tasks/?tab=accepted", "first"),
    "zhou-inspector": ("/cases/", "first"),
    "shen-office": (
        "/catalog/", "/catalog/matters/E0102/", "/catalog/standards/", "/catalog/duty/", "/catalog/duty/?view=rows",
        "/catalog/calendars/G/", "/catalog/packs/", "/places/", "/places/990181001/", "/places/grids/", "/directory/",
        "/directory/units/4001/", "/directory/posts/", "/about/",
        "/office/day/", "/office/search/?q=路灯", "/office/cases/", "/office/reports/",
        "/map/", "/map/?area=990181001", "/map/?area=990181001001", "/map/?area=990181001001001", "/map/?view=drawing",
    ),
    "jiang-sysadmin": (
        "/", "/accounts/2fa/", "/accounts/password/change/", "/post/", "/nothing-here/", "/report/", "/report/progress/",
    ),
}  # fmt: skip


def name_of(visit: str) -> str:
    return visit.strip("/").translate(str.maketrans("/?=&", "----")) or "home"


def take(page: Page, url: str, who: str, prefix: Path) -> Iterator[Path]:
    before = ""
    for visit in VISITS[who]:
        if visit == "first":
            first = page.locator("[data-line]").first
            if not first.count():
                continue
            page.goto(url + str(first.get_attribute("href")))
        else:
            page.goto(url + visit)
        name = f"{before}-{visit}" if visit == "first" else name_of(visit)
        before = name
        target = Path(f"{prefix}-{who}-{name}.png")
        settle(page)
        page.screenshot(path=target, full_page=True)
        yield target


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--url", default="http://127.0.0.1:8000")
    parser.add_argument("--password", default="civigrid-demo")
    parser.add_argument("--out", type=Path, default=Path(tempfile.gettempdir()) / "civigrid-screenshots")
    parser.add_argument("--only", default="", help="pictures whose name holds this")
    parser.add_argument("--readme", action="store_true", help="the pictures of the READMEs, into docs/pictures")
    said: Any = parser.parse_args()
    said.out.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        if said.readme:
            for target in pictures.take(browser, said.url, said.password):
                print(target)
            return
        for language in ("zh-hans", "en"):
            for size, (width, height) in SIZES.items():
                for who in VISITS:
                    if said.only and said.only not in f"{language}-{size}-{who}":
                        continue
                    context = browser.new_context(viewport={"width": width, "height": height}, device_scale_factor=1)
                    page = context.new_page()
                    page.goto(f"{said.url}/accounts/login/")
                    context.add_cookies([{"name": "civigrid_language", "value": language, "url": said.url}])
                    sign_in(page, said.url, who, said.password)
                    context.add_cookies([{"name": "civigrid_language", "value": language, "url": said.url}])
                    for target in take(page, said.url, who, said.out / f"{language}-{size}"):
                        print(target)
                    context.close()
        browser.close()


if __name__ == "__main__":
    main()
