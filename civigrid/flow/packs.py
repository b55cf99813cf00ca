"""Loading a city pack: one transaction, from the files of a folder to the versions that are valid from today."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from civigrid.base import db, ledger, locks
from civigrid.base.errors import Outcome, Refused
from civigrid.base.ledger import Line
from civigrid.base.versions import CLOSED, SAME
from civigrid.cases import queries as cases
from civigrid.catalog import actions as catalog
from civigrid.catalog import queries as catalog_queries
from civigrid.catalog.rules.pack import LARGEST, LAYERS, SAVE, Closing, Fault, Pack, Progress, check, held, is_ours
from civigrid.directory import actions as directory
from civigrid.directory.rules import MACHINE, Actor
from civigrid.flow import clocks
from civigrid.places import actions as places

LOCK = 7_305_003  # the number of the advisory lock; any constant no other part uses


@dataclass(frozen=True, slots=True)
class Change:
    """One thing a loading opens, changes or closes."""

    what: str
    code: str
    how: str


@dataclass(frozen=True, slots=True)
class Loading:
    """What a loading did, or with `dry_run` would do. With a fault that stops nothing was loaded; remarks may stand
    beside what was."""

    faults: list[Fault] = field(default_factory=list)
    counts: Mapping[str, Counter[str]] = field(default_factory=dict)  # by kind of thing: opened, changed, same, closed
    changes: list[Change] = field(default_factory=list)

    @property
    def loaded(self) -> bool:
        return not any(fault.stops for fault in self.faults)


class NotLoaded(Refused):
    """The pack does not fit what is loaded and at work; undoes what was written."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__("not_loaded", faults=[fault.code for fault in faults])
        self.faults = faults


class _OnlyLooking(Exception):
    """Undoes what a dry run wrote."""


def _quietly(step: str, done: int, total: int) -> None:
    """Tells nobody."""


def read(folder: Path) -> dict[str, bytes]:
    """The bytes of the files in a pack's folder, of one that is too large only so many that the check sees it, and of one
    that no pack has none: that it is there is told.

    Names are those of the folder, and "layers/roads.geojson" of the folder in it. Raises Refused("no_pack_folder").
    """
    if not folder.is_dir():
        raise Refused("no_pack_folder", folder=str(folder))
    found = {}
    for path in [*folder.iterdir(), *_in_layers(folder)]:
        # spreadsheets leave hidden files beside those they have open
        if path.is_file() and not path.name.startswith((".", "~$")):
            name = path.relative_to(folder).as_posix()
            with path.open("rb") as file:
                found[name] = file.read(LARGEST + 1 if is_ours(name) else 0)
    return dict(sorted(found.items()))


def _in_layers(folder: Path) -> Iterator[Path]:
    """What is in the folder of the layers, or in one whose name is nearly that."""
    for below in folder.iterdir():
        if below.is_dir() and f"{below.name.lower()}/" == LAYERS:
            yield from below.iterdir()


def load(
    folder: Path, *, now: datetime, actor: Actor = MACHINE, dry_run: bool = False, progress: Progress = _quietly
) -> Loading:
    """Checks the pack and makes it what is valid from today (in its own time zone); all of it or nothing.

    Where a work calendar changed, running clocks are then computed anew. `progress` is told the step (`READ`,
    `COMPARE`, `SAVE`), how much of it is done, and of how much.
    """
    pack, faults = check(read(folder), progress)
    if pack is None:
        return Loading(faults=faults)
    loading = Loading()
    try:
        with suppress(_OnlyLooking), db.system():
            loading = load_pack(pack, now=now, actor=actor, progress=progress)
            if dry_run:
                raise _OnlyLooking
    except NotLoaded as no:
        return Loading(faults=[*no.faults, *faults])
    if not dry_run and any(change.what == "calendar" for change in loading.changes):
        clocks.rebase(now=now)
    return replace(loading, faults=[*faults, *loading.faults])


