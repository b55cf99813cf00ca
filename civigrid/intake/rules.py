"""What may be said, and what becomes of it. Values in, values out."""

from __future__ import annotations

import hashlib
import json
import math
import re
import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from civigrid.base.errors import Refused
from civigrid.catalog.rules import Urgency as Urgency
from civigrid.directory.rules import Actor, Role


class Channel(StrEnum):
    """The door a report came through; with the sender's key it names the report. `source` says whose it is."""

    DESK = "desk"  # typed by an intake officer
    PUBLIC = "public"  # 随手拍, the resident's own page
    FIELD = "field"  # grid workers and inspectors
    UNIT = "unit"  # a department or a town
    IMPORT = "import"  # a file
    API = "api"
    OPEN311 = "open311"
    DEVICE = "device"


class ReportKind(StrEnum):
    """诉求性质; what machines and grid workers send is a field report 上报."""

    CONSULT = "consult"
    HELP = "help"
    COMPLAINT = "complaint"
    TIPOFF = "tipoff"
    SUGGESTION = "suggestion"
    PRAISE = "praise"
    FIELD = "field"
    OTHER = "other"


class DispositionKind(StrEnum):
    """去向: what became of a report."""

    ANSWERED = "answered"
    OPENED = "opened"
    JOINED = "joined"
    CHASED = "chased"
    SUPPLEMENTED = "supplemented"
    WITHDRAWN = "withdrawn"
    NOT_ACCEPTED = "not_accepted"
    TRANSFERRED = "transferred"
    WAITING = "waiting"
    INVALID = "invalid"


class NotAccepted(StrEnum):
    """Why a report is not accepted 不予受理; the caller is told."""

    LEGAL_WAY = "N1"  # a court, arbitration, review, petition or discipline has it
    OTHER_CITY = "N2"
    NOTHING_NEW = "N3"  # closed before, nothing new said
    CONFIDENTIAL = "N4"  # secrecy, privacy, public decency
    UNVERIFIABLE = "N5"  # nobody to ask and nothing to check
    PRIVATE_RIGHT = "N6"  # civil rights that mediation does not take
    ADVERTISING = "N7"


class PendingState(StrEnum):
    READY = "ready"
    PARKED = "parked"


class Purpose(StrEnum):
    """Why somebody unmasks a contact."""

    CALL_BACK = "call_back"
    ASK_MORE = "ask_more"
    ANSWER = "answer"
    RESCUE = "rescue"


class EraseReason(StrEnum):
    EXPIRED = "expired"
    REQUESTED = "requested"
    UNLAWFUL = "unlawful"  # it should never have been stored


ATTEMPTS = 3  # a report that fails so often is parked
TRIED_AGAIN_AFTER = timedelta(seconds=30)  # times the number of attempts so far
CONTACT_KEPT = timedelta(days=365)  # how long a way to answer is kept
LONGEST = {
    "key": 200,
    "source": 40,
    "title": 200,
    "text": 20_000,
    "place_text": 500,
    "target_text": 200,
    "matter_code": 100,
    "region_code": 15,
}
LONGEST_CONTACT = {"phone": 40, "name": 100, "email": 254}
LARGEST_EXTRA = 20_000  # characters of JSON
EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
CLOCKS_DIFFER = timedelta(days=1)  # how far in the future a sender's clock may be
LANGUAGES = frozenset({"zh-hans", "en"})
MAY_REVEAL = frozenset({Role.INTAKE, Role.DUTY_CHIEF, Role.CALLER})
_NEEDS_NUMBER = {DispositionKind.OPENED, DispositionKind.JOINED, DispositionKind.CHASED, DispositionKind.SUPPLEMENTED}


@dataclass(frozen=True, slots=True)
class ContactDetails:
    """A way to answer. Never part of the report, sealed where it is stored."""

    phone: str = ""
    name: str = ""
    email: str = ""

    def __bool__(self) -> bool:
        return bool(self.phone or self.name or self.email)

    def dumps(self) -> bytes:
        return json.dumps({each.name: getattr(self, each.name) for each in fields(self)}, ensure_ascii=False).encode()

    @classmethod
    def loads(cls, plain: bytes) -> ContactDetails:
        return cls(**json.loads(plain))


