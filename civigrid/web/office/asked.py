"""What the address of a list says it is narrowed to, and the form that says it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from civigrid.cases.rules import CITY, Moment, Stage, Wanted, Whether
from civigrid.cases.words import MOMENTS, WHETHER
from civigrid.catalog import queries as catalog
from civigrid.catalog.rules import Family
from civigrid.web import shell, wording
from civigrid.web.office.days import DAY, begins, day_of
from civigrid.web.office.naming import NONE, Naming

LONGEST = 200  # signs of a value that are read
NAMES = ("q", "stage", "state", "family", "unit", "matter", "place", "source", "date", "from", "to")
STAGES = tuple(stage for stage in Stage if stage not in (Stage.COLLECT, Stage.FEEDBACK, Stage.EVALUATE))


@dataclass(frozen=True, slots=True)
class Choice:
    value: str
    words: str
    here: bool


@dataclass(frozen=True, slots=True)
class Control:
    """One field of the form. `source`: where a picker asks; `kind`: "date" or "" for a text."""

    name: str
    label: str
    value: str = ""
    kind: str = ""
    source: str = ""
    choices: tuple[Choice, ...] = ()


@dataclass(frozen=True, slots=True)
class Asked:
    """`query`: what narrows the list, as the address says it; `bad`: what of it nothing fits: then nothing is shown."""

    query: dict[str, str]
    wanted: Wanted
    bad: tuple[str, ...] = ()
    controls: tuple[Control, ...] = field(default=())

    @property
    def narrowed(self) -> bool:
        return any(name != "q" for name in self.query)


def asked(request: Any) -> Asked:
    """What the request asks for. Inside the transaction the page reads in."""
    query = {name: value for name in NAMES if (value := said(request, name))}
    naming, bad = Naming(shell.today(request)), list[str]()
    wanted = Wanted(
        stage=_member(Stage, query, "stage", bad),
        whether=_member(Whether, query, "state", bad),
        family=_member(Family, query, "family", bad),
        unit_id=_named(naming.unit_named, query, "unit", bad),
        matter_id=_named(naming.matter_named, query, "matter", bad),
        region=_named(naming.region_named, query, "place", bad) or "",
        source=_source(query, bad),
        moment=_member(Moment, query, "date", bad) or Moment.OPENED,
    )
    since, until = _day(query, "from", bad), _day(query, "to", bad)
    wanted = _spanned(wanted, since, until, request.now)
    return Asked(query, wanted, tuple(bad), tuple(_controls(query, naming)))


def said(request: Any, name: str) -> str:
    return str(request.GET.get(name, "")).strip()[:LONGEST]


def to(name: str, **query: str) -> str:
    """The address of a page with its query; empty values are left out."""
    kept = {key: value for key, value in query.items() if value}
    return reverse(name) + (f"?{urlencode(kept)}" if kept else "")


def _spanned(wanted: Wanted, since: date | None, until: date | None, now: datetime) -> Wanted:
    """Whole days of the city; what is overdue is so by now."""
    start, end = begins(since) if since else None, begins(until + DAY) if until else None
    if wanted.moment is Moment.OVERDUE and (start or end):
        end = min(end or now, now)
    return replace(wanted, since=start, until=end)


def _member(codes: Any, query: dict[str, str], name: str, bad: list[str]) -> Any:
    value = query.get(name, "")
    if value and value not in set(codes):
        bad.append(value)
        return None
    return codes(value) if value else None


def _named(find: Any, query: dict[str, str], name: str, bad: list[str]) -> Any:
    value = query.get(name, "")
    found = find(value) if value else None
    if value and found is None:
        bad.append(value)
    return found


def _source(query: dict[str, str], bad: list[str]) -> str:
    """Any code: a pack may have dropped a source that cases still have. What could be none is said to fit nothing."""
    value = query.get("source", "")
    if len(value) > 40:
        bad.append(value)
    return value


def _day(query: dict[str, str], name: str, bad: list[str]) -> date | None:
    value = query.get(name, "")
    found = day_of(value) if value else None
    if value and found is None:
        bad.append(value)
    return found


def _controls(query: dict[str, str], naming: Naming) -> Iterable[Control]:
    yield _picker("unit", "units", _("Lead unit"), query, {NONE: _("with no unit yet")})
    yield _picker("matter", "matters", _("Matter"), query, {NONE: _("matter not known yet")})
    yield _picker("place", "regions", _("Town or community"), query, {CITY: _("place not known nearer than the city")})
    yield _choice("stage", _("Stage"), query, [(stage, wording.of("stage", stage)) for stage in STAGES])
    yield _choice("state", pgettext("case", "Open or closed"), query, list(WHETHER.items()))
    yield _choice("family", _("Family"), query, [(each, wording.of("family", each)) for each in Family])
    sources = [(code, naming.source(code)) for code in catalog.city().sources]
    yield _choice("source", _("Source"), query, sources)
    yield _choice("date", _("Days by when they were"), query, list(MOMENTS.items()), first=False)
    yield Control("from", pgettext("first day", "from"), query.get("from", ""), kind="date")
    yield Control("to", pgettext("last day", "until"), query.get("to", ""), kind="date")


def _picker(name: str, kind: str, label: str, query: dict[str, str], also: dict[str, str]) -> Control:
    """`also`: what stands for "none", which is shown in words."""
    value = query.get(name, "")
    return Control(
        name, label, f"{value} {also[value]}" if value in also else value, source=reverse("pick", args=[kind])
    )


def _choice(
    name: str, label: str, query: dict[str, str], options: Iterable[tuple[str, str | Promise]], *, first: bool = True
) -> Control:
    here = query.get(name, "")
    every = [Choice("", _("all"), not here)] if first else []
    return Control(
        name, label, choices=(*every, *(Choice(str(code), str(words), code == here) for code, words in options))
    )
