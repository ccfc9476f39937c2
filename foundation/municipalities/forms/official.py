"""The form that reads the official list of municipalities and their outlines."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from foundation.core.forms import helper, limits

MOST_BYTES = 25 * 1024 * 1024


class OfficialListForm(forms.Form):
    """A file of CBS or PDOK, read at once."""

    file = forms.FileField(
        label=gettext_lazy("File with municipalities"),
        help_text=gettext_lazy("CSV with codes and names, or GeoJSON with outlines too (for the map of the country)."),
    )
    only_shapes = forms.BooleanField(
        label=gettext_lazy("Take only the outlines"),
        required=False,
        help_text=gettext_lazy("The list stays as it is; the file may be of an older year."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        limits(self.fields["file"], kinds=str(_("A GeoJSON or CSV file")), max_bytes=MOST_BYTES)
        self.fields["file"].widget.attrs["accept"] = ".geojson,.json,.csv,.txt"
        self.helper = helper(self, submit=str(_("Read this file")))

    def clean_file(self) -> Any:
        given = self.cleaned_data["file"]
        if given.size > MOST_BYTES:
            raise forms.ValidationError(_("This file is too large."), code="too_big")
        return given
