"""What the forms of a case have in common."""

from __future__ import annotations

from abc import ABCMeta, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, ClassVar

from django import forms
from django.forms.forms import DeclarativeFieldsMetaclass

from civigrid.cases.rules import (
    AskKind,
    EvidenceKind,
    Exhibit,
    Form,
    Supervision,
)
from civigrid.catalog.rules import CheckBy
from civigrid.web import wording
from civigrid.web.forms.files import Sent

LONGEST = 4000  # characters a person may write in one go


BY_HAND = "hand"


Choices = Sequence[tuple[Any, Any]]


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
    check_by: CheckBy = CheckBy.NONE
    inside: Mapping[int, tuple[Choices, Choices]] | None = None  # task -> sections below its unit, people in them
    place_kinds: Choices = ()
    targets: Choices = ()  # to whom cases are transferred
    parts: Choices = ()  # what can be split off
    further: Choices = ()  # matters a report may be about besides
    reports: Choices = ()
    limit: tuple[int, str] | None = None  # of the standard, and its unit in words
    own_asks: frozenset[AskKind] = frozenset()  # those the person may withdraw
    rungs: tuple[Supervision, ...] = ()  # of the ladder of supervision, those he may take the case to
    unverified: bool = False  # nobody has looked yet, and the matter asks for it


def choices_of(kind: str, codes: Iterable[StrEnum]) -> Choices:
    return [(code.value, wording.of(kind, code)) for code in codes]


def words_field(label: Any, *, required: bool = False, help_text: Any = "") -> forms.CharField:
    return forms.CharField(
        label=label,
        required=required,
        max_length=LONGEST,
        help_text=help_text,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class _Abstract(ABCMeta, DeclarativeFieldsMetaclass):
    """A form of which only the complete ones are made."""


class CaseForm(forms.Form, metaclass=_Abstract):
    """What every form carries: the case's version, and a key that makes a second sending harmless."""

    hurts: ClassVar = False
    aside: ClassVar = False  # not the next step: folded until somebody opens it
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

    @abstractmethod
    def item(self, number: str, exhibits: Sequence[Exhibit]) -> Form:
        """What the verb is to be told."""

    def uploads(self) -> list[tuple[EvidenceKind, Sent]]:
        kinds = {"before": EvidenceKind.BEFORE, "after": EvidenceKind.AFTER, "papers": EvidenceKind.PAPER}
        return [(kind, file) for name, kind in kinds.items() for file in self.cleaned_data.get(name, [])]
