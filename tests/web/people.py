"""The demonstration's city and its people, for stories told over HTTP and in a browser."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from io import BytesIO
from itertools import count
from pathlib import Path
from zoneinfo import ZoneInfo

from django.contrib.auth import get_user_model
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from civigrid.base import db
from civigrid.cases import queries as cases
from civigrid.cases.queries import CaseView
from civigrid.directory import actions as directory
from civigrid.flow import packs, pipeline
from civigrid.intake.rules import Channel, RawReport, ReportKind
from civigrid.web import access
from tests import democity

PACK = Path(__file__).resolve().parents[2] / "packs" / "demo"
PASSWORD = "civigrid-Test-1"
LI, ZHENG, WANG = "li-intake", "zheng-chief", "wang-dispatch"  # 受理员小李, 值班长老郑, 派遣员老王
LUO, CHEN = "luo-liaison4001", "chen-handler4001"  # 联络员小罗, 承办人小陈 of the roads centre
CHENG = "cheng-reviewer4001"  # 审核人小程 of the roads centre: what leaves it bears his signature
ZHOU, XU = "zhou-inspector", "xu-inspector"  # 采集员小周 for the city, 小许 for one town
LIU = "liu-handler4002"  # the outsider: handler of another unit
SHEN, JIANG = "shen-office", "jiang-sysadmin"
PEOPLE = (LI, ZHENG, WANG, LUO, CHEN, CHENG, ZHOU, XU, LIU, SHEN, JIANG)
MANHOLE, ROADS = "C0114", "4001"  # a matter whose duty is the roads centre's everywhere
_keys = count(1)


def load_city() -> None:
    """The demonstration's pack; everybody of PEOPLE gets the password."""
    now = datetime.now(UTC)
    loading = packs.load(PACK, now=now)
    assert loading.loaded, loading.faults[:3]
    with db.system():
        directory.set_password(PEOPLE, PASSWORD, now=now)


def today() -> date:
    """Of the demonstration's city, whatever the zone of this machine: for eight hours of a day it is tomorrow there."""
    return datetime.now(ZoneInfo("Asia/Shanghai")).date()


def report(text: str = "井盖没了，底下是个黑洞", *, matter: str = MANHOLE, source: str = "01") -> str:
    """A resident's report becomes a case; its number."""
    now = datetime.now(UTC)
    lon, lat = democity.inside("990181001001003")
    raw = RawReport(
        channel=Channel.DESK,
        key=f"web-{next(_keys)}",
        source=source,
        kind=ReportKind.COMPLAINT,
        text=f"{text}（{next(_keys)}）",
        matter_code=matter,
        lon=lon,
        lat=lat,
    )
    with db.system():
        [outcome] = pipeline.receive([raw], now=now)
        pipeline.process([outcome.made], now=now)
        return cases.numbers_of([outcome.made])[outcome.made][0]


def see(number: str) -> CaseView:
    with db.system():
        found = cases.access_case(number, now=datetime.now(UTC))
    assert found is not None
    return found


def client(username: str = "", **headers: str) -> Client:
    """A browser without scripts, signed in without the ceremony."""
    found = Client(headers={"Accept": "text/html", **headers})
    if username:
        with access.system():
            account = get_user_model()._default_manager.get(username=username)
        found.force_login(account)
    return found


def form(number: str, key: int | None = None, **fields: object) -> dict[str, object]:
    """What a case's form carries besides its own fields."""
    place = next(_keys) if key is None else key
    return {"version": see(number).facts.version, "key": f"00000000-0000-4000-8000-{place:012d}", **fields}


def steps_to_handling(number: str) -> int:
    """受理, 立案, 派遣, 接单, each by whose step it is; the id of the task that waits for its feedback."""
    client(LI).post(f"/cases/{number}/accept/", form(number))
    if see(number).facts.stage == "file":
        matter = see(number).facts.matter_id
        client(ZHENG).post(f"/cases/{number}/file/", form(number, matter=matter))
    row = see_row(client(WANG), number)
    client(WANG).post(f"/cases/{number}/dispatch/", form(number, row=row))
    [task] = see(number).tasks
    client(LUO).post(f"/cases/{number}/accept_task/{task.id}/", form(number))
    return task.id


def photo(name: str = "after.jpg") -> SimpleUploadedFile:
    picture = BytesIO()
    Image.new("RGB", (40, 30), (90, 140, 90)).save(picture, "JPEG")
    return SimpleUploadedFile(name, picture.getvalue(), content_type="image/jpeg")


def handled(number: str, task: int, text: str = "新井盖已装好", **more: object) -> int:
    """处置反馈 with a photo, and the reviewer's signature; the status of the first."""
    sent = form(number, result="solved", text=text, after=photo(), **more)
    status = client(CHEN).post(f"/cases/{number}/handle/{task}/", sent).status_code
    client(CHENG).post(f"/cases/{number}/sign_off/{task}/", form(number))
    return status


def see_row(who: Client, number: str) -> str:
    """The first row of the duty list that the dispatch form offers."""
    page = who.get(f"/cases/{number}/")
    [dispatch] = [act for act in page.context["acts"] if act.verb == "dispatch"]
    rows: Sequence[tuple[str, str]] = dispatch.form.fields["row"].choices
    return rows[0][0]
