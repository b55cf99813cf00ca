"""Programs read and move cases: what their post may, by every verb there is, and nothing outside its scope."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from PIL import Image

from civigrid.api import urls
from civigrid.cases.rules import FORMS, Stage, Verb
from civigrid.directory.rules import TokenScope
from civigrid.web.forms import FORMS as ON_PAGES
from tests.api.programs import Program, program, said, token
from tests.web.people import CHEN, CHENG, LI, LIU, LUO, WANG, XU, ZHENG, ZHOU, report, see, steps_to_handling

pytestmark = pytest.mark.usefixtures("city")


def photo(colour: tuple[int, int, int] = (90, 140, 90)) -> bytes:
    picture = BytesIO()
    Image.new("RGB", (40, 30), colour).save(picture, "JPEG")
    return picture.getvalue()


def act(who: Program, number: str, verb: str, **more: Any) -> Any:
    body = {"version": see(number).facts.version, **more}
    return who.post(f"/cases/{number}/{verb}", body)


def test_every_verb_of_the_pages_is_offered_here() -> None:
    assert set(FORMS) == set(Verb) == set(ON_PAGES)
    offered = {pattern.name for pattern in urls.urlpatterns}
    assert {verb.value for verb in Verb} <= offered


def test_a_case_from_report_to_close_by_programs_alone() -> None:
    made = program().post("/reports", said()).json()
    [number] = made["disposition"]["numbers"]
    li, chief, dispatch, luo, chen, reviewer, zhou = map(program, (LI, ZHENG, WANG, LUO, CHEN, CHENG, ZHOU))
    first = li.get(f"/cases/{number}").json()
    assert (first["stage"], first["verbs"][0], first["matter"]["code"]) == ("accept", "accept", "C0114")
    assert act(li, number, "accept").json() == {"number": number, "version": see(number).facts.version}
    if see(number).facts.stage is Stage.FILE:
        assert act(chief, number, "file", matter="C0114").status_code == 200
    assert act(dispatch, number, "dispatch", unit="4001", text="就近处置").status_code == 200
    [task] = luo.get(f"/cases/{number}").json()["tasks"]
    assert (task["unit"]["code"], task["state"], task["clocks"][-1]["remaining_seconds"] > 0) == (
        "4001",
        "offered",
        True,
    )
    assert act(luo, number, "accept_task", task_id=task["id"]).status_code == 200
    sent = chen.post("/files?name=after.jpg", photo(), kind="image/jpeg")
    assert sent.status_code == 201, sent.content
    exhibit = {"upload": sent.json()["upload"], "kind": "after"}
    assert (
        act(chen, number, "handle", task_id=task["id"], result="solved", text="已换新", exhibits=[exhibit]).status_code
        == 200
    )
    assert act(reviewer, number, "sign_off", task_id=task["id"]).status_code == 200
    again = zhou.post("/files", photo((1, 2, 3)), kind="application/octet-stream").json()["upload"]
    assert act(zhou, number, "check", result="passed", exhibits=[{"upload": again, "kind": "after"}]).status_code == 200
    assert act(chief, number, "close", outcome="solved", answer="已修好，谢谢。").status_code == 200
    last = chief.get(f"/cases/{number}").json()
    assert (last["stage"], last["outcome"], last["clocks"][0]["remaining_seconds"]) == ("evaluate", "solved", None)
    assert [each["verb"] for each in last["timeline"]][-1] == "closed"
    story = program().get(f"/reports/{made['id']}").json()["timeline"]
    assert (story[-1]["what"], story[-1]["text"]) == ("closed", "已修好，谢谢。")
    picture = zhou.get(f"/files/{last['evidence'][0]['sha256']}")
    assert (picture.status_code, picture.headers["Content-Type"]) == (200, "image/jpeg")
    assert b"".join(picture.streaming_content).startswith(b"\xff\xd8")


def test_nobody_is_named_and_nothing_written_inside_is_told() -> None:
    number = report()
    steps_to_handling(number)
    told = program(LUO).get(f"/cases/{number}").content.decode()
    for name in ("小李", "老郑", "老王", "小罗"):
        assert name not in told
    assert all(
        set(line) == {"seq", "at", "verb", "facts"} for line in program(LUO).get(f"/cases/{number}").json()["timeline"]
    )


def test_who_comes_late_is_told_so() -> None:
    number, li = report(), program()
    version = see(number).facts.version
    assert li.post(f"/cases/{number}/accept", {"version": version}).status_code == 200
    late = li.post(f"/cases/{number}/accept", {"version": version})
    assert (late.status_code, late.json()["code"]) == (409, "stale")


def test_a_verb_sent_again_gets_the_first_answer_again() -> None:
    number, li = report(), program()
    body, key = {"version": see(number).facts.version}, {"Idempotency-Key": "accept-0001"}
    first = li.post(f"/cases/{number}/accept", body, **key)
    again = li.post(f"/cases/{number}/accept", body, **key)
    assert (again.status_code, again.json(), again.headers["Idempotency-Replayed"]) == (200, first.json(), "true")
    other = li.post(f"/cases/{number}/accept", {"version": 99}, **key)
    assert (other.status_code, other.json()["code"]) == (422, "repeat_differs")
    assert li.post(f"/cases/{number}/accept", body, **{"Idempotency-Key": "short"}).json()["code"] == "repeat_bad_key"
    refused, filing = {"Idempotency-Key": "refused-0001"}, {"version": see(number).facts.version, "matter": "C0114"}
    for _ in range(2):  # what was refused is free to be tried again
        assert li.post(f"/cases/{number}/file", filing, **refused).status_code == 403


def test_who_may_not_is_told_why() -> None:
    number = report()
    for who, verb, more, status, code in (
        (CHEN, "accept", {}, 404, "unknown_case"),
        (WANG, "accept", {}, 403, "not_your_role"),
        (ZHENG, "close", {"outcome": "solved"}, 422, "wrong_stage"),
        (LI, "refuse_acceptance", {"reason": "N99"}, 422, "unknown_code"),
        (ZHENG, "file", {"matter": "C9999"}, 422, "unknown_code"),
        (LI, "accept", {"versoin": 1}, 422, "unknown_field"),
        (LI, "move", {"lon": 500.0, "lat": 1.0}, 422, "out_of_range"),
        (LI, "join", {"into": "YT1\0"}, 422, "unstorable_text"),
        (LI, "join", {"into": "YT1"}, 422, "unknown_other_case"),
        (ZHENG, "void", {"reason": "mistake", "text": "x" * 4_001}, 422, "too_long"),
    ):
        answer = act(program(who), number, verb, **more)
        assert (answer.status_code, answer.json()["code"]) == (status, code), (verb, answer.content.decode())
    assert see(number).facts.version == 1


def test_the_list_page_by_page() -> None:
    numbers = {report() for _ in range(3)}
    li = program()
    found: list[str] = []
    after = ""
    while True:
        page = li.get(f"/cases?limit=2&after={after}").json()
        assert len(page["items"]) <= 2
        found += [each["number"] for each in page["items"]]
        after = page["next"]
        if not after:
            break
    assert numbers <= set(found)
    assert len(found) == len(set(found))
    waiting = li.get("/cases?stage=accept").json()["items"]
    assert {each["stage"] for each in waiting} == {"accept"}


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("after=nonsense", "bad_cursor"),
        ("limit=0", "out_of_range"),
        ("limit=1000", "out_of_range"),
        ("limit=x", "wrong_type"),
        ("stage=nowhere", "unknown_code"),
        ("after=3.%00", "bad_request"),
    ],
)
def test_a_bad_question_is_told(query: str, code: str) -> None:
    answer = program().get(f"/cases?{query}")
    assert (answer.status_code in (400, 422), answer.json()["code"]) == (True, code)


CANARY = "金丝雀七三一九"


@pytest.fixture
def hidden() -> tuple[str, int, str]:
    """A case of one town with a photo, as a program of the city sent it: number, the report's id, the file."""
    sender = program()
    upload = sender.post("/files", photo((7, 8, 9)), kind="image/jpeg").json()["upload"]
    made = sender.post(
        "/reports", said(CANARY, uploads=[upload], contact={"phone": "13955550123", "name": CANARY})
    ).json()
    [number] = made["disposition"]["numbers"]
    from civigrid.base import db
    from civigrid.intake import queries as reports_of

    with db.system():
        [sha256] = reports_of.files_of([made["id"]])
    return number, made["id"], sha256


