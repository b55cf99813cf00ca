"""Labels and models as they are stored: who said it, by which model, and what counts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from civigrid.base import db, ledger, stamps
from civigrid.base.errors import Refused
from civigrid.catalog import queries as catalog
from civigrid.classify import actions, queries
from civigrid.classify.rules import Correction, How, Model
from civigrid.classify.rules.past import Past, Taught
from civigrid.classify.rules.trained import FILES_KEPT, ModelState
from civigrid.classify.rules.training import learn
from civigrid.directory.rules import MACHINE, Actor, Role, scope_of
from civigrid.intake import actions as intake
from civigrid.intake import queries as intake_queries
from civigrid.intake.rules import Channel, Place, RawReport
from tests import streamcity
from tests.sayings import sayings
from tests.streamcity import NOW

pytestmark = pytest.mark.django_db
ON = NOW.date()
HERE = Place("990181001")
LI = Actor(7, 70, 1, Role.INTAKE, scope_of(role=Role.INTAKE, regions=("990181",), unit_ids=()), "受理员小李")


@pytest.fixture(autouse=True)
def city(db: None) -> Iterator[None]:
    with in_system():
        streamcity.load()
    yield


def in_system():  # type: ignore[no-untyped-def]
    return db.system()


def report(*said: str, **more: object) -> list[int]:
    raws = [
        RawReport(channel=Channel.IMPORT, key=f"{text}{more}", source="01", text=text, **more)  # type: ignore[arg-type]
        for text in said
    ]
    return [outcome.made for outcome in intake.record(raws, now=NOW)]


def labelled(ids: list[int]):  # type: ignore[no-untyped-def]
    return actions.label(intake_queries.by_ids(ids), now=NOW)


def matter(code: str) -> int:
    return catalog.matters_by_code(ON)[code].id


@pytest.fixture(scope="module")
def said() -> list[tuple[str, str]]:
    return list(sayings(1_300))


def trained(said: list[tuple[str, str]], *, facts: dict[str, object] | None = None) -> Model:
    codes = {row.id: row.code for row in catalog.matters(ON).values()}
    ids = {code: matter_id for matter_id, code in codes.items()}
    taught = Taught.of([(place, ids[code], place) for place, (code, _) in enumerate(said)])
    past = Past.of([("", text) for _, text in said], taught, held=200, life=taught.often())
    model = learn(past, matcher=queries.matcher(ON), codes=codes, bar=0.6).model
    held = {"reports": 200, "accuracy": 0.9, "macro_f1": 0.9, "ece": 0.01, "sure": 0.9, "sure_right": 0.95}
    return replace(model, facts={"examples": len(said), "until": 0, "last_label": 0, "held": held, **(facts or {})})


def test_without_a_model_the_catalogues_words_stand_alone() -> None:
    with in_system():
        lamp, nothing = labelled(report("湖滨路的路灯不亮", "喂,你好"))
        assert (lamp.how, lamp.matter_id, lamp.model_id) == (How.WORDS, matter("C0118"), None)
    assert lamp.because[0] == "路灯不亮"
    assert (nothing.how, nothing.because) == (How.NO_WORDS, ())


def test_a_label_is_stored_as_it_was_made(said: list[tuple[str, str]]) -> None:
    with in_system():
        model_id = actions.save_model(trained(said), used=True, actor=MACHINE, now=NOW)
        made = labelled(report("三楼龙头没有水,水压太低,做不了饭", "灯杆一片漆黑", "家里着火了,一片漆黑"))
        stored = queries.newest([each.report_id for each in made])
    assert [each.how for each in made] == [How.MODEL] * 3
    assert {each.model_id for each in made} == {model_id}
    assert made[0].because and made[2].emergency == "fire"
    assert [stored[each.report_id] for each in made] == made


class TestModels:
    def test_every_process_uses_a_new_model_with_its_next_transaction(self, said: list[tuple[str, str]]) -> None:
        text = "灯杆黑漆漆,夜里摸黑"
        with in_system():
            before = labelled(report(text))[0]
            first = actions.save_model(trained(said), used=True, actor=LI, now=NOW)
        with in_system():
            after = labelled(report(text, lon=120.0, lat=30.0))[0]
        assert (before.model_id, after.model_id) == (None, first)
        assert not before.sure and after.sure

    def test_one_that_was_kept_aside_changes_nothing(self, said: list[tuple[str, str]]) -> None:
        with in_system():
            actions.save_model(trained(said), used=False, actor=LI, now=NOW)
            assert queries.used() is None
            assert [row.state for row in queries.models()] == [ModelState.ASIDE]

    def test_back_and_forth_and_to_none(self, said: list[tuple[str, str]]) -> None:
        with in_system():
            model = trained(said)
            first = actions.save_model(model, used=True, actor=LI, now=NOW)
            second = actions.save_model(
                replace(model, facts={**model.facts, "examples": 1}), used=True, actor=LI, now=NOW
            )
            assert states() == {second: "used", first: "past"}
            actions.use_model(first, actor=LI, now=NOW)
            assert states() == {second: "past", first: "used"}
            found = queries.used()
            assert found and found[0] == first
            actions.use_model(0, actor=LI, now=NOW)
            assert (states(), queries.used()) == ({second: "past", first: "past"}, None)
            lines = [(line.verb, line.account) for line in ledger.read("model", first)]
        assert lines == [("trained", 7), ("used", 7), ("unused", 7)]

    def test_the_record_tells_the_digest_and_the_figures(self, said: list[tuple[str, str]]) -> None:
        with in_system():
            model_id = actions.save_model(trained(said), used=True, actor=LI, now=NOW)
            (line,) = ledger.read("model", model_id)
            (row,) = queries.models()
        assert line.facts == {
            "digest": row.digest, "used": True, "examples": 1_300, "held": 200, "accuracy": 0.9, "macro_f1": 0.9, "ece": 0.01,
        }  # fmt: skip

    def test_only_the_newest_files_are_kept_and_the_one_in_use(self, said: list[tuple[str, str]]) -> None:
        with in_system():
            model = trained(said)
            ids = [
                actions.save_model(replace(model, facts={**model.facts, "n": n}), used=n == 0, actor=LI, now=NOW)
                for n in range(FILES_KEPT + 3)
            ]
            assert [row.usable for row in reversed(queries.models())] == [True, False, False] + [True] * FILES_KEPT
            with pytest.raises(Refused, match="no_model"):
                actions.use_model(ids[1], actor=LI, now=NOW)
            with pytest.raises(Refused, match="no_model"):
                actions.use_model(999_999, actor=LI, now=NOW)

    def test_a_damaged_one_is_not_used_and_stops_nothing(
        self, said: list[tuple[str, str]], caplog: pytest.LogCaptureFixture
    ) -> None:
        with in_system():
            model_id = actions.save_model(trained(said), used=True, actor=LI, now=NOW)
            with connection.cursor() as cursor:
                cursor.execute("UPDATE classify_model SET data = data || 'x', digest = digest || '0'")
            stamps.touch(queries.AREA)
            label = labelled(report("湖滨路的路灯不亮"))[0]
            with pytest.raises(Refused, match="model_unreadable"):
                actions.use_model(model_id, actor=LI, now=NOW)
        assert (label.how, label.model_id) == (How.WORDS, None)
        assert "cannot be read" in caplog.text

    def test_two_are_never_in_use(self, said: list[tuple[str, str]]) -> None:
        with in_system():
            for _ in range(2):
                actions.save_model(trained(said[:1_300]), used=False, actor=LI, now=NOW)
            with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("UPDATE classify_model SET state = 'used'")


def states() -> dict[int, str]:
    return {row.id: row.state.value for row in queries.models()}


class TestCorrections:
    def test_a_persons_word_counts_whatever_a_machine_says_later(self) -> None:
        with in_system():
            lamp, manhole = matter("C0118"), matter("C0114")
            (report_id,) = report("路灯不亮")
            labelled([report_id])
            (done,) = correct(report_id, "C0114")
            labelled([report_id])
            newest, every = queries.newest([report_id])[report_id], queries.history([report_id])[report_id]
        assert (done.ok, done.made) == (True, lamp)
        assert (newest.how, newest.matter_id, newest.sure) == (How.PERSON, manhole, True)
        assert (newest.by_account, newest.by_post) == (7, 70)
        assert [each.how for each in every] == [How.WORDS, How.PERSON, How.WORDS]

    def test_what_was_urgent_stays_urgent(self) -> None:
        with in_system():
            (report_id,) = report("电线断了掉在路灯边上")
            labelled([report_id])
            correct(report_id, "C0118")
            assert (queries.newest([report_id])[report_id].urgency, queries.newest([report_id])[report_id].emergency) == (
                1, "electric",
            )  # fmt: skip

    def test_who_may_not_is_refused_and_the_others_go_on(self) -> None:
        with in_system():
            ids = report("路灯不亮", "井盖没了", "垃圾成堆")
            unknown = [
                Correction(ids[0], 999_999),
                Correction(ids[1], matter("C0118")),
                Correction(ids[2], matter("E0101")),
            ]
            places = {ids[0]: [HERE], ids[1]: [Place("990182")], ids[2]: [HERE]}
            outcomes = actions.correct(unknown, places=places, actor=LI, now=NOW)
            assert [each.code for each in outcomes] == ["unknown_matter", "out_of_scope", ""]
            liaison = replace(LI, role=Role.LIAISON)
            (no,) = actions.correct([unknown[2]], places=places, actor=liaison, now=NOW)
            assert no.code == "not_your_role"
            (gone,) = actions.correct([Correction(999_999, matter("C0118"))], places={}, actor=LI, now=NOW)
            assert gone.code == "out_of_scope"
            assert list(queries.newest(ids)) == [ids[2]]

    def test_erasing_a_report_forgets_its_words(self) -> None:
        with in_system():
            ids = report("路灯不亮", "井盖没了")
            labelled(ids)
            actions.forget(ids[:1])
            found = queries.newest(ids)
        assert [bool(found[each].because) for each in ids] == [False, True]


def correct(report_id: int, code: str):  # type: ignore[no-untyped-def]
    return actions.correct([Correction(report_id, matter(code))], places={report_id: [HERE]}, actor=LI, now=NOW)


class TestTaught:
    def test_a_given_code_and_a_persons_word_teach_a_machine_does_not(self) -> None:
        with in_system():
            given, found, corrected = report("路灯坏了", matter_code="C0118") + report("井盖没了", "垃圾成堆")
            labelled([given, found, corrected])
            correct(corrected, "C0114")
            rows = queries.taught(after=0, limit=10)
            assert [(report_id, matter_id) for report_id, matter_id, _ in rows] == [
                (given, matter("C0118")), (corrected, matter("C0114")),
            ]  # fmt: skip
            assert queries.taught(after=given, limit=10) == rows[1:]
            assert queries.taught(after=0, limit=1) == rows[:1]
            last = queries.newest_taught()
            assert (queries.fresh(after=0, limit=9), queries.fresh(after=0, limit=1)) == (2, 1)
            assert queries.fresh(after=last, limit=9) == 0

    def test_a_persons_word_goes_before_the_senders(self) -> None:
        with in_system():
            (report_id,) = report("路灯坏了", matter_code="C0118")
            labelled([report_id])
            correct(report_id, "C0114")
            labelled([report_id])
            assert [row[1] for row in queries.taught(after=0, limit=10)] == [matter("C0114")]

    def test_confidential_reports_and_those_without_words_teach_nothing(self) -> None:
        with in_system():
            ids = [
                *report("路灯坏了", matter_code="C0118", confidential=True),
                *report("", matter_code="C0118"),
                *report("路灯坏了", matter_code="C0118", occurred_at=NOW - timedelta(days=9)),
            ]
            labelled(ids)
            assert queries.taught(after=0, limit=10) == [
                (ids[2], matter("C0118"), int((NOW - timedelta(days=9)).timestamp()))
            ]
