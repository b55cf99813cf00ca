"""A resident reports without an account: nothing typed is lost, nothing is received twice, and every limit is said."""

from __future__ import annotations

import gzip
import json
import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from civigrid.base import db, tallies
from civigrid.cases import queries as cases
from civigrid.intake import queries as reports
from civigrid.intake.rules import DispositionKind, report_of
from tests.web import people
from tests.web.people import LI, client
from tests.web.residents import WORDS, Resident, picture, pin

pytestmark = pytest.mark.usefixtures("city")


@pytest.fixture
def aunt() -> Resident:
    return Resident()


def stored(number: str) -> Any:
    with db.system():
        [found] = reports.by_ids([report_of(number)])
    return found


def became(number: str) -> Any:
    with db.system():
        return reports.disposed([report_of(number)])[report_of(number)]


def how_many() -> int:
    with db.system():
        return reports.count()


def test_a_report_without_a_map_becomes_a_case(aunt: Resident) -> None:
    number, code = aunt.report()
    assert re.fullmatch(r"\d{8}-\d{6,}", number)
    assert re.fullmatch(r"([2-9A-HJKMNP-Z]{4}-){3}[2-9A-HJKMNP-Z]{4}", code)
    report = stored(number)
    assert (report.channel, report.source, report.received_by) == ("public", "02", 0)
    assert report.text == WORDS
    assert became(number).kind is DispositionKind.OPENED
    assert code.replace("-", "") not in repr(report), "the code is nowhere in what is stored"


def test_it_comes_with_a_point_photos_and_a_way_to_answer(aunt: Resident) -> None:
    contact = {"name": "陈阿姨", "phone": "138 0000 1111", "call_back": "on"}
    number, _ = aunt.report(**pin(), photos=[picture("近景.jpg"), picture("远景.jpg")], accuracy="12", **contact)
    report = stored(number)
    assert report.position_accuracy_m == 12
    assert report.extra == {"call_back": True}
    with db.system():
        shown = reports.files_shown([report.id])
        assert reports.owned([reports.index_of("13800001111")], [report.id], now=report.received_at)
    assert [file.name for file in shown] == ["近景.jpg"], "equal pictures are one file"
    assert "陈阿姨" not in repr(report)


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"text": "  "}, "Please say what it is about."),
        ({"place": ""}, "Say where it is, in words or on the map."),
        ({"phone": "110"}, "no telephone number of one person"),
        ({"call_back": "on"}, "Give a telephone number if you wish to be called."),
        ({"text": "路" * 2001}, "2000"),
        ({"kind": "secret"}, "secret"),
        ({"lon": "999", "lat": "1"}, "The position is not a place on the earth."),
        ({"lon": "nan", "lat": "1"}, "The position is not a place on the earth."),
        ({"lon": "0", "lat": "0"}, "The position is not a place on the earth."),
        ({"text": "路\0灯"}, "Null characters are not allowed."),
    ],
)
def test_what_is_missing_is_said_and_nothing_is_lost(wrong: dict[str, str], words: str) -> None:
    aunt, before = Resident(**{"Accept-Language": "en"}), how_many()
    answer = aunt.post(**aunt.form(photos=picture(), name="陈阿姨", confidential="on", **wrong))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert words in page
    typed = {"text": WORDS, "place": "学府路口", "name": "陈阿姨"} | wrong
    assert all(value.replace("\0", "") in page.replace("\0", "") for value in typed.values())
    assert 'name="photos_uploads"' in page, "the photo is here already"
    assert how_many() == before
    token = re.findall(r'name="photos_uploads" value="(\w+)"', page)
    right = {"text": WORDS, "place": "学府路口", "phone": "", "kind": "help", "call_back": "", "lon": "", "lat": ""}
    number, _ = aunt.report(photos_uploads=token, **right)
    with db.system():
        assert len(reports.files_shown([report_of(number)])) == 1


