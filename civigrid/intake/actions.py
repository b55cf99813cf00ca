"""Keeping what was said, working through it, and saying what became of it. Every verb takes a batch."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from civigrid.base import crypto, db, ledger
from civigrid.base.bulk import execute
from civigrid.base.errors import Outcome, Refused
from civigrid.base.ledger import Line
from civigrid.catalog import queries as catalog
from civigrid.directory.rules import MACHINE, Actor
from civigrid.intake import queries, rules
from civigrid.intake.models import Contact
from civigrid.intake.rules import (
    ContactDetails,
    Disposed,
    DispositionKind,
    EraseReason,
    PendingState,
    Place,
    RawReport,
)

LEASE = timedelta(seconds=60)  # how long a claim in a transaction of its own holds
LONGEST_ERROR = 500

# what is sent of a report, with its type; a batch travels as one JSON text, which costs less than an array per column
_SENT = {
    "id": "bigint", "channel": "text", "key": "text", "source": "text", "kind": "text", "urgency": "smallint",
    "title": "text", "text": "text", "place_text": "text", "target_text": "text", "matter_code": "text",
    "region_code": "text", "lon": "float8", "lat": "float8", "language": "text", "confidential": "boolean",
    "extra": "jsonb", "digest": "bytea", "occurred_at": "timestamptz",
}  # fmt: skip
_INSERT = f"""
WITH new AS (
  INSERT INTO intake_report ({", ".join(_SENT)}, received_at, received_by)
  SELECT {", ".join(_SENT)}, %s, %s
  FROM json_to_recordset(%s::json) AS sent ({", ".join(f"{name} {kind}" for name, kind in _SENT.items())})
  ON CONFLICT (channel, key) DO NOTHING RETURNING id
), waiting AS (
  INSERT INTO intake_pending (report_id, state, attempts, error)
  SELECT id, '{PendingState.READY}', 0, '' FROM new WHERE %s::boolean
), vault AS (
  INSERT INTO intake_contact (report_id, sealed, phone_index, expires_at)
  SELECT id, sealed, phone_index, %s
  FROM json_to_recordset(%s::json) AS contact (id bigint, sealed bytea, phone_index bytea) JOIN new USING (id)
)
SELECT id FROM new
"""  # noqa: S608  # column names and an enum member of our own
_KNOWN = """
SELECT channel, key, id, digest
FROM intake_report JOIN unnest(%s::text[], %s::text[]) AS wanted (channel, key) USING (channel, key)
"""

_Name = tuple[str, str]  # channel and key


@dataclass(frozen=True, slots=True)
class _New:
    """A clean report of a batch: where it stands in it, the id it would get, and what it is known by."""

    index: int
    id: int
    raw: RawReport
    digest: bytes

    @property
    def name(self) -> _Name:
        return self.raw.channel, self.raw.key


def record(raws: Sequence[RawReport], *, now: datetime, actor: Actor = MACHINE, pending: bool = True) -> list[Outcome]:
    """Stores reports once each by (channel, key). Outcome: id = place in `raws`, made = the report's id.

    A key that is known is "repeated" and makes nothing; with other words under it, it is refused as "key_reused". With
    `pending`, the conveyor will process them.
    """
    db.require_transaction()
    refused, clean = _clean(raws, now)
    new = _numbered(clean)
    stored = _insert(new, now, actor, pending=pending)
    ledger.append([_received(each, actor) for each in new if each.id in stored], now=now)
    known = _known(new, stored)
    outcomes = {each.index: _recorded(each, stored, known) for each in new} | refused
    return [outcomes[index] for index in range(len(raws))]


def check(raws: Sequence[RawReport], *, now: datetime, seen: dict[_Name, bytes]) -> list[Outcome]:
    """What `record` would say to them, and nothing is stored. `seen` is kept by the caller between the batches of one
    trial: what an earlier one would have stored counts as known.
    """
    db.require_transaction()
    refused, clean = _clean(raws, now)
    new = [_New(index, 0, raw, _digest(raw)) for index, raw in clean]
    stored = {name: digest for name, (_, digest) in _known(new, set()).items()}
    outcomes = {each.index: _checked(each, stored, seen) for each in new} | refused
    return [outcomes[index] for index in range(len(raws))]


def _checked(new: _New, stored: Mapping[_Name, bytes], seen: dict[_Name, bytes]) -> Outcome:
    known = stored.get(new.name) or seen.get(new.name)
    if known is None:
        seen[new.name] = new.digest
        return Outcome(new.index)
    return _again(new, 0, known)


def _clean(raws: Sequence[RawReport], now: datetime) -> tuple[dict[int, Outcome], list[tuple[int, RawReport]]]:
    sources = _sources()
    refused: dict[int, Outcome] = {}
    clean: list[tuple[int, RawReport]] = []
    for index, raw in enumerate(raws):
        try:
            clean.append((index, rules.clean(raw, now=now, sources=sources)))
        except Refused as no:
            refused[index] = Outcome.refused(index, no)
    return refused, clean


def _numbered(clean: Sequence[tuple[int, RawReport]]) -> list[_New]:
    ids = _next_ids(len(clean))
    return [_New(index, report_id, raw, _digest(raw)) for report_id, (index, raw) in zip(ids, clean, strict=True)]


def _digest(raw: RawReport) -> bytes:
    return crypto.keyed_hash("digest", rules.sameness(raw))


def _sources() -> Collection[str]:
    """The codes of the city's report sources; none before a pack was loaded, and then every source is taken."""
    try:
        return catalog.city().sources
    except Refused:
        return ()


