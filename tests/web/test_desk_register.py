"""受理员小李 at the telephone: what he types becomes a report and what he decides about it, and nothing he typed is lost."""

from __future__ import annotations

from itertools import count
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from civigrid.base import db
from civigrid.base.bulk import execute
from civigrid.base.errors import Outcome, Refused
from civigrid.directory import queries as directory
from civigrid.flow import relations, timeline
from civigrid.intake import queries as intake
from tests import democity
from tests.web.people import CHEN, JIANG, LI, LIU, WANG, XU, ZHENG, client, photo, see, today
from tests.web.residents import Resident

pytestmark = pytest.mark.usefixtures("city")

PHONE = "13900005678"
_numbers = count(1)
FRAME = ("SAVEPOINT", "RELEASE", "SELECT set_config")


def typed(**fields: object) -> dict[str, object]:
    lon, lat = democity.inside("990181001001003")
    said = {
        "key": str(uuid4()), "source": "01", "kind": "complaint", "urgency": "3", "choice": "process", "phone": PHONE,
        "text": f"井盖没了，底下是个黑洞（{next(_numbers)}）", "place": "学府路", "lon": lon, "lat": lat, "matter": "C0114",
    }  # fmt: skip
    return {**said, **fields}


def register(who: str = LI, **fields: object) -> Any:
    return client(who).post("/desk/register/", typed(**fields))


def saved(answer: Any) -> Any:
    """The page after it: what became of the report."""
    assert answer.status_code == 303, answer.context and answer.context["form"].errors
    page = client(LI).get(answer.headers["Location"])
    return page.context["saved"]


def test_a_call_becomes_a_case_and_the_next_form_is_ready() -> None:
    answer = register(wish="今天装好", call_back="on", recording="R-77", target="")
    done = saved(answer)
    [case] = done.cases
    assert done.became.kind == "opened"
    page = client(LI).get(answer.headers["Location"])
    assert case.number in page.content.decode()
    assert PHONE not in page.content.decode()
    assert PHONE not in answer.headers["Location"]
    assert 'value="01" selected' in page.content.decode()  # the next call came the same way
    [report] = see(case.number).reports
    assert report.text.endswith("\n诉求目的：今天装好")
    assert see(case.number).facts.matter_id


def test_the_caller_is_told_a_number_and_a_code_that_open_his_progress() -> None:
    browser, said = client(LI), typed(also_1="C0101")
    answer = browser.post("/desk/register/", said)
    page = browser.get(answer.headers["Location"])
    slip = page.context["saved"].slip
    assert slip.code in page.content.decode()
    assert slip.code not in answer.headers["Location"]
    aunt = Resident()
    assert aunt.open(slip.number, slip.code).status_code == 303
    for case in page.context["saved"].cases:
        assert case.number in aunt.get("/report/progress/")
    assert said["text"] in aunt.get("/report/progress/")
    assert PHONE not in aunt.get("/report/progress/")
    again = browser.post("/desk/register/", said)
    assert browser.get(again.headers["Location"]).context["saved"].slip == slip, "sent twice it is the same slip"


def test_the_code_is_told_to_nobody_else() -> None:
    browser = client(LI)
    first = browser.post("/desk/register/", typed()).headers["Location"]
    assert browser.get(first).context["saved"].slip
    assert client(LI).get(first).context["saved"].slip is None, "his other browser did not send it"
    browser.post("/desk/register/", typed())
    assert browser.get(first).context["saved"].slip is None, "the call before"
    colleague = client(ZHENG)
    colleague.cookies["civigrid_called"] = browser.cookies["civigrid_called"].value
    assert colleague.get(first).context["saved"].slip is None


def test_a_slip_is_given_whatever_became_of_the_report() -> None:
    browser = client(LI)
    said = typed(kind="consult", choice="answer", words="周一至周五九点", matter="", text="办事窗口几点开门")
    slip = browser.get(browser.post("/desk/register/", said).headers["Location"]).context["saved"].slip
    aunt = Resident()
    assert aunt.open(slip.number, slip.code).status_code == 303
    assert "周一至周五九点" in aunt.get("/report/progress/")


