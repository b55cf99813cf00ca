"""The models a city has trained: which is in use, which wait."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

FILES_KEPT = 5  # of the newest models; of older ones only the figures


class ModelState(StrEnum):
    USED = "used"
    PAST = "past"  # was in use
    ASIDE = "aside"  # was no better than the one in use


@dataclass(frozen=True, slots=True)
class TrainedRow:
    """A model without its file. `usable`: the file is still there. `facts`: see `flow.learning.train`."""

    id: int
    digest: str
    state: ModelState
    trained_at: datetime
    by_account: int
    usable: bool
    facts: Mapping[str, Any]
