"""派遣员老王 and others correct where a case is; everything that follows from the place follows anew."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from civigrid.base import db, ledger
from civigrid.base.bulk import execute
from civigrid.base.errors import Done, Outcome
from civigrid.cases.models import Case, Task
from civigrid.cases.rules import Moving
from civigrid.directory import queries as directory
from civigrid.directory.rules import Actor, Role, scope_of
from civigrid.flow import moving, packs, pipeline
from civigrid.intake.rules import Channel, RawReport
from civigrid.locate import queries as spots_of
from civigrid.places import queries as places
from civigrid.route import queries as routes
from tests import democity

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
LATER = NOW + timedelta(minutes=5)
ON = NOW.date()
CITY = "990181"
HALL, ESTATE = democity.at("会展中心"), democity.at("机床厂宿舍")
CROSSROADS = democity.at("学府路与东湖路交叉口")
_keys = count(1)


def person(role: Role, account: int, *regions: str, units: tuple[int, ...] = ()) -> Actor:
    return Actor(account, account * 10, 1, role, scope_of(role=role, regions=regions, unit_ids=units), "", units)


WANG = person(Role.DISPATCHER, 71, CITY)
LI = person(Role.INTAKE, 72, CITY)
STRANGER = person(Role.DISPATCHER, 73, "990182")


@pytest.fixture(autouse=True)
def city() -> None:
    packs.load(Path(__file__).parents[2] / "packs" / "demo", now=NOW - timedelta(days=3))


def opened(source: str = "01", **more: object) -> Case:
    text = f"人行道地砖松动{next(_keys)}块"
    raw = RawReport(Channel.IMPORT, f"m{next(_keys)}", source, text=text, **{"matter_code": "E0110", **more})  # type: ignore[arg-type]
    with db.system():
        (outcome,) = pipeline.receive([raw], now=NOW)
        pipeline.process([outcome.made], now=NOW)
        return Case.objects.latest("id")


def move(case: Case, actor: Actor = WANG, **to: object) -> Outcome:
    form = Moving(case.number, case.version, **to)  # type: ignore[arg-type]
    (outcome,) = moving.move(actor=actor, items=[form], now=LATER)
    with db.system():
        case.refresh_from_db()
    return outcome


def grid_of(case: Case) -> str:
    with db.system():
        return places.grids(ON)[case.grid_id].code if case.grid_id else ""


def facts(case: Case) -> dict[str, object]:
    with db.system():
        return dict(ledger.read("case", case.pk)[-1].facts)


def point(at: tuple[float, float]) -> dict[str, float]:
    return {"lon": at[0], "lat": at[1]}


def test_the_case_takes_the_place_and_both_are_kept() -> None:
    case = opened(**point(HALL))
    before, was = case.region_code, case.grid_id
    assert move(case, **point(ESTATE), text="居民来电更正").ok
    assert (case.region_code, grid_of(case)) != (before, "")
    assert case.region_code == grid_of(case)[:12]
    with db.system():
        newest, oldest = spots_of.history(case.first_report_id)
        assert (newest.how, newest.place_kind, newest.lon) == ("person", "N2", ESTATE[0])
        assert (oldest.how, oldest.grid_id, oldest.lon) == ("point", was, HALL[0])
        (said,) = [line for line in ledger.read("case", case.pk) if line.verb == "moved"]
    assert (said.account, said.text) == (WANG.account_id, "居民来电更正")
    assert facts(case) | {"would_lead": 0} == {
        "from": before, "from_grid": was, "to": case.region_code, "to_grid": case.grid_id, "stage": "accept",
        "would_lead": 0,
    }  # fmt: skip


def test_the_duty_is_found_anew_and_the_reason_to_wait_goes() -> None:
    case = opened()
    assert (case.waits_for, case.region_code) == ("place_kind_unknown", CITY)
    assert move(case, place="学府路118号").ok
    with db.system():
        proposal = routes.newest([case.first_report_id])[case.first_report_id]
    assert (proposal.unit_id is not None, case.waits_for) == (True, "")
    assert move(case, lon=125.0, lat=30.0).ok
    assert (case.waits_for, case.region_code, case.grid_id) == ("outside_city", CITY, None)


def test_an_address_by_its_code_by_its_words_or_one_of_several() -> None:
    case = opened()
    assert move(case, place="文昌小学").code == "several_places"
    assert "文昌小学新校区" in move(case, place="文昌小学").facts["places"]
    assert move(case, place="文昌小学新校区").ok
    assert move(case, place="A000001 豆腐巷37号").ok
    assert move(case, place="天涯海角1号").code == "unknown_place"
    assert move(case, place="  ").code == "unknown_place"


def test_on_a_border_a_person_says_which_side() -> None:
    case = opened()
    codes = democity.grid_codes()
    one, two = next(
        (a, b)
        for a in codes
        for b in codes
        if a < b and democity.grid_shape(a).intersection(democity.grid_shape(b)).length > 0.001
    )
    edge = democity.grid_shape(one).intersection(democity.grid_shape(two)).interpolate(0.5, normalized=True)
    for code in (one, two):
        assert move(case, lon=edge.x, lat=edge.y, grid_code=code).ok
        assert grid_of(case) == code
    assert move(case, **point(HALL), grid_code=one if one not in _near(HALL) else two).code == "grid_too_far"
    assert move(case, **point(HALL), grid_code="123").code == "unknown_grid"


def _near(at: tuple[float, float]) -> list[str]:
    with db.system():
        edges, grids = places.grid_edges(ON), places.grids(ON)
        assert edges is not None
        return [grids[each].code for each in edges.near([-1], [at[0]], [at[1]], 200)[0]]


@pytest.mark.parametrize("at", [(181.0, 30.0), (124.0, 91.0), (float("nan"), 30.0)])
def test_no_place_on_earth(at: tuple[float, float]) -> None:
    assert move(opened(), **point(at)).code == "bad_point"


def test_the_kind_of_place_may_be_said_too() -> None:
    case = opened()
    move(case, **point(ESTATE), place_kind="R2")
    with db.system():
        assert spots_of.newest([case.first_report_id])[case.first_report_id].place_kind == "R2"


def test_a_case_at_work_keeps_its_unit_and_its_tasks_move_along() -> None:
    case = opened("04", matter_code="C0118", **point(CROSSROADS))
    assert case.stage == "handle"
    units = list(case.unit_ids)
    assert move(case, **point(democity.at("滨江公园"))).ok
    with db.system():
        (task,) = Task.objects.filter(case=case)
        named = {row.id: row.code for row in directory.units(ON).values()}[_would_lead(case)]
    assert (case.stage, case.unit_ids, task.region_code, task.state) == ("handle", units, case.region_code, "offered")
    assert named == "4003", "the parks' centre would lead there; a dispatcher decides"


def _would_lead(case: Case) -> int:
    said = ledger.read("case", case.pk)[-1].facts["would_lead"]
    assert isinstance(said, int)
    return said


def test_whom_a_report_complains_of_stays_barred() -> None:
    case = opened(matter_code="C0118", target_text="市政设施管理中心")
    assert move(case, **point(CROSSROADS)).ok
    assert case.waits_for == "target_is_unit"


def test_both_areas_hear_of_it() -> None:
    case = opened(**point(HALL))
    before = case.region_code
    move(case, **point(ESTATE))
    with db.system():
        heard = execute("SELECT topic, region_code FROM base_event ORDER BY id DESC LIMIT 2")
    assert set(heard) == {("case.moved", before), ("case.moved", case.region_code)}


def test_who_may_and_when() -> None:
    case = opened(**point(HALL))
    lead = person(Role.HANDLER, 75, units=(4001,))
    checker = person(Role.INSPECTOR, 76, CITY)
    assert move(case, STRANGER, **point(ESTATE)).code == "unknown_case"
    assert move(case, STRANGER, place="天涯海角1号").code == "unknown_case", "he learns nothing of the case"
    assert move(case, lead, **point(ESTATE)).code == "unknown_case"
    assert move(case, checker, **point(ESTATE)).code == "not_your_role"
    assert move(case, LI, **point(ESTATE)).ok
    with db.system():
        Case.objects.filter(pk=case.pk).update(stage="check")
    assert move(case, **point(HALL)).code == "wrong_stage"


def test_a_case_may_go_out_of_the_area_of_who_moves_it() -> None:
    case = opened(**point(HALL))
    town = person(Role.DISPATCHER, 77, case.region_code[:9])
    other = next(code for code in democity.grid_codes() if not code.startswith(case.region_code[:9]))
    with db.system():
        Case.objects.filter(pk=case.pk).update(level="town")
    assert move(case, town, **point(democity.inside(other))).ok
    assert grid_of(case) == other
    assert move(case, town, **point(HALL)).code == "unknown_case"


def test_a_batch_is_one_transaction_and_each_row_answers_for_itself() -> None:
    first, second = opened(**point(HALL)), opened(**point(HALL))
    forms = [
        Moving(first.number, first.version, *ESTATE),
        Moving(first.number, first.version, *HALL),
        Moving(second.number, second.version + 1, *ESTATE),
        Moving("YT20990101000001", 1, *ESTATE),
        Moving(second.number, second.version, place="天涯海角1号"),
    ]
    done = moving.move(actor=WANG, items=forms[:4], now=LATER)
    assert [each.state for each in done] == [Done.DONE, Done.STALE, Done.STALE, Done.REFUSED]
    assert moving.move(actor=WANG, items=forms[4:], now=LATER)[0].code == "unknown_place"
    with db.system():
        first.refresh_from_db()
        assert spots_of.newest([first.first_report_id])[first.first_report_id].lon == ESTATE[0]
        assert len(spots_of.history(second.first_report_id)) == 1


def test_statements_do_not_grow_with_the_batch() -> None:
    counts = []
    move(opened(**point(HALL)), **point(ESTATE))
    for size in (1, 12):
        cases = [opened(**point(HALL)) for _ in range(size)]
        with CaptureQueriesContext(connection) as caught:
            done = moving.move(
                actor=WANG, items=[Moving(each.number, each.version, *ESTATE) for each in cases], now=LATER
            )
        assert all(each.ok for each in done)
        counts.append(len(caught))
    assert counts[0] == counts[1]
