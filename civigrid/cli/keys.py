"""`civigrid keys rotate`: a new key for what is sealed from now on."""

from __future__ import annotations

import typer

from civigrid.cli import show
from civigrid.cli.speech import gettext as _

app = typer.Typer(help=_("The keys that seal contacts."), no_args_is_help=True)


@app.callback()
def group() -> None:
    """Keeps `rotate` a command of its own."""


@app.command(
    "rotate", help=_("Make a new key for what is sealed from now on; the old ones stay to open what they sealed.")
)
def rotate() -> None:
    from civigrid.base.crypto import Keys

    keys = Keys.load().rotate()
    show.done(_("Key {number} is the current one. Keep a new copy of {path} in a safe place.").format(
        number=keys.current, path=keys.path
    ))  # fmt: skip
    show.out.print(_("Restart Civigrid, so that every process uses it."))
