"""Suggestions of the same thing: how often the right one is shown, and how long it takes. `python -m bench.link`

The right ones are the pairs that dispatchers of Boston marked in their closing notes (those over 500 m are wrong
references), the last 40 % of them, as in the measurements the formula comes from; and the messages of a Chinese hotline
that repeat a title within a week. Left out where the data is not beside the project.
"""

from __future__ import annotations

import re
import sys
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import numpy as np

from bench.frame import Database, Figure, main, middle, timed

NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
WEEK = timedelta(days=7)
CASES, BATCH, LOOKS = 100_000, 500, 60
MOST_MS = 50
OTHERS = 1_000  # messages that repeat nothing, for the share of suggestions that are right


def figures(database: Database) -> list[Figure]:
    from tests.realpacks import DATA

    real = [*boston(), *hotline()] if DATA.is_dir() else []
    return [*real, *speed(database)]


def boston() -> list[Figure]:
    """Recall among everything within 300 m and a week before, open or not."""
    from civigrid.link.rules import RADIUS_M
    from civigrid.link.rules.likeness import distance
    from tests.realpacks import rows_of

    rows = [row for row in rows_of("boston311/requests.csv.gz") if row["latitude"]]
    things = sorted((_request(row) for row in rows), key=lambda each: each.at)
    marked = defaultdict[int, set[int]](set)
    for pair in rows_of("boston311/duplicate_pairs.csv"):
        if float(pair["dist_m"] or "inf") <= 500:
            marked[int(pair["duplicate_id"])].add(int(pair["original_id"]))
    known = {each.id for each in things}
    right = {each: originals & known for each, originals in marked.items() if originals & known}
    moments, lat = [each.at for each in things], np.array([each.lat for each in things])
    asked = [place for place, each in enumerate(things) if each.id in right]
    asked = asked[int(len(asked) * 0.6) :]

    def near(place: int) -> list[Any]:
        first = bisect_left(moments, moments[place] - WEEK)
        rows = first + np.flatnonzero(np.abs(lat[first:place] - lat[place]) < RADIUS_M / 111_000)
        return [each for row in rows.tolist() if (distance(things[place], each := things[row]) or 0) <= RADIUS_M]

    found = [_places(things[place], near(place), right[things[place].id]) for place in asked]
    held = sum(any(each.id in right[things[place].id] for each in near(place)) for place in asked)
    return [
        Figure("Boston's marked duplicates: the right one first", _share(found, 1), "", least=0.5),
        Figure("… among the first three", _share(found, 3), "", least=0.7),
        Figure("… among the candidates at all", held / len(asked), ""),
        Figure("… marked pairs", len(asked), "pairs"),
    ]


def _request(row: dict[str, str]) -> Any:
    from civigrid.link.rules import Thing

    return Thing(
        id=int(row["case_enquiry_id"]),
        at=datetime.fromisoformat(row["open_dt"]).replace(tzinfo=UTC),
        title=row["case_title"],
        place_text=row["location"],
        lon=float(row["longitude"]),
        lat=float(row["latitude"]),
        matter_id=hash(row["type"]),
        major=row["reason"],
    )


def _places(new: Any, others: Sequence[Any], right: set[int]) -> int:
    """Where the first right one stands in the list, from 1; 0 where none is shown."""
    from civigrid.link.rules import suggest

    return next((place for place, each in enumerate(suggest(new, others), 1) if each.id in right), 0)


def _share(places: Sequence[int], top: int) -> float:
    return sum(0 < place <= top for place in places) / len(places)


