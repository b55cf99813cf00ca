"""For machines: is it alive, is it ready, its figures; and files for people who may see what they belong to."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_GET, require_safe

from civigrid.base import files, health, metrics
from civigrid.base.errors import Refused
from civigrid.flow import shown
from civigrid.web import ranges
from civigrid.web.middleware import alone


@alone
@require_safe
def healthz(request: Any) -> HttpResponse:
    """The process answers. No query."""
    return JsonResponse(health.alive())


@alone
@require_safe
def readyz(request: Any) -> HttpResponse:
    """200 where every check passes, 503 otherwise, with each check's result."""
    may, body = health.ready(now=request.now)
    return JsonResponse(body, status=200 if may else 503)


@alone
@require_safe
def figures(request: Any) -> HttpResponse:
    """Prometheus' text form; on this machine without a proxy, or with the token."""
    allowed = metrics.may_read(
        address=request.META.get("REMOTE_ADDR", ""),
        forwarded="X-Forwarded-For" in request.headers or "Forwarded" in request.headers,
        authorization=request.headers.get("Authorization", ""),
    )
    if not allowed:
        return HttpResponse(status=404)
    return HttpResponse(metrics.exposition(now=request.now), content_type="text/plain; version=0.0.4; charset=utf-8")


@require_GET
def file(request: Any, sha256: str) -> HttpResponseBase:
    """A file of a case or a report, for who may see it there; 404 for everybody else."""
    kept = shown.may_open(sha256, actor=request.actor, now=request.now)
    if kept is None:
        raise Http404
    try:
        return ranges.send(request, files.open_file(sha256), kept)
    except Refused as no:
        raise Http404 from no
