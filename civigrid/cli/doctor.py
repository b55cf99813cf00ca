"""`civigrid doctor`: looks at everything Civigrid needs and says what to do. Works without a network."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import typer
from rich.markup import escape
from rich.table import Table

from civigrid.base import env
from civigrid.base.pg.places import Places
from civigrid.base.trouble import Trouble, gettext_noop
from civigrid.cli import boot, show
from civigrid.cli.speech import gettext as _

if TYPE_CHECKING:
    from civigrid.base.health import Check


def doctor() -> None:
    found = list(checks())
    show.out.print(table(found))
    for check in found:
        if not check.ok:
            show.out.print(f"[bold]{escape(check.name)}[/] → {escape(check.remedy)}")
    if any(not check.ok for check in found):
        raise typer.Exit(1)
    show.done(_("All is well."))


def checks() -> Iterator[Check]:
    """The database's own start, then what only a started program can tell. A wrong setting is an error at once."""
    env.PORT.number()
    with ExitStack() as stack:
        try:
            _start_database(stack)
            trouble = None
        except Trouble as error:
            trouble = error
        boot.setup()
        yield from _without_database(trouble) if trouble else _with_database(stack)


def _start_database(stack: ExitStack) -> None:
    """An embedded one is started for the time of the look, but never made."""
    if not env.DATABASE_URL.text() and not Places(env.home()).data.exists():
        raise Trouble(
            gettext_noop("There is no database in {home} yet."), gettext_noop("Make it: civigrid init"), home=env.home()
        )
    with show.working(_("Starting the database")) as say:
        stack.enter_context(boot.database(say))


def _without_database(error: Trouble) -> Iterator[Check]:
    from civigrid.base import health

    yield health.keys_file()
    yield health.disk()
    yield health.Check("database", False, *error.said(_))


def _with_database(stack: ExitStack) -> Iterator[Check]:
    from civigrid.base import health
    from civigrid.flow import queues

    stack.callback(boot.disconnect)
    queues.register()
    found = health.checks(now=datetime.now(UTC))
    yield from found
    if all(check.ok for check in found if check.needed):
        yield _pack()


def _pack() -> Check:
    """Whether a city is loaded."""
    from civigrid.base import db
    from civigrid.base.health import Check
    from civigrid.catalog import queries

    with db.system():
        city = queries.city_or_none()
    if city is None:
        return Check("pack", False, _("no city is loaded"), _("Load one: civigrid pack load FOLDER"))
    return Check("pack", True, city.name)


def table(found: Iterable[Check]) -> Table:
    rows = Table(show_header=False, box=None, padding=(0, 1))
    for check in found:
        mark = "[green]✓[/]" if check.ok else "[bold red]✗[/]"
        rows.add_row(mark, escape(check.name), escape(check.detail))
    return rows
