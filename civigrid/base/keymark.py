"""Which key file this database is used with: a mark in it that tells nothing about the keys.

A program started with another city's keys would seal new contacts with them and find no caller again; so it does not
start. The mark is made at the first start, or by `civigrid init --new-keys` where the old file is lost for good.
"""

from __future__ import annotations

from civigrid.base import crypto, env
from civigrid.base.bulk import execute
from civigrid.base.crypto import KeyTrouble
from civigrid.base.trouble import gettext_noop as _

NAME = "keys"


def require() -> None:
    """Inside `db.system()`. Raises KeyTrouble where the key file is not the one of this database."""
    execute("INSERT INTO base_stamp (name, value) VALUES (%s, %s) ON CONFLICT DO NOTHING", (NAME, crypto.fingerprint()))
    if not matches():
        raise KeyTrouble(
            _("The key file {path} is not the one this database was used with."),
            _(
                "Put the right one there, or name it with CIVIGRID_KEYS_FILE. If it is lost for good: move this one away "
                "and run civigrid init --new-keys."
            ),
            path=env.keys_file(),
        )


def has_place() -> bool:
    """Inside `db.system(made=False)`: whether the database is new enough to hold the mark."""
    return bool(execute("SELECT to_regclass('public.base_stamp') IS NOT NULL")[0][0])


def matches() -> bool:
    """Inside `db.system()`: whether the database knows the configured keys, or none yet."""
    found = execute("SELECT value FROM base_stamp WHERE name = %s", (NAME,))
    return not found or found[0][0] == crypto.fingerprint()


def adopt() -> None:
    """Inside `db.system()`: from now on the configured keys are the right ones."""
    execute(
        "INSERT INTO base_stamp (name, value) VALUES (%s, %s) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        (NAME, crypto.fingerprint()),
    )
