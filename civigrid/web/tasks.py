"""Periodic jobs of the web (procrastinate finds this module by its name)."""

from __future__ import annotations

from procrastinate.contrib.django import app

from civigrid.web.sessions import SessionStore


@app.periodic(cron="47 3 * * *")
@app.task(queue="base", name="web.forget_expired_sessions")
def forget_expired_sessions(timestamp: int) -> None:
    SessionStore.clear_expired()
