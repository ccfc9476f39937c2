"""The pages of the wizard, and the form with which a team changes its plan later: the same fields, the same words."""

from __future__ import annotations

from typing import Any

from crispy_forms.layout import HTML
from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from foundation.core.forms import DateInput, explain, helper, limits
from foundation.core.uploads import IMAGE_BYTES
from foundation.municipalities.models import Area, Municipality
from foundation.municipalities.queries import inhabited_neighbourhoods, neighbourhood_at
from initiatives.enums import Ask, InitiativeKind
from initiatives.forms.page import PictureField

LONG = {"class": "input--long"}
KIND_HELP = {
    InitiativeKind.NEIGHBOURHOOD: _(
        "A plan of people in one place: a garden, a meeting place, an event, help for each other."
    ),
    InitiativeKind.CARE: _("Residents who organise care or welfare together."),
    InitiativeKind.ENERGY: _("Residents who make or save energy together."),
    InitiativeKind.COOPERATIVE: _("Residents who run something together, such as a shop, housing or transport."),
    InitiativeKind.CHALLENGE: _("You take over a task of the municipality, because you can do it better or cheaper."),
}
ASK_HELP = {
    Ask.MONEY: _("A contribution to the costs."),
    Ask.PERMIT: _("Permission to do or place something."),
    Ask.SPACE: _("The use of a piece of land or a building."),
    Ask.ADVICE: _("Somebody who thinks along and knows the way."),
    Ask.HANDS: _("Civil servants who help for some hours."),
}


