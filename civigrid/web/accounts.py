"""How people sign in: by username and password, then a code where the account has an authenticator. No sign-up, no mail.

Every sign-in, sign-out and failure is a line of the account's record. A failure under a name nobody has leaves no line
(there is no account to write it to) and never the name.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from typing import Any, ClassVar

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.backends import BaseBackend
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from civigrid.base import crypto, ledger
from civigrid.base.ledger import Line
from civigrid.web import access

Accounts = get_user_model()
_known: ContextVar[Any] = ContextVar("civigrid_known_account", default=None)


@contextmanager
def known(account: Any) -> Iterator[None]:
    """In here this account, which was read with its session, is not read again."""
    token = _known.set(account)
    try:
        yield
    finally:
        _known.reset(token)


class Backend(BaseBackend):
    """Accounts by username. A wrong name takes as long as a wrong password."""

    def authenticate(self, request: HttpRequest | None, **credentials: Any) -> Any:
        username, password = credentials.get("username"), credentials.get("password")
        if not username or not password:
            return None
        with access.system():
            account = Accounts._default_manager.filter(username=username).first()
            if account is None:
                Accounts().set_password(password)
                return None
            return account if account.check_password(password) and account.is_active else None

    def get_user(self, user_id: int) -> Any:
        account = _known.get()
        if account is not None and account.pk == user_id:
            return account
        with access.system():
            return Accounts._default_manager.filter(pk=user_id, is_active=True).first()


class Adapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth brings no types
    """allauth's hooks: lines of the record, the account's language, our words."""

    error_messages: ClassVar = {
        **DefaultAccountAdapter.error_messages,
        "account_inactive": _("This account is switched off."),
        "username_password_mismatch": _("The username or the password is wrong."),
        "too_many_login_attempts": _("Too many failed attempts. Try again in five minutes."),
        "incorrect_password": _("The password is wrong."),
        "enter_current_password": _("Type your current password."),
        "rate_limited": _("Too many attempts. Wait a little and try again."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def login(self, request: HttpRequest, user: AbstractBaseUser) -> None:
        super().login(request, user)
        record(user.pk, "signed_in", now=request.now)  # type: ignore[attr-defined]

    def logout(self, request: HttpRequest) -> None:
        if request.user.is_authenticated:
            record(request.user.pk, "signed_out", now=request.now)  # type: ignore[attr-defined]
        super().logout(request)

    def post_login(self, request: HttpRequest, user: AbstractBaseUser, **kwargs: Any) -> HttpResponse:
        response: HttpResponse = super().post_login(request, user, **kwargs)
        return speak(response, user.language)  # type: ignore[attr-defined]

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        known = Accounts._default_manager.filter(username=credentials.get("username") or "").first()
        if known is not None:
            record(known.pk, "sign_in_failed", now=request.now)  # type: ignore[attr-defined]

    def set_password(self, user: AbstractBaseUser, password: str) -> None:
        super().set_password(user, password)
        record(user.pk, "password_changed", now=context.request.now)

    def add_message(
        self, request: HttpRequest, level: int, message_template: str = "", *args: Any, **kwargs: Any
    ) -> None:
        """Only what the next page does not show by itself."""
        if message_template.endswith("password_changed.txt"):
            super().add_message(request, level, message=str(_("Your password was changed.")))

    def send_notification_mail(self, *args: Any, **kwargs: Any) -> None:
        """There is no mail: the account's record holds the line."""


class Authenticators(DefaultMFAAdapter):  # type: ignore[misc]  # allauth brings no types
    """Secrets of authenticator apps are sealed; a wrong code is a line of the record."""

    error_messages: ClassVar = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": _("The code is wrong or was used already."),
    }

    def encrypt(self, text: str) -> str:
        return base64.b64encode(crypto.seal(text.encode(), row_id=0, about="authenticator")).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return crypto.unseal(base64.b64decode(encrypted_text), row_id=0, about="authenticator").decode()

    def get_totp_issuer(self) -> str:
        return "Civigrid"

    def validation_error(self, code: str, *args: Any) -> ValidationError:
        if code == "incorrect_code":
            _record_wrong_code(context.request)
        error: ValidationError = super().validation_error(code, *args)
        return error


def _record_wrong_code(request: Any) -> None:
    stage = getattr(request, "_login_stage", None)
    account = stage.login.user.pk if stage else request.user.pk
    record(account, "code_failed", now=request.now)


def record(account_id: int, verb: str, *, now: datetime, post_id: int = 0) -> None:
    """One line of the account's record, in the open system transaction or one of its own."""
    with access.system():
        ledger.append([Line(kind="account", stream=account_id, verb=verb, account=account_id, post=post_id)], now=now)


def set_language(account_id: int, language: str) -> None:
    """The language the account's pages start in."""
    with access.system():
        Accounts._default_manager.filter(pk=account_id).update(language=language)


def speak(response: HttpResponse, language: str) -> HttpResponse:
    """Keeps the language in the browser."""
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=365 * 86400,
        samesite="Lax",
        secure=settings.HTTPS,
        httponly=True,
    )
    return response
