"""What a line is, what may stand in it, and how it is hashed. Pure."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from hashlib import sha256

VERSION = 1
ALGORITHM = "sha256"
FORGET = "forget"  # the verb under which deleted texts are recorded

Scalar = str | int | float | bool | None

_KIND = re.compile(r"[a-z][a-z0-9_]{0,31}")
_VERB = re.compile(r"[a-z][a-z0-9_.-]{0,39}")
_FACT = re.compile(r"[a-z][a-z0-9_]{0,39}")
# codes, numbers, dates, hashes: no space, no quotes, nothing outside ASCII, so no sentence and no name in Chinese
_CODE = re.compile(r"[A-Za-z0-9_+-][A-Za-z0-9_.:+/#-]{0,79}")
_PERSONAL = re.compile(r"(?:\+?86|0086)?1[3-9]\d{9}|\d{17}[\dXx]")
_compact = json.JSONEncoder(ensure_ascii=True, separators=(",", ":"), sort_keys=True, allow_nan=False).encode


class BadLine(ValueError):
    """A line that may not be written: free or personal text among its facts, or a malformed name."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line to write. `facts` are scalars: numbers, yes/no, short codes; whatever a person said goes to `text`."""

    kind: str
    stream: int
    verb: str
    facts: Mapping[str, Scalar] = field(default_factory=dict)
    text: str = ""
    account: int = 0
    post: int = 0


@dataclass(frozen=True, slots=True)
class Entry:
    """One line as read. `text` is "" where there was none and None where it was deleted by rule."""

    seq: int
    at: datetime
    verb: str
    facts: Mapping[str, Scalar]
    text: str | None
    account: int
    post: int


def check(line: Line) -> None:
    """Raises `BadLine` with what is wrong and where it belongs."""
    _check_names(line.kind, line.verb)
    if "\0" in line.text:
        raise BadLine(f"the text of a {line.verb!r} line holds a NUL character, which PostgreSQL cannot store")
    for name, value in line.facts.items():
        if wrong := _wrong_name(name) or _wrong_value(value):
            raise BadLine(f"fact {name!r} of a {line.verb!r} line {wrong}")


@lru_cache(maxsize=1024)
def _check_names(kind: str, verb: str) -> None:
    if not _KIND.fullmatch(kind):
        raise BadLine(f"{kind!r} is no kind of stream: lower-case letters, digits and _")
    if not _VERB.fullmatch(verb):
        raise BadLine(f"{verb!r} is no verb: lower-case letters, digits, _ . -")


@lru_cache(maxsize=1024)
def _wrong_name(name: str) -> str:
    return "" if _FACT.fullmatch(name) else "is not named by lower-case letters, digits and _"


def _wrong_value(value: Scalar) -> str:
    if isinstance(value, str):
        return _wrong_code(value)
    if isinstance(value, float):
        return "" if math.isfinite(value) else "is not a finite number"
    return "" if value is None or isinstance(value, int) else f"is a {type(value).__name__}, not a scalar"


@lru_cache(maxsize=4096)
def _wrong_code(value: str) -> str:
    if value and not _CODE.fullmatch(value):
        return "is not a code of at most 80 signs: words go to `text`"
    return "looks like a telephone or identity number" if _PERSONAL.fullmatch(value) else ""


def moment(at: datetime) -> str:
    """The one spelling of a time in a body: UTC, microseconds."""
    if at.tzinfo is None:
        raise BadLine("a line's time needs a time zone")
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def opening(kind: str, stream: int | str, seq: int | str, at: str) -> str:
    """How every body begins: where the line stands and when. `verify` compares it with the columns."""
    return f'{{"kind":"{kind}","stream":{stream},"seq":{seq},"at":"{at}","verb":"'


def body(line: Line, seq: int, at: str, text_hash: str) -> str:
    """The canonical text of a line: JSON with this order of keys, no space, facts sorted."""
    end = f',"text":"{text_hash}"}}' if text_hash else "}"
    facts = _compact(line.facts) if line.facts else "{}"
    start = opening(line.kind, line.stream, seq, at)
    return f'{start}{line.verb}","account":{line.account},"post":{line.post},"facts":{facts}{end}'


def genesis(kind: bytes, stream: bytes) -> bytes:
    """What the first line of a stream is chained to: bound to the stream, so chains cannot change places."""
    return sha256(b"civigrid ledger %d\n%b\n%b" % (VERSION, kind, stream)).digest()


def chained(previous: bytes, body_bytes: bytes) -> bytes:
    return sha256(previous + body_bytes).digest()


def text_digest(salt: bytes, text: bytes) -> str:
    return sha256(salt + text).hexdigest()
