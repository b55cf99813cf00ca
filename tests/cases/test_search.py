"""What people type finds their cases, the newest first, and nobody else's."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import pairwise

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from civigrid.base import db, events
from civigrid.base.permissions import EVERYWHERE, NOWHERE, Scope
from civigrid.cases import queries as cases
from civigrid.cases.rules import RUNS, Moment, Stage, VoidReason, Wanted, Whether, terms
from civigrid.directory.rules import MACHINE
from civigrid.flow import erasure, searching
from civigrid.intake.rules import EraseReason
from tests.web import people
from tests.web.conftest import city, city_database
from tests.web.people import LI, ZHENG, client, form, report, see

__all__ = ["city", "city_database"]
pytestmark = pytest.mark.usefixtures("city")
TOWN, ELSEWHERE = "990181001", "990181002"


def found(query: str, scope: Scope = EVERYWHERE, wanted: Wanted | None = None, **more: object) -> list[str]:
    """The numbers a person of that scope sees."""
    asked = terms(query)
    with db.system():
        ids = cases.found_ids(asked, wanted or Wanted(), scope, **more)  # type: ignore[arg-type]
    with db.scoped(scope):
        return [line.number for line in cases.found_lines(ids, asked, now=datetime.now(UTC))]


def told(*texts: str) -> Sequence[str]:
    """Cases with these words, found by now."""
    numbers = [report(text) for text in texts]
    while searching.follow():
        pass
    return numbers


def test_two_signs_suffice_wherever_they_stand() -> None:
    lamp, tree = told("沿湖路口路灯不亮", "行道树倒了压住车")
    assert found("路灯") == [lamp]
    assert found("树倒") == [tree]
    assert found("灯树") == []
    assert found("口路灯不") == [lamp]


def test_letters_digits_and_wide_forms_are_found_alike() -> None:
    [lamp] = told("ＬＥＤ 屏 No.８８ 坏了")
    assert found("led") == found("LED屏") == found("88") == found("no.88 坏了") == [lamp]


def test_every_word_must_be_there_and_longer_ones_in_one_piece() -> None:
    _, right = told("东门的湖边有路，湖东路封了", "东湖路封了")
    assert found("东湖路") == [right]
    assert set(found("封了 湖路")) == {right}


def test_a_number_is_found_by_any_four_of_its_signs() -> None:
    first, second = told("井盖一", "井盖二")
    assert found(first) == [first]
    assert found(second[-6:]) == [second]
    assert found(first.lower()) == [first]


def test_the_newest_come_first_and_pages_join() -> None:
    numbers = told(*(f"同一词语第{n}次" for n in range(5)))
    assert found("词语") == numbers[::-1]
    with db.system():
        ids = cases.found_ids(terms("词语"), Wanted(), EVERYWHERE, limit=3)
    assert found("词语", after=f"0.{ids[-1]}", limit=3) == numbers[::-1][3:]


def test_far_ids_are_found_across_every_run() -> None:
    """Runs of ids cover all there are, once, whatever the newest is."""
    sizes = dict(RUNS)
    with connection.cursor() as cursor:
        for newest in (0, 1, 4095, 4096, 32_768, 262_143, 262_144, 999_999):
            cursor.execute(f"SELECT mark FROM (WITH newest AS (SELECT {newest} AS id) {cases.search._runs()}) r (mark)")
            marks = [mark.strip("'") for (mark,) in cursor.fetchall()]
            covered = [(int(mark[2:]) << sizes[mark[1]], sizes[mark[1]]) for mark in marks]
            assert covered[-1][0] == 0
            assert [start for start, _ in covered] == sorted([start for start, _ in covered], reverse=True)
            for (start, _), (below, bits) in pairwise(covered):
                assert below + (1 << bits) == start


def test_nobody_finds_what_is_not_his() -> None:
    [number] = told("只在一个镇的词")
    assert found("镇的", Scope(regions=(TOWN,))) == [number]
    assert found("镇的", Scope(regions=(ELSEWHERE,))) == []
    assert found("镇的", Scope(units=(999_999,))) == []
    assert found("镇的", NOWHERE) == []


def test_an_index_that_lags_shows_nobody_what_moved_away() -> None:
    [number] = told("搬走的词语")
    with db.system(), connection.cursor() as cursor:
        cursor.execute("UPDATE cases_case SET region_code = %s WHERE number = %s", [ELSEWHERE, number])
    assert found("搬走", Scope(regions=(TOWN,))) == []
    assert found("搬走", Scope(regions=(ELSEWHERE,))) == []  # until the worker has read of it


def test_a_unit_finds_its_own_and_filters_narrow() -> None:
    number, other = told("单位的词语一", "单位的词语二")
    people.steps_to_handling(number)
    while searching.follow():
        pass
    unit = see(number).facts.unit_ids[0]
    assert found("词语", Scope(units=(unit,))) == [number]
    assert found("词语", wanted=Wanted(unit_id=unit)) == [number]
    assert found("词语", wanted=Wanted(stage=Stage.HANDLE)) == [number]
    assert found("词语", wanted=Wanted(whether=Whether.CLOSED)) == []
    now = datetime.now(UTC)
    assert set(found("词语", wanted=Wanted(since=now.replace(hour=0, minute=0)))) == {number, other}
    assert found("词语", wanted=Wanted(moment=Moment.DISPATCHED, until=now)) == [number]


def test_the_worker_reads_each_event_once_and_again_after_a_loss() -> None:
    told("读一次的词")
    assert searching.follow() == 0
    with db.system(), connection.cursor() as cursor:
        cursor.execute("UPDATE base_reader SET pos = %s WHERE name = 'search'", [events.newest() + 1_000])
        cursor.execute("UPDATE cases_search SET words = ''")
    ended = threading.Event()
    ended.set()
    searching.follow(ended)
    assert found("次的") == []
    searching.follow()  # its place is from another database: everything is written anew
    assert len(found("次的")) == 1


def test_what_is_as_it_was_is_not_written_again() -> None:
    [number] = told("不变的词语")
    with db.system(), connection.cursor() as cursor:
        cursor.execute("SELECT xmin::text, ctid::text FROM cases_search ORDER BY case_id DESC LIMIT 1")
        before = cursor.fetchone()
    client(LI).post(f"/cases/{number}/accept/", form(number))
    while searching.follow():
        pass
    with db.system(), connection.cursor() as cursor:
        cursor.execute("SELECT xmin::text, ctid::text FROM cases_search ORDER BY case_id DESC LIMIT 1")
        assert cursor.fetchone() == before


def test_erased_words_are_found_no_more_at_once() -> None:
    [number] = told("要删的词语")
    erasure.erase([see(number).first_report_id], now=datetime.now(UTC), actor=MACHINE, reason=EraseReason.EXPIRED)
    assert found("要删") == []
    assert found(number) == [number]


def test_no_page_reads_the_index() -> None:
    told("看不见的词")
    with db.scoped(EVERYWHERE), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM cases_search")
        assert cursor.fetchone() == (0,)


def test_indexing_takes_the_same_statements_for_one_and_for_many() -> None:
    told(*(f"批量{n}号" for n in range(6)))
    counts = []
    for limit in (1, 6):
        with db.system(), CaptureQueriesContext(connection) as asked:
            searching.cases.index(cases.ids_before(None, limit))
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 5


def test_a_closed_case_is_still_found() -> None:
    [number] = told("作废的词语")
    client(LI).post(f"/cases/{number}/accept/", form(number))
    client(ZHENG).post(f"/cases/{number}/void/", form(number, reason=VoidReason.TEST.value, text="x", sure="on"))
    while searching.follow():
        pass
    assert see(number).facts.closed
    assert found("作废") == [number]
    assert found("作废", wanted=Wanted(whether=Whether.OPEN)) == []
