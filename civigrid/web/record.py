"""A case's record in words: the codes of each line's facts as a person reads them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from civigrid.base.ledger import Entry
from civigrid.cases.queries import CaseView
from civigrid.cases.rules import CheckResult, Told
from civigrid.catalog import queries as catalog
from civigrid.directory import queries as directory
from civigrid.web import wording
from civigrid.web.templatetags.civigrid import pick

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
        Spoken(line.entry, line.by, _whose(line.entry, tasks) + _facts(line.entry, units, matters)) for line in lines
    ]


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
    return [each for each in said if each]


def _fact(verb: str, name: str, value: Any, units: Mapping[int, Any], matters: Mapping[int, Any]) -> str:
    """ "" for what says nothing to a person: ids of rows, empty values."""
    if value in (None, ""):
        return ""
    if name in ("unit", "matter"):
        row = (units if name == "unit" else matters).get(value)
        return pick(row.name, row.name_en) if row else ""
    if name == "files":
        return ngettext("%(n)d file", "%(n)d files", value) % {"n": value} if value else ""
    if name == "due":
        return _("due %(moment)s") % {"moment": _moment(str(value))}
    kind = _kind(verb, name, value)
    return wording.of(kind, value) if kind else ""


def _kind(verb: str, name: str, value: Any) -> str:
    """Which list of words a fact's code belongs to."""
    if name == "result":
        return "check result" if verb == Told.CHECKED and value in set(CheckResult) else "result"
    if name == "reason":
        return "not accepted" if verb == Told.REFUSED else "return reason"
    return {"outcome": "result", "waits_for": "wait reason", "kind": "task kind"}.get(name, "")


def _moment(text: str) -> str:
    try:
        return date_format(timezone.localtime(datetime.fromisoformat(text)), "Y-m-d H:i")
    except ValueError:
        return text
