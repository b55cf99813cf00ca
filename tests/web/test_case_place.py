"""The place on the case page: what is told of it, and how 受理员小李 puts it right without a map and with one."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import count

import pytest

from civigrid.base import db
from civigrid.cases import queries as cases
from civigrid.flow import pipeline
from civigrid.intake.rules import Channel, RawReport
from tests import democity
from tests.web.people import CHEN, LI, WANG, ZHOU, client, form, report, see, steps_to_handling

pytestmark = pytest.mark.usefixtures("city")
_keys = count(1)
CROSSROADS = democity.at("学府路与东湖路交叉口")


def opened(text: str = "人行道地砖松动", **more: object) -> str:
    now = datetime.now(UTC)
    raw = RawReport(
        Channel.DESK, f"place-{next(_keys)}", "01", text=f"{text}（{next(_keys)}）", **{"matter_code": "E0110", **more}
    )  # type: ignore[arg-type]
    with db.system():
        (outcome,) = pipeline.receive([raw], now=now)
        pipeline.process([outcome.made], now=now)
        return cases.numbers_of([outcome.made])[outcome.made][0]


def page(who: str, number: str, language: str = "zh-hans") -> str:
    return client(who, **{"Accept-Language": language}).get(f"/cases/{number}/").content.decode()


def test_the_page_says_where_and_how_that_is_known() -> None:
    lon, lat = CROSSROADS
    number = opened(lon=lon, lat=lat)
    html = page(LI, number, "en")
    for told in ("By the point on the map", "City road", f"{lon:.6f}, {lat:.6f}", "On the border with"):
        assert told in html
    assert f'area="{see(number).grid[0]}"' not in html
    assert f'lon="{lon:.6f}"' in html


def test_who_may_not_correct_the_place_sees_it_and_no_form() -> None:
    lon, lat = CROSSROADS
    number = opened(lon=lon, lat=lat)
    assert 'pin="move"' in page(WANG, number)
    watching = page(ZHOU, number)
    assert 'pin="move"' not in watching
    assert f"/cases/{number}/move/" not in watching


def test_one_click_chooses_one_of_several() -> None:
    number = opened("文昌小学门口路面破损")
    answer = client(LI).get(f"/cases/{number}/")
    choices = answer.context["place"].choices
    assert [choice.name for choice in choices] == ["文昌小学", "文昌小学新校区"]
    new = choices[1]
    sent = {"version": see(number).facts.version, "key": str(new.key), **new.fields}
    assert client(LI).post(f"/cases/{number}/move/", sent).status_code == 303
    assert len(see(number).facts.region_code) == 12
    assert "文昌小学新校区" not in [each.name for each in client(LI).get(f"/cases/{number}/").context["place"].choices]
    told = page(LI, number, "en")
    assert "A person set the place" in told
    assert "Place corrected" in told


def test_a_neighbouring_grid_is_chosen_for_the_same_point() -> None:
    codes = democity.grid_codes()
    one, two = next(
        (democity.grid_shape(a), democity.grid_shape(b))
        for a in codes
        for b in codes
        if a < b and democity.grid_shape(a).intersection(democity.grid_shape(b)).length > 0.001
    )
    edge = one.intersection(two).interpolate(0.5, normalized=True)
    number = opened(lon=edge.x, lat=edge.y)
    before = see(number).grid
    (choice, *_) = client(LI).get(f"/cases/{number}/").context["place"].choices
    sent = {"version": see(number).facts.version, "key": str(choice.key), **choice.fields}
    assert client(LI).post(f"/cases/{number}/move/", sent).status_code == 303
    assert see(number).grid != before
    assert see(number).grid[0] == choice.name


def test_the_form_works_without_a_map() -> None:
    number = opened()
    lon, lat = CROSSROADS
    done = client(LI).post(f"/cases/{number}/move/", form(number, lon=str(lon), lat=str(lat), text="来电更正"))
    assert (done.status_code, done.headers["Location"]) == (303, f"/cases/{number}/")
    assert see(number).grid[0]
    done = client(LI).post(f"/cases/{number}/move/", form(number, place="学府路118号"))
    assert done.status_code == 303


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({}, "place"),
        ({"lon": "124.0"}, "lat"),
        ({"lat": "29.0"}, "lon"),
        ({"lon": "200", "lat": "29"}, "lon"),
        ({"lon": "x", "lat": "29"}, "lon"),
        ({"lon": "124.0", "lat": "29.0", "place": "学府路118号"}, "place"),
        ({"place": "学府路118号", "kind": "ZZ"}, "kind"),
    ],
)
def test_what_the_form_does_not_take(fields: dict[str, str], wrong: str) -> None:
    number = opened()
    answer = client(LI).post(f"/cases/{number}/move/", form(number, **fields))
    assert answer.status_code == 422
    assert list(answer.context["mover"].form.errors) == [wrong]
    assert see(number).facts.version == 1


def test_what_was_typed_stays_where_the_city_knows_no_such_place() -> None:
    number = opened()
    answer = client(LI, **{"Accept-Language": "en"}).post(f"/cases/{number}/move/", form(number, place="天涯海角1号"))
    html = answer.content.decode()
    assert answer.status_code == 422
    assert "No address of the city fits" in html
    assert 'value="天涯海角1号"' in html
    answer = client(LI).post(f"/cases/{number}/move/", form(number, place="文昌小学"))
    assert "文昌小学新校区" in answer.content.decode()


def test_a_unit_returns_its_task_and_does_not_move_the_case() -> None:
    number = report()
    steps_to_handling(number)
    assert "/move/" not in page(CHEN, number)
    assert client(CHEN).post(f"/cases/{number}/move/", form(number, place="A000001")).status_code == 403
    assert client(WANG).post(f"/cases/{number}/move/", form(number, place="A000001")).status_code == 303


def test_words_of_a_person_are_shown_as_words() -> None:
    number = opened(place_text="<b>药王巷12号</b>")
    assert "<b>药王巷" not in page(LI, number)


def test_what_lies_outside_the_city_is_a_list_of_its_own() -> None:
    number = opened(lon=125.5, lat=30.5)
    assert see(number).facts.waits_for == "outside_city"
    queue = client(LI).get("/cases/?stage=accept")
    chip = next(chip for chip in queue.context["chips"] if "waits=outside_city" in chip.address)
    listed = client(LI).get(chip.address).context["lines"]
    assert [line.number for line in listed] == [number]
