"""Storing reports: what was said, the sealed contact and the files that came with it, in one statement."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, LiteralString

from civigrid.base import crypto, db, files, ledger
from civigrid.base.bulk import execute
from civigrid.base.errors import Outcome, Refused
from civigrid.base.ledger import Line
from civigrid.catalog import queries as catalog
from civigrid.directory.rules import MACHINE, Actor
from civigrid.intake import queries, rules
from civigrid.intake.actions.lines import line
from civigrid.intake.rules import Channel, PendingState, RawReport, ReportRow

# what is sent of a report, with its type; a batch travels as one JSON text, which costs less than an array per column
_SENT = {
    "id": "bigint", "channel": "text", "key": "text", "source": "text", "kind": "text", "urgency": "smallint",
    "title": "text", "text": "text", "place_text": "text", "target_text": "text", "matter_code": "text",
    "region_code": "text", "lon": "float8", "lat": "float8", "lon_given": "float8", "lat_given": "float8",
    "position_accuracy_m": "float8", "position_crs": "text", "language": "text", "confidential": "boolean",
    "extra": "jsonb", "digest": "bytea", "occurred_at": "timestamptz",
}  # fmt: skip
# the same of each file that came with a report; `id` is the report's
_FILES = {
    "id": "bigint", "seq": "smallint", "file_id": "text", "name": "text", "captured_at": "timestamptz", "lon": "float8",
    "lat": "float8", "accuracy_m": "float8", "crs": "text", "place_shared": "boolean",
}  # fmt: skip


def _typed(columns: Mapping[str, str]) -> str:
    return ", ".join(f"{name} {kind}" for name, kind in columns.items())


def _inserting(columns: LiteralString) -> LiteralString:
    """Stores reports with all that came with them, and tells these columns of those that were new."""
    return f"""
WITH new AS (
  INSERT INTO intake_report ({", ".join(_SENT)}, received_at, received_by)
  SELECT {", ".join(_SENT)}, %s, %s FROM json_to_recordset(%s::json) AS sent ({_typed(_SENT)})
  ON CONFLICT (channel, key) DO NOTHING RETURNING {columns}
), waiting AS (
  INSERT INTO intake_pending (report_id, state, attempts, error)
  SELECT id, '{PendingState.READY}', 0, '' FROM new WHERE %s::boolean
), vault AS (
  INSERT INTO intake_contact (report_id, sealed, phone_index, expires_at)
  SELECT id, sealed, phone_index, %s
  FROM json_to_recordset(%s::json) AS contact (id bigint, sealed bytea, phone_index bytea)
  WHERE id IN (SELECT id FROM new)
), files AS (
  INSERT INTO intake_attachment (report_{", ".join(_FILES)}, by_account, added_at)
  SELECT {", ".join(_FILES)}, %s, %s FROM json_to_recordset(%s::json) AS file ({_typed(_FILES)})
  WHERE id IN (SELECT id FROM new)
)
SELECT {columns} FROM new
"""  # noqa: S608  # column names and an enum member of our own


_INSERT, _INSERT_ROWS = _inserting("id"), _inserting(queries.COLUMNS)
_KNOWN = """
SELECT channel, key, id, digest, CASE WHEN erased_at IS NULL
  THEN ARRAY(SELECT file_id FROM intake_attachment a WHERE a.report_id = intake_report.id) END
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

    @property
    def files(self) -> frozenset[str]:
        return frozenset(file.sha256 for file in self.raw.attachments)


@dataclass(frozen=True, slots=True)
class _Stored:
    """What is stored under a name. `files` None: they are not known, because the report was erased or is only tried."""

    id: int
    digest: bytes
    files: frozenset[str] | None = None


def record(raws: Sequence[RawReport], *, now: datetime, actor: Actor = MACHINE) -> list[Outcome]:
    """Stores reports once each by (channel, key), for the conveyor. Outcome: id = place in `raws`, made = the report's id.

    A key that is known is "repeated" and makes nothing; with other words under it, or with files that are not stored, it
    is refused as "key_reused": nothing that was sent is dropped in silence. The files of `attachments` must be recorded
    already (`base.files.record`).
    """
    return _record(raws, now, actor, lambda new: {row[0] for row in _insert(_INSERT, new, now, actor, pending=True)})


def record_rows(
    raws: Sequence[RawReport], *, now: datetime, actor: Actor = MACHINE
) -> tuple[list[Outcome], list[ReportRow]]:
    """The same where the caller processes them in this transaction, and the conveyor need not hear of them; with the rows
    of those that were new, as they are stored and in the order of `raws`.
    """
    rows: dict[int, ReportRow] = {}

    def store(new: Sequence[_New]) -> Collection[int]:
        found = _insert(_INSERT_ROWS, new, now, actor, pending=False)
        rows.update((row[0], queries.report_row(row)) for row in found)
        return rows.keys()

    outcomes = _record(raws, now, actor, store)
    return outcomes, [rows[each.made] for each in outcomes if each.ok and not each.code]


def _record(
    raws: Sequence[RawReport], now: datetime, actor: Actor, store: Callable[[Sequence[_New]], Collection[int]]
) -> list[Outcome]:
    """`store` writes the rows and says which."""
    db.require_transaction()
    refused, clean = _clean(raws, now)
    new = _numbered(clean)
    stored = store(new)
    ledger.append([_received(each, actor) for each in new if each.id in stored], now=now, begin=True)
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
    stored = _known(new, ())
    outcomes = {each.index: _checked(each, stored, seen) for each in new} | refused
    return [outcomes[index] for index in range(len(raws))]


