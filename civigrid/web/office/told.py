"""One report, whatever became of it: what was said, and what its sender was told."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_GET

from civigrid.cases import queries as cases
from civigrid.cases.rules import Happened, Happening
from civigrid.flow import timeline
from civigrid.intake import queries as intake
from civigrid.web import shell, wording

LARGEST_ID = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Line:
    """One thing the sender may know of; `text`: what he was told, None where it was deleted by rule."""

    at: datetime
    what: str
    text: str | None
    number: str


@require_GET
def report(request: Any, report_id: int) -> HttpResponse:
    """404 for whom lists of reports are not, and for a report out of his scope."""
    if report_id > LARGEST_ID or request.actor.role not in shell.REPORT_READERS:
        raise Http404
    with shell.reading(request):
        found = intake.said_by_ids([report_id])
        if not found:
            raise Http404
        became = intake.disposed([report_id]).get(report_id)
        seen = cases.cases_of([report_id], now=request.now)
    told = _told(report_id, {"", *(case.number for case in seen)})
    context = {"report": found[0], "became": became, "cases": seen, "story": told}
    return shell.page(request, "office/report.html", context)


def _told(report_id: int, numbers: set[str]) -> list[Line]:
    """The newest first, and nothing of cases that the reader does not see."""
    happened = [each for each in timeline.of_report(report_id) if each.number in numbers]
    return [Line(each.at, _what(each), each.text, each.number) for each in reversed(happened)]


def _what(each: Happening) -> str:
    if each.what is Happened.DISPOSED:
        return wording.of("disposition", each.facts["kind"])
    return wording.of("happened", each.what)
