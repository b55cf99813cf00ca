"""A known trouble of running the program: one clear sentence, and what to do about it. No Django here.

The sentences are English msgids with `{facts}` in them; the command line says them in the caller's language.
"""

from __future__ import annotations

from collections.abc import Callable


def gettext_noop(message: str) -> str:
    """Marks a msgid for the translators; says nothing yet. Import it `as _`."""
    return message


class Trouble(Exception):
    """Raised where the program cannot go on for a reason its operator can do something about.

    `passing`: it may mend itself, so a supervised program is started again.
    """

    passing = False

    def __init__(self, message: str, remedy: str, **facts: object) -> None:
        super().__init__(message, remedy, facts)
        self.message = message
        self.remedy = remedy
        self.facts = facts

    def said(self, translate: Callable[[str], str] = gettext_noop) -> tuple[str, str]:
        """(what is wrong, what to do), translated and filled in."""
        return translate(self.message).format(**self.facts), translate(self.remedy).format(**self.facts)

    def __str__(self) -> str:
        return " ".join(self.said())
