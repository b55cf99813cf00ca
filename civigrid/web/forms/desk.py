"""The forms of the desk: acceptance, filing, dispatch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from civigrid.cases.rules import (
    Acceptance,
    Dispatching,
    Exhibit,
    Filing,
    Form,
    Refusal,
)
from civigrid.intake.rules import NotAccepted
from civigrid.web.forms.parts import BY_HAND, CaseForm, choices_of, words_field


class Conditions(forms.Select):
    """Filing conditions by matter; each says in `data-matter` whose it is, so that the browser can show the fitting ones."""

    matter_of: Mapping[int, tuple[int, str]] = MappingProxyType({})

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option = super().create_option(name, value, *args, **kwargs)
        if value in self.matter_of:
            option["attrs"]["data-matter"] = self.matter_of[value][0]
        return option


class Rows(forms.RadioSelect):
    """Rows of the duty list; those in `folded` are shown on demand."""

    folded: frozenset[str] = frozenset()

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        return {**super().create_option(name, value, *args, **kwargs), "folded": value in self.folded}


class AcceptForm(CaseForm):
    def item(self, number: str, exhibits: Sequence[Exhibit]) -> Form:
        return Acceptance(**self.base(number))


class RefuseForm(CaseForm):
    hurts = True
    reason = forms.ChoiceField(label=_("Reason"))
    text = words_field(_("What the caller is told"))
    sure = forms.BooleanField(label=_("The case ends with this. I have checked it."))

    def set_up(self) -> None:
        self.fields["reason"].choices = [("", _("Choose")), *choices_of("not accepted", NotAccepted)]  # type: ignore[attr-defined]

    def item(self, number: str, exhibits: Sequence[Exhibit]) -> Form:
        said = self.cleaned_data
        return Refusal(**self.base(number), reason=said["reason"], text=said["text"])


class FileForm(CaseForm):
    matter = forms.TypedChoiceField(label=_("Matter"), coerce=int)
    standard = forms.TypedChoiceField(
        label=_("Filing condition"), coerce=int, required=False, empty_value=None,
        widget=Conditions(attrs={"data-conditions": "matter"}),
        help_text=_("Left open, the matter's usual condition counts."),
    )  # fmt: skip
    text = words_field(_("Remark"))

    def set_up(self) -> None:
        self.fields["matter"].choices = [("", _("Choose")), *self.offer.matters]  # type: ignore[attr-defined]
        self.fields["standard"].choices = [("", _("The usual one")), *self.offer.standards]  # type: ignore[attr-defined]
        self.fields["standard"].widget.matter_of = self.offer.matter_of
        if self.offer.unverified:
            self.fields["text"].help_text = _("Nobody has verified it: say why it is filed without.")
        self.initial = {"matter": self.offer.matter_id, "standard": self.offer.standard_id, **self.initial}

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        matter, name = self.offer.matter_of.get(said.get("standard") or 0, (None, ""))
        if said.get("matter") and matter not in (None, said["matter"]):
            words = _("This condition belongs to the matter “%(matter)s”. Choose one of the chosen matter.")
            self.add_error("standard", words % {"matter": name})
        return said

    def item(self, number: str, exhibits: Sequence[Exhibit]) -> Form:
        said = self.cleaned_data
        return Filing(
            **self.base(number), matter_id=said["matter"], standard_version_id=said["standard"], text=said["text"]
        )


class DispatchForm(CaseForm):
    row = forms.ChoiceField(label=_("By which row of the duty list"), widget=Rows)
    unit = forms.TypedChoiceField(
        label=_("Lead unit"), coerce=int, required=False, empty_value=None, help_text=_("Only where it goes by hand.")
    )
    support = forms.TypedMultipleChoiceField(label=_("Support units"), coerce=int, required=False)
    text = words_field(_("Instruction"), help_text=_("Needed where it goes by hand: why this unit."))

    def set_up(self) -> None:
        rows = [*self.offer.rows, (BY_HAND, _("By hand"))]
        self.fields["row"].choices = rows  # type: ignore[attr-defined]
        self.fields["row"].widget.folded = self.offer.far
        self.fields["unit"].choices = [("", _("Choose")), *self.offer.units]  # type: ignore[attr-defined]
        self.fields["support"].choices = self.offer.units  # type: ignore[attr-defined]
        sure = self.offer.row_id or (rows[0][0] if len(rows) <= 2 else None)  # among several a person chooses
        self.initial = {"row": sure and str(sure), **self.initial}

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if said.get("row") == BY_HAND:
            if not said.get("unit"):
                self.add_error("unit", _("Choose the unit that leads."))
            if not said.get("text"):
                self.add_error("text", _("Say why it goes to this unit."))
        elif said.get("row") and said.get("unit") not in (None, self._led(said["row"])[0]):
            words = _("The chosen row names another lead unit. Leave this open, or choose “By hand”.")
            self.add_error("unit", words)
        return said

    def _led(self, row: str) -> tuple[int, tuple[int, ...]]:
        """Lead and support units of a row."""
        return (self.offer.leads or {})[int(row)]

    def item(self, number: str, exhibits: Sequence[Exhibit]) -> Form:
        said = self.cleaned_data
        row = None if said["row"] == BY_HAND else int(said["row"])
        lead, support = self._led(said["row"]) if row else (said["unit"], ())
        units = tuple(dict.fromkeys([*support, *said["support"]]))
        return Dispatching(
            **self.base(number), unit_id=lead, duty_row_version_id=row, support_ids=units, text=said["text"]
        )
