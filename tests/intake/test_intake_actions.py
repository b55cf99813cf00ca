"""Keeping reports, working through them, saying what became of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any, ClassVar

import pytest
from django.db import ProgrammingError, connection
from django.test.utils import CaptureQueriesContext

from civigrid.base import db, ledger
from civigrid.base.permissions import EVERYWHERE
from civigrid.directory.rules import MACHINE
from civigrid.intake import actions, queries
from civigrid.intake.models import Contact, Disposition, Pending, Report
from civigrid.intake.rules import (
    CONTACT_KEPT,
    Altered,
    Channel,
    ContactDetails,
    Disposed,
    DispositionKind,
    EraseReason,
    Kept,
    PendingState,
    RawReport,
    Urgency,
)
from tests.intake.recorded import BLANK, CHEN, LI, MA, NOW, lines, made, raw, record, report_count


@pytest.mark.django_db
class TestRecord:
    def test_everything_that_was_said_is_kept(self) -> None:
        everything = raw(
            "k", title="井盖", place_text="港城大道", target_text="市城管局", matter_code="C0114", region_code="990181001",
            lon=120.1, lat=30.2, lon_given=120.105, lat_given=30.198, position_accuracy_m=12.5, position_crs="GCJ-02",
            language="en", confidential=True, extra={"深度": [1, "二"]}, urgency=Urgency.URGENT,
            occurred_at=NOW - timedelta(hours=3),
        )  # fmt: skip
        (report_id,) = made(everything)
        with db.system():
            (row,) = queries.by_ids([report_id])
        for name in RawReport.__dataclass_fields__:
            if name not in {"contact", "attachments"}:
                assert getattr(row, name) == getattr(everything, name), name
        assert (row.received_at, row.received_by, row.erased_at) == (NOW, 0, None)
        assert lines(report_id) == ["received"]

    def test_the_same_key_is_the_same_report(self) -> None:
        first, second = record(raw("k"))[0], record(raw("k"))[0]
        assert (first.code, second.code) == ("", "repeated")
        assert first.made == second.made
        assert report_count() == 1
        assert lines(first.made) == ["received"]

    def test_a_key_under_which_something_else_was_said_is_refused(self) -> None:
        record(raw("k"))
        (outcome,) = record(raw("k", "路灯不亮"))
        assert (outcome.ok, outcome.code) == (False, "key_reused")

    def test_a_key_twice_in_one_batch(self) -> None:
        outcomes = record(raw("k"), raw("k"), raw("k", "路灯不亮"))
        assert [outcome.code for outcome in outcomes] == ["", "repeated", "key_reused"]
        assert outcomes[0].made == outcomes[1].made
        assert report_count() == 1

    def test_the_same_key_in_another_channel_is_another_report(self) -> None:
        assert len(set(made(raw("k"), replace(raw("k"), channel=Channel.API)))) == 2

    def test_a_refused_row_never_stops_the_others(self) -> None:
        outcomes = record(raw("a"), raw("b", ""), raw("c", "路灯\x00"), raw("d"))
        assert [outcome.code for outcome in outcomes] == ["", "nothing_said", "unstorable_text", ""]
        assert [outcome.id for outcome in outcomes] == [0, 1, 2, 3]
        assert report_count() == 2

    def test_ids_follow_the_order_of_arrival(self) -> None:
        ids = made(raw("z"), raw("a"), raw("m"))
        assert ids == sorted(ids)

    def test_texts_come_back_as_they_were(self) -> None:
        nasty = "引号\" '单' \\n \\\\ \t制表\n换行 {大} %s $1 \u2028 😀 null NULL \\x41"
        (report_id,) = made(raw("k", nasty, extra={nasty: nasty}))
        with db.system():
            (row,) = queries.by_ids([report_id])
        assert (row.text, row.extra) == (nasty, {nasty: nasty})

    def test_statements_do_not_grow_with_the_batch(self) -> None:
        counts = []
        for size in (1, 50):
            batch = [raw(f"{size}-{n}", f"第{n}处", contact=ContactDetails(phone="00010001")) for n in range(size)]
            with CaptureQueriesContext(connection) as caught:
                record(*batch)
            counts.append(len(caught))
        assert counts[0] == counts[1] <= 11  # 4 of them are the test's savepoint and the role

    def test_nothing_at_all(self) -> None:
        assert record() == []

    def test_what_is_processed_at_once_comes_back_as_it_is_stored_and_no_conveyor_sees_it(self) -> None:
        record(raw("known", "第一处"))
        said = [
            raw("b", "第二处", extra={"深度": [1, "二"]}, contact=ContactDetails(phone="00010001")),
            raw("known", "第一处"),
            raw("bad", "第三处", lon=1.0),
            raw("a", "第四处", lon=120.1, lat=30.2, occurred_at=NOW - timedelta(hours=3)),
        ]
        with db.system():
            outcomes, rows = actions.record_rows(said, now=NOW, actor=LI)
        assert [each.code for each in outcomes][:2] == ["", "repeated"]
        assert not outcomes[2].ok
        assert [row.key for row in rows] == ["b", "a"]
        with db.system():
            assert queries.by_ids([outcomes[0].made, outcomes[3].made]) == rows
            assert len(actions.claim(10, now=NOW)) == 1


@pytest.mark.django_db
class TestExpiry:
    def test_contacts_go_when_their_time_has_come(self) -> None:
        ids = made(*(raw(f"{n}", f"第{n}处", contact=ContactDetails(f"0001000{n}")) for n in range(3)))
        later = NOW + CONTACT_KEPT
        with db.system():
            assert actions.expire_contacts(now=later - timedelta(seconds=1), limit=10) == []
            assert len(actions.expire_contacts(now=later, limit=2)) == 2
            assert len(actions.expire_contacts(now=later, limit=2)) == 1
            assert actions.expire_contacts(now=later, limit=2) == []
            assert Contact.objects.count() == 0
            assert [row.text for row in queries.by_ids(ids)] == ["第0处", "第1处", "第2处"]
        assert [lines(each, "contact") for each in ids] == [["expired"]] * 3


@pytest.mark.django_db
class TestTrial:
    """What `check` says is what `record` then does."""

    BATCHES: ClassVar = [
        [raw("known"), raw("a"), raw("a"), raw("b", "")],
        [raw("a"), raw("a", "别的"), raw("known", "别的"), raw("c", region_code="坏码")],
    ]

    def test_the_trial_says_what_the_real_run_does(self) -> None:
        record(raw("known"))
        seen: dict[tuple[str, str], bytes] = {}
        with db.system():
            tried = [actions.check(batch, now=NOW, seen=seen) for batch in self.BATCHES]
            assert queries.count() == 1
            done = [actions.record(batch, now=NOW) for batch in self.BATCHES]
        codes = [[(each.id, each.code, each.ok) for each in batch] for batch in tried]
        assert codes == [[(each.id, each.code, each.ok) for each in batch] for batch in done]
        assert [[each.code for each in batch] for batch in tried] == [
            ["repeated", "", "repeated", "nothing_said"],
            ["repeated", "key_reused", "key_reused", "unknown_code"],
        ]


@pytest.mark.django_db
class TestHeldAgainstTheRecord:
    def test_what_was_stored_is_what_was_received(self) -> None:
        nasty = {
            "浮点": 1e22,
            "小": 1.5e-7,
            "负零": -0.0,
            "大": 10**30,
            "嵌": [1.0, {"b": None, "a": True}],
            "1e2": "1e2",
        }
        ids = made(
            raw("a"), raw("b", "又", extra=nasty, lon=120, lat=-0.0, title='\u2028 引号"'), raw("c", matter_code="C01")
        )
        with db.system():
            assert queries.words_kept(after=0, limit=10) == Kept(3, {}, ids[-1])
            assert queries.words_kept(after=0, limit=2) == Kept(2, {}, ids[1])
            assert queries.words_kept(after=ids[-1], limit=2) == Kept(0, {}, ids[-1])

    def test_the_record_does_not_tell_the_words(self) -> None:
        first, second = made(raw("a"), raw("b"))
        with db.system():
            (one,), (other,) = (ledger.read("report", each) for each in (first, second))
        assert one.facts["words"] == other.facts["words"]
        assert one.text == ""

    def test_an_erased_report_needs_its_line(self) -> None:
        first, second = made(raw("a"), raw("b", "又"))
        with db.system():
            actions.erase([first], now=NOW, actor=MA, reason=EraseReason.REQUESTED)
            Report.objects.filter(id=second).update(**BLANK)
            assert queries.words_kept(after=0, limit=10).altered == {second: Altered.ERASED}


def test_changed_words_are_found(fresh_db: str, server: Any) -> None:
    """Somebody with all rights over the database puts other words into a report, and one beside the record."""
    ids = made(raw("a"), raw("b", "又", extra={"x": 1}), raw("c", "三"))
    server.admin(
        "SET session_replication_role = replica",  # no trigger is asked
        f"UPDATE intake_report SET text = '路灯' WHERE id = {ids[0]}",
        f"UPDATE intake_report SET extra = '{{\"x\": 2}}' WHERE id = {ids[1]}",
        'INSERT INTO intake_report SELECT (json_populate_record(r, \'{"id": 999999, "key": "d"}\')).* '
        f"FROM intake_report r WHERE id = {ids[2]}",
        database=fresh_db,
    )
    with db.system():
        kept = queries.words_kept(after=0, limit=10)
    assert kept.altered == {ids[0]: Altered.WORDS, ids[1]: Altered.WORDS, 999999: Altered.NO_LINE}


def test_pages_read_only_what_they_show(fresh_db: str) -> None:
    ids = made(raw("a", title="标题", target_text="某局", extra={"x": 1}))
    with db.scoped(EVERYWHERE):
        (row,) = queries.said_by_ids(ids)
        assert (row.id, row.title, row.text) == (ids[0], "标题", "井盖没了!!危险")
    for column in ("key", "extra", "digest", "target_text", "lon", "lat", "received_by", "matter_code"):
        with pytest.raises(ProgrammingError, match="permission denied"), db.scoped(EVERYWHERE):
            list(Report.objects.values_list(column))


@pytest.mark.django_db
class TestPending:
    def test_oldest_first_and_each_once(self) -> None:
        ids = made(*(raw(str(n), f"第{n}处") for n in range(5)))
        with db.system():
            assert actions.claim(3, now=NOW) == ids[:3]
            actions.finish(ids[:3])
            assert actions.claim(3, now=NOW) == ids[3:]
            actions.finish(ids[3:])
            assert actions.claim(3, now=NOW) == []

    def test_only_those_named(self) -> None:
        ids = made(raw("a"), raw("b", "又"))
        with db.system():
            assert actions.claim(10, now=NOW, only=[ids[1]]) == [ids[1]]
            assert actions.claim(10, now=NOW, only=[]) == []

    def test_finished_is_off_the_list(self) -> None:
        ids = made(raw("a"))
        with db.system():
            assert actions.finish(ids)[0].ok
            assert actions.finish(ids)[0].code == "not_pending"
            assert queries.oldest_pending() is None

    def test_three_failures_park_and_an_operator_lets_it_try_again(self) -> None:
        good, bad = made(raw("a"), raw("b", "毒"))
        with db.system():
            codes = [actions.fail([bad], [f"boom {n}\x00"], now=NOW)[0].code for n in range(3)]
            assert codes == ["", "", "parked"]
            assert actions.claim(10, now=NOW) == [good]
            (parked,) = queries.parked()
            assert (parked.report_id, parked.attempts, parked.error) == (bad, 3, "boom 2")
            assert queries.pending() == {PendingState.READY: 1, PendingState.PARKED: 1}
            assert actions.retry_parked([bad], now=NOW, actor=CHEN)[0].code == "not_your_role"
            assert actions.retry_parked([bad, good], now=NOW, actor=LI)[1].code == "not_parked"
            assert actions.claim(10, now=NOW) == [good, bad]
            assert Pending.objects.get(report_id=bad).attempts == 0
        assert lines(bad) == ["received", "parked", "retried"]

    def test_the_age_of_the_queue(self) -> None:
        record(raw("a"))
        with db.system():
            assert queries.oldest_pending() == NOW


@pytest.mark.django_db
class TestDispose:
    def test_one_disposition_a_report_and_changes_on_the_record(self) -> None:
        (report_id,) = made(raw("a"))
        with db.system():
            actions.dispose(
                [Disposed(report_id, DispositionKind.OPENED, "", ("20261120-000001",))], now=NOW, actor=MACHINE
            )
            actions.dispose([Disposed(report_id, DispositionKind.NOT_ACCEPTED, "N3")], now=NOW, actor=LI)
            disposition = Disposition.objects.get(report_id=report_id)
            entry = ledger.read("report", report_id)[-1]
        assert (disposition.kind, disposition.reason, disposition.numbers) == ("not_accepted", "N3", [])
        assert lines(report_id) == ["received", "disposed"]
        assert entry.facts == {"kind": "not_accepted", "reason": "N3"}

    def test_a_refused_one_never_stops_the_others(self) -> None:
        first, second = made(raw("a"), raw("b", "又"))
        rows = [
            Disposed(first, DispositionKind.OPENED),
            Disposed(10**9, DispositionKind.ANSWERED),
            Disposed(second, DispositionKind.ANSWERED),
        ]
        with db.system():
            outcomes = actions.dispose(rows, now=NOW, actor=LI)
            assert Disposition.objects.count() == 1
        assert [outcome.code for outcome in outcomes] == ["number_needed", "no_such_report", ""]

    def test_the_balance_is_whole(self) -> None:
        ids = made(*(raw(str(n), f"第{n}处") for n in range(5)))
        kinds = [DispositionKind.ANSWERED, DispositionKind.ANSWERED, DispositionKind.INVALID]
        with db.system():
            actions.dispose(
                [Disposed(report_id, kind) for report_id, kind in zip(ids, kinds, strict=False)], now=NOW, actor=LI
            )
            balance = queries.balance(NOW, NOW + timedelta(days=1))
            before = queries.balance(NOW - timedelta(days=1), NOW)
        assert (balance.reports, balance.undisposed, balance.whole) == (5, 2, True)
        assert balance.kinds == {DispositionKind.ANSWERED: 2, DispositionKind.INVALID: 1}
        assert before.reports == 0


@pytest.mark.django_db
def test_rows_come_in_the_order_asked_and_only_those_there_are() -> None:
    first, second = made(raw("a"), raw("b", "又"))
    with db.system():
        assert [row.id for row in queries.by_ids([second, 10**9, first])] == [second, first]
