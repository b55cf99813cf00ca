"""From an environment to a working Django: the database is found or started, the settings read, the language set."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from civigrid.base.pg.server import embedded
from civigrid.cli import show
from civigrid.cli.speech import gettext as _
from civigrid.cli.speech import language


@contextmanager
def booted(*, keys: bool = True, ready: bool = True, or_older: bool = False) -> Iterator[None]:
    """Everything a command needs. `keys`: the key file must be there. `ready`: the tables must be those of this code, or
    of an older one with `or_older`.

    Raises Trouble with what is missing. All connections are closed before an embedded server of ours is stopped.
    """
    with ExitStack() as stack:
        with show.working(_("Starting the database")) as say:
            stack.enter_context(database(say))
            say(_("Loading"))
            setup()
            stack.callback(disconnect)
            check(keys=keys, ready=ready, or_older=or_older)
        yield


@contextmanager
def database(say: show.Say) -> Iterator[None]:
    """DATABASE_URL names the database inside the block, the embedded one too; afterwards it is as it was."""
    before = os.environ.get("DATABASE_URL")
    with embedded(progress=show.database_steps(say)) as url:
        os.environ["DATABASE_URL"] = url
        try:
            yield
        finally:
            os.environ.pop("DATABASE_URL")
            if before is not None:
                os.environ["DATABASE_URL"] = before


def setup() -> None:
    """Django, once, in the caller's language."""
    import django
    from django.utils import translation

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "civigrid.settings")
    django.setup()
    translation.activate(language())


def check(*, keys: bool, ready: bool, or_older: bool = False) -> None:
    """Raises Trouble with what is missing."""
    from civigrid.base import crypto, db, keymark, migrate

    if keys:
        crypto.keys()
    if ready:
        migrate.require_ready(or_older=or_older)
    if keys and ready:
        with db.system(made=False):
            if keymark.has_place():
                keymark.require()


def disconnect() -> None:
    """Closes this process's connections and its pool, so that a forked worker or a stopping server meets none."""
    from django.db import connections

    for connection in connections.all(initialized_only=True):
        connection.close()
        close_pool = getattr(connection, "close_pool", None)
        if close_pool is not None:
            close_pool()
