"""In which language a program is answered: the one its Accept-Language asks for, whatever any cookie says."""

from __future__ import annotations

from contextlib import AbstractContextManager

from django.utils import translation
from django.utils.translation.trans_real import parse_accept_lang_header

OURS = {"zh": "zh-hans", "en": "en"}
LONGEST = 200  # characters of a header that are looked at


def language_of(accepted: str) -> str:
    """The caller's language; Chinese where it asks for none of ours."""
    for wanted, _quality in parse_accept_lang_header(accepted.lower()[:LONGEST]):
        found = OURS.get(wanted.partition("-")[0])
        if found:
            return found
    return "zh-hans"


def speaking(accepted: str) -> AbstractContextManager[object]:
    """A block in which everything is said in the caller's language."""
    return translation.override(language_of(accepted))
