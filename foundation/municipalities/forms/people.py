"""Forms about people: a new municipality with its first administrator, invitations, residency."""

from __future__ import annotations

import re
from typing import Any

from crispy_forms.layout import HTML
from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.text import slugify
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from foundation.core.forms import explain, helper
from foundation.municipalities.enums import ROLE_DESCRIPTIONS, RoleKind
from foundation.municipalities.models import Area, OfficialMunicipality, Sector
from foundation.municipalities.models.municipality import municipality_code, refuse_reserved_slug

MOST_AT_ONCE = 100


class NewMunicipalityForm(forms.Form):
    """From the official list where it was registered, else typed."""

    official = forms.ModelChoiceField(
        label=_("Municipality"), queryset=OfficialMunicipality.objects.none(), required=False, empty_label=_("Choose …")
    )
    name = forms.CharField(label=_("Name"), max_length=80, required=False)
    cbs_code = forms.CharField(
        label=_("CBS code"),
        max_length=6,
        required=False,
        help_text=_("The code of Statistics Netherlands, such as GM0505."),
        widget=forms.TextInput(attrs={"class": "input--short"}),
    )
    slug = forms.SlugField(
        label=_("Address"),
        max_length=60,
        required=False,
        help_text=_("The part of the web address after the /. Left empty, it is made of the name."),
    )
    administrator = forms.EmailField(
        label=_("E-mail address of the first administrator"),
        help_text=_("They get an invitation. Fill in your own address to set it up yourself."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )

    def __init__(self, *args: Any, official: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if official:
            self.fields["official"].queryset = official  # type: ignore[attr-defined]
            self.fields["official"].required = True
            names = ["official", "slug", "administrator"]
            del self.fields["name"], self.fields["cbs_code"]
        else:
            self.fields["name"].required = self.fields["cbs_code"].required = True
            names = ["name", "cbs_code", "slug", "administrator"]
            del self.fields["official"]
        self.helper = helper(self, *names, submit=str(_("Start this municipality")))

    def clean_cbs_code(self) -> str:
        code = str(self.cleaned_data["cbs_code"]).strip().upper()
        municipality_code(code)
        return code

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        official = cleaned.get("official")
        if official is not None:
            cleaned["name"], cleaned["cbs_code"] = official.name, official.code
        if not cleaned.get("slug") and cleaned.get("name"):
            cleaned["slug"] = slugify(cleaned["name"])
        if cleaned.get("slug"):
            try:
                refuse_reserved_slug(cleaned["slug"])
            except ValidationError as error:
                self.add_error("slug", error)
        return cleaned


class InviteForm(forms.Form):
    emails = forms.CharField(
        label=_("E-mail addresses"),
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("One on each line; everybody gets the same role."),
        max_length=10_000,
    )
    kind = forms.ChoiceField(label=_("Role"), choices=RoleKind.choices, widget=forms.RadioSelect)
    sector = forms.ModelChoiceField(
        label=_("Sector"),
        queryset=Sector.objects.none(),
        required=False,
        empty_label=_("None"),
        help_text=_("Needed for an ambassador: one for each sector."),
    )

    def __init__(self, *args: Any, sectors: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["sector"].queryset = sectors  # type: ignore[attr-defined]
        explain(self.fields["kind"], {kind: str(text) for kind, text in ROLE_DESCRIPTIONS.items()})
        self.helper = helper(self, submit=str(_("Send the invitations")))

    def clean_emails(self) -> list[str]:
        found = [part for part in re.split(r"[\s,;]+", self.cleaned_data["emails"].lower()) if part]
        wrong = []
        for email in found:
            try:
                validate_email(email)
            except ValidationError:
                wrong.append(email)
        if wrong:
            raise ValidationError(gettext("This is not an e-mail address: %(what)s.") % {"what": ", ".join(wrong[:5])})
        if len(found) > MOST_AT_ONCE:
            raise ValidationError(gettext("At most %(limit)d addresses at once.") % {"limit": MOST_AT_ONCE})
        return list(dict.fromkeys(found))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("kind") == RoleKind.AMBASSADOR and len(cleaned.get("emails", [])) > 1:
            self.add_error("emails", _("A sector has one ambassador: invite ambassadors one by one."))
        return cleaned


class PeopleFilterForm(forms.Form):
    q = forms.CharField(label=_("Name or address"), required=False)
    rol = forms.ChoiceField(label=_("Role"), required=False, choices=[("", _("All roles")), *RoleKind.choices])
    sector = forms.ModelChoiceField(
        label=_("Sector"), queryset=Sector.objects.none(), required=False, empty_label=_("All sectors")
    )

    def __init__(self, *args: Any, sectors: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["sector"].queryset = sectors  # type: ignore[attr-defined]
        self.helper = helper(self, submit=str(_("Show")), method="get", wide=True)


class EndRoleForm(forms.Form):
    reason = forms.CharField(label=_("Reason"), required=False, max_length=300)

    def __init__(self, *args: Any, cancel_url: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = helper(self, submit=str(_("End this role")), danger=True, cancel_url=cancel_url)


class AcceptForm(forms.Form):
    other_address = forms.BooleanField(label=_("Yes, I take it on with this account"), required=False)

    def __init__(self, *args: Any, ask: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not ask:
            del self.fields["other_address"]
        self.helper = helper(self, submit=str(_("Accept the role")))


class PostcodeForm(forms.Form):
    """Sent with POST: a postcode does not belong in a URL, which logs keep. It is used to look up and not kept."""

    postcode = forms.CharField(
        label=_("Your postcode"),
        max_length=8,
        help_text=_("For example 3311 GR. We look up your neighbourhood and do not keep the postcode."),
        widget=forms.TextInput(attrs={"autocomplete": "postal-code", "class": "input--short"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = helper(
            self,
            HTML('<input type="hidden" name="what" value="postcode">'),
            "postcode",
            submit=str(_("Find my neighbourhood")),
        )

    def clean_postcode(self) -> str:
        code = "".join(self.cleaned_data["postcode"].split()).upper()
        if not re.fullmatch(r"[1-9]\d{3}([A-Z]{2})?", code):
            raise ValidationError(gettext("A Dutch postcode has four figures and two letters, such as 3311 GR."))
        return code


class ResidencyForm(forms.Form):
    neighbourhood = forms.ModelChoiceField(
        label=_("Your neighbourhood"), queryset=Area.objects.none(), empty_label=_("Choose your neighbourhood")
    )
    birth_year = forms.IntegerField(
        label=_("Your year of birth"),
        required=False,
        help_text=_("Some votes have an age limit. Without it you can't take part in those. Nobody else sees it."),
        widget=forms.NumberInput(attrs={"inputmode": "numeric", "autocomplete": "bday-year", "class": "input--short"}),
    )

    def __init__(self, *args: Any, areas: Any, choices: list[Area] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["neighbourhood"]
        field.queryset = areas  # type: ignore[attr-defined]
        if choices:
            field.widget = forms.RadioSelect()
            field.choices = [(area.pk, area.name) for area in choices]  # type: ignore[attr-defined]
            if len(choices) == 1:
                self.initial.setdefault("neighbourhood", choices[0].pk)
        self.helper = helper(self, submit=str(_("Save my neighbourhood")))


class DeskLookupForm(forms.Form):
    email = forms.EmailField(
        label=_("E-mail address of the resident"), help_text=_("The address of their account here.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = helper(self, submit=str(_("Look up")))


class DeskConfirmForm(forms.Form):
    seen = forms.CharField(
        label=_("What have you seen?"),
        max_length=120,
        help_text=_("For example: identity card and extract. Don't write down numbers."),
    )

    def __init__(self, *args: Any, cancel_url: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = helper(self, submit=str(_("Confirm where this person lives")), cancel_url=cancel_url)
