"""登记工单: what is typed while somebody speaks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import get_language, gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from civigrid.base.errors import Refused
from civigrid.catalog import queries as catalog
from civigrid.catalog.queries import MatterRow
from civigrid.catalog.rules import NO_TASKS, Urgency
from civigrid.directory import queries as directory
from civigrid.flow import deciding
from civigrid.flow.besides import Besides
from civigrid.intake import queries as intake
from civigrid.intake.rules import (
    LONGEST,
    LONGEST_CONTACT,
    Channel,
    Choice,
    ContactDetails,
    RawAttachment,
    RawReport,
    ReportKind,
    Subject,
    check_besides,
)
from civigrid.intake.words import KINDS
from civigrid.web import wording
from civigrid.web.desk.deciding import DecisionForm
from civigrid.web.templatetags.civigrid import pick

KINDS_HEARD = (
    ReportKind.HELP, ReportKind.COMPLAINT, ReportKind.CONSULT, ReportKind.TIPOFF, ReportKind.SUGGESTION,
    ReportKind.PRAISE, ReportKind.OTHER,
)  # fmt: skip
LONGEST_WISH, LONGEST_RECORDING = 500, 64
FURTHER = ("also_1", "also_2", "also_3")  # demands besides the first


@dataclass(frozen=True, slots=True)
class Offer:
    """What the form offers to choose from, of one day."""

    on: date
    sources: Sequence[tuple[str, str]] = ()
    targets: Sequence[tuple[int, str]] = ()


def offered(on: date) -> Offer:
    """In the page's transaction."""
    units = directory.units(on).values()
    return Offer(
        on,
        [(code, pick(row.get("name", code), row.get("name_en", ""))) for code, row in catalog.city().sources.items()],
        [(unit.id, pick(unit.name, unit.name_en)) for unit in units if unit.kind in NO_TASKS],
    )


def _line(label: Any, most: int, **attrs: Any) -> forms.CharField:
    kept = {"data-draft": "", "autocomplete": "off", **attrs}
    return forms.CharField(label=label, required=False, max_length=most, widget=forms.TextInput(attrs=kept))


def _private(label: Any, most: int, **attrs: Any) -> forms.CharField:
    """Never in a draft: who calls is nobody's to find in a browser."""
    kept = {"data-private": "", "autocomplete": "off", **attrs}
    return forms.CharField(label=label, required=False, max_length=most, widget=forms.TextInput(attrs=kept))


def _demand(number: int) -> forms.CharField:
    return forms.CharField(label=format_lazy(_("Demand {n}"), n=number), required=False, max_length=200)


def _degrees(most: int) -> forms.FloatField:
    widget = forms.HiddenInput(attrs={"data-draft": ""})
    label = pgettext_lazy("registration", "Where")  # hidden: what is wrong with it is told as of the place
    return forms.FloatField(label=label, required=False, min_value=-most, max_value=most, widget=widget)


