"""Figures as Prometheus reads them, and who may."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

import pytest

from civigrid.base import env, metrics
from civigrid.base.metrics import Counter, Gauge, Histogram

NOW = datetime(2026, 11, 23, tzinfo=UTC)


@pytest.fixture(autouse=True)
def alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(metrics, "_registry", {})
    monkeypatch.setattr(metrics, "_sources", {})


def test_a_counter_counts_by_label() -> None:
    requests = Counter("requests_total", "Requests.", ["method", "status"])
    requests.add(method="GET", status="200")
    requests.add(2, method="POST", status="200")
    assert metrics.exposition(now=NOW).splitlines()[:4] == [
        "# HELP requests_total Requests.",
        "# TYPE requests_total counter",
        'requests_total{method="GET",status="200"} 1',
        'requests_total{method="POST",status="200"} 2',
    ]


def test_a_histogram_is_cumulative_and_bounds_are_inclusive() -> None:
    latency = Histogram("seconds", "Time.", ["page"], bounds=(0.1, 1))
    for seconds in (0.05, 0.1, 0.5, 7):
        latency.observe(seconds, page="queue")
    lines = metrics.exposition(now=NOW).splitlines()
    assert 'seconds_bucket{page="queue",le="0.1"} 2' in lines
    assert 'seconds_bucket{page="queue",le="1"} 3' in lines
    assert 'seconds_bucket{page="queue",le="+Inf"} 4' in lines
    assert 'seconds_sum{page="queue"} 7.65' in lines
    assert 'seconds_count{page="queue"} 4' in lines


def test_values_of_labels_are_escaped() -> None:
    Counter("odd_total", "Odd.", ["what"]).add(what='a"b\\c\nd')
    assert 'odd_total{what="a\\"b\\\\c\\nd"} 1' in metrics.exposition(now=NOW).splitlines()


def test_gauges_are_read_at_each_scrape() -> None:
    waiting = {"reports": 3.0}
    metrics.add_gauges("queues", lambda _: [gauge({(name,): value for name, value in waiting.items()})])
    assert metrics.exposition(now=NOW).splitlines()[:3] == [
        "# HELP waiting Waiting.",
        "# TYPE waiting gauge",
        'waiting{queue="reports"} 3',
    ]
    waiting["reports"] = 4.5
    assert 'waiting{queue="reports"} 4.5' in metrics.exposition(now=NOW)


def test_a_broken_source_is_counted_and_takes_nothing_with_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(metrics, "unread", Counter("unread_total", "Unread.", ["source"]))

    def lost(_: datetime) -> Iterable[Gauge]:
        yield gauge({("reports",): 1})
        raise ConnectionError

    metrics.add_gauges("database", lost)
    metrics.add_gauges("rest", lambda _: [Gauge("screens", "Screens.", {(): 2})])
    text = metrics.exposition(now=NOW)
    assert "screens 2" in text and 'unread_total{source="database"} 1' in text
    assert "waiting" not in text, "half of what a source says is not told"


def gauge(values: Mapping[tuple[str, ...], float]) -> Gauge:
    return Gauge("waiting", "Waiting.", values, ["queue"])


def test_names_are_unique_and_labels_complete() -> None:
    requests = Counter("requests_total", "Requests.", ["method"])
    with pytest.raises(ValueError, match="exists already"):
        Counter("requests_total", "Again.")
    with pytest.raises(ValueError, match="has the labels"):
        requests.add(status="200")


def test_no_count_is_lost_between_threads() -> None:
    hits = Counter("hits_total", "Hits.")
    threads = [threading.Thread(target=lambda: [hits.add() for _ in range(2000)]) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert "hits_total 16000" in metrics.exposition(now=NOW)


@pytest.mark.parametrize(
    ("token", "address", "forwarded", "authorization", "may"),
    [
        ("", "127.0.0.1", False, "", True),
        ("", "::1", False, "", True),
        ("", "127.0.0.1", True, "", False),  # a proxy on this machine brings somebody from elsewhere
        ("", "10.0.0.8", False, "", False),
        ("", "10.0.0.8", False, "Bearer ", False),
        ("", "unix", False, "", False),
        ("s3cret", "10.0.0.8", True, "Bearer s3cret", True),
        ("s3cret", "10.0.0.8", False, "Bearer s3cre", False),
        ("s3cret", "10.0.0.8", False, "Bearer 城", False),
        ("s3cret", "127.0.0.1", False, "", True),
    ],
)
def test_who_may_read(
    monkeypatch: pytest.MonkeyPatch, token: str, address: str, forwarded: bool, authorization: str, may: bool
) -> None:
    monkeypatch.setenv(env.METRICS_TOKEN.name, token)
    assert metrics.may_read(address=address, forwarded=forwarded, authorization=authorization) is may
