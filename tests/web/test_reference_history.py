"""Two loadings of the city: what changed, what ended, what came anew, and the lists as of a day."""

from __future__ import annotations

import csv
import json
import re
import shutil
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import shapely
from django.utils import timezone

from civigrid.flow import packs
from tests.web.people import JIANG, LI, LIU, PACK, SHEN, client

pytestmark = pytest.mark.usefixtures("city")
GRID, BENT = "990181001001001", "990181001001002"


def edit(folder: Path, file: str, code: str, **columns: str | None) -> None:
    """Changes cells of the row of that code; without columns the row is taken out."""
    path = folder / file
    with path.open(encoding="utf-8-sig", newline="") as table:
        reader = csv.DictReader(table)
        names, rows = list(reader.fieldnames or ()), list(reader)
    names += [name for name in columns if name not in names]
    kept = [{**row, **columns} if row["code"] == code else row for row in rows if columns or row["code"] != code]
    with path.open("w", encoding="utf-8", newline="") as table:
        writer = csv.DictWriter(table, names)
        writer.writeheader()
        writer.writerows(kept)


def edit_grids(folder: Path) -> None:
    """One grid counts more residents; another has a corner more on its own side, so that no ground is left over."""
    path = folder / "grids.geojson"
    collection = json.loads(path.read_text())
    for feature in collection["features"]:
        if feature["properties"]["code"] == GRID:
            feature["properties"]["residents"] += 25
        if feature["properties"]["code"] == BENT:
            shape = shapely.geometry.shape(feature["geometry"])
            first, second = list(shape.exterior.coords)[:2]
            corners = [first, ((first[0] + second[0]) / 2, (first[1] + second[1]) / 2), *shape.exterior.coords[1:]]
            feature["geometry"] = shapely.geometry.mapping(shapely.Polygon(corners))
    path.write_text(json.dumps(collection, ensure_ascii=False))


@pytest.fixture
def tomorrow(tmp_path: Path) -> Iterator[date]:
    """The day from which the office's new pack holds; the first holds since the day before."""
    folder = Path(shutil.copytree(PACK, tmp_path / "pack"))
    edit(folder, "units.csv", "4001", name="市政设施与照明中心", parent="2011", night_duty="no", aliases="新路灯处")
    edit(folder, "matters.csv", "E0102", name="生活垃圾暴露", check_by="photo")
    edit(folder, "standards.csv", "E0102-1", limit="3", unit="work_hours")
    edit(folder, "duty.csv", "E0102-R1", lead="2020")
    edit(folder, "duty.csv", "E0102-W")
    edit(folder, "regions.csv", "990181001", name="老城街道")
    edit_grids(folder)
    hours = (folder / "calendars.yaml").read_text()
    (folder / "calendars.yaml").write_text(hours.replace('"14:30-17:30"', '"13:30-17:30"', 1))
    now = datetime.now(UTC) + timedelta(days=1)
    loading = packs.load(folder, now=now)
    assert loading.loaded, loading.faults[:3]
    yield timezone.localdate(now, timezone.get_fixed_timezone(480))


def changes(who: str, where: str, language: str = "zh-hans") -> dict[str, tuple[str, str]]:
    """label -> (old, new) of the newest edition of a thing."""
    reader = client(who)
    reader.cookies["civigrid_language"] = language
    newest = reader.get(where).context["past"][0]
    return {change.label: (_said(change.old), _said(change.new)) for change in newest.changes}


def _said(said: list[Any]) -> str:
    return " / ".join(each.text for each in said)


def test_a_unit_tells_what_changed_in_the_readers_words(tomorrow: date) -> None:
    told = changes(SHEN, "/directory/units/4001/")
    assert told.pop("别名")[1] == "新路灯处"
    assert told == {
        "名称": ("市政设施管理中心(路灯)", "市政设施与照明中心"),
        "上级": ("市城市管理局(综合行政执法局)", "市住房和城乡建设局"),
        "夜间值守": ("是", "否"),
    }
    english = changes(SHEN, "/directory/units/4001/", "en")
    assert english["Under"] == ("City Management Bureau", "Housing and Construction Bureau")
    assert english["Night duty"] == ("yes", "no")


