"""随手拍: what the resident's own form says, as a report. No account, no sign-in: the form's key names it.

The key is as secret as the query code that is made of it (`code_of`), so only its hash is kept with the report.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from civigrid.base import crypto
from civigrid.base.errors import Refused
from civigrid.intake.rules import (
    Channel,
    ContactDetails,
    RawAttachment,
    RawReport,
    ReportKind,
    own_number,
    spelt_code,
)

LONGEST_TEXT = 2_000  # characters: what is longer is a letter
# what need not be anywhere
PLACELESS = frozenset({ReportKind.CONSULT, ReportKind.SUGGESTION, ReportKind.PRAISE})


@dataclass(frozen=True, slots=True)
class Said:
    """The fields of the form. lon/lat: degrees, EPSG:4326, where a person put the pin; `accuracy`: metres, of a telephone
    that found its own place; `about`: the number of the sender's earlier report.
    """

    text: str
    kind: str = ReportKind.HELP
    place: str = ""
    lon: float | None = None
    lat: float | None = None
    accuracy: float | None = None
    matter: str = ""
    name: str = ""
    phone: str = ""
    call_back: bool = False
    confidential: bool = False
    about: str = ""


def key_of(form_key: str) -> str:
    """What a form's key is stored as."""
    return crypto.keyed_hash("form", form_key.encode()).hex()


def code_of(form_key: str) -> str:
    """The query code of the report a form makes: the same form, sent again, has the same one, and nobody stores it."""
    return spelt_code(crypto.keyed_hash("code", form_key.encode()))


def parse(said: Said, *, key: str, source: str, language: str, files: Sequence[RawAttachment] = ()) -> RawReport:
    """Refused: the first of its `faults`."""
    for no in faults(said):
        raise no
    kind = _kind(said.kind)
    extra = {"call_back": True} if said.call_back else {}
    return RawReport(
        channel=Channel.PUBLIC,
        key=key_of(key),
        source=source,
        kind=kind,
        text=f"[{said.about}] {said.text.strip()}" if said.about else said.text,
        place_text=said.place,
        matter_code=said.matter,
        lon=said.lon,
        lat=said.lat,
        position_accuracy_m=said.accuracy,
        language=language,
        confidential=said.confidential,
        extra=extra,
        contact=_contact(said),
        attachments=tuple(files),
    )


def faults(said: Said) -> list[Refused]:
    """Refused(code, field=...) for each thing the form must be asked again about: nothing_said, missing, not_a_number."""
    found = []
    for check in (_text, _place, _contact):
        try:
            check(said)
        except Refused as no:
            found.append(no)
    return found


def _text(said: Said) -> None:
    if not said.text.strip():
        raise Refused("nothing_said", field="text")


def _place(said: Said) -> None:
    if _kind(said.kind) not in PLACELESS and not said.place.strip() and said.lon is None and not said.about:
        raise Refused("missing", field="place")


def _kind(code: str) -> ReportKind:
    try:
        return ReportKind(code)
    except ValueError as error:
        raise Refused("unknown_code", field="kind", value=code[:40]) from error


def _contact(said: Said) -> ContactDetails:
    """Whoever wishes to be called says where; a number that is nobody's helps nobody."""
    phone = said.phone.strip()
    if phone:
        try:
            own_number(crypto.plain_number(phone))
        except Refused as no:
            raise Refused(no.code, field="phone") from no
    elif said.call_back:
        raise Refused("missing", field="phone")
    return ContactDetails(phone=phone, name=said.name.strip())
