"""Periodic jobs of the stream. Importing this module registers them; whoever starts a worker does."""

from __future__ import annotations

from datetime import UTC, datetime

from procrastinate.contrib.django import app

from civigrid.flow import vault


@app.periodic(cron="57 2 * * *")
@app.task(queue="base", name="flow.expire_contacts")
def expire_contacts(timestamp: int) -> None:
    """As of the time it was planned for; a run that was missed is made up for by the next."""
    vault.expire(now=datetime.fromtimestamp(timestamp, UTC))
