"""The forms of those who did not handle: checking and closing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from civigrid.cases.rules import (
    Checking,
    CheckResult,
    Closing,
    Exhibit,
    Form,
    Result,
)
from civigrid.web.forms.files import Files
from civigrid.web.forms.parts import CaseForm, choices_of, words_field


class CheckForm(CaseForm):
    result = forms.ChoiceField(label=_("What the check found"), widget=forms.RadioSelect)
    text = words_field(_("Remark"), help_text=_("Needed unless it passed."))
    after = Files(label=_("Photos or videos"))

    def set_up(self) -> None:
        self.fields["result"].choices = choices_of("check result", CheckResult)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if said.get("result") not in (None, CheckResult.PASSED.value) and not said.get("text"):
            self.add_error("text", _("Say what was found."))
        return said

    def item(self, number: str, exhibits: Sequence[Exhibit]) -> Form:
        said = self.cleaned_data
        return Checking(**self.base(number), result=said["result"], text=said["text"], exhibits=tuple(exhibits))


class CloseForm(CaseForm):
    hurts = True
    outcome = forms.ChoiceField(label=_("Outcome"))
    text = words_field(_("Remark"))
    sure = forms.BooleanField(label=_("The case is over with this. I have read the record."))

    def set_up(self) -> None:
        self.fields["outcome"].choices = [("", _("Choose")), *choices_of("result", Result)]  # type: ignore[attr-defined]

    def item(self, number: str, exhibits: Sequence[Exhibit]) -> Form:
        said = self.cleaned_data
        return Closing(**self.base(number), outcome=said["outcome"], text=said["text"])
