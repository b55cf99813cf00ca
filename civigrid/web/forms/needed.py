"""What a form says of evidence beforehand, by how the case's matter is checked; the verb asks for the same."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from civigrid.cases.rules import CheckResult, Need, Result, to_check, to_handle
from civigrid.catalog.rules import CheckBy
from civigrid.web import wording

FIELDS = {
    Need.BEFORE_PHOTO: "before",
    Need.AFTER_PHOTO: "after",
    Need.CHECK_PHOTO: "after",
    Need.PAPER: "papers",
    Need.CALL_SAID: "text",
    Need.CALL_TRIES: "tries",
}


def mark(form: forms.Form, need: Need, when: Iterable[str]) -> None:
    """Says at the field what is needed, and with which answers."""
    field = form.fields[FIELDS[need]]
    words = {"need": wording.of("need", need), "when": " / ".join(when)}
    field.needed = True  # type: ignore[attr-defined]
    said = _("Needed with “%(when)s”: %(need)s.") % words
    field.help_text = format_lazy("{} {}", field.help_text, said) if field.help_text else said


def mark_handling(form: forms.Form, check_by: CheckBy) -> None:
    _mark(form, [(result, "result", to_handle(check_by, result)) for result in Result])


def mark_check(form: forms.Form, check_by: CheckBy) -> None:
    _mark(form, [(result, "check result", to_check(check_by, result)) for result in CheckResult])


def _mark(form: forms.Form, answers: list[tuple[Any, str, tuple[Need, ...]]]) -> None:
    when: dict[Need, list[str]] = {}
    for code, kind, needs in answers:
        for need in needs:
            when.setdefault(need, []).append(wording.of(kind, code))
    for need, words in when.items():
        mark(form, need, words)


def complain(form: forms.Form, needs: Iterable[Need]) -> None:
    """At the field of what is missing. What a file really is, the verb sees."""
    for need in needs:
        name = FIELDS[need]
        given = form.cleaned_data.get(name)
        enough = (given or 0) >= 3 if need is Need.CALL_TRIES else bool(given)
        if not enough and name not in form.errors:
            form.add_error(name, wording.refusal("evidence_needed", {"need": need.value}))
