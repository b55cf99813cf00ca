"""Reading a stream back: the line as hashed, with its words where they are still kept."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from civigrid.base.bulk import execute, numbers
from civigrid.base.ledger.lines import Entry

_READ = """
SELECT line.stream, line.body, words.text
FROM ledger_line line LEFT JOIN ledger_text words USING (kind, stream, seq)
WHERE line.kind = %s AND line.stream = ANY (%s::bigint[]) ORDER BY line.stream, line.seq
"""


def read(kind: str, stream: int) -> list[Entry]:
    """The lines of one stream in order; those the open scope may see."""
    return read_many(kind, [stream])[stream]


def read_many(kind: str, streams: Iterable[int]) -> dict[int, list[Entry]]:
    """Every asked stream -> its lines in order, [] where there is none to see."""
    found: dict[int, list[Entry]] = {stream: [] for stream in streams}
    for stream, body, text in execute(_READ, (kind, numbers(found))):
        found[stream].append(_entry(json.loads(body), text))
    return found


def _entry(body: dict[str, Any], text: str | None) -> Entry:
    at = datetime.fromisoformat(body["at"])
    words = text if "text" in body else ""
    return Entry(body["seq"], at, body["verb"], body["facts"], words, body["account"], body["post"])