def _checked(new: _New, stored: Mapping[_Name, _Stored], seen: dict[_Name, bytes]) -> Outcome:
    if new.name in stored:
        return _again(new, replace(stored[new.name], id=0))
    if new.name in seen:
        return _again(new, _Stored(0, seen[new.name]))
    seen[new.name] = new.digest
    return Outcome(new.index)


def _clean(raws: Sequence[RawReport], now: datetime) -> tuple[dict[int, Outcome], list[tuple[int, RawReport]]]:
    sources, stored = _sources(), files.known({file.sha256 for raw in raws for file in raw.attachments})
    refused: dict[int, Outcome] = {}
    clean: list[tuple[int, RawReport]] = []
    for index, raw in enumerate(raws):
        try:
            clean.append((index, _known_matter(rules.clean(raw, now=now, sources=sources, files=stored), now)))
        except Refused as no:
            refused[index] = Outcome.refused(index, no)
    points = rules.converted([raw for _, raw in clean])
    return refused, [(index, raw) for (index, _), raw in zip(clean, points, strict=True)]


def _known_matter(raw: RawReport, now: datetime) -> RawReport:
    """A program is told at once of a code that is none; what others write, a person looks into."""
    if raw.channel is not Channel.API or not raw.matter_code:
        return raw
    try:
        on = now.astimezone(catalog.city().zone).date()
    except Refused:  # before a pack was loaded every code is taken
        return raw
    if raw.matter_code not in catalog.matters_by_code(on):
        raise Refused("unknown_code", field="matter_code", value=raw.matter_code)
    return raw


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


def _insert(
    statement: LiteralString, new: Sequence[_New], now: datetime, actor: Actor, *, pending: bool
) -> list[tuple[Any, ...]]:
    """What the statement tells of what was written. Rows go in by name, so that two senders of one file wait and do not deadlock."""
    firsts = {each.name: each for each in reversed(new)}  # of two with one name in a batch, the first
    if not firsts:
        return []
    rows = [firsts[name] for name in sorted(firsts)]
    reports = json.dumps([_sent(each) for each in rows], ensure_ascii=False)
    contacts = json.dumps([_sealed(each) for each in rows if each.raw.contact])
    shown = json.dumps([_file(each, seq) for each in rows for seq in range(len(each.raw.attachments))])
    values = (now, actor.account_id, reports, pending, now + rules.CONTACT_KEPT, contacts)
    return execute(statement, (*values, actor.account_id, now, shown))


def _sent(new: _New) -> dict[str, Any]:
    own = {"id": new.id, "digest": _hex(new.digest), "occurred_at": None}
    if new.raw.occurred_at:
        own["occurred_at"] = new.raw.occurred_at.isoformat()
    return {name: own[name] if name in own else getattr(new.raw, name) for name in _SENT}


def _file(new: _New, seq: int) -> dict[str, Any]:
    file = new.raw.attachments[seq]
    captured_at = file.captured_at.isoformat() if file.captured_at else None
    own = {"id": new.id, "seq": seq, "file_id": file.sha256, "captured_at": captured_at}
    return {name: own[name] if name in own else getattr(file, name) for name in _FILES}


def _sealed(new: _New) -> dict[str, Any]:
    contact = new.raw.contact
    index = queries.index_or_none(contact.phone)
    sealed = crypto.seal(contact.dumps(), row_id=new.id)
    return {"id": new.id, "sealed": _hex(sealed), "phone_index": _hex(index) if index else None}


def _hex(value: bytes) -> str:
    """Bytes as PostgreSQL reads them in a text."""
    return "\\x" + value.hex()


def _received(new: _New, actor: Actor) -> Line:
    raw = new.raw
    facts: dict[str, str | int] = {
        "channel": raw.channel,
        "source": raw.source,
        "kind": raw.kind,
        "urgency": int(raw.urgency),
    }
    facts["words"] = queries.words_seal(raw)
    if raw.attachments:
        facts |= {"files": len(raw.attachments), "files_seal": queries.files_seal(raw.attachments)}
    return line(new.id, "received", facts, actor)


def _known(new: Sequence[_New], stored: Collection[int]) -> dict[_Name, _Stored]:
    """What is stored under the names of reports that were not: by this very batch, or earlier."""
    found = {each.name: _Stored(each.id, each.digest, each.files) for each in new if each.id in stored}
    earlier = sorted({each.name for each in new if each.id not in stored} - set(found))
    if earlier:
        rows = execute(_KNOWN, ([channel for channel, _ in earlier], [key for _, key in earlier]))
        for channel, key, report_id, digest, shown in rows:
            known_files = None if shown is None else frozenset(shown)
            found[channel, key] = _Stored(report_id, bytes(digest), known_files)
    return found


def _recorded(new: _New, stored: Collection[int], known: Mapping[_Name, _Stored]) -> Outcome:
    if new.id in stored:
        return Outcome(new.index, made=new.id)
    return _again(new, known[new.name])


def _again(new: _New, known: _Stored) -> Outcome:
    """A photo sent twice is written anew in the same way twice: equal files have equal names."""
    if new.digest != known.digest:
        return Outcome.refused(new.index, Refused("key_reused", field="key"))
    if known.files is not None and not new.files <= known.files:
        return Outcome.refused(new.index, Refused("key_reused", field="attachments"))
    return Outcome(new.index, code="repeated", made=known.id)
