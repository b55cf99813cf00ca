"""The forms that join a case to another one, take them apart, and open a further case for one report."""

from __future__ import annotations

from collections.abc import Sequence

from django import forms
from django.utils.translation import gettext_lazy as _

from civigrid.cases.rules import Exhibit, Form, Further, Joining, Splitting
from civigrid.web.forms.parts import CaseForm, words_field

CASE, REPORT = "case", "report"  # what is split off: "case YT20261123-000123" or "report 17"


class JoinForm(CaseForm):
    into = forms.CharField(
        label=_("Number of the other case"), max_length=40, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    text = words_field(_("Remark"))

    def item(self, number: str, exhibits: Sequence[Exhibit]) -> Form:
        said = self.cleaned_data
        return Joining(**self.base(number), into=said["into"].strip(), text=said["text"])


class SplitForm(CaseForm):
    part = forms.ChoiceField(label=_("What is split off"), widget=forms.RadioSelect)
    text = words_field(_("Why it is something else"), required=True)

    def set_up(self) -> None:
        self.fields["part"].choices = list(self.offer.parts)  # type: ignore[attr-defined]

    def item(self, number: str, exhibits: Sequence[Exhibit]) -> Form:
        said = self.cleaned_data
        kind, _space, name = said["part"].partition(" ")
        part = {"former": name} if kind == CASE else {"report_id": int(name)}
        return Splitting(**self.base(number), **part, text=said["text"])


class AlsoForm(CaseForm):
    """The report asks for something else too: a case of its own, with the same sender and one timeline."""

    aside = True
    matter = forms.TypedChoiceField(
        label=_("What else it is about"), coerce=int,
        help_text=_("A further case opens for the same report; the sender sees both in one list."),
    )  # fmt: skip
    report = forms.TypedChoiceField(label=_("Which report"), coerce=int, required=False, empty_value=None)
    text = words_field(_("What is demanded"))

    def set_up(self) -> None:
        self.fields["matter"].choices = [("", _("Choose")), *self.offer.further]  # type: ignore[attr-defined]
        self.fields["report"].choices = list(self.offer.reports)  # type: ignore[attr-defined]
        if len(self.offer.reports) < 2:
            del self.fields["report"]

    def item(self, number: str, exhibits: Sequence[Exhibit]) -> Form:
        said = self.cleaned_data
        return Further(
            **self.base(number), matter_id=said["matter"], report_id=said.get("report") or 0, text=said["text"]
        )
