"""Tables that know no municipal word: the ledger, events, files and uploads, repeated requests, tallies."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q


class LedgerHead(models.Model):
    """Where one stream stands: the number and hash of its last line. The row is the stream's lock."""

    pk = models.CompositePrimaryKey("kind", "stream")
    kind = models.TextField()
    stream = models.BigIntegerField()
    seq = models.IntegerField()
    hash = models.BinaryField()

    class Meta:
        db_table = "ledger_head"


class LedgerLine(models.Model):
    """One hashed line. `body` is the canonical text exactly as it was hashed; it holds no personal and no free text."""

    pk = models.CompositePrimaryKey("kind", "stream", "seq")
    kind = models.TextField()
    stream = models.BigIntegerField()
    seq = models.IntegerField()
    at = models.DateTimeField()
    v = models.SmallIntegerField()
    alg = models.TextField()
    body = models.TextField()
    hash = models.BinaryField()

    class Meta:
        db_table = "ledger_line"


class LedgerText(models.Model):
    """The words behind a line's `text` hash, with their salt. Retention may delete the row; the chain stays whole."""

    pk = models.CompositePrimaryKey("kind", "stream", "seq")
    kind = models.TextField()
    stream = models.BigIntegerField()
    seq = models.IntegerField()
    salt = models.BinaryField()
    text = models.TextField()

    class Meta:
        db_table = "ledger_text"


class Event(models.Model):
    """Something happened: what, where, whose. Nothing else, so it may be sent to any screen in scope."""

    pos = models.BigIntegerField(null=True)
    at = models.DateTimeField()
    topic = models.TextField()
    region_code = models.TextField(db_collation="C", default="")
    unit_ids = ArrayField(models.BigIntegerField(), default=list)
    number = models.TextField(default="")
    stage = models.TextField(default="")

    class Meta:
        db_table = "base_event"
        constraints = [models.UniqueConstraint(fields=["pos"], name="base_event_pos")]
        indexes = [
            models.Index(fields=["id"], name="base_event_unnumbered", condition=Q(pos__isnull=True)),
            models.Index(fields=["at"], name="base_event_at"),
        ]


class Reader(models.Model):
    """How far one worker has read the events: what it made of them commits with its place. The row is its lock."""

    name = models.TextField(primary_key=True)
    pos = models.BigIntegerField()

    class Meta:
        db_table = "base_reader"


class StoredFile(models.Model):
    """A file under CIVIGRID_HOME/files, named by its SHA-256."""

    sha256 = models.TextField(primary_key=True)
    size = models.BigIntegerField()
    media_type = models.TextField()
    stored_at = models.DateTimeField()

    class Meta:
        db_table = "base_file"


class Upload(models.Model):
    """A file that arrives in pieces. `arrived` bytes of it are safely on disk; `kept` says what it became, `refused` why
    it was not taken.
    """

    token = models.TextField(primary_key=True)
    account_id = models.BigIntegerField()
    post_id = models.BigIntegerField()
    name = models.TextField(default="")
    media_type = models.TextField(default="")
    size = models.BigIntegerField()
    arrived = models.BigIntegerField(default=0)
    touched_at = models.DateTimeField()
    kept = models.JSONField(null=True)
    refused = models.JSONField(null=True)

    class Meta:
        db_table = "base_upload"
        indexes = [
            models.Index(fields=["account_id"], name="base_upload_account"),
            models.Index(fields=["touched_at"], name="base_upload_touched"),
        ]


class RepeatedRequest(models.Model):
    """The answer given to a POST with an Idempotency-Key, so that its repetition gets the same one."""

    account_id = models.BigIntegerField()
    key = models.TextField()
    digest = models.BinaryField()
    status = models.SmallIntegerField(null=True)
    headers = models.JSONField(default=dict)
    body = models.BinaryField(default=b"")
    made_at = models.DateTimeField()

    class Meta:
        db_table = "base_repeated_request"
        constraints = [models.UniqueConstraint(fields=["account_id", "key"], name="base_repeated_request_key")]
        indexes = [models.Index(fields=["made_at"], name="base_repeated_request_at")]


class Tally(models.Model):
    """How often somebody did a thing since a moment (see `base.tallies`). `who`: a keyed hash."""

    pk = models.CompositePrimaryKey("kind", "who")
    kind = models.TextField()
    who = models.BinaryField()
    since = models.DateTimeField()
    spent = models.BigIntegerField()

    class Meta:
        db_table = "base_tally"
        indexes = [models.Index(fields=["since"], name="base_tally_since")]


class Stamp(models.Model):
    """Which edition of an area's reference data is in force (see `base.stamps`)."""

    name = models.TextField(primary_key=True)
    value = models.TextField()

    class Meta:
        db_table = "base_stamp"
