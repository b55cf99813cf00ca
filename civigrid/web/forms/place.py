"""The form that corrects where a case is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from civigrid.cases.rules import Exhibit, Form, Moving
from civigrid.web.forms.parts import CaseForm, words_field


class AddressField(forms.TextInput):
    """A text field that offers addresses while one types (`picker.js`); without scripts what is typed is understood."""

    template_name = "parts/address_field.html"
    source = reverse_lazy("pick", args=["addresses"])

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        return {**super().get_context(name, value, attrs), "source": self.source}


class MoveForm(CaseForm):
    """An address, or a point; `grid` comes with a point that lies on a border."""

    place = forms.CharField(
        label=_("Address"), required=False, max_length=200, widget=AddressField(attrs={"autocomplete": "off"}),
        help_text=_("A door, an estate, a crossing, a landmark or a pole number."),
    )  # fmt: skip
    lon = forms.FloatField(
        label=_("Longitude"), required=False, min_value=-180, max_value=180, widget=forms.NumberInput(attrs={"step": "any"}),
        help_text=_("Or a point: click on the map, or press Enter for its middle, or type it in degrees (WGS 84)."),
    )  # fmt: skip
    lat = forms.FloatField(
        label=_("Latitude"),
        required=False,
        min_value=-90,
        max_value=90,
        widget=forms.NumberInput(attrs={"step": "any"}),
    )
    grid = forms.CharField(required=False, max_length=15, widget=forms.HiddenInput)
    kind = forms.ChoiceField(label=_("Kind of place"), required=False)
    text = words_field(_("Remark"))

    def set_up(self) -> None:
        self.fields["kind"].choices = [("", _("What the map says")), *self.offer.place_kinds]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        point = (said.get("lon"), said.get("lat"))
        if "lon" in self.errors or "lat" in self.errors:
            return said
        if (point[0] is None) != (point[1] is None):
            self.add_error("lon" if point[0] is None else "lat", _("A point has a longitude and a latitude."))
        elif (point[0] is None) == (not said.get("place")):
            self.add_error("place", _("Give either an address or a point."))
        return said

    def item(self, number: str, exhibits: Sequence[Exhibit]) -> Form:
        said = self.cleaned_data
        return Moving(
            **self.base(number),
            lon=said["lon"],
            lat=said["lat"],
            place=said["place"],
            grid_code=said["grid"],
            place_kind=said["kind"],
            text=said["text"],
        )
