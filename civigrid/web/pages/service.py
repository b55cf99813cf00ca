"""For machines: is it alive, is it ready, its figures; and evidence files for people who may see the case."""

from __future__ import annotations

from typing import Any

from django.http import FileResponse, Http404, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_GET, require_safe

from civigrid.base import db, files, health, metrics
from civigrid.base.errors import Refused
from civigrid.cases import queries as cases
from civigrid.web.middleware import alone

# what `base.files` keeps, by its first bytes
KINDS = {b"\xff\xd8": "image/jpeg", b"\x89PNG": "image/png", b"RIFF": "image/webp", b"%PDF": files.PDF}


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
    return HttpResponse(metrics.exposition(), content_type="text/plain; version=0.0.4; charset=utf-8")


@require_GET
def file(request: Any, sha256: str) -> HttpResponseBase:
    """An evidence file, for who may see a case it belongs to; 404 for everybody else."""
    with db.scoped(request.actor.scope):
        found = cases.files_in_scope([sha256])
    if sha256 not in found:
        raise Http404
    try:
        content = files.open_file(sha256)
    except Refused as no:
        raise Http404 from no
    start = content.read(4)
    content.seek(0)
    media_type = next((kind for magic, kind in KINDS.items() if start.startswith(magic)), "application/octet-stream")
    response = FileResponse(content, content_type=media_type)
    response["Cache-Control"] = "private, max-age=3600, immutable"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
