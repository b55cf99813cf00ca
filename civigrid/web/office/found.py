"""The search: words in the texts, places and numbers of cases."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_GET

from civigrid.base.errors import Refused
from civigrid.cases import queries as cases
from civigrid.cases.queries import CaseLine
from civigrid.cases.rules import LONGEST_QUERY, Piece, Term, folded, marked, terms
from civigrid.directory.rules import ADMINISTRATORS
from civigrid.flow import searching
from civigrid.flow.searching import Found
from civigrid.web import shell, wording
from civigrid.web.office.asked import Asked, asked, said, to

PAGE = 50
AROUND = 40  # signs before what was found; three times as many after it
TITLE_AROUND = 1_000
LEAST_NUMBER = 10  # signs of what may be a whole number


@dataclass(frozen=True, slots=True)
class Hit:
    """A line with its words in pieces, what was looked for apart."""

    line: CaseLine
    number: list[Piece]
    title: list[Piece]
    text: list[Piece]
    place: list[Piece]


@require_GET
def search(request: Any) -> HttpResponse:
    """?q= words, all of which must be there; ?after= the last cursor seen; the filters of the case list. A whole number
    leads to its case.
    """
    if request.actor.role in ADMINISTRATORS:
        raise Http404
    query, after = said(request, "q"), said(request, "after")
    words, trouble = _terms(query)
    with shell.finding(request) as narrow:
        narrowed = asked(request)
        ids = _ids(request, words, narrowed, after)
        narrow()
        number = _numbered(query)
        page = searching.read_page(ids, words, now=request.now, limit=PAGE) if ids and not number else Found([], "")
    if number:
        return HttpResponseRedirect(reverse("case", args=[number]))
    context = {
        "q": query,
        "longest": LONGEST_QUERY,
        "trouble": trouble,
        "asked": narrowed,
        "hits": [_hit(line, words) for line in page.lines],
        "first": not after,
        "first_address": to("search", **narrowed.query),
        "next_address": to("search", **narrowed.query, after=page.next) if page.next else "",
        "clear_address": to("search", q=query),
        "list_address": to("case_list", **{name: value for name, value in narrowed.query.items() if name != "q"}),
    }
    return shell.page(request, "office/search.html", context)


def _terms(query: str) -> tuple[tuple[Term, ...], str]:
    """What is looked for; and why nothing is, in words."""
    if not query:
        return (), ""
    try:
        return terms(query), ""
    except Refused as no:
        return (), wording.refusal(no.code, no.facts)


def _numbered(query: str) -> str:
    """The case in scope whose whole number was typed, "" where it is none. It need not be in the index yet."""
    typed = folded(query)
    whole = len(typed) >= LEAST_NUMBER and typed.isascii() and any(map(str.isdecimal, typed))
    return cases.numbered(typed) if whole else ""


def _ids(request: Any, words: tuple[Term, ...], narrowed: Asked, after: str) -> list[int]:
    if not words or narrowed.bad:
        return []
    try:
        return searching.find_ids(words, narrowed.wanted, actor=request.actor, after=after, limit=PAGE)
    except Refused as no:  # a cursor nobody gave
        raise Http404 from no


def _hit(line: CaseLine, words: tuple[Term, ...]) -> Hit:
    return Hit(
        line,
        marked(line.number, words),
        marked(line.title, words, around=TITLE_AROUND),
        marked(line.excerpt, words, around=AROUND),
        marked(line.place_text, words),
    )