class KindForm(forms.Form):
    kind = forms.ChoiceField(label=_("What kind of plan is it?"), widget=forms.RadioSelect, choices=[])

    def __init__(self, *args: Any, kinds: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["kind"]
        field.choices = [(kind, _capital(InitiativeKind(kind).label)) for kind in kinds]  # type: ignore[attr-defined]
        explain(field, {kind: str(KIND_HELP[InitiativeKind(kind)]) for kind in kinds})
        self.helper = helper(self, submit=gettext("Begin"))
        # Beginning sets no cookie and needs none: see views.wizard.new.
        self.helper.disable_csrf = True


def _capital(text: Any) -> str:
    return str(text)[:1].upper() + str(text)[1:]


class WhatForm(forms.Form):
    title = forms.CharField(
        label=_("What do you call your plan?"),
        max_length=120,
        help_text=_("Short and clear, for example: a vegetable garden behind the school."),
        widget=forms.TextInput(attrs=LONG),
    )
    summary = forms.CharField(
        label=_("Your plan in one or two sentences"),
        max_length=300,
        help_text=_("This stands in lists and on cards."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    story = forms.CharField(
        label=_("Tell what you want to do, and why"),
        max_length=20_000,
        help_text=_("Who will be happy with it? What changes? A first idea is enough; you can change it later."),
        widget=forms.Textarea(attrs={"rows": 10}),
    )


class WhereForm(forms.Form):
    neighbourhood = forms.ModelChoiceField(
        label=_("In which neighbourhood?"),
        queryset=Area.objects.none(),
        required=False,
        to_field_name="code",
        empty_label=_("The whole municipality"),
    )
    place = forms.CharField(
        label=_("Where exactly?"),
        max_length=160,
        required=False,
        help_text=_(
            "For example a street, a square or a building. Not your own address, unless everybody may know it."
        ),
        widget=forms.TextInput(attrs=LONG),
    )

    def __init__(self, *args: Any, municipality: Municipality, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        areas = inhabited_neighbourhoods(municipality).defer("geometry", "parent__geometry").order_by("name")
        self.fields["neighbourhood"].queryset = areas  # type: ignore[attr-defined]


class PlaceForm(WhereForm):
    """The place on a page of its own, for the team."""

    version = forms.IntegerField(widget=forms.HiddenInput)


class WithWhomForm(forms.Form):
    with_whom = forms.CharField(
        label=_("Who do you do it with?"),
        max_length=2_000,
        required=False,
        help_text=_(
            "For example: six neighbours and the primary school. Don't give names of people who don't know it."
        ),
        widget=forms.Textarea(attrs={"rows": 5}),
    )


class AskForm(forms.Form):
    asks = forms.MultipleChoiceField(
        label=_("What do you ask of the municipality?"),
        choices=[(ask.value, _capital(ask.label)) for ask in Ask],
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    asks_text = forms.CharField(
        label=_("Tell more about what you ask"),
        max_length=2_000,
        required=False,
        help_text=_("For example how much money, or which place. You can make a budget later."),
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    starts_on = forms.DateField(label=_("When do you want to begin?"), required=False, widget=DateInput())
    ends_on = forms.DateField(label=_("When will it be finished?"), required=False, widget=DateInput())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["asks"]
        field.choices = [(ask.value, _capital(ask.label)) for ask in Ask]  # type: ignore[attr-defined]
        explain(field, {ask: str(ASK_HELP[ask]) for ask in Ask})

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        first, last = cleaned.get("starts_on"), cleaned.get("ends_on")
        if first and last and last < first:
            self.add_error("ends_on", gettext("The end lies before the start."))
        return cleaned


class EditForm(WhatForm, WithWhomForm, AskForm):
    """All of it on one page, for the team. The place has its own page, with the map."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    field_order = ("title", "summary", "story", "with_whom", "asks", "asks_text", "starts_on", "ends_on", "version")

    def __init__(self, *args: Any, cancel_url: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = helper(self, submit=gettext("Save the plan"), cancel_url=cancel_url, guard=True)


class AdditionsForm(forms.Form):
    answer = forms.CharField(
        label=_("Your answer"),
        max_length=4_000,
        help_text=_("Everybody can read this. Add files and pictures on the page of your team; they count as well."),
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, cancel_url: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = helper(self, submit=gettext("Send the additions"), cancel_url=cancel_url, guard=True)


class WithdrawForm(forms.Form):
    reason = forms.CharField(
        label=_("Why do you stop?"),
        max_length=1_000,
        help_text=_("Everybody can read this."),
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(self, *args: Any, cancel_url: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = helper(self, submit=gettext("Withdraw the plan"), cancel_url=cancel_url, danger=True)


class MailLinkForm(forms.Form):
    email = forms.EmailField(
        label=_("Your e-mail address"),
        help_text=_("We only use it to send the link. We don't keep it with your plan."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = helper(self, submit=gettext("Mail me the link"))


class SendForm(forms.Form):
    show_name = forms.BooleanField(label=_("Show my name on the page"), required=False, initial=True)


_MAP = '{% include "initiatives/wizard/_map.html" %}'
WIZARD: dict[str, type[forms.Form]] = {
    "plan": WhatForm,
    "plek": WhereForm,
    "samen": WithWhomForm,
    "vraag": AskForm,
}


def step_form(step: str, municipality: Municipality, data: Any = None, initial: Any = None) -> forms.Form:
    """The form of a page of the wizard, with its two buttons.

    Args:
        data: what was posted, or None for a fresh form with ``initial``.
    """
    kwargs: dict[str, Any] = {"municipality": municipality} if step == "plek" else {}
    form = WIZARD[step](data, initial=initial, **kwargs)
    return with_buttons(form)


class PicturesForm(forms.Form):
    """A picture of a plan that is not sent yet; none is asked for."""

    image = PictureField(label=_("Picture"), required=False)
    alt = forms.CharField(
        label=_("What does the picture show?"),
        max_length=200,
        required=False,
        help_text=_("For people who do not see it. Ask people who can be recognised whether it may be here."),
        widget=forms.TextInput(attrs=LONG),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        limits(self.fields["image"], kinds=gettext("A JPEG, PNG, WebP or GIF picture"), max_bytes=IMAGE_BYTES)
        more = gettext("Add this picture")
        add = HTML(
            '<div class="actions"><button type="submit" name="erbij" value="1" '
            f'class="utrecht-button utrecht-button--secondary-action">{more}</button></div>'
        )
        self.helper = helper(self, "image", "alt", add, _wizard_buttons())

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        wants = bool(cleaned.get("alt", "").strip()) or "erbij" in self.data
        if not cleaned.get("image") and wants and "image" not in self.errors:
            self.add_error("image", gettext("Choose a picture first."))
        if cleaned.get("image") and not cleaned.get("alt", "").strip():
            self.add_error("alt", gettext("Say what the picture shows, for people who do not see it."))
        return cleaned


def place_form(municipality: Municipality, data: Any = None, initial: Any = None) -> forms.Form:
    """The form with the map, for a plan that exists."""
    form: Any = PlaceForm(data, initial=initial, municipality=municipality)
    form.helper = helper(form, HTML(_MAP), *form.fields, submit=gettext("Save the place"))
    return form  # type: ignore[no-any-return]


def with_buttons(form: forms.Form) -> forms.Form:
    """Lay out a page of a wizard: the map above the neighbourhood where it asks for one, and its two buttons."""
    parts: list[Any] = list(form.fields)
    if "neighbourhood" in parts:
        parts.insert(parts.index("neighbourhood"), HTML(_MAP))
    form.helper = helper(form, *parts, _wizard_buttons())  # type: ignore[attr-defined]
    return form


def _wizard_buttons() -> HTML:
    on, later = gettext("Go on"), gettext("Save and go on later")
    return HTML(
        '<div class="actions"><button type="submit" class="utrecht-button utrecht-button--primary-action">'
        f'{on}</button><button type="submit" name="later" value="1" formnovalidate '
        f'class="utrecht-button utrecht-button--secondary-action">{later}</button></div>'
    )


def place_fields(municipality: Municipality, cleaned: dict[str, Any], lon: Any, lat: Any) -> dict[str, Any]:
    """Neighbourhood, place and point; a point outside the chosen neighbourhood is let go."""
    area = cleaned.get("neighbourhood")
    point: dict[str, Any] = {"lon": None, "lat": None}
    if area is not None and isinstance(lon, float) and isinstance(lat, float):
        found = neighbourhood_at(municipality, lon, lat)
        if found is not None and found.pk == area.pk:
            point = {"lon": lon, "lat": lat}
    return {"neighbourhood": area, "place": cleaned.get("place", ""), **point}
