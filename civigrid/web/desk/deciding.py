"""What becomes of a report, as the desk's forms ask it: the decisions side by side, and what each of them must say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from civigrid.base.errors import Refused
from civigrid.directory.rules import Actor
from civigrid.intake.rules import Choice, Decision, Invalid, Missing, NotAccepted, Subject, check_decision
from civigrid.intake.words import CHOICES, INVALID, MISSING, NOT_ACCEPTED
from civigrid.web import wording

# in the order of their keys: Alt+1, Alt+2, ...
OFFERED = (
    Choice.PROCESS, Choice.ANSWER, Choice.REFUSE, Choice.TRANSFER, Choice.WAIT, Choice.INVALID,
    Choice.CHASE, Choice.SUPPLEMENT, Choice.WITHDRAW,
)  # fmt: skip
REASON_FIELDS: Mapping[str, str] = {
    Choice.REFUSE: "reason_refuse", Choice.WAIT: "reason_wait", Choice.INVALID: "reason_invalid",
}  # fmt: skip
# beside which field a refusal stands
FIELDS: Mapping[str, str] = {
    "words_needed": "words", "number_needed": "number", "unknown_case": "number", "not_own_case": "number",
    "case_over": "number", "takes_no_transfers": "unit", "target_is_unit": "unit", "danger_goes_on": "choice",
    "chief_decides": "choice", "not_answered_at_once": "choice", "nothing_said": "text", "absurd_time": "occurred_at",
    "not_a_number": "phone",
}  # fmt: skip
NAMED: Mapping[str, str] = {"lon": "place", "lat": "place", "place_text": "place"}


def _reason(codes: Any, words: Mapping[Any, str | Promise]) -> forms.ChoiceField:
    choices = [("", _("Choose")), *((code.value, words[code]) for code in codes)]
    return forms.ChoiceField(label=_("Reason"), required=False, choices=choices)


class DecisionForm(forms.Form):
    """`targets`: to whom reports are transferred, (id, name)."""

    use_required_attribute = False
    choice = forms.ChoiceField(
        label=_("What becomes of it"),
        required=False,
        widget=forms.RadioSelect,
        choices=[(each.value, CHOICES[each]) for each in OFFERED],
        initial=Choice.PROCESS.value,
    )
    reason_refuse = _reason(NotAccepted, NOT_ACCEPTED)
    reason_wait = _reason(Missing, MISSING)
    reason_invalid = _reason(Invalid, INVALID)
    unit = forms.TypedChoiceField(label=_("Target"), coerce=int, required=False, empty_value=None)
    number = forms.CharField(
        label=_("The caller's own case"),
        required=False,
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    words = forms.CharField(
        label=_("What the caller is told, or why"),
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 3, "data-draft": ""}),
    )

    def __init__(
        self, data: Any = None, *, actor: Actor, targets: Sequence[tuple[int, str]] = (), **kwargs: Any
    ) -> None:
        super().__init__(data, label_suffix="", **kwargs)
        self.actor = actor
        self.fields["unit"].choices = [("", _("Choose")), *targets]  # type: ignore[attr-defined]

    def decision(self) -> Decision:
        said = self.cleaned_data
        choice = said.get("choice") or Choice.PROCESS.value
        return Decision(
            choice=Choice(choice),
            text=said.get("words", ""),
            reason=said.get(REASON_FIELDS.get(choice, ""), "") or "",
            unit_id=said.get("unit") or 0,
            number=(said.get("number") or "").strip(),
        )

    def check(self, subject: Subject) -> None:
        """Says beside its field what the decision lacks, by the same rules as `flow.registration`."""
        try:
            decision = check_decision(self.decision(), subject, self.actor)
            if decision.choice is Choice.TRANSFER and not decision.unit_id:
                raise Refused("takes_no_transfers")
        except Refused as no:
            self.complain(no, words="words")

    def complain(self, no: Refused, *, words: str = "text") -> None:
        """A refusal stands beside what it is about, or on top. `words`: the field that a rule calls "text"."""
        choice = self.cleaned_data.get("choice") or ""
        named = str(no.facts.get("field", ""))
        field = REASON_FIELDS.get(choice, "") if no.code == "reason_needed" else FIELDS.get(no.code, "")
        field = field or {**NAMED, "text": words}.get(named, named)
        self.add_error(field if field in self.fields else None, wording.refusal(no.code, no.facts))
