"""One report's way, and the loop that walks it for machine and bulk doors."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg.errors
import pytest
from django.db import OperationalError, connection
from django.test.utils import CaptureQueriesContext

from civigrid.base import db, health, ledger
from civigrid.base.errors import Outcome, Refused
from civigrid.cases import actions as cases
from civigrid.cases import queries as case_queries
from civigrid.catalog.rules.pack import check
from civigrid.flow import conveyor, packs, pipeline, queues
from civigrid.intake import queries as reports
from civigrid.intake.rules import Channel, PendingState, RawReport
from tests import democity

PACK = Path(__file__).resolve().parents[2] / "packs" / "demo"
NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
LAMP = "湖滨路的路灯坏了三盏,晚上一片漆黑,请来修一修"


@pytest.fixture
def city(db: None) -> None:  # the test's transaction
    load()


@pytest.fixture
def committed_city(fresh_db: str) -> Iterator[None]:
    load()
    yield


def load() -> None:
    pack, faults = check(packs.read(PACK))
    assert pack is not None, faults
    with db.system():
        packs.load_pack(pack, now=NOW - timedelta(days=3))


def raw(key: str, text: str = LAMP, **more: object) -> RawReport:
    return RawReport(channel=Channel.IMPORT, key=key, source="04", text=text, **more)  # type: ignore[arg-type]


def receive(*raws: RawReport) -> list[int]:
    with db.system():
        return [outcome.made for outcome in pipeline.receive(raws, now=NOW)]


def process(report_ids: list[int]) -> None:
    with db.system():
        pipeline.process(report_ids, now=NOW)


def rows(statement: str) -> list[tuple[object, ...]]:
    with db.system(), connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchall()


def drain(now: datetime = NOW) -> conveyor.Tally:
    return conveyor.drain(clock=lambda: now)


def texts(number: int) -> list[RawReport]:
    """Different enough not to be copies of each other."""
    return [raw(f"k{n}", f"{LAMP},第{n}号杆,{'东西南北'[n % 4]}侧人行道{n * 7}米处") for n in range(number)]


@pytest.mark.usefixtures("city")
class TestProcess:
    def test_a_sure_report_is_with_its_unit_and_the_clock_runs(self) -> None:
        lon, lat = democity.at("会展中心")
        process(receive(raw("1", matter_code="C0118", lon=lon, lat=lat)))
        ((stage, waits_for, units),) = rows("SELECT stage, waits_for, unit_ids FROM cases_case")
        assert (stage, waits_for) == ("handle", "")
        assert isinstance(units, list) and len(units) == 1
        assert rows("SELECT count(*) FROM cases_clock") == [(2,)]

    def test_an_unsure_one_waits_for_a_person_with_the_reason(self) -> None:
        process(receive(raw("1", "喂,你好,有人吗")))
        assert rows("SELECT stage, waits_for FROM cases_case") == [("file", "low_confidence")]
        assert rows("SELECT kind, reason FROM intake_disposition") == [("opened", "low_confidence")]

    def test_a_copy_joins_the_open_case_and_keeps_its_own_disposition(self) -> None:
        process(receive(raw("1")))
        process(receive(raw("2"), raw("3")))
        assert rows("SELECT kind, count(*) FROM intake_disposition GROUP BY 1 ORDER BY 1") == [
            ("joined", 2),
            ("opened", 1),
        ]
        assert rows("SELECT count(*) FROM cases_case") == [(1,)]

    def test_a_second_call_for_the_same_report_does_nothing(self) -> None:
        ids = receive(raw("1"))
        process(ids)
        process(ids)
        assert rows("SELECT count(*) FROM cases_case") == [(1,)]
        assert rows("SELECT count(*) FROM cases_report") == [(1,)]

    def test_a_case_that_closes_meanwhile_takes_no_more(self, monkeypatch: pytest.MonkeyPatch) -> None:
        process(receive(raw("1")))
        monkeypatch.setattr(cases, "join", lambda pairs, **_: [Outcome.stale(report_id) for report_id, _first in pairs])
        process(receive(raw("2")))
        assert rows("SELECT kind, count(*) FROM intake_disposition GROUP BY 1") == [("opened", 2)]
        assert rows("SELECT count(*) FROM cases_case") == [(2,)]

    def test_a_batch_takes_as_many_statements_as_two_reports(self) -> None:
        counted = []
        for number in (2, 120):
            ids = receive(*[raw(f"{number}-{each.key}", f"{number}{each.text}") for each in texts(number)])
            with CaptureQueriesContext(connection) as seen:
                process(ids)
            counted.append(len(seen))
        assert counted[1] <= counted[0]

    def test_reports_are_the_sum_of_their_dispositions_and_the_record_holds(self) -> None:
        process(receive(*texts(60)))
        with db.system():
            balance = reports.balance(NOW - timedelta(days=1), NOW + timedelta(days=1))
            assert ledger.verify().ok
        assert balance.whole
        assert (balance.reports, balance.undisposed) == (60, 0)


@pytest.mark.usefixtures("committed_city")
class TestConveyor:
    def test_one_poisoned_report_is_parked_and_the_others_go_on(self, monkeypatch: pytest.MonkeyPatch) -> None:
        ids = receive(*texts(40))
        whole = pipeline.process

        def stumble(report_ids: list[int], *, now: datetime, **more: Any) -> None:
            if ids[17] in report_ids:
                raise ValueError("张三 13800000000")
            whole(report_ids, now=now, **more)

        monkeypatch.setattr(pipeline, "process", stumble)
        tallies = [drain(NOW + timedelta(minutes=later)) for later in (0, 2, 4, 6)]
        assert [(tally.processed, tally.failed) for tally in tallies] == [(39, 1), (0, 1), (0, 1), (0, 0)]
        assert rows("SELECT report_id, state, attempts, error FROM intake_pending") == [
            (ids[17], "parked", 3, "ValueError")
        ]
        queues.register()
        told = {gauge.name: dict(gauge.values) for gauge in health.figures(NOW)}
        assert told["civigrid_queue_parked"] == {("reports",): 1, ("search",): 0}
        assert told["civigrid_queue_waiting"][("reports",)] == 0

    def test_nobody_is_blamed_for_what_is_no_reports_fault(self, monkeypatch: pytest.MonkeyPatch) -> None:
        receive(*texts(7))

        def full(report_ids: list[int], *, now: datetime, **more: Any) -> None:
            raise OperationalError from psycopg.errors.DiskFull()

        with monkeypatch.context() as broken:
            broken.setattr(pipeline, "process", full)
            with pytest.raises(OperationalError):
                conveyor.round_once(now=NOW)
        assert rows("SELECT sum(attempts), count(*) FROM intake_pending WHERE state = 'ready'") == [(0, 7)]
        assert conveyor.drain(clock=lambda: NOW).processed == 7

    def test_two_conveyors_do_everything_once(self) -> None:
        receive(*texts(90))

        def work() -> None:
            try:
                conveyor.drain(clock=lambda: NOW)
            finally:
                connection.close()

        both = [threading.Thread(target=work) for _ in range(2)]
        for thread in both:
            thread.start()
        for thread in both:
            thread.join()
        assert rows("SELECT count(*) FROM intake_disposition") == [(90,)]
        assert rows("SELECT count(*) FROM cases_report") == [(90,)]
        with db.system():
            assert reports.pending().get(PendingState.READY, 0) == 0

    def test_two_hands_open_one_case_for_what_is_said_twice(self) -> None:
        said = texts(30)
        receive(*said, *(replace(each, key=f"again {each.key}") for each in said))

        def work() -> None:
            try:
                while conveyor.round_once(now=NOW, batch=7).found:
                    pass
            finally:
                connection.close()

        hands = [threading.Thread(target=work) for _ in range(3)]
        for hand in hands:
            hand.start()
        for hand in hands:
            hand.join()
        assert rows("SELECT kind, count(*) FROM intake_disposition GROUP BY 1 ORDER BY 1") == [
            ("joined", 30),
            ("opened", 30),
        ]

    def test_a_lost_connection_is_waited_for(self, server: object) -> None:
        name, stop = str(connection.settings_dict["NAME"]), threading.Event()

        def work() -> None:
            try:
                conveyor.run(stop)
            finally:
                connection.close()

        thread = threading.Thread(target=work)
        thread.start()
        try:
            receive(*texts(5))
            assert _soon(lambda: rows("SELECT count(*) FROM intake_disposition") == [(5,)])
            server.admin(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'")  # type: ignore[attr-defined]
            connection.close()
            receive(raw("after"))
            assert _soon(lambda: rows("SELECT count(*) FROM intake_disposition") == [(6,)])
        finally:
            stop.set()
            thread.join()

    def test_what_it_opens_is_seen_by_the_stages_after_it(self) -> None:
        ids = receive(*texts(3))
        conveyor.drain(clock=lambda: NOW)
        with db.system():
            numbers = case_queries.numbers_of(ids)
        assert all(len(numbers[report_id]) == 1 for report_id in ids)


def _soon(reached: object, *, within: float = 10) -> bool:
    pause = threading.Event()
    for _ in range(int(within / 0.05)):
        if reached():  # type: ignore[operator]
            return True
        pause.wait(0.05)
    return False


@pytest.mark.usefixtures("fresh_db")
def test_without_a_city_reports_wait_unblamed() -> None:
    receive(*texts(5))
    for _ in range(4):
        with pytest.raises(Refused, match="no_city"):
            conveyor.round_once(now=NOW)
    assert rows("SELECT max(attempts), count(*) FROM intake_pending WHERE state = 'ready'") == [(0, 5)]
    load()
    assert conveyor.drain(clock=lambda: NOW).processed == 5
