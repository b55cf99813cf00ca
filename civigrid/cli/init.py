"""`civigrid init`: from an empty machine, or an older database, to one that can serve."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import unquote, urlsplit

import typer

from civigrid.base import env
from civigrid.base.pg.roles import script
from civigrid.base.pg.server import DATABASE
from civigrid.base.trouble import Trouble, gettext_noop
from civigrid.cli import show
from civigrid.cli.boot import booted
from civigrid.cli.speech import gettext as _


def init(
    print_roles: Annotated[
        bool, typer.Option("--print-roles", help=_("Only print the SQL an administrator runs once on another server."))
    ] = False,
    new_keys: Annotated[
        bool,
        typer.Option("--new-keys", help=_("Make new keys though the database has data whose keys are lost for good.")),
    ] = False,
) -> None:
    if print_roles:
        name = unquote(urlsplit(env.DATABASE_URL.text()).path.lstrip("/"))
        show.out.print(script(name or DATABASE), markup=False)
        return
    prepare(new_keys=new_keys)
    show.done(_("The database is ready. Start with: civigrid serve"))


def prepare(*, new_keys: bool = False) -> None:
    """Keys where there are none, and tables of this code. Repeating it changes nothing."""
    with booted(keys=False, ready=False):
        made = _make_keys(new_keys=new_keys)
        _migrate()
        _mark_keys(made)


def _make_keys(*, new_keys: bool) -> bool:
    """True where there were none."""
    from civigrid.base import crypto, migrate

    path = env.keys_file()
    if path.exists():
        crypto.keys()
        return False
    with migrate.owner() as conn:
        used = bool(migrate.applied(conn))
    if used and not new_keys:
        raise _keys_lost(path)
    crypto.Keys.make(path)
    show.done(_("Made new keys. Keep a copy of {path} in a safe place: no backup holds it.").format(path=path))
    return True


def _mark_keys(made: bool) -> None:
    """New keys become the database's; others must be its own."""
    from civigrid.base import db, keymark

    with db.system():
        if made:
            keymark.adopt()
        keymark.require()


def _keys_lost(path: object) -> Trouble:
    return Trouble(
        gettext_noop("There is a database, but no key file at {path}."),
        gettext_noop(
            "Put its key file back there. If it is lost for good: civigrid init --new-keys "
            "(everyone signs in anew; contacts sealed so far stay closed)."
        ),
        path=path,
    )


def _migrate() -> None:
    from civigrid.base import migrate

    with show.working(_("Bringing the tables up to date")) as say:
        migrate.migrate(waiting=lambda _seconds: say(_("Waiting for another process that does the same")))
