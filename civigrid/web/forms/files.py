"""Fields for files: sent with the form, or named because they are here already."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from civigrid.base import files as kept_files
from civigrid.web.enclosed import MOST_FILES, pieces

# telephones write some types in other names, and some browsers know no type of OFD
ACCEPTED = (*kept_files.TYPES, "audio/x-m4a", "audio/x-wav", ".amr", ".ofd")
PIECES = pieces("uploads")


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
