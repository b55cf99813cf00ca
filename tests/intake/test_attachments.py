"""What came with a report: kept with it, proved with it, opened by its people, forgotten with it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, ProgrammingError, connection
from django.test.utils import CaptureQueriesContext

from civigrid.base import db, files, ledger
from civigrid.base.errors import Outcome, Refused
from civigrid.base.files import Kept
from civigrid.base.permissions import EVERYWHERE, NOWHERE, Scope
from civigrid.directory.rules import Actor, Role
from civigrid.intake import actions, queries
from civigrid.intake.models import Attachment
from civigrid.intake.queries import proof
from civigrid.intake.rules import (
    MOST_FILES,
    Altered,
    Channel,
    EraseReason,
    RawAttachment,
    RawReport,
    ShownFile,
    clean,
    sameness,
    shown,
)

NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
LI = Actor(account_id=7, post_id=8, unit_id=9, role=Role.INTAKE, scope=EVERYWHERE, name="受理员小李")
MA = Actor(account_id=27, post_id=28, unit_id=29, role=Role.SECURITY_ADMIN, scope=NOWHERE, name="安全管理员老马")
A, B, C = ("a" * 64, "b" * 64, "c" * 64)
HERE = RawAttachment(
    A, "漏水.jpg", NOW - timedelta(hours=1), lon=120.15, lat=30.25, accuracy_m=8.5, crs="GCJ-02", place_shared=True
)
THERE = RawAttachment(B, "声音.mp3")


def raw(key: str = "k", *several: RawAttachment, **more: object) -> RawReport:
    return RawReport(Channel.PUBLIC, key, "02", text="水管爆了", attachments=several, **more)  # type: ignore[arg-type]


def record(*raws: RawReport, **more: object) -> list[Outcome]:
    with db.system():
        files.record([Kept(name, 10, "image/jpeg") for name in (A, B, C)], now=NOW)
        return actions.record(raws, now=NOW, **more)  # type: ignore[arg-type]


def made(*raws: RawReport) -> list[int]:
    return [outcome.made for outcome in record(*raws)]


def erase(report_id: int) -> None:
    with db.system():
        [outcome] = actions.erase([report_id], now=NOW, actor=MA, reason=EraseReason.REQUESTED)
    assert outcome.ok


def stored(report_id: int) -> Sequence[object]:
    with db.system():
        return queries.attachments([report_id])[report_id]


@pytest.mark.django_db
class TestRecord:
    def test_files_are_kept_in_their_order_with_what_the_device_said(self) -> None:
        (report_id,) = [outcome.made for outcome in record(raw("k", HERE, THERE), actor=LI)]
        first, second = stored(report_id)
        assert [getattr(first, name) for name in RawAttachment.__dataclass_fields__] == [
            getattr(HERE, name) for name in RawAttachment.__dataclass_fields__
        ]
        assert (first.seq, second.seq, second.sha256, second.name) == (0, 1, B, "声音.mp3")  # type: ignore[attr-defined]
        assert (first.by_account, first.added_at, first.erased_at) == (7, NOW, None)  # type: ignore[attr-defined]

    def test_the_place_is_kept_only_where_the_sender_shares_it(self) -> None:
        (report_id,) = made(raw("k", replace(HERE, place_shared=False)))
        [row] = stored(report_id)
        place = (row.lon, row.lat, row.accuracy_m, row.crs, row.place_shared)  # type: ignore[attr-defined]
        assert place == (None, None, None, "", False)
        assert row.captured_at == HERE.captured_at  # type: ignore[attr-defined]

    def test_the_database_keeps_it_so(self) -> None:
        (report_id,) = made(raw("k"))
        with pytest.raises(IntegrityError, match="intake_attachment_place"), db.system():
            Attachment.objects.create(report_id=report_id, seq=0, file_id=A, lon=1.0, added_at=NOW)

    def test_a_file_sent_twice_with_one_report_is_one(self) -> None:
        (report_id,) = made(raw("k", HERE, THERE, replace(THERE, sha256=A)))
        assert [row.sha256 for row in stored(report_id)] == [A, B]  # type: ignore[attr-defined]

    def test_a_file_that_is_not_stored_refuses_its_report_and_no_other(self) -> None:
        outcomes = record(raw("a", RawAttachment("d" * 64)), raw("b", THERE))
        assert [outcome.code for outcome in outcomes] == ["unknown_file", ""]
        assert outcomes[0].facts == {"field": "attachments"}

    def test_statements_do_not_grow_with_the_files(self) -> None:
        counts = []
        for size in (1, 20):
            batch = [raw(f"{size}-{n}", HERE, THERE) for n in range(size)]
            with CaptureQueriesContext(connection) as caught, db.system():
                actions.record(batch, now=NOW)
            counts.append(len(caught))
        assert counts[0] == counts[1]

    def test_without_files_there_is_no_statement_more(self) -> None:
        with CaptureQueriesContext(connection) as caught, db.system():
            actions.record([raw("a")], now=NOW)
        assert not [each for each in caught.captured_queries if "base_file" in each["sql"]]


@pytest.mark.django_db
class TestRepeated:
    def test_the_same_report_with_the_same_files_is_repeated(self) -> None:
        assert record(raw("k", HERE, THERE))[0].code == ""
        assert record(raw("k", HERE, THERE))[0].code == "repeated"
        assert record(raw("k", THERE))[0].code == "repeated", "nothing of it is lost"
        assert record(raw("k"))[0].code == "repeated"

    def test_another_file_under_the_same_key_is_not_dropped_in_silence(self) -> None:
        record(raw("k", HERE))
        (outcome,) = record(raw("k", HERE, THERE))
        assert (outcome.code, outcome.facts) == ("key_reused", {"field": "attachments"})

    def test_twice_in_one_batch(self) -> None:
        outcomes = record(raw("k", HERE), raw("k", HERE), raw("k", THERE))
        assert [outcome.code for outcome in outcomes] == ["", "repeated", "key_reused"]

    def test_an_erased_report_is_known_whatever_comes_with_it(self) -> None:
        (report_id,) = made(raw("k", HERE))
        erase(report_id)
        assert record(raw("k", HERE))[0].code == "repeated"

    def test_two_senders_of_the_same_words_say_the_same_with_other_photos(self) -> None:
        """What is the same thing is told by words and place: everybody's photo of it is another."""
        assert sameness(raw("k", HERE)) == sameness(raw("k", THERE)) == sameness(raw("k"))


