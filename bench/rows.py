"""What one transaction left in the database, and a pgbench script that leaves the same rows again with fresh keys.

Ids are moved by a number that grows with each transaction of each client, so that they fall where a sequence's would: at
the end of every index. What refers to one of these rows moves with it; everything else is written as it was.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import psycopg

FIRST = 10**9  # beyond what the program's sequences reach meanwhile
APART = 1_000  # ids of one transaction lie closer together
_TABLES = """
SELECT c.oid, format('%I', c.relname) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind = 'r' AND n.nspname = 'public' ORDER BY c.oid
"""
_COLUMNS = """
SELECT attnum, attname, format_type(atttypid, atttypmod) FROM pg_attribute
WHERE attrelid = %s AND attnum > 0 AND NOT attisdropped AND attgenerated = '' ORDER BY attnum
"""
_REFERS = """
SELECT conkey[1], confrelid FROM pg_constraint WHERE conrelid = %s AND contype = 'f' AND cardinality(conkey) = 1
"""
_UNIQUE = "SELECT indkey::int2[] FROM pg_index WHERE indrelid = %s AND indisunique AND indpred IS NULL"
Row = tuple[Any, ...]
Admin = psycopg.Connection[Row]


@dataclass(frozen=True, slots=True)
class Table:
    """`rows` as SQL literals, column by column; `moved`: the places of columns that must be others in each copy."""

    oid: int
    name: str
    columns: list[str]
    types: list[str]
    rows: list[list[str]]
    moved: set[int]


def left_by(admin: Admin, xmin: str) -> list[Table]:
    """Every row that the transaction wrote, in an order in which they can be written again."""
    oids = [(oid, name) for oid, name in admin.execute(_TABLES).fetchall()]
    found = [each for oid, name in oids if (each := _table(admin, oid, name, xmin)).rows]
    there = {table.oid for table in found}
    refers = {table.oid: _refers(admin, table, there) for table in found}
    for table in found:
        table.moved.update(place for place, _ in refers[table.oid])
        _make_unique(admin, table)
    return _ordered(found, {oid: {target for _, target in pairs} - {oid} for oid, pairs in refers.items()})


def _table(admin: Admin, oid: int, name: str, xmin: str) -> Table:
    columns = admin.execute(_COLUMNS, (oid,)).fetchall()
    literals = ", ".join(f"quote_nullable({_quoted(column)}::text)" for _, column, _ in columns)
    # names come from the catalogue, quoted
    rows = admin.execute(f"SELECT {literals} FROM {name} WHERE xmin::text = %s", (xmin,)).fetchall()
    return Table(
        oid, name, [_quoted(each[1]) for each in columns], [each[2] for each in columns], [*map(list, rows)], set()
    )


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _numbered(admin: Admin, table: Table) -> dict[int, int]:
    """Attribute number -> place among the columns."""
    return {row[0]: place for place, row in enumerate(admin.execute(_COLUMNS, (table.oid,)).fetchall())}


def _refers(admin: Admin, table: Table, there: set[int]) -> list[tuple[int, int]]:
    places = _numbered(admin, table)
    return [(places[number], oid) for number, oid in admin.execute(_REFERS, (table.oid,)).fetchall() if oid in there]


def _make_unique(admin: Admin, table: Table) -> None:
    """Each unique key needs one column that moves: a number where there is one, else its last text."""
    places = _numbered(admin, table)
    for (numbers,) in admin.execute(_UNIQUE, (table.oid,)).fetchall():
        key = [places[number] for number in numbers if number in places]
        if not key or table.moved.intersection(key) or all(row[place] == "NULL" for row in table.rows for place in key):
            continue
        whole = [place for place in key if table.types[place] == "bigint"]
        table.moved.add(whole[0] if whole else key[-1])


def _ordered(tables: list[Table], needs: dict[int, set[int]]) -> list[Table]:
    """Those that others refer to first."""
    left, done = list(tables), list[Table]()
    while left:
        ready = [table for table in left if not needs[table.oid] & {each.oid for each in left}]
        done += ready
        left = [table for table in left if table not in ready]
        assert ready, "rows that refer to each other in a circle"
    return done


def script(tables: list[Table]) -> str:
    """For `pgbench -f`, with `-D i=` where to begin counting."""
    inserts = [
        f"INSERT INTO {table.name} ({', '.join(table.columns)}) VALUES {', '.join(_values(table, row) for row in table.rows)};"
        for table in tables
    ]
    head = ["\\set i :i + 1", f"\\set k {FIRST} + (:i * 64 + :client_id) * {APART}"]
    return "\n".join([*head, "BEGIN;", *inserts, "COMMIT;"]) + "\n"


def _values(table: Table, row: list[str]) -> str:
    return "(" + ", ".join(_value(table, place, text) for place, text in enumerate(row)) + ")"


def _plain(literal: str) -> str:
    """As pgbench leaves it alone: a colon begins a variable, a line's end the next line."""
    if ":" not in literal and "\n" not in literal:
        return literal
    escaped = literal if literal.startswith("E") else f"E{literal}"
    return escaped.replace(":", r"\x3a").replace("\n", r"\n")


def _value(table: Table, place: int, text: str) -> str:
    of = table.types[place]
    text = _plain(text)
    if place not in table.moved or text == "NULL":
        return f"{text}::{of}"
    return f"({text}::bigint + :k::bigint)" if of == "bigint" else f"({text} || :k::text)"
