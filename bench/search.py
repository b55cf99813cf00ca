"""The list page and the search at a million cases, 3 % of them open, with row security on: `python -m bench.search`.

A city user, a town user and a unit user open the pages over the whole stack of the web (`/cases/?stage=all` and its next
page, the queue of a stage, the list narrowed by filters, the search by two signs frequent and rare, the day sheet). Rows
are filled by SQL with the columns they really have, and the index by the function that the worker calls. How many cases:
BENCH_CASES.
"""

from __future__ import annotations

import os
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from bench.frame import Database, Figure, logged, main, timed

CASES = int(os.environ.get("BENCH_CASES", "1000000"))
LOOKS, WARM = 40, 3
CHUNK = 20_000  # cases filled and indexed at once
OPEN_EACH = 33  # every so many is open
MOST_MS, MOST_SQL = 60, 8
PEOPLE = {"city": "zheng-chief", "town": "bench-town", "unit": "luo-liaison4001"}
# words of the demo's texts have their own frequencies; these are put in on top: one in thirteen, one in a thousand, one in
# ten thousand (primes, so that every unit, town and stage has some)
FREQUENT, SELDOM, RARE = "路灯", "鹦鹉", "麒麟"

_REPORTS = """
INSERT INTO intake_report (channel, key, source, kind, urgency, title, text, place_text, target_text, matter_code, region_code,
  position_crs, language, confidential, extra, digest, received_at, received_by)
SELECT 'import', 'bench-' || n, CASE WHEN n % 5 = 0 THEN '02' ELSE '01' END, 'complaint', 3, '',
  (%(texts)s::text[])[1 + n % cardinality(%(texts)s::text[])] || CASE
    WHEN n % 13 = 3 THEN ',附近{frequent}不亮' WHEN n % 997 = 7 THEN ',像只{seldom}' WHEN n % 9973 = 9 THEN ',有{rare}'
    ELSE '' END || '(第' || n || '号)',
  (ARRAY['东湖路','学府路','人民路','港城大道'])[1 + n % 4] || n % 900 || '号', '', '', '', '', 'zh-hans', false, '{{}}',
  decode(md5(n::text), 'hex'), at, 0
FROM (SELECT n, %(start)s::timestamptz + n * %(step)s::interval AS at FROM generate_series(%(first)s::int, %(last)s::int) n) t
"""
_CASES = """
WITH r AS (
  SELECT id, row_number() OVER (ORDER BY id) - 1 + %(first)s::int AS n, received_at AS at, source FROM intake_report
  WHERE id > %(after)s::bigint ORDER BY id
), c AS (
  INSERT INTO cases_case (number, family, stage, side, waits_for, verified, level, source, matter_id, first_report_id,
    region_code, unit_ids, urgency, confidential, version, opened_at, handled_by, handled_units, closed_at, outcome, reopened,
    supervised, answer_awaited)
  SELECT 'YT' || to_char(at, 'YYYYMMDD') || lpad(n::text, 7, '0'), 'hotline',
    CASE WHEN n %% {open} = 0 THEN (ARRAY['accept','file','dispatch','handle','check','close'])[1 + n / {open} %% 6]
      ELSE 'evaluate' END, '', '', '', 'city', source, (%(matters)s::bigint[])[1 + n %% cardinality(%(matters)s::bigint[])],
    id, (%(regions)s::text[])[1 + (n * 7) %% cardinality(%(regions)s::text[])],
    ARRAY[(%(units)s::bigint[])[1 + n %% cardinality(%(units)s::bigint[])]], 1 + n %% 3, false, 1, at, '{{}}', '{{}}',
    CASE WHEN n %% {open} = 0 THEN NULL ELSE at + interval '2 days' END, '', 0, 0, false
  FROM r RETURNING id, first_report_id, stage, opened_at, closed_at, region_code, unit_ids
), k AS (
  INSERT INTO cases_report (case_id, report_id, joined_at, how) SELECT id, first_report_id, opened_at, '' FROM c
), d AS (
  INSERT INTO intake_disposition (report_id, kind, reason, numbers, at, by_account, by_post)
  SELECT first_report_id, 'opened', '', '{{}}', opened_at, 0, 0 FROM c
), t AS (
  INSERT INTO cases_task (case_id, unit_id, kind, state, region_code, result, dispatched_at, finished_at, version)
  SELECT id, unit_ids[1], 'lead', CASE WHEN closed_at IS NULL THEN 'accepted' ELSE 'handled' END, region_code, '',
    opened_at + interval '1 hour', closed_at, 1 FROM c
)
INSERT INTO cases_clock (case_id, kind, calendar_version_id, limit_value, limit_unit, started_at, warn_at, due_at, light,
  stopped_at, provisional)
SELECT id, 'finish', %(calendar)s::bigint, 3, 'workday', opened_at, opened_at + interval '2 days', opened_at + interval '3 days',
  'green', closed_at, false FROM c
"""


