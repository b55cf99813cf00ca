"""Which day a page shows: today, or the one of ?on=."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from civigrid.web import shell

FIRST_YEAR, LAST_YEAR = 1949, 2199  # beyond them a day is a slip of the pen


@dataclass(frozen=True, slots=True)
class Asked:
    """`on` is the day shown; `bad` what was asked for where that is no day: then today is shown, and the page says so."""

    on: date
    today: date
    bad: str = ""

    @property
    def other(self) -> bool:
        """Whether another day than today is shown."""
        return self.on != self.today

    @property
    def query(self) -> dict[str, str]:
        """What every address of the page carries on."""
        return {"on": self.on.isoformat()} if self.other else {}


def asked(request: Any) -> Asked:
    """What the request asks for. It is read once and stays on the request."""
    found: Asked | None = getattr(request, "asked", None)
    if found is None:
        found = request.asked = _asked(request.GET.get("on", ""), shell.today(request))
    return found


def _asked(text: str, today: date) -> Asked:
    if not text.strip():
        return Asked(today, today)
    try:
        on = date.fromisoformat(text.strip())
    except ValueError:
        return Asked(today, today, text[:40])
    return Asked(on, today) if FIRST_YEAR <= on.year <= LAST_YEAR else Asked(today, today, text[:40])
