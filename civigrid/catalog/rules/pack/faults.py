"""What is wrong in a pack, and where."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Fault:
    """`row` is the row as a spreadsheet shows it (1 is the header), a feature's or list entry's number, or a line of a
    YAML file; 0 is the whole file. `code` has a reason and a remedy in both languages (`catalog.words.FAULTS`)."""

    file: str
    row: int
    column: str
    code: str
    facts: Mapping[str, Any] = field(default_factory=dict)


class Faults:
    """Collects: a check never stops at the first."""

    def __init__(self) -> None:
        self._found: list[Fault] = []

    def add(self, file: str, row: int, column: str, code: str, **facts: Any) -> None:
        self._found.append(Fault(file, row, column, code, facts))

    def __bool__(self) -> bool:
        return bool(self._found)

    def __iter__(self) -> Iterator[Fault]:
        """Whole files first: what is wrong with one explains much of the rest."""
        return iter(
            sorted(self._found, key=lambda fault: (fault.row > 0, fault.file, fault.row, fault.column, fault.code))
        )
