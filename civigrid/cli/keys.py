"""`civigrid keys`: a new key for what is sealed from now on, and then for what was sealed before."""

from __future__ import annotations

import typer

from civigrid.cli import boot, show
from civigrid.cli.speech import gettext as _

app = typer.Typer(help=_("The keys that seal contacts."), no_args_is_help=True)


@app.command(
    "rotate", help=_("Make a new key for what is sealed from now on; the old ones stay to open what they sealed.")
)
def rotate() -> None:
    from civigrid.base.crypto import Keys

    keys = Keys.load().rotate()
    show.done(_("Key {number} is the current one. Keep a new copy of {path} in a safe place.").format(
        number=keys.current, path=keys.path
    ))  # fmt: skip
    show.out.print(_("Restart Civigrid, so that every process uses it; then run: civigrid keys reseal"))


@app.command(
    "reseal", help=_("Seal every contact with the current key. Older keys are kept: authenticator apps may need them.")
)
def reseal() -> None:
    with boot.booted():
        from civigrid.flow import vault

        with show.bar(_("Contacts")) as told:
            count = vault.reseal(told)
    show.done(_("{count} contacts were sealed anew.").format(count=count))
