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
    to_check,
)
from civigrid.catalog.rules import CheckBy
from civigrid.web.forms.files import Files
from civigrid.web.forms.needed import complain, mark_check
from civigrid.web.forms.parts import CaseForm, choices_of, words_field


class CheckForm(CaseForm):
    result = forms.ChoiceField(label=_("What the check found"), widget=forms.RadioSelect)
    text = words_field(_("Remark"), help_text=_("Needed unless it passed."))
    tries = forms.IntegerField(
        label=_("Calls in vain"), required=False, min_value=0, max_value=99, help_text=_("At different times of day.")
    )
    after = Files(label=_("Photos or videos"))

    def set_up(self) -> None:
        self.fields["result"].choices = choices_of("check result", CheckResult)  # type: ignore[attr-defined]
        if self.offer.check_by is not CheckBy.CALL:
            del self.fields["tries"]
        mark_check(self, self.offer.check_by)

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if said.get("result"):
            complain(self, to_check(self.offer.check_by, CheckResult(said["result"])))
        if said.get("result") not in (None, CheckResult.PASSED.value) and not (
            said.get("text") or "text" in self.errors
        ):
            self.add_error("text", _("Say what was found."))
        return said

    def item(self, number: str, exhibits: Sequence[Exhibit]) -> Form:
        said = self.cleaned_data
        return Checking(
            **self.base(number),
            result=said["result"],
            text=said["text"],
            exhibits=tuple(exhibits),
            tries=said.get("tries") or 0,
        )


class CloseForm(CaseForm):
    hurts = True
    outcome = forms.ChoiceField(label=_("Outcome"))
    answer = words_field(
        _("What everybody is told who reported it"),
        help_text=_("No name of anybody, no remark inside the administration."),
    )
    text = words_field(_("Remark"))
    sure = forms.BooleanField(label=_("The case is over with this. I have read the record."))

    def set_up(self) -> None:
        self.fields["outcome"].choices = [("", _("Choose")), *choices_of("result", Result)]  # type: ignore[attr-defined]

    def item(self, number: str, exhibits: Sequence[Exhibit]) -> Form:
        said = self.cleaned_data
        return Closing(**self.base(number), outcome=said["outcome"], text=said["text"], answer=said["answer"])
