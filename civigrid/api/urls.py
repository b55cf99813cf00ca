"""`/api/v1/` in Django: every view of `v1`, and what is said where there is none."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.urls import URLPattern, path
from django.views.decorators.csrf import csrf_exempt

from civigrid.api import language, v1
from civigrid.api.openapi import described
from civigrid.api.problems import Problem

app_name = "api"  # a verb may be called like a page
View = Callable[..., HttpResponseBase]


def _answered(view: View) -> View:
    """In the caller's language, without session or cookie, and every no as a problem."""

    @wraps(view)
    def answer(request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        accepted = request.headers.get("Accept-Language", "")
        with language.speaking(accepted):
            try:
                response = view(request, *args, **kwargs)
                if response.status_code == 405:
                    raise Problem(405, "method_not_allowed", headers={"Allow": response.headers.get("Allow", "")})
            except Exception as error:
                response = v1.problem(request, error)
        response["Content-Language"] = language.language_of(accepted)
        response.headers.setdefault("Cache-Control", "no-store")
        return response

    answer.needs = "alone"  # type: ignore[attr-defined]  # who asks is seen here, not by the pages' middleware
    return csrf_exempt(answer)


def nothing(_request: Any, **_address: str) -> HttpResponse:
    """An address that is none."""
    raise Problem(404, "not_found")


def openapi(_request: Any) -> HttpResponse:
    """What this door offers. It names no other host."""
    return HttpResponse(described(), content_type="application/json", headers={"Cache-Control": "max-age=3600"})


def _patterns() -> list[URLPattern]:
    views = [each for each in v1.api.urls[0] if isinstance(each, URLPattern) and each.name != "api-root"]
    return [
        path("openapi.json", _answered(openapi), name="openapi"),
        *(path(str(each.pattern), _answered(each.callback), name=each.name) for each in views),
        path("<path:rest>", _answered(nothing), name="nothing"),
    ]


urlpatterns = _patterns()