def test_two_demands_open_two_cases_with_one_timeline() -> None:
    done = saved(register(also_1="C0101", also_2="C0114"))
    numbers = {case.number for case in done.cases}
    assert len(numbers) == 2
    assert len({see(number).facts.matter_id for number in numbers}) == 2
    told = timeline.of_report(done.became.report_id)
    assert {each.number for each in told if each.number} == numbers


def test_a_demand_that_is_refused_saves_nothing_and_says_which(monkeypatch: pytest.MonkeyPatch) -> None:
    before = _reports()
    answer = register(also_1="C0101", same="YT20200101000001")
    assert answer.status_code == 422
    assert "YT20200101000001" in str(answer.context["form"].non_field_errors())
    assert _reports() == before

    def no_matter(*_args: object, **_named: object) -> list[Outcome]:
        return [Outcome.refused("", Refused("unknown_matter"))]

    monkeypatch.setattr(relations, "further", no_matter)
    answer = register(also_2="C0101", wish="CANARY-WISH")
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == ["also_2"]
    assert "CANARY-WISH" in answer.content.decode()
    assert _reports() == before
    monkeypatch.undo()
    again = register(also_2="C0101", key=answer.context["form"]["key"].value())
    assert len(saved(again).cases) == 2


def test_the_same_form_twice_is_one_report() -> None:
    said = typed()
    first, second = (client(LI).post("/desk/register/", said) for _ in range(2))
    assert first.headers["Location"] == second.headers["Location"]


def test_what_is_wrong_is_named_in_the_words_of_the_form() -> None:
    page = register(
        also_1="没有的事项xyz", also_3="没有的事项xyz", matter="没有的事项xyz", choice="answer", kind="consult"
    )
    assert page.status_code == 422
    labels = [field.label for field, _ in page.context["faults"]]
    assert labels == ["事项", "诉求 2", "诉求 4", "答复内容或理由"]


def test_a_consultation_is_answered_at_once() -> None:
    done = saved(register(kind="consult", choice="answer", words="周一至周五 9 时至 17 时", matter=""))
    assert (done.became.kind, done.cases) == ("answered", [])


@pytest.mark.parametrize(
    ("fields", "beside"),
    [
        ({"text": "", "title": ""}, "text"),
        ({"choice": "answer", "words": "好"}, "choice"),  # a demand is not answered away
        ({"choice": "refuse", "words": "不属本市"}, "reason_refuse"),
        ({"choice": "transfer", "words": "请处理"}, "unit"),
        ({"choice": "wait", "reason_wait": "place"}, "words"),
        ({"choice": "chase"}, "number"),
        ({"choice": "chase", "number": "YT20200101000001"}, "number"),
        ({"phone": "12345"}, "phone"),
        ({"phone": "", "call_back": "on"}, "phone"),
        ({"matter": "没有这样的事项xyz"}, "matter"),
        ({"also_1": "没有这样的事项xyz"}, "also_1"),
        ({"choice": "answer", "words": "好", "kind": "consult", "text": "楼道里一股煤气味,我都头晕了"}, "choice"),
        ({"choice": "nonsense"}, "choice"),
        ({"choice": "invalid", "reason_invalid": "silent", "also_1": "C0101"}, "also_1"),
        ({"choice": "wait", "reason_wait": "place", "words": "x" * 5000}, "words"),
        ({"occurred_at": "2999-01-01T00:00"}, "occurred_at"),
        ({"kind": "nonsense"}, "kind"),
    ],
)
def test_a_refused_form_says_beside_the_field_what_is_wrong_and_keeps_all(
    fields: dict[str, object], beside: str
) -> None:
    before = _reports()
    answer = register(wish="CANARY-WISH", name="CANARY-NAME", **fields)
    assert answer.status_code == 422
    assert beside in answer.context["form"].errors
    page = answer.content.decode()
    assert f'href="#id_{beside}' in page  # the summary leads there
    assert "CANARY-WISH" in page
    assert "CANARY-NAME" in page
    assert _reports() == before


