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
from civigrid.cli.speech import ngettext, pgettext

if TYPE_CHECKING:
    from civigrid.catalog.rules.pack import Fault, Folded
    from civigrid.cli.generate.make import Made
    from civigrid.flow.packs import Loading

app = typer.Typer(help=_("Check, load or generate a city pack (docs/city-pack.md)."), no_args_is_help=True)
Folder = Annotated[Path, typer.Argument(help=_("The folder with city.yaml and the tables."), show_default=False)]
All = Annotated[bool, typer.Option("--all", help=_("Show every fault and remark, however many there are."))]
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
FAULTS_SHOWN = 50  # faults and remarks: the first of them explain most of the rest


@app.command("check", help=_("Report every fault with file, row, column, reason and remedy. Needs no database."))
def check(folder: Folder, every: All = False) -> None:
    boot.setup()
    from civigrid.base.errors import Refused
    from civigrid.catalog.rules import pack
    from civigrid.flow import packs

    try:
        with show.steps(show.PACK_STEPS) as told:
            city, faults = pack.check(packs.read(folder), told)
    except Refused as no:
        raise _refused(no) from no
    _stop_at(faults, every, _("The pack cannot be loaded like this."))
    assert city is not None
    show.done(_("No faults: {name}, {units} units, {matters} matters, {duty} duty rows, {grids} grids.").format(
        name=city.city.name, units=len(city.units), matters=len(city.matters), duty=len(city.duty), grids=len(city.grids)
    ))  # fmt: skip


@app.command("load", help=_("Make the pack valid from today, in one transaction; what changed is closed and kept."))
def load(folder: Folder, dry_run: DryRun = False, every: All = False) -> None:
    with boot.booted(keys=False):
        from datetime import UTC, datetime

        from civigrid.base.errors import Refused
        from civigrid.flow import packs

        try:
            with show.steps(show.PACK_STEPS) as told:
                loading = packs.load(folder, now=datetime.now(UTC), dry_run=dry_run, progress=told)
        except Refused as no:
            raise _refused(no) from no
        _stop_at(loading.faults, every, _("Nothing was loaded."))
        _show(loading, dry_run)


@app.command("generate", help=_("Make an invented city of any size, the same for the same seed. Needs no database."))
def generate(
    out: Annotated[Path, typer.Option(help=_("The folder to make it in."), show_default=False)],
    grids: Annotated[int, typer.Option(help=_("How many grids, 7 to 20000."))] = 708,
    seed: Annotated[int, typer.Option(min=0, help=_("Another number, another city."))] = 1,
    like: Annotated[
        Path | None, typer.Option(help=_("A pack with a recipe.yaml to make it after; the shipped one if left out."))
    ] = None,
    force: Annotated[bool, typer.Option("--force", help=_("Replace the pack that is there."))] = False,
) -> None:
    from civigrid.cli.generate import make, scratch

    began = time.monotonic()
    with scratch.ending_on_term(), show.bar(_("Drawing the city"), total=grids) as told:
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


def _stop_at(faults: Sequence[Fault], every: bool, end: str) -> None:
    """Says each fault and remark, equal ones once, and ends the command where a fault stops; `end`: what that means."""
    from civigrid.catalog.rules.pack import folded

    found = folded(faults)
    shown = found if every else found[:FAULTS_SHOWN]
    for each in shown:
        _say(each)
    if rest := len(found) - len(shown):
        more = ngettext("… and {count} more; --all shows it.", "… and {count} more; --all shows them.", rest)
        show.err.print(escape(more.format(count=rest)))
    stopping = sum(fault.stops for fault in faults)
    if remarks := len(faults) - stopping:
        said = ngettext(
            "{count} remark: unusual, but nothing is stopped by it.",
            "{count} remarks: unusual, but nothing is stopped by them.", remarks,
        )  # fmt: skip
        show.err.print(said.format(count=remarks))
    if stopping:
        counted = ngettext("{count} fault.", "{count} faults.", stopping).format(count=stopping)
        show.err.print(f"{counted} {end}")
        raise typer.Exit(1)


def _say(each: Folded) -> None:
    from civigrid.catalog.words import reason, remedy

    fault = each.fault
    place = ":".join(str(part) for part in (fault.file, fault.row or "", fault.column) if part)
    said = f"[{'red' if fault.stops else 'yellow'}]{escape(reason(fault))}[/] {escape(remedy(fault))}"
    if each.count > 1:
        said += " " + escape(ngettext("({count} row)", "({count} rows, this is the first)", each.count)).format(
            count=each.count
        )
    show.err.print(f"[bold]{escape(place)}[/] {said}")


def _done(how: str) -> str:
    """What a loading did to a thing."""
    words = {
        "opened": pgettext("by a loading", "opened"),
        "changed": pgettext("by a loading", "changed"),
        "closed": pgettext("by a loading", "closed"),
        "same": pgettext("by a loading", "same"),
    }
    return words[how]


def _show(loading: Loading, dry_run: bool) -> None:
    ways = ("opened", "changed", "closed", "same")
    table = Table("", *map(_done, ways))
    for what, counts in loading.counts.items():
        table.add_row(_(THINGS[what]), *(str(counts[how]) for how in ways))
    show.out.print(table)
    if dry_run:
        for change in loading.changes[:SHOWN]:
            show.out.print(escape(f"{_done(change.how)}  {_(THINGS[change.what])}  {change.code}"))
        if len(loading.changes) > SHOWN:
            show.out.print(_("and {count} more").format(count=len(loading.changes) - SHOWN))
    show.done(_("Nothing was written.") if dry_run or not loading.changes else _("The pack is loaded."))
