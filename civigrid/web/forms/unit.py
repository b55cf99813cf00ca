"""The forms of a unit that has a task."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from civigrid.cases.rules import (
    Exhibit,
    Form,
    Handling,
    Result,
    ReturnReason,
    TaskAcceptance,
    TaskReturn,
    to_handle,
)
from civigrid.web.forms.files import Files
from civigrid.web.forms.needed import complain, mark_handling
from civigrid.web.forms.parts import CaseForm, choices_of, words_field


class AcceptTaskForm(CaseForm):
    def item(self, number: str, exhibits: Sequence[Exhibit]) -> Form:
        return TaskAcceptance(**self.base(number), task_id=self.task_id or 0)


class ReturnForm(CaseForm):
    hurts = True
    reason = forms.ChoiceField(label=_("Reason"))
    text = words_field(
        _("Explanation"), required=True, help_text=_("The rule or fact it rests on, and the unit you propose.")
    )
    sure = forms.BooleanField(label=_("The case goes back to the dispatcher. I have checked it."))

    def set_up(self) -> None:
        self.fields["reason"].choices = [("", _("Choose")), *choices_of("return reason", ReturnReason)]  # type: ignore[attr-defined]

    def item(self, number: str, exhibits: Sequence[Exhibit]) -> Form:
        said = self.cleaned_data
        return TaskReturn(**self.base(number), task_id=self.task_id or 0, reason=said["reason"], text=said["text"])


class HandleForm(CaseForm):
    result = forms.ChoiceField(label=_("Result"))
    text = words_field(_("What was done"), required=True)
    before = Files(label=_("Photos or videos before"))
    after = Files(label=_("Photos or videos after"))
    papers = Files(label=_("Papers"), help_text=_("Photos, recordings, or documents: PDF, DOCX, XLSX, OFD."))

    def set_up(self) -> None:
        self.fields["result"].choices = [("", _("Choose")), *choices_of("result", Result)]  # type: ignore[attr-defined]
        mark_handling(self, self.offer.check_by)

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if said.get("result"):
            complain(self, to_handle(self.offer.check_by, Result(said["result"])))
        return said

    def item(self, number: str, exhibits: Sequence[Exhibit]) -> Form:
        said = self.cleaned_data
        return Handling(
            **self.base(number),
            task_id=self.task_id or 0,
            result=said["result"],
            text=said["text"],
            exhibits=tuple(exhibits),
        )
