"""The forms of a case: one per verb. Each says in `item()` what `civigrid.flow.verbs` is to be told."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Any, ClassVar, TypeAlias

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.urls import reverse_lazy
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from civigrid.base import files as kept_files
from civigrid.cases.rules import (
    Acceptance,
    Checking,
    CheckResult,
    Closing,
    Dispatching,
    EvidenceKind,
    Exhibit,
    Filing,
    Form,
    Handling,
    Refusal,
    Result,
    ReturnReason,
    TaskAcceptance,
    TaskReturn,
    Verb,
)
from civigrid.intake.rules import NotAccepted
from civigrid.web import wording

LONGEST = 4000  # characters a person may write in one go
MOST_FILES = 9
# telephones write some types in other names, and some browsers know no type of OFD
ACCEPTED = (*kept_files.TYPES, "audio/x-m4a", "audio/x-wav", ".amr", ".ofd")
Choices = Sequence[tuple[Any, Any]]
BY_HAND = "hand"


@dataclass(frozen=True, slots=True)
class Offer:
    """What a case's forms offer to choose from; only what the verbs at hand need is filled."""

    matters: Choices = ()
    standards: Choices = ()  # by matter
    matter_of: Mapping[int, tuple[int, str]] = field(default_factory=dict)  # standard -> its matter and that one's name
    rows: Choices = ()
    far: frozenset[str] = frozenset()  # those rows that lie in the case's area without being known to hold its place
    units: Choices = ()
    leads: Mapping[int, tuple[int, tuple[int, ...]]] | None = None  # row -> lead, support
    matter_id: int | None = None
    standard_id: int | None = None
    row_id: int | None = None


def _choices(kind: str, codes: Iterable[StrEnum]) -> Choices:
    return [(code.value, wording.of(kind, code)) for code in codes]


# where `uploads.js` sends large files piece by piece, and what it says
PIECES = {
    "data-uploads": reverse_lazy("uploads"),
    "data-pause": _("Pause"),
    "data-resume": _("Go on"),
    "data-remove": _("Take out"),
    "data-waiting": _("Waiting for the network …"),
    "data-wait": _("Still on its way: wait for it, or take it out."),
    "data-here": _("Has arrived"),
}


@dataclass(frozen=True, slots=True)
class Named:
    """A file that is here already: the token of an upload (`civigrid.web.uploads`)."""

    token: str


Sent: TypeAlias = "UploadedFile[Any] | Named"


class ManyFiles(forms.FileInput):
    """Files sent with the form, and uploads named in hidden fields (`after_uploads` beside `after`)."""

    allow_multiple_selected = True

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[Sent]:
        sent = super().value_from_datadict(data, files, name) or []
        named = data.getlist(f"{name}_uploads") if hasattr(data, "getlist") else data.get(f"{name}_uploads", [])
        return [*(sent if isinstance(sent, list) else [sent]), *map(Named, dict.fromkeys(named))]

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return not self.value_from_datadict(data, files, name)

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        """A form that is shown again still names its uploads: nobody sends a film twice for a missing word."""
        named = [(f"{name}_uploads", each.token) for each in value or ()]
        hidden = format_html_join("", '<input type="hidden" name="{}" value="{}">', named)
        return super().render(name, None, attrs, renderer) + hidden