@pytest.mark.django_db
class TestProof:
    def lines(self, report_id: int) -> list[ledger.Entry]:
        with db.system():
            return ledger.read("report", report_id)

    def test_the_record_knows_the_files_and_does_not_tell_them(self) -> None:
        (report_id,) = made(raw("k", HERE, THERE))
        [line] = self.lines(report_id)
        assert line.facts["files"] == 2
        assert A not in repr(line.facts)
        assert "files" not in self.lines(made(raw("other"))[0])[0].facts

    def test_what_was_changed_behind_our_back_is_found(self, monkeypatch: pytest.MonkeyPatch) -> None:
        ids = made(raw("a", HERE), raw("b", HERE), raw("c"))
        with db.system():
            assert queries.words_kept(after=0, limit=10).altered == {}
            kept = queries.attachments(ids)
            kept[ids[1]][0] = replace(kept[ids[1]][0], sha256=C)
            kept[ids[2]] = kept[ids[0]]
            monkeypatch.setattr(proof, "attachments", lambda _: kept)
            assert queries.words_kept(after=0, limit=10).altered == {ids[1]: Altered.FILES, ids[2]: Altered.FILES}

    def test_files_are_spelt_the_same_before_and_after(self) -> None:
        east = HERE.captured_at.astimezone(tz=None) if HERE.captured_at else None
        (report_id,) = made(raw("k", replace(HERE, captured_at=east, lon=120)))
        assert shown([replace(HERE, lon=120.0)]) == shown(stored(report_id))  # type: ignore[arg-type]

    def test_after_erasure_the_proof_holds(self) -> None:
        (report_id,) = made(raw("k", HERE))
        erase(report_id)
        assert self.lines(report_id)[-1].facts == {"reason": "requested", "files": 1}
        with db.system():
            assert queries.words_kept(after=0, limit=10).altered == {}
            assert ledger.verify().ok


BLANK = {
    "file_id": None, "name": "", "captured_at": None, "lon": None, "lat": None, "accuracy_m": None, "crs": "",
    "erased_at": NOW,
}  # fmt: skip
CHANGES: list[dict[str, object]] = [
    {"file_id": B},
    {"file_id": None},
    {"name": "别的.jpg"},
    {"place_shared": False, "lon": None, "lat": None, "accuracy_m": None, "crs": ""},
    {"seq": 3},
    {"by_account": 1},
    {"erased_at": NOW},
    {**BLANK, "by_account": 1},
    {**BLANK, "place_shared": False},
    *({name: value for name, value in BLANK.items() if name != left} for left in BLANK),
]


