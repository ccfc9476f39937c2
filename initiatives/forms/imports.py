"""Forms of an import of initiatives: the file, and which of its columns is what."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from foundation.core.csvs import MOST_BYTES
from foundation.core.forms import helper, limits
from initiatives.enums import InitiativeState
from initiatives.imports.columns import FIELDS
from initiatives.imports.lines import STATES
from initiatives.models import ImportRun


class ImportFileForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("File with initiatives"),
        help_text=gettext_lazy("CSV, with the names of the columns on the first line. Nothing is made yet."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        limits(self.fields["file"], kinds=str(_("A CSV file")), max_bytes=MOST_BYTES)
        self.fields["file"].widget.attrs["accept"] = ".csv,.txt,text/csv"
        self.helper = helper(self, "file", submit=str(_("Go on to the columns")))


class ColumnsForm(forms.Form):
    """One choice per part of an initiative; the guesses are filled in."""

    def __init__(self, *args: Any, run: ImportRun, cancel_url: str, **kwargs: Any) -> None:
        names = list(run.report.get("names", []))
        guessed = {field: run.columns.get(field, "") for field in FIELDS}
        kwargs["initial"] = {**guessed, "default_state": run.default_state, "default_label": run.default_label}
        super().__init__(*args, **kwargs)
        for field, label in FIELDS.items():
            self.fields[field] = forms.ChoiceField(
                label=label,
                required=field == "title",
                choices=[("", _("Not in the file")), *((name, name) for name in names)],
            )
        self.fields["default_state"] = forms.ChoiceField(
            label=_("State where the file tells none"),
            choices=[(state.value, InitiativeState(state).label) for state in STATES],
            help_text=_("Plans that still wait for a decision get a term from the day on which they were handed in."),
        )
        self.fields["default_label"] = forms.CharField(
            label=_("Where they come from"),
            max_length=200,
            required=False,
            help_text=_("Everybody reads this on the page of each plan, for example: the ideas of 2023."),
        )
        self.helper = helper(
            self,
            *FIELDS,
            "default_state",
            "default_label",
            submit=str(_("Try it without importing")),
            cancel_url=cancel_url,
        )

    def chosen(self) -> dict[str, str]:
        """Field -> column, as the person chose."""
        return {field: self.cleaned_data[field] for field in FIELDS if self.cleaned_data.get(field)}
