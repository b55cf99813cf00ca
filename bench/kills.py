"""kill -9 of the web's process, the worker and the database at twenty random moments: `python -m bench.kills`.

`civigrid serve` runs the demo city; eight programs send reports to `/api/v1/`, single and in batches, and do what the API's
guide says: whoever got no answer sends the same keys again. Every report that was answered must be there once.
"""

from __future__ import annotations

import http.client
import json
import os
import random
import shutil
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

from bench.frame import Database, Figure, main
from tests.serving import House, kill, wait_until

PACK = Path(__file__).resolve().parents[1] / "packs" / "demo"
KILLS, SENDERS, BATCH, SEED = 20, 8, 200, 1
PARTS = ("web", "worker", "work", "database")
APART = (0.2, 3.0)  # seconds between whole again and the next kill
LATEST = 60  # seconds; who dies again and again is started later each time, after half a minute at most
SENT = "INSERT INTO sent SELECT * FROM unnest(%s::bigint[])"


def figures(database: Database) -> list[Figure]:  # noqa: ARG001  # the program brings its own database
    with serving() as (house, token):
        senders = [Sender(house.port, token, number) for number in range(SENDERS)]
        threads = [threading.Thread(target=sender.run, daemon=True) for sender in senders]
        for thread in threads:
            thread.start()
        try:
            away = [*killed(house)]
        finally:
            for sender in senders:
                sender.enough.set()
        for thread in threads:
            thread.join()
        return [
            Figure("kill -9 while reports come in", len(away), "times"),
            Figure("longest until all parts were back", max(away), "s"),
            Figure("answers that did not come", sum(sender.unanswered for sender in senders), ""),
            *settled(house, senders),
        ]


@contextmanager
def serving() -> Iterator[tuple[House, str]]:
    """The program with the demo city, and a token for the senders."""
    folder = Path(tempfile.mkdtemp(prefix="cgkills"))
    folder.chmod(0o711)
    os.environ["CIVIGRID_API_PER_MINUTE"] = "0"
    house = House(folder / "home")
    try:
        said(house, "init")
        said(house, "pack", "load", str(PACK))
        words = ("token", "create", "li-intake", "--by", "he-secadmin", "--name", "kills", "--scope", "reports:write")
        token = next(word for word in said(house, *words).split() if word.startswith("cgt_"))
        house.serve()
        yield house, token
    finally:
        house.end()
        shutil.rmtree(folder, ignore_errors=True)


def said(house: House, *words: str) -> str:
    answer = house.call(*words)
    if answer.returncode:
        raise RuntimeError(f"civigrid {' '.join(words)}: {answer.stderr}")
    return answer.stdout + answer.stderr


def killed(house: House) -> Iterator[float]:
    """Seconds until the program was whole again, kill by kill."""
    dice = random.Random(SEED)
    for _ in range(KILLS):
        time.sleep(dice.uniform(*APART))
        for process in house.part(dice.choice(PARTS)):
            kill(process)
        started = time.monotonic()
        house.wait_until_whole(within=LATEST)
        yield time.monotonic() - started


def settled(house: House, senders: list[Sender]) -> list[Figure]:
    """What was answered against what is there, when everything is worked off."""
    answered = {key: report for sender in senders for key, report in sender.answered.items()}
    with house.database() as database:

        def number(sql: str, *values: object) -> int:
            row = database.execute(sql, values).fetchone()
            return int(str(row[0])) if row else 0

        wait_until(lambda: number("SELECT count(*) FROM intake_pending") == 0, within=300)
        stored = number("SELECT count(*) FROM intake_report")
        database.execute("CREATE TEMP TABLE sent (report_id bigint)")
        database.execute(SENT, [list(answered.values())])
        lost = number("SELECT count(*) FROM sent WHERE NOT EXISTS (SELECT FROM intake_report r WHERE r.id = report_id)")
        without = number(
            "SELECT count(*) FROM intake_report r WHERE (SELECT count(*) FROM intake_disposition d WHERE d.report_id = r.id) <> 1"
        )
    verified = house.call("ledger", "verify")
    return [
        Figure("reports answered", len(answered), "reports", least=1),
        Figure("reports lost", lost, "reports", most=0),
        Figure("reports doubled", stored - len(answered), "reports", most=0),
        Figure("reports without their one disposition", without, "reports", most=0),
        Figure("ledger verified", float(verified.returncode == 0), "", least=1),
    ]


@dataclass
class Sender:
    """A program that keeps its keys until they are answered; every third parcel is a single report."""

    port: int
    token: str
    number: int
    enough: threading.Event = field(default_factory=threading.Event)
    answered: dict[str, int] = field(default_factory=dict)
    unanswered: int = 0

    def run(self) -> None:
        for parcel in count():
            if self.enough.is_set():
                return
            keys = [f"k{self.number}-{parcel}-{row}" for row in range(1 if parcel % 3 else BATCH)]
            while keys := [key for key in keys if key not in self.answered]:
                self.send(keys)

    def send(self, keys: list[str]) -> None:
        try:
            self.answered |= self.single(keys[0]) if len(keys) == 1 else self.batch(keys)
        except (OSError, http.client.HTTPException, ValueError):
            self.unanswered += 1
            time.sleep(0.2)

    def single(self, key: str) -> dict[str, int]:
        status, told = self.post("/api/v1/reports", json.dumps(report(key)), {"Idempotency-Key": key})
        if status not in (200, 201):
            raise ValueError(told)
        return {key: json.loads(told)["id"]}

    def batch(self, keys: list[str]) -> dict[str, int]:
        rows = "\n".join(json.dumps({"key": key, **report(key)}) for key in keys)
        status, told = self.post("/api/v1/reports/batch", rows, {"Content-Type": "application/x-ndjson"})
        if status != 200:
            raise ValueError(told)
        lines = [json.loads(line) for line in told.splitlines()]
        if refused := [line for line in lines if line["status"] == "refused"]:
            raise RuntimeError(f"the city refuses the bench's own report: {refused[0]}")
        return {line["key"]: line["id"] for line in lines if line["status"] in ("accepted", "repeated")}

    def post(self, where: str, body: str, more: dict[str, str]) -> tuple[int, str]:
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json", **more}
            line.request("POST", where, body, headers)
            answer = line.getresponse()
            return answer.status, answer.read().decode()
        finally:
            line.close()


def report(key: str) -> dict[str, object]:
    return {"source": "01", "kind": "complaint", "text": f"路灯不亮 {key}", "matter_code": "C0118"}


if __name__ == "__main__":
    sys.exit(main(["kills", *sys.argv[1:]]))