def hotline() -> list[Figure]:
    """Messages without point and matter. That a title is repeated is all that is known to be right: the share of right
    suggestions is a lower bound.
    """
    from civigrid.link.rules import Thing, suggest
    from tests.realpacks import rows_of

    rows = list(rows_of("hotline_zh/messages_4326.csv.gz"))
    things = sorted(
        (Thing(number, _moment(row["time"]), row["title"].strip(), row["detail"]) for number, row in enumerate(rows)),
        key=lambda each: each.at,
    )
    moments = [each.at for each in things]
    before = [things[bisect_left(moments, each.at - WEEK) : place] for place, each in enumerate(things)]
    repeats = [place for place, each in enumerate(things) if any(old.title == each.title for old in before[place])]
    dice = np.random.default_rng(1)
    chosen = sorted({*repeats, *dice.choice(len(things), OTHERS, replace=False).tolist()})
    shown = {place: suggest(things[place], before[place]) for place in chosen}
    titles = {each.id: each.title for each in things}
    right = {place: [titles[each.id] == things[place].title for each in found] for place, found in shown.items()}
    listed = sum(len(found) for place, found in shown.items() if place not in repeats or right[place])
    return [
        Figure("Repeated titles of a hotline: shown", sum(any(right[place]) for place in repeats) / len(repeats), "", least=0.9),
        Figure("… first", sum(right[place][:1] == [True] for place in repeats) / len(repeats), "", least=0.85),
        Figure("… share of all suggestions (lower bound)", sum(map(sum, right.values())) / listed, ""),
        Figure("… suggestions a message", sum(map(len, shown.values())) / len(shown), ""),
        Figure("… messages that repeat a title", len(repeats), "messages"),
    ]  # fmt: skip


def _moment(text: str) -> datetime:
    numbers = [*map(int, re.findall(r"\d+", text)), 0, 0, 0][:6]
    return datetime(*numbers, tzinfo=UTC)  # type: ignore[arg-type, misc]


def speed(database: Database) -> list[Figure]:
    """What a person waits for, at so many open cases of one week, over the demonstration's city."""
    from bench.stream import border, load
    from civigrid.base import db
    from civigrid.base.permissions import EVERYWHERE
    from civigrid.base.questions import ask
    from civigrid.cases import queries as cases
    from civigrid.directory.rules import Actor, Role
    from civigrid.flow.similar import similar

    texts = load()
    west, south, east, north = border()
    dice = np.random.default_rng(1)
    lons, lats = dice.uniform(west, east, CASES), dice.uniform(south, north, CASES)
    _fill(texts, lons.tolist(), lats.tolist())
    with database.admin() as admin:
        admin.execute("ANALYZE")  # as a running city's statistics are
    with db.scoped(EVERYWHERE):
        actor = Actor(1, 1, 1, Role.INTAKE, EVERYWHERE)
        held = sum(ask(cases.counts(actor))[0].stages.values())
    found = []
    for name, point in (("with a point", True), ("without one", False)):
        asked = [_draft(texts[n % len(texts)], lons[n], lats[n], point) for n in range(LOOKS)]
        seconds = _timed([partial(similar, draft, actor=actor, now=NOW) for draft in asked])
        found += [
            Figure(
                f"similar cases of a report {name}, {held:,} open, median", middle(seconds) * 1e3, "ms", most=MOST_MS
            ),
            Figure("… 95th of a hundred", float(np.quantile(seconds, 0.95)) * 1e3, "ms"),
        ]
    return found


def _fill(texts: list[str], lons: list[float], lats: list[float]) -> None:
    from bench.stream import raw
    from civigrid.base import db
    from civigrid.flow import conveyor, pipeline

    for start in range(0, CASES, BATCH):
        moment = NOW - WEEK + WEEK * start / CASES
        places = range(start, start + BATCH)
        raws = [
            raw(n, matter_code="C0118", text=f"{texts[n % len(texts)]} 第{n}号", lon=lons[n], lat=lats[n])
            for n in places
        ]
        with db.system():
            pipeline.receive(raws, now=moment)  # type: ignore[arg-type]
        conveyor.drain(clock=partial(datetime.fromtimestamp, moment.timestamp(), UTC))


def _draft(text: str, lon: float, lat: float, point: bool) -> Any:
    from civigrid.base import db
    from civigrid.catalog import queries as catalog
    from civigrid.link.rules import Thing
    from civigrid.places import queries as places

    with db.system():
        on = NOW.date()
        matter = next(row.id for row in catalog.matters(on).values() if row.code == "C0118")
        grid = places.grids(on).get(int(places.grid_index(on).locate(np.array([lon]), np.array([lat]))[0]))
    told = Thing(0, NOW, "", text, region_code=grid.region_code if grid else "", matter_id=matter)
    return replace(told, lon=lon, lat=lat) if point else told


def _timed(works: Sequence[Callable[[], object]]) -> list[float]:
    works[0]()
    return [timed(work) for work in works]


if __name__ == "__main__":
    sys.exit(main(["link", *sys.argv[1:]]))
