"""What was sent before: a phone that heard no answer sends again, and is answered as the first time."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from civigrid.intake import actions as intake
from civigrid.intake import queries as reports_of
from civigrid.intake.rules import RawReport


def stored(raws: Mapping[int, RawReport], *, now: datetime) -> dict[int, int]:
    """In the open transaction: the reports that these are repetitions of, by place; the others are left out."""
    if not raws:
        return {}
    tried = intake.check(list(raws.values()), now=now, seen={})
    names = {
        place: (raw.channel, raw.key.strip())
        for (place, raw), each in zip(raws.items(), tried, strict=True)
        if each.code == "repeated"
    }
    known = reports_of.ids_of(list(names.values()))
    return {place: known[name] for place, name in names.items() if name in known}
