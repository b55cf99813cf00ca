"""Is it known already? What a person is shown beside a case, or beside a report that is only just being written down.

Computed when somebody looks: nothing is stored, and the way of a report does not wait for it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from civigrid.base import db
from civigrid.cases import queries as cases
from civigrid.cases.queries import CaseView, Near
from civigrid.catalog import queries as catalog
from civigrid.directory.rules import Actor
from civigrid.link.rules import SHOWN, Because, Thing, suggest
from civigrid.locate import queries as locate


@dataclass(frozen=True, slots=True)
class Similar:
    """A case that may be the same thing. `joinable`: it is open; a closed one may be reopened, or nothing new was said."""

    near: Near
    score: float
    because: tuple[Because, ...]

    @property
    def joinable(self) -> bool:
        return self.near.closed_at is None


def similar(draft: Thing, *, actor: Actor, now: datetime, case_id: int = 0) -> list[Similar]:
    """The likeliest cases in the actor's scope, the open ones first: at most three of them and three closed of the last
    30 days. `draft` need not be stored. Confidential cases are nobody's suggestion. Opens its own transactions.
    """
    with db.system():
        found = cases.near_ids(draft, actor.scope, now=now, case_id=case_id)
    with db.scoped(actor.scope):
        near = cases.near_cases(found, now=now)
    return [
        *_best(draft, [each for each in near if each.closed_at is None]),
        *_best(draft, [each for each in near if each.closed_at is not None]),
    ]


def similar_to(case: CaseView, *, actor: Actor, now: datetime) -> list[Similar]:
    """The same for a case, by its first report; nothing for a confidential one."""
    if case.confidential or not case.reports:
        return []
    return similar(_thing(case, now), actor=actor, now=now, case_id=case.facts.id)


def _thing(case: CaseView, now: datetime) -> Thing:
    report = case.reports[0]
    with db.system():
        spot = locate.newest([report.id]).get(report.id)
        matter = catalog.matters(now.astimezone(catalog.city().zone).date()).get(case.facts.matter_id or 0)
    return Thing(
        id=report.id,
        at=report.received_at,
        title=report.title,
        text=report.text,
        place_text=report.place_text,
        lon=spot.lon if spot else None,
        lat=spot.lat if spot else None,
        region_code=case.facts.region_code,
        grid_id=spot.grid_id if spot else None,
        matter_id=case.facts.matter_id,
        major=matter.major if matter else "",
    )


def _best(draft: Thing, near: Sequence[Near]) -> list[Similar]:
    known = {(each.thing.id, each.number): each for each in near}
    return [
        Similar(known[each.id, each.group], each.score, each.because)
        for each in suggest(draft, [each.thing for each in near], top=SHOWN)
    ]
