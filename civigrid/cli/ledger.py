"""`civigrid ledger verify`: is the record whole?"""

from __future__ import annotations

from itertools import islice

import typer
from rich.markup import escape

from civigrid.base import env
from civigrid.cli import show
from civigrid.cli.boot import booted
from civigrid.cli.speech import gettext as _

app = typer.Typer(help=_("The hash-chained record of everything that was done."), no_args_is_help=True)

SHOWN = 100  # faults said one by one; the rest is counted


@app.callback()
def group() -> None:
    """Keeps `verify` a command of its own."""


@app.command("verify", help=_("Walk every chain and every report's words; say where something was changed or lost."))
def verify() -> None:
    with booted(keys=False):
        lines = _lines()
        words = _words()
    if not (lines and words):
        raise typer.Exit(1)


def _lines() -> bool:
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
        return False
    show.done(_("{lines} lines in {streams} streams are whole; root {root}").format(
        lines=report.lines, streams=report.streams, root=report.root
    ))  # fmt: skip
    return True


def _words() -> bool:
    """Whether the reports still say what was received."""
    if not env.keys_file().exists():
        show.err.print(_("The reports' words were not looked at: their hashes need the key file {path}.").format(
            path=env.keys_file()
        ))  # fmt: skip
        return True
    from civigrid.flow import proof
    from civigrid.intake.words import ALTERED

    with show.bar(_("Reports")) as heard:
        found = proof.verify(heard)
    for report_id, how in islice(found.altered.items(), SHOWN):
        show.err.print(f"[red]✗[/] {_('report')} {report_id}: {escape(str(ALTERED[how]))}")
    if not found.ok:
        show.err.print(_("{count} reports are not what was received.").format(count=found.faulty))
        return False
    show.done(_("{count} reports say what was received.").format(count=found.reports))
    return True