SAMPLES = {"<number>": 0, "<report_id>": 1, "<sha256>": 2}


@pytest.mark.parametrize("outsider", [LIU, XU], ids=["of another unit", "of another town"])
def test_an_outsider_finds_nothing_anywhere(hidden: tuple[str, int, str], outsider: str) -> None:
    """Every address of the door that names a thing; one with a part nobody gave a sample for fails here."""
    other = program(outsider)
    tried = 0
    for pattern in urls.urlpatterns:
        route = str(pattern.pattern)
        if "<" not in route or "<path:" in route:
            continue
        for part, place in SAMPLES.items():
            route = route.replace(part, str(hidden[place]))
        assert "<" not in route, route
        verb = route.rpartition("/")[2]
        if verb in set(Verb):
            assert other.post(f"/{route}", body(Verb(verb))).status_code == 404, route
        else:
            assert other.get(f"/{route}").status_code == 404, route
        tried += 1
    assert tried == len(Verb) + 3
    for listed in ("/cases", "/cases?stage=accept"):
        assert CANARY not in other.get(listed).content.decode()


def body(verb: Verb) -> dict[str, Any]:
    """The least that the verb's shape asks for."""
    from civigrid.api.acting import BODIES

    samples = {
        "matter": "C0114", "unit": "4001", "until": "2027-01-01", "granted": True, "into": "YT1", "amount": 1,
    }  # fmt: skip
    found: dict[str, Any] = {}
    for name, field in BODIES[verb].model_fields.items():
        if field.is_required():
            codes = getattr(field.annotation, "__members__", None)
            first = next(iter(codes.values())).value if codes else None
            found[name] = first or samples.get(name) or ("x" if field.annotation is str else 1)
    return found


