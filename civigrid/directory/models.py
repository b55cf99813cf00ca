"""Units, people and posts. Identities are never deleted; what changes stands in versions."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField, DateRangeField
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models


class AccountManager(BaseUserManager["Account"]):
    pass


class Account(AbstractBaseUser):
    """A person who signs in. What he may do stands in his posts."""

    last_login = None  # the ledger of the account says when
    username = models.TextField(unique=True)
    name = models.TextField()
    name_en = models.TextField(default="")
    language = models.TextField(default="zh-hans")
    is_active = models.BooleanField(default=True)
    made_at = models.DateTimeField()

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects = AccountManager()

    class Meta:
        db_table = "directory_account"

    def __str__(self) -> str:
        return self.name


class Session(AbstractBaseSession):
    """Where somebody is signed in: Django's session, with the account beside it so that both are read at once."""

    account = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        db_table = "directory_session"

    def __str__(self) -> str:
        return f"session of account {self.account_id}"


class Unit(models.Model):
    code = models.TextField(unique=True)

    class Meta:
        db_table = "directory_unit"

    def __str__(self) -> str:
        return self.code


class UnitVersion(models.Model):
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    valid = DateRangeField()
    name = models.TextField()
    name_en = models.TextField(default="")
    pinyin = models.TextField(default="")
    aliases = ArrayField(models.TextField(), default=list)
    kind = models.TextField()
    parent = models.ForeignKey(Unit, null=True, on_delete=models.PROTECT, related_name="+")
    region_code = models.TextField(db_collation="C", default="")
    calendar_code = models.TextField(default="")
    night_duty = models.BooleanField(default=False)

    class Meta:
        db_table = "directory_unit_version"

    def __str__(self) -> str:
        return self.name


class Post(models.Model):
    """A person in a unit with a role, for some regions and a period."""

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    role = models.TextField()
    regions = ArrayField(models.TextField(db_collation="C"), default=list)
    valid = DateRangeField()

    class Meta:
        db_table = "directory_post"

    def __str__(self) -> str:
        return f"{self.role}@{self.unit_id}"


class Token(models.Model):
    """With what a program signs in: it acts as the account of `post`, under that post, and only in `scopes`.

    Of the secret only its SHA-256 is kept: whoever reads the table can sign in nowhere. `seen_on`: the last day it was used.
    """

    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="+")
    name = models.TextField()
    digest = models.BinaryField(unique=True)
    scopes = ArrayField(models.TextField())
    made_at = models.DateTimeField()
    made_by = models.BigIntegerField(default=0)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    seen_on = models.DateField(null=True)

    class Meta:
        db_table = "directory_token"

    def __str__(self) -> str:
        return self.name