def test_editions_stand_with_their_days_the_newest_first(tomorrow: date) -> None:
    page = client(LI).get("/directory/units/4001/")
    now, before = page.context["past"]
    assert (now.since, now.last, now.how) == (tomorrow, None, "changed")
    assert (before.since, before.last, before.how) == (
        tomorrow - timedelta(days=1),
        tomorrow - timedelta(days=1),
        "first",
    )
    assert [line.shown for line in (now, before)] == [False, True], "today the old one still holds"
    text = page.content.decode()
    assert re.search(r"<del>.*市政设施管理中心", text, re.DOTALL)
    assert re.search(r"<ins>.*市政设施与照明中心", text, re.DOTALL)


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        ("/catalog/matters/E0102/", {"名称": ("暴露垃圾", "生活垃圾暴露"), "核查": ("现场核查", "图片核查")}),
        ("/catalog/standards/E0102-1/", {"办结时限": ("1 工作日", "3 工作时")}),
        ("/catalog/duty/E0102-R1/", {"主办单位": ("市环境卫生服务中心", "市城市管理局(综合行政执法局)")}),
        ("/places/990181001/", {"名称": ("文昌街道", "老城街道")}),
    ],
)
def test_lists_and_regions_tell_what_changed(tomorrow: date, where: str, expected: dict[str, tuple[str, str]]) -> None:
    assert changes(LI, where) == expected


def test_a_calendar_tells_its_hours(tomorrow: date) -> None:
    [(label, (old, new))] = changes(LI, "/catalog/calendars/G/").items()
    assert (label, old, new) == (
        "工作时间",
        "周一–周五 08:30–12:00 14:30–17:30",
        "周一–周五 08:30–12:00 13:30–17:30",
    )


def test_a_grid_tells_residents_and_whether_its_border_moved(tomorrow: date) -> None:
    [(label, (old, new))] = changes(LI, f"/places/grids/{GRID}/").items()
    assert (label, int(new.replace(",", "")) - int(old.replace(",", ""))) == ("常住人口", 25)
    assert changes(LI, f"/places/grids/{BENT}/") == {"边界": ("", "")}, "drawn anew, of the same size"
    assert "重新划定" in client(LI).get(f"/places/grids/{BENT}/").content.decode()


def test_the_area_of_a_grid_is_told(tomorrow: date) -> None:
    page = client(LI).get(f"/places/grids/{GRID}/")
    [area] = [fact.said[0].text for fact in page.context["facts"] if fact.label == "面积"]
    assert re.fullmatch(r"[\d,]+\.\d\d 公顷", area)


def test_what_was_taken_out_is_still_there_under_its_code(tomorrow: date) -> None:
    li = client(LI)
    gone = li.get("/catalog/duty/E0102-W/", {"on": tomorrow.isoformat()})
    assert gone.status_code == 200
    assert gone.context["head"].ended
    assert "当日不存在" in gone.content.decode()
    assert gone.context["past"][0].last == tomorrow - timedelta(days=1)
    assert not li.get("/catalog/duty/E0102-W/").context["head"].ended, "today it still holds"


def test_what_never_was_is_not_there() -> None:
    assert client(LI).get("/catalog/duty/E0102-NEVER/").status_code == 404


def test_a_version_replaced_on_its_own_day_is_not_shown(tmp_path: Path) -> None:
    """It was valid on no day at all."""
    folder = Path(shutil.copytree(PACK, tmp_path / "pack"))
    edit(folder, "units.csv", "4002", name="市环卫中心")
    assert packs.load(folder, now=datetime.now(UTC)).loaded
    past = client(LI).get("/directory/units/4002/").context["past"]
    assert [line.how for line in past] == ["first"]
    assert client(LI).get("/directory/units/4002/").context["head"].title == "市环卫中心"


