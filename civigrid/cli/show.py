"""What the command line prints: progress to standard error, results to standard output."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from rich.console import Console
from rich.markup import escape
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
)

from civigrid.base.lifeline import PARENT
from civigrid.base.trouble import Trouble, gettext_noop
from civigrid.cli.speech import gettext as _

out = Console(highlight=False, soft_wrap=True)
err = Console(stderr=True, highlight=False, soft_wrap=True)

STEPS = {
    "making": gettext_noop("Making the database"),
    "clearing": gettext_noop("Stopping what an earlier run left behind"),
    "starting": gettext_noop("Starting the database"),
    "recovering": gettext_noop("The database recovers from its log"),
    "waiting": gettext_noop("Waiting for other commands that use the database"),
}

PACK_STEPS = {
    "read": gettext_noop("Reading the pack"),
    "compare": gettext_noop("Comparing its files"),
    "save": gettext_noop("Writing what changed"),
}


def trouble(error: Trouble) -> None:
    """What is wrong, in red, and what to do."""
    message, remedy = error.said(_)
    err.print(f"[bold red]✗[/] [red]{escape(message)}[/]")
    err.print(f"  → {escape(remedy)}")


def done(message: str) -> None:
    out.print(f"[green]✓[/] {escape(message)}")


Say = Callable[[str], None]


def unsaid(_message: str) -> None:
    """Nobody listens."""


@contextmanager
def working(message: str) -> Iterator[Say]:
    """A turning wheel while something takes its time; nothing where nobody looks. Yields a way to say something else.

    What is said after it has stopped turning is printed, once.
    """
    if not err.is_terminal or PARENT in os.environ:
        yield unsaid
        return
    turning, said = True, ""

    def say(message: str) -> None:
        nonlocal said
        if turning:
            status.update(escape(message))
        elif message != said:
            err.print(escape(said := message))

    with err.status(escape(message)) as status:
        yield say
    turning = False


def database_steps(say: Say) -> Callable[[str, float], None]:
    """Progress of the embedded server, in words."""

    def told(step: str, seconds: float) -> None:
        words = _(STEPS[step])
        say(f"{words} ({seconds:.0f} s)" if step == "recovering" else words)

    return told


@contextmanager
def bar(message: str, total: int | None = None) -> Iterator[Callable[[int], None]]:
    """A bar over `total` things. Yields a way to say how many are done."""
    with _progress(TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn()) as progress:
        task = progress.add_task(escape(message), total=total)
        yield lambda count: progress.update(task, completed=count)


@contextmanager
def steps(words: Mapping[str, str]) -> Iterator[Callable[[str, int, int], None]]:
    """A bar for one step after the other, each with the message of `words`. Yields a way to say the step, how much of it
    is done, and of how much."""
    with _progress(TextColumn("{task.description}"), BarColumn()) as progress:
        task = progress.add_task("", total=None)

        def told(step: str, done: int, total: int) -> None:
            progress.update(task, description=escape(_(words[step])), completed=done, total=total)

        yield told


def _progress(*columns: ProgressColumn) -> Progress:
    """Nothing where nobody looks."""
    watched = err.is_terminal and PARENT not in os.environ
    return Progress(SpinnerColumn(), *columns, TimeElapsedColumn(), console=err, transient=True, disable=not watched)
