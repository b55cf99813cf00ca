"""Loading a city pack: one transaction, from the files of a folder to the versions that are valid from today."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from civigrid.base import db, ledger
from civigrid.base.errors import Outcome, Refused
from civigrid.base.ledger import Line
from civigrid.catalog import actions as catalog
from civigrid.catalog.rules.pack import FILES, LARGEST, LAYERS, SAVE, Fault, Pack, Progress, check
from civigrid.directory import actions as directory
from civigrid.directory.rules import MACHINE, Actor
from civigrid.flow import clocks
from civigrid.places import actions as places

SAME = "same"
LOCK = 7_305_003  # the number of the advisory lock; any constant no other part uses
SUFFIXES = frozenset(Path(name).suffix for name in FILES)


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


class _OnlyLooking(Exception):
    """Undoes what a dry run wrote."""


def _quietly(step: str, done: int, total: int) -> None:
    """Tells nobody."""


def read(folder: Path) -> dict[str, bytes]:
    """The bytes of the files in a pack's folder, of one that is too large only so many that the check sees it.

    Names are those of the folder, and "layers/roads.geojson" of the folder in it. Raises Refused("no_pack_folder").
    """
    if not folder.is_dir():
        raise Refused("no_pack_folder", folder=str(folder))
    found = {}
    for path in [*folder.iterdir(), *folder.glob(f"{LAYERS}*")]:
        # spreadsheets leave hidden files beside those they have open
        if path.is_file() and path.suffix in SUFFIXES and not path.name.startswith((".", "~$")):
            with path.open("rb") as file:
                found[path.relative_to(folder).as_posix()] = file.read(LARGEST + 1)
    return dict(sorted(found.items()))


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
    with suppress(_OnlyLooking), db.system():
        loading = load_pack(pack, now=now, actor=actor, progress=progress)
        if dry_run:
            raise _OnlyLooking
    if not dry_run and any(change.what == "calendar" for change in loading.changes):
        clocks.rebase(now=now)
    return replace(loading, faults=faults)


def load_pack(pack: Pack, *, now: datetime, actor: Actor = MACHINE, progress: Progress = _quietly) -> Loading:
    """As `load`, of a pack already checked, in the caller's transaction. Raises Refused where a rule says no.

    Of two loadings at once the second waits for the first, and then compares with what that one wrote.
    """
    db.wait_lock(LOCK)
    on = now.astimezone(ZoneInfo(pack.city.timezone)).date()
    outcomes = _save(pack, on=on, now=now, actor=actor, progress=progress)
    for no in (outcome for rows in outcomes.values() for outcome in rows if not outcome.ok):
        raise Refused(no.code, **no.facts)
    counts = {what: Counter(outcome.code for outcome in rows) for what, rows in outcomes.items()}
    _record(pack, outcomes["city"][0], counts, now=now, actor=actor)
    return Loading(counts=counts, changes=_changes(outcomes))


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
        ("city", 1, lambda: [catalog.save_city(pack.city, digest=pack.digest, now=now)]),
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
