"""Periodic jobs of the stream. Importing this module registers them; whoever starts a worker does."""

from __future__ import annotations

from datetime import UTC, datetime

from procrastinate.contrib.django import app

from civigrid.base.supervise import alongside, python
from civigrid.flow import vault


@app.periodic(cron="57 2 * * *")
@app.task(queue="base", name="flow.expire_contacts")
def expire_contacts(timestamp: int) -> None:
    """As of the time it was planned for; a run that was missed is made up for by the next."""
    vault.expire(now=datetime.fromtimestamp(timestamp, UTC))


@app.periodic(cron="37 1 * * *")
@app.task(queue="base", name="flow.learn")
async def learn(timestamp: int) -> None:  # noqa: ARG001  # training reads the clock of its own process
    """Every night, where enough was named since the last training. In a process of its own: it takes minutes."""
    await alongside(python("civigrid.cli", "classify", "train", "--if-due"))
