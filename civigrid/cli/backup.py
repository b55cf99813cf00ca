"""`civigrid backup FILE` and `civigrid restore FILE`."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from civigrid.base import env
from civigrid.base.trouble import Trouble, gettext_noop
from civigrid.cli import show
from civigrid.cli.boot import booted
from civigrid.cli.speech import gettext as _

if TYPE_CHECKING:
    from civigrid.base.backup import Manifest

File = Annotated[Path, typer.Argument(help=_("The backup's file."), show_default=False)]


def backup(file: File) -> None:
    with booted(or_older=True):
        from civigrid.base import backup as work

        with show.bar(_("Backing up")) as heard:
            work.backup(file.absolute(), now=datetime.now(UTC), heard=heard)
    show.done(_("Everything but the keys is in {path}.").format(path=file))
    show.out.print(_("Keep a copy of {path} elsewhere: without it sealed contacts stay closed.").format(path=keys()))


def restore(file: File) -> None:
    with booted(keys=False, ready=False):
        from civigrid.base import backup as work
        from civigrid.base import migrate

        with show.bar(_("Restoring"), file.stat().st_size) as heard:
            manifest = work.restore(file.absolute(), heard=heard)
        migrate.migrate()
        lines = _verify()
        show.done(_("Restored; the ledger's {lines} lines are whole.").format(lines=lines))
        _compare_keys(manifest)


def keys() -> Path:
    return env.keys_file()


def _verify() -> int:
    from civigrid.base import db, ledger

    with db.system(), show.bar(_("Verifying the ledger")) as heard:
        report = ledger.verify(progress=heard)
    if not report.ok:
        raise Trouble(
            gettext_noop("The restored ledger is not whole: {fault}"),
            gettext_noop("The backup holds it as it was: look at `civigrid ledger verify` where it was made."),
            fault=report.faults[0],
        )
    return report.lines


def _compare_keys(manifest: Manifest) -> None:
    """The right keys may come later, but before anybody serves."""
    from civigrid.base import crypto

    try:
        same = crypto.fingerprint() == manifest.keys
    except crypto.NoKeys:
        same = False
    if not same:
        show.err.print(
            _("The keys of this backup are not at {path} yet. Put them there before you serve.").format(path=keys())
        )
