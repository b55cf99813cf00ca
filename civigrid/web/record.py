"""A case's record in words: the codes of each line's facts as a person reads them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from civigrid.base.ledger import Entry
from civigrid.cases.queries import CaseView, EntryView
from civigrid.cases.rules import CheckResult, Told
from civigrid.catalog import queries as catalog
from civigrid.directory import queries as directory
from civigrid.places import queries as places
from civigrid.web import wording
from civigrid.web.templatetags.civigrid import pick

REASONS: Mapping[str, str] = {Told.REFUSED: "not accepted", Told.VOIDED: "void reason", Told.REOPENED: "reopen reason"}
KINDS = {
    "outcome": "result", "waits_for": "wait reason", "kind": "task kind", "found": "found", "level": "desk",
    "how": "arrival", "what": "ask kind", "rung": "supervision", "clock": "clock kind",
    "receipt": "transfer state", "service": "service",
}  # fmt: skip
MOVED: Mapping[str, str | Promise] = {
    "from": gettext_lazy("from: %(place)s"), "from_grid": gettext_lazy("old grid: %(place)s"), "to": gettext_lazy("to: %(place)s"),
    "to_grid": gettext_lazy("new grid: %(place)s"), "would_lead": gettext_lazy("by the new place %(place)s would lead"),
}  # fmt: skip
LINKED: Mapping[str, str | Promise] = {
    "case": gettext_lazy("the case %(number)s"), "into": gettext_lazy("into %(number)s"),
    "of": gettext_lazy("out of %(number)s"),
}  # fmt: skip
MOMENTS: Mapping[str, str | Promise] = {
    "due": gettext_lazy("due %(moment)s"), "until": gettext_lazy("until %(moment)s"),
    "since": gettext_lazy("from %(moment)s on"), "called_at": gettext_lazy("called at %(moment)s"),
}  # fmt: skip
TIMED = frozenset({Told.WARNED, Told.OVERDUE, Told.REBASED})


@dataclass(frozen=True, slots=True)
class Spoken:
    entry: Entry
    by: tuple[str, str]
    facts: list[str]


def spoken(case: CaseView, on: date) -> list[Spoken]:
    """The lines of the record, the newest first. In the page's transaction."""
    units, matters = directory.units(on), catalog.matters(on)
    tasks = {task.id: pick(*task.unit) for task in case.tasks}
    lines = reversed(case.entries)
    return [
        Spoken(line.entry, line.by, _whose(line.entry, tasks) + _facts(line.entry, units, matters) + _named(line))
        for line in lines
    ]


def _named(line: EntryView) -> list[str]:
    """The person a line is about, beside the one who wrote it."""
    return [pick(*line.person)] if line.person[0] else []


def _whose(entry: Entry, tasks: Mapping[int, str]) -> list[str]:
    """Which clock a line about time speaks of: the case's, or a task's. Nothing for other lines."""
    if entry.verb not in TIMED:
        return []
    task_id = entry.facts.get("task")
    return [
        _("the case's time")
        if task_id is None
        else _("the task's time: %(unit)s") % {"unit": tasks.get(int(task_id), "")}
    ]


def _facts(entry: Entry, units: Mapping[int, Any], matters: Mapping[int, Any]) -> list[str]:
    said = [_fact(entry.verb, name, value, units, matters) for name, value in entry.facts.items()]
    said += [_extension(entry.facts)]
    return [each for each in said if each]


def _fact(verb: str, name: str, value: Any, units: Mapping[int, Any], matters: Mapping[int, Any]) -> str:
    """ "" for what says nothing to a person: ids of rows, empty values."""
    if value in (None, ""):
        return ""
    if name in ("unit", "matter"):
        row = (units if name == "unit" else matters).get(value)
        return pick(row.name, row.name_en) if row else ""
    if name in MOVED:
        return str(MOVED[name]) % {"place": _place(name, value, units)}
    if name == "files":
        return ngettext("%(n)d file", "%(n)d files", value) % {"n": value} if value else ""
    if name == "tries":
        return ngettext("%(n)d call in vain", "%(n)d calls in vain", value) % {"n": value}
    if name == "unverified":
        return _("filed without verification")
    if name in ("case", "into", "of"):
        return str(LINKED[name]) % {"number": value}
    if name in MOMENTS:
        return str(MOMENTS[name]) % {"moment": _moment(str(value))}
    if name == "days":
        return ngettext("to be answered in %(n)d working day", "to be answered in %(n)d working days", value) % {
            "n": value
        }
    kind = _kind(verb, name, value)
    return wording.of(kind, value) if kind else ""


def _extension(facts: Mapping[str, Any]) -> str:
    """By how much longer a limit is, or should be."""
    amount, unit = facts.get("amount"), facts.get("limit")
    return f"+{amount} {wording.of('limit unit', unit)}" if amount and unit else ""


def _place(name: str, value: Any, units: Mapping[int, Any]) -> str:
    """A region by its code, a grid or a unit by its id."""
    if name == "would_lead":
        row = units.get(value)
        return pick(row.name, row.name_en) if row else ""
    if name in ("from", "to"):
        return pick(*places.region_names().get(str(value), (str(value), "")))
    return pick(*places.grid_names_by_id().get(value, ("", "")))


def _kind(verb: str, name: str, value: Any) -> str:
    """Which list of words a fact's code belongs to."""
    if name == "result":
        return "check result" if verb == Told.CHECKED and value in set(CheckResult) else "result"
    if name == "reason":
        return REASONS.get(verb, "return reason")
    return KINDS.get(name, "")


def _moment(text: str) -> str:
    try:
        return date_format(timezone.localtime(datetime.fromisoformat(text)), "Y-m-d H:i")
    except ValueError:
        return text
