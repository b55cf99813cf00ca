"""Residents for the stories of their door: browsers without an account, and what stands on their pages."""

from __future__ import annotations

import re
from typing import Any

from django.test import Client

from tests import democity
from tests.web.people import photo

WORDS = "学府路口的路灯不亮，晚上看不清路"
_KEY = re.compile(r'name="key" value="([^"]+)"')


class Resident:
    """陈阿姨 with her telephone: one browser, no account."""

    def __init__(self, **headers: str) -> None:
        self.browser = Client(headers={"Accept": "text/html", **headers})

    def form(self, **fields: Any) -> dict[str, Any]:
        """An empty form as the page gives it, filled in."""
        key = self.key()
        return {"key": key, "text": WORDS, "place": "学府路口", "kind": "help", **fields}

    def key(self) -> str:
        found = _KEY.search(self.get("/report/"))
        assert found
        return found[1]

    def get(self, where: str) -> str:
        return self.browser.get(where).content.decode()

    def post(self, where: str = "/report/", **fields: Any) -> Any:
        return self.browser.post(where, fields)

    def report(self, **fields: Any) -> tuple[str, str]:
        """Number and query code of a report that was taken."""
        answer = self.post(**self.form(**fields))
        assert answer.status_code == 303, answer.content.decode()
        return self.receipt()

    def receipt(self) -> tuple[str, str]:
        page = self.browser.get("/report/receipt/")
        assert page.status_code == 200
        return page.context["sent"].number, page.context["code"]

    def open(self, number: str, code: str) -> Any:
        return self.post("/report/progress/", number=number, code=code)

    def add(self, verb: str, number: str = "", text: str = "") -> Any:
        """What the page of her report offers, filled in."""
        page = self.browser.get("/report/progress/")
        acts = [act for _, acts in page.context["cases"] for act in acts] + page.context["acts"]
        [act] = [each for each in acts if each["verb"] == verb and number in ("", each["number"])]
        return self.post(f"/report/progress/{verb}/", key=act["key"], number=act["number"], text=text)


def pin() -> dict[str, str]:
    lon, lat = democity.inside("990181001001003")
    return {"lon": f"{lon:.6f}", "lat": f"{lat:.6f}"}


def picture(name: str = "路灯.jpg") -> Any:
    return photo(name)