def _next_ids(number: int) -> list[int]:
    """Ids in the order of arrival, known before the rows are written: contacts are sealed with them."""
    if not number:
        return []
    return [row[0] for row in execute("SELECT nextval('intake_report_id_seq') FROM generate_series(1, %s)", (number,))]


def _insert(new: Sequence[_New], now: datetime, actor: Actor, *, pending: bool) -> set[int]:
    """The ids that were written. Rows go in by name, so that two senders of one file wait and do not deadlock."""
    firsts = {each.name: each for each in reversed(new)}  # of two with one name in a batch, the first
    if not firsts:
        return set()
    rows = [firsts[name] for name in sorted(firsts)]
    reports = json.dumps([_sent(each) for each in rows], ensure_ascii=False)
    contacts = json.dumps([_sealed(each) for each in rows if each.raw.contact])
    values = (now, actor.account_id, reports, pending, now + rules.CONTACT_KEPT, contacts)
    return {row[0] for row in execute(_INSERT, values)}


def _sent(new: _New) -> dict[str, Any]:
    own = {"id": new.id, "digest": _hex(new.digest), "occurred_at": None}
    if new.raw.occurred_at:
        own["occurred_at"] = new.raw.occurred_at.isoformat()
    return {name: own[name] if name in own else getattr(new.raw, name) for name in _SENT}


def _sealed(new: _New) -> dict[str, Any]:
    contact = new.raw.contact
    index = crypto.phone_index(contact.phone)
    sealed = crypto.seal(contact.dumps(), row_id=new.id)
    return {"id": new.id, "sealed": _hex(sealed), "phone_index": _hex(index) if index else None}


def _hex(value: bytes) -> str:
    """Bytes as PostgreSQL reads them in a text."""
    return "\\x" + value.hex()


def _received(new: _New, actor: Actor) -> Line:
    raw = new.raw
    facts = {"channel": raw.channel, "source": raw.source, "kind": raw.kind, "urgency": int(raw.urgency)}
    facts["words"] = queries.words_seal(raw)
    return _line(new.id, "received", facts, actor)


def _line(report_id: int, verb: str, facts: Mapping[str, Any], actor: Actor, *, kind: str = "report") -> Line:
    return Line(kind=kind, stream=report_id, verb=verb, facts=facts, account=actor.account_id, post=actor.post_id)


def _known(new: Sequence[_New], stored: set[int]) -> dict[_Name, tuple[int, bytes]]:
    """(id, digest) of what is stored under the names of reports that were not: by this very batch, or earlier."""
    found = {each.name: (each.id, each.digest) for each in new if each.id in stored}
    earlier = sorted({each.name for each in new if each.id not in stored} - set(found))
    if earlier:
        rows = execute(_KNOWN, ([channel for channel, _ in earlier], [key for _, key in earlier]))
        found |= {(channel, key): (report_id, bytes(digest)) for channel, key, report_id, digest in rows}
    return found


def _recorded(new: _New, stored: set[int], known: Mapping[_Name, tuple[int, bytes]]) -> Outcome:
    if new.id in stored:
        return Outcome(new.index, made=new.id)
    return _again(new, *known[new.name])


def _again(new: _New, known_id: int, known_digest: bytes) -> Outcome:
    if new.digest == known_digest:
        return Outcome(new.index, code="repeated", made=known_id)
    return Outcome.refused(new.index, Refused("key_reused", field="key"))


