"""`civigrid pack`: a city's data checked and loaded."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape
from rich.table import Table

from civigrid.base.trouble import gettext_noop
from civigrid.cli import boot, shipped, show
from civigrid.cli.speech import gettext as _

if TYPE_CHECKING:
    from civigrid.catalog.rules.pack import Fault
    from civigrid.cli.generate.make import Made
    from civigrid.flow.packs import Loading

app = typer.Typer(help=_("Check, load or generate a city pack (docs/city-pack.md)."), no_args_is_help=True)
Folder = Annotated[Path, typer.Argument(help=_("The folder with city.yaml and the tables."), show_default=False)]
DryRun = Annotated[bool, typer.Option("--dry-run", help=_("Show what would change and write nothing."))]

THINGS = {
    "calendar": gettext_noop("Work calendars"),
    "region": gettext_noop("Regions"),
    "grid": gettext_noop("Grids"),
    "unit": gettext_noop("Units"),
    "account": gettext_noop("Accounts"),
    "post": gettext_noop("Posts"),
    "matter": gettext_noop("Matters"),
    "standard": gettext_noop("Standards"),
    "duty": gettext_noop("Duty rows"),
    "building": gettext_noop("Buildings"),
    "address": gettext_noop("Addresses"),
    "asset": gettext_noop("Assets"),
    "feature": gettext_noop("Features of the map"),
    "city": gettext_noop("City"),
}
SHOWN = 200  # lines of a list; the rest is counted


@app.command("check", help=_("Report every fault with file, row, column, reason and remedy. Needs no database."))
def check(folder: Folder) -> None:
    boot.setup()
    from civigrid.base.errors import Refused
    from civigrid.catalog.rules import pack
    from civigrid.flow import packs

    try:
        with show.steps(show.PACK_STEPS) as told:
            city, faults = pack.check(packs.read(folder), told)
    except Refused as no:
        raise _refused(no) from no
    _stop_at(faults)
    assert city is not None
    show.done(_("No faults: {name}, {units} units, {matters} matters, {duty} duty rows, {grids} grids.").format(
        name=city.city.name, units=len(city.units), matters=len(city.matters), duty=len(city.duty), grids=len(city.grids)
    ))  # fmt: skip


@app.command("load", help=_("Make the pack valid from today, in one transaction; what changed is closed and kept."))
def load(folder: Folder, dry_run: DryRun = False) -> None:
    with boot.booted(keys=False):
        from datetime import UTC, datetime

        from civigrid.base.errors import Refused
        from civigrid.flow import packs

        try:
            with show.steps(show.PACK_STEPS) as told:
                loading = packs.load(folder, now=datetime.now(UTC), dry_run=dry_run, progress=told)
        except Refused as no:
            raise _refused(no) from no
        _stop_at(loading.faults)
        _show(loading, dry_run)


@app.command("generate", help=_("Make an invented city of any size, the same for the same seed. Needs no database."))
def generate(
    out: Annotated[Path, typer.Option(help=_("The folder to make it in."), show_default=False)],
    grids: Annotated[int, typer.Option(help=_("How many grids, 7 to 20000."))] = 708,
    seed: Annotated[int, typer.Option(help=_("Another number, another city."))] = 1,
    like: Annotated[
        Path | None, typer.Option(help=_("A pack with a recipe.yaml to make it after; the shipped one if left out."))
    ] = None,
    force: Annotated[bool, typer.Option("--force", help=_("Replace the pack that is there."))] = False,
) -> None:
    from civigrid.cli.generate import make

    began = time.monotonic()
    with show.bar(_("Drawing the city"), total=grids) as told:
        pattern = like or shipped.demo_pack()
        made = make.make(out, grids=grids, seed=seed, like=pattern, force=force, progress=lambda done, _of: told(done))
    _tell(made, time.monotonic() - began)
    show.done(_("The city is in {out}. Next: civigrid pack load {out}").format(out=out))


def _tell(made: Made, seconds: float) -> None:
    """What the city holds, one line each."""
    rows = {
        _("Towns"): made.towns,
        _("Communities"): made.communities,
        _("Grids"): made.grids,
        _("Special grids"): made.special,
        _("Buildings"): made.buildings,
        _("Residents"): made.residents,
        _("Units"): made.units,
        _("People with an account"): made.people,
    }
    table = Table(show_header=False)
    table.add_column()
    table.add_column(justify="right")
    for what, count in rows.items():
        table.add_row(what, f"{count:,}")
    table.add_row(_("Seconds"), f"{seconds:.1f}")
    show.out.print(table)


def _refused(no: Exception) -> typer.Exit:
    from civigrid.base.errors import Refused
    from civigrid.base.words import REFUSALS as BASE
    from civigrid.catalog.words import REFUSALS as CATALOG
    from civigrid.directory.words import REFUSALS as DIRECTORY

    assert isinstance(no, Refused)
    words = {**BASE, **CATALOG, **DIRECTORY}.get(no.code, no.code)
    show.err.print(f"[red]✗[/] {escape(str(words) % no.facts)}")
    return typer.Exit(1)


def _stop_at(faults: Sequence[Fault]) -> None:
    """Says each fault and remark, and ends the command where a fault stops."""
    from civigrid.catalog.words import reason, remedy

    for fault in faults[:SHOWN]:
        place = ":".join(str(part) for part in (fault.file, fault.row or "", fault.column) if part)
        colour = "red" if fault.stops else "yellow"
        show.err.print(f"[bold]{escape(place)}[/] [{colour}]{escape(reason(fault))}[/] {escape(remedy(fault))}")
    stopping = sum(fault.stops for fault in faults)
    if len(faults) > stopping:
        show.err.print(
            _("{count} remarks: unusual, but nothing is stopped by them.").format(count=len(faults) - stopping)
        )
    if stopping:
        show.err.print(_("{count} faults; nothing was loaded.").format(count=stopping))
        raise typer.Exit(1)


def _show(loading: Loading, dry_run: bool) -> None:
    table = Table("", _("opened"), _("changed"), _("closed"), _("same"))
    for what, counts in loading.counts.items():
        table.add_row(_(THINGS[what]), *(str(counts[how]) for how in ("opened", "changed", "closed", "same")))
    show.out.print(table)
    if dry_run:
        for change in loading.changes[:SHOWN]:
            show.out.print(escape(f"{_(change.how)}  {_(THINGS[change.what])}  {change.code}"))
        if len(loading.changes) > SHOWN:
            show.out.print(_("and {count} more").format(count=len(loading.changes) - SHOWN))
    show.done(_("Nothing was written.") if dry_run or not loading.changes else _("The pack is loaded."))
