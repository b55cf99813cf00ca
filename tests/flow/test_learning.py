"""A city learns from its own past: what teaches, what is used, what is kept aside, and who may say what."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import time
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from civigrid.base import db, ledger
from civigrid.base.errors import Refused
from civigrid.base.supervise import alongside
from civigrid.cases.rules import Filing
from civigrid.catalog import actions as catalog_actions
from civigrid.catalog import queries as catalog
from civigrid.catalog.rules import NewCalendar
from civigrid.classify import queries
from civigrid.classify.rules import Correction, How
from civigrid.classify.rules.trained import ModelState
from civigrid.directory.rules import Actor, Role, scope_of
from civigrid.flow import erasure, jobs, learning, pipeline, verbs
from civigrid.intake.rules import Channel, EraseReason, RawReport
from tests import streamcity
from tests.cases.town import NOW as TOWN_NOW
from tests.cases.town import build, opened
from tests.sayings import sayings
from tests.streamcity import NOW

ON = NOW.date()
LATER = NOW + timedelta(days=1)


def actor(role: Role, account: int, *regions: str) -> Actor:
    return Actor(account, account * 10, 1, role, scope_of(role=role, regions=regions, unit_ids=()))


LI = actor(Role.INTAKE, 7, "990181")
OUTSIDER = actor(Role.INTAKE, 8, "990199")
MA = actor(Role.SECURITY_ADMIN, 9)


@pytest.fixture
def city(db: None) -> None:
    load()


def load() -> None:
    always = NewCalendar("G", "always", {"week": {"1-7": ["00:00-24:00"]}}, national_holidays=False)
    with db.system():
        streamcity.load()
        catalog_actions.save_calendars([always], on=streamcity.ON)


def tell(said: Sequence[tuple[str, str]], *, given: bool, now: datetime = NOW, start: int = 0) -> list[int]:
    """Reports with the matter's code or without, the whole way."""
    raws = [
        RawReport(
            channel=Channel.IMPORT, key=f"{start + place}", source="01", text=text, matter_code=code if given else "",
            lon=120.005, lat=30.005, occurred_at=NOW - timedelta(days=400) + timedelta(minutes=start + place),
        )
        for place, (code, text) in enumerate(said)
    ]  # fmt: skip
    with db.system():
        ids = [int(outcome.made) for outcome in pipeline.receive(raws, now=now)]
        pipeline.process(ids, now=now)
    return ids


def label(report_id: int):  # type: ignore[no-untyped-def]
    with db.system():
        return queries.newest([report_id])[report_id]


def codes() -> dict[str, int]:
    with db.system():
        return {code: row.id for code, row in catalog.matters_by_code(ON).items()}


@pytest.mark.usefixtures("city")
class TestTraining:
    def test_a_city_learns_what_its_people_call_things(self) -> None:
        tell(list(sayings(1_400)), given=True)
        steps: list[tuple[str, int]] = []
        training = learning.train(now=NOW, actor=LI, progress=lambda what, done: steps.append((what, done)))
        assert training.used
        assert (training.facts["history"], training.facts["examples"]) == (1_400, 1_400)
        assert training.facts["held"]["accuracy"] > 0.95 > training.facts["words"]["accuracy"]
        assert training.facts["present"] == training.facts["words"]  # there was no model before
        assert steps[0] == ("reports", 1_400) and ("texts", 1_000) in steps and steps[-1] == ("learning", 7)
        (told,) = tell([("", "灯杆黑漆漆,夜里摸黑,附近一直没有照明")], given=False, start=5_000)
        found = label(told)
        assert (found.how, found.matter_id, found.model_id) == (How.MODEL, codes()["C0118"], training.model_id)
        assert found.sure and found.because
        with db.system():
            (line,) = ledger.read("model", training.model_id)
        assert (line.verb, line.account, line.facts["used"]) == ("trained", 7, True)

    def test_what_a_machine_found_never_teaches(self) -> None:
        tell(list(sayings(1_100)), given=False)
        with pytest.raises(Refused) as no:
            learning.train(now=NOW)
        assert (no.value.code, no.value.facts["found"]) == ("history_too_small", 0)
        assert not learning.is_due(now=NOW)

    def test_a_small_past_is_refused_with_its_numbers(self) -> None:
        tell(list(sayings(200)), given=True)
        with pytest.raises(Refused, match="history_too_small") as no:
            learning.train(now=NOW)
        assert no.value.facts == {
            "found": 160, "usable": 160, "matters": 6, "needed": 1_000, "each": 20,
        }  # fmt: skip

    def test_a_worse_model_is_kept_aside_unless_it_is_forced(self) -> None:
        tell(list(sayings(1_300)), given=True)
        first = learning.train(now=NOW)
        tell(_turned(2_400), given=True, start=-10_000)  # of years before, brought in now
        second = learning.train(now=LATER)
        assert (first.used, second.used) == (True, False)
        assert used() == first.model_id
        third = learning.train(now=LATER, force=True)
        assert third.used and used() == third.model_id
        learning.use(first.model_id, now=LATER)
        assert used() == first.model_id
        with db.system():
            states = {row.id: row.state for row in queries.models()}
        assert states == {
            first.model_id: ModelState.USED, second.model_id: ModelState.ASIDE, third.model_id: ModelState.PAST,
        }  # fmt: skip

    def test_it_is_due_when_enough_is_new(self) -> None:
        said = list(sayings(1_900))
        tell(said[:1_300], given=True)
        assert learning.is_due(now=NOW)
        learning.train(now=NOW)
        assert not learning.is_due(now=NOW + timedelta(days=90))
        tell(said[1_300:1_360], given=True, start=1_300)
        assert not learning.is_due(now=LATER)
        assert learning.is_due(now=NOW + timedelta(days=30))
        tell(said[1_360:], given=True, start=1_360)
        assert learning.is_due(now=LATER)


