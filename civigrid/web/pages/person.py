"""What a person chooses for himself: language, size of text, post."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpResponse, HttpResponseBadRequest, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import check_for_language
from django.views.decorators.http import require_http_methods, require_POST

from civigrid.directory import queries as directory
from civigrid.web import access, accounts, shell
from civigrid.web.middleware import alone, public, without_post

YEAR = 365 * 86400


def back(request: Any) -> str:
    """Where the form stood, if that is an address of ours."""
    asked = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(asked, allowed_hosts={request.get_host()}, require_https=request.is_secure())
    return asked if safe else reverse("home")


@public
@require_POST
def language(request: Any) -> HttpResponse:
    code = request.POST.get("language", "")
    if code not in dict(settings.LANGUAGES) or not check_for_language(code):
        return HttpResponseBadRequest()
    if request.user.is_authenticated:
        accounts.set_language(request.user.pk, code)
    return accounts.speak(HttpResponseRedirect(back(request), status=303), code)


@alone
@require_POST
def large_text(request: Any) -> HttpResponse:
    large = request.COOKIES.get(shell.LARGE_TEXT_COOKIE) == "1"
    response = HttpResponseRedirect(back(request), status=303)
    response.set_cookie(
        shell.LARGE_TEXT_COOKIE,
        "0" if large else "1",
        max_age=YEAR,
        samesite="Lax",
        secure=settings.HTTPS,
        httponly=True,
    )
    return response


@without_post
@require_http_methods(["GET", "POST"])
def post(request: Any) -> HttpResponse:
    """The posts a person holds today; a POST acts under one of them from now on."""
    with access.system():
        on = shell.today(request)
        posts, units = directory.posts_of(request.user.pk, on), directory.units(on)
        if request.method == "POST":
            return _act_under(request, {each.id for each in posts})
    context = {
        "posts": [
            (each, units.get(each.unit_id), request.actor and each.id == request.actor.post_id) for each in posts
        ],
    }
    return shell.page(request, "pages/post.html", context)


def _act_under(request: Any, own: set[int]) -> HttpResponse:
    asked = request.POST.get("post", "")
    if not asked.isdecimal() or int(asked) not in own:
        return HttpResponseRedirect(reverse("post"), status=303)
    request.session["post"] = int(asked)
    accounts.record(request.user.pk, "post_switched", now=request.now, post_id=int(asked))
    return HttpResponseRedirect(reverse("home"), status=303)
