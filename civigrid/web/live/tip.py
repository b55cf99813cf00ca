"""How far this process has told what happened: what a page says of its own age, without asking the database."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(slots=True)
class Tip:
    """`pos`: everything up to it is committed; -1 while nobody listens here, so that nobody looks."""

    pos: int = -1


TIP = Tip()
