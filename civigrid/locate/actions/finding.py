"""Finding where reports are about."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from civigrid.base.db import require_transaction
from civigrid.catalog import queries as catalog
from civigrid.classify.rules import LabelRow
from civigrid.intake.rules import ReportRow
from civigrid.locate import queries, rules
from civigrid.locate.actions.writing import keep
from civigrid.locate.rules import SpotRow


def find(reports: Sequence[ReportRow], labels: Sequence[LabelRow] = (), *, now: datetime) -> list[SpotRow]:
    """One spot per report, in their order: by the point, else by the address or the region the words name or the sender
    gave. `labels` say what each is about, where that is known: then the asset at the spot is looked for too."""
    require_transaction()
    if not reports:
        return []
    city = catalog.city()
    ground = queries.Ground(now.astimezone(city.zone).date())
    with queries.IN_TURN:
        asked = queries.asked_of(reports, ground, tolerance=city.tolerance_m)
        spots = [rules.spot(each, root=city.root_code) for each in asked]
        found = queries.looked_at(spots, queries.facts_of(reports, labels, ground.on), ground.on)
    keep(found, now=now)
    return found
