"""Walking every chain: lines against each other, against their heads, and words against their hashes.

One COPY in stream order, read line by line: memory does not grow with the ledger. The server only hands out rows and
hashes words; the chain is hashed here.
"""

from __future__ import annotations

import re
from binascii import unhexlify
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from hashlib import sha256

from django.db import connection

from civigrid.base.bulk import execute
from civigrid.base.db import require_transaction, take_role
from civigrid.base.ledger.lines import ALGORITHM, FORGET, VERSION, genesis

PROGRESS_EVERY = 20_000
MAX_FAULTS = 1_000  # kept in the report; all are counted

# merge joins over the primary keys: no sort, no hash table, whatever the statistics say
_STREAMING = "SELECT set_config('enable_hashjoin', 'off', true), set_config('enable_sort', 'off', true)"
_LINES = """
COPY (
  SELECT line.kind, line.stream, line.seq, line.at AT TIME ZONE 'UTC', line.v, line.alg, head.seq,
    CASE WHEN head.seq = line.seq THEN encode(head.hash, 'hex') END,
    encode(sha256(words.salt || convert_to(words.text, 'UTF8')), 'hex'),
    encode(line.hash, 'hex'), line.body
  FROM ledger_line line
  LEFT JOIN ledger_head head ON (head.kind, head.stream) = (line.kind, line.stream)
  LEFT JOIN ledger_text words ON (words.kind, words.stream, words.seq) = (line.kind, line.stream, line.seq)
  ORDER BY line.kind, line.stream, line.seq
) TO STDOUT
"""
_EMPTY_HEADS = """
SELECT kind, stream, seq FROM ledger_head head
WHERE NOT EXISTS (SELECT FROM ledger_line line WHERE (line.kind, line.stream) = (head.kind, head.stream))
ORDER BY kind, stream
"""
_LOST_TEXTS = """
SELECT DISTINCT ON (kind, stream) kind, stream, seq FROM ledger_text words
WHERE NOT EXISTS (
  SELECT FROM ledger_line line WHERE (line.kind, line.stream, line.seq) = (words.kind, words.stream, words.seq)
)
ORDER BY kind, stream, seq
"""
_NULL = rb"\N"
_VERSION, _ALGORITHM = str(VERSION).encode(), ALGORITHM.encode()
_FORGET = FORGET.encode() + b'"'
_UPTO = re.compile(rb'"upto":(\d+)')
_TEXT_HASH = b',"text":"%b"}'
_WITH_TEXT = b'"}'  # without words a body ends with its facts: }}


class Wrong(StrEnum):
    """What a fault is. `words` for people are in `base.words`."""

    MISSING = "missing"  # lines before this one are gone
    CHANGED = "changed"  # the hash does not follow from the line before and the body
    COLUMNS = "columns"  # number, time, kind or stream differ from what was hashed: changed, moved or swapped
    FORMAT = "format"  # a version or algorithm this program does not know
    TEXT = "text"  # the words are not those that were hashed
    TEXT_GONE = "text-gone"  # the words were deleted and no line says so
    TEXT_ADDED = "text-added"  # words beside a line that had none, or beside no line
    NO_HEAD = "no-head"  # lines without a head
    HEAD = "head"  # the head has another hash than the last line
    TAIL = "tail"  # the head stands further than the lines go: the newest lines are gone
    BEYOND = "beyond"  # the lines go further than the head
    NO_LINES = "no-lines"  # a head without lines


@dataclass(frozen=True, slots=True)
class Fault:
    """The first thing wrong with one stream."""

    kind: str
    stream: int
    seq: int
    what: Wrong

    def __str__(self) -> str:
        return f"{self.kind} {self.stream} line {self.seq}: {self.what}"


@dataclass(slots=True)
class Report:
    """What was walked and what is wrong. `root` is a hash over all heads: the same ledger gives the same one."""

    lines: int = 0
    streams: int = 0
    faulty: int = 0
    faults: list[Fault] = field(default_factory=list)
    root: str = ""

    @property
    def ok(self) -> bool:
        return self.faulty == 0

    def add(self, kind: bytes | str, stream: bytes | int, seq: int, what: Wrong) -> None:
        self.faulty += 1
        if len(self.faults) < MAX_FAULTS:
            name = kind.decode("utf-8", "replace") if isinstance(kind, bytes) else kind
            self.faults.append(Fault(name, int(stream), seq, what))


