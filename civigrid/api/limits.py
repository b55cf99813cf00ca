"""How often a token may ask. Each web process counts for itself.

A count that all processes share would be a row of the database written with every request, which costs as much as a
small request itself; and what the limit is for, that one program in a loop does not take the server from the others,
each process sees by itself. With several processes a program that keeps one connection meets the limit of one.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from math import ceil

from civigrid.api.problems import Problem
from civigrid.base import env

MOST = 10_000  # tokens remembered


class Buckets:
    """A bucket for each token: it holds a minute's worth, and fills again evenly."""

    def __init__(self) -> None:
        self._left: OrderedDict[int, tuple[float, float]] = OrderedDict()
        self._lock = threading.Lock()

    def take(self, token_id: int, cost: float = 1) -> None:
        """Raises Problem 429 with Retry-After where the bucket is empty. A dear request may leave it in debt."""
        most = env.API_PER_MINUTE.number()
        if not most:
            return
        now = time.monotonic()
        with self._lock:
            left, at = self._left.pop(token_id, (float(most), now))
            left = min(most, left + (now - at) * most / 60)
            short = min(1.0, cost) - left
            self._left[token_id] = (left if short > 0 else left - cost, now)
            if len(self._left) > MOST:
                self._left.popitem(last=False)
        if short > 0:
            seconds = max(1, ceil(short * 60 / most))
            raise Problem(429, "too_many_requests", headers={"Retry-After": str(seconds)}, seconds=seconds)

    def forget(self) -> None:
        """All of them are full again."""
        with self._lock:
            self._left.clear()


buckets = Buckets()
