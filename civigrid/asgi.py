"""The web server's application: `/live` and single reports of the API by the event loop, everything else by Django."""

from __future__ import annotations

import os
from io import BytesIO

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "civigrid.settings")

import django

django.setup()

from django.core.handlers.wsgi import WSGIHandler, WSGIRequest
from django.db import close_old_connections
from django.utils import translation

from civigrid.api.door import Door as Reports
from civigrid.base import env, health, metrics
from civigrid.flow import queues
from civigrid.web import errors
from civigrid.web.bridge import Answer, Bridge, Receive, Scope, Send, environ
from civigrid.web.live.door import Door


def refuse(scope: Scope, status: int) -> Answer:
    """The error page for a request that Django never sees."""
    request = WSGIRequest(environ(scope, BytesIO(), 0))
    with translation.override(translation.get_language_from_request(request)):
        page = errors.answer(request, status)
    headers = [(name.lower().encode(), value.encode()) for name, value in page.items()]
    return Answer(status, headers, page.content)


bridge = Bridge(
    WSGIHandler(),
    threads=max(env.WEB_THREADS.number(), 1),
    max_body=env.MAX_BODY_BYTES.number(),
    refuse=refuse,
    after=close_old_connections,
)
live = Door()
reports = Reports()
queues.register()
metrics.add_gauges("queues", health.figures)
metrics.add_gauges("disk", health.room)
metrics.add_gauges("live", live.figures)


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "lifespan":
        await _lifespan(receive, send)
    elif scope["type"] == "http":
        await _door(scope)(scope, receive, send)


def _door(scope: Scope) -> Door | Reports | Bridge:
    if scope["path"] == "/live":
        return live
    return reports if Reports.takes(scope) else bridge


async def _lifespan(receive: Receive, send: Send) -> None:
    while True:
        message = await receive()
        if message["type"] == "lifespan.startup":
            live.open()
            await send({"type": "lifespan.startup.complete"})
        elif message["type"] == "lifespan.shutdown":
            live.close()
            reports.close()
            bridge.close()
            await send({"type": "lifespan.shutdown.complete"})
            return
