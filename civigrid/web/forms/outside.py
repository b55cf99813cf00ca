"""The forms by which a case goes to another body and comes back, and ends because its senders withdrew."""

from __future__ import annotations

from collections.abc import Sequence

from django import forms
from django.utils.translation import gettext_lazy as _

from civigrid.cases.rules import EndWithdrawn, Exhibit, Form, TargetSaid, Transferring
from civigrid.intake.rules import RECEIPTS, TransferState
from civigrid.web.forms.parts import CaseForm, choices_of, words_field


class TransferForm(CaseForm):
    hurts = True
    unit = forms.TypedChoiceField(label=_("Target"), coerce=int)
    text = words_field(_("What the target is told"), required=True)
    sure = forms.BooleanField(label=_("The case ends with this. I have checked it."))

    def set_up(self) -> None:
        self.fields["unit"].choices = [("", _("Choose")), *self.offer.targets]  # type: ignore[attr-defined]

    def item(self, number: str, exhibits: Sequence[Exhibit]) -> Form:
        said = self.cleaned_data
        return Transferring(**self.base(number), unit_id=said["unit"], text=said["text"])


class ReceiptForm(CaseForm):
    state = forms.ChoiceField(label=_("What the target said"), widget=forms.RadioSelect)
    text = words_field(
        _("In its words"), help_text=_("Needed where it refused, and where it tells a result: the sender reads it.")
    )

    def set_up(self) -> None:
        states = [state for state in TransferState if state in RECEIPTS]
        self.fields["state"].choices = choices_of("transfer state", states)  # type: ignore[attr-defined]

    def item(self, number: str, exhibits: Sequence[Exhibit]) -> Form:
        said = self.cleaned_data
        return TargetSaid(**self.base(number), state=said["state"], text=said["text"])


class EndWithdrawnForm(CaseForm):
    hurts = True
    text = words_field(_("Remark"))
    sure = forms.BooleanField(label=_("Everybody who reported it has withdrawn, and nothing is left to be done."))

    def item(self, number: str, exhibits: Sequence[Exhibit]) -> Form:
        return EndWithdrawn(**self.base(number), text=self.cleaned_data["text"])
