"""Many reports: one JSON object a line (NDJSON), each kept or refused by itself, told line by line in the same order.

The lines are read from disk as they are needed, never all at once. Five hundred at a time are kept in one transaction,
and the answer begins when the last of them is committed. Whoever is cut off sends the same again: every line has its
sender's key, and what is stored already is "repeated". The conveyor processes what was kept.
"""

from __future__ import annotations

import json
import logging
import re
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import IO, Any

from civigrid.api.limits import buckets
from civigrid.api.problems import Problem, of
from civigrid.api.words import say
from civigrid.base import env
from civigrid.base.errors import Outcome, Refused
from civigrid.directory.rules import Granted
from civigrid.flow import arriving
from civigrid.flow.arriving import Parcel
from civigrid.intake.channels import jsonbody

CHUNK = 500  # lines to a transaction
PIECE = 64 * 1024  # bytes read at a time
IN_MEMORY = 256 * 1024
ROWS_A_REQUEST = 100  # so many lines count as one more request
log = logging.getLogger("civigrid.api")


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a batch: what it says, or why it cannot be taken."""

    number: int
    key: str = ""
    parcel: Parcel | None = None
    no: Refused | None = None


def receive(body: IO[bytes], *, granted: Granted, now: datetime) -> Iterator[bytes]:
    """The answer, a line for each line. Everything was decided and committed when the first of them comes.

    Raises Problem where the whole is too large (before anything is kept), or nothing at all could be kept.
    """
    with tempfile.SpooledTemporaryFile(IN_MEMORY) as spool:
        rows = _spool(body, spool)
        buckets.take(granted.token_id, rows / ROWS_A_REQUEST)
        results = _kept(_lines(spool, granted), now)
    return (json.dumps(each, ensure_ascii=False).encode("utf-8", "replace") + b"\n" for each in results)


def _spool(body: IO[bytes], spool: Any) -> int:
    """Copies the body to where it can be read again; how many lines it has."""
    most_bytes, most_rows = env.API_MAX_BATCH_BYTES.number(), env.API_MAX_ROWS.number()
    size = rows = 0
    last = b"\n"
    while piece := body.read(PIECE):
        size, rows, last = size + len(piece), rows + piece.count(b"\n"), piece[-1:]
        if size > most_bytes:
            raise Problem(413, "too_large", limit=most_bytes)
        spool.write(piece)
    rows += last != b"\n"
    if rows > most_rows:
        raise Problem(413, "too_many_rows", limit=most_rows)
    spool.seek(0)
    return int(rows)


def _lines(spool: Any, granted: Granted) -> Iterator[Line]:
    """Each line that is not blank, with its number in the file."""
    longest = env.API_MAX_JSON_BYTES.number()
    number = 0
    while line := spool.readline(longest + 2):
        number += 1
        if len(line.rstrip(b"\r\n")) > longest:
            _skip(spool, line)
            yield Line(number, no=Refused("too_large", limit=longest))
        elif line.strip():
            yield _line(number, line, granted)


def _skip(spool: Any, line: bytes) -> None:
    """To the end of a line that is too long, without keeping it."""
    while line and not line.endswith(b"\n"):
        line = spool.readline(PIECE)


def _line(number: int, line: bytes, granted: Granted) -> Line:
    try:
        sent = jsonbody.parse(line, account_id=granted.actor.account_id)
        if not sent.key:
            raise Refused("missing", field="key")
        if sent.uploads:
            raise Refused("no_uploads_here", field="uploads")
    except Refused as no:
        return Line(number, _key(line), no=no)
    return Line(number, sent.key, Parcel(sent.raw, granted.actor))


def _key(line: bytes) -> str:
    """By which the sender finds a refused line again; "" where it has none that could be one."""
    try:
        said = json.loads(line)
    except (ValueError, RecursionError):
        return ""
    key = said.get("key") if isinstance(said, dict) else None
    return key if isinstance(key, str) and re.fullmatch(jsonbody.KEY, key) else ""


def _kept(lines: Iterator[Line], now: datetime) -> list[dict[str, Any]]:
    results: list[dict[str, Any]] = []
    failed: Exception | None = None
    some = False
    while chunk := list(islice(lines, CHUNK)):
        parcels = [line.parcel for line in chunk if line.parcel]
        outcomes: Sequence[Outcome] = []
        if parcels and failed is None:
            try:
                outcomes = arriving.keep(parcels, now=now)
                some = True
            except Exception as error:  # no report's fault: what was kept is told, the rest is to be sent again
                failed = error
        results += _told(chunk, outcomes, failed)
    if failed and not some:
        raise failed
    if failed:
        log.error("a batch broke off", extra={"code": of(failed).code, "count": len(results)})
    return results


def _told(chunk: Sequence[Line], outcomes: Sequence[Outcome], failed: Exception | None) -> Iterator[dict[str, Any]]:
    coming = iter(outcomes)
    for line in chunk:
        if line.no:
            yield _refused(line, line.no)
        elif failed:
            yield _result(line, "failed", code=of(failed).code, title=say(of(failed).code, {}))
        else:
            yield _settled(line, next(coming))


def _settled(line: Line, outcome: Outcome) -> dict[str, Any]:
    if not outcome.ok:
        return _refused(line, Refused(outcome.code, **outcome.facts))
    return _result(line, outcome.code or "accepted", id=outcome.made.report_id)


def _refused(line: Line, no: Refused) -> dict[str, Any]:
    field = str(no.facts.get("field", ""))
    return _result(line, "refused", code=no.code, title=say(no.code, no.facts), **({"field": field} if field else {}))


def _result(line: Line, status: str, **more: Any) -> dict[str, Any]:
    return {"line": line.number, **({"key": line.key} if line.key else {}), "status": status, **more}
