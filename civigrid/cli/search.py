"""`civigrid search`: what cases are found by."""

from __future__ import annotations

import typer

from civigrid.cli import show
from civigrid.cli.boot import booted
from civigrid.cli.speech import gettext as _

app = typer.Typer(help=_("What cases are found by: words, places, numbers."), no_args_is_help=True)


@app.callback()
def group() -> None:
    """Keeps `rebuild` a command of its own."""


@app.command("rebuild", help=_("Write anew what every case is found by. May run while everything works."))
def rebuild() -> None:
    with booted(keys=False):
        from civigrid.flow import searching

        with show.bar(_("Cases")) as heard:
            done = searching.rebuild(progress=heard)
    show.done(_("{count} cases can be found.").format(count=done))
