"""Who comes in: the one thing this program asks before it takes a role."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from civigrid.directory.models import Account, Session

_ENTERED = "SELECT session, account, stamps FROM directory_entrance(%s, %s)"


@dataclass(frozen=True, slots=True)
class Entered:
    """What stands behind a session's key: its data as Django signed them, None where there is no such session; its account
    as Django's sign-in wants it, None where nobody signed in or may any more; and the stamps in force (`base.stamps`).
    """

    session: str | None
    account: Account | None
    stamps: dict[str, str]


def entered(key: str, now: datetime) -> Entered:
    """What stands behind the session `key` at `now`. One statement, outside a transaction; "" has no session."""
    with connection.cursor() as cursor:
        cursor.execute(_ENTERED, (key, now))
        session, account, stamps = cursor.fetchone()
    return Entered(session, _account(account), _read(stamps) or {})


def session_model() -> type[Session]:
    """The table of sessions, for Django's session engine, which reads, writes and deletes its rows by itself."""
    return Session


def _account(columns: str | None) -> Account | None:
    """The row, as Django makes it of its columns."""
    found = _read(columns)
    if found is None:
        return None
    fields = {field.attname: field for field in Account._meta.concrete_fields}
    values = [field.to_python(found[name]) for name, field in fields.items()]
    return Account.from_db(connection.alias, list(fields), values)


def _read(text: str | None) -> dict[str, str] | None:
    return json.loads(text) if text else None
