"""allauth's pages inside our rules: under the system role, rolled back when they fail, limits and detours answered here."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.reauthentication import suspend_request
from allauth.core.exceptions import ImmediateHttpResponse, ReauthenticationRequired
from django.http import HttpResponse
from django.urls import reverse

from civigrid.web import access, errors
from civigrid.web.middleware import public

View = Callable[..., HttpResponse]


def entrance(view: View) -> View:
    """The view in one system transaction, rendering included. allauth itself decides who must be signed in."""

    @public
    @wraps(view)
    def run(request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        response = _answer(view, request, *args, **kwargs)
        return errors.answer(request, 429) if response.status_code == 429 else response

    return run


def _answer(view: View, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
    try:
        with access.system():
            response: Any = view(request, *args, **kwargs)
            return response.render() if hasattr(response, "render") else response  # type: ignore[no-any-return]
    except ImmediateHttpResponse as detour:
        return detour.response  # type: ignore[no-any-return]
    except ReauthenticationRequired:
        with access.system():
            methods = get_adapter().get_reauthentication_methods(request.user)
            address = methods[0]["url"] if methods else reverse("account_login")
            return suspend_request(request, address)  # type: ignore[no-any-return]
