"""Rarer looks for garbage, in processes that work through batches."""

from __future__ import annotations

import gc

NEW_OBJECTS = 50_000  # about two batches of the conveyor


def seldom() -> None:
    """Call once, when the process has loaded its program.

    Python looks for objects that only hold each other after every 700 new ones, and again and again at all that the
    program consists of. A batch of reports makes tens of thousands of objects, hardly any of which hold each other: they
    are freed as they are let go of, and looking for more took a fifth of the time.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(NEW_OBJECTS, 10, 10)
