"""What may be said, and how it is spelt when two reports are compared or one is proved."""

from __future__ import annotations

import json
import math
import re
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from civigrid.base.errors import Refused
from civigrid.intake.rules.codes import (
    CLOCKS_DIFFER,
    CODE,
    COORDINATES,
    EARLIEST,
    LANGUAGES,
    LARGEST_EXTRA,
    LEAST_EXACT,
    LONGEST,
    LONGEST_CONTACT,
    LONGEST_FILE_NAME,
    MOST_FILES,
    Channel,
    ReportKind,
    Urgency,
)
from civigrid.intake.rules.rows import AttachmentRow, ContactDetails, RawAttachment, RawReport, ReportRow

# what PostgreSQL's text and jsonb cannot hold: the null character and halves of a surrogate pair
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_UNSEEN = frozenset({"Cc", "Cf", "Zs", "Zl", "Zp"})  # categories of signs that leave nothing on a page
_ESCAPED_NULL = re.compile(r"(?<!\\)(\\\\)*\\u0000")


def clean(raw: RawReport, *, now: datetime, sources: Collection[str] = (), files: Collection[str] = ()) -> RawReport:
    """The report as it is stored: trimmed, one kind of line break. Refused(code, field=...) for what cannot be taken.

    `sources` are the pack's; empty means that no pack is loaded and any source is taken. `files` are those stored.
    """
    values: dict[str, Any] = {name: _tidy(name, getattr(raw, name), longest) for name, longest in LONGEST.items()}
    values |= {"contact": _clean_contact(raw.contact), "extra": _clean_extra(raw.extra)}
    tidy = replace(raw, **values, **_codes(raw), **_clean_position(raw))
    _check_said(tidy)
    _check_time(tidy.occurred_at, now, "occurred_at")
    if sources and tidy.source not in sources:
        raise Refused("unknown_code", field="source", value=tidy.source)
    return replace(tidy, attachments=clean_files(raw.attachments, now=now, files=files)) if raw.attachments else tidy


def unstorable(text: str) -> bool:
    """Whether the database cannot hold it."""
    return bool(_UNSTORABLE.search(text))


def storable(text: str) -> str:
    """Without what the database cannot hold: for what is only looked up, and refused where it is stored."""
    return _UNSTORABLE.sub("", text)


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


def _shows(text: str) -> bool:
    """Whether anything of it can be seen: signs of no width, controls and blanks say nothing."""
    return any(unicodedata.category(sign) not in _UNSEEN for sign in text)


def _check_said(raw: RawReport) -> None:
    if not raw.key:
        raise Refused("missing", field="key")
    if not CODE.fullmatch(raw.source):
        raise Refused("unknown_code" if raw.source else "missing", field="source", value=raw.source)
    if not re.fullmatch(r"[0-9]*", raw.region_code):
        raise Refused("unknown_code", field="region_code", value=raw.region_code)
    if not (_shows(raw.title) or _shows(raw.text) or raw.matter_code or raw.extra):
        raise Refused("nothing_said", field="text")


def _clean_position(raw: RawReport) -> dict[str, Any]:
    """How exact the point is and in which coordinates; nothing of that without a point."""
    _check_point(raw.lon, raw.lat)
    _check_point(raw.lon_given, raw.lat_given)
    if raw.lon is None:
        return {"lon_given": None, "lat_given": None, "position_accuracy_m": None, "position_crs": ""}
    check_exact(raw.position_accuracy_m, raw.position_crs, "position_accuracy_m", "position_crs")
    return {}


def check_exact(accuracy_m: float | None, crs: str, *fields: str) -> None:
    """Refuses an accuracy that is none and coordinates that nobody knows; `fields` are what the two are called."""
    if accuracy_m is not None and not 0 <= accuracy_m <= LEAST_EXACT:
        raise Refused("bad_point", field=fields[0])
    if crs not in COORDINATES:
        raise Refused("unknown_code", field=fields[1], value=crs[:40])


