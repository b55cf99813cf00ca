"""Cases and reports in lists that are narrowed by filters; the address holds them all."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET

from civigrid.base.errors import Refused
from civigrid.cases import queries as cases
from civigrid.cases.queries import CaseLine
from civigrid.directory.rules import ADMINISTRATORS
from civigrid.flow import searching
from civigrid.intake import queries as intake
from civigrid.intake.queries import UNPROCESSED, ReportLine, Wish
from civigrid.intake.rules import DispositionKind
from civigrid.web import shell, wording
from civigrid.web.office.asked import Asked, Choice, Control, asked, said, to
from civigrid.web.office.days import DAY, begins, day_of
from civigrid.web.office.naming import Naming

PAGE = 50
WEEK = 7 * DAY


@require_GET
def cases_listed(request: Any) -> HttpResponse:
    """Cases in scope by the filters of `asked`, the newest first; ?after= the last cursor seen."""
    if request.actor.role in ADMINISTRATORS:
        raise Http404
    after = said(request, "after")
    with shell.finding(request) as narrow:
        found = asked(request)
        ids = [] if found.wanted.spanned else _newest(request, found, after)
        narrow()
        if found.wanted.spanned:
            rows = _spanned(request, found, after)
            lines, cursor = [line for _cursor, line in rows[:PAGE]], rows[PAGE - 1][0] if len(rows) > PAGE else ""
        else:
            page = searching.read_page(ids, (), now=request.now, limit=PAGE)
            lines, cursor = page.lines, page.next
    query = {name: value for name, value in found.query.items() if name != "q"}
    context = {
        "asked": found,
        "lines": lines,
        "clear_address": to("case_list"),
        **_pages("case_list", query, after, cursor),
    }
    return shell.page(request, "office/cases.html", context)


def _spanned(request: Any, found: Asked, after: str) -> list[tuple[str, CaseLine]]:
    """Those of a span of days, by their moment; one more than a page where there are."""
    if found.bad:
        return []
    try:
        return cases.listed(request.actor, found.wanted, now=request.now, after=after, limit=PAGE + 1)
    except Refused as no:  # a cursor nobody gave
        raise Http404 from no


def _newest(request: Any, found: Asked, after: str) -> list[int]:
    """Ids of a page by when they were opened, and of one more where there is one."""
    if found.bad:
        return []
    try:
        return searching.find_ids((), found.wanted, actor=request.actor, after=after, limit=PAGE)
    except Refused as no:
        raise Http404 from no


def _pages(name: str, query: dict[str, str], after: str, cursor: str) -> dict[str, Any]:
    """Where the next page begins, and the way back."""
    return {
        "first": not after,
        "first_address": to(name, **query),
        "next_address": to(name, **query, after=cursor) if cursor else "",
    }


@require_GET
def reports_listed(request: Any) -> HttpResponse:
    """Reports in scope of ?from= to ?to= (the last seven days), by ?source= and ?became=; ?after= the last cursor seen."""
    if request.actor.role not in shell.REPORT_READERS:
        raise Http404
    after, bad = said(request, "after"), list[str]()
    with shell.reading(request):
        query = _query(request, bad)
        lines = [] if bad else _reports(query, after)
        naming = Naming(shell.today(request))
        sources = {line.source: naming.source(line.source) for line in lines}
        controls = _controls(query, naming)
    context = {
        "controls": controls,
        "bad": bad,
        "lines": lines[:PAGE],
        "sources": sources,
        "clear_address": to("report_list"),
        **_pages("report_list", query, after, lines[PAGE - 1].cursor if len(lines) > PAGE else ""),
    }
    return shell.page(request, "office/reports.html", context)


def _query(request: Any, bad: list[str]) -> dict[str, str]:
    """What narrows the list. Days are always there: of all reports there ever were nobody makes use."""
    today: date = shell.today(request)
    until = _day(said(request, "to"), bad) or today
    since = _day(said(request, "from"), bad) or until - WEEK + DAY
    became = said(request, "became")
    if became and became not in {*DispositionKind, UNPROCESSED}:
        bad.append(became)
    query = {
        "from": since.isoformat(),
        "to": until.isoformat(),
        "source": said(request, "source")[:40],
        "became": became,
    }
    return {name: value for name, value in query.items() if value}


def _day(text: str, bad: list[str]) -> date | None:
    found = day_of(text) if text else None
    if text and found is None:
        bad.append(text)
    return found


def _reports(query: dict[str, str], after: str) -> list[ReportLine]:
    since, until = date.fromisoformat(query["from"]), date.fromisoformat(query["to"])
    wish = Wish(begins(since), begins(until + DAY), query.get("source", ""), query.get("became", ""))
    try:
        return intake.reports_listed(wish, after=after, limit=PAGE + 1)
    except Refused as no:
        raise Http404 from no


def _controls(query: dict[str, str], naming: Naming) -> list[Control]:
    became = [*((str(kind), wording.of("disposition", kind)) for kind in DispositionKind), (UNPROCESSED, unprocessed())]
    sources = [(code, naming.source(code)) for code in naming.sources()]
    return [
        _choice("became", pgettext("report", "Disposition"), query, became),
        _choice("source", _("Source"), query, sources),
        Control("from", pgettext("first day", "from"), query["from"], kind="date"),
        Control("to", pgettext("last day", "until"), query["to"], kind="date"),
    ]


def unprocessed() -> str:
    """What is said of a report of which nothing became yet."""
    return pgettext("disposition", "Not processed yet")


def _choice(name: str, label: str, query: dict[str, str], options: list[tuple[str, str]]) -> Control:
    here = query.get(name, "")
    every = Choice("", _("all"), not here)
    return Control(name, label, choices=(every, *(Choice(code, words, code == here) for code, words in options)))
