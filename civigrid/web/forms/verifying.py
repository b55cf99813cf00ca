"""The forms of verification before filing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from civigrid.cases.rules import Exhibit, Form, Found, Need, Verification, VerificationAsked, to_verify
from civigrid.web import wording
from civigrid.web.forms.files import Files
from civigrid.web.forms.needed import complain, mark
from civigrid.web.forms.parts import CaseForm, choices_of, words_field


class AskVerificationForm(CaseForm):
    matter = forms.TypedChoiceField(label=_("What it seems to be about"), coerce=int)
    text = words_field(_("What is to be looked at"))

    def set_up(self) -> None:
        self.fields["matter"].choices = [("", _("Choose")), *self.offer.matters]  # type: ignore[attr-defined]
        self.initial = {"matter": self.offer.matter_id, **self.initial}

    def item(self, number: str, exhibits: Sequence[Exhibit]) -> Form:
        said = self.cleaned_data
        return VerificationAsked(**self.base(number), matter_id=said["matter"], text=said["text"])


class VerifyForm(CaseForm):
    found = forms.ChoiceField(label=_("What was found"), widget=forms.RadioSelect)
    text = words_field(_("Remark"), help_text=_("Needed unless it is as reported."))
    before = Files(label=_("Photos or videos"))

    def set_up(self) -> None:
        self.fields["found"].choices = choices_of("found", Found)  # type: ignore[attr-defined]
        seen = [wording.of("found", found) for found in Found if Need.BEFORE_PHOTO in to_verify(found)]
        mark(self, Need.BEFORE_PHOTO, seen)

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if found := said.get("found"):
            if found != Found.AS_REPORTED.value and not said.get("text"):
                self.add_error("text", _("Say what was found."))
            complain(self, to_verify(Found(found)))
        return said

    def item(self, number: str, exhibits: Sequence[Exhibit]) -> Form:
        said = self.cleaned_data
        return Verification(**self.base(number), found=said["found"], text=said["text"], exhibits=tuple(exhibits))
