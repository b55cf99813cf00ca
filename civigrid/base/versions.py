"""Saving versioned reference data: an identity that is never deleted, and versions valid for a period.

A version that changed is closed on the day the new one opens; what did not change is not written. A version that
opened on the same day it is replaced keeps its row, valid on no day at all, because other rows may point at it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import Any

from django.db import connection
from django.db.models import Field, Model

from civigrid.base.bulk import execute, numbers
from civigrid.base.errors import Outcome, Refused

Row = Mapping[str, Any]

BATCH = 10_000  # rows that are held against the table at once: what a large list needs in memory

OPENED, CHANGED, SAME, CLOSED = "opened", "changed", "same", "closed"


@dataclass(frozen=True)
class Tables:
    """`link` names the version's foreign key; `fixed` the columns of the identity that never change."""

    identity: type[Model]
    version: type[Model]
    link: str
    fixed: tuple[str, ...] = ()

    @property
    def link_id(self) -> str:
        return f"{self.link}_id"


def save(
    tables: Tables,
    rows: Iterable[Row],
    *,
    on: date,
    whole: bool = True,
    derived: Callable[[Row], Row] | None = None,
) -> list[Outcome]:
    """Makes `rows` ({"code": ..., columns of the version}) what is valid from day `on`.

    One Outcome per row in their order: id = its code, made = the identity's id, code = opened, changed or same. With
    `whole`, things that are not among `rows` are closed, and follow as Outcomes with the code closed. `derived` gives
    a row's further columns that follow from the others and are costly: it is asked for what is written only. The caller
    sees to it that no later day is written yet.
    """
    outcomes: list[Outcome] = []
    waiting = iter(rows)
    codes: set[str] = set()
    while batch := list(islice(waiting, BATCH)):
        codes.update(row["code"] for row in batch)
        if len(codes) < len(outcomes) + len(batch):  # two versions of one thing would be valid at once
            raise ValueError(f"a code stands twice among the rows of {tables.identity._meta.db_table}")
        outcomes += _save(tables, batch, on, derived)
    return outcomes + (_close_others(tables, outcomes, on) if whole else [])


def _save(tables: Tables, rows: Sequence[Row], on: date, derived: Callable[[Row], Row] | None) -> list[Outcome]:
    ids = identities(tables, rows)
    columns = sorted({name for row in rows for name in row} - {"code", *tables.fixed})
    current = _current(tables, list(ids.values()), columns, on)
    outcomes = [_outcome(row, ids[row["code"]], current, columns, tables) for row in rows]
    _close(tables, [current[outcome.made].version for outcome in outcomes if outcome.code == CHANGED], on)
    fresh = [
        {**row, **(derived(row) if derived else {}), tables.link_id: outcome.made}
        for outcome, row in zip(outcomes, rows, strict=True)
        if outcome.ok and outcome.code != SAME
    ]
    if fresh:
        _open(tables, fresh, on)
    return outcomes


def written(outcomes: Sequence[Outcome]) -> bool:
    """Whether a save changed anything."""
    return any(outcome.ok and outcome.code != SAME for outcome in outcomes)


def identities(tables: Tables, rows: Sequence[Row]) -> dict[str, int]:
    """Ids by code; missing identities are made."""
    table, codes = tables.identity._meta.db_table, [row["code"] for row in rows]
    known = f"SELECT code, id FROM {table} WHERE code = ANY(%s)"  # noqa: S608  # the table's own name
    ids: dict[str, int] = dict(execute(known, (codes,)))
    new = {row["code"]: row for row in rows if row["code"] not in ids}
    if not new:
        return ids
    columns, records = _records(tables.identity, list(new.values()))
    statement = f"INSERT INTO {table} ({columns}) SELECT {columns} FROM {records.table} RETURNING code, id"  # noqa: S608
    return ids | dict(execute(statement, (records.rows,)))


@dataclass(frozen=True, slots=True)
class _Valid:
    """A version that is valid, and what it says."""

    version: int
    fixed: tuple[Any, ...]
    columns: tuple[Any, ...]


