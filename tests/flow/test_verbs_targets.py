"""A complaint never goes to whom it is about, and a confidential report goes nowhere before a person read it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from civigrid.base import db
from civigrid.base.permissions import EVERYWHERE
from civigrid.cases.models import Case, Clock
from civigrid.cases.rules import HandingDown, Joining, Moving
from civigrid.directory import queries as directory
from civigrid.directory.rules import Actor, Role, UnitKind
from civigrid.flow import packs, pipeline, verbs
from civigrid.intake.models import Disposition
from civigrid.intake.rules import Channel, RawReport
from tests import democity

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
LAMP = "湖滨路的路灯坏了三盏,晚上一片漆黑,请来修一修"
HERE = {"matter_code": "C0118"} | dict(zip(("lon", "lat"), democity.at("会展中心"), strict=True))


@pytest.fixture(autouse=True)
def city() -> None:
    packs.load(Path(__file__).parents[2] / "packs" / "demo", now=NOW - timedelta(days=3))


def processed(*raws: RawReport, now: datetime = NOW) -> list[Case]:
    """The case of each report, in their order."""
    with db.system():
        ids = [outcome.made for outcome in pipeline.receive(raws, now=NOW)]
        pipeline.process(ids, now=now)
        said = Disposition.objects.in_bulk(ids)
        return [Case.objects.get(number=said[report_id].numbers[0]) for report_id in ids]


def raw(key: str, **more: object) -> RawReport:
    return RawReport(channel=Channel.IMPORT, key=key, **{"source": "04", "text": LAMP, **HERE, **more})  # type: ignore[arg-type]


def test_a_copy_that_complains_of_the_unit_at_work_opens_a_case_of_its_own_that_waits() -> None:
    first, copy, about = processed(raw("1"), raw("2"), raw("3", target_text="市政设施管理中心"))
    assert (first.stage, copy.pk) == ("handle", first.pk)
    assert about.pk != first.pk
    assert (about.stage, about.waits_for, about.unit_ids) == ("file", "target_is_unit", [])
    (later,) = processed(raw("4", target_text="城管局"))  # the unit above it
    assert later.pk not in {first.pk, about.pk}
    assert (later.waits_for, later.unit_ids) == ("target_is_unit", [])


def test_who_is_complained_of_is_not_known() -> None:
    (case,) = processed(raw("1", target_text="门口的烧烤摊"))
    assert (case.stage, case.waits_for, case.unit_ids) == ("file", "target_unknown", [])


def test_another_unit_complained_of_does_not_hold_up_a_lamp() -> None:
    (case,) = processed(raw("1", target_text="市供水公司"))
    with db.system():
        lights = directory.unit_by_code("4001", NOW.date())
    assert lights is not None
    assert (case.stage, case.unit_ids) == ("handle", [lights.id])


def test_a_confidential_report_waits_for_a_person_and_joins_nothing() -> None:
    first, secret, copy = processed(raw("1"), raw("2", confidential=True), raw("3"))
    assert (first.stage, first.confidential, copy.pk) == ("handle", False, first.pk)
    assert (secret.stage, secret.confidential, secret.unit_ids) == ("accept", True, [])


def test_the_promise_counts_from_the_receiving_however_late_the_machine_comes() -> None:
    (case,) = processed(raw("1"), now=NOW + timedelta(days=2))
    with db.system():
        starts = {clock.task_id is None: clock.started_at for clock in Clock.objects.filter(case=case)}
    assert starts == {True: NOW, False: NOW + timedelta(days=2)}


CHIEF = Actor(901, 901, 0, Role.DUTY_CHIEF, EVERYWHERE)


def of_town() -> tuple[str, str]:
    """The town in which it all happens, by its code, and as people call its office."""
    (case,) = processed(raw("where"))
    with db.system():
        towns = [unit for unit in directory.units(NOW.date()).values() if unit.kind is UnitKind.TOWN]
    [town] = [unit for unit in towns if case.region_code.startswith(unit.region_code)]
    return town.region_code, town.aliases[0]


def handed_down(case: Case) -> str:
    [outcome] = verbs.hand_down(actor=CHIEF, items=[HandingDown(case.number, case.version, "属街道职责")], now=NOW)
    return outcome.code


def test_the_desk_that_is_complained_of_does_not_get_it() -> None:
    """A town's own reports begin at its desk: not one that complains of somebody, and no desk hands it down to there."""
    _, office = of_town()
    plain = processed(raw("1", source="08", text="井盖坏了", matter_code="E0104"))[0]
    about = processed(raw("2", source="08", text="没人管", target_text=office))[0]
    assert (plain.level, about.level) == ("town", "city")
    assert handed_down(about) == "target_is_unit"
    other = processed(raw("3", source="08", text="没人管了", target_text="市供水公司"))[0]
    assert (other.level, handed_down(other)) == ("city", "")


def test_nor_by_joining_a_case_of_that_desk() -> None:
    _, office = of_town()
    plain = processed(raw("1", source="08", text="井盖坏了", matter_code="E0104"))[0]
    about = processed(raw("2", source="08", text="没人管", target_text=office))[0]
    [outcome] = verbs.join(actor=CHIEF, items=[Joining(about.number, about.version, plain.number)], now=NOW)
    assert outcome.code == "target_is_unit"


def test_nor_does_the_machine_put_it_beside_the_same_words_there() -> None:
    _, office = of_town()
    plain = processed(raw("1", source="08", text="井盖坏了", matter_code="E0104"))[0]
    about = processed(raw("2", source="08", text="井盖坏了", matter_code="E0104", target_text=office))[0]
    assert (plain.level, about.level, plain.pk == about.pk) == ("town", "city", False)


def test_nor_by_moving_its_pin_there() -> None:
    code, office = of_town()
    elsewhere = next(each for each in democity.grid_codes() if not each.startswith(code))
    lon, lat = democity.inside(elsewhere)
    case = processed(raw("2", source="08", text="没人管", target_text=office, lon=lon, lat=lat))[0]
    assert handed_down(case) == ""  # it lies in another town
    case = fresh(case)
    back = Moving(case.number, case.version, lon=HERE["lon"], lat=HERE["lat"])
    [outcome] = verbs.move(actor=CHIEF, items=[back], now=NOW)
    assert outcome.ok, outcome.code
    assert (fresh(case).region_code[: len(code)], fresh(case).level) == (code, "city")


def fresh(case: Case) -> Case:
    with db.system():
        return Case.objects.get(pk=case.pk)