def test_who_called_is_kept_nowhere_but_in_the_vault() -> None:
    register(text="", name="CANARY-NAME")
    saved(register(name="CANARY-NAME"))
    with db.system():
        kept = execute("SELECT body, headers::text FROM base_repeated_request", ())
    assert kept
    for body, headers in kept:
        assert "CANARY-NAME" not in bytes(body).decode() + headers
        assert PHONE not in bytes(body).decode() + headers


def _reports() -> int:
    with db.system():
        return intake.count()


def test_a_corrected_form_is_another_request_and_its_files_are_still_there() -> None:
    answer = register(text="", files=photo("near.jpg"))
    assert answer.status_code == 422
    [file] = answer.context["here_files"]
    again = register(key=answer.context["form"]["key"].value(), files_uploads=file.token)
    report = saved(again).became
    with db.system():
        assert [each.name for each in intake.attachments([report.report_id])[report.report_id]] == ["near.jpg"]


def test_what_is_no_picture_is_said_and_nothing_is_saved() -> None:
    answer = register(files=SimpleUploadedFile("a.jpg", b"<script>", content_type="image/jpeg"))
    assert answer.status_code == 422
    assert answer.context["form"].non_field_errors()


def test_a_tip_off_is_in_confidence_whatever_was_ticked() -> None:
    done = saved(register(kind="tipoff", name="CANARY-NAME"))
    [case] = done.cases
    page = client(LI).get(f"/cases/{case.number}/").content.decode()
    assert see(case.number).confidential
    assert "CANARY-NAME" not in page
    assert PHONE not in page


def test_an_own_case_is_found_by_the_number_and_chased() -> None:
    number = saved(register()).cases[0].number
    li = client(LI)
    found = li.post("/desk/register/caller/", {"phone": "139 0000 5678"}, content_type="application/json").json()
    assert number in found["caller"]
    assert PHONE not in found["caller"]
    done = saved(register(choice="chase", number=number))
    assert (done.became.kind, done.became.numbers) == ("chased", (number,))
    assert see(number).chased == 1


def test_a_report_is_joined_to_the_case_it_is_the_same_as() -> None:
    first = saved(register()).cases[0].number
    done = saved(register(same=first, phone="13900009999"))
    assert done.became.numbers == (first,)
    assert len(see(first).reports) == 2


def test_what_fits_is_shown_while_one_types() -> None:
    number = saved(register()).cases[0].number
    said = typed(text="煤气泄漏了，井盖也没了", matter="")
    found = client(LI).post("/desk/register/look/", said, content_type="application/json").json()
    assert found["danger"] == "gas"
    assert "119" in found["advice"]
    assert "120" in found["advice"]  # who breathed it needs an ambulance
    assert "C0114" in found["matters"]
    assert "%" in found["matters"]
    assert number in found["similar"]
    there = client(LI).post("/desk/register/look/", {"place": "学府路"}, content_type="application/json").json()
    assert there["places"]


@pytest.mark.parametrize(
    "body",
    [
        "",
        "[]",
        "{",
        '{"place": "\\ud800", "text": "\\ud800", "phone": "\\ud800"}',
        '{"text": null, "lon": "x", "lat": [], "place": 7}',
        "9" * 40_000,
    ],
)
def test_bad_questions_do_no_harm(body: str) -> None:
    for where in ("look", "caller"):
        answer = client(LI).post(f"/desk/register/{where}/", body, content_type="application/json")
        assert answer.status_code in {200, 400}


@pytest.mark.parametrize("who", [CHEN, LIU, XU, JIANG, WANG])
def test_nobody_else_has_the_form(who: str) -> None:
    for where in ("", "look/", "caller/"):
        assert client(who).post(f"/desk/register/{where}", typed()).status_code == 404
    assert client(who).get("/desk/register/").status_code == 404


def test_a_transfer_waits_for_its_receipt_and_comes_back() -> None:
    with db.system():
        unit = directory.unit_by_code("9909", today())
    assert unit
    report = saved(register(choice="transfer", unit=unit.id, words="请贵市处理")).became
    [row] = [
        each for each in client(LI).get("/desk/transfers/").context["rows"] if each.row.report_id == report.report_id
    ]
    where = f"/desk/transfers/{row.row.id}/"
    assert client(LI).post(where, {"key": str(uuid4()), "state": "refused", "text": ""}).status_code == 422
    assert client(CHEN).post(where, {"state": "received"}).status_code == 404
    assert client(LI).post(where, {"key": str(uuid4()), "state": "refused", "text": "不属我市"}).status_code == 303
    waits = client(LI).get("/desk/reports/").context["rows"]
    assert report.report_id in {each.report.id for each in waits}