def _current(tables: Tables, ids: Sequence[int], columns: Sequence[str], on: date) -> dict[int, _Valid]:
    """The versions of these identities that are valid on `on`, by identity."""
    fixed = [f"{tables.link}__{name}" for name in tables.fixed]
    found = tables.version._default_manager.filter(valid__contains=on, **{f"{tables.link_id}__in": ids})
    last = 2 + len(fixed)
    return {
        values[0]: _Valid(values[1], values[2:last], tuple(map(_plain, values[last:])))
        for values in found.values_list(tables.link_id, "id", *fixed, *columns)
    }


def _outcome(row: Row, identity: int, current: Mapping[int, _Valid], columns: Sequence[str], tables: Tables) -> Outcome:
    old = current.get(identity)
    if old is None:
        return Outcome(row["code"], code=OPENED, made=identity)
    if old.fixed != tuple(row[name] for name in tables.fixed):
        return Outcome.refused(row["code"], Refused("identity_changed", of=row["code"]))
    same = old.columns == tuple(_plain(row[name]) for name in columns)
    return Outcome(row["code"], code=SAME if same else CHANGED, made=identity)


def _plain(value: Any) -> Any:
    if isinstance(value, memoryview):
        return bytes(value)
    return list(value) if isinstance(value, tuple) else value


def _close_others(tables: Tables, kept: Sequence[Outcome], on: date) -> list[Outcome]:
    """Closes what is valid and not among `kept`."""
    identity, version = tables.identity._meta.db_table, tables.version._meta.db_table
    statement = (
        f"SELECT i.code, i.id, v.id FROM {version} v JOIN {identity} i ON i.id = v.{tables.link_id} "  # noqa: S608
        "WHERE v.valid @> %s::date AND NOT EXISTS "
        "(SELECT FROM unnest(%s::bigint[]) AS kept(id) WHERE kept.id = i.id) ORDER BY i.id"
    )
    gone = execute(statement, (on, numbers(outcome.made for outcome in kept if outcome.made is not None)))
    _close(tables, [version_id for _, _, version_id in gone], on)
    return [Outcome(code, code=CLOSED, made=identity_id) for code, identity_id, _ in gone]


def _close(tables: Tables, ids: Sequence[int], on: date) -> None:
    if not ids:
        return
    with connection.cursor() as cursor:  # a range from `on` to `on` is empty: valid on no day
        cursor.execute(
            f"UPDATE {tables.version._meta.db_table} "  # noqa: S608  # the table's own name
            "SET valid = daterange(lower(valid), %s) WHERE id = ANY(%s)",
            (on, list(ids)),
        )


def _open(tables: Tables, rows: Sequence[Row], on: date) -> None:
    columns, records = _records(tables.version, rows, without=("valid",))
    statement = (
        f"INSERT INTO {tables.version._meta.db_table} (valid, {columns}) "  # noqa: S608  # the table's own columns
        f"SELECT daterange(%s, NULL), {columns} FROM {records.table}"
    )
    execute(statement, (on, records.rows))


@dataclass(frozen=True, slots=True)
class _Records:
    """Rows as one parameter of JSON, and the table the database makes of it."""

    table: str
    rows: str


def _records(model: type[Model], rows: Sequence[Row], *, without: Sequence[str] = ()) -> tuple[str, _Records]:
    """The columns of the model, and rows for them; what a row does not say has the model's own value."""
    fields = [field for field in model._meta.concrete_fields if not field.primary_key and field.attname not in without]
    types = ", ".join(f"{field.attname} {field.db_type(connection)}" for field in fields)
    said = [{field.attname: _json(row, field) for field in fields} for row in rows]
    text = json.dumps(said, ensure_ascii=False, separators=(",", ":"))
    return ", ".join(field.attname for field in fields), _Records(f"json_to_recordset(%s::json) AS r({types})", text)


def _json(row: Row, field: Field[Any, Any]) -> Any:
    value = row[field.attname] if field.attname in row else field.get_default()
    if isinstance(value, bytes | memoryview):
        return f"\\x{value.hex()}"
    if isinstance(value, list | tuple):
        return [each.isoformat() if isinstance(each, date) else each for each in value]
    return value
