"""Two people load a pack at the same moment: one waits, and both end well."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor

from django.db import connection

from civigrid.base import db, ledger
from civigrid.flow import packs
from tests.loading import MONDAY, SUNDAY, changes, load, pack, written
from tests.packfiles import with_text


def test_the_second_loading_waits_and_compares_with_the_first(fresh_db: str) -> None:
    """Without the wait both would make the same identities, and one of them would end with an error."""
    saved, go_on = threading.Event(), threading.Event()

    def first() -> packs.Loading:
        try:
            with db.system():
                loading = packs.load_pack(pack(), now=SUNDAY)
                saved.set()
                assert go_on.wait(20)
                return loading
        finally:
            connection.close()

    def second() -> packs.Loading:
        try:
            assert saved.wait(20)
            return load(with_text("assets.csv", "DH-0174", "DH-0175"))
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        one, other = pool.submit(first), pool.submit(second)
        assert _waits()
        go_on.set()
        assert one.result(20).counts["asset"] == {"opened": 2}
        assert changes(other.result(20)) == {("asset", "changed", "9901810118000174")}
    with db.system():
        assert ledger.verify().ok


def _waits() -> bool:
    """Whether somebody waits for the lock, within a while."""
    for _ in range(200):
        with db.system(), connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")
            if cursor.fetchone() == (1,):
                return True
        time.sleep(0.05)
    return False


def test_many_at_once_end_with_one_of_them(fresh_db: str) -> None:
    load()
    names = ["一", "二", "三", "四"]
    barrier = threading.Barrier(len(names))

    def one(content: Mapping[str, bytes]) -> packs.Loading:
        try:
            found = pack(content)
            barrier.wait(20)
            with db.system():
                return packs.load_pack(found, now=MONDAY)
        finally:
            connection.close()

    with ThreadPoolExecutor(len(names)) as pool:
        loadings = list(pool.map(one, [with_text("units.csv", "市政中心", f"市政{name}中心") for name in names]))
    assert [changes(each) for each in loadings] == [{("unit", "changed", "4001")}] * len(names)
    units = [row for row in written()["directory_unit_version"] if "市政" in str(row)]
    assert len(units) == 1 + len(names)  # the first, those valid on no day, and the one that is
    with db.system():
        assert ledger.verify().ok