def figures(database: Database) -> list[Figure]:
    seconds = timed(lambda: prepare(database))
    shown = [Figure(f"cases filled and indexed, of {CASES:,}", CASES / seconds, "cases/s")]
    found = {who: measured(database, who, user) for who, user in PEOPLE.items()}
    lists = [row for each in found.values() for name, row in each.items() if name.startswith("list")]
    searches = [row for each in found.values() for name, row in each.items() if name.startswith("search")]
    for who, rows in found.items():
        shown += [Figure(f"{who}: {name}, 95th", each[0], "ms") for name, each in rows.items()]
    return [
        *shown,
        Figure(
            "list page at a million cases, 95th, the slowest",
            max(ms for ms, _ in lists),
            "ms",
            most=MOST_MS,
            key="list_p95_ms",
        ),
        Figure(
            "statements of a list page, all counted",
            max(sql for _, sql in lists),
            "statements",
            most=MOST_SQL,
            key="list_sql",
        ),
        Figure("search, 95th, the slowest", max(ms for ms, _ in searches), "ms", most=MOST_MS, key="search_p95_ms"),
        Figure("statements of a search, all counted", max(sql for _, sql in searches), "statements", most=MOST_SQL),
    ]


def prepare(database: Database) -> None:
    """The demo's city, its people, the cases and their index; with statistics and written out, as a running city has them."""
    from civigrid.base import db
    from civigrid.directory import actions as directory
    from civigrid.flow import packs
    from tests.web import people
    from tests.web.people import PACK

    now = datetime.now(UTC)
    packs.load(PACK, now=now - timedelta(days=3))  # in force, whatever day it is in the city's zone
    town_post(now)
    with db.system():
        directory.set_password([*PEOPLE.values()], people.PASSWORD, now=now)
    fill(database, now)
    index()
    with database.admin() as admin:
        admin.execute("VACUUM ANALYZE")
        admin.execute("CHECKPOINT")


def town_post(now: datetime) -> None:
    """An officer of one town."""
    from django.db import connection

    from civigrid.base import db

    with db.system(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO directory_account (username, name, name_en, language, is_active, password, made_at) "
            "VALUES (%s, '镇值班', '', 'zh-hans', true, '!', %s) RETURNING id",
            [PEOPLE["town"], now],
        )
        account = cursor.fetchone()
        cursor.execute(
            "INSERT INTO directory_post (account_id, unit_id, role, regions, valid) "
            "SELECT %s, unit_id, 'grid_chief', ARRAY['990181001'], daterange(NULL, NULL) FROM directory_post LIMIT 1",
            [account[0]],
        )