def load_pack(pack: Pack, *, now: datetime, actor: Actor = MACHINE, progress: Progress = _quietly) -> Loading:
    """As `load`, of a pack already checked, in the caller's transaction. Raises NotLoaded where it does not fit what is
    there, Refused("older_than_loaded") where a later day is already loaded.

    Of two loadings at once the second waits for the first, and then compares with what that one wrote.
    """
    locks.wait_lock(LOCK)
    on = now.astimezone(ZoneInfo(pack.city.timezone)).date()
    last = catalog_queries.city_or_none()
    if last and on < last.valid_from:
        raise Refused("older_than_loaded", on=on.isoformat(), last=last.valid_from.isoformat())
    outcomes = _save(pack, on=on, now=now, actor=actor, progress=progress)
    faults = _held(pack, outcomes)
    if any(fault.stops for fault in faults):
        raise NotLoaded(faults)
    counts = {what: Counter(outcome.code for outcome in rows) for what, rows in outcomes.items()}
    _record(pack, outcomes["city"][0], counts, now=now, actor=actor)
    return Loading(faults=faults, counts=counts, changes=_changes(outcomes))


def _held(pack: Pack, outcomes: Mapping[str, Sequence[Outcome]]) -> list[Fault]:
    """What shows only now: codes that belong to another thing, and work that is open in what was closed."""
    moved = {what: [place for place, row in enumerate(rows) if not row.ok] for what, rows in outcomes.items()}
    units, regions, grids = (
        {row.made: row.id for row in outcomes[what] if row.code == CLOSED} for what in ("unit", "region", "grid")
    )
    tasks = cases.open_tasks(list(units))
    in_regions, in_grids = cases.open_in(list(regions.values()), list(grids))
    closing = Closing(
        {units[unit]: count for unit, count in tasks.items()},
        in_regions,
        {grids[grid]: count for grid, count in in_grids.items()},
    )
    return held(pack, {what: places for what, places in moved.items() if places}, closing)


def _save(pack: Pack, *, on: date, now: datetime, actor: Actor, progress: Progress) -> dict[str, Sequence[Outcome]]:
    """In the order in which one thing needs another."""
    steps: list[tuple[str, int, Callable[[], Sequence[Outcome]]]] = [
        ("calendar", len(pack.calendars), lambda: catalog.save_calendars(pack.calendars, on=on)),
        ("region", len(pack.regions), lambda: places.save_regions(pack.regions, on=on)),
        ("grid", len(pack.grids), lambda: places.save_grids(pack.grids, on=on)),
        ("unit", len(pack.units), lambda: directory.save_units(pack.units, on=on)),
        ("account", len(pack.people), lambda: directory.save_accounts(pack.people, now=now)),
        ("post", len(pack.posts), lambda: directory.save_posts(pack.posts, on=on, now=now, actor=actor)),
        ("matter", len(pack.matters), lambda: catalog.save_matters(pack.matters, on=on)),
        ("standard", len(pack.standards), lambda: catalog.save_standards(pack.standards, on=on)),
        ("duty", len(pack.duty), lambda: catalog.save_duty_rows(pack.duty, on=on)),
        ("building", len(pack.buildings), lambda: places.save_buildings(pack.buildings, on=on)),
        ("address", len(pack.addresses), lambda: places.save_addresses(pack.addresses, on=on)),
        ("asset", len(pack.assets), lambda: places.save_assets(pack.assets, on=on)),
        ("feature", len(pack.features), lambda: places.save_features(pack.features, on=on)),
        ("city", 1, lambda: [catalog.save_city(pack.city, digest=pack.digest, on=on, now=now)]),
    ]
    total, done, outcomes = sum(rows for _, rows, _ in steps), 0, {}
    for what, rows, save in steps:
        outcomes[what] = save()
        progress(SAVE, done := done + rows, total)
    return outcomes


def _record(pack: Pack, city: Outcome, counts: Mapping[str, Counter[str]], *, now: datetime, actor: Actor) -> None:
    """One line in the loading's own stream: how many of each kind were opened, changed and closed. None where the same
    pack was loaded again."""
    written = {
        f"{what}_{how}": count for what, rows in counts.items() for how, count in sorted(rows.items()) if how != SAME
    }
    if written:
        facts: dict[str, str | int] = {"digest": pack.digest, **written}
        ledger.append([Line("pack", city.made, "loaded", facts, account=actor.account_id, post=actor.post_id)], now=now)


def _changes(outcomes: Mapping[str, Sequence[Outcome]]) -> list[Change]:
    return [Change(what, _code(o.id), o.code) for what, rows in outcomes.items() for o in rows if o.code != SAME]


def _code(identity: object) -> str:
    return " ".join(map(str, identity)) if isinstance(identity, tuple) else str(identity)
