"""The applications of cases, read together with them; and what befell their clocks."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, OuterRef, QuerySet
from django.db.models.functions import JSONObject

from civigrid.cases.models import Ask, Case, CaseReport, ClockEvent
from civigrid.cases.rules import AskFacts, AskKind, AskState, ClockEventKind
from civigrid.cases.rules import ClockEvent as Befell

_COLUMNS = (
    "id", "kind", "state", "task_id", "by_account", "by_unit", "asked_at", "run", "amount", "until_at", "endorsed_by",
    "ended_at",
)  # fmt: skip


def with_asks(cases: QuerySet[Case]) -> QuerySet[Any]:
    """Each case with `asks`, the oldest first, and `all_withdrawn`: nobody who reported it still asks for it. No
    statement more.
    """
    row = JSONObject(**{name: name for name in _COLUMNS})
    found = Ask.objects.filter(case=OuterRef("pk")).order_by("id").values(row=row)
    standing = CaseReport.objects.filter(case=OuterRef("pk"), left_at__isnull=True, withdrawn_at__isnull=True)
    return cases.annotate(asks=ArraySubquery(found), all_withdrawn=~Exists(standing))


def ask_of(row: dict[str, Any]) -> AskFacts:
    known = {**row, "kind": AskKind(row["kind"]), "state": AskState(row["state"])}
    for name in ("asked_at", "until_at", "ended_at"):
        known[name] = datetime.fromisoformat(row[name]) if row[name] else None
    return AskFacts(**known)


def events_of(clock_ids: Sequence[int]) -> dict[int, list[Befell]]:
    """What befell each clock so far, in order; most have none."""
    found: dict[int, list[Befell]] = defaultdict(list)
    for row in ClockEvent.objects.filter(clock_id__in=clock_ids).order_by("id"):
        found[row.clock_id].append(Befell(ClockEventKind(row.kind), row.at, row.until, row.amount or 0))
    return found
