"""Appending, and deleting texts by rule."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from typing import LiteralString, NamedTuple

from civigrid.base.bulk import Packed, execute, lines, numbers
from civigrid.base.db import require_transaction
from civigrid.base.ledger.lines import (
    ALGORITHM,
    FORGET,
    VERSION,
    BadLine,
    Line,
    body,
    chained,
    check,
    genesis,
    moment,
    text_digest,
)

SALT_BYTES = 16

_waiting: ContextVar[list[Line] | None] = ContextVar("civigrid_lines_that_begin", default=None)

Stream = tuple[str, int]
Head = tuple[int, bytes]

# One pass in one order, new streams and old alike: whoever comes second waits at the first stream both want, holding
# only streams before it. The false condition makes the conflict lock the head without writing it.
_LOCK = """
INSERT INTO ledger_head (kind, stream, seq, hash)
SELECT kind, stream, 0, '' FROM ROWS FROM (string_to_table(%s, E'\\n'), unnest(%s::bigint[])) AS new(kind, stream)
ON CONFLICT (kind, stream) DO UPDATE SET seq = ledger_head.seq WHERE false
RETURNING kind, stream
"""
# a statement of its own: it sees what the appenders we waited for have committed
_HEADS = """
SELECT kind, stream, seq, hash FROM ledger_head
JOIN ROWS FROM (string_to_table(%s, E'\\n'), unnest(%s::bigint[])) AS wanted(kind, stream) USING (kind, stream)
"""
_LINES: LiteralString = """
WITH new AS (
  SELECT kind, stream, seq, body, substr(%b::bytea, (32 * (place - 1) + 1)::int, 32) AS hash
  FROM ROWS FROM (
    string_to_table(%s, E'\\n'), unnest(%s::bigint[]), unnest(%s::int[]), string_to_table(%s, E'\\n')
  ) WITH ORDINALITY AS rows(kind, stream, seq, body, place)
), written AS (
  INSERT INTO ledger_line (kind, stream, seq, at, v, alg, body, hash)
  SELECT kind, stream, seq, %s::timestamptz, %s::smallint, %s, body, hash FROM new
), last AS (
  SELECT DISTINCT ON (kind, stream) kind, stream, seq, hash FROM new ORDER BY kind, stream, seq DESC
)
"""
_LAST: LiteralString = """
UPDATE ledger_head head SET seq = last.seq, hash = last.hash
FROM last WHERE head.kind = last.kind AND head.stream = last.stream
"""
# in one order, as _LOCK
_FIRST: LiteralString = """
INSERT INTO ledger_head (kind, stream, seq, hash) SELECT kind, stream, seq, hash FROM last ORDER BY kind, stream
"""
_TEXTS = """
INSERT INTO ledger_text (kind, stream, seq, salt, text)
SELECT kind, stream, seq, substr(salts, (%s::int * (place - 1) + 1)::int, %s::int),
       convert_from(substr(texts, start, size), 'UTF8')
