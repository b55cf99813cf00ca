"""Loading a city pack: one transaction, from the files of a folder to the versions that are valid from today."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from civigrid.base import db, ledger
from civigrid.base.errors import Outcome, Refused
from civigrid.base.ledger import Line
from civigrid.catalog import actions as catalog
from civigrid.catalog.rules.pack import FILES, Fault, Pack, check
from civigrid.directory import actions as directory
from civigrid.directory.rules import MACHINE, Actor
from civigrid.flow import clocks
from civigrid.places import actions as places

SAME = "same"
SUFFIXES = {Path(name).suffix for name in FILES}
LARGEST = 256 * 1024 * 1024  # bytes a file; a city of 20,000 grids needs about 40 MB


@dataclass(frozen=True, slots=True)
class Change:
    """One thing a loading opens, changes or closes."""

    what: str
    code: str
    how: str


@dataclass(frozen=True, slots=True)
class Loading:
    """What a loading did, or with `dry_run` would do. With faults nothing was loaded."""

    faults: list[Fault] = field(default_factory=list)
    counts: Mapping[str, Counter[str]] = field(default_factory=dict)  # by kind of thing: opened, changed, same, closed
    changes: list[Change] = field(default_factory=list)

    @property
    def loaded(self) -> bool:
        return not self.faults


class _OnlyLooking(Exception):
    """Undoes what a dry run wrote."""


def read(folder: Path) -> dict[str, bytes]:
    """The bytes of the files in a pack's folder. Raises Refused("no_pack_folder") or Refused("file_too_large")."""
    if not folder.is_dir():
        raise Refused("no_pack_folder", folder=str(folder))
    found = [path for path in sorted(folder.iterdir()) if path.is_file() and path.suffix in SUFFIXES]
    for path in found:
        if path.stat().st_size > LARGEST:
            raise Refused("file_too_large", file=path.name, limit=LARGEST)
    return {path.name: path.read_bytes() for path in found}


def load(folder: Path, *, now: datetime, actor: Actor = MACHINE, dry_run: bool = False) -> Loading:
    """Checks the pack and makes it what is valid from today (in its own time zone); all of it or nothing.

    Where a work calendar changed, running clocks are then computed anew.
    """
    pack, faults = check(read(folder))
    if pack is None:
        return Loading(faults=faults)
    loading = Loading()
    with suppress(_OnlyLooking), db.system():
        loading = load_pack(pack, now=now, actor=actor)
        if dry_run:
            raise _OnlyLooking
    if not dry_run and any(change.what == "calendar" for change in loading.changes):
        clocks.rebase(now=now)
    return loading


def load_pack(pack: Pack, *, now: datetime, actor: Actor = MACHINE) -> Loading:
    """As `load`, of a pack already checked, in the caller's transaction. Raises Refused where a rule says no."""
    on = now.astimezone(ZoneInfo(pack.city.timezone)).date()
    outcomes = _save(pack, on=on, now=now, actor=actor)
    for no in (outcome for rows in outcomes.values() for outcome in rows if not outcome.ok):
        raise Refused(no.code, **no.facts)
    _record(pack, outcomes, now=now, actor=actor)
    return Loading(
        counts={what: Counter(o.code for o in rows) for what, rows in outcomes.items()}, changes=_changes(outcomes)
    )


def _save(pack: Pack, *, on: date, now: datetime, actor: Actor) -> dict[str, Sequence[Outcome]]:
    """In the order in which one thing needs another."""
    return {
        "calendar": catalog.save_calendars(pack.calendars, on=on),
        "region": places.save_regions(pack.regions, on=on),
        "grid": places.save_grids(pack.grids, on=on),
        "unit": directory.save_units(pack.units, on=on),
        "account": directory.save_accounts(pack.people, now=now),
        "post": directory.save_posts(pack.posts, on=on, now=now, actor=actor),
        "matter": catalog.save_matters(pack.matters, on=on),
        "standard": catalog.save_standards(pack.standards, on=on),
        "duty": catalog.save_duty_rows(pack.duty, on=on),
        "city": [catalog.save_city(pack.city, digest=pack.digest, now=now)],
    }


def _record(pack: Pack, outcomes: Mapping[str, Sequence[Outcome]], *, now: datetime, actor: Actor) -> None:
    """One line in the loading's own stream; none where the same pack was loaded again."""
    city = outcomes["city"][0]
    changed = {what: sum(o.code != SAME for o in rows) for what, rows in outcomes.items()}
    if any(changed.values()):
        facts: dict[str, str | int] = {"digest": pack.digest, **changed}
        ledger.append([Line("pack", city.made, "loaded", facts, account=actor.account_id, post=actor.post_id)], now=now)


def _changes(outcomes: Mapping[str, Sequence[Outcome]]) -> list[Change]:
    return [Change(what, _code(o.id), o.code) for what, rows in outcomes.items() for o in rows if o.code != SAME]


def _code(identity: object) -> str:
    return " ".join(map(str, identity)) if isinstance(identity, tuple) else str(identity)
