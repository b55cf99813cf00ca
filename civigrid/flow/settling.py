"""自行处置: a grid worker reports what he has put right already. The report is stored, its case opened and ended, at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import partial

from civigrid.base.errors import Outcome, Refused
from civigrid.base.files import Kept
from civigrid.cases import actions as cases
from civigrid.cases import queries as case_queries
from civigrid.cases.rules import Exhibit, Settling
from civigrid.catalog import queries as catalog
from civigrid.classify import actions as classify
from civigrid.directory.rules import Actor
from civigrid.flow import emergency, repeats, tx
from civigrid.flow.pipeline import Understood, new_case
from civigrid.intake import actions as intake
from civigrid.intake import queries as reports_of
from civigrid.intake.rules import Disposed, DispositionKind, RawReport, converted
from civigrid.locate import actions as locate
from civigrid.places import queries as places
from civigrid.route import actions as route

FIRST = 1  # the version of a case that was opened in the same transaction


@dataclass(frozen=True, slots=True)
class Settlement:
    """`raw` says what was found, where, and which matter it is; `text` what was done; the files show before and after."""

    raw: RawReport
    text: str
    exhibits: tuple[Exhibit, ...]


def settle(*, actor: Actor, items: Sequence[Settlement], now: datetime, kept: Sequence[Kept] = ()) -> list[Outcome]:
    """One Outcome an item, in order; made = the case's number. A settlement sent twice gives the first number again.

    Nothing is stored of a refused one: what is refused only when its case is there takes the whole batch back, which is
    then done without it. `kept`: the files that the items' exhibits name, already on disk.
    """
    refused: dict[int, Outcome] = {}
    while True:
        try:
            return tx.whole(partial(_settle, items, refused, actor, now), kept=kept, now=now)
        except _Refused as no:
            refused |= no.outcomes


class _Refused(Exception):
    """Some of a batch were refused after they were stored; by place."""

    def __init__(self, outcomes: dict[int, Outcome]) -> None:
        super().__init__(outcomes)
        self.outcomes = outcomes


def _settle(items: Sequence[Settlement], refused: Mapping[int, Outcome], actor: Actor, now: datetime) -> list[Outcome]:
    outcomes = [refused.get(place, each) for place, each in enumerate(_asked(items, actor, now))]
    good = [place for place, no in enumerate(outcomes) if no.ok]
    stored = intake.record([items[place].raw for place in good], now=now, actor=actor)
    by_report = {done.made: place for place, done in zip(good, stored, strict=True) if done.ok and not done.code}
    numbers = _opened(by_report, items, actor, now)
    known = case_queries.numbers_of([done.made for done in stored if done.ok])
    for place, done in zip(good, stored, strict=True):
        made = numbers.get(done.made) or next(iter(known.get(done.made, ())), None)
        outcomes[place] = replace(done, id=place, made=made)
    return [*_sent_before(items, outcomes, now)]


def _sent_before(items: Sequence[Settlement], outcomes: Sequence[Outcome], now: datetime) -> Iterator[Outcome]:
    """What would be refused now may have been settled when it was sent first: then that counts."""
    refused = {place: items[place].raw for place, each in enumerate(outcomes) if not each.ok}
    known = repeats.stored(refused, now=now)
    numbers = case_queries.numbers_of(list(known.values())) if known else {}
    for place, each in enumerate(outcomes):
        first = next(iter(numbers.get(known.get(place, 0), ())), None)
        yield Outcome(place, code="repeated", made=first) if first else each


def _opened(by_report: dict[int, int], items: Sequence[Settlement], actor: Actor, now: datetime) -> dict[int, str]:
    """Report -> the number of its case, which is over. The case is the worker's: no unit gets a task."""
    reports = reports_of.by_ids([taken.id for taken in intake.finish(list(by_report)) if taken.ok])
    labels = classify.label(reports, now=now)
    spots = locate.find(reports, labels, now=now)
    proposals = route.choose(reports, labels, spots, load=case_queries.open_load(now), now=now)
    fresh = [Understood(*row) for row in zip(reports, labels, spots, [None] * len(reports), proposals, strict=True)]
    new = [replace(new_case(each), unit_id=None, duty_row_version_id=None, waits_for="") for each in fresh]
    made = cases.open_cases(new, now=now, actor=actor, city=catalog.city())
    numbers = {done.id: str(done.made) for done in made}
    told = [(numbers[report.id], items[by_report[report.id]]) for report in reports]
    forms = [Settling(number, FIRST, each.text, each.exhibits) for number, each in told]
    ended = zip(reports, cases.settle(forms, actor=actor, now=now), strict=True)
    if refused := {
        by_report[report.id]: replace(done, id=by_report[report.id]) for report, done in ended if not done.ok
    }:
        raise _Refused(refused)
    opened = [Disposed(report.id, DispositionKind.OPENED, "self_settled", (numbers[report.id],)) for report in reports]
    tx.sure(intake.dispose(opened, now=now, actor=actor))
    in_danger = [(each.report, each.label.emergency) for each in fresh if each.label.emergency]
    emergency.ask(in_danger, numbers, now=now)
    return numbers


def _asked(items: Sequence[Settlement], actor: Actor, now: datetime) -> list[Outcome]:
    """Whether each may be settled at all, before anything is stored."""
    on = now.astimezone(catalog.city().zone).date()
    matters, regions = catalog.matters_by_code(on), _regions([item.raw for item in items], on)
    media = case_queries.media_types([exhibit.sha256 for item in items for exhibit in item.exhibits])
    found = []
    for place, (item, region_code) in enumerate(zip(items, regions, strict=True)):
        try:
            if not (region_code and actor.scope.holds(region_code=region_code)):
                raise Refused("not_your_area")
            matter = matters.get(item.raw.matter_code)
            cases.may_settle(actor, matter, item.text, item.exhibits, media=media)
            found.append(Outcome(place))
        except Refused as no:
            found.append(Outcome.refused(place, no))
    return found


def _regions(raws: Sequence[RawReport], on: date) -> list[str]:
    """Where each was settled: the community of its point, else the region it names; "" where that is not known."""
    given = converted(raws)
    lons, lats = [raw.lon or 0.0 for raw in given], [raw.lat or 0.0 for raw in given]
    grids, ids = places.grids(on), places.grid_index(on).locate(lons, lats).tolist()
    return [
        grids[grid].region_code if grid in grids and raw.lon is not None else raw.region_code
        for raw, grid in zip(given, ids, strict=True)
    ]
