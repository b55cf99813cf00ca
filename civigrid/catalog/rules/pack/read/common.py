"""What every reader of a table begins with."""

from __future__ import annotations

from collections.abc import Sequence

from civigrid.catalog.rules.pack.faults import Faults
from civigrid.catalog.rules.pack.tables import Row, once, table

LANGUAGES = ("zh-hans", "en")


def rows_of(file: str, data: bytes, columns: str, faults: Faults, *, key: Sequence[str] = ("code",)) -> list[Row]:
    """The rows of a table, each with its key; in `columns` a name with * must be there."""
    names = columns.split()
    required = [name.rstrip("*") for name in names if name.endswith("*")]
    found = table(file, data, [name.rstrip("*") for name in names], required, faults)
    once(found, key)
    return found
