"""Saving versioned reference data: an identity that is never deleted, and versions valid for a period.

A version that changed is closed on the day the new one opens; what did not change is not written. A version that
opened on the same day it is replaced keeps its row, valid on no day at all, because other rows may point at it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection
from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import Model

from civigrid.base.errors import Outcome, Refused

Row = Mapping[str, Any]

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


def save(tables: Tables, rows: Sequence[Row], *, on: date, whole: bool = True) -> list[Outcome]:
    """Makes `rows` ({"code": ..., columns of the version}) what is valid from day `on`.

    One Outcome per row in their order: id = its code, made = the identity's id, code = opened, changed or same. With
    `whole`, things that are not among `rows` are closed, and follow as Outcomes with the code closed. Raises
    Refused("older_than_loaded") where a later day is already written.
    """
    ids = identities(tables, rows)
    current = _current(tables, on)
    columns = sorted({name for row in rows for name in row} - {"code", *tables.fixed})
    outcomes = [_outcome(row, ids[row["code"]], current, columns, tables) for row in rows]
    gone = sorted(set(current) - {outcome.made for outcome in outcomes}) if whole else []
    changed = {outcome.made for outcome in outcomes if outcome.code == CHANGED}
    _close(tables, [current[identity]["id"] for identity in [*changed, *gone]], on)
    fresh = [(o.made, row) for o, row in zip(outcomes, rows, strict=True) if o.ok and o.code != SAME]
    _open(tables, fresh, columns, on)
    return outcomes + [Outcome(current[identity]["code"], code=CLOSED, made=identity) for identity in gone]


def written(outcomes: Sequence[Outcome]) -> bool:
    """Whether a save changed anything."""
    return any(outcome.ok and outcome.code != SAME for outcome in outcomes)


def identities(tables: Tables, rows: Sequence[Row]) -> dict[str, int]:
    """Ids by code; missing identities are made."""
    manager = tables.identity._default_manager
    codes = [row["code"] for row in rows]
    known = set(manager.filter(code__in=codes).values_list("code", flat=True))
    new = {row["code"]: row for row in rows if row["code"] not in known}
    manager.bulk_create(
        [tables.identity(code=code, **{name: row[name] for name in tables.fixed}) for code, row in new.items()],
        batch_size=5000,
    )
    return dict(manager.filter(code__in=codes).values_list("code", "id"))


def _current(tables: Tables, on: date) -> dict[int, dict[str, Any]]:
    """The versions valid on `on`, by identity, with `code` and the identity's fixed columns."""
    versions = tables.version._default_manager
    if versions.filter(valid__startswith__gt=on).exists():
        raise Refused("older_than_loaded", on=on.isoformat())
    joined = [f"{tables.link}__{name}" for name in ("code", *tables.fixed)]
    found = {}
    for values in versions.filter(valid__contains=on).values(*_columns(tables.version), *joined):
        for name in joined:
            values[name.removeprefix(f"{tables.link}__")] = values.pop(name)
        found[values[tables.link_id]] = values
    return found


def _columns(model: type[Model]) -> list[str]:
    return [field.attname for field in model._meta.concrete_fields]


def _outcome(row: Row, identity: int, current: Mapping[int, Row], columns: Sequence[str], tables: Tables) -> Outcome:
    old = current.get(identity)
    if old is None:
        return Outcome(row["code"], code=OPENED, made=identity)
    if any(old[name] != row[name] for name in tables.fixed):
        return Outcome.refused(row["code"], Refused("identity_changed", of=row["code"]))
    same = all(_plain(old[name]) == _plain(row[name]) for name in columns)
    return Outcome(row["code"], code=SAME if same else CHANGED, made=identity)


def _plain(value: Any) -> Any:
    if isinstance(value, memoryview):
        return bytes(value)
    return list(value) if isinstance(value, tuple) else value


def _close(tables: Tables, ids: Sequence[int], on: date) -> None:
    if not ids:
        return
    with connection.cursor() as cursor:  # a range from `on` to `on` is empty: valid on no day
        cursor.execute(
            f"UPDATE {tables.version._meta.db_table} "  # noqa: S608  # the table's own name
            "SET valid = daterange(lower(valid), %s) WHERE id = ANY(%s)",
            (on, list(ids)),
        )


def _open(tables: Tables, rows: Sequence[tuple[int, Row]], columns: Sequence[str], on: date) -> None:
    tables.version._default_manager.bulk_create(
        [
            tables.version(**{tables.link_id: identity, "valid": DateRange(on, None)}, **{c: row[c] for c in columns})
            for identity, row in rows
        ],
        batch_size=5000,
    )