class Files(forms.FileField):
    """At most nine files; cleaned to a list. What may be sent is decided by what it is (`base.files`)."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, widget=ManyFiles(attrs={"accept": ",".join(ACCEPTED), **PIECES}), **kwargs)

    def bound_data(self, data: Any, initial: Any) -> Any:
        """What was named is shown again; what was sent a browser never keeps."""
        return [each for each in data or () if isinstance(each, Named)]

    def clean(self, data: Any, initial: Any = None) -> list[Sent]:
        several = [each for each in (data if isinstance(data, list) else [data]) if each]
        if len(several) > MOST_FILES:
            raise forms.ValidationError(_("At most nine files at a time."))
        return [each if isinstance(each, Named) else super(Files, self).clean(each, initial) for each in several]


def _words(label: Any, *, required: bool = False, help_text: Any = "") -> forms.CharField:
    return forms.CharField(
        label=label,
        required=required,
        max_length=LONGEST,
        help_text=help_text,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class CaseForm(forms.Form):
    """What every form carries: the case's version, and a key that makes a second sending harmless."""

    hurts: ClassVar = False
    version = forms.IntegerField(widget=forms.HiddenInput)
    key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(
        self, data: Any = None, files: Any = None, *, offer: Offer, task_id: int | None = None, **kwargs: Any
    ) -> None:
        super().__init__(data, files, label_suffix="", **kwargs)
        self.offer, self.task_id = offer, task_id
        self.set_up()

    def set_up(self) -> None:
        """Fills in the choices."""

    def base(self, number: str) -> dict[str, Any]:
        return {"number": number, "version": self.cleaned_data["version"]}

    def item(self, number: str, exhibits: Sequence[Exhibit]) -> Form:
        raise NotImplementedError

    def uploads(self) -> list[tuple[EvidenceKind, Sent]]:
        kinds = {"before": EvidenceKind.BEFORE, "after": EvidenceKind.AFTER, "papers": EvidenceKind.PAPER}
        return [(kind, file) for name, kind in kinds.items() for file in self.cleaned_data.get(name, [])]


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
    text = _words(_("What the caller is told"))
    sure = forms.BooleanField(label=_("The case ends with this. I have checked it."))

    def set_up(self) -> None:
        self.fields["reason"].choices = [("", _("Choose")), *_choices("not accepted", NotAccepted)]  # type: ignore[attr-defined]

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
    text = _words(_("Remark"))

    def set_up(self) -> None:
        self.fields["matter"].choices = [("", _("Choose")), *self.offer.matters]  # type: ignore[attr-defined]
        self.fields["standard"].choices = [("", _("The usual one")), *self.offer.standards]  # type: ignore[attr-defined]
        self.fields["standard"].widget.matter_of = self.offer.matter_of
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
    text = _words(_("Instruction"), help_text=_("Needed where it goes by hand: why this unit."))

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


class AcceptTaskForm(CaseForm):
    def item(self, number: str, exhibits: Sequence[Exhibit]) -> Form:
        return TaskAcceptance(**self.base(number), task_id=self.task_id or 0)


class ReturnForm(CaseForm):
    hurts = True
    reason = forms.ChoiceField(label=_("Reason"))
    text = _words(
        _("Explanation"), required=True, help_text=_("The rule or fact it rests on, and the unit you propose.")
    )
    sure = forms.BooleanField(label=_("The case goes back to the dispatcher. I have checked it."))

    def set_up(self) -> None:
        self.fields["reason"].choices = [("", _("Choose")), *_choices("return reason", ReturnReason)]  # type: ignore[attr-defined]

    def item(self, number: str, exhibits: Sequence[Exhibit]) -> Form:
        said = self.cleaned_data
        return TaskReturn(**self.base(number), task_id=self.task_id or 0, reason=said["reason"], text=said["text"])


class HandleForm(CaseForm):
    result = forms.ChoiceField(label=_("Result"))
    text = _words(_("What was done"), required=True)
    before = Files(label=_("Photos or videos before"))
    after = Files(label=_("Photos or videos after"))
    papers = Files(label=_("Papers"), help_text=_("Photos, recordings, or documents: PDF, DOCX, XLSX, OFD."))

    def set_up(self) -> None:
        self.fields["result"].choices = [("", _("Choose")), *_choices("result", Result)]  # type: ignore[attr-defined]

    def item(self, number: str, exhibits: Sequence[Exhibit]) -> Form:
        said = self.cleaned_data
        return Handling(
            **self.base(number),
            task_id=self.task_id or 0,
            result=said["result"],
            text=said["text"],
            exhibits=tuple(exhibits),
        )


class CheckForm(CaseForm):
    result = forms.ChoiceField(label=_("What the check found"), widget=forms.RadioSelect)
    text = _words(_("Remark"), help_text=_("Needed unless it passed."))
    after = Files(label=_("Photos or videos"))

    def set_up(self) -> None:
        self.fields["result"].choices = _choices("check result", CheckResult)  # type: ignore[attr-defined]

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
    text = _words(_("Remark"))
    sure = forms.BooleanField(label=_("The case is over with this. I have read the record."))

    def set_up(self) -> None:
        self.fields["outcome"].choices = [("", _("Choose")), *_choices("result", Result)]  # type: ignore[attr-defined]

    def item(self, number: str, exhibits: Sequence[Exhibit]) -> Form:
        said = self.cleaned_data
        return Closing(**self.base(number), outcome=said["outcome"], text=said["text"])


FORMS: Mapping[Verb, type[CaseForm]] = {
    Verb.ACCEPT: AcceptForm,
    Verb.REFUSE: RefuseForm,
    Verb.FILE: FileForm,
    Verb.DISPATCH: DispatchForm,
    Verb.ACCEPT_TASK: AcceptTaskForm,
    Verb.RETURN_TASK: ReturnForm,
    Verb.HANDLE: HandleForm,
    Verb.CHECK: CheckForm,
    Verb.CLOSE: CloseForm,
}
