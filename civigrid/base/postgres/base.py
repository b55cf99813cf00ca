"""A connection is looked at before the pool gives it out. To ask over it, as the pool itself would, costs every page a
statement; but a server that went away has closed its end, and that is seen without a word.
"""

from __future__ import annotations

import select
from typing import Any

import psycopg
from django.db.backends.postgresql import base


class DatabaseWrapper(base.DatabaseWrapper):
    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        connection = super().get_new_connection(conn_params)
        while self.pool and _gone(connection):
            self.pool.putconn(connection)  # it is thrown away there, and another made
            connection = self.pool.getconn()
        return connection


def _gone(connection: psycopg.Connection[Any]) -> bool:
    """Whether the server closed its end. What it sent beside that (a changed setting) is read on the way."""
    look = select.poll()
    look.register(connection.fileno(), select.POLLIN)
    if not look.poll(0):
        return False
    try:
        connection.execute("")
    except psycopg.OperationalError:
        return True
    return False