def test_all_that_is_missing_is_said_at_once_with_what_mends_it(aunt: Resident) -> None:
    program = SimpleUploadedFile("照片.jpg", b"MZ" + bytes(4000), content_type="image/jpeg")
    answer = aunt.post(**aunt.form(text="", place="", call_back="on"))
    said = [(fault.name, fault.mended_by) for fault in answer.context["form"].faults()]
    assert said == [
        ("text", "text"),
        ("place", "place lon kind:consult kind:praise kind:suggestion"),
        ("phone", "phone call_back:off"),
    ]
    page = answer.content.decode()
    assert all(f'<a href="#id_{name}">' in page for name, _ in said)
    [photo] = aunt.post(**aunt.form(photos=program)).context["form"].faults()
    assert (photo.name, photo.mended_by) == ("", "photos")
    [pin_] = aunt.post(**aunt.form(lon="999", lat="30")).context["form"].faults()
    assert (pin_.name, pin_.mended_by) == ("", "lon")


def test_a_question_needs_no_place(aunt: Resident) -> None:
    number, _ = aunt.report(text="老年卡怎么办理？", kind="consult", place="")
    assert stored(number).kind == "consult"


def test_a_form_sent_twice_has_one_receipt(aunt: Resident) -> None:
    form, before = aunt.form(photos=picture()), how_many()
    assert aunt.post(**form).status_code == 303
    first = aunt.receipt()
    assert aunt.post(**{**form, "photos": picture()}).status_code == 303
    assert aunt.receipt() == first
    assert how_many() == before + 1


def test_what_was_changed_after_sending_can_be_sent_too(aunt: Resident) -> None:
    form = aunt.form()
    aunt.post(**form)
    number, code = aunt.receipt()
    answer = aunt.post(**{**form, "text": WORDS + "，已经三天了"})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert number in page
    assert code in page
    assert "已经三天了" in page
    again = answer.context["key"]
    assert aunt.post(**{**form, "key": again, "text": WORDS + "，已经三天了"}).status_code == 303
    assert aunt.receipt()[0] != number


def test_a_key_of_ones_own_making_names_nothing(aunt: Resident) -> None:
    """Or whoever sends the same key as somebody else would get his receipt."""
    before = how_many()
    answer = aunt.post(**{**aunt.form(), "key": "00000000-0000-4000-8000-000000000001"})
    assert answer.status_code == 422
    assert WORDS in answer.content.decode()
    assert how_many() == before
    assert aunt.post(**{**aunt.form(), "key": answer.context["key"]}).status_code == 303


def test_danger_is_said_before_anything_is_sent(aunt: Resident) -> None:
    form, before = aunt.form(text="我家煤气泄漏了，味道很大"), how_many()
    answer = aunt.post(**form)
    page = answer.content.decode()
    assert answer.status_code == 200
    assert 'href="tel:119"' in page
    assert "煤气泄漏" in page
    assert how_many() == before
    assert aunt.post(**form, warned=answer.context["warned"]).status_code == 303
    assert 'href="tel:119"' in aunt.get("/report/receipt/"), "and once more on the receipt"


def test_whoever_fills_in_what_nobody_sees_is_a_machine(aunt: Resident) -> None:
    before = how_many()
    answer = aunt.post(**aunt.form(website="https://spam.example"))
    assert answer.status_code == 422
    assert WORDS in answer.content.decode()
    assert how_many() == before


