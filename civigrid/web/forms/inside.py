"""The forms of the work inside a unit: assigning on, and the reviewer's signature."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from civigrid.cases.rules import Assignment, Exhibit, Form, SendingBack, SigningOff
from civigrid.web.forms.parts import CaseForm, words_field


class AssignForm(CaseForm):
    section = forms.TypedChoiceField(
        label=_("Section or crew"), coerce=int, required=False, empty_value=None,
        help_text=_("It sees the case from now on and works on the task."),
    )  # fmt: skip
    person = forms.TypedChoiceField(
        label=_("Person"), coerce=int, required=False, empty_value=None,
        help_text=_("Of the section, or of the unit where no section is chosen."),
    )  # fmt: skip
    text = words_field(_("Instruction"))

    def set_up(self) -> None:
        sections, people = (self.offer.inside or {}).get(self.task_id or 0, ((), ()))
        self.fields["section"].choices = [("", _("The unit itself")), *sections]  # type: ignore[attr-defined]
        self.fields["person"].choices = [("", _("Nobody in particular")), *people]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if not (self.errors or said.get("section") or said.get("person")):
            self.add_error("section", _("Choose a section or a person."))
        return said

    def item(self, number: str, exhibits: Sequence[Exhibit]) -> Form:
        said = self.cleaned_data
        return Assignment(
            **self.base(number),
            task_id=self.task_id or 0,
            section_id=said["section"],
            assignee_id=said["person"],
            text=said["text"],
        )


class SignOffForm(CaseForm):
    text = words_field(_("Remark"))

    def item(self, number: str, exhibits: Sequence[Exhibit]) -> Form:
        return SigningOff(**self.base(number), task_id=self.task_id or 0, text=self.cleaned_data["text"])


class SendBackForm(CaseForm):
    hurts = True
    text = words_field(_("What is missing or wrong"), required=True)

    def item(self, number: str, exhibits: Sequence[Exhibit]) -> Form:
        return SendingBack(**self.base(number), task_id=self.task_id or 0, text=self.cleaned_data["text"])
