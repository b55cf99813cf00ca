"""Nobody reads or moves a case outside his scope, by any address. Who may see what is reckoned here from the pack's own
tables and the rows as they are stored, never by the code that decides it: an oracle that can disagree.

Each case, contact and comment carries words of its own (canaries). An address with a parameter of which no sample is
given here fails.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.urls import URLPattern
from PIL import Image

from civigrid import urls
from civigrid.base import db
from civigrid.cases import queries as cases
from civigrid.cases.rules import Verb
from civigrid.flow import pipeline
from civigrid.intake.rules import Channel, ContactDetails, RawReport, ReportKind
from tests import democity
from tests.web import people
from tests.web.people import CHEN, JIANG, LI, LIU, LUO, PACK, WANG, XU, client

pytestmark = pytest.mark.usefixtures("city")
GRID_CHIEF, GRID_WORKER, SECURITY, AUDIT = "an-chief06", "bian-grid06", "he-secadmin", "lv-auditadmin"
PEOPLE = (LIU, XU, CHEN, GRID_CHIEF, GRID_WORKER, JIANG, SECURITY, AUDIT)
BY_UNIT = {"liaison", "handler", "reviewer"}
NOBODY = {"system_admin", "security_admin", "audit_admin"}
HERE, ELSEWHERE = "990181001001003", "990181101201001"


@dataclass(frozen=True, slots=True)
class Hidden:
    """A case and everything that names it."""

    number: str
    report_id: int
    task_id: int
    transfer_id: int
    sha256: str
    canaries: tuple[str, ...]


def sent(grid: str, mark: str, *, kind: ReportKind = ReportKind.COMPLAINT, confidential: bool = False) -> int:
    """A report in a grid; its id."""
    lon, lat = democity.inside(grid)
    raw = RawReport(
        channel=Channel.DESK, key=f"scope-{mark}", source="01", kind=kind, text=f"井盖没了 canary-text-{mark}",
        matter_code=people.MANHOLE, lon=lon, lat=lat, place_text=f"canary-place-{mark}", confidential=confidential,
        contact=ContactDetails(f"1390000{mark:0>4}", f"canary-name-{mark}"),
    )  # fmt: skip
    now = datetime.now(UTC)
    with db.system():
        [outcome] = pipeline.receive([raw], now=now)
        pipeline.process([outcome.made], now=now)
    return int(outcome.made)


def planted(grid: str, mark: str, **more: Any) -> Hidden:
    """A case with a comment, a task and a photo, as far as its way goes without a second person of its town."""
    report_id = sent(grid, mark, **more)
    with db.system():
        number = cases.numbers_of([report_id])[report_id][0]
    client(LI).post(f"/cases/{number}/accept/", people.form(number, note=f"canary-note-{mark}"))
    task = 0
    if people.see(number).facts.stage == "file":
        matter = people.see(number).facts.matter_id
        client(people.ZHENG).post(f"/cases/{number}/file/", people.form(number, matter=matter))
    row = people.see_row(client(WANG), number)
    client(WANG).post(f"/cases/{number}/dispatch/", people.form(number, row=row, instruction=f"canary-order-{mark}"))
    if people.see(number).tasks:
        task = people.see(number).tasks[0].id
        client(LUO).post(f"/cases/{number}/accept_task/{task}/", people.form(number))
        said = people.form(number, result="solved", text=f"canary-said-{mark}", after=picture(int(mark)))
        client(CHEN).post(f"/cases/{number}/handle/{task}/", said)
    kinds = ("text", "place", "name", "note", "order", "said")
    canaries = (number, f"1390000{mark:0>4}", *(f"canary-{each}-{mark}" for each in kinds))
    return Hidden(
        number, report_id, task, _one("SELECT coalesce(max(id), 0) FROM intake_transfer"), _photo(number), canaries
    )


def _one(sql: str, *values: Any) -> Any:
    with db.system(), connection.cursor() as cursor:
        cursor.execute(sql, values)
        found = cursor.fetchone()
    return found[0] if found else None


def _photo(number: str) -> str:
    found = _one(
        "SELECT e.file_id FROM cases_evidence e JOIN cases_case c ON c.id = e.case_id WHERE c.number = %s", number
    )
    return str(found or "0" * 64)


def picture(shade: int) -> SimpleUploadedFile:
    """One that no other case has."""
    data = BytesIO()
    Image.new("RGB", (40, 30), (shade, shade, shade)).save(data, "JPEG")
    return SimpleUploadedFile("after.jpg", data.getvalue(), content_type="image/jpeg")


@pytest.fixture
def all_cases(city: None) -> list[Hidden]:
    return [
        planted(HERE, "1"),
        planted(ELSEWHERE, "2"),
        planted(HERE, "3", kind=ReportKind.TIPOFF, confidential=True),
    ]


def rows(name: str) -> Iterator[Mapping[str, str]]:
    with (PACK / name).open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def may_see(username: str, number: str) -> bool:
    """The oracle: a post by region sees its regions (none named: its unit's, which for the city's own units is the city);
    a post by unit sees what has a task of its unit or of one below it; administrators see no case."""
    acting = client(username).get("/").context["actor"]  # under which of his posts, not what it may see
    own = (username, acting.role.value, _one("SELECT code FROM directory_unit WHERE id = %s", acting.unit_id))
    [post] = [row for row in rows("posts.csv") if (row["username"], row["role"], row["unit"]) == own]
    if post["role"] in NOBODY:
        return False
    units = {row["code"]: row for row in rows("units.csv")}
    if post["role"] in BY_UNIT:
        held = _one(
            "SELECT array_agg(u.code) FROM cases_task t JOIN directory_unit u ON u.id = t.unit_id "
            "JOIN cases_case c ON c.id = t.case_id WHERE c.number = %s", number,
        )  # fmt: skip
        return any(post["unit"] in _line(unit, units) for unit in held or [])
    code = _one("SELECT region_code FROM cases_case WHERE number = %s", number)
    regions = post["regions"].split("|") if post["regions"] else [units[post["unit"]]["region"]]
    return any(code.startswith(region) for region in regions)


def _line(unit: str, units: Mapping[str, Mapping[str, str]]) -> Iterator[str]:
    while unit:
        yield unit
        unit = units[unit]["parent"]


SAMPLES: dict[str, Callable[[Hidden], object]] = {
    "number": lambda case: case.number,
    "verb": lambda case: "accept",
    "task_id": lambda case: case.task_id or 1,
    "report_id": lambda case: case.report_id,
    "transfer_id": lambda case: case.transfer_id or 1,
    "sha256": lambda case: case.sha256,
    "token": lambda case: "0" * 32,
    "code": lambda case: HERE,
    "kind": lambda case: "units",
    "edition": lambda case: "0123456789abcdef",
    "zoom": lambda case: 12,
    "column": lambda case: 3459,
    "row": lambda case: 1703,
}
QUERIES = ("", "?stage=all&tab=overdue&pos=0&q=canary&area=990181", "?q=1390000")


def addresses(pattern: URLPattern, case: Hidden) -> list[str]:
    """The pattern's address with what belongs to the case, and, where it takes no parameter, with every question too."""
    route = str(pattern.pattern)
    for name, converter in pattern.pattern.converters.items():
        kind = {"IntConverter": "int", "StringConverter": "str"}[type(converter).__name__]
        route = route.replace(f"<{kind}:{name}>", str(SAMPLES[name](case)))
    assert "<" not in route, f"{route}: give a sample of its parameter"
    return [f"/{route}"] if pattern.pattern.converters else [f"/{route}{query}" for query in QUERIES]


