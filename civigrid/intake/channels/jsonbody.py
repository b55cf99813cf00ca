"""A report as a connected system sends it: one JSON object, alone or as a line of many."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from civigrid.base import shapes
from civigrid.base.errors import Refused
from civigrid.intake.rules import (
    LONGEST,
    LONGEST_CONTACT,
    MOST_FILES,
    Channel,
    ContactDetails,
    RawReport,
    ReportKind,
    Urgency,
)
from civigrid.places.rules import Crs

KEY = r"^[\x21-\x7e]{1,128}$"  # what may stand in a header too

Language = Literal["zh-hans", "en"]
Key = Annotated[str, Field(pattern=KEY, description="The sender's own id of it: sent twice, it is stored once.")]


def _text(name: str, about: str) -> Any:
    return Field("", max_length=LONGEST[name], description=about)


class Shape(BaseModel):
    """Exact types, and no field that nobody knows: a misspelt name is told, not dropped."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class ContactIn(Shape):
    """A way to answer. Sealed where it is stored; no answer of the API ever tells it."""

    phone: str = Field("", max_length=LONGEST_CONTACT["phone"])
    name: str = Field("", max_length=LONGEST_CONTACT["name"])
    email: str = Field("", max_length=LONGEST_CONTACT["email"])


class ReportIn(Shape):
    """What one sender said, once. Of title, text, matter_code and extra at least one says what it is about."""

    key: Key | None = None
    source: str = Field(min_length=1, max_length=LONGEST["source"], description="A code of the city's report sources.")
    kind: ReportKind = Field(ReportKind.OTHER, description="What is wanted.")
    urgency: Urgency = Field(Urgency.ORDINARY, description="1 critical, 2 urgent, 3 ordinary.")
    title: str = _text("title", "In a few words.")
    text: str = _text("text", "In the sender's words.")
    place_text: str = _text("place_text", "Where, in words: an address, a crossing, a pole number.")
    target_text: str = _text("target_text", "Whom it complains of. That unit never gets it.")
    matter_code: str = _text("matter_code", "A code of the city's list of matters, where the sender knows it.")
    region_code: str = Field("", pattern=r"^[0-9]{0,15}$", description="A national region code, where it is known.")
    lon: float | None = Field(None, ge=-180, le=180, allow_inf_nan=False, description="Degrees.")
    lat: float | None = Field(None, ge=-90, le=90, allow_inf_nan=False, description="Degrees.")
    position_crs: Literal[""] | Crs = Field("", description="In which coordinates; EPSG:4326 where it is left out.")
    position_accuracy_m: float | None = Field(None, ge=0, le=1_000_000, allow_inf_nan=False, description="Metres.")
    occurred_at: datetime | None = Field(None, description="When it was seen, with a time zone.")
    language: Language = "zh-hans"
    confidential: bool = Field(False, description="Nobody but who must may know that it was said.")
    contact: ContactIn | None = None
    extra: dict[str, Any] = Field(default_factory=dict, description="Kept beside it: at most 20,000 characters.")
    uploads: tuple[str, ...] = Field((), max_length=MOST_FILES, description="Files that were sent to /files before.")


@dataclass(frozen=True, slots=True)
class Sent:
    """A report, the key it was sent with ("" for none), and the uploads it names."""

    raw: RawReport
    key: str
    uploads: tuple[str, ...] = ()


def parse(body: bytes | bytearray | str, *, account_id: int, key: str = "") -> Sent:
    """One JSON object. `key` is one that came beside it. Refused(code, field=..., faults=[...]).

    Keys are each account's own: two systems that both count from 1 never meet.
    """
    try:
        said = ReportIn.model_validate_json(body)
    except ValidationError as error:
        raise shapes.refused(error) from None
    if key and said.key not in (None, key):
        raise Refused("keys_differ", field="key")
    chosen = key or said.key or ""
    return Sent(_raw(said, f"{account_id}:{chosen}"), chosen, said.uploads)


_SAME = frozenset(RawReport.__dataclass_fields__) & frozenset(ReportIn.model_fields) - {"key", "contact"}


def _raw(said: ReportIn, key: str) -> RawReport:
    contact = ContactDetails(**said.contact.model_dump()) if said.contact else ContactDetails()
    values = {name: getattr(said, name) for name in _SAME}
    return RawReport(channel=Channel.API, key=key, contact=contact, **values)
