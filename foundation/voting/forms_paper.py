"""Forms about votes on paper: letting an envelope in, making a pile, settling and taking back."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any

from crispy_forms.layout import Row
from django import forms
from django.utils.translation import gettext_lazy as _

from foundation.core.forms import DateInput, helper
from foundation.municipalities.models import Area
from foundation.voting.forms_codes import CodeForm
from foundation.voting.models import Ballot
from foundation.voting.models.paper import LONGEST_LINE, MOST_PAPERS
from foundation.voting.queries.eligibility import electorate_areas


def _token_field() -> forms.CharField:
    """Random text of the form: sending one form twice lets one envelope in."""
    return forms.CharField(widget=forms.HiddenInput, initial=lambda: secrets.token_urlsafe(24), max_length=64)


class EnvelopeCodeForm(CodeForm):
    """The code on an envelope."""

    token = _token_field()

    def __init__(self, *args: Any, cancel_url: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].label = _("Voting code on the envelope")
        self.fields["code"].help_text = _(
            "18 letters and numbers, such as 7K3M9Q-2XW4TZ-H8R0VN. Leave the envelope closed."
        )
        self.fields["code"].widget.attrs["autofocus"] = True
        self.helper = helper(self, submit=str(_("Let this envelope in")), cancel_url=cancel_url)


class _AtTheDesk(forms.Form):
    """What the member of staff at the desk answers for."""

    identified = forms.BooleanField(label=_("I saw who this is, and the envelope is closed"))
    token = _token_field()


class EnvelopeAccountForm(_AtTheDesk):
    """Somebody with an account hands an envelope in."""

    email = forms.EmailField(
        label=_("E-mail address of the account"), widget=forms.EmailInput(attrs={"autocomplete": "off"})
    )
    field_order = ("email", "identified", "token")

    def __init__(self, *args: Any, cancel_url: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = helper(self, submit=str(_("Let this envelope in")), cancel_url=cancel_url)


class EnvelopePersonForm(_AtTheDesk):
    """Somebody without an account. What is typed is not kept, only a keyed hash of it."""

    first_name = forms.CharField(
        label=_("First given name"),
        max_length=80,
        help_text=_("As it stands in the passport. It is not kept."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    born = forms.DateField(label=_("Date of birth"), widget=DateInput(attrs={"autocomplete": "off"}))
    postcode = forms.RegexField(
        r"^\s*[1-9][0-9]{3}\s*[A-Za-z]{2}\s*$",
        label=_("Postcode"),
        max_length=12,
        error_messages={"invalid": _("A postcode looks like 1234 AB.")},
        widget=forms.TextInput(attrs={"autocomplete": "off", "class": "input--number"}),
    )
    house_number = forms.CharField(
        label=_("House number with addition"),
        max_length=12,
        widget=forms.TextInput(attrs={"autocomplete": "off", "class": "input--number"}),
    )
    area = forms.ModelChoiceField(label=_("Neighbourhood"), queryset=Area.objects.none())

    def __init__(self, *args: Any, ballot: Ballot, cancel_url: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = Area.objects.for_municipality(ballot.municipality).current().filter(is_water=False).defer("geometry")
        allowed = electorate_areas(ballot)
        if allowed:
            rows = rows.filter(pk__in=allowed) | rows.filter(parent__in=allowed)
        self.fields["area"].queryset = rows.neighbourhoods().order_by("name")  # type: ignore[attr-defined]
        self.fields["area"].required = bool(allowed)
        self.helper = helper(
            self,
            "first_name",
            "born",
            Row("postcode", "house_number"),
            "area",
            "identified",
            "token",
            submit=str(_("Let this envelope in")),
            cancel_url=cancel_url,
        )


class PileForm(forms.Form):
    """How many envelopes go into a pile."""

    size = forms.IntegerField(
        label=_("Number of envelopes"),
        min_value=1,
        max_value=MOST_PAPERS,
        help_text=_("Count the envelopes before you open them. Each gives one paper to type."),
        widget=forms.NumberInput(attrs={"class": "input--number"}),
    )

    def __init__(self, *args: Any, cancel_url: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = helper(self, submit=str(_("Make this pile")), cancel_url=cancel_url)


class PaperReasonForm(forms.Form):
    """Why a pile is taken back or typed anew."""

    reason = forms.CharField(
        label=_("Reason"),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=1000,
        help_text=_("For the log. Write nothing about what stands on a paper."),
    )

    def __init__(self, *args: Any, submit: str, cancel_url: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = helper(self, submit=submit, cancel_url=cancel_url, danger=True)


def typed_lines(posted: Mapping[str, Any], size: int) -> list[str]:
    """What was typed on the page of a pile, paper 1 first; a field beyond the pile makes the list too long."""
    more = size
    while more < size + 10 and f"papier-{more + 1}" in posted:
        more += 1
    return [str(posted.get(f"papier-{number}", ""))[: LONGEST_LINE + 1] for number in range(1, more + 1)]
