"""Forms of answers to learning questions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from foundation.core.forms import explain, helper
from foundation.meetings.models import Meeting
from learning_network.enums import Visibility
from learning_network.models import Answer

if TYPE_CHECKING:
    from learning_network.models import Programme
    from learning_network.queries.places import Place


class AnswerForm(forms.Form):
    """What a municipality found out; shared at once with the circle that is chosen."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    where = forms.ChoiceField(label=gettext_lazy("For whom do you answer?"))
    text = forms.CharField(label=gettext_lazy("Answer"), max_length=10_000, widget=forms.Textarea(attrs={"rows": 6}))
    meeting = forms.ModelChoiceField(
        label=gettext_lazy("At which session did it come up?"),
        queryset=Meeting.objects.none(),
        required=False,
        empty_label=gettext_lazy("Outside a session"),
    )
    visibility = forms.ChoiceField(
        label=gettext_lazy("Who may read this?"),
        choices=Visibility.choices,
        widget=forms.RadioSelect,
        initial=Visibility.LAB,
    )

    def __init__(
        self,
        *args: Any,
        programme: Programme,
        places: list[Place],
        readers: dict[Any, str],
        answer: Answer | None = None,
        summary: bool = False,
        cancel_url: str = "",
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self._places = {place.key: place for place in places}
        explain(self.fields["visibility"], readers)
        if summary or answer is not None:
            del self.fields["where"]
        else:
            self.fields["where"].choices = [(place.key, place.label) for place in places]  # type: ignore[attr-defined]
        if summary:
            del self.fields["meeting"]
        else:
            held = Meeting.objects.filter(series=programme.series_id) if programme.series_id else Meeting.objects.none()
            self.fields["meeting"].queryset = held.order_by("starts_at")  # type: ignore[attr-defined]
        self.initial = {"version": 0, "visibility": Visibility.LAB}
        if answer is not None:
            self.initial = {
                "version": answer.version,
                "text": answer.text,
                "meeting": answer.meeting,
                "visibility": answer.visibility,
            }
        self.helper = helper(
            self,
            submit=_("Save the summary") if summary else _("Save the answer"),
            cancel_url=cancel_url,
            guard=True,
        )

    @property
    def place(self) -> Place:
        return self._places[self.cleaned_data["where"]]