_CLAIM = f"""
UPDATE intake_pending SET claimed_until = %s WHERE report_id IN (
  SELECT report_id FROM intake_pending
  WHERE state = '{PendingState.READY}' AND (claimed_until IS NULL OR claimed_until <= %s)
    AND (%s::boolean OR report_id = ANY(%s::bigint[]))
  ORDER BY report_id LIMIT %s FOR UPDATE SKIP LOCKED
) RETURNING report_id
"""  # noqa: S608  # an enum member of our own
_FAIL = f"""
UPDATE intake_pending p SET attempts = p.attempts + 1, error = f.error,
  claimed_until = %s + (p.attempts + 1) * %s::interval,
  state = CASE WHEN p.attempts + 1 >= %s THEN '{PendingState.PARKED}' ELSE p.state END
FROM unnest(%s::bigint[], %s::text[]) AS f (report_id, error) WHERE p.report_id = f.report_id
RETURNING p.report_id, p.state
"""  # noqa: S608  # an enum member of our own
_RETRY = f"""
UPDATE intake_pending SET state = '{PendingState.READY}', attempts = 0, error = '', claimed_until = NULL
WHERE report_id = ANY(%s::bigint[]) AND state = '{PendingState.PARKED}' RETURNING report_id
"""  # noqa: S608  # an enum member of our own


def claim(limit: int, *, now: datetime, lease: timedelta = LEASE, only: Sequence[int] | None = None) -> list[int]:
    """At most `limit` reports that are ready and nobody else holds, oldest first; of `only`, where given."""
    db.require_transaction()
    return sorted(row[0] for row in execute(_CLAIM, (now + lease, now, only is None, list(only or []), limit)))


def finish(report_ids: Sequence[int]) -> list[Outcome]:
    """They are processed: takes them off the list."""
    db.require_transaction()
    gone = {
        row[0]
        for row in execute(
            "DELETE FROM intake_pending WHERE report_id = ANY(%s::bigint[]) RETURNING report_id", (list(report_ids),)
        )
    }
    return [_done_or(report_id, report_id in gone, "not_pending") for report_id in report_ids]


def fail(report_ids: Sequence[int], errors: Sequence[str], *, now: datetime) -> list[Outcome]:
    """One more failed attempt each, tried again later and later. Outcome code "parked" where it was the last."""
    db.require_transaction()
    texts = [error.replace("\x00", "")[:LONGEST_ERROR] for error in errors]
    states = dict(execute(_FAIL, (now, rules.TRIED_AGAIN_AFTER, rules.ATTEMPTS, list(report_ids), texts)))
    parked = [report_id for report_id, state in states.items() if state == PendingState.PARKED]
    ledger.append([_line(report_id, "parked", {}, MACHINE) for report_id in sorted(parked)], now=now)
    return [
        Outcome(report_id, code="parked" if report_id in parked else "")
        if report_id in states
        else Outcome.refused(report_id, Refused("not_pending"))
        for report_id in report_ids
    ]


def retry_parked(report_ids: Sequence[int], *, now: datetime, actor: Actor) -> list[Outcome]:
    """An operator lets parked reports try again; `rules.may_retry` says who is one."""
    db.require_transaction()
    try:
        rules.may_retry(actor)
    except Refused as no:
        return [Outcome.refused(report_id, no) for report_id in report_ids]
    freed = {row[0] for row in execute(_RETRY, (list(report_ids),))}
    ledger.append([_line(report_id, "retried", {}, actor) for report_id in sorted(freed)], now=now)
    return [_done_or(report_id, report_id in freed, "not_parked") for report_id in report_ids]


_DISPOSE = """
INSERT INTO intake_disposition (report_id, kind, reason, numbers, at, by_account, by_post)
SELECT report_id, sent.kind, sent.reason, sent.numbers, %s, %s, %s
FROM json_to_recordset(%s::json) AS sent (report_id bigint, kind text, reason text, numbers text[])
JOIN intake_report report ON report.id = sent.report_id
ORDER BY report_id
ON CONFLICT (report_id) DO UPDATE SET kind = excluded.kind, reason = excluded.reason, numbers = excluded.numbers,
  at = excluded.at, by_account = excluded.by_account, by_post = excluded.by_post
RETURNING report_id, xmax <> 0
"""  # xmax of a row just inserted is 0: the other ones had a disposition already


def dispose(rows: Sequence[Disposed], *, now: datetime, actor: Actor) -> list[Outcome]:
    """Says what became of reports. One disposition each: a later one replaces it, with a line in the report's record.

    The machine's first one has no line of its own: the case's record says that it opened or was joined.
    """
    db.require_transaction()
    refused = {place: no for place, row in enumerate(rows) if (no := _refusal(row))}
    last = {row.report_id: row for place, row in enumerate(rows) if place not in refused}
    sent = json.dumps([asdict(row) for row in last.values()])
    values = (now, actor.account_id, actor.post_id, sent)
    written: dict[int, bool] = dict(execute(_DISPOSE, values)) if last else {}
    lines = [_disposed(last[each], actor) for each, again in written.items() if again or not actor.is_machine]
    ledger.append(lines, now=now)
    return [
        refused.get(place) or _done_or(row.report_id, row.report_id in written, "no_such_report")
        for place, row in enumerate(rows)
    ]