def test_a_report_that_waits_is_decided_later() -> None:
    report = saved(register(choice="wait", reason_wait="place", words="问清楚在哪里")).became
    li, where = client(LI), f"/desk/reports/{report.report_id}/"
    assert where in li.get("/desk/reports/").content.decode()
    bad = li.post(where, {"key": str(uuid4()), "choice": "refuse", "words": "x"})
    assert (bad.status_code, "reason_refuse" in bad.context["form"].errors) == (422, True)
    assert li.post(where, {"key": str(uuid4()), "choice": "process"}).status_code == 303
    assert li.get(where).status_code == 404
    assert where not in li.get("/desk/reports/").content.decode()
    with db.system():
        assert intake.disposed([report.report_id])[report.report_id].kind == "opened"


@pytest.mark.parametrize("who", [CHEN, LIU, JIANG, WANG])
def test_nobody_else_decides(who: str) -> None:
    report = saved(register(choice="wait", reason_wait="place", words="?")).became
    for where in ("/desk/reports/", f"/desk/reports/{report.report_id}/"):
        assert client(who).get(where).status_code == 404


def test_several_cases_are_accepted_and_filed_at_once() -> None:
    numbers = [
        saved(register(text=f"路灯不亮 {n}", matter="C0114", place="", phone="")).cases[0].number for n in "甲乙"
    ]
    page = client(LI).get("/cases/?stage=accept&waits=")
    assert page.context["batch"] == "accept"
    done = client(LI).post(
        "/desk/batch/", {"key": str(uuid4()), "verb": "accept", "case": _ticks(numbers), "next": "/cases/?stage=accept"}
    )
    assert (done.status_code, done.headers["Location"]) == (303, "/cases/?stage=accept")
    assert {see(number).facts.stage for number in numbers} <= {"file", "dispatch"}
    stale = client(LI).post(
        "/desk/batch/", {"key": str(uuid4()), "verb": "accept", "case": [f"{numbers[0]}.1."]}, follow=True
    )
    assert numbers[0] in " ".join(str(each) for each in stale.context["messages"])
    assert client(LI).post("/desk/batch/", {"verb": "close", "case": _ticks(numbers)}).status_code == 404


def test_the_chief_files_what_needs_no_words() -> None:
    number = saved(register(matter="", text="喂喂喂喂", place="", lon="", lat="", phone="")).cases[0].number
    client(LI).post("/desk/batch/", {"key": str(uuid4()), "verb": "accept", "case": _ticks([number])})
    answer = client(ZHENG).post(
        "/desk/batch/", {"key": str(uuid4()), "verb": "file", "case": _ticks([number])}, follow=True
    )
    assert number in " ".join(str(each) for each in answer.context["messages"])  # it has no matter: said, not done
    assert see(number).facts.stage == "file"


def _ticks(numbers: list[str]) -> list[str]:
    return [f"{number}.{see(number).facts.version}.{see(number).facts.matter_id or ''}" for number in numbers]


def test_a_page_costs_few_statements() -> None:
    """Those of the sign-in and the frame are two of them."""
    li = client(LI)
    after = register().headers["Location"]
    register(choice="wait", reason_wait="place", words="?")
    pages = {"/desk/register/": 2, after: 4, "/desk/reports/": 5, "/desk/transfers/": 3, "/cases/?stage=accept": 3}
    for where, most in pages.items():
        li.get(where)
        with CaptureQueriesContext(connection) as asked:
            assert li.get(where).status_code == 200
        own = [each["sql"] for each in asked if not each["sql"].startswith(FRAME)]
        assert len(own) == most, (where, own)


def test_the_home_page_begins_with_it() -> None:
    assert b"/desk/register/" in client(LI).get("/").content
    assert b"/desk/register/" not in client(WANG).get("/").content