def _check_point(lon: float | None, lat: float | None) -> None:
    if lon is None and lat is None:
        return
    if lon is None or lat is None:
        raise Refused("bad_point", field="lon" if lon is None else "lat")
    if not (math.isfinite(lon) and math.isfinite(lat) and abs(lon) <= 180 and abs(lat) <= 90):
        raise Refused("bad_point", field="lon" if not (math.isfinite(lon) and abs(lon) <= 180) else "lat")
    if lon == 0 and lat == 0:  # what a receiver without a fix sends
        raise Refused("bad_point", field="lon")


def _check_time(moment: datetime | None, now: datetime, field: str) -> None:
    if moment is None:
        return
    if moment.tzinfo is None:
        raise Refused("time_without_zone", field=field)
    if not EARLIEST <= moment <= now + CLOCKS_DIFFER:
        raise Refused("absurd_time", field=field, value=moment.isoformat())


def clean_files(
    several: Sequence[RawAttachment], *, now: datetime, files: Collection[str]
) -> tuple[RawAttachment, ...]:
    """Each file once, in the order they came; without its place where the sender does not share it."""
    once = {each.sha256: each for each in reversed(several)}
    if len(once) > MOST_FILES:
        raise Refused("too_many_files", field="attachments", most=MOST_FILES)
    return tuple(_clean_file(once[sha256], now, files) for sha256 in dict.fromkeys(each.sha256 for each in several))


def _clean_file(file: RawAttachment, now: datetime, files: Collection[str]) -> RawAttachment:
    if file.sha256 not in files:
        raise Refused("unknown_file", field="attachments")
    _check_time(file.captured_at, now, "captured_at")
    name = _UNSTORABLE.sub("", file.name).strip()[:LONGEST_FILE_NAME]
    if not file.place_shared or file.lon is None:
        return RawAttachment(file.sha256, name, file.captured_at, place_shared=file.place_shared)
    _check_point(file.lon, file.lat)
    check_exact(file.accuracy_m, file.crs, "accuracy_m", "crs")
    return replace(file, name=name)


def sameness(raw: RawReport) -> bytes:
    """What makes two reports the same: words, place, matter and point, whatever the spacing and width. Stored as a
    keyed hash: a plain one would tell a guesser what was said.
    """
    point = "" if raw.lon is None or raw.lat is None else f"{raw.lon:.6f} {raw.lat:.6f}"
    said = (raw.title, raw.text, raw.place_text, raw.matter_code, point)
    return "\x1f".join(map(normal, said)).encode()


def said(report: RawReport | ReportRow) -> bytes:
    """All that erasure blanks, spelt in one way: the same before a report is stored and after it is read again."""
    texts = [report.title, report.text, report.place_text, report.target_text, report.matter_code, report.position_crs]
    numbers = (report.lon, report.lat, report.lon_given, report.lat_given, report.position_accuracy_m)
    point = [_float(number) for number in numbers]
    extra = _settled(report.extra) if report.extra else {}
    return json.dumps([*texts, *point, extra], ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def shown(files: Sequence[RawAttachment] | Sequence[AttachmentRow]) -> bytes:
    """The same of the files that came with a report, in their order."""
    return json.dumps([_spelt(file) for file in files], ensure_ascii=False, separators=(",", ":")).encode()


def _spelt(file: RawAttachment | AttachmentRow) -> list[Any]:
    captured_at = file.captured_at.astimezone(UTC).isoformat() if file.captured_at else None
    place = [_float(number) for number in (file.lon, file.lat, file.accuracy_m)]
    return [file.sha256, file.name, captured_at, *place, file.crs, file.place_shared]


def _float(number: float | None) -> float | None:
    return None if number is None else float(number)


def _settled(extra: Mapping[str, Any]) -> Any:
    """As it comes out of jsonb, which keeps a number's value and not how it was written: 1e2 is 100."""
    return json.loads(json.dumps(extra), parse_int=_number, parse_float=_number)


def _number(written: str) -> str:
    number = Decimal(written)
    return f"{number.normalize() if number else 0:E}"


def normal(text: str) -> str:
    """Text without the differences that do not matter: width, case, spacing."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())
