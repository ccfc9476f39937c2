"""Fields that the forms of the network share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from foundation.core.forms import explain
from learning_network.enums import Visibility

if TYPE_CHECKING:
    from learning_network.queries.places import Place

LONG = {"class": "input--long"}


def visibility_field() -> forms.ChoiceField:
    """Who may read it, each choice explained."""
    field = forms.ChoiceField(
        label=gettext_lazy("Who may read this?"),
        choices=[
            (Visibility.LAB, gettext_lazy("Only this programme")),
            (Visibility.NETWORK, gettext_lazy("The whole network")),
            (Visibility.EVERYONE, gettext_lazy("Everyone")),
        ],
        widget=forms.RadioSelect,
        initial=Visibility.NETWORK,
    )
    explain(
        field,
        {
            Visibility.LAB: gettext_lazy("The people of the municipalities in it, and who runs it."),  # type: ignore[dict-item]
            Visibility.NETWORK: gettext_lazy("All members of the learning network."),  # type: ignore[dict-item]
            Visibility.EVERYONE: gettext_lazy("Also people without an account. They see no names of persons."),  # type: ignore[dict-item]
        },
    )
    return field


class PlaceField(forms.ChoiceField):
    """For whom somebody writes: one of their places (``queries.places``); cleans to the ``Place``."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(label=kwargs.pop("label", gettext_lazy("For whom do you write this?")), **kwargs)
        self.places: dict[str, Place] = {}

    def offer(self, places: list[Place]) -> None:
        """Offer these only."""
        self.places = {place.key: place for place in places}
        self.choices = [(key, place.label) for key, place in self.places.items()]

    def clean(self, value: Any) -> Place:
        return self.places[super().clean(value)]


def need_programme(form: forms.BaseForm) -> None:
    """What is for one programme only needs one."""
    place = form.cleaned_data.get("place")
    if form.cleaned_data.get("visibility") == Visibility.LAB and place is not None and place.programme is None:
        form.add_error("visibility", _("Choose the programme that may read this, or a wider circle."))