PATTERNS = [
    pattern
    for pattern in urls.urlpatterns
    if isinstance(pattern, URLPattern) and not str(pattern.pattern).startswith("accounts/")
]


def body(answer: Any) -> str:
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return str(content, "utf-8", "replace")


def leaked(who: Client, where: str, canaries: tuple[str, ...]) -> list[str]:
    """Canaries in the answer that were not in the question."""
    answer = who.get(where)
    assert answer.status_code < 500, where
    said = body(answer) + str(answer.headers)
    return [each for each in canaries if each in said and each not in where]


@pytest.mark.parametrize("username", PEOPLE)
def test_no_address_shows_a_case_outside_the_scope(all_cases: list[Hidden], username: str) -> None:
    hidden = [case for case in all_cases if not may_see(username, case.number)]
    who = client(username)
    wrong = []
    canaries = tuple(each for case in hidden for each in case.canaries)
    for where in dict.fromkeys(where for case in hidden for pattern in PATTERNS for where in addresses(pattern, case)):
        wrong += [f"{where}: {each}" for each in leaked(who, where, canaries)]
    assert wrong == []
    assert hidden or username == CHEN


@pytest.mark.parametrize("username", PEOPLE)
def test_the_oracle_and_the_pages_agree(all_cases: list[Hidden], username: str) -> None:
    who = client(username)
    seen = {case.number: who.get(f"/cases/{case.number}/").status_code == 200 for case in all_cases}
    assert seen == {case.number: may_see(username, case.number) for case in all_cases}


def test_nobody_reads_a_contact_on_a_page(all_cases: list[Hidden]) -> None:
    """Also those who see every case: a way to answer is unmasked with a purpose, never shown along."""
    for username in (LI, WANG, people.ZHENG, CHEN):
        for case in all_cases:
            contact = tuple(each for each in case.canaries if each.startswith(("1390000", "canary-name")))
            assert leaked(client(username), f"/cases/{case.number}/", contact) == []


@pytest.mark.parametrize("username", PEOPLE)
def test_no_verb_moves_a_case_outside_the_scope(all_cases: list[Hidden], username: str) -> None:
    who = client(username)
    hidden = [case for case in all_cases if not may_see(username, case.number)]
    for case in hidden[:1]:
        before = people.see(case.number).facts
        sent = people.form(case.number, note="x", text="x", reason="x")
        for verb in Verb:
            for where in (f"/cases/{case.number}/{verb.value}/", f"/cases/{case.number}/{verb.value}/{case.task_id}/"):
                assert who.post(where, sent).status_code in {403, 404}, where
        assert people.see(case.number).facts == before
    assert {who.get(f"/files/{case.sha256}").status_code for case in hidden} <= {404}
