"""One report: bytes in, an answer out. The one way it is made here, whoever read the bytes: Django's view or the
ASGI door, alone or in a group (`civigrid.api.door`).

`read` parses, one call of `flow.arriving.take` keeps and processes, `written` renders.
"""

from __future__ import annotations

import json
import re
import uuid
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from civigrid.api.problems import Problem, of_refusal
from civigrid.base import db, env, uploads
from civigrid.base.errors import Outcome, Refused
from civigrid.base.files import Kept
from civigrid.base.uploads import Owner
from civigrid.directory.rules import Actor
from civigrid.flow.arriving import Arrived, Parcel
from civigrid.intake import queries as reports_of
from civigrid.intake.channels import jsonbody
from civigrid.intake.channels.jsonbody import Sent
from civigrid.intake.rules import Disposed, RawAttachment

JSON = {"Content-Type": "application/json", "Cache-Control": "no-store"}


@dataclass(frozen=True, slots=True)
class Read:
    """A report that was read: its parcel, the key its sender knows it by, and the uploads that are used up with it."""

    parcel: Parcel
    key: str
    uploads: tuple[str, ...] = ()


def check_size(size: int) -> None:
    limit = env.API_MAX_JSON_BYTES.number()
    if size > limit:
        raise Problem(413, "too_large", limit=limit)


def read(body: bytes, *, key: str, actor: Actor) -> Read:
    """No database, no disk. Raises Problem or Refused. Without any key one is made: then it cannot be repeated safely."""
    check_size(len(body))
    if key and not re.match(jsonbody.KEY, key):
        raise Problem(400, "bad_key", field="Idempotency-Key")
    sent = jsonbody.parse(body, account_id=actor.account_id, key=key)
    if not sent.key:
        sent = _with_a_key(sent, actor)
    return Read(Parcel(sent.raw, actor), sent.key, sent.uploads)


def _with_a_key(sent: Sent, actor: Actor) -> Sent:
    made = uuid.uuid4().hex
    return replace(sent, raw=replace(sent.raw, key=f"{actor.account_id}:{made}"), key=made)


def with_files(found: Read, *, now: datetime) -> Read:
    """With the files it names brought to their place. Opens its own transactions.

    A report that is known already is taken as it is: its uploads were used up when it came first.
    """
    if not found.uploads:
        return found
    actor, raw = found.parcel.actor, found.parcel.raw
    with db.system():
        known = reports_of.ids_of([(raw.channel, raw.key)])
    if known:
        return replace(found, uploads=())
    kept, attachments = [], []
    for token in dict.fromkeys(found.uploads):
        file, name = _finished(token, actor, now)
        kept.append(file)
        attachments.append(RawAttachment(file.sha256, name=name))
    parcel = Parcel(replace(raw, attachments=tuple(attachments)), actor, tuple(kept))
    return replace(found, parcel=parcel)


def _finished(token: str, actor: Actor, now: datetime) -> tuple[Kept, str]:
    try:
        done = uploads.finish(token, owner=Owner(actor.account_id, actor.post_id), now=now)
    except Refused as no:
        raise Refused(no.code, **{**no.facts, "field": "uploads"}) from no
    assert done.kept is not None
    return done.kept, done.name


def used(found: Read) -> None:
    """Its uploads are not needed any more; the files stay."""
    actor = found.parcel.actor
    uploads.cancel(found.uploads, owner=Owner(actor.account_id, actor.post_id))


def written(found: Read, outcome: Outcome) -> tuple[int, dict[str, str], bytes]:
    """Status, headers, body. Raises Problem where it was refused."""
    if not outcome.ok:
        raise of_refusal(Refused(outcome.code, **outcome.facts))
    arrived: Arrived = outcome.made
    body = {
        "id": arrived.report_id,
        "key": found.key,
        "repeated": outcome.code == "repeated",
        "disposition": disposition(arrived.disposed),
    }
    headers = {**JSON, "Location": f"/api/v1/reports/{arrived.report_id}"}
    return (200 if body["repeated"] else 201), headers, json.dumps(body, ensure_ascii=False).encode()


def disposition(disposed: Disposed | None) -> dict[str, Any] | None:
    """What became of a report; None while it is still to be processed."""
    if disposed is None:
        return None
    return {"kind": disposed.kind.value, "reason": disposed.reason, "numbers": list(disposed.numbers)}