def _turned(number: int) -> list[tuple[str, str]]:
    """Every report told of the next matter: what an import with a wrong value map would teach."""
    said = list(sayings(number, seed=6))
    return [(said[place - 1][0], text) for place, (_, text) in enumerate(said)]


def used() -> int:
    with db.system():
        found = queries.used()
        return found[0] if found else 0


@pytest.mark.usefixtures("city")
class TestCorrections:
    def test_a_person_says_what_a_report_is_about(self) -> None:
        (report_id,) = tell([("", "路灯不亮")], given=False)
        manhole = codes()["C0114"]
        (outcome,) = verbs.relabel(actor=LI, items=[Correction(report_id, manhole)], now=LATER)
        assert outcome.ok
        found = label(report_id)
        assert (found.how, found.matter_id, found.by_account, found.at) == (How.PERSON, manhole, 7, LATER)
        with db.system():
            line = ledger.read("report", report_id)[-1]
        assert (line.verb, line.account, line.facts) == ("labelled", 7, {"matter": manhole, "was": codes()["C0118"]})

    def test_not_from_elsewhere(self) -> None:
        ids = tell([("", "路灯不亮"), ("", "井盖没了")], given=False)
        before = [label(each) for each in ids]
        outcomes = verbs.relabel(
            actor=OUTSIDER, items=[Correction(each, codes()["C0114"]) for each in (*ids, 999_999)], now=LATER
        )
        assert [each.code for each in outcomes] == ["out_of_scope"] * 3
        assert [label(each) for each in ids] == before

    def test_an_erased_report_has_no_words_left_in_its_labels_and_teaches_nothing(self) -> None:
        (given,) = tell([("C0118", "路灯不亮")], given=True)
        (found,) = tell([("", "三单元路灯不亮")], given=False, start=10)
        assert label(found).because
        outcomes = erasure.erase([given, found], actor=MA, reason=EraseReason.REQUESTED, now=LATER)
        assert all(each.ok for each in outcomes)
        assert label(found).because == ()
        with db.system():
            assert queries.taught(after=0, limit=9) == []


def test_whoever_files_a_case_says_what_its_report_is_about(db: None) -> None:
    from civigrid.base import db as database
    from civigrid.cases.models import Case

    with database.system():
        town = build()
        (number,) = opened(town, 1, unit_id=None, matter_id=None, duty_row_version_id=None, standard_version_id=None,
                           waits_for="low_confidence")  # fmt: skip
        case = Case.objects.get(number=number)
    chief, matter = town["值班长"], town.matters["C01"]
    (outcome,) = verbs.file(actor=chief, items=[Filing(number, case.version, matter)], now=TOWN_NOW)
    assert outcome.ok, outcome
    with database.system():
        found = queries.newest([case.first_report_id])[case.first_report_id]
        assert (found.how, found.matter_id, found.by_account) == (How.PERSON, matter, chief.account_id)
        assert [row[:2] for row in queries.taught(after=0, limit=9)] == [(case.first_report_id, matter)]


class TestInAProcessOfItsOwn:
    def test_the_nightly_job_runs_the_command_and_nothing_else(self, monkeypatch: pytest.MonkeyPatch) -> None:
        run: list[Sequence[str]] = []

        async def note(command: Sequence[str]) -> int:
            run.append(command)
            return 0

        monkeypatch.setattr(jobs, "alongside", note)
        asyncio.run(jobs.learn(timestamp=0))
        assert run == [[sys.executable, "-m", "civigrid.cli", "classify", "train", "--if-due"]]

    def test_it_runs_gently_to_its_end(self, tmp_path: Path) -> None:
        out = tmp_path / "out"
        script = (
            f"import os; open({str(out)!r}, 'w').write(f'{{os.nice(0)}} {{os.environ[\"CIVIGRID_PARENT\"]}}'); exit(3)"
        )
        assert asyncio.run(alongside([sys.executable, "-c", script])) == 3
        assert out.read_text() == f"19 {os.getpid()}"

    @pytest.mark.slow
    def test_it_ends_when_the_worker_does(self, tmp_path: Path) -> None:
        out = tmp_path / "pid"
        script = f"import os, time; open({str(out)!r}, 'w').write(str(os.getpid())); time.sleep(60)"

        async def stopped() -> None:
            task = asyncio.create_task(alongside([sys.executable, "-c", script]))
            for _ in range(500):
                await asyncio.sleep(0.02)
                if out.exists() and out.read_text():
                    break
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task

        asyncio.run(stopped())
        pid = int(out.read_text())
        for _ in range(200):
            if not _alive(pid):
                return
            time.sleep(0.02)
        os.kill(pid, signal.SIGKILL)
        raise AssertionError("it outlived the worker")


def _alive(pid: int) -> bool:
    status = Path(f"/proc/{pid}/stat")
    return status.exists() and status.read_text().split()[2] != "Z"