FROM (SELECT %b::bytea AS salts, %b::bytea AS texts) packed, ROWS FROM (
  string_to_table(%s, E'\\n'), unnest(%s::bigint[]), unnest(%s::int[]), unnest(%s::int[]), unnest(%s::int[])
) WITH ORDINALITY AS rows(kind, stream, seq, start, size, place)
"""
_WITH_TEXTS = "SELECT DISTINCT stream FROM ledger_text WHERE kind = %s AND stream = ANY (%s::bigint[])"
_DELETE_TEXTS = """
WITH gone AS (
  DELETE FROM ledger_text WHERE kind = %s AND stream = ANY (%s::bigint[]) RETURNING stream, seq
)
SELECT stream, max(seq), count(*) FROM gone GROUP BY stream ORDER BY stream
"""


class _Written(NamedTuple):
    kind: str
    stream: int
    seq: int
    body: str
    hash: bytes


class _Text(NamedTuple):
    kind: str
    stream: int
    seq: int
    salt: bytes
    text: bytes


def append(entries: Sequence[Line], *, now: datetime, begin: bool = False) -> None:
    """Writes `entries` in the open transaction; those of one stream keep their order. `BadLine` writes none.

    `begin`: the streams begin with them. For ids that this very transaction drew, of which nobody else can know: their heads
    need not be looked for, and are written once. Where one is there all the same, the database refuses the whole.
    """
    require_transaction()
    for line in entries:
        check(line)
    waiting = _waiting.get()
    if waiting is not None and begin:
        waiting.extend(entries)
        return
    if waiting and not _streams(waiting).isdisjoint(_streams(entries)):
        _write_waiting(waiting, now)
    _append(entries, now, begin=begin)


@contextmanager
def gathered(*, now: datetime) -> Iterator[None]:
    """In the open transaction: what begins a stream in here is written at the end of it, by one statement whoever began it,
    or before somebody goes on with one of them. Nothing in here reads what was written in here.
    """
    waiting: list[Line] = []
    token = _waiting.set(waiting)
    try:
        yield
        _write_waiting(waiting, now)
    finally:
        _waiting.reset(token)


def _write_waiting(waiting: list[Line], now: datetime) -> None:
    _append(waiting, now, begin=True)
    waiting.clear()


def _streams(entries: Iterable[Line]) -> set[Stream]:
    return {(line.kind, line.stream) for line in entries}


def _append(entries: Sequence[Line], now: datetime, *, begin: bool) -> None:
    if not entries:
        return
    at = moment(now)
    streams = _streams(entries)
    heads: dict[Stream, Head] = dict.fromkeys(streams, (0, b"")) if begin else _lock(streams)
    written, texts = _chain(entries, at, heads)
    _write(written, now, _FIRST if begin else _LAST)
    if texts:
        _write_texts(texts)


def forget(kind: str, streams: Sequence[int], *, now: datetime, account: int = 0, post: int = 0) -> int:
    """Deletes the texts of `streams` by rule and says so with a line in each; how many texts went.

    The lines stay: what was done, when and by whom is still proved, the words are gone.
    """
    require_transaction()
    speaking = [stream for (stream,) in execute(_WITH_TEXTS, (kind, numbers(streams)))]
    if not speaking:
        return 0
    _lock((kind, stream) for stream in speaking)
    gone = execute(_DELETE_TEXTS, (kind, numbers(speaking)))
    facts = [(stream, {"upto": upto, "texts": count}) for stream, upto, count in gone]
    append([Line(kind, stream, FORGET, fact, account=account, post=post) for stream, fact in facts], now=now)
    return sum(count for _, _, count in gone)


def _lock(streams: Iterable[Stream]) -> dict[Stream, Head]:
    """Takes the heads in (kind, id) order, making the missing ones: stream -> (last number, last hash)."""
    ordered = sorted(streams)
    heads: dict[Stream, Head] = dict.fromkeys(execute(_LOCK, _named(ordered)), (0, b""))
    older = [stream for stream in ordered if stream not in heads]
    if older:
        heads |= {(kind, stream): (seq, last) for kind, stream, seq, last in execute(_HEADS, _named(older))}
    return heads


def _named(streams: Sequence[Stream]) -> tuple[str, str]:
    return lines(kind for kind, _ in streams), numbers(stream for _, stream in streams)


def _chain(entries: Sequence[Line], at: str, heads: dict[Stream, Head]) -> tuple[list[_Written], list[_Text]]:
    salts = os.urandom(SALT_BYTES * len(entries))
    written: list[_Written] = []
    texts: list[_Text] = []
    for place, line in enumerate(entries):
        stream = (line.kind, line.stream)
        seq, last = heads[stream]
        seq, last, digest = seq + 1, last if seq else genesis(line.kind.encode(), b"%d" % line.stream), ""
        if line.text:
            salt = salts[place * SALT_BYTES : (place + 1) * SALT_BYTES]
            words = _utf8(line)
            digest = text_digest(salt, words)
            texts.append(_Text(*stream, seq, salt, words))
        text = body(line, seq, at, digest)
        last = chained(last, text.encode())
        heads[stream] = (seq, last)
        written.append(_Written(*stream, seq, text, last))
    return written, texts


def _utf8(line: Line) -> bytes:
    try:
        return line.text.encode()
    except UnicodeEncodeError as error:
        raise BadLine(f"the text of a {line.verb!r} line is not valid Unicode") from error


def _write(written: list[_Written], now: datetime, heads: LiteralString) -> None:
    kinds, streams, seqs, bodies, hashes = zip(*written, strict=True)
    rows = b"".join(hashes), lines(kinds), numbers(streams), numbers(seqs), lines(bodies)
    execute(_LINES + heads, (*rows, now, VERSION, ALGORITHM))


def _write_texts(texts: list[_Text]) -> None:
    kinds, streams, seqs, salts, words = zip(*texts, strict=True)
    packed = Packed.of(words)
    rows = lines(kinds), numbers(streams), numbers(seqs), packed.starts, packed.sizes
    execute(_TEXTS, (SALT_BYTES, SALT_BYTES, b"".join(salts), packed.data, *rows))
