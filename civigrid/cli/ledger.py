"""`civigrid ledger verify`: is the record whole?"""

from __future__ import annotations

import typer
from rich.markup import escape

from civigrid.cli import show
from civigrid.cli.boot import booted
from civigrid.cli.speech import gettext as _

app = typer.Typer(help=_("The hash-chained record of everything that was done."), no_args_is_help=True)

SHOWN = 100  # faults said one by one; the rest is counted


@app.callback()
def group() -> None:
    """Keeps `verify` a command of its own."""


@app.command("verify", help=_("Walk every chain and say where the first line is that was changed, lost or added."))
def verify() -> None:
    with booted(keys=False):
        from civigrid.base import db, ledger
        from civigrid.base.words import LEDGER_FAULTS

        with db.system(), show.bar(_("Lines")) as heard:
            report = ledger.verify(progress=heard)
        for fault in report.faults[:SHOWN]:
            place = f"{fault.kind} {fault.stream}, {_('line')} {fault.seq}"
            show.err.print(f"[red]✗[/] {escape(place)}: {escape(str(LEDGER_FAULTS[fault.what]))}")
        if not report.ok:
            show.err.print(_("{count} of {streams} streams are not whole.").format(
                count=report.faulty, streams=report.streams
            ))  # fmt: skip
            raise typer.Exit(1)
        show.done(_("{lines} lines in {streams} streams are whole; root {root}").format(
            lines=report.lines, streams=report.streams, root=report.root
        ))  # fmt: skip
