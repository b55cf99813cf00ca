"""What `civigrid demo` shows: a generated city in its home, loaded, with people who can sign in and a stock of reports."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from civigrid.base import env
from civigrid.base.trouble import Trouble, gettext_noop
from civigrid.cli import shipped, show
from civigrid.cli.generate import plan
from civigrid.cli.speech import gettext as _

if TYPE_CHECKING:
    from civigrid.catalog.rules.pack import Pack

PASSWORD = "civigrid-demo"  # noqa: S105  # of invented people in an invented city
LOADED_BEFORE = timedelta(days=10)  # the lists are older than the reports that are judged by them
SEED = 1


@dataclass(frozen=True, slots=True)
class Account:
    """One demonstration account: a role, who holds it, and what to try first."""

    role: str
    username: str
    name: str
    unit: str


def filled() -> int:
    """How many grids the city of this home has; 0 until its first stock is whole."""
    said = _mark().read_text() if _mark().exists() else ""
    return int(said) if said.isdigit() else 0


def fill(grids: int) -> None:
    """The city, its people's password and the first stock. One that was broken off is gone on with."""
    pack = _city(grids)
    now = datetime.now(UTC)
    _load(pack, now - LOADED_BEFORE)
    _play(pack, now)
    _mark().write_text(str(grids))


def require_size(grids: int | None) -> None:
    """Raises Trouble where no city can have that size, or the home holds one of another."""
    if grids is None:
        return
    plan.require_size(grids)
    if filled() not in (0, grids):
        raise Trouble(
            gettext_noop("The demonstration in {home} has a city of {there} grids."),
            gettext_noop("Leave --grids out to go on with it, or name another home in CIVIGRID_HOME."),
            home=env.home(), there=filled(),
        )  # fmt: skip


def _mark() -> Path:
    """Stands there once the first stock is whole; without it a filling that was broken off goes on."""
    return env.home() / "demo-filled"


def _city(grids: int) -> Pack:
    """A generated city, read and checked; its folder stays in the home, to be looked at."""
    from civigrid.catalog.rules import pack
    from civigrid.cli.generate import make
    from civigrid.flow import packs

    folder = env.home() / "city"
    shutil.rmtree(folder, ignore_errors=True)
    with show.bar(_("Drawing the city"), total=grids) as drawn:
        pattern = shipped.demo_pack()
        make.make(folder, grids=grids, seed=SEED, like=pattern, progress=lambda done, _of: drawn(done))
    with show.steps(show.PACK_STEPS) as told:
        city, faults = pack.check(packs.read(folder), told)
    if city is None:
        raise Trouble(
            gettext_noop("The demonstration's own city pack has {count} faults."),
            gettext_noop("Run: civigrid pack check {folder}"),
            count=sum(fault.stops for fault in faults), folder=folder,
        )  # fmt: skip
    return city


def _load(city: Pack, now: datetime) -> None:
    from civigrid.base import db
    from civigrid.directory import actions as directory
    from civigrid.flow import packs

    with show.steps(show.PACK_STEPS) as told, db.system():
        packs.load_pack(city, now=now, progress=told)
        directory.set_password([person.username for person in city.people], PASSWORD, now=now, weak=True)


def _play(city: Pack, now: datetime) -> None:
    from civigrid.cli.stock import Stock

    done = 0
    with show.bar(_("Reports arrive and are worked on"), total=len(city.reports)) as told:

        def one_more() -> None:
            nonlocal done
            told(done := done + 1)

        Stock(city.reports, now, ZoneInfo(city.city.timezone)).play(one_more)


def accounts() -> list[Account]:
    """The first holder of each role, in the order of the work."""
    from civigrid.base import db
    from civigrid.catalog import queries as catalog
    from civigrid.directory import queries as directory
    from civigrid.directory.rules import Role
    from civigrid.directory.words import ROLES

    with db.system():
        on = datetime.now(catalog.city().zone).date()
        units = {unit.id: unit.name for unit in directory.units(on).values()}
        first = {post.role: post for post in reversed(directory.posts(on))}
        people = {role: directory.account_by_id(post.account_id) for role, post in first.items()}
    return [
        Account(str(ROLES[role]), person.username, person.name, units[first[role].unit_id])
        for role in Role
        if (person := people.get(role))
    ]