def test_too_many_reports_of_one_browser(aunt: Resident, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CIVIGRID_PUBLIC_REPORTS_PER_HOUR", "2")
    for _ in range(2):
        aunt.report()
    answer = aunt.post(**aunt.form(name="陈阿姨"))
    assert answer.status_code == 429
    assert 3500 < int(answer.headers["Retry-After"]) <= 3601
    page = answer.content.decode()
    assert WORDS in page
    assert "陈阿姨" in page
    assert re.search(r"20\d\d-\d\d-\d\d \d\d:\d\d", page), "it says when"
    Resident().report()  # another browser is not held up


def test_too_many_reports_of_one_address(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CIVIGRID_PUBLIC_ADDRESS_REPORTS_PER_HOUR", "1")
    monkeypatch.setenv("CIVIGRID_TRUSTED_PROXIES", "1")
    Resident(**{"X-Forwarded-For": "9.9.9.9, 203.0.113.7"}).report()
    spoofed = Resident(**{"X-Forwarded-For": "8.8.8.8, 203.0.113.7"})
    assert spoofed.post(**spoofed.form()).status_code == 429, "only what the proxy itself saw counts"
    Resident(**{"X-Forwarded-For": "203.0.113.8"}).report()


def test_nothing_of_a_browser_or_address_is_kept(aunt: Resident) -> None:
    aunt.report()
    with db.system():
        kept = tallies.execute("SELECT kind, who, spent FROM base_tally")
    assert len(kept) >= 2
    assert all(len(bytes(who)) == 32 for _, who, _ in kept)
    assert b"127.0.0.1" not in b"".join(bytes(who) for _, who, _ in kept)


def test_a_change_of_language_keeps_what_was_typed(aunt: Resident) -> None:
    form = aunt.form(name="陈阿姨", photos=picture("路灯.jpg"), call_back="on", **pin())
    answer = aunt.post(**form, language="en")
    page = answer.content.decode()
    assert answer.status_code == 200
    assert 'lang="en"' in page
    assert all(each in page for each in (WORDS, "学府路口", "陈阿姨", "路灯.jpg", pin()["lon"], form["key"]))
    assert "checked" in re.findall(r"<input[^>]*name=\"call_back\"[^>]*>", page)[0]
    assert aunt.browser.cookies["civigrid_language"].value == "en"
    assert 'class="field__error"' not in page
    large = aunt.post(**form, size="1")
    assert 'class="large"' in large.content.decode()
    assert WORDS in large.content.decode()


def test_only_photos_and_videos_are_taken(aunt: Resident) -> None:
    paper = SimpleUploadedFile(
        "a.pdf", b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF", content_type="application/pdf"
    )
    answer = aunt.post(**aunt.form(photos=paper))
    assert answer.status_code == 422
    assert WORDS in answer.content.decode()
    program = SimpleUploadedFile("照片.jpg", b"MZ" + bytes(4000), content_type="image/jpeg")
    assert aunt.post(**aunt.form(photos=program)).status_code == 422


def test_uploads_are_a_browsers_own(aunt: Resident, monkeypatch: pytest.MonkeyPatch) -> None:
    aunt.get("/report/")
    begun = aunt.browser.post("/report/uploads/", headers={"Upload-Length": "100"})
    assert begun.status_code == 201
    where = begun.headers["Location"]
    assert aunt.browser.get(where).json()["offset"] == 0
    assert Resident().browser.get(where).status_code == 404
    assert client(LI).get(where.replace("/report/", "/")).status_code == 404, "nor a person's who signed in"
    monkeypatch.setenv("CIVIGRID_PUBLIC_FORM_BYTES", "150")
    assert aunt.browser.post("/report/uploads/", headers={"Upload-Length": "100"}).status_code == 429
    monkeypatch.setenv("CIVIGRID_PUBLIC_ADDRESS_BYTES_PER_HOUR", "199")
    again = Resident().browser.post("/report/uploads/", headers={"Upload-Length": "100"})
    assert again.status_code == 429
    assert again.json()["error"]["code"] == "too_often"
    assert aunt.browser.delete(where).status_code == 204


def look(who: Resident, **said: Any) -> Any:
    answer = who.browser.post("/report/look/", json.dumps(said), content_type="application/json")
    assert answer.status_code == 200
    return answer.json()


@pytest.mark.parametrize("halved", ["\0", "\ud800", "井\udfff盖\0"])
def test_signs_no_database_holds_are_looked_past(aunt: Resident, halved: str) -> None:
    assert 'value="C0114"' in look(aunt, text=f"井盖没了{halved}", place=f"学府路{halved}", matter=halved)["offers"]


def test_while_one_types_it_offers_what_fits(aunt: Resident) -> None:
    found = look(aunt, text="井盖没了", place="学府路")
    assert 'value="C0114"' in found["offers"]
    assert found["places"]
    assert {"name", "lon", "lat"} == set(found["places"][0])
    assert (found["danger"], found["near"]) == ("", "")
    assert look(aunt, text="楼上着火了，有人被困")["danger"] == "fire"
    assert 'href="tel:119"' in look(aunt, text="楼上着火了，有人被困")["advice"]


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b'{"text":"' + b"a" * 17_000 + b'"}', b"\xff\xfe"])
def test_nonsense_is_answered_so(aunt: Resident, body: bytes) -> None:
    assert aunt.browser.post("/report/look/", body, content_type="application/json").status_code == 400


