"""The city's codes instead of our ids: what a program knows is "4001" and "C0114", never a row's number."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from civigrid.base.errors import Refused
from civigrid.catalog import queries as catalog
from civigrid.directory import queries as directory

# field of a form -> what it is called here
CODED = {
    "matter_id": "matter",
    "standard_version_id": "standard",
    "duty_row_version_id": "duty_row",
    "unit_id": "unit",
    "support_ids": "support",
    "section_id": "section",
    "assignee_id": "assignee",
}


def ids(said: Mapping[str, Any], on: date) -> dict[str, Any]:
    """The values of a form by its own names, codes turned into ids. Inside a transaction. Refused("unknown_code")."""
    names = {code: field for field, code in CODED.items()}
    found = {}
    for name, value in said.items():
        field = names.get(name, name)
        found[field] = _id(name, value, on) if name in names and value is not None else value
    return found


def _id(name: str, value: Any, on: date) -> Any:
    if isinstance(value, tuple):
        return tuple(_id("unit", each, on) for each in value)
    found = _LOOK_UP[name](value, on)
    if found is None:
        raise Refused("unknown_code", field=name, value=value)
    return found


def _unit(code: str, on: date) -> int | None:
    unit = directory.unit_by_code(code, on)
    return unit.id if unit else None


def _matter(code: str, on: date) -> int | None:
    matter = catalog.matters_by_code(on).get(code)
    return matter.id if matter else None


def _standard(code: str, on: date) -> int | None:
    return next((row.version_id for row in catalog.standards(on) if row.code == code), None)


def _duty_row(code: str, on: date) -> int | None:
    return next((row.version_id for row in catalog.duty_rows(on) if row.code == code), None)


def _account(username: str, _on: date) -> int | None:
    account = directory.account_by_username(username)
    return account.id if account else None


_LOOK_UP: Mapping[str, Callable[[str, date], int | None]] = {
    "matter": _matter,
    "standard": _standard,
    "duty_row": _duty_row,
    "unit": _unit,
    "section": _unit,
    "assignee": _account,
}
