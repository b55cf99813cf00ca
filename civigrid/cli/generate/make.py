"""The whole of `civigrid pack generate`: plan, ground and tables into a folder beside the wanted one, then in its place."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from civigrid.base.trouble import Trouble, gettext_noop
from civigrid.cli.generate import ground, people, plan, recipe, scratch, tables, texts, units
from civigrid.cli.generate.model import CityPlan
from civigrid.cli.generate.recipe import CITY, RECIPE, REGIONS, Recipe

VERBATIM = ("calendars.yaml", "matters.csv", "fields.csv", "standards.csv", "duty.csv", RECIPE)
UNITS, PEOPLE, POSTS, REPORTS = "units.csv", "people.csv", "posts.csv", "reports.yaml"
GROUND = ("grids.geojson", "buildings.geojson", "addresses.csv", "assets.csv", "layers")
OWN = frozenset({*VERBATIM, *GROUND, CITY, REGIONS, UNITS, PEOPLE, POSTS, REPORTS})
SURPLUS = frozenset({"standards.xlsx", "duty.xlsx"})  # of an older pack there: the new one has tables

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Made:
    """What a new pack holds."""

    towns: int
    communities: int
    grids: int
    special: int
    residents: int
    buildings: int
    units: int
    people: int


def _quietly(_done: int, _total: int) -> None:
    """Tells nobody."""


def make(out: Path, *, grids: int, seed: int, like: Path, force: bool = False, progress: Progress = _quietly) -> Made:
    """Writes a city of `grids` grids into the folder `out`, whole or not at all; the same for the same arguments.

    `like`: the pattern, a pack with a recipe.yaml. `progress` is told how many grids are drawn, and of how many.
    Raises Trouble where an argument is wrong, or `out` holds something or cannot be written; OSError where a disk is full.
    """
    out = out.resolve()
    scratch.clear(out)
    with scratch.named_errors(out):
        _require_free(out, force)
    pattern = recipe.read(like)
    planned = plan.city(pattern, grids, seed)
    with scratch.beside(out) as folder:
        drawn = ground.write(ground.draw(planned, pattern, seed, progress), folder)
        staff, found = _tables(folder, planned, pattern, like, drawn, seed)
    return _made(planned, drawn.counts["buildings"], found, staff)


def _require_free(out: Path, force: bool) -> None:
    """Raises Trouble where something is there, or, with `force`, something that is no pack."""
    if out.exists() and not out.is_dir():
        raise Trouble(gettext_noop("{out} is a file, not a folder."), gettext_noop("Name a folder."), out=out)
    if os.path.ismount(out):
        raise Trouble(
            gettext_noop("{out} is where a disk is mounted, so it cannot be replaced whole."),
            gettext_noop("Name a folder in it."), out=out,
        )  # fmt: skip
    if not out.parent.is_dir():
        raise Trouble(
            gettext_noop("There is no folder {parent} to put {out} in."), gettext_noop("Make it first, or name another."),
            parent=out.parent, out=out.name,
        )  # fmt: skip
    names = {path.name for path in out.iterdir()} if out.is_dir() else set()
    if names and not force:
        raise Trouble(
            gettext_noop("{out} is not empty."), gettext_noop("Name another folder, or replace the pack there: --force."),
            out=out,
        )  # fmt: skip
    if others := sorted(names - OWN - SURPLUS):
        raise Trouble(
            gettext_noop("{out} holds {other}, which no pack holds, so it is not replaced."),
            gettext_noop("Look whether it is the right folder; move that away first."), out=out, other=others[0],
        )  # fmt: skip


def _tables(
    folder: Path, planned: CityPlan, pattern: Recipe, like: Path, drawn: ground.Written, seed: int
) -> tuple[people.Staff, list[units.UnitPlan]]:
    for name in VERBATIM:
        if (like / name).exists():
            shutil.copyfile(like / name, folder / name)
    found = list(units.units(planned, pattern, tables.read(like / UNITS)))
    staff = people.staff(planned, pattern, found, seed)
    written = {
        CITY: texts.city((like / CITY).read_text("utf-8-sig"), planned),
        REGIONS: tables.text(texts.REGIONS, texts.regions(planned, pattern, drawn.places)),
        UNITS: tables.text(units.COLUMNS, (unit.cells for unit in found)),
        PEOPLE: tables.text(people.PEOPLE, staff.people),
        POSTS: tables.text(people.POSTS, staff.posts),
    }
    if (like / REPORTS).exists():
        written[REPORTS] = texts.reports((like / REPORTS).read_text("utf-8-sig"), drawn.addresses)
    for name, text in written.items():
        (folder / name).write_text(text, encoding="utf-8", newline="\n")
    return staff, found


def _made(planned: CityPlan, buildings: int, found: Sequence[units.UnitPlan], staff: people.Staff) -> Made:
    communities = [community for town in planned.towns for community in town.communities]
    grids = [grid for community in communities for grid in community.grids]
    return Made(
        towns=sum(1 for _ in planned.towns),
        communities=len(communities),
        grids=len(grids),
        special=sum(bool(grid.use) for grid in grids),
        residents=sum(grid.residents for grid in grids),
        buildings=buildings,
        units=len(found),
        people=len(staff.people),
    )
