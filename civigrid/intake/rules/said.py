"""What may be said, and how it is spelt when two reports are compared or one is proved."""

from __future__ import annotations

import json
import math
import re
import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from civigrid.base.errors import Refused
from civigrid.intake.rules.codes import (
    CLOCKS_DIFFER,
    CODE,
    EARLIEST,
    LANGUAGES,
    LARGEST_EXTRA,
    LONGEST,
    LONGEST_CONTACT,
    Channel,
    ReportKind,
    Urgency,
)
from civigrid.intake.rules.rows import ContactDetails, RawReport, ReportRow

# what PostgreSQL's text and jsonb cannot hold: the null character and halves of a surrogate pair
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_ESCAPED_NULL = re.compile(r"(?<!\\)(\\\\)*\\u0000")


def clean(raw: RawReport, *, now: datetime, sources: Collection[str] = ()) -> RawReport:
    """The report as it is stored: trimmed, one kind of line break. Refused(code, field=...) for what cannot be taken.

    `sources` are the pack's; empty means that no pack is loaded and any source is taken.
    """
    values: dict[str, Any] = {name: _tidy(name, getattr(raw, name), longest) for name, longest in LONGEST.items()}
    tidy = replace(raw, **values, **_codes(raw), contact=_clean_contact(raw.contact), extra=_clean_extra(raw.extra))
    _check_said(tidy)
    _check_point(tidy.lon, tidy.lat)
    _check_time(tidy.occurred_at, now)
    if sources and tidy.source not in sources:
        raise Refused("unknown_code", field="source", value=tidy.source)
    return tidy


def _tidy(name: str, value: str, longest: int) -> str:
    text = value.replace("\r\n", "\n").replace("\r", "\n").strip()
    if _UNSTORABLE.search(text):
        raise Refused("unstorable_text", field=name)
    if len(text) > longest:
        raise Refused("too_long", field=name, length=len(text), longest=longest)
    return text


def _clean_contact(contact: ContactDetails) -> ContactDetails:
    return ContactDetails(**{name: _tidy(name, getattr(contact, name), most) for name, most in LONGEST_CONTACT.items()})


def _clean_extra(extra: Mapping[str, Any]) -> Mapping[str, Any]:
    if not extra:
        return extra
    try:
        written = json.dumps(extra, ensure_ascii=False, allow_nan=False)
    except (TypeError, ValueError) as error:
        raise Refused("unstorable_text", field="extra") from error
    if _UNSTORABLE.search(written) or _ESCAPED_NULL.search(written):
        raise Refused("unstorable_text", field="extra")
    if len(written) > LARGEST_EXTRA:
        raise Refused("too_long", field="extra", length=len(written), longest=LARGEST_EXTRA)
    return extra


def _codes(raw: RawReport) -> dict[str, Any]:
    if raw.language not in LANGUAGES:
        raise Refused("unknown_code", field="language", value=raw.language)
    found: dict[str, Any] = {}
    for name, codes in (("channel", Channel), ("kind", ReportKind), ("urgency", Urgency)):
        try:
            found[name] = codes(getattr(raw, name))
        except ValueError as error:
            raise Refused("unknown_code", field=name, value=str(getattr(raw, name))[:40]) from error
    return found


def _check_said(raw: RawReport) -> None:
    if not raw.key:
        raise Refused("missing", field="key")
    if not CODE.fullmatch(raw.source):
        raise Refused("unknown_code" if raw.source else "missing", field="source", value=raw.source)
    if not re.fullmatch(r"[0-9]*", raw.region_code):
        raise Refused("unknown_code", field="region_code", value=raw.region_code)
    if not (raw.title or raw.text or raw.matter_code or raw.extra):
        raise Refused("nothing_said", field="text")


def _check_point(lon: float | None, lat: float | None) -> None:
    if lon is None and lat is None:
        return
    if lon is None or lat is None:
        raise Refused("bad_point", field="lon" if lon is None else "lat")
    if not (math.isfinite(lon) and math.isfinite(lat) and abs(lon) <= 180 and abs(lat) <= 90):
        raise Refused("bad_point", field="lon" if not (math.isfinite(lon) and abs(lon) <= 180) else "lat")
    if lon == 0 and lat == 0:  # what a receiver without a fix sends
        raise Refused("bad_point", field="lon")


def _check_time(occurred_at: datetime | None, now: datetime) -> None:
    if occurred_at is None:
        return
    if occurred_at.tzinfo is None:
        raise Refused("time_without_zone", field="occurred_at")
    if not EARLIEST <= occurred_at <= now + CLOCKS_DIFFER:
        raise Refused("absurd_time", field="occurred_at", value=occurred_at.isoformat())


def sameness(raw: RawReport) -> bytes:
    """What makes two reports the same: words, place, matter and point, whatever the spacing and width. Stored as a
    keyed hash: a plain one would tell a guesser what was said.
    """
    point = "" if raw.lon is None or raw.lat is None else f"{raw.lon:.6f} {raw.lat:.6f}"
    said = (raw.title, raw.text, raw.place_text, raw.matter_code, point)
    return "\x1f".join(map(normal, said)).encode()


def said(report: RawReport | ReportRow) -> bytes:
    """All that erasure blanks, spelt in one way: the same before a report is stored and after it is read again."""
    texts = [report.title, report.text, report.place_text, report.target_text, report.matter_code]
    point = [None if degrees is None else float(degrees) for degrees in (report.lon, report.lat)]
    extra = _settled(report.extra) if report.extra else {}
    return json.dumps([*texts, *point, extra], ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def _settled(extra: Mapping[str, Any]) -> Any:
    """As it comes out of jsonb, which keeps a number's value and not how it was written: 1e2 is 100."""
    return json.loads(json.dumps(extra), parse_int=_number, parse_float=_number)


def _number(written: str) -> str:
    number = Decimal(written)
    return f"{number.normalize() if number else 0:E}"


def normal(text: str) -> str:
    """Text without the differences that do not matter: width, case, spacing."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())
