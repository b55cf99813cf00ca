"""What residents type: one form to report, one to look on, one to add something."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.utils.translation import gettext_lazy as _

from civigrid.intake.channels.resident import LONGEST_TEXT, PLACELESS, Said
from civigrid.intake.rules import LONGEST, LONGEST_CONTACT, ReportKind
from civigrid.intake.words import KINDS, REFUSALS

OFFERED = (
    ReportKind.HELP, ReportKind.COMPLAINT, ReportKind.CONSULT, ReportKind.SUGGESTION, ReportKind.PRAISE, ReportKind.TIPOFF,
)  # fmt: skip
POINT = ("lon", "lat", "accuracy")
PIN, PHOTOS = "pin", "photos"  # what is wrong with the whole form can be wrong with these
# by which fields a fault is mended besides its own, as static/js/faults.js reads it
ELSEWHERE = {
    "place": ("lon", *(f"kind:{kind.value}" for kind in sorted(PLACELESS))),
    "phone": ("call_back:off",),
    PIN: ("lon",),
    PHOTOS: (PHOTOS,),
}


@dataclass(frozen=True, slots=True)
class Fault:
    """A line of the summary; `name` "" where it is of no one field."""

    words: str
    name: str = ""
    label: str = ""
    id: str = ""
    mended_by: str = ""


def _hidden(most: int) -> forms.CharField:
    return forms.CharField(required=False, max_length=most, widget=forms.HiddenInput)


def _degrees(most: int) -> forms.FloatField:
    return forms.FloatField(required=False, min_value=-most, max_value=most, widget=forms.HiddenInput)


class PublicForm(forms.Form):
    """A form that can be shown again as it was typed, without fault-finding."""

    use_required_attribute = False  # what is missing is said in the page's own words, with nothing lost

    def __init__(self, data: Any = None, **kwargs: Any) -> None:
        super().__init__(data, label_suffix="", **kwargs)

    @classmethod
    def as_typed(cls, data: Any) -> PublicForm:
        return cls(initial={name: data.get(name) for name in cls.base_fields if name in data})


class ReportForm(PublicForm):
    """`key` makes a second sending harmless; `warned`: the danger whose advice was shown; `website` is for machines that
    fill in whatever they find.
    """

    key = _hidden(200)
    warned = _hidden(20)
    lon = _degrees(180)
    lat = _degrees(90)
    accuracy = forms.FloatField(required=False, min_value=0, widget=forms.HiddenInput)
    text = forms.CharField(
        label=_("What is it about?"),
        required=False,
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 4, "data-draft": "", "data-look": "", "aria-describedby": "text-help"}),
    )
    kind = forms.ChoiceField(label=_("This is"), required=False, widget=forms.Select(attrs={"data-draft": ""}))
    matter = forms.CharField(required=False, max_length=LONGEST["matter_code"])
    same = forms.CharField(required=False, max_length=200)
    place = forms.CharField(
        label=_("Where is it?"),
        required=False,
        max_length=LONGEST["place_text"],
        widget=forms.TextInput(
            attrs={"data-draft": "", "data-look": "", "autocomplete": "off", "aria-describedby": "place-help"}
        ),
    )
    name = forms.CharField(
        label=_("Your name"),
        required=False,
        max_length=LONGEST_CONTACT["name"],
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    phone = forms.CharField(
        label=_("Your telephone number"),
        required=False,
        max_length=LONGEST_CONTACT["phone"],
        widget=forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel"}),
    )
    call_back = forms.BooleanField(label=_("Please call me when it is settled"), required=False)
    confidential = forms.BooleanField(
        label=_("Keep it confidential who said this, and that it was said"), required=False
    )
    website = forms.CharField(
        label=_("Leave this empty"),
        required=False,
        widget=forms.TextInput(attrs={"tabindex": "-1", "autocomplete": "off"}),
    )

    def __init__(self, data: Any = None, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.fields["kind"].choices = [(kind.value, KINDS[kind]) for kind in OFFERED]  # type: ignore[attr-defined]

    def clean_website(self) -> str:
        if self.cleaned_data["website"]:
            raise forms.ValidationError(_("Leave this empty"))
        return ""

    def clean(self) -> dict[str, Any]:
        """What nobody sees cannot be put right by anybody: a point that is none is said above the form, the rest is left out."""
        found = super().clean() or {}
        unseen = [name for name in (*POINT, "key", "warned", "matter", "same") if name in self.errors]
        for name in unseen:
            del self.errors[name]
            found[name] = None if name in POINT else ""
        if not set(unseen).isdisjoint(POINT):
            self.add_error(None, ValidationError(str(REFUSALS["bad_point"]), code=PIN))
        return found

    def faults(self) -> list[Fault]:
        """What is wrong, in the order of the page, and what mends it."""
        return [
            self._fault(name, error)
            for name in (NON_FIELD_ERRORS, *self.fields)
            for error in self.errors.as_data().get(name, ())
        ]

    def _fault(self, name: str, error: ValidationError) -> Fault:
        words = " ".join(error.messages)
        if name == NON_FIELD_ERRORS:
            return Fault(words, mended_by=" ".join(ELSEWHERE.get(error.code or "", ())))
        field = self[name]
        given = bool(field.value())  # a number that is none is not mended by wishing no call
        others = () if name == "phone" and given else ELSEWHERE.get(name, ())
        return Fault(words, name, str(field.label), field.id_for_label, " ".join((name, *others)))

    def said(self) -> Said:
        """A point has two numbers; half of one is none."""
        found = self.cleaned_data
        point = (found["lon"], found["lat"]) if None not in (found["lon"], found["lat"]) else (None, None)
        return Said(
            text=found["text"],
            kind=found["kind"] or ReportKind.HELP,
            place=found["place"],
            lon=point[0],
            lat=point[1],
            accuracy=found["accuracy"] if point[0] is not None else None,
            matter=found["matter"],
            name=found["name"],
            phone=found["phone"],
            call_back=found["call_back"],
            confidential=found["confidential"],
        )


class SlipForm(PublicForm):
    """Number and query code, as they stand on the receipt."""

    number = forms.CharField(
        label=_("Number of the report"),
        required=False,
        max_length=40,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    code = forms.CharField(
        label=_("Query code"),
        required=False,
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )


class AddForm(PublicForm):
    """Something more about one's own report; `number`: which of its cases."""

    key = _hidden(200)
    number = _hidden(40)
    text = forms.CharField(
        required=False, max_length=LONGEST_TEXT, widget=forms.Textarea(attrs={"rows": 3, "data-draft": ""})
    )
