"""Residents' reports below the pages: kept once, found by nobody else, and kept even where they cannot be processed."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection

from civigrid.base import db
from civigrid.base.errors import Refused
from civigrid.flow import pipeline, residents
from civigrid.flow.residents import Draft, Sent
from civigrid.intake import queries as reports
from civigrid.intake.channels.resident import Said, code_of, parse
from civigrid.intake.rules import PendingState
from tests.flow import desk
from tests.flow.desk import NOW

SAID = Said(text="路灯不亮，晚上看不清路", place="学府社区", lon=120.005, lat=30.005)


def submit(key: str = "k1", said: Said = SAID) -> Sent:
    raw = parse(said, key=key, source="01", language="zh-hans")
    return residents.submit(raw, code=code_of(key), now=NOW)


@pytest.fixture
def city(request: pytest.FixtureRequest) -> None:
    request.getfixturevalue("db")
    desk.load()


def test_one_receipt_and_one_case(city: None) -> None:
    first = submit()
    assert submit() == first
    assert residents.opened(first.number, code_of("k1"), now=NOW) == first.report_id
    shown = residents.progress(first.report_id, now=NOW)
    assert len(shown.cases) == 1
    with pytest.raises(Refused, match="key_reused"):
        submit(said=Said(text="另一件事", place="别处"))


def test_what_cannot_be_processed_is_kept(city: None, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object, **__: object) -> None:
        raise ValueError("no stage takes it")

    monkeypatch.setattr(pipeline, "process", fails)
    sent = submit()
    shown = residents.progress(sent.report_id, now=NOW)
    assert shown.became is None
    assert shown.cases == ()
    with db.system():
        assert reports.pending()[PendingState.READY] == 1
    assert residents.opened(sent.number, code_of("k1"), now=NOW) == sent.report_id


def test_a_report_of_the_desk_has_no_slip(city: None) -> None:
    raw = parse(SAID, key="desk", source="01", language="zh-hans")
    with db.system():
        [outcome] = pipeline.receive([raw], now=NOW)
    for ask in (lambda: residents.progress(outcome.made, now=NOW), lambda: residents.file_of(outcome.made, "0" * 64)):
        with pytest.raises(Refused, match="no_such_slip"):
            ask()


def test_looking_is_cheap_and_stores_nothing(city: None, django_assert_max_num_queries: Any) -> None:
    submit()
    draft = Draft("路灯不亮", "学府", 120.005, 30.005)
    residents.look(draft, now=NOW)
    with django_assert_max_num_queries(20):
        seen = residents.look(draft, now=NOW)
    assert [row.code for row in seen.matters] == ["C0118"]
    assert [near.metres for near in seen.near] == [0]
    assert residents.look(Draft(), now=NOW) == residents.Seen()


def test_the_progress_costs_the_same_however_much_was_added(city: None, django_assert_max_num_queries: Any) -> None:
    sent = submit()
    number = residents.progress(sent.report_id, now=NOW).cases[0].number
    for turn in range(4):
        raw = parse(Said(text=f"补充{turn}", about=number), key=f"a{turn}", source="01", language="zh-hans")
        residents.add(sent.report_id, raw, residents.MAY_ADD["supplement"], number=number, now=NOW)
    with django_assert_max_num_queries(20):
        shown = residents.progress(sent.report_id, now=NOW)
    assert len(shown.added) == 4


def test_a_double_click_is_one_report(fresh_db: str) -> None:
    desk.load()
    barrier = threading.Barrier(4)

    def click(_: int) -> Sent:
        try:
            barrier.wait(10)
            return submit("twice")
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        sent = set(pool.map(click, range(4)))
    assert len(sent) == 1
    with db.system():
        assert reports.count() == 1