def test_the_contact_is_told_nowhere(hidden: tuple[str, int, str]) -> None:
    sender, chief = program(), program(ZHENG)
    for answer in (sender.get(f"/reports/{hidden[1]}"), chief.get(f"/cases/{hidden[0]}"), chief.get("/cases")):
        assert answer.status_code == 200
        assert "13955550123" not in answer.content.decode()


def test_what_another_program_sent_is_not_found(hidden: tuple[str, int, str]) -> None:
    assert program(ZHENG).get(f"/reports/{hidden[1]}").status_code == 404


@pytest.mark.parametrize(
    ("scope", "address"),
    [
        (TokenScope.READ_CASES, "/cases"),
        (TokenScope.READ_REPORTS, "/reports/1"),
        (TokenScope.WRITE_REPORTS, "/reports"),
        (TokenScope.ACT_ON_CASES, "/cases/YT1/accept"),
    ],
)
def test_a_token_for_something_else_is_told_what_it_lacks(scope: TokenScope, address: str) -> None:
    other = Program(token(LI, set(TokenScope) - {scope}))
    post = scope in (TokenScope.WRITE_REPORTS, TokenScope.ACT_ON_CASES)
    answer = other.post(address, {}) if post else other.get(address)
    assert (answer.status_code, answer.json()["code"]) == (403, "scope_needed")
    assert scope.value in answer.json()["title"]
