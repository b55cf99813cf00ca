"""日报: the figures of a day as tables, each with the address of exactly what it counts. Nothing of it is about persons."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from civigrid.cases import queries as cases
from civigrid.cases.queries import By, Daily
from civigrid.cases.rules import Moment
from civigrid.directory.rules import Actor
from civigrid.intake import queries as intake
from civigrid.intake.queries import UNPROCESSED
from civigrid.intake.rules import DispositionKind
from civigrid.web import wording
from civigrid.web.office.asked import to
from civigrid.web.office.days import DAY, span
from civigrid.web.office.lists import unprocessed
from civigrid.web.office.naming import Naming

BEFORE = (DAY, 7 * DAY)  # what a day is compared with
MOMENTS = tuple(Moment)
KINDS = (*(str(kind) for kind in DispositionKind), UNPROCESSED)
Received = dict[tuple[str, str], int]


@dataclass(frozen=True, slots=True)
class Cell:
    """A figure and what it counts, listed there."""

    number: int
    address: str


@dataclass(frozen=True, slots=True)
class Tile:
    """`yesterday` and `last_week`: the same figure of the day before and of seven days before."""

    words: str
    figure: Cell
    yesterday: int
    last_week: int
    level: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of a name and a figure a column; the last row is all of them where they add up."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, tuple[Cell, ...]], ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """`balance`: what became of the reports, by source; `tables`: the cases by place, unit, matter and source."""

    on: date
    tiles: tuple[Tile, ...]
    balance: Table
    tables: tuple[Table, ...]


def sheet(actor: Actor, on: date, *, now: datetime) -> Sheet:
    """The day's sheet within the scope of the open transaction. Five statements, whatever there is."""
    others = [span(on - each) for each in BEFORE]
    day, before = cases.daily(actor.scope, span(on), others, now=now)
    reports, *reports_before = intake.received([span(on), *others])
    naming = Naming(on)
    came = [sum(each.values()) for each in reports_before]
    return Sheet(
        on=on,
        tiles=(_tile_of_reports(on, reports, came), *_tiles(on, day, before)),
        balance=_balance(on, reports, naming),
        tables=tuple(_tables(on, day, naming)),
    )


def _tile_of_reports(on: date, reports: Received, before: Sequence[int]) -> Tile:
    return Tile(_("Reports received"), _reports(on, sum(reports.values())), before[0], before[1])


def _tiles(on: date, day: Daily, before: Sequence[Counter[Moment]]) -> Iterable[Tile]:
    for moment, words in _words().items():
        level = "red" if moment is Moment.OVERDUE and day.all[moment] else ""
        yield Tile(words, _cases(on, moment, day.all[moment]), before[0][moment], before[1][moment], level)


def _words() -> dict[Moment, str]:
    return {
        Moment.OPENED: _("Cases opened"),
        Moment.DISPATCHED: _("Cases dispatched"),
        Moment.DUE: _("Cases due"),
        Moment.OVERDUE: _("of these overdue"),
        Moment.CLOSED: _("Cases closed"),
    }


def _balance(on: date, reports: Received, naming: Naming) -> Table:
    """Every report in exactly one column: what became of it."""
    kinds = [kind for kind in KINDS if any(became == kind for _source, became in reports)]
    sources = [*naming.sources(), *sorted({source for source, _became in reports} - set(naming.sources()))]
    rows = [
        (naming.source(source), _became(on, reports, kinds, source))
        for source in sources
        if any(each == source for each, _became_of_it in reports)
    ]
    return Table(
        title=_("What became of the reports"),
        columns=(pgettext("sum", "All"), *(_kind(kind) for kind in kinds)),
        rows=(*rows, (pgettext("sum", "All"), _became(on, reports, kinds, ""))),
        note=_("Every report stands in exactly one column."),
    )


def _kind(kind: str) -> str:
    return unprocessed() if kind == UNPROCESSED else wording.of("disposition", DispositionKind(kind))


def _became(on: date, reports: Received, kinds: Sequence[str], source: str) -> tuple[Cell, ...]:
    """One row: all of a source, then by what became of them; "" is every source."""
    own: Counter[str] = Counter()
    for (each, became), number in reports.items():
        if source in ("", each):
            own[became] += number
    return (
        _reports(on, own.total(), source=source),
        *(_reports(on, own[kind], source=source, became=kind) for kind in kinds),
    )


def _tables(on: date, day: Daily, naming: Naming) -> Iterable[Table]:
    """In the order of codes, never of figures: this is no ranking."""
    ways: dict[By, tuple[str, str, Callable[[Any], str], Callable[[Any], str]]] = {
        By.TOWN: (_("By town"), "place", str, naming.region),
        By.UNIT: (_("By lead unit"), "unit", naming.unit_code, naming.unit),
        By.MATTER: (_("By matter"), "matter", naming.matter_code, naming.matter),
        By.SOURCE: (_("By source"), "source", str, naming.source),
    }
    for by, (title, name, code, words) in ways.items():
        keys = sorted(day.by[by], key=code)
        rows = [(words(key), _line(on, day.by[by][key], **{name: code(key)})) for key in keys]
        total = (pgettext("sum", "All"), _line(on, day.all))
        columns = tuple(wording.of("moment", moment) for moment in MOMENTS)
        yield Table(title, columns, (*rows, total) if rows else ())


def _line(on: date, counter: Counter[Moment], **query: str) -> tuple[Cell, ...]:
    return tuple(_cases(on, moment, counter[moment], **query) for moment in MOMENTS)


def _cases(on: date, moment: Moment, number: int, **query: str) -> Cell:
    day = on.isoformat()
    return Cell(number, to("case_list", **query, date=moment.value, **{"from": day, "to": day}))


def _reports(on: date, number: int, **query: str) -> Cell:
    day = on.isoformat()
    return Cell(number, to("report_list", **query, **{"from": day, "to": day}))
