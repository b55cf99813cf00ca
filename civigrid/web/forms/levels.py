"""The forms that take a case out of its plain way: to another level, to nowhere, and back."""

from __future__ import annotations

from collections.abc import Sequence

from django import forms
from django.utils.translation import gettext_lazy as _

from civigrid.cases.rules import (
    BackTo,
    Exhibit,
    Form,
    HandingDown,
    Raising,
    Reopening,
    ReopenReason,
    Voiding,
    VoidReason,
)
from civigrid.web.forms.parts import CaseForm, choices_of, words_field


class RaiseForm(CaseForm):
    hurts = True
    text = words_field(_("Why this level cannot settle it"), required=True)

    def item(self, number: str, exhibits: Sequence[Exhibit]) -> Form:
        return Raising(**self.base(number), text=self.cleaned_data["text"])


class HandDownForm(CaseForm):
    hurts = True
    text = words_field(_("Why it is the town's"), required=True)

    def item(self, number: str, exhibits: Sequence[Exhibit]) -> Form:
        return HandingDown(**self.base(number), text=self.cleaned_data["text"])


class VoidForm(CaseForm):
    hurts = True
    reason = forms.ChoiceField(label=_("Reason"))
    text = words_field(_("Explanation"), required=True)
    sure = forms.BooleanField(label=_("The case ends with this. I have checked it."))

    def set_up(self) -> None:
        self.fields["reason"].choices = [("", _("Choose")), *choices_of("void reason", VoidReason)]  # type: ignore[attr-defined]

    def item(self, number: str, exhibits: Sequence[Exhibit]) -> Form:
        said = self.cleaned_data
        return Voiding(**self.base(number), reason=said["reason"], text=said["text"])


class ReopenForm(CaseForm):
    hurts = True
    reason = forms.ChoiceField(label=_("Reason"))
    back_to = forms.ChoiceField(label=_("Where it goes on"), widget=forms.RadioSelect, initial=BackTo.DISPATCH.value)
    text = words_field(_("Explanation"), required=True)

    def set_up(self) -> None:
        self.fields["reason"].choices = [("", _("Choose")), *choices_of("reopen reason", ReopenReason)]  # type: ignore[attr-defined]
        self.fields["back_to"].choices = choices_of("back to", BackTo)  # type: ignore[attr-defined]

    def item(self, number: str, exhibits: Sequence[Exhibit]) -> Form:
        said = self.cleaned_data
        return Reopening(**self.base(number), reason=said["reason"], back_to=said["back_to"], text=said["text"])