def _refusal(row: Disposed) -> Outcome | None:
    try:
        rules.check_disposed(row)
    except Refused as no:
        return Outcome.refused(row.report_id, no)
    return None


def _disposed(row: Disposed, actor: Actor) -> Line:
    facts = {"kind": DispositionKind(row.kind).value, "reason": row.reason}
    facts |= {f"number{place}": number for place, number in enumerate(row.numbers, start=1)}
    return _line(row.report_id, "disposed", facts, actor)


_ERASE = """
UPDATE intake_report SET title = '', text = '', place_text = '', target_text = '', matter_code = '', extra = '{}',
  lon = NULL, lat = NULL, erased_at = %s
WHERE id = ANY(%s::bigint[]) AND erased_at IS NULL RETURNING id
"""
_FORGET_ERRORS = "UPDATE intake_pending SET error = '' WHERE report_id = ANY(%s::bigint[]) AND error <> ''"
_EXPIRE = """
DELETE FROM intake_contact WHERE report_id IN (
  SELECT report_id FROM intake_contact WHERE expires_at <= %s ORDER BY expires_at LIMIT %s FOR UPDATE SKIP LOCKED
) RETURNING report_id
"""


def erase(report_ids: Sequence[int], *, now: datetime, actor: Actor, reason: EraseReason) -> list[Outcome]:
    """Blanks what was said and where, and deletes the contact; that it happened, when, by whom and why stays on the
    record. The key stays, so that the same report sent again is known. `rules.may_erase` says who may.
    """
    db.require_transaction()
    try:
        rules.may_erase(actor, reason)
    except Refused as no:
        return [Outcome.refused(report_id, no) for report_id in report_ids]
    erased = sorted(row[0] for row in execute(_ERASE, (now, list(report_ids))))
    execute(_FORGET_ERRORS, (erased,))  # an error may quote what it stumbled over
    Contact.objects.filter(report_id__in=erased).delete()
    ledger.append([_line(report_id, "erased", {"reason": reason.value}, actor) for report_id in erased], now=now)
    return [_done_or(report_id, report_id in erased, "nothing_to_erase") for report_id in report_ids]


def expire_contacts(*, now: datetime, limit: int) -> list[int]:
    """Deletes at most `limit` contacts that were kept as long as they may be, a line each; their reports' ids."""
    db.require_transaction()
    expired = sorted(row[0] for row in execute(_EXPIRE, (now, limit)))
    ledger.append([_line(report_id, "expired", {}, MACHINE, kind="contact") for report_id in expired], now=now)
    return expired


def reveal_contact(
    report_id: int, purpose: str, *, actor: Actor, now: datetime, places: Sequence[Place]
) -> ContactDetails:
    """Unmasks one contact for one purpose, and writes down who did and why. Refused for who has no business with it;
    `places` are where the report is at work.
    """
    db.require_transaction()
    rules.may_reveal(actor, purpose, places)
    contact = Contact.objects.filter(report_id=report_id).first()
    if contact is None:
        raise Refused("no_contact")
    ledger.append([_line(report_id, "revealed", {"purpose": purpose}, actor, kind="contact")], now=now)
    return ContactDetails.loads(crypto.unseal(bytes(contact.sealed), row_id=report_id))


_SEALED = """
SELECT report_id, sealed FROM intake_contact WHERE report_id > %s ORDER BY report_id LIMIT %s FOR NO KEY UPDATE
"""
_RESEAL = """
UPDATE intake_contact c SET sealed = n.sealed
FROM unnest(%s::bigint[], %s::bytea[]) AS n (report_id, sealed) WHERE c.report_id = n.report_id
"""


def reseal_contacts(*, after: int, limit: int) -> tuple[int, int]:
    """Seals with the current key what an older one holds, for at most `limit` contacts of reports above `after`.

    Returns (how many were sealed anew, the last id looked at; 0 is the end).
    """
    db.require_transaction()
    rows = [(report_id, bytes(sealed)) for report_id, sealed in execute(_SEALED, (after, limit))]
    anew = crypto.keys().resealed(rows)
    if anew:
        execute(_RESEAL, ([report_id for report_id, _ in anew], [sealed for _, sealed in anew]))
    return len(anew), rows[-1][0] if len(rows) == limit else 0


def _done_or(row_id: int, done: bool, code: str) -> Outcome:
    return Outcome(row_id) if done else Outcome.refused(row_id, Refused(code))
