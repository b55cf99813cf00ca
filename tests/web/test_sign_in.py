"""People sign in and out; whoever tries keys is stopped; the record of the account knows."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import hotp_value, yield_hotp_counters_from_time
from django.contrib.auth import get_user_model
from django.test import Client

from civigrid.base import db, ledger
from civigrid.web import access, middleware
from civigrid.web.sessions import SessionStore
from civigrid.web.tasks import forget_expired_sessions
from tests.web.people import JIANG, LI, PASSWORD, client

pytestmark = pytest.mark.usefixtures("city")
LOGIN = "/accounts/login/"


def sign_in(who: Client, username: str, password: str = PASSWORD, address: str = LOGIN) -> int:
    return who.post(address, {"login": username, "password": password}).status_code


def told(username: str) -> list[str]:
    """The verbs of the account's record since it was made."""
    with db.system():
        account = get_user_model()._default_manager.get(username=username)
        return [
            entry.verb
            for entry in ledger.read("account", account.pk)
            if entry.verb not in {"password.set", "post.begun"}
        ]


def code_of(secret: str) -> str:
    counter = next(iter(yield_hotp_counters_from_time()))
    return f"{hotp_value(secret, counter):06d}"


def test_the_intake_officer_signs_in_and_out() -> None:
    li = client()
    before = len(told(LI))
    assert li.get("/").headers["Location"] == f"{LOGIN}?next=/"
    assert sign_in(li, LI, address=f"{LOGIN}?next=/cases/") == 302
    assert li.get("/cases/").status_code == 200
    assert li.post("/accounts/logout/").status_code == 302
    assert li.get("/cases/").status_code == 302
    assert told(LI)[before:] == ["signed_in", "signed_out"]


def test_a_wrong_password_is_told_and_recorded_without_the_password() -> None:
    li = client()
    page = li.post(LOGIN, {"login": LI, "password": "not-the-one"})
    assert page.status_code == 200
    assert "用户名或密码错误" in page.content.decode()
    assert "not-the-one" not in page.content.decode()
    assert told(LI)[-1] == "sign_in_failed"


def test_an_unknown_name_is_answered_like_a_wrong_password() -> None:
    known, unknown = (
        client().post(LOGIN, {"login": name, "password": "x"}).context["form"].non_field_errors()
        for name in (LI, "nobody-at-all")
    )
    assert known == unknown


def test_after_five_failures_even_the_right_password_must_wait() -> None:
    li = client()
    for _ in range(5):
        sign_in(li, LI, "wrong")
    page = li.post(LOGIN, {"login": LI, "password": PASSWORD})
    assert "登录失败次数过多" in page.content.decode()
    assert li.get("/").status_code == 302


def test_an_account_that_was_switched_off_cannot_sign_in_and_its_session_ends() -> None:
    li = client(LI)
    assert li.get("/").status_code == 200
    with access.system():
        get_user_model()._default_manager.filter(username=LI).update(is_active=False)
    assert li.get("/").status_code == 302
    assert sign_in(client(), LI) == 200


def test_nobody_signs_up_here() -> None:
    assert client().get("/accounts/signup/").status_code == 404
    assert client().get("/accounts/password/reset/").status_code == 404


def test_a_session_in_which_nobody_works_ends() -> None:
    li = client(LI)
    li.get("/")
    session = li.session
    session["seen"] -= middleware.IDLE_SECONDS + 1
    session.save()
    assert li.get("/").status_code == 302
    assert li.get("/").status_code == 302


def test_a_screen_that_only_refreshes_itself_is_nobody_at_work() -> None:
    li = client(LI)
    li.get("/")
    session = li.session
    session["seen"] -= middleware.SEEN_EVERY + 1
    session.save()
    li.get("/", headers={"X-Live": "1"})
    assert li.session["seen"] == session["seen"]
    li.get("/")
    assert li.session["seen"] > session["seen"]


def test_a_changed_password_closes_the_other_browsers() -> None:
    here, there = client(), client()
    assert sign_in(here, LI) == sign_in(there, LI) == 302
    new = "another-Long-one-7"
    answer = here.post("/accounts/password/change/", {"oldpassword": PASSWORD, "password1": new, "password2": new})
    assert answer.status_code == 302
    assert here.get("/").status_code == 200
    assert there.get("/").status_code == 302
    assert "password_changed" in told(LI)


def test_two_step_sign_in_from_switching_on_to_a_recovery_code() -> None:
    jiang = client()
    sign_in(jiang, JIANG)
    jiang.post("/accounts/reauthenticate/", {"password": PASSWORD})
    page = jiang.get("/accounts/2fa/totp/activate/")
    secret = page.context["form"].secret
    assert jiang.post("/accounts/2fa/totp/activate/", {"code": code_of(secret)}).status_code == 302
    codes = jiang.get("/accounts/2fa/recovery-codes/").context["unused_codes"]
    assert len(codes) == 10

    again = client()
    assert (
        again.post(LOGIN, {"login": JIANG, "password": PASSWORD}).headers["Location"] == "/accounts/2fa/authenticate/"
    )
    assert again.get("/").status_code == 302, "the password alone opens nothing"
    wrong = again.post("/accounts/2fa/authenticate/", {"code": "000000"})
    assert "验证码错误" in wrong.content.decode()
    assert told(JIANG)[-1] == "code_failed"
    assert again.post("/accounts/2fa/authenticate/", {"code": codes[0]}).status_code == 302
    assert again.get("/").status_code == 200

    with access.system():
        kept = str(list(Authenticator.objects.values_list("data", flat=True)))
    assert secret not in kept, "the secret is sealed in the database"


def test_dangerous_changes_ask_for_the_password_once_more() -> None:
    jiang = client()
    sign_in(jiang, JIANG)
    assert "/accounts/reauthenticate/" in jiang.get("/accounts/2fa/totp/activate/").headers["Location"]
    assert jiang.post("/accounts/reauthenticate/", {"password": PASSWORD}).status_code == 302
    assert jiang.get("/accounts/2fa/totp/activate/").status_code == 200


def test_sessions_that_ran_out_are_forgotten() -> None:
    li = client(LI)
    key = li.session.session_key
    rows = SessionStore.get_model_class().objects.filter(session_key=key)
    with access.system():
        rows.update(expire_date=datetime(2020, 1, 1, tzinfo=UTC))
    forget_expired_sessions(timestamp=0)
    with access.system():
        assert not rows.exists()
