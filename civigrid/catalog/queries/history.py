"""What the lists said before, also of entries that no longer exist; and when which pack was loaded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Model, QuerySet

from civigrid.base import ledger, stamps
from civigrid.base.editions import Edition, editions
from civigrid.catalog.models import CalendarVersion, DutyRowVersion, MatterVersion, Pack, StandardVersion
from civigrid.catalog.queries.calendars import CalendarRow, calendar_row
from civigrid.catalog.queries.lists import (
    DutyRowRow,
    MatterRow,
    StandardRow,
    duty_row_row,
    matter_row,
    standard_row,
)
from civigrid.catalog.queries.stamp import AREA


@dataclass(frozen=True, slots=True)
class LoadingRow:
    """One loading of a city pack. `facts`: what its line in the ledger says was opened, changed and closed."""

    pack_id: int
    digest: str
    name: str
    name_en: str
    loaded_at: datetime
    account_id: int
    facts: Mapping[str, int]


def matter_history(code: str) -> list[Edition[MatterRow]]:
    """What the matter was, the newest edition first; [] where there never was one of that code. So are the others."""
    return editions(_of(MatterVersion, "matter", code), matter_row)


def standard_history(code: str) -> list[Edition[StandardRow]]:
    """What the standard was."""
    return editions(_of(StandardVersion, "standard", code), standard_row)


def duty_row_history(code: str) -> list[Edition[DutyRowRow]]:
    """What the row of the duty list was."""
    return editions(_of(DutyRowVersion, "duty_row", code), duty_row_row)


def calendar_history(code: str) -> list[Edition[CalendarRow]]:
    """What the work calendar was."""
    return editions(_of(CalendarVersion, "calendar", code), calendar_row)


@stamps.kept(AREA)
def matter_names() -> dict[int, tuple[str, str, str]]:
    """(code, name, English name) of every matter there ever was, by id; as the last version calls it."""
    found = MatterVersion.objects.filter(valid__isempty=False).order_by("matter_id", "-valid__startswith")
    rows = found.distinct("matter_id").values_list("matter_id", "matter__code", "name", "name_en")
    return {matter_id: (code, name, name_en) for matter_id, code, name, name_en in rows}


def loadings(limit: int, before: int | None = None) -> list[LoadingRow]:
    """The loadings of city packs, the newest first, those older than the one of that id."""
    found = Pack.objects.order_by("-id")
    packs = list((found if before is None else found.filter(id__lt=before))[:limit])
    lines = ledger.read_many("pack", [pack.pk for pack in packs])
    return [_loading(pack, lines[pack.pk]) for pack in packs]


def _loading(pack: Pack, lines: list[ledger.Entry]) -> LoadingRow:
    line = lines[-1] if lines else None
    facts = {name: value for name, value in line.facts.items() if isinstance(value, int)} if line else {}
    return LoadingRow(
        pack_id=pack.pk,
        digest=pack.digest,
        name=pack.name,
        name_en=pack.name_en,
        loaded_at=pack.loaded_at,
        account_id=line.account if line else 0,
        facts=facts,
    )


def _of(model: type[Model], identity: str, code: str) -> QuerySet[Model]:
    return model._default_manager.filter(**{f"{identity}__code": code}, valid__isempty=False).select_related(identity)
