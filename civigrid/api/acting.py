"""What is done to a case: a body for every verb, made from the form its verb takes (`cases.rules.FORMS`)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import MISSING, Field, fields
from datetime import date, datetime
from enum import Enum, IntEnum, StrEnum
from types import NoneType
from typing import Annotated, Any, get_args, get_type_hints

from pydantic import AfterValidator, BaseModel, create_model
from pydantic import Field as Limits

from civigrid.api import naming
from civigrid.api.problems import of_refusal
from civigrid.base import db, uploads
from civigrid.base.errors import Done, Refused
from civigrid.base.files import Kept
from civigrid.base.uploads import Owner
from civigrid.cases.rules import CODES, FORMS, EvidenceKind, Exhibit, Form, Verb
from civigrid.catalog import queries as catalog
from civigrid.directory.rules import Actor
from civigrid.flow import verbs
from civigrid.intake.channels.jsonbody import Shape

LONGEST_TEXT, LONGEST_CODE = 4_000, 100
MOST_EXHIBITS = 9
LARGEST_ID, LARGEST_NUMBER = 2**63 - 1, 2**31 - 1
_DEGREES = {"lon": 180, "lat": 90}


class ExhibitIn(Shape):
    """A file that was sent to /files before, as evidence."""

    upload: str = Limits(max_length=32)
    kind: EvidenceKind


def _code(kind: type[Form], name: str) -> Any:
    """The type of a field that takes one of some codes, as they are written."""
    members = list(CODES[kind, name])
    if isinstance(members[0], IntEnum):
        return IntEnum(f"{kind.__name__}{name.title()}", {each.name: each.value for each in members})
    return StrEnum(f"{kind.__name__}{name.title()}", {each.name: each.value for each in members})


def _type(kind: type[Form], name: str, told: Any) -> Any:
    """How the field of a form is written in JSON."""
    if (kind, name) in CODES:
        return _code(kind, name)
    if name == "exhibits":
        return Annotated[tuple[ExhibitIn, ...], Limits(max_length=MOST_EXHIBITS)]
    if name in naming.CODED:
        code = Annotated[str, Limits(min_length=1, max_length=LONGEST_CODE), AfterValidator(_storable)]
        return Annotated[tuple[code, ...], Limits(max_length=50)] if told == tuple[int, ...] else code
    plain = next((each for each in get_args(told) if each is not NoneType), told)
    return _limited(name, plain)


def _limited(name: str, plain: Any) -> Any:
    """The same with what the database can hold at most."""
    if plain is str:
        return Annotated[str, Limits(max_length=LONGEST_TEXT), AfterValidator(_storable)]
    if plain is float:
        return Annotated[float, Limits(ge=-_DEGREES[name], le=_DEGREES[name], allow_inf_nan=False)]
    if plain is int:
        return Annotated[int, Limits(ge=0, le=LARGEST_ID if name.endswith("_id") else LARGEST_NUMBER)]
    return plain


def _storable(text: str) -> str:
    if "\0" in text:
        raise ValueError("a null character")
    return text


def _field(kind: type[Form], field: Field[Any], told: Any) -> tuple[str, Any]:
    name = naming.CODED.get(field.name, field.name)
    shape = _type(kind, field.name, told)
    if field.default is MISSING:
        return name, (shape, ...)
    return name, (shape | None if field.default is None else shape, field.default)


def body_of(verb: Verb) -> type[BaseModel]:
    """The body of the verb: its form's fields without the case's number, which stands in the address."""
    kind = FORMS[verb]
    hints = get_type_hints(kind)
    told = dict(_field(kind, field, hints[field.name]) for field in fields(kind) if field.name != "number")
    name = "".join(part.title() for part in verb.value.split("_")) + "In"
    return create_model(name, __base__=Shape, __doc__=(kind.__doc__ or "").strip(), **told)


BODIES: Mapping[Verb, type[BaseModel]] = {verb: body_of(verb) for verb in Verb}


def act(verb: Verb, number: str, body: BaseModel, *, actor: Actor, now: datetime) -> None:
    """Does it. Raises Refused, or Problem where the verb said no. Opens its own transactions."""
    said = {name: _plain(getattr(body, name)) for name in type(body).model_fields}
    exhibits, kept, used = _exhibits(said.pop("exhibits", ()), actor, now)
    with db.system():
        values = naming.ids(said, _today(now))
    if exhibits:
        values["exhibits"] = exhibits
    form = FORMS[verb](number=number, **values)
    more = {"kept": kept} if kept else {}
    [outcome] = getattr(verbs, verb.value)(actor=actor, items=[form], now=now, **more)
    if outcome.state is not Done.DONE:
        raise of_refusal(Refused(outcome.code, **outcome.facts))
    uploads.cancel(used, owner=_owner(actor))


def _plain(value: Any) -> Any:
    return value.value if isinstance(value, Enum) else value


def _exhibits(
    sent: Sequence[ExhibitIn], actor: Actor, now: datetime
) -> tuple[tuple[Exhibit, ...], list[Kept], list[str]]:
    """Evidence, its files, and the uploads that are used up with them."""
    exhibits, kept = [], []
    for each in sent:
        done = uploads.finish(each.upload, owner=_owner(actor), now=now)
        assert done.kept is not None
        exhibits.append(Exhibit(done.kept.sha256, each.kind, done.name[:200]))
        kept.append(done.kept)
    return tuple(exhibits), kept, [each.upload for each in sent]


def _owner(actor: Actor) -> Owner:
    return Owner(actor.account_id, actor.post_id)


def _today(now: datetime) -> date:
    """Refused("no_city") before a pack was loaded: then there is no case either."""
    return now.astimezone(catalog.city().zone).date()
