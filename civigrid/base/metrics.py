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
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from civigrid.base import env

SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)

_registry: dict[str, Metric] = {}
_sources: dict[str, Source] = {}
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


@dataclass(frozen=True, slots=True)
class Gauge:
    """What is so at the moment of a scrape; `values` are by label values, `{(): 3}` where there are no labels."""

    name: str
    about: str
    values: Mapping[tuple[str, ...], float]
    labels: Sequence[str] = ()

    def lines(self) -> Iterator[str]:
        yield f"# HELP {self.name} {self.about}"
        yield f"# TYPE {self.name} gauge"
        for key, value in sorted(self.values.items()):
            yield f"{self.name}{_braces(self.labels, key)} {_number(value)}"


Source: TypeAlias = Callable[[datetime], Iterable[Gauge]]


def add_gauges(source: str, read: Source) -> None:
    """`read` is asked at every scrape, with its moment, for all its gauges at once. Where it raises they are left out,
    and that is counted.
    """
    _sources[source] = read


def exposition(*, now: datetime) -> str:
    """All metrics of this process in Prometheus' text format, version 0.0.4."""
    told: list[Gauge | Metric] = [gauge for source in sorted(_sources) for gauge in _read(source, now)]
    told += _registry.values()
    return "\n".join(line for each in told for line in each.lines()) + "\n"


def _read(source: str, now: datetime) -> list[Gauge]:
    try:
        return list(_sources[source](now))
    except Exception:  # a source that is broken must not take the other figures with it
        unread.add(source=source)
        return []


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


unread = Counter("civigrid_unread_gauges_total", "Scrapes without the gauges of a source that failed.", ["source"])
