"""Counters, histograms and gauges of this process, as Prometheus reads them.

No library: three small kinds are enough, and nothing is shared between processes. With several web processes a scrape
tells of the one that answers; gauges that come from the database are the same in all.
"""

from __future__ import annotations

import hmac
import ipaddress
import threading
from abc import ABC, abstractmethod
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from civigrid.base import env

SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)

_registry: dict[str, Metric] = {}
_lock = threading.Lock()


class Metric(ABC):
    """What all kinds share: a name, its help and the names of its labels."""

    kind = ""

    def __init__(self, name: str, about: str, labels: Sequence[str] = ()) -> None:
        if name in _registry:
            raise ValueError(f"the metric {name} exists already")
        self.name, self.about, self.labels = name, about, tuple(labels)
        _registry[name] = self

    @abstractmethod
    def samples(self) -> Iterable[tuple[str, str, float]]:
        """(suffix of the name, labels as text, value)."""

    def lines(self) -> Iterator[str]:
        yield f"# HELP {self.name} {self.about}"
        yield f"# TYPE {self.name} {self.kind}"
        for suffix, labels, value in self.samples():
            yield f"{self.name}{suffix}{labels} {_number(value)}"


class Counter(Metric):
    """Only grows: `requests.add(method="POST")`."""

    kind = "counter"

    def __init__(self, name: str, about: str, labels: Sequence[str] = ()) -> None:
        super().__init__(name, about, labels)
        self._values: dict[tuple[str, ...], float] = defaultdict(float)

    def add(self, amount: float = 1, **labels: str) -> None:
        with _lock:
            self._values[_key(self.labels, labels)] += amount

    def samples(self) -> Iterable[tuple[str, str, float]]:
        with _lock:
            values = sorted(self._values.items())
        return [("", _braces(self.labels, key), value) for key, value in values]


class Histogram(Metric):
    """How long or large things were: `latency.observe(0.03, page="queue")`."""

    kind = "histogram"

    def __init__(self, name: str, about: str, labels: Sequence[str] = (), bounds: Sequence[float] = SECONDS) -> None:
        super().__init__(name, about, labels)
        self.bounds = tuple(bounds)
        self._counts: dict[tuple[str, ...], list[int]] = {}
        self._sums: dict[tuple[str, ...], float] = defaultdict(float)

    def observe(self, value: float, **labels: str) -> None:
        key = _key(self.labels, labels)
        with _lock:
            counts = self._counts.setdefault(key, [0] * (len(self.bounds) + 1))
            counts[bisect_left(self.bounds, value)] += 1
            self._sums[key] += value

    def samples(self) -> Iterable[tuple[str, str, float]]:
        with _lock:
            taken = [(key, list(counts), self._sums[key]) for key, counts in sorted(self._counts.items())]
        for key, counts, total in taken:
            names, seen = (*self.labels, "le"), 0
            for bound, count in zip((*map(_number, self.bounds), "+Inf"), counts, strict=True):
                seen += count
                yield "_bucket", _braces(names, (*key, bound)), seen
            yield "_sum", _braces(self.labels, key), total
            yield "_count", _braces(self.labels, key), seen


class Gauge(Metric):
    """A value asked for at each scrape; `read` gives label values -> value, or raises and is left out."""

    kind = "gauge"

    def __init__(
        self, name: str, about: str, read: Callable[[], Mapping[tuple[str, ...], float]], labels: Sequence[str] = ()
    ) -> None:
        super().__init__(name, about, labels)
        self._read = read

    def samples(self) -> Iterable[tuple[str, str, float]]:
        try:
            values = self._read()
        except Exception:  # a broken source must not take the other figures with it
            unread.add(metric=self.name)
            return []
        return [("", _braces(self.labels, key), value) for key, value in sorted(values.items())]


def exposition() -> str:
    """All metrics of this process in Prometheus' text format, version 0.0.4."""
    metrics = [metric for metric in list(_registry.values()) if metric is not unread]
    return "\n".join(line for metric in [*metrics, unread] for line in metric.lines()) + "\n"


def may_read(*, address: str, forwarded: bool, authorization: str) -> bool:
    """Whether /metrics answers: with the token of CIVIGRID_METRICS_TOKEN, or from this machine without a proxy."""
    token = env.METRICS_TOKEN.text()
    if token and hmac.compare_digest(authorization.encode(), f"Bearer {token}".encode()):
        return True
    try:
        return not forwarded and ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False


def _key(names: Sequence[str], labels: Mapping[str, str]) -> tuple[str, ...]:
    if set(names) != set(labels):
        raise ValueError(f"this metric has the labels {list(names)}, not {list(labels)}")
    return tuple(str(labels[name]) for name in names)


def _braces(names: Sequence[str], values: Sequence[str]) -> str:
    if not names:
        return ""
    return "{" + ",".join(f'{name}="{_escaped(value)}"' for name, value in zip(names, values, strict=True)) + "}"


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")


def _number(value: float) -> str:
    return str(int(value)) if value == int(value) else repr(float(value))


unread = Counter("civigrid_unread_gauges_total", "Gauges whose source failed at a scrape.", ["metric"])
