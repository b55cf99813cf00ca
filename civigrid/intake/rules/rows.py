"""What is said, as it comes in, is stored and is read again. The order of a row's fields is that of its columns."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any

from civigrid.intake.rules.codes import Altered, Channel, DispositionKind, ReportKind, Urgency


@dataclass(frozen=True, slots=True)
class ContactDetails:
    """A way to answer. Never part of the report, sealed where it is stored."""

    phone: str = ""
    name: str = ""
    email: str = ""
    on_behalf: str = ""  # for whom the caller speaks, where it is not himself

    def __bool__(self) -> bool:
        return bool(self.phone or self.name or self.email or self.on_behalf)

    def dumps(self) -> bytes:
        return json.dumps({each.name: getattr(self, each.name) for each in fields(self)}, ensure_ascii=False).encode()

    @classmethod
    def loads(cls, plain: bytes) -> ContactDetails:
        return cls(**json.loads(plain))


@dataclass(frozen=True, slots=True)
class RawAttachment:
    """A file that came with a report, kept and recorded already under `sha256`; `name` is what its sender called it.

    lon/lat (degrees in `crs`) and `accuracy_m` (metres): where the device says it was made, beside the file and not in
    it. They are stored only where the sender said so: `place_shared`.
    """

    sha256: str
    name: str = ""
    captured_at: datetime | None = None
    lon: float | None = None
    lat: float | None = None
    accuracy_m: float | None = None
    crs: str = ""
    place_shared: bool = False


@dataclass(frozen=True, slots=True)
class RawReport:
    """What a door parsed. `key`: the sender's own id of this report in `channel`; lon/lat: degrees, EPSG:4326, or
    `position_crs` where that says another one; once they are converted, `lon_given`/`lat_given` are those that came.
    """

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
    lon_given: float | None = None
    lat_given: float | None = None
    position_accuracy_m: float | None = None
    position_crs: str = ""
    language: str = "zh-hans"
    confidential: bool = False
    extra: Mapping[str, Any] = field(default_factory=dict)
    occurred_at: datetime | None = None
    contact: ContactDetails = ContactDetails()
    attachments: tuple[RawAttachment, ...] = ()


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
    lon_given: float | None
    lat_given: float | None
    position_accuracy_m: float | None
    position_crs: str
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
class SaidRow:
    """What a page shows of a report. The order of the fields is that of the columns."""

    id: int
    kind: str
    title: str
    text: str
    place_text: str
    received_at: datetime
    erased_at: datetime | None


@dataclass(frozen=True, slots=True)
class Aside:
    """What else is known of a report than its words, as far as a person may know it who sees them. `vault`: he may open
    its contact. `on_behalf`: the caller spoke for somebody else; for whom, the contact says.
    """

    channel: str
    urgency: int
    confidential: bool
    occurred_at: datetime | None
    call_back: bool = False
    vault: bool = False
    on_behalf: bool = False
    recording: str = ""


@dataclass(frozen=True, slots=True)
class AttachmentRow:
    """A stored file of a report. The order of the fields is that of the columns; `sha256` None: it was erased."""

    report_id: int
    seq: int
    sha256: str | None
    name: str
    captured_at: datetime | None
    lon: float | None
    lat: float | None
    accuracy_m: float | None
    crs: str
    place_shared: bool
    by_account: int
    added_at: datetime
    erased_at: datetime | None


@dataclass(frozen=True, slots=True)
class ShownFile:
    """What a page shows of a report's file. The order of the fields is that of the columns."""

    report_id: int
    seq: int
    sha256: str | None
    name: str
    captured_at: datetime | None
    erased_at: datetime | None


@dataclass(frozen=True, slots=True)
class Kept:
    """One stretch of reports held against the record: how many, which are not as they should be, and its last id."""

    reports: int
    altered: Mapping[int, Altered]
    last: int


@dataclass(frozen=True, slots=True)
class Place:
    """Where a report is at work: the region, and the units that have it. What a scope is asked about."""

    region_code: str
    unit_ids: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Disposed:
    """What became of one report. `numbers` are those of the cases it opened, joined, chased or added to. `text` is what
    the sender is told of it; it stands in the record and is not read back with the row.
    """

    report_id: int
    kind: DispositionKind
    reason: str = ""
    numbers: tuple[str, ...] = ()
    text: str = ""


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


@dataclass(frozen=True, slots=True)
class WaitingRow:
    """A report that waits 待补充, for what (`rules.Missing`), since when and by whom it was said."""

    report_id: int
    missing: str
    at: datetime
    by_account: int


@dataclass(frozen=True, slots=True)
class HeldReport:
    """A locked report as it stands. `before` None: it has no disposition. `phone_index`: of its contact, b"" for none."""

    report: ReportRow
    before: DispositionKind | None
    pending: bool
    phone_index: bytes = b""