class RegisterForm(DecisionForm):
    """Everything of one call, visit or letter. Its fields are looked up inside the page's transaction."""

    key = forms.CharField(required=False, max_length=128, widget=forms.HiddenInput)
    phone = _private(_("Telephone number"), LONGEST_CONTACT["phone"], inputmode="tel", autofocus="")
    name = _private(pgettext_lazy("registration", "Name"), LONGEST_CONTACT["name"])
    on_behalf = _private(_("On behalf of"), LONGEST_CONTACT["on_behalf"], placeholder=_("such as her mother"))
    source = forms.ChoiceField(label=_("Came by"), widget=forms.Select(attrs={"data-draft": ""}))
    kind = forms.ChoiceField(
        label=pgettext_lazy("registration", "Kind"),
        widget=forms.Select(attrs={"data-draft": ""}),
        choices=[(each.value, KINDS[each]) for each in KINDS_HEARD],
    )
    urgency = forms.TypedChoiceField(
        label=_("Urgency"), coerce=int, initial=Urgency.ORDINARY.value, widget=forms.Select(attrs={"data-draft": ""})
    )
    text = forms.CharField(
        label=_("What is said"),
        required=False,
        max_length=LONGEST["text"],
        widget=forms.Textarea(attrs={"rows": 3, "data-draft": "", "data-look": ""}),
    )
    title = _line(_("Title"), LONGEST["title"])
    wish = _line(_("What is wanted"), LONGEST_WISH)
    place = _line(pgettext_lazy("registration", "Where"), LONGEST["place_text"], **{"data-look": ""})
    lon = _degrees(180)
    lat = _degrees(90)
    occurred_at = forms.DateTimeField(
        label=pgettext_lazy("registration", "When"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local", "data-draft": ""}, format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"],
    )
    matter = forms.CharField(label=_("Matter"), required=False, max_length=200)
    also_1 = _demand(2)
    also_2 = _demand(3)
    also_3 = _demand(4)
    same = forms.CharField(required=False, max_length=40)
    target = forms.CharField(label=_("Complained of"), required=False, max_length=LONGEST["target_text"])
    recording = _line(_("Recording number"), LONGEST_RECORDING)
    call_back = forms.BooleanField(label=_("Wishes to be called back"), required=False)
    confidential = forms.BooleanField(label=_("In confidence"), required=False)

    def __init__(self, data: Any = None, *, offer: Offer, **kwargs: Any) -> None:
        super().__init__(data, targets=offer.targets, **kwargs)
        self.offer = offer
        self.fields["source"].choices = list(offer.sources)  # type: ignore[attr-defined]
        self.fields["urgency"].choices = [(each.value, wording.of("urgency", each)) for each in Urgency]  # type: ignore[attr-defined]

    def clean_matter(self) -> MatterRow | None:
        return self._matter("matter")

    def clean_also_1(self) -> MatterRow | None:
        return self._matter("also_1")

    def clean_also_2(self) -> MatterRow | None:
        return self._matter("also_2")

    def clean_also_3(self) -> MatterRow | None:
        return self._matter("also_3")

    def _matter(self, name: str) -> MatterRow | None:
        text = self.cleaned_data[name].strip()
        if not text:
            return None
        known = catalog.matters_by_code(self.offer.on).get(text.split(maxsplit=1)[0])
        found = known or next(iter(catalog.find_matters(text, self.offer.on, 1)), None)
        if found is None:
            raise forms.ValidationError(_("No matter fits this. Choose one of the list, or leave it empty."))
        return found

    def clean_target(self) -> str:
        """The unit's name where the picker chose one, else the words."""
        text: str = self.cleaned_data["target"].strip()
        unit = directory.unit_by_code(text.split(maxsplit=1)[0], self.offer.on) if text else None
        return unit.name if unit else text

    def clean_phone(self) -> str:
        phone: str = self.cleaned_data["phone"].strip()
        if phone:
            try:
                intake.index_of(phone)
            except Refused as no:
                raise forms.ValidationError(wording.refusal(no.code, no.facts)) from no
        return phone

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if not (said.get("text") or said.get("title")) and "text" not in self.errors:
            self.add_error("text", wording.refusal("nothing_said", {}))
        if said.get("call_back") and not said.get("phone") and "phone" not in self.errors:
            self.add_error("phone", _("Give a telephone number if the caller wishes to be called."))
        self._check_besides(said)
        words = f"{said.get('title', '')}\n{said.get('text', '')}"
        self.check(Subject(said.get("kind", ""), said.get("urgency") or Urgency.ORDINARY, deciding.danger(words)))
        return said

    def _check_besides(self, said: dict[str, Any]) -> None:
        for name in (each for each in (*FURTHER, "same") if said.get(each)):
            try:
                check_besides(said.get("choice") or Choice.PROCESS, more=True)
            except Refused as no:
                self.add_error(name if name in FURTHER else None, wording.refusal(no.code, no.facts))

    @property
    def further(self) -> dict[int, str]:
        """The matters of the further demands, each once and none that is the first's, with the field it stands in."""
        first = self.cleaned_data.get("matter")
        found: dict[int, str] = {}
        for name in FURTHER:
            matter = self.cleaned_data.get(name)
            if matter and matter != first:
                found.setdefault(matter.id, name)
        return found

    @property
    def besides(self) -> Besides:
        return Besides(tuple(self.further), self.cleaned_data["same"].strip())

    def complain(self, no: Refused, *, words: str = "text") -> None:
        """What was refused of a further demand stands beside it; of the joining, on top."""
        why = wording.refusal(no.code, no.facts)
        field = self.further.get(no.facts.get("demand", 0))
        if field:
            matter = self.cleaned_data[field]
            said = gettext("A case of its own for “%(matter)s” was not opened. %(why)s")
            self.add_error(field, said % {"matter": pick(matter.name, matter.name_en), "why": why})
        elif "same" in no.facts:
            said = gettext("It was not joined to %(number)s. %(why)s")
            self.add_error(None, said % {"number": no.facts["same"], "why": why})
        else:
            super().complain(no, words=words)

    def raw(self, key: str, files: Sequence[RawAttachment]) -> RawReport:
        """What is stored. A tip-off is always told in confidence."""
        said = self.cleaned_data
        point = (said["lon"], said["lat"]) if None not in (said["lon"], said["lat"]) else (None, None)
        wish = gettext("Wanted: %(wish)s") % {"wish": said["wish"]} if said["wish"] else ""
        kind = ReportKind(said["kind"])
        return RawReport(
            channel=Channel.DESK,
            key=key,
            source=said["source"],
            kind=kind,
            urgency=Urgency(said["urgency"]),
            title=said["title"],
            text="\n".join(filter(None, (said["text"], wish))),
            place_text=said["place"],
            target_text=said["target"],
            matter_code=said["matter"].code if said["matter"] else "",
            lon=point[0],
            lat=point[1],
            language="en" if (get_language() or "").startswith("en") else "zh-hans",
            confidential=said["confidential"] or kind is ReportKind.TIPOFF,
            extra=self._extra(),
            occurred_at=said["occurred_at"],
            contact=ContactDetails(phone=said["phone"], name=said["name"].strip(), on_behalf=said["on_behalf"].strip()),
            attachments=tuple(files),
        )

    def _extra(self) -> dict[str, Any]:
        """For whom the caller speaks is sealed with his contact; here stands only that he does."""
        said = self.cleaned_data
        found = {"call_back": said["call_back"], "on_behalf": bool(said["on_behalf"]), "recording": said["recording"]}
        return {name: value for name, value in found.items() if value}
