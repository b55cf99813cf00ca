"""The commands, and what becomes of an error: a known trouble is one clear message with what to do, and exit code 1."""

from __future__ import annotations

import os
from typing import Any

import typer
from typer.core import TyperGroup

from civigrid import __version__
from civigrid.base.lifeline import PARENT, die_with_parent
from civigrid.base.supervise import REFUSED
from civigrid.base.trouble import Trouble
from civigrid.cli import (
    backup,
    classify,
    demo,
    doctor,
    imports,
    init,
    keys,
    ledger,
    pack,
    password,
    search,
    serve,
    show,
    token,
    work,
)
from civigrid.cli.errors import as_trouble
from civigrid.cli.speech import gettext as _


class Commands(TyperGroup):
    """Says known troubles plainly; anything else is a mistake of ours and keeps its traceback."""

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except Exception as error:
            trouble = as_trouble(error)
            if trouble is None:
                raise
            show.trouble(trouble)
            raise typer.Exit(_code(trouble)) from error


app = typer.Typer(
    cls=Commands,
    name="civigrid",
    help=_("Civigrid 城格: what a city's people report, found, routed, handled, checked and answered."),
    no_args_is_help=True,
    pretty_exceptions_show_locals=False,  # they may hold what a resident wrote
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _code(trouble: Trouble) -> int:
    """A supervisor starts a program again unless its trouble stays until somebody does something."""
    return REFUSED if PARENT in os.environ and not trouble.passing else 1


@app.callback()
def start() -> None:
    """Whoever was started by a supervisor does not outlive it."""
    if parent := os.environ.get(PARENT):
        die_with_parent(int(parent))


@app.command("version", help=_("Print the version."))
def version() -> None:
    show.out.print(__version__)


app.command("init", help=_("Make keys and database, or bring an older database up to date."))(init.init)
app.command("serve", help=_("Serve the pages and do the work, until Ctrl+C."))(serve.serve)
app.command("work", help=_("Only the worker: conveyor, clocks and jobs, e.g. under systemd."))(work.work)
app.command("demo", help=_("A small city to try everything in, on this machine."))(demo.demo)
app.add_typer(pack.app, name="pack")
app.command("import", help=_("Take in reports from a table."))(imports.import_reports)
app.add_typer(classify.app, name="classify")
app.add_typer(ledger.app, name="ledger")
app.add_typer(search.app, name="search")
app.command("doctor", help=_("Look at everything Civigrid needs and say what to do."))(doctor.doctor)
app.command("backup", help=_("Write database and files, but never the keys, to one file."))(backup.backup)
app.command("restore", help=_("Fill an empty Civigrid from a backup."))(backup.restore)
app.add_typer(keys.app, name="keys")
app.add_typer(token.app, name="token")
app.command("password", help=_("Give an account its first password, or a new one."))(password.password)
