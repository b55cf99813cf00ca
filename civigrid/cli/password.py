"""`civigrid password USER`: gives an account of the city pack its first password, or a new one."""

from __future__ import annotations

import secrets
from typing import Annotated

import typer

from civigrid.cli import show
from civigrid.cli.boot import booted
from civigrid.cli.speech import gettext as _

ALPHABET = "abcdefghijkmnpqrstuvwxyz23456789"  # nothing that is read for something else
LENGTH = 14


def password(
    username: Annotated[str, typer.Argument(help=_("The user name, as in people.csv."), show_default=False)],
    generate: Annotated[
        bool, typer.Option("--generate", help=_("Make one and print it, for a person who changes it at once."))
    ] = False,
) -> None:
    with booted():
        from datetime import UTC, datetime

        from civigrid.base import db
        from civigrid.base.errors import Refused
        from civigrid.directory import actions

        chosen = (
            _generated() if generate else typer.prompt(_("New password"), hide_input=True, confirmation_prompt=True)
        )
        with db.system():
            (outcome,) = actions.set_password([username], chosen, now=datetime.now(UTC))
        if not outcome.ok:
            raise Refused(outcome.code, **outcome.facts)
    show.done(_("{username} signs in with the new password.").format(username=username))
    if generate:
        show.out.print(chosen, markup=False)


def _generated() -> str:
    return "".join(secrets.choice(ALPHABET) for _place in range(LENGTH))