def fill(database: Database, now: datetime) -> None:
    """Cases over a year up to now, in chunks so that memory stays bounded."""
    from civigrid.base import db
    from civigrid.catalog import queries as catalog
    from civigrid.catalog.rules.pack import check
    from civigrid.directory import queries as directory
    from civigrid.flow import packs
    from civigrid.places import queries as places
    from tests.web.people import PACK

    pack, _ = check(packs.read(PACK))
    assert pack is not None
    with db.system():
        on = now.date()
        values: dict[str, Any] = {
            "texts": [report.text[:80] for report in pack.reports if FREQUENT not in report.text],
            "matters": sorted(catalog.matters(on)),
            "regions": sorted(code for code in places.regions(on) if len(code) == 12),
            "units": sorted(
                row.id for row in directory.units(on).values() if row.kind in ("government", "institution", "company")
            ),
            "calendar": next(iter(catalog.calendars(on).values())).version_id,
            "start": now - timedelta(days=365),
            "step": timedelta(days=365) / CASES,
        }
    reports = _REPORTS.format(frequent=FREQUENT, seldom=SELDOM, rare=RARE).replace(" % ", " %% ")
    with database.admin() as admin:
        admin.execute("SET session_replication_role = replica")
        for first in range(0, CASES, CHUNK):
            [(after,)] = admin.execute("SELECT coalesce(max(id), 0) FROM intake_report").fetchall()
            chunk = values | {"first": first, "last": min(first + CHUNK, CASES) - 1, "after": after}
            admin.execute(reports, chunk)
            admin.execute(_CASES.format(open=OPEN_EACH), chunk)
            admin.commit()


def index() -> None:
    from rich.console import Console

    from civigrid.flow import searching

    console = Console(stderr=True)
    seconds = timed(lambda: searching.rebuild())
    console.print(f"indexed {CASES / seconds:,.0f} cases/s")


def pages(who: str) -> dict[str, list[str]]:
    """What is opened: a name that begins with "list" or "search" counts for the budget of it."""
    from urllib.parse import quote

    words = (FREQUENT, SELDOM, RARE, "东湖", "11")
    found = {
        "list, newest": ["/cases/?stage=all"],
        "list, next page": [f"/cases/?stage=all&after=0.{CASES // 2}"],
        "list of a stage": ["/cases/?stage=file", "/cases/?stage=check"],
        "list by matter": ["/office/cases/?matter=C0114", "/office/cases/?matter=C0118&state=closed"],
        "list by unit": ["/office/cases/?unit=4001"],
        "list by town": ["/office/cases/?place=990181002", "/office/cases/?place=990181001"],
        "list by day": [
            f"/office/cases/?date=closed&from={_day(20)}&to={_day(19)}",
            f"/office/cases/?date=due&from={_day(9)}&to={_day(9)}",
        ],
        **{f"search {word}": [f"/office/search/?q={quote(word)}"] for word in words},
        "search, far page": [f"/office/search/?q={quote(FREQUENT)}&after=0.{CASES // 3}"],
        "search, narrowed": [f"/office/search/?q={quote(FREQUENT)}&state=open", f"/office/search/?q={quote(FREQUENT)}&stage=file"],
        "search, long words": [f"/office/search/?q={quote('附近路灯不亮')}"],
    }  # fmt: skip
    if who == "city":
        found["day sheet"] = [f"/office/day/?date={_day(20)}"]
    return found


def _day(ago: int) -> str:
    return (datetime.now(UTC) - timedelta(days=ago)).date().isoformat()


def measured(database: Database, who: str, user: str) -> dict[str, tuple[float, int]]:
    """Of each page its 95th percentile in milliseconds and its most statements, as the pages run: signed in, over HTTP's
    own handler, with row security."""
    from django.conf import settings

    from tests.web.people import client

    settings.ALLOWED_HOSTS.append("testserver")
    browser = client(user)
    found = {}
    for name, addresses in pages(who).items():
        for address in addresses:
            for _ in range(WARM):
                answer = browser.get(address)
                assert answer.status_code == 200, address
            assert not name.startswith("search") or "data-line" in answer.content.decode(), (
                f"{who} finds nothing: {address}"
            )
        with logged(database) as statements:
            most = max(_asked(browser, address, statements) for address in addresses)
        seconds = [_once(browser, addresses[n % len(addresses)]) for n in range(LOOKS)]
        found[name] = _p95(seconds) * 1000, most
    return found


def _asked(browser: Any, address: str, statements: Callable[[], int]) -> int:
    before = statements()
    browser.get(address)
    return statements() - before


def _once(browser: Any, address: str) -> float:
    started = time.perf_counter()
    browser.get(address)
    return time.perf_counter() - started


def _p95(seconds: Sequence[float]) -> float:
    return statistics.quantiles(seconds, n=20)[-1]


if __name__ == "__main__":
    sys.exit(main(["search", *sys.argv[1:]]))