def test_it_is_not_asked_without_end(aunt: Resident, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CIVIGRID_PUBLIC_LOOKS_PER_MINUTE", "1")
    look(aunt, text="井盖没了")
    again = aunt.browser.post("/report/look/", '{"text": "井盖"}', content_type="application/json")
    assert again.status_code == 429


def test_what_is_known_close_by_is_shown_without_a_word_of_its_sender(aunt: Resident) -> None:
    canary = "我是三号楼的老赵CANARY"
    number = people.report(f"井盖没了，{canary}")
    near = look(aunt, text="这里少了一个井盖", **pin())["near"]
    assert 'name="same"' in near
    assert "CANARY" not in near
    assert number not in near
    [same] = re.findall(r'name="same" value="([^"]+)"', near)[:1]
    joined, code = aunt.report(text="这里少了一个井盖", place="", same=same, **pin())
    assert (became(joined).kind, became(joined).numbers) == (DispositionKind.JOINED, (number,))
    with db.system():
        assert cases.numbers_of([report_of(joined)])[report_of(joined)] == (number,)
    aunt.open(joined, code)
    page = aunt.get("/report/progress/")
    assert "CANARY" not in page


def test_where_somebody_is_in_danger_is_nobody_elses_business(aunt: Resident) -> None:
    people.report("煤气泄漏了，味道很大")
    assert look(aunt, text="这里少了一个井盖", **pin())["near"] == ""


def test_html_is_shown_and_never_obeyed(aunt: Resident) -> None:
    text = "<script>alert(1)</script>路灯不亮'; DROP TABLE intake_report; --"
    number, code = aunt.report(text=text, place="<img src=x onerror=alert(1)>")
    aunt.open(number, code)
    page = aunt.get("/report/progress/")
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page
    assert "<img src=x" not in page


def test_nobody_joins_in_confidence_or_by_a_made_up_number(aunt: Resident) -> None:
    people.report()
    near = look(aunt, text="这里少了一个井盖", **pin())["near"]
    same = re.findall(r'name="same" value="([^"]+)"', near)[0]
    number, _ = aunt.report(text="这里少了一个井盖", same=same, confidential="on", **pin())
    assert became(number).kind is DispositionKind.OPENED
    number, _ = aunt.report(text="这里又少了一个井盖", same="1", **pin())
    assert became(number).kind is DispositionKind.OPENED


def test_a_forged_form_is_refused() -> None:
    browser = Client(enforce_csrf_checks=True)
    assert browser.post("/report/", {"text": WORDS}).status_code == 403


def test_a_city_without_such_a_source_takes_none(aunt: Resident, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CIVIGRID_PUBLIC_SOURCE", "99")
    assert aunt.browser.get("/report/").status_code == 503
    assert aunt.browser.get("/report/progress/").status_code == 503


def test_the_map_shows_the_ground_and_nothing_of_the_office(aunt: Resident) -> None:
    about = aunt.browser.get("/report/map/about").json()
    tile = aunt.browser.get(about["tiles"].format(z=12, x=3459, y=1703))
    assert tile.status_code == 200
    assert tile.headers["Content-Type"] == "application/vnd.mapbox-vector-tile"
    assert b"residents" not in gzip.decompress(tile.content)
    assert (
        aunt.browser.get(about["tiles"].replace(about["edition"], "0" * 16).format(z=12, x=3459, y=1703)).status_code
        == 404
    )
    assert aunt.browser.get(about["drawing"]).status_code == 200


def test_no_page_is_kept_by_a_browser(aunt: Resident) -> None:
    aunt.report()
    for where in ("/report/", "/report/receipt/", "/report/progress/"):
        assert aunt.browser.get(where).headers["Cache-Control"] == "no-store"