def test_the_lists_as_of_a_day(tomorrow: date) -> None:
    li, on = client(LI), {"on": tomorrow.isoformat()}
    assert li.get("/directory/units/4001/").context["head"].title == "市政设施管理中心(路灯)"
    then = li.get("/directory/units/4001/", on)
    assert then.context["head"].title == "市政设施与照明中心"
    assert [each.text for each in then.context["head"].above] == ["云汀市", "市住房和城乡建设局"]
    text = then.content.decode()
    assert f"当前显示的是 <strong>{tomorrow}</strong> 的数据" in text
    assert 'href="/directory/units/4001/">回到今天' in text


def test_the_day_stays_in_every_link_of_the_page(tomorrow: date) -> None:
    page = client(LI).get("/catalog/matters/E0102/", {"on": tomorrow.isoformat()}).content.decode()
    middle = page[page.index('<main class="page"') : page.index('id="past-title"')].replace("&amp;", "&")
    links = re.findall(r'href="(/(?:catalog|places|directory)/[^"]*)"', middle)
    back = "/catalog/matters/E0102/"
    assert len(links) > 5
    assert [link for link in links if f"on={tomorrow}" not in link and link != back] == []
    assert (
        f'name="on" value="{tomorrow}"' in client(LI).get("/directory/", {"on": tomorrow.isoformat()}).content.decode()
    )


def test_a_search_as_of_a_day_finds_what_there_was(tomorrow: date) -> None:
    li, on = client(LI), tomorrow.isoformat()
    assert [each["code"] for each in li.get("/pick/units/", {"q": "新路灯处", "on": on}).json()["results"]] == ["4001"]
    assert li.get("/pick/units/", {"q": "新路灯处"}).json()["results"] == []


@pytest.mark.parametrize(
    "on", ["2026-02-31", "gestern", "0001-01-01", "9999-12-31", "2026-11-22'--", "😀", "２０２６-11-22x"]
)
def test_what_is_no_day_is_said_and_today_is_shown(on: str) -> None:
    page = client(LI).get("/directory/", {"on": on})
    text = page.content.decode()
    assert page.status_code == 200
    assert 'role="alert"' in text
    assert "不是有效日期" in text
    assert page.context["asked"].on == page.context["asked"].today


def test_before_the_first_loading_there_was_nothing() -> None:
    page = client(LI).get("/directory/", {"on": "2001-01-01"})
    assert page.status_code == 200
    assert page.context["nodes"] == []


def test_posts_that_ended_stay_with_the_unit(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(PACK, tmp_path / "pack"))
    posts = (folder / "posts.csv").read_text()
    (folder / "posts.csv").write_text(
        "".join(line for line in posts.splitlines(True) if not line.startswith("zhao-intake,"))
    )
    now = datetime.now(UTC) + timedelta(days=1)
    assert packs.load(folder, now=now).loaded
    on = {"on": timezone.localdate(now, timezone.get_fixed_timezone(480)).isoformat()}
    former = client(SHEN).get("/directory/units/1008/", on).context["former"]
    assert [row[0][1].said[0].text for row in former.rows] == ["受理员小赵"]
    assert "受理员小赵" not in client(LIU).get("/directory/units/1008/", on).content.decode()


def test_the_loadings_say_what_each_opened_changed_and_closed(tomorrow: date) -> None:
    for who in (SHEN, JIANG):
        rows = client(who).get("/catalog/packs/").context["table"].rows
        told = [{str(column.words): [said.text for said in cell.said] for column, cell in row} for row in rows]
        assert len(told) == 2
        assert {"单位 1", "事项 1", "网格 2", "工作日历 1"} <= set(told[0]["变更"])
        assert "权责条目 1" in told[0]["停用"]
        assert any(words.startswith("网格 ") for words in told[1]["新增"])
    assert client(LI).get("/catalog/packs/").status_code == 403
