"""立案 and 派遣 on the case page: what is offered, what of it goes together, and by hand."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.template.loader import render_to_string

from civigrid.base import db
from civigrid.catalog import queries as catalog
from civigrid.catalog.queries import DutyRowRow
from civigrid.web.forms import DispatchForm, Offer
from tests.web.people import (
    LI,
    LUO,
    MANHOLE,
    WANG,
    ZHENG,
    client,
    form,
    report,
    see,
    see_row,
    steps_to_handling,
    today,
)

pytestmark = pytest.mark.usefixtures("city")


def to_filing() -> str:
    """A case at 立案."""
    number = report("不知道说的什么事", matter="")
    if see(number).facts.stage == "accept":
        client(LI).post(f"/cases/{number}/accept/", form(number))
    assert see(number).facts.stage == "file"
    return number


def test_filing_offers_the_conditions_of_every_matter_and_takes_only_the_chosen_ones() -> None:
    number, chief = to_filing(), client(ZHENG)
    page = chief.get(f"/cases/{number}/")
    [act] = [act for act in page.context["acts"] if act.verb == "file"]
    with db.system():
        on = today()
        matters, standards = catalog.matters_by_code(on), catalog.standards(on)
    offered_ones = {value for _, group in act.form.fields["standard"].choices[1:] for value, _ in group}
    assert offered_ones == {row.version_id for row in standards}
    matter, other = matters[MANHOLE], matters["C0101"]
    second = next(row for row in standards if row.matter_id == matter.id and not row.is_default)
    assert f'data-matter="{matter.id}"' in page.content.decode()

    wrong = chief.post(f"/cases/{number}/file/", form(number, matter=other.id, standard=second.version_id))
    assert wrong.status_code == 422
    [act] = [act for act in wrong.context["acts"] if act.verb == "file"]
    assert matter.name in str(act.form.errors["standard"])
    assert f'value="{second.version_id}" selected data-matter="{matter.id}"' in wrong.content.decode()
    right = chief.post(f"/cases/{number}/file/", form(number, matter=matter.id, standard=second.version_id))
    assert right.status_code == 303
    assert see(number).facts.standard_version_id == second.version_id


def to_dispatch() -> str:
    number = report()
    client(LI).post(f"/cases/{number}/accept/", form(number))
    if see(number).facts.stage == "file":
        client(ZHENG).post(f"/cases/{number}/file/", form(number, matter=see(number).facts.matter_id))
    return number


def test_a_unit_beside_a_row_must_be_the_rows_lead() -> None:
    number, wang = to_dispatch(), client(WANG)
    [act] = [act for act in wang.get(f"/cases/{number}/").context["acts"] if act.verb == "dispatch"]
    row, (lead, _) = next(iter(act.form.offer.leads.items()))
    other = next(value for _, group in act.form.offer.units for value, _ in group if value != lead)
    answer = wang.post(f"/cases/{number}/dispatch/", form(number, row=row, unit=other))
    assert answer.status_code == 422
    [act] = [act for act in answer.context["acts"] if act.verb == "dispatch"]
    assert act.form.errors.keys() == {"unit"}
    assert see(number).facts.stage == "dispatch"
    assert wang.post(f"/cases/{number}/dispatch/", form(number, row=row, unit=lead)).status_code == 303
    assert see(number).tasks[0].unit_id == lead


def test_rows_that_do_not_surely_hold_the_place_are_folded() -> None:
    offer = Offer(
        rows=[("1", "全市"), ("2", "甲社区"), ("3", "乙社区")],
        leads=dict.fromkeys((1, 2, 3), (7, ())),
        far=frozenset({"2", "3"}),
    )
    text = render_to_string("parts/fields.html", {"form": DispatchForm(offer=offer)})
    near, far = text.split('<details class="more">')
    assert 'value="1"' in near
    assert 'value="hand"' in near
    assert 'value="2"' in far
    assert 'value="3"' in far
    chosen = DispatchForm({"row": "2"}, offer=offer)
    assert '<details class="more" open>' in render_to_string("parts/fields.html", {"form": chosen})


def test_the_rows_that_hold_the_place_come_first(monkeypatch: pytest.MonkeyPatch) -> None:
    number = to_dispatch()
    matter, region = see(number).facts.matter_id, see(number).facts.region_code
    [whole, *_] = [row for row in rows_of_today() if row.matter_id == matter]
    inside = replace(whole, version_id=-1, region_code=f"{region}999")
    holding = replace(whole, version_id=-2, region_code=region)
    elsewhere = replace(whole, version_id=-3, region_code="000")
    monkeypatch.setattr("civigrid.web.offers.catalog.duty_rows", lambda on: [inside, elsewhere, whole, holding])
    [act] = [act for act in client(WANG).get(f"/cases/{number}/").context["acts"] if act.verb == "dispatch"]
    assert [value for value, _ in act.form.offer.rows] == [str(whole.version_id), "-2", "-1"]
    assert act.form.offer.far == {"-1"}


def rows_of_today() -> list[DutyRowRow]:
    with db.system():
        return list(catalog.duty_rows(today()))


def test_dispatch_by_hand_needs_unit_and_words() -> None:
    number = report()
    client(LI).post(f"/cases/{number}/accept/", form(number))
    if see(number).facts.stage == "file":
        client(ZHENG).post(f"/cases/{number}/file/", form(number, matter=see(number).facts.matter_id))
    answer = client(WANG).post(f"/cases/{number}/dispatch/", form(number, row="hand"))
    [act] = [act for act in answer.context["acts"] if act.verb == "dispatch"]
    assert act.form.errors.keys() == {"unit", "text"}
    assert see_row(client(WANG), number) != "hand"


def test_a_returned_task_goes_back_to_the_dispatcher_with_its_words() -> None:
    number = report()
    task = steps_to_handling(number)
    answer = client(LUO).post(
        f"/cases/{number}/return_task/{task}/", form(number, reason="T1", text="属供水公司井盖", sure="on")
    )
    assert answer.status_code == 303
    assert see(number).facts.stage == "dispatch"
    assert "属供水公司井盖" in client(WANG).get(f"/cases/{number}/").content.decode()
