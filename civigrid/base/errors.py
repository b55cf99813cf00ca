"""What a rule says when the answer is no, and what a verb returns for each row. Pure: rules may import this module."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Refused(Exception):
    """A rule's no. `code` is stable and has words in both languages (`words.py` of the area that raises it)."""

    def __init__(self, code: str, **facts: Any) -> None:
        super().__init__(code, facts)
        self.code = code
        self.facts = facts

    def __str__(self) -> str:
        return f"{self.code} {self.facts}" if self.facts else self.code


class Done(StrEnum):
    DONE = "done"
    REFUSED = "refused"
    STALE = "stale"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one row of a batch. `id` is the row's own id, `made` what the verb made for it (an id or a number)."""

    id: Any
    state: Done = Done.DONE
    code: str = ""
    facts: dict[str, Any] = field(default_factory=dict)
    made: Any = None

    @property
    def ok(self) -> bool:
        return self.state is Done.DONE

    @classmethod
    def refused(cls, row_id: Any, no: Refused) -> Outcome:
        return cls(row_id, Done.REFUSED, no.code, no.facts)

    @classmethod
    def stale(cls, row_id: Any) -> Outcome:
        """Somebody else changed the row since the form was shown."""
        return cls(row_id, Done.STALE, "stale")
