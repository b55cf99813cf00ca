"""The command line speaks its caller's language: Chinese where the locale is zh, else English. No Django here."""

from __future__ import annotations

import gettext as catalogues
import os
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

LOCALE = Path(__file__).parents[1] / "web" / "locale"


def language(environ: Mapping[str, str] | None = None) -> str:
    """ "zh-hans" or "en", by LC_ALL, LC_MESSAGES or LANG, whichever is set first."""
    found = os.environ if environ is None else environ
    chosen = next((found[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if found.get(name)), "")
    return "zh-hans" if chosen.lower().startswith("zh") else "en"


@lru_cache(maxsize=2)
def _catalogue(of: str) -> catalogues.NullTranslations:
    names = ["zh_Hans"] if of == "zh-hans" else []
    return catalogues.translation("django", LOCALE, names, fallback=True)


def gettext(message: str) -> str:
    """The message in the caller's language. Import it `as _`."""
    return _catalogue(language()).gettext(message)


def pgettext(context: str, message: str) -> str:
    """The message where it means something of its own."""
    return _catalogue(language()).pgettext(context, message)


def ngettext(one: str, many: str, count: int) -> str:
    """The message for one thing, or for `count` of them."""
    return _catalogue(language()).ngettext(one, many, count)