def verify(*, progress: Callable[[int], None] = lambda _: None) -> Report:
    """Walks the whole ledger inside `base.db.system()`; `progress` gets the count of lines walked so far."""
    require_transaction()
    execute(_STREAMING)
    report = Report()
    walk = _Walk(report)
    for report.lines, row in enumerate(_rows(), start=1):
        walk.line(*row.split(b"\t", 10))
        if report.lines % PROGRESS_EVERY == 0:
            progress(report.lines)
    walk.leave()
    report.root = walk.root.hexdigest()
    for kind, stream, seq in execute(_EMPTY_HEADS):
        report.add(kind, stream, seq, Wrong.NO_LINES)
    for kind, stream, seq in execute(_LOST_TEXTS):
        report.add(kind, stream, seq, Wrong.TEXT_ADDED)
    progress(report.lines)
    return report


def _rows() -> Iterator[bytes]:
    take_role()
    with connection.wrap_database_errors, connection.connection.cursor() as cursor, cursor.copy(_LINES) as copy:
        yield from map(bytes, copy)


class _Walk:
    """Where the walk stands: the stream, its last number and hash, and the words missing so far.

    `line` is called for every line of the ledger: what it does for a sound one is kept to the least.
    """

    __slots__ = (
        "faulty", "head_hash", "head_seq", "kind", "last", "opening", "report", "root", "seq", "stream", "text_gone",
    )  # fmt: skip

    def __init__(self, report: Report) -> None:
        self.report = report
        self.root = sha256()
        self.kind = self.stream = b""
        self.opening = b""
        self.seq = 0
        self.last = b""
        self.head_seq = self.head_hash = _NULL
        self.text_gone = 0
        self.faulty = False

    def line(
        self, kind: bytes, stream: bytes, number: bytes, at: bytes, version: bytes, algorithm: bytes,
        head_seq: bytes, head_hash: bytes, words: bytes, stored: bytes, body: bytes,
    ) -> None:  # fmt: skip
        if stream != self.stream or kind != self.kind:
            self.leave()
            self.enter(kind, stream)
        if self.faulty:
            return
        self.seq += 1
        body = body[:-1]  # the line end of COPY
        self.last = last = sha256(self.last + body).digest()
        self.head_seq, self.head_hash = head_seq, head_hash
        opening = self.opening + number + _moment(at)
        if int(number) != self.seq:
            self.fault(Wrong.MISSING)
        elif version != _VERSION or algorithm != _ALGORITHM:
            self.fault(Wrong.FORMAT)
        elif not body.startswith(opening):
            self.fault(Wrong.COLUMNS)
        elif last != unhexlify(stored):
            self.fault(Wrong.CHANGED)
        elif words != _NULL or body.endswith(_WITH_TEXT) or self.text_gone:
            self.words(words, body, len(opening))

    def words(self, words: bytes, body: bytes, verb_at: int) -> None:
        """The words beside an intact line against the hash in its body."""
        if not body.endswith(_WITH_TEXT):
            if words != _NULL:
                self.fault(Wrong.TEXT_ADDED)
            elif self.text_gone and body.startswith(_FORGET, verb_at):
                self.forgotten(body)
        elif words == _NULL:
            self.text_gone = self.seq
        elif not body.endswith(_TEXT_HASH % words):
            self.fault(Wrong.TEXT)

    def forgotten(self, body: bytes) -> None:
        upto = _UPTO.search(body)
        if upto and int(upto[1]) >= self.text_gone:
            self.text_gone = 0

    def enter(self, kind: bytes, stream: bytes) -> None:
        self.report.streams += 1
        self.kind, self.stream = kind, stream
        self.opening = b'{"kind":"%b","stream":%b,"seq":' % (kind, stream)
        self.seq, self.text_gone, self.faulty = 0, 0, False
        self.last = genesis(kind, stream)

    def leave(self) -> None:
        """The end of a stream against its head."""
        if not self.kind or self.faulty:
            return
        self.root.update(self.opening + self.last)
        if self.head_seq == _NULL:
            self.fault(Wrong.NO_HEAD)
        elif int(self.head_seq) != self.seq:
            self.fault(Wrong.TAIL if int(self.head_seq) > self.seq else Wrong.BEYOND)
        elif self.head_hash != self.last.hex().encode():
            self.fault(Wrong.HEAD)
        elif self.text_gone:
            self.fault(Wrong.TEXT_GONE, self.text_gone)

    def fault(self, what: Wrong, seq: int = 0) -> None:
        self.faulty = True
        self.report.add(self.kind, self.stream, seq or self.seq, what)


@lru_cache(maxsize=4096)
def _moment(at: bytes) -> bytes:
    """PostgreSQL's spelling of a UTC time ("2026-11-22 08:00:00.5") as it stands in a body."""
    return b',"at":"%bT%b.%bZ","verb":"' % (at[:10], at[11:19], at[20:].ljust(6, b"0"))