@dataclass(frozen=True, slots=True)
class RawReport:
    """What a door parsed. `key`: the sender's own id of this report in `channel`; lon/lat: degrees, EPSG:4326."""

    channel: Channel
    key: str
    source: str
    kind: ReportKind = ReportKind.OTHER
    urgency: Urgency = Urgency.ORDINARY
    title: str = ""
    text: str = ""
    place_text: str = ""
    target_text: str = ""
    matter_code: str = ""
    region_code: str = ""
    lon: float | None = None
    lat: float | None = None
    language: str = "zh-hans"
    confidential: bool = False
    extra: Mapping[str, Any] = field(default_factory=dict)
    occurred_at: datetime | None = None
    contact: ContactDetails = ContactDetails()


@dataclass(frozen=True, slots=True)
class ReportRow:
    """A stored report, as every later stage reads it. The order of the fields is that of the columns."""

    id: int
    channel: str
    key: str
    source: str
    kind: str
    urgency: int
    title: str
    text: str
    place_text: str
    target_text: str
    matter_code: str
    region_code: str
    lon: float | None
    lat: float | None
    language: str
    confidential: bool
    extra: Mapping[str, Any]
    digest: bytes
    occurred_at: datetime | None
    received_at: datetime
    received_by: int
    erased_at: datetime | None

    @property
    def words(self) -> str:
        """Everything that was said about the thing itself."""
        return f"{self.title}\n{self.text}" if self.title and self.text else self.title or self.text


@dataclass(frozen=True, slots=True)
class Disposed:
    """What became of one report. `numbers` are those of the cases it opened, joined, chased or added to."""

    report_id: int
    kind: DispositionKind
    reason: str = ""
    numbers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Balance:
    """A period's reports: `reports` = the sum of `kinds` + `undisposed`, always."""

    reports: int
    kinds: Mapping[DispositionKind, int]
    undisposed: int

    @property
    def whole(self) -> bool:
        return self.reports == sum(self.kinds.values()) + self.undisposed


@dataclass(frozen=True, slots=True)
class ParkedRow:
    report_id: int
    attempts: int
    error: str
    received_at: datetime


# what PostgreSQL's text and jsonb cannot hold: the null character and halves of a surrogate pair
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_ESCAPED_NULL = re.compile(r"(?<!\\)(\\\\)*\\u0000")
# what may stand in the record: a code, never a sentence
_CODE = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,39}")


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
    if not _CODE.fullmatch(raw.source):
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


def digest(raw: RawReport) -> bytes:
    """SHA-256 over what makes two reports the same: words, place, matter and point, whatever the spacing and width."""
    point = "" if raw.lon is None or raw.lat is None else f"{raw.lon:.6f} {raw.lat:.6f}"
    said = (raw.title, raw.text, raw.place_text, raw.matter_code, point)
    return hashlib.sha256("\x1f".join(map(normal, said)).encode()).digest()


def normal(text: str) -> str:
    """Text without the differences that do not matter: width, case, spacing."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def check_disposed(row: Disposed) -> None:
    """Refuses a disposition that does not say what it must."""
    if row.kind is DispositionKind.NOT_ACCEPTED and row.reason not in set(NotAccepted):
        raise Refused("reason_needed", value=row.reason)
    if row.reason and not _CODE.fullmatch(row.reason):
        raise Refused("reason_needed", value=row.reason)
    if row.kind in _NEEDS_NUMBER and not row.numbers:
        raise Refused("number_needed")


def may_reveal(actor: Actor, purpose: str) -> None:
    """Refuses who has no business with a contact. The unit complained of never has."""
    if purpose not in set(Purpose):
        raise Refused("purpose_needed", value=purpose)
    if actor.role not in MAY_REVEAL:
        raise Refused("not_your_role")
