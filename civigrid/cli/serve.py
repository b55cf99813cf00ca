"""`civigrid serve`: database, web and work side by side under one supervisor; or one of them alone."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from typing import Annotated

import typer

from civigrid.base import crypto, env, logs
from civigrid.base.lifeline import PARENT
from civigrid.base.pg.server import Cluster
from civigrid.base.supervise import Child, Program, Supervisor, python
from civigrid.cli import ports, show
from civigrid.cli.speech import gettext as _

WORK_GRACE = 15.0  # seconds a batch and running jobs get to end


def serve(
    host: Annotated[str, typer.Option(help=_("Address to listen on; default CIVIGRID_HOST or 127.0.0.1."))] = "",
    port: Annotated[
        int | None, typer.Option(min=1, max=65535, help=_("Port to listen on; default CIVIGRID_PORT or 8000."))
    ] = None,
    web_only: Annotated[bool, typer.Option("--web-only", help=_("Only the web server, e.g. under systemd."))] = False,
    database_only: Annotated[
        bool, typer.Option("--database-only", help=_("Only the embedded database, e.g. under systemd."))
    ] = False,
) -> None:
    host, port = host or env.HOST.text(), port or env.PORT.number()
    logs.configure({"level": env.LOG_LEVEL.text().upper()})
    if database_only:
        raise typer.Exit(run_database())
    if PARENT not in os.environ:  # a restarted server may find its predecessor's port still closing
        ports.require(host, port)
    if web_only:
        web_alone(host, port)
        return
    raise typer.Exit(run_all(host, port))


def web_alone(host: str, port: int) -> None:
    """Checks first what a worker would fail on, then serves. The workers make connections of their own."""
    from civigrid.cli import boot, web

    with boot.booted():
        boot.disconnect()
        web.run(host, port)


def run_all(host: str, port: int, *, ready: Callable[[], None] = lambda: None) -> int:
    """Serves until told to stop; the exit code. `ready` is called once, when pages are answered. Raises Trouble."""
    with ExitStack() as stack:
        say = stack.enter_context(show.working(_("Starting the database")))

        def told(name: str) -> None:
            if name == "web":
                stack.close()
                show.done(_("Civigrid answers on http://{host}:{port}").format(host=host, port=port))
                tell_systemd()
                ready()

        return supervisor(host, port, say=say).run(told=told)


@contextmanager
def serving(host: str, port: int) -> Iterator[bool]:
    """Everything runs inside the block; False where something did not start and said why."""
    with supervisor(host, port).running() as started:
        yield started


def supervisor(host: str, port: int, *, say: show.Say = show.unsaid) -> Supervisor:
    """Database (where it is ours), web and work. Raises Trouble where the key file is missing."""
    crypto.keys()  # said once here, before two children say it
    if env.DATABASE_URL.text():
        return Supervisor(_children(host, port, dict), stopping=["web", "work"])
    cluster = Cluster(env.home())
    programs = [Program("database", cluster), *_children(host, port, lambda: {"DATABASE_URL": cluster.url()})]
    made = Supervisor(programs, stopping=["web", "work", "database"])
    cluster.progress = _until_stopped(made, show.database_steps(say))
    return made


def _children(host: str, port: int, environ: Callable[[], Mapping[str, str]]) -> list[Program]:
    web = python("civigrid.cli", "serve", "--web-only", "--host", host, "--port", str(port))
    work = python("civigrid.cli", "work")
    return [
        Program("web", Child(web, environ=environ), ready=lambda: ports.answers(host, port)),
        Program("work", Child(work, environ=environ, grace=WORK_GRACE)),
    ]


def _until_stopped(supervisor: Supervisor, steps: Callable[[str, float], None]) -> Callable[[str, float], None]:
    def told(step: str, seconds: float) -> None:
        supervisor.check_stopping()
        steps(step, seconds)

    return told


def run_database() -> int:
    """The embedded database alone; web and work of the same home join it."""
    cluster = Cluster(env.home())
    alone = Supervisor([Program("database", cluster)], stopping=["database"])
    cluster.progress = _until_stopped(alone, lambda _step, _seconds: None)
    return alone.run(told=lambda _name: tell_systemd())


def tell_systemd() -> None:
    """Units of Type=notify start what comes after them only now."""
    if where := os.environ.get("NOTIFY_SOCKET"):
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as line:
            line.connect(f"\0{where[1:]}" if where.startswith("@") else where)
            line.send(b"READY=1")
