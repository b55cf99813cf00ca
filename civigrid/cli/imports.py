"""`civigrid import`: a file of any shape becomes reports, and the conveyor opens their cases."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from civigrid.cli import show
from civigrid.cli.boot import booted
from civigrid.cli.speech import gettext as _


def import_reports(
    file: Annotated[Path, typer.Argument(help=_("A CSV (also .gz) or XLSX file."), show_default=False)],
    shape: Annotated[
        Path, typer.Option("--map", help=_("The TOML file that says which column is what."), show_default=False)
    ],
    dry_run: Annotated[bool, typer.Option("--dry-run", help=_("Read and check every row, store nothing."))] = False,
    rejects: Annotated[
        Path | None, typer.Option(help=_("Where rows that cannot be taken are listed; default FILE.rejects.csv here."))
    ] = None,
    wait: Annotated[
        bool, typer.Option("--wait/--no-wait", help=_("Also open the cases now, or leave that to `civigrid work`."))
    ] = True,
) -> None:
    with booted():
        from civigrid.intake.channels.csvfile import read_map

        import_map = read_map(shape)
        _import(file, import_map, rejects or Path(f"{file.name}.rejects.csv"), dry_run=dry_run)
        if wait and not dry_run:
            _drain()


def _import(file: Path, import_map: object, rejects: Path, *, dry_run: bool) -> None:
    from datetime import UTC, datetime

    from civigrid.flow import importer
    from civigrid.intake.channels.csvfile import ImportMap

    assert isinstance(import_map, ImportMap)
    with show.bar(_("Rows")) as told:
        tally = importer.import_file(
            file, import_map, now=datetime.now(UTC), rejects=rejects, dry_run=dry_run, progress=lambda t: told(t.rows)
        )
    table = Table(_("rows"), _("stored"), _("known already"), _("rejected"))
    table.add_row(*map(str, (tally.rows, tally.stored, tally.repeated, tally.rejected)))
    show.out.print(table)
    if tally.rejects_file:
        show.out.print(_("The rejected rows, with their reasons: {path}").format(path=tally.rejects_file))
        for code, number in sorted(tally.reasons.items()):
            show.out.print(f"  {number} × {code}: {_reason(code)}", markup=False)
    if dry_run:
        show.done(_("Nothing was stored."))


def _reason(code: str) -> str:
    """A refusal's words without the facts of one row."""
    from civigrid.intake.words import REFUSALS

    return re.sub(r"%\(\w+\)[sd]", "…", str(REFUSALS.get(code, code)))


def _drain() -> None:
    """Processes what waits, beside a running `civigrid work` or without one, and says what became of all reports."""
    from datetime import UTC, datetime

    from civigrid.base import db, garbage
    from civigrid.flow import conveyor
    from civigrid.intake import queries
    from civigrid.intake.rules import PendingState
    from civigrid.intake.words import DISPOSITIONS

    def clock() -> datetime:
        return datetime.now(UTC)

    garbage.seldom()
    with show.bar(_("Reports processed")) as told:
        conveyor.drain(clock=clock, progress=lambda tally: told(tally.found), hands=conveyor.HANDS)
    with db.system():
        balance = queries.balance(datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC))
        parked = queries.pending().get(PendingState.PARKED, 0)
    table = Table(_("what became of all reports so far"), "")
    for kind, number in balance.kinds.items():
        table.add_row(str(DISPOSITIONS[kind]), str(number))
    if balance.undisposed:
        table.add_row(_("waiting"), str(balance.undisposed))
    table.add_row(_("reports"), str(balance.reports), style="bold")
    show.out.print(table)
    if parked:
        show.out.print(
            _("{count} reports could not be processed and are parked; see the page of parked reports.").format(
                count=parked
            )
        )
