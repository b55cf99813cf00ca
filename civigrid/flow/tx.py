"""One transaction for what belongs together: everything of a verb is written, or nothing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TypeVar

from civigrid.base import db, files
from civigrid.base.errors import Outcome
from civigrid.base.files import Kept

T = TypeVar("T")


class NotDone(RuntimeError):
    """A step that earlier steps had made sure of was refused: the transaction must not be kept."""


def whole(work: Callable[[], T], *, kept: Sequence[Kept] = (), now: datetime | None = None) -> T:
    """`work` under the system's role, in one transaction that the database may ask to be done again.

    `kept`: files already on disk that it names, recorded `now` with it.
    """

    def once() -> T:
        with db.system():
            if now is not None:
                files.record(kept, now=now)
            return work()

    return db.retrying(once)


def sure(outcomes: Sequence[Outcome]) -> list[Outcome]:
    """Outcomes that can only be good here. Raises NotDone otherwise, so that nothing half-written stays."""
    refused = [f"{each.id}: {each.code or each.state}" for each in outcomes if not each.ok]
    if refused:
        raise NotDone("; ".join(refused[:3]))
    return list(outcomes)