@pytest.mark.django_db
class TestRows:
    @pytest.mark.parametrize("changed", CHANGES, ids=lambda each: "+".join(each))
    def test_nothing_but_erasure_changes_a_file_of_a_report(self, changed: dict[str, object]) -> None:
        (report_id,) = made(raw("k", HERE))
        with pytest.raises(ProgrammingError, match="never changed"), db.system():
            Attachment.objects.filter(report_id=report_id).update(**changed)

    def test_nobody_deletes_one(self) -> None:
        (report_id,) = made(raw("k", HERE))
        with pytest.raises(ProgrammingError, match="permission denied"), db.system():
            Attachment.objects.filter(report_id=report_id).delete()

    def test_erasure_lets_go_of_everything_once(self) -> None:
        (report_id,) = made(raw("k", HERE, THERE))
        erase(report_id)
        for row in stored(report_id):
            told = (row.sha256, row.name, row.captured_at, row.lon, row.lat, row.accuracy_m, row.crs, row.erased_at)  # type: ignore[attr-defined]
            assert told == (None, "", None, None, None, None, "", NOW)
        with pytest.raises(ProgrammingError, match="never changed"), db.system():
            Attachment.objects.filter(report_id=report_id).update(name="x")

    def test_a_page_sees_the_files_of_reports_it_sees_and_not_where_they_were_made(self) -> None:
        (report_id,) = made(raw("k", HERE))
        with db.scoped(EVERYWHERE):
            assert queries.files_shown([report_id]) == [ShownFile(report_id, 0, A, HERE.name, HERE.captured_at, None)]
            assert queries.reports_with(A) == [report_id]
        for scope in (NOWHERE, Scope(("990181",)), Scope(units=(1,))):
            with db.scoped(scope):
                assert (queries.files_shown([report_id]), queries.reports_with(A)) == ([], [])
        with pytest.raises(ProgrammingError, match="permission denied"), db.scoped(EVERYWHERE):
            list(Attachment.objects.values_list("lon", "lat"))


@pytest.mark.parametrize(
    ("changes", "code", "field"),
    [
        ({"captured_at": datetime(2026, 11, 20, 2, 0)}, "time_without_zone", "captured_at"),  # noqa: DTZ001
        ({"captured_at": NOW + timedelta(days=3)}, "absurd_time", "captured_at"),
        ({"lon": 190.0}, "bad_point", "lon"),
        ({"lat": float("nan")}, "bad_point", "lat"),
        ({"lat": None}, "bad_point", "lat"),
        ({"lon": 0.0, "lat": 0.0}, "bad_point", "lon"),
        ({"accuracy_m": -1.0}, "bad_point", "accuracy_m"),
        ({"accuracy_m": float("inf")}, "bad_point", "accuracy_m"),
        ({"accuracy_m": float("nan")}, "bad_point", "accuracy_m"),
        ({"crs": "EPSG:99999"}, "unknown_code", "crs"),
        ({"sha256": "../../etc/passwd"}, "unknown_file", "attachments"),
    ],
)
def test_what_a_device_may_not_say(changes: dict[str, object], code: str, field: str) -> None:
    with pytest.raises(Refused) as no:
        clean(raw("k", replace(HERE, **changes)), now=NOW, files={A})  # type: ignore[arg-type]
    assert (no.value.code, no.value.facts["field"]) == (code, field)


def test_only_so_many_files() -> None:
    names = [f"{n:064x}" for n in range(MOST_FILES + 1)]
    several = [RawAttachment(name) for name in names]
    assert len(clean(raw("k", *several[1:]), now=NOW, files=names).attachments) == MOST_FILES
    with pytest.raises(Refused, match="too_many_files"):
        clean(raw("k", *several), now=NOW, files=names)


def test_a_name_is_cut_and_cleaned() -> None:
    [file] = clean(raw("k", replace(HERE, name=" \0" + "长" * 500)), now=NOW, files={A}).attachments
    assert file.name == "长" * 200


@pytest.mark.parametrize(
    ("changes", "code", "field"),
    [
        ({"position_accuracy_m": -0.5}, "bad_point", "position_accuracy_m"),
        ({"position_crs": "wgs"}, "unknown_code", "position_crs"),
        ({"lon_given": 120.0}, "bad_point", "lat"),
    ],
)
def test_a_position_says_how_it_is_meant(changes: dict[str, object], code: str, field: str) -> None:
    with pytest.raises(Refused) as no:
        clean(raw("k", lon=120.1, lat=30.2, **changes), now=NOW)
    assert (no.value.code, no.value.facts["field"]) == (code, field)


def test_without_a_point_nothing_is_said_about_it() -> None:
    found = clean(raw("k", position_accuracy_m=5.0, position_crs="GCJ-02", lon_given=1.0, lat_given=1.0), now=NOW)
    assert (found.position_accuracy_m, found.position_crs, found.lon_given, found.lat_given) == (None, "", None, None)
