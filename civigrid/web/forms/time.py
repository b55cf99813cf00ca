"""The forms of time: arriving, applications and who decides them, supervision."""

from __future__ import annotations

from collections.abc import Sequence

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from civigrid.cases.rules import (
    MOST_ANSWER_DAYS,
    Answering,
    Arrival,
    Arriving,
    AskKind,
    AskWithdrawn,
    Deciding,
    Exhibit,
    ExtensionAsked,
    Form,
    Lifting,
    Resuming,
    Supervising,
    Supervision,
    SuspensionAsked,
)
from civigrid.web import wording
from civigrid.web.forms.files import Files
from civigrid.web.forms.parts import CaseForm, choices_of, words_field

YES, NO = "yes", "no"


class ArriveForm(CaseForm):
    how = forms.ChoiceField(label=_("How"), widget=forms.RadioSelect, initial=Arrival.ON_SITE.value)
    text = words_field(_("What was found, or what was agreed"), help_text=_("Words or a photo are needed."))
    before = Files(label=_("Photos or videos"))

    def set_up(self) -> None:
        self.fields["how"].choices = choices_of("arrival", Arrival)  # type: ignore[attr-defined]

    def item(self, number: str, exhibits: Sequence[Exhibit]) -> Form:
        said = self.cleaned_data
        return Arriving(
            **self.base(number),
            task_id=self.task_id or 0,
            how=said["how"],
            text=said["text"],
            exhibits=tuple(exhibits),
        )


class AskExtensionForm(CaseForm):
    hurts = True
    amount = forms.IntegerField(label=_("By how much longer"), min_value=1)
    text = words_field(_("Why it cannot be done in time"), required=True)

    def set_up(self) -> None:
        most, unit = self.offer.limit or (1, "")
        self.fields["amount"].help_text = _("In %(unit)s, at most %(most)s; decided by another person.") % {
            "unit": unit,
            "most": most,
        }

    def item(self, number: str, exhibits: Sequence[Exhibit]) -> Form:
        said = self.cleaned_data
        return ExtensionAsked(**self.base(number), task_id=self.task_id or 0, amount=said["amount"], text=said["text"])


class DecideForm(CaseForm):
    """Of either kind of application."""

    decision = forms.ChoiceField(label=_("Decision"), widget=forms.RadioSelect)
    text = words_field(_("Reason"), help_text=_("Needed where it is refused."))

    def set_up(self) -> None:
        self.fields["decision"].choices = [  # type: ignore[attr-defined]
            (YES, pgettext_lazy("decision", "Granted")),
            (NO, pgettext_lazy("decision", "Refused")),
        ]

    def item(self, number: str, exhibits: Sequence[Exhibit]) -> Form:
        said = self.cleaned_data
        return Deciding(**self.base(number), granted=said["decision"] == YES, text=said["text"])


class AskSuspensionForm(CaseForm):
    hurts = True
    until = forms.DateField(
        label=_("The time runs again from"),
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=_("A day within a year. Two more persons agree to it."),
    )
    text = words_field(_("Why nothing can be done until then"), required=True)

    def item(self, number: str, exhibits: Sequence[Exhibit]) -> Form:
        said = self.cleaned_data
        return SuspensionAsked(**self.base(number), until=said["until"], text=said["text"])


class WithdrawAskForm(CaseForm):
    hurts = True
    kind = forms.ChoiceField(label=_("Application"), widget=forms.RadioSelect)
    text = words_field(_("Remark"))

    def set_up(self) -> None:
        kinds = [kind for kind in AskKind if kind in self.offer.own_asks]
        self.fields["kind"].choices = choices_of("ask kind", kinds)  # type: ignore[attr-defined]
        self.initial = {"kind": kinds[0].value if kinds else "", **self.initial}

    def item(self, number: str, exhibits: Sequence[Exhibit]) -> Form:
        said = self.cleaned_data
        return AskWithdrawn(**self.base(number), kind=said["kind"], text=said["text"])


class ResumeForm(CaseForm):
    hurts = True
    text = words_field(_("What has changed"), required=True)

    def item(self, number: str, exhibits: Sequence[Exhibit]) -> Form:
        return Resuming(**self.base(number), text=self.cleaned_data["text"])


class SuperviseForm(CaseForm):
    hurts = True
    rung = forms.TypedChoiceField(label=_("How far"), widget=forms.RadioSelect, coerce=int)
    days = forms.IntegerField(
        label=_("Working days to answer in"),
        min_value=1,
        max_value=MOST_ANSWER_DAYS,
        initial=MOST_ANSWER_DAYS,
        help_text=_("Only of an order, or of what a leader supervises."),
    )
    text = words_field(_("What is asked"), required=True)

    def set_up(self) -> None:
        rungs = self.offer.rungs
        self.fields["rung"].choices = [(rung.value, wording.of("supervision", rung)) for rung in rungs]  # type: ignore[attr-defined]
        self.initial = {"rung": rungs[0].value if rungs else Supervision.REMIND.value, **self.initial}

    def item(self, number: str, exhibits: Sequence[Exhibit]) -> Form:
        said = self.cleaned_data
        return Supervising(**self.base(number), rung=said["rung"], text=said["text"], days=said["days"])


class AnswerForm(CaseForm):
    text = words_field(_("Answer"), required=True)

    def item(self, number: str, exhibits: Sequence[Exhibit]) -> Form:
        return Answering(**self.base(number), task_id=self.task_id or 0, text=self.cleaned_data["text"])


class LiftForm(CaseForm):
    hurts = True
    text = words_field(_("Why it is lifted"), required=True)

    def item(self, number: str, exhibits: Sequence[Exhibit]) -> Form:
        return Lifting(**self.base(number), text=self.cleaned_data["text"])
